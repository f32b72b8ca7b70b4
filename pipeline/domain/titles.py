"""The door of titles: recognitions from cases, ledgers and published lists, and acts upon them."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused, reasons_against, state_change_allowed
from accounts.models import AuditEvent, User
from enterprises import deadlines, signals
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import access, editions, judge, ladder
from pipeline.models import Title
from pipeline.models.title import Standing
from pipeline.rules.choose import NoEdition

# 32号 and 2号文: three years from the day on the certificate; 国科火字〔2019〕87号: a 科小 number holds in its year.
THREE_YEARS: Final = {"hnte", "isme", "srdi", "little_giant", "champion_national", "champion_hubei"}
FIRST_DAY: Final = datetime.date(1990, 1, 1)
MOST_AHEAD: Final = 31  # a certificate is announced and entered before its day at most so long
LATEST_BEGIN: Final = 731  # days
ACTS: Final = {"open_review": "开始复核", "restore": "恢复", "suspend": "暂停", "revoke": "撤销"}


@dataclass(frozen=True)
class TitleRow:
    """One recognition of a ledger or list; ``place`` says where it stood (sheet and line)."""

    enterprise_id: int
    track: str
    number: str
    issued_on: datetime.date
    valid_from: datetime.date
    valid_until: datetime.date | None
    place: str = ""


@dataclass(frozen=True)
class TitleRefusal:
    """A row that was not recorded, and why."""

    row: TitleRow
    why: str


def lapses_on(track: str, valid_from: datetime.date) -> datetime.date | None:
    """The last day of a title that begins on that day, where a rule sets one."""
    if track == "tsme":
        return datetime.date(valid_from.year, 12, 31)
    if track not in THREE_YEARS:
        return None
    if (valid_from.month, valid_from.day) == (2, 29):
        return datetime.date(valid_from.year + 3, 2, 28)
    return deadlines.days_after(deadlines.in_year(valid_from, valid_from.year + 3), -1)


@transaction.atomic
def record(
    *,
    enterprise_id: int,
    track: str,
    number: str,
    issued_on: datetime.date,
    by: User,
    on: datetime.date,
    valid_from: datetime.date | None = None,
    valid_until: datetime.date | None = None,
    document: str = "",
) -> Title:
    """Record one recognition and let the firm climb."""
    access.lock_enterprise(enterprise_id, by)
    if reasons := access.against_right(by, track):
        raise StepRefused(reasons)
    begins = valid_from or issued_on
    if why := against_days(issued_on, begins, on):  # before the end is counted from it
        raise StepRefused([Reason("title", why, who="bureau")])
    row = TitleRow(enterprise_id, track, number, issued_on, begins, valid_until or lapses_on(track, begins))
    if why := against_row(row, list(Title.objects.filter(enterprise=enterprise_id, track=track))):
        raise StepRefused([Reason("title", why, who="bureau")])
    title = as_title(row, by=by, document=document, edition_id=edition_on(track, issued_on))
    title.save(force_insert=True)
    audit.record("title.record", title, by=by, after=described(title), document=document, on=begins)
    follow(enterprise_id, on, by)
    return title


def follow(enterprise_id: int, on: datetime.date, by: User) -> None:
    """What follows from a changed title at once: the firm's rung, and its verdicts where a title counts."""
    ladder.settle(enterprise_id=enterprise_id, on=on, by=by)
    judge.judge(on=on, enterprise_ids=[enterprise_id])
    signals.tell(Title, on=on, enterprise_ids=[enterprise_id])


@transaction.atomic
def record_many(
    *, rows: Sequence[TitleRow], by: User, on: datetime.date, document: str, batch_id: int | None = None
) -> list[TitleRefusal]:
    """Record the recognitions of a ledger or list; what is there already stays as it is, what conflicts is refused.

    A ledger tells what others decided, so no line of a track is asked for. The caller settles the touched firms.
    """
    seen = locked_in_sight({row.enterprise_id for row in rows}, by)
    known = known_titles(seen)
    new: list[Title] = []
    refused: list[TitleRefusal] = []
    given_under: dict[tuple[str, datetime.date], int | None] = {}
    for row in rows:
        before = known[row.enterprise_id, row.track]
        if row.enterprise_id not in seen or not by.may_write:
            refused.append(TitleRefusal(row, "不在本辖区"))
        elif any(same(title, row) for title in before):
            continue
        elif why := against_days(row.issued_on, row.valid_from, on) or against_row(row, before):
            refused.append(TitleRefusal(row, why))
        else:
            key = (row.track, row.issued_on)
            edition_id = given_under[key] if key in given_under else given_under.setdefault(key, edition_on(*key))
            before.append(as_title(row, by=by, document=document, edition_id=edition_id, batch_id=batch_id))
            new.append(before[-1])
    write(new, by=by, document=document)
    return refused


def locked_in_sight(ids: set[int], by: User) -> set[int]:
    """Those of the firms that this person sees, locked in the order of their ids."""
    visible = Enterprise.objects.visible_to(by).filter(pk__in=ids).values("pk")
    firms = Enterprise.objects.filter(pk__in=visible).order_by("pk").select_for_update(no_key=True)
    return set(firms.values_list("pk", flat=True))


