"""Write the demo: people, firms, what sources said of them, certificates, cases through their doors. No results."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.db import connection
from django.utils import timezone

from accounts.models import Line, Region, Role, User
from console.demo import institutions, ledgers
from console.demo.board import fill_board
from console.demo.desk import fill_calendar, tell_of_the_week_before
from console.demo.firms import DemoFirm, demo_firms
from console.demo.lists import hand_in_lists
from console.demo.pools import seed_pools
from enterprises.domain import materials, statements
from enterprises.models import (
    Contact,
    Enterprise,
    FirmStatement,
    FormerName,
    RegionMembership,
    Source,
    YearFigures,
)
from pipeline.domain import candidacies, judge, ladder, outlook, rulings, titles
from pipeline.models import Assessment, Candidacy, MaterialRequirement, Ruling, Title
from pipeline.models.candidacy import Certificate

ALL_LINES = [Line.SCIENCE, Line.INDUSTRY, Line.REFORM]
OFFICERS = ("林知远", "苏明岚", "顾砚秋", "沈予安", "陆时雨", "程砚书")
CONTACTS = ("何晓舟", "邓清和", "罗景行", "许南乔", "宋微之", "唐以宁", "冯见山", "蒋若溪")


@dataclass
class Demo:
    """What the seed hands from step to step."""

    county: Region
    units: Sequence[Region]
    city_officer: User
    officers: Sequence[User]
    firms: list[Enterprise]
    drawn: list[DemoFirm]
    at: datetime.datetime

    @property
    def on(self) -> datetime.date:
        """The day of the seed."""
        return timezone.localdate(self.at)


def seed(*, county: Region, password: str, at: datetime.datetime) -> Demo:
    """The whole demo; call it in one transaction on an empty register."""
    units = list(Region.objects.filter(parent=county).order_by("order", "pk"))
    city_officer, officers = people(county, units, password)
    drawn = demo_firms(timezone.localdate(at))
    demo = Demo(county, units, city_officer, officers, [], drawn, at)
    write_firms(demo)
    write_statements(demo)
    write_titles(demo)
    analyse()
    judge.judge(on=demo.on)
    rule_for_tsme(demo)
    open_cases(demo)
    tell_of_the_week_before(demo.on)
    fill_board(demo)
    hand_in_lists(demo)
    member(demo, password)
    seed_pools(by=city_officer, officers=officers, firms=demo.firms, on=demo.on)
    ledgers.seed(by=city_officer, units=units, firms=demo.firms, at=at)
    fill_calendar(firms=demo.firms, by=city_officer, on=demo.on)
    outlook.refresh(on=demo.on)
    return demo


def people(county: Region, units: Sequence[Region], password: str) -> tuple[User, list[User]]:
    """One account per role, an officer for each of the first units, the head of one and the director."""
    create = User.objects.create_user
    city = create(
        "shiji", password, name=OFFICERS[0], email="shiji@keji.example", role=Role.CITY, region=county,
        lines=ALL_LINES, department="高新技术科", phone="0714-000-0001",
    )  # fmt: skip
    officers = [
        create(
            "xiangzhen" if number == 0 else f"xiangzhen{number + 1}", password, name=OFFICERS[number + 1],
            email=f"xiangzhen{number + 1}@keji.example", role=Role.UNIT, region=unit,
            lines=[Line.SCIENCE, Line.INDUSTRY], department="经济发展办公室", phone=f"0714-000-01{number:02d}",
        )
        for number, unit in enumerate(units[:5])
    ]  # fmt: skip
    create(
        "juzhang", password, name="叶承岳", email="juzhang@keji.example", role=Role.CITY, region=county, leads=True,
        lines=[], department="局领导",
    )  # fmt: skip
    create(
        "zhenzhang", password, name="秦望川", email="zhenzhang@keji.example", role=Role.UNIT, region=units[0],
        leads=True, lines=[], department="单位负责人",
    )  # fmt: skip
    create("shenji", password, name="钟鉴", email="shenji@keji.example", role=Role.AUDITOR, region=county)
    create("guanli", password, name="系统管理员", email="guanli@keji.example", role=Role.ADMIN)
    return city, officers


def write_firms(demo: Demo) -> None:
    """Firms with unit, officer, names, contacts, 规上 spells and institutions."""
    dice = Random(7)
    weights = [20, *([6] * (len(demo.units) - 1))]
    by_unit = {officer.region_id: officer for officer in demo.officers}
    for drawn in demo.drawn:
        unit = dice.choices(demo.units, weights=weights)[0]
        known_on = None if drawn.profile == "ledger_of_names" else demo.on
        firm = Enterprise(
            name=drawn.name, uscc=drawn.uscc, uscc_ok=True if drawn.uscc else None, region=unit,
            officer=by_unit.get(unit.pk), negatives_known_on=known_on, honours_known_on=known_on,
            institutions_known_on=known_on, titles_known_on=known_on,
        )  # fmt: skip
        firm.index_names([drawn.former_name] if drawn.former_name else [])
        demo.firms.append(firm)
    Enterprise.objects.bulk_create(demo.firms)
    since = datetime.date(demo.on.year - 1, 1, 1)
    RegionMembership.objects.bulk_create(
        RegionMembership(enterprise=firm, region=firm.region, from_on=since) for firm in demo.firms
    )
    write_belongings(demo, since, dice)


def write_belongings(demo: Demo, since: datetime.date, dice: Random) -> None:
    """Former names, contacts, 规上 spells and institutions."""
    pairs = list(zip(demo.firms, demo.drawn, strict=True))
    FormerName.objects.bulk_create(
        FormerName(enterprise=firm, name=drawn.former_name, folded_name=drawn.former_name.casefold(), until=since)
        for firm, drawn in pairs
        if drawn.former_name
    )
    Contact.objects.bulk_create(
        Contact(enterprise=firm, name=dice.choice(CONTACTS), role="科技专员", email=f"lianluo{firm.pk}@qiye.example")
        for firm, drawn in pairs
        if drawn.has_contact
    )
    institutions.write(demo, dice)


def write_statements(demo: Demo) -> None:
    """What the ledger of spring said of each firm and each year."""
    known_at = demo.at - datetime.timedelta(days=210)
    said = {"source": Source.LEDGER, "known_at": known_at, "stated_by": demo.city_officer}
    FirmStatement.objects.bulk_create(
        FirmStatement(
            enterprise=firm, registered_on=drawn.registered_on, is_resident=True, industry_code=drawn.industry_code,
            size_trade=drawn.size_trade, hi_tech_field=drawn.hi_tech_field, **said,
        )
        for firm, drawn in zip(demo.firms, demo.drawn, strict=True)
        if drawn.profile != "ledger_of_names"
    )  # fmt: skip
    YearFigures.objects.bulk_create(
        YearFigures(enterprise=firm, year=year, **figures, **said)
        for firm, drawn in zip(demo.firms, demo.drawn, strict=True)
        for year, figures in drawn.figures.items()
    )


def write_titles(demo: Demo) -> None:
    """Certificates as a ledger gives them; where the firms stand follows from them."""
    rows = [
        titles.TitleRow(
            firm.pk, track, number, issued_on,
            datetime.date(issued_on.year, 1, 1) if track == "tsme" else issued_on,
            titles.lapses_on(track, issued_on),
        )
        for firm, drawn in zip(demo.firms, demo.drawn, strict=True)
        for track, number, issued_on in drawn.titles
    ]  # fmt: skip
    refused = titles.record_many(rows=rows, by=demo.city_officer, on=demo.on, document="演示台账")
    assert not refused, refused
    ladder.settle_all(demo.on)


def analyse() -> None:
    """Tell the planner what was just written: the register was empty a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rule_for_tsme(demo: Demo) -> None:
    """Officers looked at the books of some firms that wait for nothing but a person's answer."""
    waiting = Assessment.objects.filter(track="tsme", verdict="undecided", n_unknown=0, n_na=0, n_unmet=0)
    firms = list(waiting.order_by("pk").values_list("enterprise", flat=True)[::3])
    Ruling.objects.bulk_create(
        Ruling(
            enterprise_id=firm, track="tsme", criterion=criterion, value=True, basis="核对纳税与账务资料（演示）",
            by=demo.city_officer, ruled_on=demo.on,
        )
        for firm in firms
        for criterion in ("T1.accounts", "T3.catalogue")
    )  # fmt: skip
    judge.judge(on=demo.on, enterprise_ids=firms)


