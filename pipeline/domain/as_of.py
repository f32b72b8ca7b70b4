"""As of any day: what was known then by the edition in force then, and why today's answer is another.

Figures, facts about the firm, titles and rulings have a moment at which they became known. Lists (intellectual
property, honours, institutions, negative facts) have only the days they speak of: they are taken as they stand now.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from enterprises.models import Enterprise
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY, label_of
from pipeline.domain.checklists import Checklist, checklist
from pipeline.facts.register import Register
from pipeline.rules.choose import NoEdition
from pipeline.rules.explain import Finding


@dataclass(frozen=True)
class Known:
    """Something that was known otherwise then: its name, its year or place, what it was and what it is."""

    label: str
    then: Any
    now: Any
    unit: str = ""


@dataclass(frozen=True)
class Turned:
    """A condition that comes out otherwise today: how, and whether by what is known or by the day and its edition."""

    then: Finding | None
    now: Finding | None
    by_facts: bool
    by_day: bool

    @property
    def finding(self) -> Finding:
        """The condition, in the words of the later edition that has it."""
        found = self.now or self.then
        assert found is not None
        return found


@dataclass(frozen=True)
class Comparison:
    """The answer of a day and today's, with what lies between; ``now`` is None where nobody can be judged today."""

    then: Checklist
    now: Checklist | None
    facts: Sequence[Known]
    turned: Sequence[Turned]

    @property
    def is_other_edition(self) -> bool:
        """Whether today another edition judges."""
        return self.now is not None and self.now.edition.pk != self.then.edition.pk


def compare(*, enterprise: Enterprise, track: str, on: datetime.date, today: datetime.date) -> Comparison:
    """Judge a firm as of a day and as of today; ``choose.NoEdition`` says why nobody could then."""
    then = checklist(enterprise=enterprise, track=track, on=on, known_by=end_of(on))
    try:
        now = checklist(enterprise=enterprise, track=track, on=today)
    except NoEdition:
        return Comparison(then, None, (), ())
    between = checklist(enterprise=enterprise, track=track, on=on, kind=then.kind)
    return Comparison(then, now, list(learnt(then.register, now.register)), list(turned(then, between, now)))


def end_of(on: datetime.date) -> datetime.datetime:
    """The last moment of a day in the bureau's time."""
    return timezone.make_aware(datetime.datetime.combine(on, datetime.time.max))


def turned(then: Checklist, between: Checklist, now: Checklist) -> Iterator[Turned]:
    """Conditions whose outcome differs; ``between`` is that day's edition on what is known now."""
    sides = [{gate.key: gate for gate in side.gates} for side in (then, between, now)]
    for key in {**sides[0], **sides[2]}:
        before, middle, after = (side.get(key) for side in sides)
        words = [each.outcome if each else None for each in (before, middle, after)]
        if words[0] != words[2]:
            yield Turned(before, after, by_facts=words[0] != words[1], by_day=words[1] != words[2])


def learnt(then: Register, now: Register) -> Iterator[Known]:
    """What is known otherwise now than it was then."""
    yield from of_firm(then, now)
    yield from of_years(then, now)
    yield from of_titles(then, now)
    yield from of_rulings(then, now)


def of_firm(then: Register, now: Register) -> Iterator[Known]:
    """Facts about the firm itself."""
    before, after = (side.firms.row(0, named=True) for side in (then, now))
    names = (name for name in after if name != "firm" and not name.endswith("_known"))
    yield from (Known(label_of(name), before[name], after[name]) for name in names if before[name] != after[name])


def of_years(then: Register, now: Register) -> Iterator[Known]:
    """Figures of years, the latest year first."""
    before, after = ({row["year"]: row for row in side.years.to_dicts()} for side in (then, now))
    for year in sorted({*before, *after}, reverse=True):
        for name, figure in FIGURE_BY_NAME.items():
            was, is_ = before.get(year, {}).get(name), after.get(year, {}).get(name)
            if was != is_:
                yield Known(f"{year} 年{figure.label}", was, is_, figure.unit)


def of_titles(then: Register, now: Register) -> Iterator[Known]:
    """Titles recorded, ended or changed since, the firm's own and those of whoever controls it."""
    for subject, word in {"titles": "资格", "parents": "控股企业资格"}.items():
        before, after = (Counter(side.rows_of(subject).drop("firm").rows()) for side in (then, now))
        for title in (after - before) | (before - after):
            track, since, until, revoked, revoked_on, suspended = title
            stopped = f"（{revoked_on or ''}撤销）" if revoked else "（暂停）" if suspended else ""
            period = f"{since} 至 {until or '长期'}{stopped}"
            yield Known(f"{word} {TRACK_BY_KEY[track].label}", *((None, period) if title in after else (period, None)))


def of_rulings(then: Register, now: Register) -> Iterator[Known]:
    """Rulings given, changed or gone since."""
    before, after = (
        {(row["track"], row["criterion"]): answer(row) for row in side.rulings.to_dicts()} for side in (then, now)
    )
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            yield Known(f"人工判定 {TRACK_BY_KEY[key[0]].label} {key[1]}", before.get(key), after.get(key))


def answer(row: dict[str, Any]) -> str:
    """A ruling in words."""
    if row["points"] is not None:
        return f"{row['points']} 分"
    return "符合" if row["value"] else "不符合"
