"""Rulings: an officer's answer to a manual or expert criterion, the assessment following; how often people agree."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises import deadlines
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
    material_id: int | None = None,
) -> Ruling:
    """Answer a criterion of a firm; a later ruling replaces an earlier one."""
    enterprise = access.lock_enterprise(enterprise_id, by)
    kind = checklists.kind_of(enterprise, track)
    reasons = [*access.against_right(by, track), *against(track, kind, on, criterion, value, points, basis)]
    if deadlines.is_past(valid_until, on):
        reasons.append(Reason(criterion, "有效期至不能早于今天，这样的判定不起作用", who="bureau"))
    if material_id is not None and not enterprise.materials.usable(on).filter(pk=material_id).exists():
        reasons.append(Reason(criterion, "所选材料不是本企业现在有效的材料", who="bureau"))
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
        material_id=material_id,
        by=by,
        ruled_on=on,
        valid_until=valid_until,
    )
    after = {"track": track, "criterion": criterion, "value": value, "points": points, "until": str(valid_until or "")}
    after |= {"material": material_id} if material_id else {}
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


@dataclass(frozen=True)
class Agreement:
    """Of a criterion: how many firms two or more people ruled on, and on how many of these they said the same."""

    track: str
    criterion: str
    firms: int
    agreed: int

    @property
    def percent(self) -> Decimal:
        """The rate in hundredths, to one place."""
        return (Decimal(100 * self.agreed) / self.firms).quantize(Decimal("0.1"))


def agreements(given: QuerySet[Ruling]) -> list[Agreement]:
    """How often people agree: per criterion, over firms on which at least two different people ruled it.

    Each person's latest answer counts; all of them must be the same, points to the point.
    """
    keys = ("enterprise", "track", "criterion")
    twice = given.order_by().values(*keys).annotate(people=Count("by", distinct=True)).filter(people__gte=2)
    shared = {tuple(row[key] for key in keys) for row in twice}
    answers: dict[tuple[Any, ...], dict[int, tuple[bool | None, int | None]]] = {}
    several = given.filter(enterprise__in={key[0] for key in shared}).order_by("pk")
    for firm, track, criterion, by, value, points in several.values_list(*keys, "by", "value", "points"):
        if (firm, track, criterion) in shared:
            answers.setdefault((firm, track, criterion), {})[by] = (value, points)
    found: dict[tuple[str, str], list[bool]] = {}
    for (_, track, criterion), said in answers.items():
        found.setdefault((track, criterion), []).append(len(set(said.values())) == 1)
    return [Agreement(*key, firms=len(same), agreed=sum(same)) for key, same in sorted(found.items())]
