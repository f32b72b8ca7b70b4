"""年度事项: as seeded, then as the city's officers keep them; the days of a year, copied into the next one."""

import datetime
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.forms.models import model_to_dict

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises import deadlines
from notifications.models import YearlyDay, YearlyDuty
from pipeline import seeds
from pipeline.domain import rounds
from pipeline.domain.rounds import RoundGiven, wrong
from pipeline.models import Round

SEEDS: Final = Path(__file__).parent / "yearly.yaml"
DUTY_SAVED: Final = "yearly.save"
DAY_SAVED: Final = "yearly.day"
COPIED: Final = "按{year}年日期推算，未见当年通知"


@dataclass(frozen=True)
class DutyGiven:
    """What is owed, by whom, how often; month and day are those of former years."""

    name: str
    track: str
    whom: str
    rhythm: str
    month: int | None
    day: int | None
    because: str
    is_active: bool = True


@dataclass(frozen=True)
class DayGiven:
    """By when in one year, and where that stands."""

    due_on: datetime.date
    due_time: datetime.time | None = None
    postponed_from: datetime.date | None = None
    postponed_by: str = ""
    document: str = ""
    source: str = ""


def load_seeds() -> int:
    """Add the seeded duties that are not there yet; what the bureau changed or switched off stays so."""
    known = set(YearlyDuty.objects.values_list("slug", flat=True))
    new = [YearlyDuty(**row) for row in seeds.read(SEEDS) if row["slug"] not in known]
    YearlyDuty.objects.bulk_create(new)
    return len(new)


def may_keep(by: User, track: str) -> bool:
    """Whether a duty is this person's to keep: by the line of its track, the dispatch by whoever is of the city."""
    return rounds.may_keep(by, track) if track else by.role == Role.CITY


def refuse_unless_may_keep(by: User, track: str) -> None:
    """Duties are kept by the city level, each by the line of its track."""
    if track:
        rounds.refuse_unless_may_keep(by, track)
    elif by.role != Role.CITY:
        raise StepRefused([Reason("right", "年度事项由市级维护", who="bureau")])


@transaction.atomic
def save_duty(*, duty_id: int | None, given: DutyGiven, by: User, on: datetime.date) -> YearlyDuty:
    """Enter a duty, or change what it is."""
    refuse_unless_may_keep(by, given.track)
    row = YearlyDuty.objects.select_for_update().get(pk=duty_id) if duty_id else YearlyDuty()
    refuse_unless_may_keep(by, row.track or given.track)
    if reasons := against_duty(given, row):
        raise StepRefused(reasons)
    before = described(row) if row.pk else None
    for name, value in asdict(given).items():
        setattr(row, name, value)
    row.slug = row.slug or f"new:{YearlyDuty.objects.count()}:{on}"
    row.save()
    if before is None:
        row.slug = f"own:{row.pk}"
        row.save(update_fields=["slug"])
    audit.record(DUTY_SAVED, row, by=by, before=before, after=described(row), on=on)
    return row


def against_duty(given: DutyGiven, row: YearlyDuty) -> list[Reason]:
    """What of a duty cannot stand, each with the field it concerns."""
    reasons = []
    if not given.name.strip():
        reasons.append(wrong("name", "请填写事项名称"))
    if row.pk and row.track != given.track:
        reasons.append(wrong("track", "认定方向不能更改，请另建一条"))
    of_units = given.whom == YearlyDuty.Whom.UNITS
    if of_units != (given.rhythm == YearlyDuty.Rhythm.TEN_DAYS):
        reasons.append(wrong("rhythm", "责任单位办理的按旬，企业办理的按年"))
    if not of_units and not given.track:
        reasons.append(wrong("track", "企业办理的事项须选认定方向"))
    if of_units and given.track:
        reasons.append(wrong("track", "责任单位办理的事项不分认定方向"))
    if not of_units and not exists(given.month, given.day):
        reasons.append(wrong("day", "请填写存在的月和日，例如 5 月 31 日"))
    return reasons


def exists(month: int | None, day: int | None) -> bool:
    """Whether every year has such a day."""
    try:
        return bool(month and day and datetime.date(2025, month, day))
    except ValueError:
        return False


