"""The one door of rule editions: draft, change, send for review, publish for a day to come, take back."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.machine import Reason, StepRefused, reasons_against, state_change_allowed, transition_named
from accounts.models import AuditEvent, Role, User
from pipeline.domain import access, documents, editions
from pipeline.models import Edition
from pipeline.rules import revise, writing
from pipeline.rules.cases import Flip, flips, of_track
from pipeline.rules.choose import KINDS, NoEdition, choose, covers
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.edition import load, walk_gates
from pipeline.rules.messages import checked, in_chinese
from pipeline.rules.soundness import faults

STEPS: Final = {"send": "送审", "publish": "审定发布", "give_back": "退回修改", "withdraw": "撤回"}
NEEDS: Final = {"give_back": ("reason",), "withdraw": ("reason",), "publish": ("effective_from",)}
HANDS: Final = ("edition.start", "edition.change", "edition.send")


@dataclass(frozen=True)
class StepOption:
    """A step out of the present state, and what speaks against it now apart from what its form asks."""

    step: str
    label: str
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Golden:
    """The worked cases under a draft beside those under what it was drafted from."""

    base: Edition
    total: int
    flips: Sequence[Flip]


@transaction.atomic
def start(
    *, by: User, on: datetime.date, day: datetime.date, base_id: int | None = None, first: Rules | None = None
) -> Edition:
    """A draft from any edition, or from the first words of a track that has none; it takes effect on ``day``."""
    base = Edition.objects.get(pk=base_id) if base_id else None
    rules = editions.parsed(base.content) if base else first
    if rules is None:
        raise StepRefused([Reason("base", "请选择起草所依据的版本", who="bureau")])
    if reasons := against_right(by, rules.track):
        raise StepRefused(reasons)
    number = Edition.objects.filter(track=rules.track).count() + 1
    until = rules.effective_to if rules.effective_to and rules.effective_to >= day else None
    fresh = {"id": f"{rules.track.upper()}-B{number}", "effective_from": day, "effective_to": until}
    draft = Edition(author=by, based_on=base, track=rules.track)
    write(draft, writing.write(rules.model_copy(update=fresh)))
    draft.save()
    audit.record("edition.start", draft, by=by, after=described(draft), document=draft.document, on=on)
    return draft


@transaction.atomic
def change(*, edition_id: int, content: revise.Content, by: User, version: int, on: datetime.date) -> Edition:
    """Put new content into a draft; ``messages.Unsound`` says what is wrong with it, field by field."""
    draft = locked(edition_id, version)
    reasons = against_right(by, draft.track)
    if not draft.is_draft:
        reasons.append(Reason("state", f"{draft.get_status_display()}的版本不能修改，请另起草稿", who="bureau"))
    if content.get("track") != draft.track:
        reasons.append(Reason("track", "草稿的认定方向不能改变", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before = described(draft)
    write(draft, writing.write(checked(content)))
    draft.version += 1
    draft.save()
    audit.record("edition.change", draft, by=by, before=before, after=described(draft), on=on)
    return draft


@transaction.atomic
def move(
    *,
    edition_id: int,
    step: str,
    by: User,
    version: int,
    on: datetime.date,
    reason: str = "",
    day: datetime.date | None = None,
) -> Edition:
    """Take one step with an edition and write its audit event, both or neither."""
    edition = locked(edition_id, version)
    before = described(edition)
    if step == "publish" and edition.status == Edition.Status.REVIEW and day and day != edition.effective_from:
        postpone(edition, day)
    edition.given_reason = reason
    look(edition, by, on)
    if reasons := [*against_right(by, edition.track), *reasons_against(edition, "status", step)]:
        raise StepRefused(reasons)
    getattr(edition, step)()
    edition.version += 1
    with state_change_allowed():
        edition.save()
    audit.record(
        f"edition.{step}", edition, by=by, before=before, after=described(edition),
        reason=reason, document=edition.document, on=on,
    )  # fmt: skip
    return edition


def postpone(edition: Edition, day: datetime.date) -> None:
    """The day of taking effect as the second person sets it; nothing else of the content changes."""
    rules = editions.parsed(edition.content)
    if rules.effective_to and day > rules.effective_to:
        raise StepRefused([Reason("effective_from", "施行日晚于失效日，请核对", who="bureau")])
    write(edition, writing.write(rules.model_copy(update={"effective_from": day})))


def locked(edition_id: int, version: int) -> Edition:
    """The edition, locked, in the version its reader saw."""
    edition = Edition.objects.select_for_update().get(pk=edition_id)
    access.check_version(edition, version)
    return edition


def write(edition: Edition, content: str) -> None:
    """Content and what is copied from it into columns of their own."""
    rules = load(content)
    edition.title, edition.document = rules.title, rules.document
    edition.effective_from, edition.effective_to = rules.effective_from, rules.effective_to
    edition.content, edition.digest = content, hashlib.sha256(content.encode()).hexdigest()


def look(edition: Edition, by: User, on: datetime.date) -> None:
    """Give the guards what they look at."""
    rules = editions.parsed(edition.content)
    edition.on, edition.taken_by, edition.hands = on, by, hands(edition)
    edition.faults_against = [Reason("content", in_chinese(fault).says, who="bureau") for fault in faults(rules)]
    edition.orphaned = documents.against_citations(edition, rules, edition.effective_from)
    edition.twins = twins(edition, rules)
    edition.left_without = left_without(edition, on)


def hands(edition: Edition) -> set[int]:
    """Everybody who drafted, changed or sent it."""
    acts = AuditEvent.objects.filter(object_type="edition", object_id=edition.pk, what__in=HANDS)
    return {pk for pk in acts.values_list("by", flat=True) if pk} | (
        {edition.author_id} if edition.author_id else set()
    )


def twins(edition: Edition, rules: Rules) -> list[Edition]:
    """Published editions of the same content, or that claim the same firms from the same day on."""
    rows = Edition.objects.filter(track=edition.track, status=Edition.Status.PUBLISHED).exclude(pk=edition.pk)
    rows = rows.filter(Q(digest=edition.digest) | Q(effective_from=edition.effective_from))
    return [row for row in rows if row.digest == edition.digest or claims_alike(rules, editions.parsed(row.content))]


def claims_alike(mine: Rules, other: Rules) -> bool:
    """Whether both judge the same kind of action in the same region."""
    return mine.region == other.region and bool(set(mine.applies_to) & set(other.applies_to))


def left_without(edition: Edition, on: datetime.date) -> list[str]:
    """For which kinds of action it judges today that nothing else would judge after it."""
    rules = editions.parsed(edition.content)
    if edition.status != Edition.Status.PUBLISHED or not covers(rules, on):
        return []
    return [KINDS[kind] for kind in rules.applies_to if after(edition, kind, on) is None]


def after(edition: Edition, kind: Any, on: datetime.date) -> Rules | None:
    """The edition that would judge this kind of action if this one were taken back."""
    rows = Edition.objects.standing(on).filter(track=edition.track).exclude(pk=edition.pk)
    try:
        return choose([editions.parsed(row.content) for row in rows], track=edition.track, on=on, kind=kind).edition
    except NoEdition:
        return None


def against_right(by: User, track: str) -> list[Reason]:
    """Rules are changed by the city's officers of the track's line."""
    reasons = access.against_right(by, track)
    if not reasons and by.role != Role.CITY:
        reasons.append(Reason("right", "认定规则由市级经办人起草和审定", who="bureau"))
    return reasons


def may_change(by: User, track: str) -> bool:
    """Whether this person may draft and publish for the track."""
    return not against_right(by, track)


def options(edition: Edition, *, by: User, on: datetime.date) -> list[StepOption]:
    """The steps out of the present state; what a form asks for does not speak against one yet."""
    look(edition, by, on)
    found = []
    for step, label in STEPS.items():
        if transition_named(edition, "status", step):
            asked = NEEDS.get(step, ())
            reasons = [reason for reason in reasons_against(edition, "status", step) if reason.criterion not in asked]
            found.append(StepOption(step, label, reasons))
    return found


def golden(edition: Edition) -> Golden | None:
    """What the worked cases answer otherwise than under the edition it was drafted from; None without such an one."""
    if edition.based_on is None or not of_track(edition.track):
        return None
    total, found = flips_of(edition.based_on.content, edition.content)
    return Golden(edition.based_on, total, found)


@lru_cache(maxsize=16)
def flips_of(old: str, new: str) -> tuple[int, list[Flip]]:
    """The golden firms that two contents answer differently."""
    return flips(editions.parsed(old), editions.parsed(new))


def keys_used(track: str) -> set[str]:
    """Every key of a condition that any edition of the track ever used: a ruling on one is no ruling on another."""
    rows = Edition.objects.filter(track=track).values_list("content", flat=True)
    return {key for content in rows for key, _ in walk_gates(editions.parsed(content))}


def acts(edition: Edition) -> list[AuditEvent]:
    """What was done with the edition, the latest first."""
    found = AuditEvent.objects.filter(object_type="edition", object_id=edition.pk)
    return list(found.select_related("by").order_by("-pk")[:30])


def described(edition: Edition) -> dict[str, Any]:
    """An edition as the audit trail keeps it."""
    return {
        "track": edition.track,
        "status": edition.status,
        "label": edition.get_status_display(),
        "effective_from": str(edition.effective_from),
        "digest": edition.digest,
        "version": edition.version,
    }


def refuse_unless_may_change(by: User, track: str) -> None:
    """Whoever has no right to the track's rules is told why."""
    if reasons := against_right(by, track):
        raise StepRefused(reasons)


def refuse_unless_mine(edition: Edition, by: User) -> None:
    """Only a draft is changed, and only by whoever may."""
    refuse_unless_may_change(by, edition.track)
    if not edition.is_draft:
        says = f"{edition.get_status_display()}的版本不能修改，请另起草稿"
        raise StepRefused([Reason("state", says, who="bureau")])
