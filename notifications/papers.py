"""What papers ask for: those a filing lacks, those that run out while it is prepared, those to be checked."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from enterprises import deadlines
from enterprises.models import Material
from enterprises.vocabulary import TRACK_BY_KEY
from notifications import casework
from notifications.casework import Case, Deadline, Rounds
from notifications.causes import BEHIND, Due, Scope
from notifications.models import Obligation
from notifications.models.duties import dated
from pipeline.models import MaterialRequirement
from pipeline.models.candidacy import State

EXPIRING_AHEAD: Final = 60  # days


def materials_missing(scope: Scope) -> Iterator[Due]:
    """Papers that a filing in preparation still lacks, one obligation a case; what was handed in waits elsewhere."""
    needed: dict[str, list[str]] = defaultdict(list)
    for track, kind in MaterialRequirement.objects.values_list("track", "kind"):
        needed[track].append(kind)
    rounds, preparing = Rounds.known(scope.on), casework.cases(scope, [State.PREPARING])
    there = handed_in(scope, [case.enterprise_id for case in preparing])
    for case in preparing:
        missing = [kind for kind in needed[case.track] if kind not in there[case.enterprise_id]]
        if missing:
            yield material_due(case, missing, rounds.deadline(case))


def handed_in(scope: Scope, enterprise_ids: list[int]) -> Mapping[int, set[str]]:
    """The kinds of paper each firm handed in that are still valid."""
    papers = Material.objects.filter(enterprise__in=enterprise_ids, withdrawn_at__isnull=True)
    papers = papers.exclude(valid_until__lt=scope.on)
    there: dict[int, set[str]] = defaultdict(set)
    for enterprise_id, kind in papers.values_list("enterprise_id", "kind"):
        there[enterprise_id].add(kind)
    return there


def material_due(case: Case, missing: list[str], deadline: Deadline | None) -> Due:
    """The papers one case lacks."""
    says = f"{TRACK_BY_KEY[case.track].label}申报还缺 {len(missing)} 份材料：{'、'.join(missing)}"
    return Due(
        key=f"material:{case.pk}",
        kind=Obligation.Kind.MATERIAL_MISSING,
        enterprise_id=case.enterprise_id,
        says=casework.shortened(says),
        because="正在准备申报，申报材料清单所列",
        track=case.track,
        **(deadline.terms if deadline else casework.Terms()),
    )


def materials_expiring(scope: Scope) -> Iterator[Due]:
    """Accepted papers of the list of an open case that run out soon, or ran out, and were not replaced."""
    preparing = {(case.enterprise_id, case.track): case for case in casework.cases(scope, casework.BEFORE_FILING)}
    needed: dict[str, list[str]] = defaultdict(list)
    for track, kind in MaterialRequirement.objects.order_by("order", "pk").values_list("track", "kind"):
        needed[kind].append(track)
    for pk, enterprise_id, kind, until in expiring(scope, {firm for firm, _ in preparing}):
        track = next((track for track in needed[kind] if (enterprise_id, track) in preparing), "")
        if not track:
            continue
        ends = f"有效期已于{dated(until)}届满" if deadlines.is_past(until, scope.on) else f"{dated(until)}到期"
        yield Due(
            key=f"expiring:{pk}:{until}",
            kind=Obligation.Kind.MATERIAL_EXPIRING,
            enterprise_id=enterprise_id,
            says=f"“{kind}”{ends}，请更换",
            because=f"{TRACK_BY_KEY[track].label}申报材料清单所列，核收时登记的有效期",
            track=track,
            due_on=until,
            verified=True,
        )


def expiring(scope: Scope, firms: set[int]) -> Iterator[tuple[int, int, str, datetime.date]]:
    """The accepted papers of these firms that end near the day without a later one of their kind."""
    newer = Material.objects.filter(enterprise=OuterRef("enterprise"), kind=OuterRef("kind")).filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True), withdrawn_at__isnull=True
    )
    ending = Material.objects.filter(
        ~Exists(newer), enterprise__in=firms, accepted_at__isnull=False, withdrawn_at__isnull=True,
        valid_until__range=deadlines.around(scope.on, BEHIND, EXPIRING_AHEAD),
    )  # fmt: skip
    for paper in ending.order_by("enterprise", "kind", "-pk").distinct("enterprise", "kind"):
        assert paper.valid_until is not None  # only papers that end are asked for
        yield paper.pk, paper.enterprise_id, paper.kind, paper.valid_until


def materials_to_accept(scope: Scope) -> Iterator[Due]:
    """Papers handed in that no officer has checked yet."""
    waiting = scope.of(Material.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True))
    for pk, enterprise_id, kind, stated_at in waiting.values_list("pk", "enterprise_id", "kind", "stated_at"):
        yield Due(
            key=f"accept:material:{pk}",
            kind=Obligation.Kind.MATERIAL_TO_ACCEPT,
            enterprise_id=enterprise_id,
            says=f"“{kind}”待核收",
            because=f"企业{dated(timezone.localdate(stated_at))}提交",
            for_enterprise=False,
        )
