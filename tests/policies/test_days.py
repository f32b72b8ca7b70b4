"""Every fact that reads a date, the day before an edge, on it and the day after: also on 29 February and at year's end.

The edges are not listed fact by fact: each date of each kind of row is put around the day itself, around the same day
one to five years before and around each turn of the year, and the plain reference says what should be counted.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from enterprises.vocabulary import HONOUR_KINDS, LISTS, NEGATIVE_KINDS
from pipeline.facts.assemble import assemble
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import COMPUTED
from pipeline.facts.gather import raw_subject
from pipeline.facts.registry import Amount
from pipeline.rules.compare import measured
from pipeline.rules.program import Program
from tests.policies.dials import LONG_AGO, NOT_GIVEN, RIGHT, anniversary, whole
from tests.policies.firms import register_of
from tests.policies.reference_facts import Facts
from tests.policies.reference_firm import ABSENT, UNKNOWN, Firm, Span

DAYS = (
    date(2026, 5, 1),
    date(2027, 2, 28),
    date(2027, 12, 31),
    date(2028, 1, 1),
    date(2028, 2, 29),
    date(2028, 3, 1),
)
NEVER = date(2099, 12, 31)
TITLES = ("tsme", "hnte", "srdi", "little_giant")


def around(on: date) -> list[date]:
    """The days beside every edge that a text may draw from the day."""
    anchors = {anniversary(on, years) for years in (-1, 0, 1, 2, 3, 5, 10)}
    anchors |= {date(on.year - years, 1, 1) for years in range(-1, 4)}
    return sorted({anchor + timedelta(n) for anchor in anchors for n in (-1, 0, 1)})


def period(start: str, end: str, day: date) -> Iterator[dict[str, date | None]]:
    """A period that begins or ends on the day, and one without an end."""
    yield {start: day, end: None}
    yield {start: day, end: NEVER}
    yield {start: LONG_AGO, end: day}


def rows(day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """One row of each list for each of its dates."""
    for each in period("granted_on", "expires_on", day):
        yield from (("property", {"class": number, **RIGHT, **each}) for number in ("I", "II"))
    for kind in HONOUR_KINDS:
        yield from (("honours", {"kind": kind, "level": at, "rank": 1, "given_on": day}) for at in ("国家", "省"))
    for each in period("recognised_on", "valid_until", day):
        yield from (("institutions", {"level": level, **each, **SIX}) for level in ("国家", "省部", "市"))
    for each in (*period("valid_from", "valid_until", day), {"revoked": True, "revoked_on": day}):
        yield from ((name, {"track": track, **each}) for name in ("titles", "parents") for track in TITLES)
    for each in period("from_on", "to_on", day):
        yield from (("negatives", {"kind": kind, **each}) for kind in NEGATIVE_KINDS)
        yield from (("above_scale", {"kind": kind, **each}) for kind in ("规上工业", "规上服务业"))


SIX = {f"six_{key}": True for key in ("site", "staff", "equipment", "investment", "projects", "rules")}


def firms(on: date) -> Iterator[tuple[str, date, Firm]]:
    """Firms of which one date lies beside an edge: what it belongs to, the day, the firm."""
    for day in around(on):
        for name in ("registered_on", "niche_since"):
            firm = whole(on)
            firm.own[name] = day
            firm.years[on.year - 1] |= dict.fromkeys(NOT_GIVEN, 7)
            yield name, day, firm
        yield from ((subject, day, Firm(**{subject: [row]})) for subject, row in rows(day) if subject in LISTS)


def source_of(column: str) -> str:
    """The list or field that a raw column is made from."""
    return "registered_on" if column in COMPUTED - {"on"} else raw_subject(column)


def said(row: Mapping[str, Any], name: str) -> Any:
    """What the product makes of a fact, in the reference's words."""
    fact = facts()[name]
    if isinstance(fact.measure, Amount):
        if row[f"f.{name}.na"]:
            return ABSENT
        value = row[f"f.{name}"]
        if fact.measure.most is not None and value is not None:
            return Span(value, row[f"f.{name}.most"])
        return UNKNOWN if value is None else value
    part, over = row[f"f.{name}.part"], row[f"f.{name}.whole"]
    if row[f"f.{name}.na"]:
        return "zero" if over == 0 else ABSENT
    return UNKNOWN if part is None or over is None else Fraction(part, over)


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_date_beside_its_edge(on: date) -> None:
    program = Program()
    for name in facts():
        measured(program, name)
    many = list(firms(on))
    register = register_of([firm for _, _, firm in many], "hnte")
    frame = program.run(assemble(register, on, program.raw))
    readers = {
        subject: [name for name, fact in facts().items() if subject in {source_of(c) for c in fact.columns}]
        for subject in {subject for subject, _, _ in many}
    }
    seen: dict[str, set[str]] = {}
    wrong = []
    for (subject, day, firm), row in zip(many, frame.iter_rows(named=True), strict=True):
        plain = Facts(firm, on)
        for name in readers[subject]:
            value = said(row, name)
            if value != (other := plain.fact(name)):
                wrong.append((name, subject, day, value, other))
            seen.setdefault(name, set()).add(str(value))
    assert wrong == []
    dated = {name for names in readers.values() for name in names} - {f"title_{key}" for key in UNSEEN}
    assert {name for name in dated if len(seen[name]) < 2} == set()


UNSEEN = {name.removeprefix("title_") for name in facts() if name.startswith("title_")} - set(TITLES)
