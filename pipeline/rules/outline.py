"""An edition as an officer reads it: every condition and score item with its figure, bands, source and confidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.facts.catalogue import facts
from pipeline.facts.registry import Fact
from pipeline.rules.edition import Criterion, Edition
from pipeline.rules.explain import inherited, with_edition
from pipeline.rules.schema import Band, Block, Item, PointsTest, Row, Source, TotalTest
from pipeline.rules.wording import PENDING_TEXT, SIGNS, limit, machine, points_range, quantity

ALL: Final = "以下各项须全部符合"
ANY: Final = "以下各项符合一项即可"
BEST: Final = "以下各项取得分最高的一项"
HELD: Final = "资格在有效期内"
NOT_HELD: Final = "无有效期内的{}资格"
IF_ZERO: Final = {"met": "基数为零时视为符合", "unmet": "基数为零时视为不符合"}
OTHER: Final = "其他"


@dataclass(frozen=True)
class Step:
    """One row of a figure that has several: from where to where, and what is asked or given there."""

    reach: str
    asks: str


@dataclass(frozen=True)
class Clause:
    """One condition, part or score item; ``key`` is its full key, ``depth`` how deep it stands below its condition."""

    key: str
    depth: int
    source: Source
    figure: str
    measure: str = ""
    steps: Sequence[Step] = ()
    steps_by: str = ""
    has_parts: bool = False

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nobody compared it with the official text."""
        return self.source.confidence == "unconfirmed"


@dataclass(frozen=True)
class Part:
    """One block of the score with its items."""

    block: Block
    items: Sequence[Clause]


def gates(edition: Edition) -> dict[str, list[Clause]]:
    """Each condition in order, followed by its parts."""
    return {
        key: list(clauses(edition, key, gate, with_edition(gate, edition), 0)) for key, gate in edition.gates.items()
    }


def every(edition: Edition) -> list[Clause]:
    """All conditions, parts and score items, in order."""
    found = [clause for some in gates(edition).values() for clause in some]
    return found + [item for part in score(edition) for item in part.items]


def machine_decided(edition: Edition) -> tuple[int, int]:
    """How many conditions are decided from facts alone, of how many: 机器可判 6/8.

    A condition with a manual part, or with a mark that experts' points go into, waits for people.
    """
    return sum(is_mechanical(edition, gate) for gate in edition.gates.values()), len(edition.gates)


def is_mechanical(edition: Edition, criterion: Criterion) -> bool:
    """Whether nobody has to say anything about a criterion."""
    if criterion.parts:
        return all(is_mechanical(edition, part) for part in criterion.parts)
    if edition.score and (criterion.points or criterion.total):
        of = criterion.points
        subject = [
            item
            for block in edition.score.blocks
            for item in block.items
            if of is None or of.item == item.key or of.block == block.key
        ]
        return not any(has_expert(item) for item in subject)
    return criterion.manual is None


def has_expert(item: Item) -> bool:
    """Whether experts give points to the item or to one of its choices."""
    return item.expert is not None or any(has_expert(choice) for choice in item.best_of)


def clauses(edition: Edition, key: str, criterion: Criterion, source: Source, depth: int) -> Iterator[Clause]:
    """A criterion and, one deeper, its parts; a part takes from above what it leaves out."""
    yield clause(edition, key, criterion, source, depth)
    for number, part in enumerate(criterion.parts, 1):
        yield from clauses(edition, f"{key}.{part.key or number}", part, inherited(part, source), depth + 1)


def clause(edition: Edition, key: str, criterion: Criterion, source: Source, depth: int) -> Clause:
    """One criterion in words."""
    fact = facts().get(criterion.fact or "")
    return Clause(
        key=key,
        depth=depth,
        source=source,
        figure=figure(edition, criterion),
        measure=measure(fact, criterion.if_zero),
        steps=rows(criterion),
        steps_by=facts()[criterion.by].label if criterion.by else "",
        has_parts=bool(criterion.parts),
    )


