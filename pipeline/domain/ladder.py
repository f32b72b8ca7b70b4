"""The door of the ladder: where firms stand follows from their titles, for one firm and for all."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from accounts import audit, memory
from accounts.machine import Reason, StepRefused, state_change_allowed
from accounts.models import AuditEvent, Role, User
from enterprises.models import Enterprise
from pipeline import seeds, stairs
from pipeline.domain import ladder_history
from pipeline.models import Bureau, Ladder, LadderPosition, Rung, Title
from pipeline.stairs import Place

AT_ONCE = 2000  # firms locked and moved in one transaction


@transaction.atomic
def load_seeds() -> int:
    """Bring the seeded ladders into the database; how many were new or changed."""
    return sum(seed_ladder(seed) for seed in seeds.ladders())


def seed_ladder(seed: Mapping[str, Any]) -> bool:
    """One ladder with its rungs; whether anything had to be written."""
    wanted = [(order, rung["key"], rung["name"], rung["tracks"]) for order, rung in enumerate(seed["rungs"], 1)]
    texts = {name: seed.get(name, "") for name in ("family", "name", "place", "document", "address", "note")}
    days = {name: seed.get(name) for name in ("issued_on", "effective_from", "effective_to")}
    ladder, created = Ladder.objects.update_or_create(slug=seed["slug"], defaults=texts | days)
    if list(ladder.rungs.values_list("order", "key", "name", "tracks")) == wanted:
        return created
    ladder.rungs.all().delete()
    Rung.objects.bulk_create(
        Rung(ladder=ladder, order=order, key=key, name=name, tracks=tracks) for order, key, name, tracks in wanted
    )
    return True


def rungs_in_use(on: datetime.date) -> list[Rung]:
    """The rungs of the bureau's ladder by its text of that day, lowest first; none before the bureau chose one."""
    return [rung for rung in ladder_history.rungs_of_family() if rung.ladder.is_in_force(on)]


@transaction.atomic
def choose(*, slug: str, by: User, on: datetime.date) -> Ladder:
    """Put the bureau onto another ladder and settle every firm on it."""
    if by.role not in {Role.CITY, Role.ADMIN}:
        raise StepRefused([Reason("right", "梯队由市级或管理员选定", who="bureau")])
    bureau = Bureau.objects.select_for_update().select_related("ladder").get()
    before, bureau.ladder = bureau.ladder, Ladder.objects.get(slug=slug)
    if before.family != bureau.ladder.family:
        bureau.save(update_fields=["ladder"])
        memory.forget()
        audit.record("ladder.choose", bureau, by=by, before=before.slug, after=slug, on=on)
        settle_all(on)
        return bureau.ladder
    return before


def settle(*, enterprise_id: int, on: datetime.date, by: User | None = None) -> LadderPosition | None:
    """Let the firm climb or slip to where its titles carry it on that day; the position, if it ever had one."""
    settle_all(on, [enterprise_id], by=by)
    return LadderPosition.objects.filter(enterprise=enterprise_id).first()


def settle_all(on: datetime.date, enterprise_ids: Iterable[int] | None = None, *, by: User | None = None) -> int:
    """Settle all firms, or these; only those that stand elsewhere than they should are touched. How many moved."""
    ids = None if enterprise_ids is None else list(enterprise_ids)
    rungs = ladder_history.rungs_of_family()
    strayed = sorted(strays(rungs, on, ids))
    return sum(move_to_place(rungs, on, list(some), by) for some in batched_ids(strayed))