def open_cases(demo: Demo) -> None:
    """Cases in every state a demo day would show, each taken there through the door."""
    held = Title.objects.in_force(demo.on).filter(track="hnte").values("enterprise")
    near = Assessment.objects.filter(track="hnte", n_na=0).exclude(enterprise__in=held)
    for enterprise_id in near.one_short().order_by("pk").values_list("enterprise", flat=True)[:14]:
        take(demo, enterprise_id, ["coach"])
    for enterprise_id in (
        near.filter(verdict="undecided", n_unknown=1).order_by("pk").values_list("enterprise", flat=True)[:6]
    ):
        take(demo, enterprise_id, ["coach", "prepare"])
    fit = list(near.filter(verdict="undecided", n_unknown=0).order_by("pk").values_list("enterprise", flat=True)[:11])
    paths = [[], ["prepare"], ["prepare"], *[["prepare", "file"]] * 3, *[["prepare", "file", "recommend"]] * 2]
    paths += [["prepare", "file", "recommend", "publicise"]] * 2 + [
        ["prepare", "file", "recommend", "publicise", "recognise"]
    ]
    for enterprise_id, path in zip(fit, paths, strict=False):
        take(demo, enterprise_id, path)


def take(demo: Demo, enterprise_id: int, path: Sequence[str]) -> None:
    """Open a case and walk it along ``path``, with the rulings and papers that a filing needs."""
    by, on = demo.city_officer, demo.on
    case = candidacies.open_case(enterprise_id=enterprise_id, track="hnte", by=by, on=on)
    for step in path:
        if step == "file":
            make_ready(demo, case)
        certificate = None
        if step == "recognise":
            certificate = Certificate(f"GR{on.year}42{case.pk:06d}", on, f"演示认定公告〔{on.year}〕1号")
        rounds = candidacies.open_rounds(case.track, on) if step == "file" else []
        case = candidacies.move(
            candidacy_id=case.pk, step=step, by=by, version=case.version, on=on, reason="演示",
            certificate=certificate, round_id=rounds[0].pk if rounds else None,
        )  # fmt: skip