def measure(fact: Fact | None, if_zero: str | None) -> str:
    """What is measured, on which basis, and what holds where there is nothing to divide by."""
    if fact is None:
        return ""
    return "；".join(part for part in (fact.label, fact.basis, IF_ZERO.get(if_zero or "", "")) if part)


def figure(edition: Edition, criterion: Criterion) -> str:
    """What is asked, in one line."""
    if criterion.parts:
        return ALL if criterion.all_ else ANY
    if criterion.manual:
        return criterion.manual
    if criterion.title and criterion.is_ is False:
        return NOT_HELD.format(TRACK_BY_KEY[criterion.title].label)
    if criterion.title:
        return f"{TRACK_BY_KEY[criterion.title].label}{HELD}"
    if criterion.total:
        return f"评价总分{mark(criterion.total)}"
    if criterion.points:
        return f"“{scored(edition, criterion.points)}”得分{mark(criterion.points)}"
    return figure_of_fact(criterion)


def scored(edition: Edition, test: PointsTest) -> str:
    """The item or block whose points are tested, in its own words."""
    if not edition.score:
        return ""
    subject = edition.score.block(test.block) if test.block else edition.score.item(test.item)
    return subject.says if subject else ""


def mark(test: TotalTest) -> str:
    """A mark of the score."""
    return PENDING_TEXT if test.is_pending else f"{SIGNS[test.comparison]}{machine(test.need)}分"


def figure_of_fact(criterion: Criterion) -> str:
    """The threshold of a fact with its unit, or the word it must be."""
    fact = facts()[criterion.fact or ""]
    if criterion.rows:
        return "按档执行"
    if criterion.comparison:
        return PENDING_TEXT if criterion.is_pending else limit(criterion.comparison, criterion.need, fact)
    if criterion.not_in is not None:
        return f"不属于 {'、'.join(criterion.not_in)}"
    return quantity(True if criterion.is_ is None else criterion.is_, fact)


def rows(criterion: Criterion) -> list[Step]:
    """The rows of a limit that depends on another fact, each from where to where."""
    if not (criterion.rows and criterion.by and criterion.comparison):
        return []
    by, fact = facts()[criterion.by], facts()[criterion.fact or ""]
    floors: list[Row | None] = [None, *criterion.rows[:-1]]
    return [
        Step(reach(below.up_to if below else None, row.up_to, by), limit(criterion.comparison, row.need, fact))
        for below, row in zip(floors, criterion.rows, strict=True)
    ]


def reach(floor: Fraction | None, ceiling: Fraction | None, by: Fact) -> str:
    """5,000万元以上至2亿元（含）."""
    low = f"{quantity(floor, by)}以上" if floor is not None else ""
    high = f"{quantity(ceiling, by)}{'（含）' if low else '以下（含）'}" if ceiling is not None else ""
    return "至".join(part for part in (low, high) if part)


def score(edition: Edition) -> list[Part]:
    """The blocks of the score with their items, choices after their group."""
    return [
        Part(block, [each for item in block.items for each in item_clauses(item, edition, 0)])
        for block in (edition.score.blocks if edition.score else ())
    ]


def item_clauses(item: Item, edition: Edition, depth: int) -> Iterator[Clause]:
    """A score item and, one deeper, its choices."""
    fact = facts().get(item.fact or "")
    yield Clause(
        key=item.key,
        depth=depth,
        source=with_edition(item, edition),
        figure=worth(item),
        measure=measure(fact, item.if_zero),
        steps=[Step(band_reach(band, fact), points_range(band.low, band.high)) for band in item.bands] if fact else (),
        steps_by=fact.label if fact else "",
    )
    for choice in item.best_of:
        yield from item_clauses(choice, edition, depth + 1)


def worth(item: Item) -> str:
    """How an item earns its points."""
    if item.best_of:
        return f"{BEST}，满分{item.most}分"
    return f"专家评{points_range(*item.expert)}" if item.expert else f"满分{item.most}分"


def band_reach(band: Band, fact: Fact) -> str:
    """From which figure on a band holds; the last one takes the rest."""
    if band.floor is None:
        return OTHER
    return limit(band.comparison, band.floor, fact)
