"""Write the province: people, firms block by block through COPY, the trail and the outbox; then the truth of it all."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction

from accounts.machine import state_change_allowed
from accounts.models import AuditEvent, Line, Region, Role, User
from console.province import rows, tables
from console.province.draw import Drawn, draw
from console.province.rows import Pairs, World
from console.province.truth import Truth
from enterprises.imports.database import new_ids
from enterprises.models import Enterprise, ImportBatch
from notifications.models import Message

BLOCK: Final = 20_000
FRAGMENTS: Final = ("湖北", "云源", "麒麟", "精密装备", "云源精", "实业", "恒汀软件", "电子材料", "龘")
CITY, COUNTY, TOWNSHIP = "黄石市", "大冶市", "陈贵镇"
EVERY_LETTER: Final = 10  # one firm of so many stands in a letter of the outbox


@dataclass(frozen=True)
class Place:
    """A unit that firms lie in."""

    region: Region
    weight: int


def places() -> list[Place]:
    """The lowest units of the tree, those without any below them, in the order of the file."""
    lowest = Region.objects.filter(children=None).order_by("order", "pk")
    weight = {Region.Level.COUNTY.value: 9, Region.Level.TOWNSHIP.value: 2}
    return [Place(region, weight.get(region.level, 1)) for region in lowest]


def people(password: str | None) -> tuple[User, dict[int, User]]:
    """The province's officer, one of each city and county, a few more to look with; county officers by county."""
    root = Region.objects.get(level=Region.Level.PROVINCE)
    province = create("shengji", password, Role.CITY, root)
    create("shenji", None, Role.AUDITOR, root)
    create("guanli", password, Role.ADMIN, None)
    create("shiji", password, Role.CITY, Region.objects.get(name=CITY))
    create("xianji", password, Role.UNIT, Region.objects.get(name=COUNTY))
    create("xiangzhen", password, Role.UNIT, Region.objects.get(name=TOWNSHIP, parent__name=COUNTY))
    counties = Region.objects.filter(level=Region.Level.COUNTY).order_by("order", "pk")
    return province, {
        county.pk: create(f"qu{number:03}", None, Role.UNIT, county) for number, county in enumerate(counties, 1)
    }


def create(username: str, password: str | None, role: str, region: Region | None) -> User:
    """One account; without a password nobody can enter it."""
    lines = [Line.SCIENCE, Line.INDUSTRY, Line.REFORM] if role in {Role.CITY, Role.UNIT} else []
    named = {"name": f"测试{username}", "email": f"{username}@keji.example"}
    return User.objects.create_user(username, password, role=role, region=region, lines=lines, **named)


@transaction.atomic
def seed(
    *, firms: int, seed_number: int, at: datetime.datetime, on: datetime.date, password: str | None
) -> dict[str, Any]:
    """The whole province on an empty register with its reference data; the truth as it is written to the file."""
    lie_in = places()
    province, by_county = people(password)
    officers = [officer_of(place.region, by_county, province).pk for place in lie_in]
    world = World(at, on, [place.region.pk for place in lie_in], officers, province.pk)
    truth = Truth(seed_number, on, FRAGMENTS)
    drawn = draw(seed=seed_number, firms=firms, weights=[place.weight for place in lie_in], on=on)
    batch = ImportBatch.objects.create(
        filename="全省企业台账.xlsx",
        digest="",
        by=province,
        state=ImportBatch.State.APPLIED,
        progress=100,
        applied_at=at,
    )
    letters: dict[str, int] = {}
    with state_change_allowed():
        for block in blocks(drawn, firms):
            write(world, block, truth)
            write_trail(world, block, batch)
            write_letters(world, block, letters)
    return truth.as_json(units_within(lie_in)) | {"letters": letters}


def officer_of(region: Region, by_county: dict[int, User], province: User) -> User:
    """The officer of the county that the unit lies in, else the province's."""
    return next((by_county[int(pk)] for pk in region.path.split("/")[-2::-1] if int(pk) in by_county), province)


def blocks(drawn: Iterator[Drawn], firms: int) -> Iterator[Pairs]:
    """The firms with their keys, some at a time."""
    while some := list(islice(drawn, BLOCK)):
        yield list(zip(new_ids(Enterprise._meta.db_table, len(some)), some, strict=True))


def write(world: World, block: Pairs, truth: Truth) -> None:
    """One block into every table, and into the truth."""
    for _, firm in block:
        truth.add(firm)
    for table in rows.TABLES:
        tables.copy(table.model, table.columns, table.rows(world, block), world.at)


def write_trail(world: World, block: Pairs, batch: ImportBatch) -> None:
    """A line a firm: it came in with the ledger."""
    columns = ("by_id", "what", "object_type", "object_id", "enterprise_id", "effective_on")
    lines = ((world.by_id, "ledger.firm", "importbatch", batch.pk, pk, world.on) for pk, _ in block)
    tables.copy(AuditEvent, columns, lines, world.at)


def write_letters(world: World, block: Pairs, letters: dict[str, int]) -> None:
    """Letters of past weeks, none of which waits to be sent."""
    outcome = {0: Message.State.FAILED.value, 1: Message.State.DROPPED.value}
    found = []
    for pk, firm in block:
        if firm.number % EVERY_LETTER == 3:
            state = outcome.get(firm.number // EVERY_LETTER % 40, Message.State.SENT.value)
            letters[state] = letters.get(state, 0) + 1
            found.append((f"digest:planted:{pk}", "digest", f"lianluo{pk}@qiye.example", f"<planted.{pk}@keji.example>",
                          "本周应办事项", "1 件应办事项", state, world.at))  # fmt: skip
    columns = ("key", "kind", "to", "message_id", "subject", "text", "state", "next_try_at")
    tables.copy(Message, columns, found, world.at)


def units_within(lie_in: Sequence[Place]) -> dict[str, Sequence[int]]:
    """Every unit by the path of its names, with the numbers of the places in it."""
    names: dict[str, str] = {}
    within: dict[str, Sequence[int]] = {}
    for region in Region.objects.order_by("level", "pk"):
        names[region.path] = region.name
    for path in names:
        label = "/".join(names["/".join(path.split("/")[:depth]) + "/"] for depth in range(1, path.count("/") + 1))
        within[label] = [number for number, place in enumerate(lie_in) if place.region.path.startswith(path)]
    return within


def analyse() -> None:
    """Tell the planner what was just written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