def known_titles(ids: set[int]) -> dict[tuple[int, str], list[Title]]:
    """The recorded titles of these firms by firm and track."""
    known: dict[tuple[int, str], list[Title]] = defaultdict(list)
    for title in Title.objects.filter(enterprise__in=ids):
        known[title.enterprise_id, title.track].append(title)
    return known


def same(title: Title, row: TitleRow) -> bool:
    """Whether the row says what is recorded already."""
    return (title.number, title.valid_from, title.valid_until) == (row.number, row.valid_from, row.valid_until)


def against_days(issued_on: datetime.date, valid_from: datetime.date, on: datetime.date) -> str:
    """Why a certificate cannot bear these days, a slip of the pen most likely; empty means it can."""
    last_issued, last_begun = deadlines.days_after(on, MOST_AHEAD), deadlines.days_after(on, LATEST_BEGIN)
    if not FIRST_DAY <= issued_on <= last_issued:
        return f"发证日期{issued_on}应在{FIRST_DAY}至{last_issued}之间，请核对"
    if not FIRST_DAY <= valid_from <= last_begun:
        return f"有效期自{valid_from}应在{FIRST_DAY}至{last_begun}之间，请核对"
    return ""


def against_row(row: TitleRow, known: Sequence[Title]) -> str:
    """Why this recognition cannot stand beside the known ones of its track; empty means it can."""
    if row.valid_until is not None and row.valid_until < row.valid_from:
        return f"有效期至{row.valid_until}早于有效期自{row.valid_from}"
    for title in known:
        if title.standing != Standing.REVOKED and overlap(title, row):
            until = title.valid_until or "长期"
            label = TRACK_BY_KEY[row.track].label
            return f"与已登记的“{label}”资格（{title.number or '无编号'}，{title.valid_from}至{until}）有效期重叠"
        if title.valid_from == row.valid_from:
            return f"{title.valid_from}起的资格已登记（{title.number or '无编号'}）"
    return ""


def overlap(title: Title, row: TitleRow) -> bool:
    """Whether two periods share a day; the same truth as the database trigger."""
    starts_before_end = row.valid_until is None or title.valid_from <= row.valid_until
    ends_after_start = title.valid_until is None or row.valid_from <= title.valid_until
    return starts_before_end and ends_after_start


def as_title(row: TitleRow, *, by: User, document: str, edition_id: int | None, batch_id: int | None = None) -> Title:
    """The title of a row, not yet written."""
    return Title(
        enterprise_id=row.enterprise_id,
        track=row.track,
        number=row.number,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        document=document,
        edition_id=edition_id,
        recorded_by=by,
        batch_id=batch_id,
    )


def edition_on(track: str, issued_on: datetime.date) -> int | None:
    """The edition under which a recognition of that day was given, where one is recorded."""
    try:
        return editions.in_force(track, issued_on, "apply").row.pk
    except NoEdition:
        return None


def write(titles: list[Title], *, by: User, document: str) -> None:
    """Write new titles and one audit event for each."""
    Title.objects.bulk_create(titles, batch_size=2000)
    AuditEvent.objects.bulk_create(
        [
            audit.event(
                "title.record", title, by=by, after=described(title), document=document[:120], on=title.valid_from
            )
            for title in titles
        ],
        batch_size=2000,
    )


@transaction.atomic
def take_back(*, batch_id: int, enterprise_ids: Sequence[int], by: User, on: datetime.date) -> int:
    """Take back the recognitions that a ledger recorded of these firms, with their audit lines; how many.

    The caller has locked the firms, has seen that nothing rests upon them, and settles the ladder.
    """
    titles = list(Title.objects.filter(batch=batch_id, enterprise__in=enterprise_ids))
    AuditEvent.objects.bulk_create(
        [audit.event("title.take_back", title, by=by, before=described(title), on=on) for title in titles],
        batch_size=2000,
    )
    Title.objects.filter(pk__in=[title.pk for title in titles]).delete()
    return len(titles)


def described(title: Title) -> dict[str, str]:
    """A title as the audit trail keeps it."""
    return {
        "track": title.track,
        "number": title.number,
        "issued_on": str(title.issued_on),
        "valid_from": str(title.valid_from),
        "valid_until": str(title.valid_until or ""),
        "standing": title.standing,
    }


@transaction.atomic
def act(
    *, title_id: int, step: str, by: User, version: int, reason: str, document: str = "", on: datetime.date
) -> Title:
    """Open a review, suspend, restore or revoke a title; the firm's rung follows on the same day."""
    title = access.lock(Title, title_id, by)
    access.check_version(title, version)
    if reasons := [*access.against_right(by, title.track), *against_act(title, step, reason)]:
        raise StepRefused(reasons)
    before = described(title)
    getattr(title, step)()
    title.acted_on, title.version = on, title.version + 1
    with state_change_allowed():
        title.save(update_fields=["standing", "acted_on", "version"])
    audit.record(
        f"title.{step}", title, by=by, before=before, after=described(title), reason=reason, document=document, on=on
    )
    follow(title.enterprise_id, on, by)
    return title


def against_act(title: Title, step: str, reason: str) -> list[Reason]:
    """Reasons against an act on a title: an unknown act, a state without it, no reason given."""
    reasons = reasons_against(title, "standing", step)
    if not reason.strip():
        reasons.append(Reason("reason", "请填写理由", who="bureau"))
    return reasons
