"""The door of research institutions: register one, ask which steps it may take, take one, correct what is on record."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused, reasons_against, state_change_allowed, transition_named
from accounts.models import AuditEvent, Line, User
from enterprises.domain.statements import against_right, locked
from enterprises.models import Enterprise, InstitutionGrade, ResearchInstitution
from enterprises.models.institution import NEXT_LEVEL, State, StepGiven
from enterprises.signals import duties_changed

STEPS: Final = {
    "build": "开始建设",
    "complete": "六有达标",
    "recognise": "认定",
    "record": "登记上级认定",
    "give_back": "退回建设",
    "end": "终止",
}
# What the form of a step asks for; the guards of these ask again
NEEDS: Final = {
    "build": ("day",),
    "recognise": ("recognition",),
    "record": ("recognition",),
    "give_back": ("reason",),
    "end": ("day", "reason"),
}
RECOGNITIONS: Final = ("recognise", "record")
# The 六有 are looked after by 科技 and 经信; a recognition belongs to the line of its kind
SIX_LINES: Final = (Line.SCIENCE, Line.INDUSTRY)


@dataclass(frozen=True)
class Registration:
    """What is known of an institution besides its state."""

    kind: str
    level: str
    name: str = ""
    host: str = ""
    partner_school: str = ""
    established_on: date | None = None


@dataclass(frozen=True)
class StepOption:
    """A step out of the present state: its label, what speaks against it now, what its form asks for."""

    step: str
    label: str
    reasons: Sequence[Reason]
    needs: Sequence[str]


@transaction.atomic
def register(
    *,
    enterprise_id: int,
    given: Registration,
    by: User,
    on: date,
    recognition: StepGiven | None = None,
    grown_from: ResearchInstitution | None = None,
) -> ResearchInstitution:
    """Put an institution on record: in 培育, in 建设中 once it was set up, recognised if a document says so."""
    enterprise = locked(enterprise_id, by)
    reasons = [*against_line(by, given.kind, given.level, recognition=False), *against_registration(given, on)]
    if reasons:
        raise StepRefused(reasons)
    wanted = replace(given, established_on=None)  # set by the step that says so
    institution = ResearchInstitution(enterprise=enterprise, grown_from=grown_from, **asdict(wanted))
    institution.save(force_insert=True)
    audit.record("institution.register", institution, by=by, after=institution.describe(), on=on)
    if given.established_on:
        take(institution, "build", StepGiven(day=given.established_on), by, on)
    if recognition:
        take(institution, "record", recognition, by, on)
    duties_changed.send(ResearchInstitution, on=on, enterprise_ids=[enterprise_id])
    return institution


@transaction.atomic
def raise_level(*, institution_id: int, by: User, on: date) -> ResearchInstitution:
    """Work towards the next level: a new institution in 培育 with a checklist and an expiry of its own."""
    below = lock(institution_id, by)
    level = NEXT_LEVEL.get(below.level)
    if level is None or below.state != State.RECOGNISED:
        raise StepRefused([Reason("level", "已认定的县、市、省部级机构才能向上一级培育", below.level, who="bureau")])
    grown = ResearchInstitution.objects.filter(grown_from=below).exclude(state=State.ENDED)
    if grown.exists():
        raise StepRefused([Reason("level", "已在培育上一级机构", str(grown[0]), who="bureau")])
    given = Registration(below.kind, level, below.name, below.host, below.partner_school)
    return register(enterprise_id=below.enterprise_id, given=given, by=by, on=on, grown_from=below)


@transaction.atomic
def edit(
    *, institution_id: int, given: Registration, by: User, version: int, on: date, reason: str = ""
) -> ResearchInstitution:
    """Correct what is on record; the state and the days of its steps are not touched, except the day of set-up."""
    institution = lock(institution_id, by)
    check_version(institution, version)
    reasons = [*against_line(by, given.kind, given.level, recognition=False), *against_registration(given, on)]
    if State(institution.state) == State.RECOGNISED and (given.kind, given.level) != (
        institution.kind, institution.level,
    ):  # fmt: skip
        reasons.append(
            Reason("level", "已认定机构的种类和级别以认定文件为准，不能改动", str(institution), who="bureau")
        )
    if reasons:
        raise StepRefused(reasons)
    before = institution.describe() | asdict_text(institution)
    if institution.established_on is None:
        given = replace(given, established_on=None)  # only a step sets it up
    for name, value in asdict(given).items():
        setattr(institution, name, value)
    institution.version += 1
    institution.save(update_fields=[*asdict(given), "version"])
    after = institution.describe() | asdict_text(institution)
    audit.record("institution.edit", institution, by=by, before=before, after=after, reason=reason, on=on)
    duties_changed.send(ResearchInstitution, on=on, enterprise_ids=[institution.enterprise_id])
    return institution


def asdict_text(institution: ResearchInstitution) -> dict[str, str]:
    """What may be corrected, as the audit trail keeps it."""
    return {name: str(getattr(institution, name) or "") for name in Registration.__dataclass_fields__}


@transaction.atomic
def move(
    *, institution_id: int, step: str, by: User, version: int, on: date, given: StepGiven | None = None
) -> ResearchInstitution:
    """Take one step with an institution and write its audit event, both or neither."""
    institution = lock(institution_id, by)
    check_version(institution, version)
    take(institution, step, given or StepGiven(), by, on)
    duties_changed.send(ResearchInstitution, on=on, enterprise_ids=[institution.enterprise_id])
    return institution


def take(institution: ResearchInstitution, step: str, given: StepGiven, by: User, on: date) -> None:
    """Right, guard, transition, row and audit line."""
    institution.on, institution.given = on, given
    if reasons := [*against_step(institution, step, by), *reasons_against(institution, "state", step)]:
        raise StepRefused(reasons)
    before = institution.describe()
    getattr(institution, step)()
    institution.version += 1
    with state_change_allowed():
        institution.save()
    audit.record(
        f"institution.{step}", institution, by=by, before=before, after=institution.describe(),
        reason=given.reason, document=given.document, on=given.day or on,
    )  # fmt: skip


@transaction.atomic
def confirm_list(*, enterprise_id: int, by: User, on: date) -> Enterprise:
    """Say that the firm's list of institutions is complete as of today: none on record is then none."""
    enterprise = locked(enterprise_id, by)
    if reasons := against_right(by, own=False):
        raise StepRefused(reasons)
    before, enterprise.institutions_known_on = enterprise.institutions_known_on, on
    enterprise.save(update_fields=["institutions_known_on"])
    audit.record(
        "institution.confirm", enterprise, by=by, before=str(before or ""), after=str(on), on=on,
        enterprise_id=enterprise_id,
    )  # fmt: skip
    duties_changed.send(ResearchInstitution, on=on, enterprise_ids=[enterprise_id])
    return enterprise


