"""规上 spells and research institutions of the demo's firms, in every state, their 六有 checked through the door."""

import datetime
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from accounts.machine import state_change_allowed
from enterprises import six_haves
from enterprises.domain import institution_checks, institutions
from enterprises.domain.institution_checks import Found
from enterprises.domain.institutions import Registration
from enterprises.models import AboveScaleSpell, Enterprise, ResearchInstitution
from enterprises.models.institution import State, StepGiven

if TYPE_CHECKING:
    from console.demo.seed import Demo

SCHOOLS: Final = ("云川理工大学", "衡楚工程学院", "沐川科技大学", "")
EVIDENCE: Final = {
    "site": ("研发楼二层，约 600 平方米", "厂区东侧试验车间，约 320 平方米"),
    "staff": ("专职研发人员 14 人，花名册和社保相符", "研发人员 9 人，均签有劳动合同"),
    "equipment": ("设备清单 23 台套，原值约 410 万元", "检测设备 8 台，原值约 150 万元"),
    "investment": ("上年研发费用辅助账齐全", "上年专项审计报告"),
    "projects": ("在研项目 3 个，立项文件齐全", "在研项目 1 个，有立项书"),
    "rules": ("项目管理、经费核算、激励三项制度已印发", "研发管理制度已印发"),
}
RECOGNISED: Final = (
    ("自建研发机构", "自建", 5), ("企业研究开发中心", "市", 4), ("企校联合创新中心", "市", 3),
    ("企校联合创新中心", "省部", 2), ("企业技术中心", "省部", 2), ("企业技术中心", "市", 2),
)  # fmt: skip
BY_HAND: Final = 26  # institutions that officers looked at; the others came with a list


def write(demo: "Demo", dice: Random) -> None:
    """Spells first, then what the firms run."""
    firms = [firm for firm, drawn in zip(demo.firms, demo.drawn, strict=True) if drawn.above_scale]
    write_spells(demo.on, firms, dice)
    having = [f for f, drawn in zip(demo.firms, demo.drawn, strict=True) if drawn.above_scale and drawn.has_institution]
    write_listed(demo.on, having[BY_HAND:], dice)
    for place, firm in enumerate(having[:BY_HAND]):
        look_at(demo, firm, place, dice)


def write_spells(on: datetime.date, firms: Sequence[Enterprise], dice: Random) -> None:
    """Most were 规上 before; some entered this spring or this month, a few have left."""
    old, spring = datetime.date(on.year - 1, 1, 1), datetime.date(on.year, 3, 20)
    spells = []
    for place, firm in enumerate(firms):
        from_on = (
            spring if place % 8 == 5 else on - datetime.timedelta(days=dice.randint(2, 20)) if place % 13 == 7 else old
        )
        left = datetime.date(on.year, 6, 30) if place % 29 == 11 and from_on == old else None
        spells.append(AboveScaleSpell(enterprise=firm, from_on=from_on, to_on=left, source="规上名单（演示）"))
    AboveScaleSpell.objects.bulk_create(spells)


def write_listed(on: datetime.date, firms: Sequence[Enterprise], dice: Random) -> None:
    """Institutions as a list of recognitions names them; nobody looked at their 六有 yet."""
    kinds = [(kind, level) for kind, level, weight in RECOGNISED for _ in range(weight)]
    rows = []
    for firm in firms:
        kind, level = dice.choice(kinds)
        day = datetime.date(dice.randint(on.year - 2, on.year), dice.randint(1, 10), dice.randint(1, 28))
        rows.append(
            ResearchInstitution(
                enterprise=firm, kind=kind, level=level, name=f"{firm.name.removesuffix('有限公司')}{kind}",
                partner_school=dice.choice(SCHOOLS[:3]) if kind.startswith("企校") else "", state=State.RECOGNISED,
                established_on=day, recognised_on=day, document=f"演示认定文件〔{day.year}〕{dice.randint(1, 30)}号",
                valid_until=day.replace(year=day.year + 3) - datetime.timedelta(days=1) if level != "自建" else None,
            )
        )  # fmt: skip
    with state_change_allowed():
        ResearchInstitution.objects.bulk_create(rows)


def look_at(demo: "Demo", firm: Enterprise, place: int, dice: Random) -> None:
    """One institution taken as far as its place in the row says."""
    by, on = demo.city_officer, demo.on
    given = Registration(
        "自建研发机构" if place % 3 else "企校联合创新中心", "自建" if place % 3 else "市",
        f"{firm.name.removesuffix('有限公司')}研发中心", partner_school=dice.choice(SCHOOLS),
        established_on=None if place % 7 == 6 else on - datetime.timedelta(days=120 + 9 * place),
    )  # fmt: skip
    made = institutions.register(enterprise_id=firm.pk, given=given, by=by, on=on)
    if made.state != State.BUILDING:
        return
    lacking = dice.sample(six_haves.KEYS, place % 4) if place % 5 else []
    made = institution_checks.check(
        institution_id=made.pk, found=found(lacking, on, place, dice), by=by, on=on,
        checked_on=on - datetime.timedelta(days=100 + place),
    )  # fmt: skip
    late = made.recheck_on is not None and made.recheck_on < on
    for step in ("complete", "recognise")[: 1 + place % 2] if made.has_all_six and not late else ():
        step_given = StepGiven(day=on - datetime.timedelta(days=3), document=f"演示认定文件〔{on.year}〕{place + 40}号")
        made = institutions.move(
            institution_id=made.pk, step=step, by=by, version=made.version, on=on, given=step_given
        )


def found(lacking: Sequence[str], on: datetime.date, place: int, dice: Random) -> dict[str, Found]:
    """What was found of the six: some lacking, of some nothing said, the rest with evidence and a second look."""
    again = on + datetime.timedelta(days=80 + place if place % 6 else -12)
    said = {}
    for item, words in EVIDENCE.items():
        if item in lacking:
            said[item] = Found("lacks", evidence="现场未见")
        elif not (place % 9 == 4 and item == "rules"):
            said[item] = Found(
                "has", evidence=dice.choice(words), document=f"照片 {place:02d}-{item}", recheck_on=again
            )
    return said
