"""逾期上报: from whoever looks after a firm to the head of the unit and the bureau; announced, stopped by 已知悉."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Self

from django.db import transaction
from django.db.models import DateField, Q
from django.db.models.functions import Coalesce

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises import deadlines
from notifications.models import Escalation, Level, Obligation
from notifications.models.duties import dated
from notifications.workdays import Workdays, calendar_of

MOST: Final = 250  # working days: a year
DATED: Final = (3, 10)
UNDATED: Final = (10, 30)
WITHOUT_DAY: Final = {
    Obligation.Kind.FIGURES_WANTED,
    Obligation.Kind.FIGURES_TO_ACCEPT,
    Obligation.Kind.MATERIAL_TO_ACCEPT,
    Obligation.Kind.INSTITUTION_WANTED,
    Obligation.Kind.ADDRESS_WANTED,
}
BASE: Final = Coalesce("due_on", "created_on", output_field=DateField())


def load_seeds() -> int:
    """A rule for each kind that has none yet; the bureau changes them as it likes."""
    known = set(Escalation.objects.values_list("kind", flat=True))
    new = [
        Escalation(kind=kind, unit_after=unit, bureau_after=bureau)
        for kind in Obligation.Kind
        if kind.value not in known
        for unit, bureau in [UNDATED if kind in WITHOUT_DAY else DATED]
    ]
    Escalation.objects.bulk_create(new)
    return len(new)


@dataclass(frozen=True)
class Rules:
    """The rule of each kind, and the work calendar they count by, read once."""

    by_kind: Mapping[str, Escalation]
    calendar: Workdays

    @classmethod
    def known(cls, on: datetime.date, calendar: Workdays | None = None) -> Self:
        """In two queries; what is older than last year has passed every level."""
        return cls({rule.kind: rule for rule in Escalation.objects.all()}, calendar or calendar_of([on.year - 1]))

    def days(self, duty: Obligation) -> list[tuple[Level, datetime.date]]:
        """On which day each level hears of an obligation that stays as it is."""
        rule = self.by_kind.get(duty.kind)
        after = [(Level.UNIT, rule.unit_after), (Level.BUREAU, rule.bureau_after)] if rule else []
        base = duty.due_on or duty.created_on
        return [(level, self.calendar.workdays_after(base, days)) for level, days in after if days is not None]

    def level(self, duty: Obligation, on: datetime.date) -> Level:
        """Whose concern it is on a day; the same truth as ``raise_levels`` writes down."""
        if duty.acknowledged_on is not None:
            return Level.OWNER
        return max((level for level, day in self.days(duty) if day <= on), default=Level.OWNER)

    def says(self, duty: Obligation, on: datetime.date) -> str:
        """What is said of it beside the line: whom it has been brought before, or will be and when."""
        if duty.acknowledged_on is not None:
            return f"{dated(duty.acknowledged_on)}已知悉，不再上报"
        reached = self.level(duty, on)
        now = f"已提请{reached.label}关注" if reached else ""
        coming = next(((level, day) for level, day in self.days(duty) if day > on and level > reached), None)
        soon = (
            f"仍未办结的，{self.day(coming[1])}起提请{coming[0].label}关注；责任人点“已知悉”即停止上报"
            if coming
            else ""
        )
        return "；".join(part for part in (now, soon) if part)

    def day(self, day: datetime.date) -> str:
        """A day counted in working days; of a year without arrangement it says so."""
        known = day.year in self.calendar.known_years
        return dated(day) if known else f"{dated(day)}（{day.year}年放假安排尚未发布，日期为推算）"


def raise_levels(*, on: datetime.date, enterprise_ids: Collection[int] | None = None) -> int:
    """Write down whose concern each open obligation is, a few queries a kind; how many rows changed."""
    open_ones = Obligation.objects.open().alias(base=BASE)
    if enterprise_ids is not None:
        open_ones = open_ones.filter(enterprise__in=enterprise_ids)
    changed = open_ones.filter(acknowledged_on__isnull=False).exclude(level=Level.OWNER).update(level=Level.OWNER)
    rows = open_ones.filter(acknowledged_on__isnull=True)
    rules = Rules.known(on)
    for kind, rule in rules.by_kind.items():
        unit, bureau = (reached_from(rules.calendar, on, days) for days in (rule.unit_after, rule.bureau_after))
        at_bureau = Q(base__lte=bureau) if bureau else Q(pk__isnull=True)
        at_unit = Q(base__lte=unit) & ~at_bureau if unit else Q(pk__isnull=True)
        of_kind = rows.filter(kind=kind)
        for level, where in ((Level.BUREAU, at_bureau), (Level.UNIT, at_unit), (Level.OWNER, ~at_bureau & ~at_unit)):
            changed += of_kind.filter(where).exclude(level=level).update(level=level)
    return changed


def reached_from(calendar: Workdays, on: datetime.date, days: int | None) -> datetime.date | None:
    """The latest day after which so many working days have passed by ``on``; None where the level never hears."""
    if days is None:
        return None
    day = on
    for _ in range(days):
        day = deadlines.days_after(calendar.last_workday(day), -1)
    return day


# The rules are the bureau's


@transaction.atomic
def save_rule(
    *, kind: str, unit_after: int | None, bureau_after: int | None, by: User, on: datetime.date
) -> Escalation:
    """Say after how many working days each level hears of a kind."""
    if by.role != Role.CITY:
        raise StepRefused([Reason("right", "逾期上报规则由市级维护", who="bureau")])
    if reasons := against_rule(unit_after, bureau_after):
        raise StepRefused(reasons)
    rule = Escalation.objects.select_for_update().filter(kind=kind).first() or Escalation(kind=kind)
    before = {"kind": kind, "unit_after": rule.unit_after, "bureau_after": rule.bureau_after}
    after = {"kind": kind, "unit_after": unit_after, "bureau_after": bureau_after}
    if rule.pk and before == after:
        return rule
    rule.unit_after, rule.bureau_after = unit_after, bureau_after
    rule.save()
    audit.record("escalation.save", rule, by=by, before=before, after=after, on=on)
    return rule


def against_rule(unit_after: int | None, bureau_after: int | None) -> list[Reason]:
    """What of a rule cannot stand."""
    reasons = [
        Reason(name, f"工作日数应在 1 至 {MOST} 之间，不上报的留空", who="bureau")
        for name, days in (("unit_after", unit_after), ("bureau_after", bureau_after))
        if days is not None and not 1 <= days <= MOST
    ]
    if unit_after and bureau_after and bureau_after < unit_after:
        reasons.append(Reason("bureau_after", "提请市级不应早于提请单位负责人", who="bureau"))
    return reasons


def reasons_against_acknowledging(duty: Obligation, by: User, on: datetime.date) -> list[Reason]:
    """Why this person cannot stop the escalation: it is the owner's word, an absent owner's deputy's, or, where nobody
    looks after the firm and of a unit's own duty, any officer's of the unit."""
    if duty.state_kept is not None or duty.acknowledged_on is not None:
        return [Reason("state", "这一事项已结束或已知悉", who="bureau")]
    firm = duty.enterprise
    owner = firm.officer if firm else None
    deputises = firm is not None and owner is not None and firm.deputy_id == by.pk and owner.is_absent(on)
    if owner is not None and owner.pk != by.pk and not deputises:
        return [Reason("right", f"由责任人{owner.name}点“已知悉”", who="bureau")]
    return []


def to_level(reader: User) -> int:
    """From which level on an obligation is this reader's as a head: the unit's head hears at once, the city last."""
    if reader.role == Role.CITY:
        return Level.BUREAU
    return Level.UNIT if reader.leads else Level.BUREAU + 1