@transaction.atomic
def save_day(*, duty_id: int, year: int, given: DayGiven, verified: bool, by: User, on: datetime.date) -> YearlyDay:
    """Say by when a duty is owed in one year; ``verified``: that the day was compared with the notice."""
    duty = YearlyDuty.objects.select_for_update().get(pk=duty_id)
    refuse_unless_may_keep(by, duty.track)
    if reasons := against_day(given, year, verified=verified):
        raise StepRefused(reasons)
    row = YearlyDay.objects.filter(duty=duty, year=year).first() or YearlyDay(duty=duty, year=year)
    before = described(row) if row.pk else None
    changed = any(getattr(row, name) != value for name, value in asdict(given).items())
    for name, value in asdict(given).items():
        setattr(row, name, value)
    if not verified:
        row.verified_on, row.verified_by = None, None
    elif changed or row.verified_on is None:
        row.verified_on, row.verified_by = on, by
    row.save()
    audit.record(DAY_SAVED, row, by=by, before=before, after=described(row), document=given.document, on=on)
    return row


def against_day(given: DayGiven, year: int, *, verified: bool) -> list[Reason]:
    """What of a year's day cannot stand, each with the field it concerns."""
    reasons = []
    if given.due_on.year != year:
        reasons.append(wrong("due_on", f"截止日应在 {year} 年"))
    if verified and not (given.document or given.source):
        reasons.append(wrong("verified", "标为已核实须填写文件或来源，写明据何核实"))
    if given.postponed_from and not given.postponed_by.strip():
        reasons.append(wrong("postponed_by", "已延期的须写明延期通知"))
    if given.postponed_by.strip() and not given.postponed_from:
        reasons.append(wrong("postponed_from", "写了延期通知，须填原截止日"))
    if given.postponed_from and given.postponed_from >= given.due_on:
        reasons.append(wrong("postponed_from", "延期后的截止日应晚于原截止"))
    return reasons


@dataclass(frozen=True)
class Copied:
    """What a copy into the next year made, and the tracks whose deadlines follow from it."""

    days: int
    rounds: int
    tracks: frozenset[str]


@transaction.atomic
def copy_year(*, year: int, by: User, on: datetime.date) -> Copied:
    """The days of a year as an estimate for the next, all 待核实; what the next year has already stays as it is."""
    days = list(days_to_copy(year, by))
    for duty_id, given in days:
        save_day(duty_id=duty_id, year=year + 1, given=given, verified=False, by=by, on=on)
    given_rounds = list(rounds_to_copy(year, by))
    for round_id, one in given_rounds:
        rounds.save_round(round_id=round_id, given=one, verified=False, by=by, on=on)
    tracks = frozenset(one.track for _, one in given_rounds)
    return Copied(len(days), len(given_rounds), tracks)


def days_to_copy(year: int, by: User) -> Iterator[tuple[int, DayGiven]]:
    """The days of a year that the next one lacks; a postponement was of that year alone."""
    there = set(YearlyDay.objects.filter(year=year + 1).values_list("duty", flat=True))
    for row in YearlyDay.objects.filter(year=year).select_related("duty"):
        if row.duty_id not in there and row.duty.is_active and may_keep(by, row.duty.track):
            day = row.postponed_from or row.due_on
            estimate = DayGiven(deadlines.in_year(day, year + 1), row.due_time, source=COPIED.format(year=year))
            yield row.duty_id, estimate


def rounds_to_copy(year: int, by: User) -> Iterator[tuple[int | None, RoundGiven]]:
    """The dated rounds of a year for tracks of whose next year no day is known; an undated row there is filled in."""
    following = {row.track: row for row in Round.objects.filter(year=year + 1).order_by("-pk")}
    dated = {
        row.track for row in Round.objects.filter(year=year + 1) if any(getattr(row, name) for name in rounds.DAYS)
    }
    for row in Round.objects.filter(year=year).order_by("pk"):
        days = {name: getattr(row, name) for name in rounds.DAYS}
        if row.track in dated or not any(days.values()) or not may_keep(by, row.track):
            continue
        if row.postponed_from:
            days["closes_on"] = row.postponed_from
        shifted: dict[str, Any] = {
            name: deadlines.in_year(day, day.year + 1) if day else None for name, day in days.items()
        }
        into = following.pop(row.track, None)
        name = into.name if into else next_name(row.name, year)
        given = RoundGiven(row.track, name, year + 1, source=COPIED.format(year=year), closes_at=row.closes_at)
        yield into.pk if into else None, replace(given, **shifted)


def next_name(name: str, year: int) -> str:
    """The name of a round a year on; one that names no year gets it in front."""
    return name.replace(str(year), str(year + 1)) if str(year) in name else f"{year + 1}年{name}"[:80]


def described(row: YearlyDuty | YearlyDay) -> dict[str, Any]:
    """A row as the audit trail keeps it."""
    return {
        name: value.isoformat() if isinstance(value, datetime.date | datetime.time) else value
        for name, value in model_to_dict(row, exclude=["id"]).items()
    }
