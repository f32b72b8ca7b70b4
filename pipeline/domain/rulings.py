"""Rulings: an officer's answer to a manual or expert criterion; the assessment follows at once."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from pipeline.domain import access, checklists, editions, judge
from pipeline.models import Ruling
from pipeline.rules.choose import NoEdition


@transaction.atomic
def rule(
    *,
    enterprise_id: int,
    track: str,
    criterion: str,
    value: bool | None = None,
    points: int | None = None,
    basis: str,
    by: User,
    on: date,
    document: str = "",
    valid_until: date | None = None,
) -> Ruling:
    """Answer a criterion of a firm; a later ruling replaces an earlier one."""
    enterprise = access.lock_enterprise(enterprise_id, by)
    kind = checklists.kind_of(enterprise, track)
    reasons = [*access.against_right(by, track), *against(track, kind, on, criterion, value, points, basis)]
    if valid_until is not None and valid_until < on:
        reasons.append(Reason(criterion, "有效期至不能早于今天，这样的判定不起作用", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    ruling = Ruling.objects.create(
        enterprise=enterprise,
        track=track,
        criterion=criterion,
        value=value,
        points=points,
        basis=basis,
        document=document,
        by=by,
        ruled_on=on,
        valid_until=valid_until,
    )
    after = {"track": track, "criterion": criterion, "value": value, "points": points, "until": str(valid_until or "")}
    audit.record("ruling.give", ruling, by=by, after=after, reason=basis, document=document, on=on)
    judge.judge(on=on, enterprise_ids=[enterprise_id])
    return ruling


def against(
    track: str, kind: str, on: date, criterion: str, value: bool | None, points: int | None, basis: str
) -> list[Reason]:
    """Reasons against a ruling: no such criterion, an answer of the wrong sort or outside its range, no basis."""
    try:
        rulable = editions.in_force(track, on, "review" if kind == "review" else "apply").rules.rulable
    except NoEdition as error:
        return [Reason(criterion, str(error), who="bureau")]
    reasons = [] if basis.strip() else [Reason(criterion, "请填写判定依据", who="bureau")]
    if criterion not in rulable:
        return [*reasons, Reason(criterion, f"现行规则没有条件“{criterion}”", who="bureau")]
    span = rulable[criterion]
    if span is None and (value is None or points is not None):
        reasons.append(Reason(criterion, "请判定符合或不符合", who="bureau"))
    if span is not None and (points is None or value is not None or not span[0] <= points <= span[1]):
        reasons.append(Reason(criterion, f"请给出{span[0]}至{span[1]}之间的整数分", who="bureau"))
    return reasons