def lock(institution_id: int, by: User) -> ResearchInstitution:
    """Lock the firm of an institution, then the institution; out of sight it does not exist."""
    visible = ResearchInstitution.objects.visible_to(by)
    locked(visible.values_list("enterprise_id", flat=True).get(pk=institution_id), by)
    return ResearchInstitution.objects.select_for_update(no_key=True).get(pk=institution_id)


def check_version(institution: ResearchInstitution, version: int) -> None:
    """Refuse whoever looked at an older version."""
    if institution.version != version:
        raise Stale(institution, last_act(institution))


def last_act(institution: ResearchInstitution) -> AuditEvent | None:
    """The last recorded act on it."""
    acts = AuditEvent.objects.filter(object_type="researchinstitution", object_id=institution.pk)
    return acts.select_related("by").order_by("-pk").first()


def against_step(institution: ResearchInstitution, step: str, by: User) -> list[Reason]:
    """Why this person may not take this step."""
    return against_line(by, institution.kind, institution.level, recognition=step in RECOGNITIONS)


def against_line(by: User, kind: str, level: str, *, recognition: bool) -> list[Reason]:
    """Reasons of right: a recognition is for the line of its kind, the rest for 科技, 经信 and that line."""
    if reasons := against_right(by, own=False):
        return reasons
    grade = InstitutionGrade.objects.filter(kind=kind, level=level).first()
    own = [grade.line] if grade else []
    lines = own if recognition and own else [*SIX_LINES, *own]
    if any(by.has_line(line) for line in lines):
        return []
    words = "、".join(dict.fromkeys(lines))
    return [Reason("right", f"这一步由{words}线办理，您没有{words}业务线", who="bureau")]


def against_registration(given: Registration, on: date) -> list[Reason]:
    """Reasons against what is put on record: a kind nobody keeps, a day that has not come."""
    reasons = []
    if not InstitutionGrade.objects.filter(kind=given.kind, level=given.level).exists():
        reasons.append(
            Reason("kind", f"种类表中没有{given.level}级“{given.kind}”，请先在种类和级别中登记", who="bureau")
        )
    if given.established_on and given.established_on > on:
        reasons.append(Reason("established_on", "组建日晚于今天，请核对", str(given.established_on), who="bureau"))
    return reasons


def options(institution: ResearchInstitution, *, by: User, on: date) -> list[StepOption]:
    """The steps out of the present state, each with what speaks against it; what a form asks for does not yet."""
    institution.on, institution.given = on, StepGiven()
    return [
        StepOption(step, label, reasons_now(institution, step, by), NEEDS.get(step, ()))
        for step, label in STEPS.items()
        if transition_named(institution, "state", step)
    ]


def reasons_now(institution: ResearchInstitution, step: str, by: User) -> list[Reason]:
    """What speaks against a step apart from what its form is still to ask."""
    asked = NEEDS.get(step, ())
    reasons = reasons_against(institution, "state", step)
    return [*against_step(institution, step, by), *(reason for reason in reasons if reason.criterion not in asked)]
