"""What a list says it has against what stands in it, and how many rows are what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.list_plans import Outcome
from pipeline.models import ListRow, PublishedList

Match = ListRow.Match
LABELS: Final = {**dict(ListRow.Result.choices), "offered": "待逐行确认"}


@dataclass(frozen=True)
class Totals:
    """The list's own count beside its rows; ``by_match`` counts every firm once."""

    stated: int | None
    n: int
    by_match: Mapping[str, int]
    repeated: int

    @property
    def difference(self) -> int | None:
        """How many more (or fewer) rows than stated; nothing where the list states no number."""
        return None if self.stated is None else self.n - self.stated

    @property
    def gap_in_words(self) -> str:
        """少 1 家, 多 2 家."""
        gap = self.difference or 0
        return f"{'少' if gap < 0 else '多'} {abs(gap)} 家"

    @property
    def says(self) -> str:
        """The comparison in words."""
        double = f"，其中重复 {self.repeated} 行" if self.repeated else ""
        if self.stated is None:
            return f"名单没有自报家数；读到 {self.n} 行{double}"
        if not self.difference:
            return f"名单自报 {self.stated} 家，读到 {self.n} 行{double}，相符"
        return f"名单自报 {self.stated} 家，读到 {self.n} 行{double}，{self.gap_in_words}，请核对"


def totals(published: PublishedList, rows: Sequence[ListRow]) -> Totals:
    """Compare a list's own count with the rows of its parts, also those of another track that it counts in."""
    n = sum(part["n"] for part in published.notes.get("parts", []) if part["used"])
    counted = Counter(row.match for row in rows if row.repeats is None)
    by_match = {match: counted.get(match, 0) for match in Match.values}
    return Totals(published.stated_total, n, by_match, sum(row.repeats is not None for row in rows))


def results(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many rows become, or became, what."""
    told = Counter(one.result or one.row.result for one in outcomes)
    found = {name: told[name] for name in ListRow.Result.values if told[name]}
    offered = sum(one.offers for one in outcomes)
    return found | ({"offered": offered} if offered else {})
