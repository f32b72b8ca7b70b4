"""复核 passed: a title goes on for a further period. It is no new recognition, so 本年新增 does not count it."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused, state_change_allowed
from accounts.models import User
from enterprises import deadlines
from pipeline.domain import access, titles
from pipeline.domain.titles import TitleRow
from pipeline.models import Title
from pipeline.models.title import Standing

NOTHING_TO_PROLONG = "没有登记过这一资格，复核没有可以延续的有效期；请先登记原资格"


@transaction.atomic
def renew(
    *,
    enterprise_id: int,
    track: str,
    reviewed_on: datetime.date,
    by: User,
    on: datetime.date,
    number: str = "",
    valid_from: datetime.date | None = None,
    valid_until: datetime.date | None = None,
    document: str = "",
) -> Title:
    """Record the further period of a title whose review passed; ``issued_on`` stays the day of the recognition."""
    access.lock_enterprise(enterprise_id, by)
    if reasons := access.against_right(by, track):
        raise StepRefused(reasons)
    known = list(Title.objects.filter(enterprise=enterprise_id, track=track))
    row = further_period(known, reviewed_on, number=number, valid_from=valid_from, valid_until=valid_until)
    why = NOTHING_TO_PROLONG if row is None else against(row, known, reviewed_on, on)
    if row is None or why:
        raise StepRefused([Reason("title", why, who="bureau")])
    restored(last_standing(known), by, reviewed_on, document)
    title = titles.as_title(row, by=by, document=document, edition_id=titles.edition_on(track, reviewed_on))
    title.reviewed_on = reviewed_on
    title.save(force_insert=True)
    after = {**titles.described(title), "reviewed_on": str(reviewed_on)}
    audit.record("title.renew", title, by=by, after=after, document=document[:120], on=reviewed_on)
    titles.follow(enterprise_id, on, by)
    return title


def last_standing(known: Sequence[Title]) -> Title | None:
    """The title that a review prolongs: the last one that was not revoked."""
    standing = [title for title in known if title.standing != Standing.REVOKED]
    return max(standing, key=lambda title: title.valid_from, default=None)


def further_period(
    known: Sequence[Title],
    reviewed_on: datetime.date,
    *,
    number: str = "",
    valid_from: datetime.date | None = None,
    valid_until: datetime.date | None = None,
) -> TitleRow | None:
    """The period after the last one, or from the day of the review where that had lapsed; nothing to prolong: None."""
    last = last_standing(known)
    if last is None:
        return None
    after_last = reviewed_on
    if last.valid_until is not None and not deadlines.is_past(last.valid_until, reviewed_on):
        after_last = deadlines.days_after(last.valid_until, 1)
    begins = valid_from or after_last
    until = valid_until or titles.lapses_on(last.track, begins)
    return TitleRow(last.enterprise_id, last.track, number, last.issued_on, begins, until)


def is_recorded(known: Sequence[Title], reviewed_on: datetime.date) -> bool:
    """Whether the period of this review stands already."""
    return any(title.reviewed_on == reviewed_on and title.standing != Standing.REVOKED for title in known)


def against(row: TitleRow, known: Sequence[Title], reviewed_on: datetime.date, on: datetime.date) -> str:
    """Why the further period cannot stand; empty means it can."""
    last = last_standing(known)
    if last is not None and last.standing == Standing.SUSPENDED:
        return "原资格暂停中，请先恢复再登记复核"
    if last is not None and last.valid_until is None:
        return "原资格长期有效，没有可以延续的有效期"
    if reviewed_on < row.issued_on:
        return f"复核通过日{reviewed_on}早于认定日期{row.issued_on}，请核对"
    return titles.against_days(reviewed_on, row.valid_from, on) or titles.against_row(row, known)


def restored(last: Title | None, by: User, on: datetime.date, document: str) -> None:
    """The review passed: a title under review stands as before."""
    if last is None or last.standing != Standing.UNDER_REVIEW:
        return
    before = titles.described(last)
    last.restore()
    last.acted_on, last.version = on, last.version + 1
    with state_change_allowed():
        last.save(update_fields=["standing", "acted_on", "version"])
    after = titles.described(last)
    audit.record("title.restore", last, by=by, before=before, after=after, reason="复核通过", document=document, on=on)
