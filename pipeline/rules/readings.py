"""Readings: actual, required and gap of one test, exact and in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, floor
from typing import Any

from pipeline.facts.catalogue import facts
from pipeline.facts.registry import Amount, Fact, Ratio
from pipeline.rules.edition import Criterion
from pipeline.rules.schema import Band, Block, Comparison, Item, PointsTest, TotalTest, known
from pipeline.rules.thresholds import PENDING
from pipeline.rules.wording import (
    NO_RULE,
    PENDING_TEXT,
    SIGNS,
    SUFFIX,
    UNKNOWN,
    WORDS,
    lever_amount,
    limit,
    machine,
    percent,
    points_range,
    quantity,
    rounded_up,
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """The figures of one test; see `explain.Finding` for their meaning."""

    actual: int | str | bool | None = None
    actual_exact: str | None = None
    required: int | str | bool | None = None
    gap: int | str | None = None
    actual_text: str = UNKNOWN
    required_text: str = ""
    gap_text: str = ""
    levers: tuple[str, ...] = ()
    is_next: bool = False  # what is required is what the next band takes


def read_fact(row: Row, criterion: Criterion) -> Reading:
    """A test of a fact."""
    fact = facts()[criterion.fact or f"title_{criterion.title}"]
    if criterion.comparison is None:
        return read_word(row, fact, criterion)
    if criterion.is_pending:
        return of_pending(row, fact)
    need = needed(row, criterion)
    if need is None:
        rows = "；".join(f"{limit(criterion.comparison, each.need, fact)}" for each in criterion.rows)
        return Reading(required_text=f"按“{facts()[criterion.by or ''].label}”分档：{rows}")
    return compared(row, fact, criterion.comparison, need)


def of_pending(row: Row, fact: Fact) -> Reading:
    """A fact beside a threshold that nobody knows yet: what is known of it, and nothing to compare it with."""
    value = measured_value(row, fact)
    text = UNKNOWN if value is None else quantity(value, fact)
    return Reading(required=PENDING, actual_text=text, required_text=PENDING_TEXT)


def read_word(row: Row, fact: Fact, criterion: Criterion) -> Reading:
    """A test of a flag, a title or a word; there is no gap to measure."""
    actual = row[f"f.{fact.name}"]
    if criterion.not_in is not None:
        required: str | bool = "not in " + ", ".join(criterion.not_in)
        required_text = f"不属于{'、'.join(criterion.not_in)}"
    else:
        required = True if criterion.is_ is None else criterion.is_
        required_text = quantity(required, fact)
    text = UNKNOWN if actual is None else quantity(actual, fact)
    return Reading(actual=actual, required=required, actual_text=text, required_text=required_text)


def needed(row: Row, criterion: Criterion) -> Fraction | None:
    """The threshold that applies to this firm; nothing while the fact that picks the row is unknown."""
    if not criterion.rows:
        return criterion.need
    chooser = row[f"f.{criterion.by}"]
    if chooser is None:
        return None
    return known(next(each.need for each in criterion.rows if each.up_to is None or chooser <= each.up_to))


def compared(row: Row, fact: Fact, comparison: Comparison, need: Fraction) -> Reading:
    """A fact beside its threshold."""
    required = percent(need) if fact.unit == "ratio" else machine(need)
    base = Reading(required=required, required_text=limit(comparison, need, fact))
    if isinstance(fact.measure, Amount):
        most = row.get(f"f.{fact.name}.most")
        return in_doubt(of_amount(base, row[f"f.{fact.name}"], fact, comparison, need), most, fact, comparison, need)
    if row.get(f"f.{fact.name}.by_expert"):
        return replace(base, actual_text=NO_RULE)
    return of_ratio(base, row[f"f.{fact.name}.part"], row[f"f.{fact.name}.whole"], fact, comparison, need)


def in_doubt(reading: Reading, most: int | None, fact: Fact, comparison: Comparison, need: Fraction) -> Reading:
    """The reading of a count that rows in doubt may raise: both numbers, and no gap where these may close it."""
    if not isinstance(reading.actual, int) or most is None or most == reading.actual:
        return reading
    text = f"{reading.actual_text}，另有{quantity(most - reading.actual, fact)}待核实"
    if reading.gap and not shortfall(Fraction(most), comparison, need):
        return replace(reading, actual_text=text, gap=None, gap_text="")
    return replace(reading, actual_text=text)


def shortfall(actual: Fraction, comparison: Comparison, need: Fraction) -> int:
    """The least whole amount by which the actual must change to pass; zero where it passes."""
    match comparison:
        case "at_least":
            return max(0, ceil(need - actual))
        case "at_most":
            return max(0, ceil(actual - need))
        case "more_than":
            return max(0, floor(need - actual) + 1)
        case "less_than":
            return max(0, floor(actual - need) + 1)


def of_amount(base: Reading, value: int | None, fact: Fact, comparison: Comparison, need: Fraction) -> Reading:
    """A whole amount and what it lacks or exceeds."""
    if value is None:
        return base
    gap = shortfall(Fraction(value), comparison, need)
    word = "差" if comparison in ("at_least", "more_than") else "超出"
    text = f"{word} {quantity(gap, fact)}" if gap else ""
    return Reading(value, str(value), base.required, gap, quantity(value, fact), base.required_text, text)


def of_ratio(
    base: Reading, part: int | None, whole: int | None, fact: Fact, comparison: Comparison, need: Fraction
) -> Reading:
    """A ratio: its share, and the gap in the unit of its part with both levers."""
    if part is None or whole is None:
        return base
    if whole <= 0:
        return Reading(None, None, base.required, None, "不适用（分母为0）", base.required_text)
    measure = fact.measure
    value = Fraction(part, whole) if isinstance(measure, Amount) else rate(part, whole, measure)
    shown = quantity(value, fact, against=need)
    exact = str(Fraction(part, whole))
    if fact.levers is None:
        return replace(
            base, actual=shown, actual_exact=exact, actual_text=shown, **apart(value, fact, comparison, need)
        )
    gap = shortfall(Fraction(part), comparison, need * whole)
    falls = comparison in ("at_most", "less_than")
    levers = lowered(gap, part, need, fact) if falls else raised(gap, part, need, fact)
    text = f"{'超出' if falls else '差'} {lever_amount(gap, fact.levers.unit)}（{'，或'.join(levers)}）"
    return Reading(shown, exact, base.required, gap, shown, base.required_text, text if gap else "", levers)


def apart(value: Fraction, fact: Fact, comparison: Comparison, need: Fraction) -> dict[str, Any]:
    """The gap of a ratio whose part no single figure moves: the distance, or the mark where it must be passed."""
    distance = need - value if comparison in ("at_least", "more_than") else value - need
    if distance < 0 or (distance == 0 and comparison in ("at_least", "at_most")):
        return {"gap": 0, "gap_text": ""}
    if comparison in ("more_than", "less_than"):
        return {"gap": machine(distance), "gap_text": f"须{WORDS[comparison]}{quantity(need, fact)}"}
    is_share = fact.unit == "ratio"
    far = f"{rounded_up(distance * 100)} 个百分点" if is_share else f"{rounded_up(distance)}{SUFFIX[fact.unit]}"
    word = "差" if comparison in ("at_least", "more_than") else "超出"
    return {"gap": machine(distance), "gap_text": f"{word} {far}"}


def raised(gap: int, part: int, need: Fraction, fact: Fact) -> tuple[str, ...]:
    """Both ways to lift a ratio: more of its part, or no more than so much of its whole."""
    if fact.levers is None or gap <= 0:
        return ()
    levers = [f"{fact.levers.part}再增加{lever_amount(gap, fact.levers.unit)}"]
    if part > 0 and need > 0:
        levers.append(f"{fact.levers.whole}不超过{lever_amount(floor(part / need), fact.levers.unit)}")
    return tuple(levers)


def lowered(gap: int, part: int, need: Fraction, fact: Fact) -> tuple[str, ...]:
    """Both ways to bring a ratio down: less of its part, or at least so much of its whole."""
    if fact.levers is None or gap <= 0:
        return ()
    levers = [f"{fact.levers.part}减少{lever_amount(gap, fact.levers.unit)}"]
    if need > 0:
        levers.append(f"{fact.levers.whole}不低于{lever_amount(ceil(part / need), fact.levers.unit)}")
    return tuple(levers)


def read_total(row: Row, name: str, test: TotalTest, word: str) -> Reading:
    """A score against its mark: a range while experts or figures are missing."""
    low, high = row[f"{name}.low"], row[f"{name}.high"]
    best = high if row[f"{name}.high"] is not None else 0
    gap = shortfall(Fraction(best if fails(best, test) else low), test.comparison, test.need)
    sign = SIGNS[test.comparison]
    text = f"最高{best}分，还差 {gap} 分" if fails(best, test) else f"还需 {gap} 分方可确定"
    return Reading(
        actual=low if low == high else f"{low}-{high}",
        actual_exact=str(low) if low == high else None,
        required=f"{sign}{machine(test.need)}",
        gap=gap,
        actual_text=f"{word} {points_range(low, high)}",
        required_text=f"{sign}{machine(test.need)}分",
        gap_text=text if gap else "",
    )


def fails(points: int, test: TotalTest) -> bool:
    """Whether so many points do not pass."""
    return shortfall(Fraction(points), test.comparison, test.need) > 0


def read_item(row: Row, item: Item) -> Reading:
    """A banded item: its fact beside the next higher band."""
    fact = facts()[item.fact or ""]
    if item.is_pending:
        return of_pending(row, fact)
    above = next_band(row, item, fact)
    reading = compared(row, fact, above.comparison, known(above.floor))
    value = measured_value(row, fact)
    scores = value is not None and any(band.floor is not None and reaches(value, band) for band in item.bands)
    return replace(reading, is_next=scores and not reaches(value or Fraction(0), above))


def read_item_points(row: Row, test: PointsTest, item: Item | None) -> Reading:
    """The points of an item or block against a mark; what lifts an item is what lifts its fact."""
    reading = read_total(row, test.column, test, "得分")
    if not (reading.gap and item and item.fact and row[f"i.{item.key}.low"] == row[f"i.{item.key}.high"] == item.least):
        return reading
    lifted = read_item(row, item)
    return replace(reading, gap_text=lifted.gap_text, levers=lifted.levers) if lifted.gap_text else reading


def next_band(row: Row, item: Item, fact: Fact) -> Band:
    """The lowest band above the one reached; the highest where that is reached or nothing is known."""
    value = measured_value(row, fact)
    if value is None:
        return item.bands[0]
    missed = [band for band in item.bands if band.floor is not None and not reaches(value, band)]
    return missed[-1] if missed else item.bands[0]


def measured_value(row: Row, fact: Fact) -> Fraction | None:
    """The fact as an exact number, where it is known."""
    if isinstance(fact.measure, Amount):
        value = row[f"f.{fact.name}"]
        return None if value is None else Fraction(value)
    part, whole = row[f"f.{fact.name}.part"], row[f"f.{fact.name}.whole"]
    return rate(part, whole, fact.measure) if part is not None and whole is not None and whole > 0 else None


def rate(part: int, whole: int, measure: Ratio) -> Fraction:
    """The ratio as a number; a compound rate to thirty places, for it is shown and never compared."""
    value = Fraction(part, whole)
    if measure.periods == 1:
        return value
    with localcontext(prec=30):
        root = (Decimal(value.numerator) / Decimal(value.denominator)) ** (Decimal(1) / measure.periods)
    return Fraction(root) - 1


def reaches(value: Fraction, band: Band) -> bool:
    """Whether a value reaches the band's threshold."""
    floor = known(band.floor)
    match band.comparison:
        case "at_most":
            return value <= floor
        case "more_than":
            return value > floor
        case _:
            return value >= floor


def read_points(row: Row, block: Block, item: Item) -> Reading:
    """An expert's item or a choice: its points only."""
    low, high = row[f"i.{item.key}.low"], row[f"i.{item.key}.high"]
    given = row.get(f"b.{block.key}.given") if block.given else None
    text = points_range(low, high) if given is None else f"专家给“{block.says}”{given}分"
    actual = low if low == high else f"{low}-{high}"
    return Reading(actual, None, item.most, None, text, f"满分{item.most}分")
