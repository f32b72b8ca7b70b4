"""A head's letter sums up: what is open by unit, or, where there is none below, by responsible officer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Region, User
from notifications.models import Obligation
from notifications.since import Since
from notifications.where import page
from notifications.workdays import end_of_week
from pipeline.domain.stock import NOBODY

MOST: Final = 20  # rows of the table, the worst ones; below them the rest is summed up in one


@dataclass(frozen=True)
class Share:
    """How much of what is open lies with one unit or one officer."""

    name: str
    url: str
    count: int
    overdue: int
    week: int
    new: int


def shares(mine: QuerySet[Obligation], head: User, on: date, since: Since | None) -> list[Share]:
    """What is open with each unit below a head's, the worst first; without units below, with each officer."""
    units = list(Region.objects.filter(parent=head.region_id)) if head.region_id else []
    found = by_unit(mine, head, units, counted(on, since)) if units else by_officer(mine, counted(on, since))
    worst = sorted(found, key=lambda share: (-share.overdue, -share.week, -share.count, share.name))
    return worst if len(worst) <= MOST else [*worst[: MOST - 1], summed(worst[MOST - 1 :])]


def summed(rest: Sequence[Share]) -> Share:
    """The rows that do not fit in, as one."""
    sums = {name: sum(getattr(share, name) for share in rest) for name in ("count", "overdue", "week", "new")}
    return Share(f"其余 {len(rest)} 个", f"{page('console:calendar')}?view=list", **sums)


def counted(on: date, since: Since | None) -> dict[str, Count]:
    """What is counted of each: open, overdue, due this week, new."""
    new = Q(pk__gt=since.newest) if since else Q(pk__isnull=True)
    return {
        "count": Count("pk"),
        "overdue": Count("pk", filter=Q(due_on__lt=on)),
        "week": Count("pk", filter=Q(due_on__range=(on, end_of_week(on)))),
        "new": Count("pk", filter=new),
    }


def by_officer(mine: QuerySet[Obligation], counts: dict[str, Count]) -> Iterable[Share]:
    """What is open with each officer."""
    named = {"who": F("enterprise__officer"), "name": F("enterprise__officer__name")}
    for row in grouped(mine, named, counts):
        address = f"{page('console:enterprise_list')}?officer={row['who'] or NOBODY}"
        yield Share(row["name"] or "暂无责任人", address, **{name: row[name] for name in counts})


def by_unit(
    mine: QuerySet[Obligation], head: User, units: Sequence[Region], counts: dict[str, Count]
) -> Iterable[Share]:
    """What is open with each unit right below, everything further down summed up into it."""
    totals: dict[int, Counter[str]] = defaultdict(Counter)
    for row in grouped(mine, {"path": F("enterprise__region__path")}, counts):
        unit = next((unit.pk for unit in units if (row["path"] or "").startswith(unit.path)), head.region_id)
        totals[unit or 0].update({name: row[name] for name in counts})
    names = {unit.pk: unit.name for unit in units} | {head.region_id: f"{head.region}本级"}
    for unit, total in totals.items():
        address = f"{page('console:calendar')}?view=list&unit={unit}"
        yield Share(names[unit], address, **{name: total[name] for name in counts})


def grouped(mine: QuerySet[Obligation], by: dict[str, F], counts: dict[str, Count]) -> Iterable[dict[str, Any]]:
    """The counts of each group."""
    found: Any = mine.order_by().values(**by).annotate(**counts)
    return cast(Iterable[dict[str, Any]], found)
