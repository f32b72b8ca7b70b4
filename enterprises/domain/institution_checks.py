"""Checks of the 六有: what an officer found at the firm, item by item; the last of each stands, none is overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import User
from enterprises import six_haves
from enterprises.domain.institutions import against_line, last_act, lock
from enterprises.models import InstitutionCheck, ResearchInstitution
from enterprises.models.institution import CheckState, State
from enterprises.signals import duties_changed


@dataclass(frozen=True)
class Found:
    """What was found of one item; ``seen`` is the check that stood when the form was opened, 0 if there was none."""

    state: str
    evidence: str = ""
    document: str = ""
    recheck_on: date | None = None
    seen: int = 0


@transaction.atomic
def check(
    *, institution_id: int, found: Mapping[str, Found], checked_on: date, by: User, on: date
) -> ResearchInstitution:
    """Keep what was found of these items; the one that somebody checked meanwhile is not checked over him."""
    institution = lock(institution_id, by)
    standing = latest(institution)
    for item, given in found.items():
        if (standing[item].pk if item in standing else 0) != given.seen:
            raise Stale(institution, last_act(institution))
    reasons = against_checks(institution, found, checked_on, by, on)
    if reasons:
        raise StepRefused(reasons)
    before = {item: standing[item].state if item in standing else CheckState.UNCHECKED.value for item in found}
    for item, given in found.items():
        InstitutionCheck.objects.create(
            institution=institution, item=item, state=given.state, evidence=given.evidence.strip(),
            document=given.document.strip(), recheck_on=given.recheck_on, checked_by=by, checked_on=checked_on,
        )  # fmt: skip
    repeat(institution)
    after = {item: given.state for item, given in found.items()}
    audit.record("institution.check", institution, by=by, before=before, after=after, on=checked_on)
    duties_changed.send(InstitutionCheck, on=on, enterprise_ids=[institution.enterprise_id])
    return institution


def latest(institution: ResearchInstitution) -> dict[str, InstitutionCheck]:
    """The check of each item that stands: the latest by day, then by row."""
    rows = InstitutionCheck.objects.filter(institution=institution).select_related("checked_by")
    return {row.item: row for row in rows.order_by("item", "-checked_on", "-pk").distinct("item")}


def repeat(institution: ResearchInstitution) -> None:
    """Repeat on the institution's own row what stands, for lists."""
    standing = latest(institution).values()
    institution.haves = [row.item for row in standing if row.state == CheckState.HAS]
    institution.lacks = [row.item for row in standing if row.state == CheckState.LACKS]
    days = [row.recheck_on for row in standing if row.recheck_on and row.state != CheckState.UNCHECKED]
    institution.recheck_on = min(days, default=None)
    institution.version += 1
    institution.save(update_fields=["haves", "lacks", "recheck_on", "version"])


def against_checks(
    institution: ResearchInstitution, found: Mapping[str, Found], checked_on: date, by: User, on: date
) -> list[Reason]:
    """Reasons against keeping these checks: right, end, day, and what each lacks."""
    reasons = against_line(by, institution.kind, institution.level, recognition=False)
    if institution.state == State.ENDED:
        reasons.append(Reason("state", "研发机构已终止，不再核查", who="bureau"))
    if checked_on > on:
        reasons.append(Reason("checked_on", "核查日晚于今天，请核对", str(checked_on), who="bureau"))
    if not found:
        reasons.append(Reason("found", "没有可记录的核查结果", who="bureau"))
    for item, given in found.items():
        reasons += against_found(item, given, checked_on)
    return reasons


def against_found(item: str, given: Found, checked_on: date) -> list[Reason]:
    """Reasons against one item: 有 needs evidence, and it is looked at again later, not earlier."""
    label, reasons = six_haves.ITEM_BY_KEY[item].label, []
    if given.state == CheckState.HAS and not (given.evidence.strip() or given.document.strip()):
        says = f"{label}：核为“有”须写明依据，或填材料、照片编号"
        reasons.append(Reason(f"{item}-evidence", says, "无依据", "依据或编号", "1 项", who="bureau"))
    if given.recheck_on and given.recheck_on <= checked_on:
        says = f"{label}：复查日应晚于核查日"
        reasons.append(Reason(f"{item}-recheck_on", says, str(given.recheck_on), f"{checked_on} 以后", who="bureau"))
    return reasons