def make_ready(demo: Demo, case: Candidacy) -> None:
    """Officers rule what only a person can, and the firm's papers are in."""
    for criterion in ("H2.core", "H3.core"):
        rulings.rule(
            enterprise_id=case.enterprise_id, track=case.track, criterion=criterion, value=True,
            basis="技术专家现场核定（演示）", by=demo.city_officer, on=demo.on,
        )  # fmt: skip
    for kind in MaterialRequirement.objects.filter(track=case.track).values_list("kind", flat=True):
        paper = materials.hand_in(enterprise_id=case.enterprise_id, kind=kind, by=demo.city_officer, at=demo.at)
        materials.accept_material(material_id=paper.pk, by=demo.city_officer, at=demo.at)


def member(demo: Demo, password: str) -> None:
    """The firm that the enterprise account sees: one condition short, with a case and a statement that waits."""
    near = Assessment.objects.filter(track="hnte").one_short().values("enterprise")
    short = Candidacy.objects.filter(track="hnte", state="coaching", enterprise__in=near).order_by("pk")
    case = short.select_related("enterprise").first()
    firm = case.enterprise if case else demo.firms[0]
    user = User.objects.create_user("qiye", password, name="何晓舟", email="qiye@qiye.example", role=Role.ENTERPRISE)
    firm.members.add(user)
    others = [case.enterprise for case in short.select_related("enterprise")[1:3]]
    for number, other in enumerate(others):
        person = User.objects.create_user(
            f"qiye{number + 2}", password, name=CONTACTS[number + 1], email=f"qiye{number + 2}@qiye.example",
            role=Role.ENTERPRISE,
        )  # fmt: skip
        other.members.add(person)
        year = demo.on.year - 1
        cost = statements.current_figures(other).get(year, {}).get("rd_cost_hnte_cny")
        if cost is not None:
            statements.state_figures(
                enterprise_id=other.pk, year=year, by=person, at=demo.at,
                figures={"rd_cost_hnte_cny": cost.value * 21 // 20},
            )  # fmt: skip
