"""The door of cases: open one, ask which steps it may take, take one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.machine import Reason, StepRefused, reasons_against, state_change_allowed, transition_named
from accounts.models import User
from enterprises import signals
from enterprises.models import Enterprise, Material, NegativeFact
from pipeline.domain import access, checklists, editions, receipts, reviews, titles
from pipeline.domain.checklists import Checklist
from pipeline.models import Candidacy, MaterialRequirement, Round, Title
from pipeline.models.assessment import Kind
from pipeline.models.candidacy import CLOSED, Certificate, State
from pipeline.rules.choose import NoEdition

STEPS: Final = {
    "coach": "转入培育",
    "prepare": "转入拟申报",
    "file": "登记申报",
    "recommend": "推荐上报",
    "publicise": "进入公示",
    "recognise": "登记认定",
    "give_back": "退回补正",
    "reject": "未通过",
    "withdraw": "撤回",
}
# What a form asks for at a step; the guards of these ask again.
NEEDS: Final = {
    "file": ("round",),
    "recognise": ("certificate",),
    "give_back": ("reason",),
    "reject": ("reason",),
    "withdraw": ("reason",),
}
DISHONESTY: Final = ("经营异常", "严重违法失信")


@dataclass(frozen=True)
class StepOption:
    """A step out of the present state: its label, what speaks against it now, what its form asks for."""

    step: str
    label: str
    reasons: Sequence[Reason]
    needs: Sequence[str]

    @property
    def is_allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


@transaction.atomic
def open_case(
    *,
    enterprise_id: int,
    track: str,
    by: User,
    on: date,
    kind: str | None = None,
    round_id: int | None = None,
    officer: User | None = None,
) -> Candidacy:
    """Take a firm into the reserve (储备) of a track."""
    enterprise = access.lock_enterprise(enterprise_id, by)
    reasons = access.against_right(by, track)
    if Candidacy.objects.filter(enterprise=enterprise, track=track).exclude(state__in=CLOSED).exists():
        reasons.append(Reason("case", "该方向已有办理中的培育申报", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    candidacy = Candidacy.objects.create(
        enterprise=enterprise,
        track=track,
        kind=kind or checklists.kind_of(enterprise, track),
        round=round_of(track, round_id),
        officer=officer or by,
    )
    audit.record("candidacy.open", candidacy, by=by, after=described(candidacy), on=on)
    signals.tell(Candidacy, on=on, enterprise_ids=[enterprise_id])
    return candidacy


def round_of(track: str, round_id: int | None) -> Round | None:
    """The round of that id if it is one of the track."""
    if round_id is None:
        return None
    found = Round.objects.filter(pk=round_id, track=track).first()
    if found is None:
        raise StepRefused([Reason("round", "所选申报批次不属于这一认定方向", who="bureau")])
    return found


@transaction.atomic
def move(
    *,
    candidacy_id: int,
    step: str,
    by: User,
    version: int,
    on: date,
    reason: str = "",
    document: str = "",
    certificate: Certificate | None = None,
    round_id: int | None = None,
) -> Candidacy:
    """Take one step with a case and write its audit event, both or neither."""
    candidacy = access.lock(Candidacy, candidacy_id, by)
    access.check_version(candidacy, version)
    candidacy.round = round_of(candidacy.track, round_id) or candidacy.round
    candidacy.given_reason, candidacy.certificate = reason, certificate
    checked = look(candidacy, step, on)
    if reasons := [*access.against_right(by, candidacy.track), *reasons_against(candidacy, "state", step)]:
        raise StepRefused(reasons)
    before = described(candidacy)
    if checked is not None:
        candidacy.receipt = receipts.freeze(checked, enterprise=candidacy.enterprise, purpose="登记申报", by=by)
    take(candidacy, step)
    audit.record(
        f"candidacy.{step}",
        candidacy,
        by=by,
        before=before,
        after=described(candidacy),
        reason=reason,
        document=document or (certificate.document if certificate else ""),
        on=on,
    )
    signals.tell(Candidacy, on=on, enterprise_ids=[candidacy.enterprise_id])
    if step == "recognise" and certificate is not None:
        recorded(candidacy, certificate, by, on)
    return candidacy


def take(candidacy: Candidacy, step: str) -> None:
    """The transition itself and its row."""
    getattr(candidacy, step)()
    candidacy.version += 1
    with state_change_allowed():
        candidacy.save(update_fields=["state", "round", "receipt", "version", "moved_at"])


def recorded(candidacy: Candidacy, certificate: Certificate, by: User, on: date) -> None:
    """The recognition as a title; the firm climbs. A review prolongs the title that stands, and is no new one."""
    if certificate.issued_on is None:
        raise StepRefused([Reason("certificate", "请填写认定日期", who="bureau")])
    held = Title.objects.filter(enterprise=candidacy.enterprise_id, track=candidacy.track)
    if candidacy.kind == Kind.REVIEW and reviews.last_standing(list(held)) is not None:
        reviews.renew(
            enterprise_id=candidacy.enterprise_id,
            track=candidacy.track,
            reviewed_on=certificate.issued_on,
            number=certificate.number,
            valid_from=certificate.valid_from,
            valid_until=certificate.valid_until,
            document=certificate.document,
            by=by,
            on=on,
        )
        return
    titles.record(
        enterprise_id=candidacy.enterprise_id,
        track=candidacy.track,
        number=certificate.number,
        issued_on=certificate.issued_on,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        document=certificate.document,
        by=by,
        on=on,
    )


def look(candidacy: Candidacy, step: str, on: date) -> Checklist | None:
    """Give the guards of a step what they look at; the checklist a filing rests on, if it rests on one."""
    candidacy.on = on
    checked = None
    if step == "file" and transition_named(candidacy, "state", step):
        checked = looked_up(candidacy, on)
        candidacy.materials_against = materials_against(candidacy, on)
    if step == "recommend":
        candidacy.standing_negatives = standing_negatives(candidacy.enterprise_id, on)
    return checked


def looked_up(candidacy: Candidacy, on: date) -> Checklist | None:
    """Judge the firm for this filing; a track without rules in the product is for the officer to judge."""
    if candidacy.track not in editions.judged_tracks():
        return None
    try:
        checked = checklists.checklist(
            enterprise=candidacy.enterprise, track=candidacy.track, on=on, kind=candidacy.kind
        )
    except NoEdition as error:
        candidacy.judged_against = [Reason("edition", str(error), who="bureau")]
        return None
    candidacy.judged_against = checked.against
    return checked


def materials_against(candidacy: Candidacy, on: date) -> list[Reason]:
    """Papers of the track that the firm has not handed in or that lapsed, and those that the bureau has to accept."""
    papers = Material.objects.filter(enterprise=candidacy.enterprise_id)
    usable = set(papers.usable(on).values_list("kind", flat=True))
    handed_in = set(papers.filter(accepted_at__isnull=True).values_list("kind", flat=True))
    needed = MaterialRequirement.objects.filter(track=candidacy.track).values_list("kind", "verified_on")
    return [
        against_paper(kind if verified else f"{kind}（材料清单待核实）", handed_in=kind in handed_in)
        for kind, verified in needed
        if kind not in usable
    ]


def against_paper(words: str, *, handed_in: bool) -> Reason:
    """Why one paper stands against a filing, and who can mend it."""
    if handed_in:
        return Reason("material", f"材料待核收：{words}", gap="企业已上交", who="bureau")
    return Reason("material", f"缺少申报材料：{words}", gap="1 份材料", who="enterprise")


def standing_negatives(enterprise_id: int, on: date) -> list[NegativeFact]:
    """经营异常 and 严重违法失信 that stand on the day."""
    open_end = Q(to_on__isnull=True) | Q(to_on__gte=on)
    return list(NegativeFact.objects.filter(open_end, enterprise=enterprise_id, kind__in=DISHONESTY, from_on__lte=on))


def options(candidacy: Candidacy, *, by: User, on: date) -> list[StepOption]:
    """The steps out of the present state, each with what speaks against it; what a form asks for does not yet."""
    against = access.against_right(by, candidacy.track)
    return [
        StepOption(step, label, [*against, *reasons_now(candidacy, step, on)], needs(candidacy, step))
        for step, label in STEPS.items()
        if transition_named(candidacy, "state", step)
    ]


def needs(candidacy: Candidacy, step: str) -> tuple[str, ...]:
    """What the form of a step asks for: a case that has its round is not asked again."""
    return tuple(need for need in NEEDS.get(step, ()) if need != "round" or candidacy.round_id is None)


def reasons_now(candidacy: Candidacy, step: str, on: date) -> list[Reason]:
    """What speaks against a step apart from what its form is still to ask."""
    look(candidacy, step, on)
    asked = needs(candidacy, step)
    return [reason for reason in reasons_against(candidacy, "state", step) if reason.criterion not in asked]


def open_rounds(track: str, on: date) -> list[Round]:
    """The rounds of a track a case may be filed in on that day."""
    return list(Round.objects.open_on(on).filter(track=track))


def described(candidacy: Candidacy) -> dict[str, Any]:
    """A case as the audit trail keeps it."""
    return {
        "track": candidacy.track,
        "state": candidacy.state,
        "label": State(candidacy.state).label,
        "round": candidacy.round.name if candidacy.round else "",
        "receipt": candidacy.receipt_id,
        "version": candidacy.version,
    }


def of_enterprise(enterprise: Enterprise) -> list[Candidacy]:
    """The firm's cases, open ones first, then the latest."""
    cases = Candidacy.objects.filter(enterprise=enterprise).select_related("round", "officer", "receipt")
    return sorted(cases, key=lambda case: (case.state in CLOSED, -case.pk))
