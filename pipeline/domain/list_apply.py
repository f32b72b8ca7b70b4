"""Applying a list: in one transaction, firms locked by id, each row through its door and with its result."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused, state_change_allowed
from accounts.models import User
from enterprises.domain import founding
from enterprises.imports import save
from pipeline.domain import access, candidacies, judge, ladder, list_codes, list_plans, reviews, titles
from pipeline.domain.list_plans import Outcome, certificate
from pipeline.domain.published_lists import locked
from pipeline.models import Candidacy, ListRow, PublishedList, Title

Result, Decision = ListRow.Result, ListRow.Decision
TOLD: Final = 25  # rows between two words about the progress
KEPT: Final = ["result", "says", "recognition", "candidacy", "enterprise"]


@transaction.atomic
def apply(
    *, list_id: int, by: User, version: int | None, on: datetime.date, say: Callable[[int], None] | None = None
) -> list[Outcome]:
    """Apply what is sure or decided; the outcome of every row. Applying again finds nothing left to do.

    ``say`` is told how far it is: the worker's way, where the list itself is not locked, so that its bar can move; it
    is kept from others by having been asked for.
    """
    published = locked(list_id, by, version) if say is None else PublishedList.objects.visible_to(by).get(pk=list_id)
    say = say or (lambda _: None)
    if reasons := [*access.against_right(by, published.track), *against(published)]:
        raise StepRefused(reasons)
    save.lock_imports()
    rows = list(published.rows.select_for_update(no_key=True, of=("self",)).order_by("place"))
    titles.locked_in_sight({firm for row in rows if (firm := list_plans.firm_of(row)) is not None}, by)
    planned = founded(list_plans.plan(published, by=by, on=on, rows=rows), published, by, on)
    say(10)
    planned = list_codes.complete(planned, published, by, on)
    done = through_doors(with_titles(planned, published, by, on), published, by, on, say)
    firms = sorted({one.firm for one in done if one.firm is not None and one.acts})
    if firms:
        say(70)
        judge.judge(on=on, enterprise_ids=firms)
        say(90)
        ladder.settle_all(on, firms, by=by)
    keep(published, done, by, on)
    if published.asked_at is not None:
        PublishedList.objects.filter(pk=list_id).update(asked_by=None, asked_at=None, progress=0)
    return done


def against(published: PublishedList) -> list[Reason]:
    """Reasons against applying the list as a whole: nobody said what it is, or on which day it counts."""
    rows = published.rows.filter(result__in=["", Result.REFUSED])
    open_kinds = set(rows.values_list("kind", flat=True)) if not published.kind else set()
    reasons = [Reason("kind", list_plans.NO_KIND, who="bureau")] if "" in open_kinds else []
    wants_day = {published.kind, *rows.values_list("kind", flat=True)} & {"recognition", "review"}
    if wants_day and published.recognised_on is None and not rows.filter(issued_on__isnull=False).exists():
        reasons.append(Reason("recognised_on", list_plans.NO_DAY, who="bureau"))
    return reasons


def founded(planned: Sequence[Outcome], published: PublishedList, by: User, on: datetime.date) -> list[Outcome]:
    """The outcomes with the firms that officers enter; a firm that cannot be entered is a refusal."""
    done = []
    for one in planned:
        if one.row.decision != Decision.NEW or not one.acts or one.row.unit_id is None:
            done.append(one)
            continue
        uscc = one.row.uscc if one.row.uscc_ok else ""
        try:
            with transaction.atomic():
                firm = founding.found(
                    name=one.row.name, region_id=one.row.unit_id, by=by, on=on, reason=one.row.reason, uscc=uscc,
                    document=published.reference,
                )  # fmt: skip
        except StepRefused as refusal:
            done.append(Outcome(one.row, Result.REFUSED, str(refusal)))
            continue
        made = replace(one.title, enterprise_id=firm.pk) if one.title else None
        done.append(replace(one, firm=firm.pk, title=made))
    return done


def with_titles(planned: Sequence[Outcome], published: PublishedList, by: User, on: datetime.date) -> list[Outcome]:
    """Record the recognitions that have no case, all at once; what the door refuses is refused."""
    rows = [one.title for one in planned if one.result == Result.TITLE and one.title is not None]
    if not rows:
        return list(planned)
    refused = titles.record_many(rows=rows, by=by, on=on, document=published.reference)
    why = {(one.row.enterprise_id, one.row.place): one.why for one in refused}
    made = Title.objects.filter(enterprise__in=[row.enterprise_id for row in rows], track=published.track)
    by_begin = {(title.enterprise_id, title.valid_from): title for title in made}
    return [recorded(one, why, by_begin) for one in planned]


def recorded(
    one: Outcome, why: dict[tuple[int, str], str], made: dict[tuple[int, datetime.date], Title]
) -> Outcome:  # fmt: skip
    """An outcome with its title, or refused."""
    if one.result != Result.TITLE or one.title is None:
        return one
    key = (one.title.enterprise_id, one.title.place)
    if key in why:
        return Outcome(one.row, Result.REFUSED, why[key], one.firm, code=one.code)
    return replace(one, acts_on=made[one.title.enterprise_id, one.title.valid_from])


def through_doors(
    planned: Sequence[Outcome], published: PublishedList, by: User, on: datetime.date, say: Callable[[int], None]
) -> list[Outcome]:
    """Cases, reviews and revocations one by one, each whole or not at all."""
    done: list[Outcome] = []
    for one in planned:
        if len(done) % TOLD == TOLD - 1:
            say(20 + 50 * len(done) // len(planned))
        if not one.acts or one.result in {Result.TITLE, Result.FOUNDED}:
            done.append(one)
            continue
        try:
            with transaction.atomic():
                done.append(replace(one, acts_on=taken(one, published, by, on)))
        except StepRefused as refusal:
            done.append(Outcome(one.row, Result.REFUSED, str(refusal), one.firm, code=one.code))
    return done


def taken(one: Outcome, published: PublishedList, by: User, on: datetime.date) -> Title | None:
    """One outcome through its door; the title it made or changed."""
    if one.case is not None:
        walked(one, one.case, published, by, on)
        made = Title.objects.filter(enterprise=one.case.enterprise_id, track=published.track).order_by("-pk")
        return made.first() if one.result == Result.RECOGNISED else None
    if one.result == Result.REVOKED and one.acts_on is not None:
        return titles.act(
            title_id=one.acts_on.pk, step="revoke", by=by, version=one.acts_on.version, reason=one.row.reason,
            document=published.reference, on=on,
        )  # fmt: skip
    if one.result != Result.RENEWED or one.title is None or one.day is None:
        return None
    return reviews.renew(
        enterprise_id=one.title.enterprise_id, track=published.track, reviewed_on=one.day, number=one.title.number,
        valid_from=one.title.valid_from, valid_until=one.title.valid_until, document=published.reference, by=by, on=on,
    )  # fmt: skip


def walked(one: Outcome, case: Candidacy, published: PublishedList, by: User, on: datetime.date) -> None:
    """Take a case along the steps that the list justifies, each with its audit line."""
    for step in one.steps:
        case = candidacies.move(
            candidacy_id=case.pk,
            step=step,
            by=by,
            version=case.version,
            on=on,
            reason=one.row.reason or f"按公布名单办理（{one.row.sheet}第{one.row.line}行）",
            document=published.reference,
            certificate=certificate(one, published) if step == "recognise" else None,
        )


def keep(published: PublishedList, done: Sequence[Outcome], by: User, on: datetime.date) -> None:
    """Store the results and say in the trail what the list did; nothing when it did nothing."""
    told = {name: number for name, number in list_plans.counts(done).items() if number}
    if codes := sum(bool(one.code) for one in done):
        told["codes"] = codes
    changed = [one.row for one in done if not one.row.is_done and has_news(one)]
    with state_change_allowed():
        ListRow.objects.bulk_update(changed, KEPT, batch_size=1000)
    acted = [one for one in done if one.acts or one.code]
    if acted:
        published.state, published.applied_at = PublishedList.State.APPLIED, timezone.now()
    if acted or changed:
        published.version += 1
        with state_change_allowed():
            published.save(update_fields=["state", "applied_at", "version"])
        audit.record("list.apply", published, by=by, after=told, document=published.reference, on=on)


def has_news(one: Outcome) -> bool:
    """Put the outcome on its row; whether the row says something it did not say before."""
    row, before = one.row, (one.row.result, one.row.says, one.row.enterprise_id)
    if not one.result:
        return False
    row.says, row.candidacy = one.says[:400], one.case
    row.recognition = one.acts_on
    if row.decision == Decision.NEW and one.firm is not None:
        row.enterprise_id = one.firm
    row.result = one.result
    return (row.result, row.says, row.enterprise_id) != before
