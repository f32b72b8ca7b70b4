"""Pages of long lists: a capped count, near pages by offset, further ones by the row where the last one ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from enterprises.models.enterprise import EnterpriseQuerySet

SIZE: Final = 50
COUNTED: Final = 10_000  # counting further would cost more than anybody learns from it
LAST_BY_NUMBER: Final = 100


@dataclass(frozen=True)
class Page:
    """One page and its neighbours; ``previous`` and ``next`` are what follows ``page=`` in the address."""

    number: int
    shown: int
    count: int
    previous: str
    next: str
    is_capped: bool = False

    @property
    def first(self) -> int:
        """The number of the first row."""
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + self.shown - 1

    @property
    def count_text(self) -> str:
        """How many there are, as far as anybody counts."""
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"


def number_asked(asked: Mapping[str, str]) -> int:
    """The number of the page asked for; nonsense means the first."""
    text = asked.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def numbered(count: int, asked: Mapping[str, str]) -> Page:
    """A page of a short list, all of which is counted."""
    number = min(number_asked(asked), max(1, -(-count // SIZE)))
    shown = min(SIZE, count - (number - 1) * SIZE)
    following = str(number + 1) if number * SIZE < count else ""
    return Page(number, shown, count, str(number - 1) if number > 1 else "", following)


def firms_page(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, asked: Mapping[str, str]) -> tuple[Page, list[int]]:
    """The page asked for by ``page`` and, further in, ``after`` or ``before`` a firm that the reader may see."""
    number = number_asked(asked)
    after, before = (edge(seen, asked.get(side, "")) for side in ("after", "before"))
    count = firms.order_by()[: COUNTED + 1].count()
    if count <= COUNTED or not (after or before):
        number = min(number, last_by_number(count))
    ids = ids_of(firms, number, after, before)
    if not ids and number > 1:  # beyond the end by an edge
        number = last_by_number(count)
        ids = ids_of(firms, number, None, None)
    has_next, ids = len(ids) > SIZE, ids[:SIZE]
    page = Page(
        number=number,
        shown=len(ids),
        count=min(count, COUNTED),
        previous=way_back(number, ids),
        next=f"{number + 1}&after={ids[-1]}" if has_next else "",
        is_capped=count > COUNTED,
    )
    return page, ids


def last_by_number(count: int) -> int:
    """The last page that is reached by its number: that of the last row, as far as rows are skipped."""
    return min(LAST_BY_NUMBER, max(1, -(-count // SIZE)))


def way_back(number: int, ids: Sequence[int]) -> str:
    """The address of the page before."""
    if number <= 2 or not ids:
        return "1" if number > 1 else ""
    return f"{number - 1}&before={ids[0]}"


Edge = tuple[str, int] | None


def ids_of(firms: EnterpriseQuerySet, number: int, after: Edge, before: Edge) -> list[int]:
    """Ids of the page in the order of names, and one more where a next page follows."""
    ordered = firms.order_by("name", "pk").values_list("pk", flat=True)
    if after:
        beyond = Q(name__gt=after[0]) | Q(pk__gt=after[1])
        return list(ordered.filter(beyond, name__gte=after[0])[: SIZE + 1])
    if before and number > 1:
        beyond = Q(name__lt=before[0]) | Q(pk__lt=before[1])
        backwards = firms.filter(beyond, name__lte=before[0]).order_by("-name", "-pk").values_list("pk", flat=True)
        return [*reversed(backwards[:SIZE]), before[1]]
    start = (number - 1) * SIZE
    return list(ordered[start : start + SIZE + 1])


def edge(seen: EnterpriseQuerySet, pk: str) -> Edge:
    """Name and key of the firm at which a page begins or ends."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return seen.filter(pk=int(pk)).values_list("name", "pk").first()
