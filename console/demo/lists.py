"""Two published lists of the demo: one that was applied, and one that waits with doubtful names."""

import datetime
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.utils import timezone

from accounts.models import User
from pipeline.domain import list_apply, list_decisions, published_lists
from pipeline.domain.published_lists import Given
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import State

if TYPE_CHECKING:
    from console.demo.seed import Demo


def hand_in_lists(demo: "Demo") -> None:
    """Last month's list of 瞪羚, applied; this week's list of 高企, with names to decide."""
    applied_list(demo, demo.city_officer)
    waiting_list(demo, demo.city_officer)


def applied_list(demo: "Demo", by: User) -> None:
    """Five firms by their names, a short name that an officer decided, one that nobody knows."""
    day = demo.on - datetime.timedelta(days=34)
    firms = [firm for firm in demo.firms if len(firm.name) > 9][40:46]
    rows: list[Sequence[Any]] = [[number, firm.name, "大冶市"] for number, firm in enumerate(firms[:5], 1)]
    rows += [[6, short(firms[5].name), "大冶市"], [7, "湖北岚序新材料科技有限公司", "武汉市"]]
    title = f"{day.year}年入库湖北省科创“新物种”瞪羚企业名单（大冶，共7家）"
    content = workbook([title], [f"入库日期：{day:%Y-%m-%d}"], ["序号", "企业名称", "地区"], *rows)
    document = f"演示函〔{day.year}〕31号"
    published = published_lists.upload(
        filename="瞪羚企业入库名单.xlsx", content=content, track="gazelle", by=by, given=Given(document=document)
    )
    row = published.rows.get(place=6)
    list_decisions.decide(
        row_id=row.pk, by=by, version=published.version, at=timezone.now(), decision="chosen",
        enterprise_id=firms[5].pk, reason="与企业电话核对，为同一家",
    )  # fmt: skip
    list_apply.apply(list_id=published.pk, by=by, version=None, on=demo.on)


def waiting_list(demo: "Demo", by: User) -> None:
    """Cases in flight, former and short names, one character wrong, traditional characters, a number missing."""
    cases = Candidacy.objects.filter(track="hnte").select_related("enterprise").order_by("pk")
    by_state = {state: [case.enterprise for case in cases if case.state == state] for state in State.values}
    held = set(Title.objects.filter(track="hnte").values_list("enterprise", flat=True))
    busy = held | {case.enterprise_id for case in cases}
    free = [firm for firm in demo.firms if firm.pk not in busy and len(firm.name) > 9]
    former = [firm for firm in free if firm.former_names.exists()]
    first = [*by_state[State.PUBLICISED][:2], *by_state[State.RECOMMENDED][:1], *by_state[State.COACHING][:1]]
    names = [firm.name for firm in (*first, *free[:7])]
    names += [firm.former_names.all()[0].name for firm in former[:1]]
    names += [*map(short, (firm.name for firm in free[8:11])), one_off(free[12].name), other_form(free[14].name)]
    names += [free[2].name, "湖北岚序新材料科技有限公司", "黄石市墨岭精密仪器有限公司", "武汉汀序云计算有限公司"]
    number = f"GR{demo.on.year}4200"
    rows = [[place, name, "" if place == 2 else f"{number}{place:04d}"] for place, name in enumerate(names, 1)]
    day = demo.on - datetime.timedelta(days=3)
    title = f"湖北省{day.year}年第一批高新技术企业认定名单（大冶市，共{len(names) + 1}家）"
    content = workbook(
        [title], [f"认定日期：{day:%Y-%m-%d}"], ["序号", "企业名称", "证书编号"], *rows, ["备注：按证书编号排列。"]
    )
    published_lists.upload(
        filename="高企认定名单（大冶）.xlsx", content=content, track="hnte", by=by,
        given=Given(document=f"演示科技发〔{day.year}〕18号"),
    )  # fmt: skip


def short(name: str) -> str:
    """A firm as people call it: without place and legal form."""
    for part in ("湖北", "黄石市", "黄石", "大冶市", "大冶", "股份有限公司", "有限责任公司", "有限公司"):
        name = name.removeprefix(part).removesuffix(part)
    return name


def one_off(name: str) -> str:
    """A name with one character mistyped."""
    core = short(name)
    return name.replace(core, f"{core[0]}驰{core[2:]}", 1)


def other_form(name: str) -> str:
    """A name with another legal form."""
    if name.endswith("股份有限公司"):
        return f"{name.removesuffix('股份有限公司')}有限公司"
    return f"{name.removesuffix('有限公司').removesuffix('有限责任')}股份有限公司"


def workbook(*rows: Sequence[Any]) -> bytes:
    """An .xlsx file with one sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return buffer.getvalue()