def batched_ids(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """Ids in batches of one transaction each."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def strays(rungs: Sequence[Rung], on: datetime.date, ids: Sequence[int] | None) -> set[int]:
    """Firms whose stored position is not what their titles say."""
    right = {firm: named(place) for firm, place in places(rungs, on, ids).items()}
    positions = LadderPosition.objects.all() if ids is None else LadderPosition.objects.filter(enterprise__in=ids)
    stored = {row[0]: row[1:] for row in positions.values_list("enterprise_id", "rung", "order", "since")}
    return {firm for firm in right.keys() | stored.keys() if right.get(firm, NOWHERE) != stored.get(firm, NOWHERE)}


NOWHERE = ("", 0, None)


def named(place: Place) -> tuple[str, int, datetime.date | None]:
    """The columns of a position at that place."""
    return place.rung, place.order, place.since


def places(rungs: Sequence[Rung], on: datetime.date, ids: Sequence[int] | None) -> dict[int, Place]:
    """Where titles carry each firm that holds or held one of the ladder."""
    found = {firm: stairs.place(of_firm, on) for firm, of_firm in ladder_history.spans(rungs, on, ids).items()}
    return {firm: place for firm, place in found.items() if place.since}


@transaction.atomic
def move_to_place(rungs: Sequence[Rung], on: datetime.date, ids: Sequence[int], by: User | None) -> int:
    """Lock these firms, look again, and take each to its place with its audit event."""
    locked = list(Enterprise.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    right = places(rungs, on, [pk for (pk,) in locked])
    positions = positions_of([pk for (pk,) in locked])
    moved, events = [], []
    for position in positions:
        if event := moved_to(position, named(right.get(position.enterprise_id, Place())), on, by):
            moved.append(position)
            events.append(event)
    write(moved)
    AuditEvent.objects.bulk_create(events, batch_size=1000)
    return len(moved)


WRITE: Final = """
    UPDATE pipeline_ladderposition AS position
    SET rung = moved.rung, "order" = moved.place, since = moved.since, version = moved.version
    FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::date[], %s::int[])
        AS moved (id, rung, place, since, version)
    WHERE position.id = moved.id
"""


def write(moved: Sequence[LadderPosition]) -> None:
    """Write the positions in one statement; Django's bulk_update builds a CASE a row and column."""
    columns = [[getattr(each, name) for each in moved] for name in ("pk", "rung", "order", "since", "version")]
    with state_change_allowed(), connection.cursor() as cursor:
        cursor.execute(WRITE, columns)


def positions_of(ids: Sequence[int]) -> list[LadderPosition]:
    """The positions of these firms; who has none yet starts below the first rung."""
    held = set(LadderPosition.objects.filter(enterprise__in=ids).values_list("enterprise_id", flat=True))
    LadderPosition.objects.bulk_create(
        [LadderPosition(enterprise_id=firm) for firm in ids if firm not in held], batch_size=1000
    )
    return list(LadderPosition.objects.filter(enterprise__in=ids).order_by("enterprise_id"))


def moved_to(
    position: LadderPosition, goal: tuple[str, int, datetime.date | None], on: datetime.date, by: User | None
) -> AuditEvent | None:
    """Take the transition to the goal, or correct its day; the event to write, if anything changed."""
    before = described(position)
    position.goal, position.goal_order, since = goal
    if step := position.step:
        getattr(position, step)(on=since)
    position.since = since
    if described(position) == before:
        return None
    position.version += 1
    what = f"ladder.{step or 'redate'}"
    return audit.event(what, position, by=by, before=before, after=described(position), on=since or on)


def described(position: LadderPosition) -> dict[str, Any]:
    """A position as the audit trail keeps it."""
    return {"rung": position.rung, "order": position.order, "since": str(position.since or "")}


@dataclass(frozen=True)
class Stair:
    """One rung as a page draws it: the title that carries it, and whether the firm stands on it."""

    rung: Rung
    title: Title | None
    is_current: bool


def standings(*, enterprise: Enterprise, on: datetime.date) -> list[Stair]:
    """The firm's stairs, lowest first: which rungs are held on the day, which one it stands on, which are gaps."""
    rungs = rungs_in_use(on)
    held = list(Title.objects.filter(enterprise=enterprise).in_force(on).order_by("-valid_from"))
    carried_by = {rung.pk: next((title for title in held if title.track in rung.tracks), None) for rung in rungs}
    top = max((rung.order for rung in rungs if carried_by[rung.pk]), default=0)
    return [Stair(rung, carried_by[rung.pk], rung.order == top) for rung in rungs]
