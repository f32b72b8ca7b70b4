"""Ledgers handed in for the demo: one that can be taken back, one that is relied upon in part; sources that differ."""

import datetime
import io
from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter
from stdnum.cn import uscc

from accounts.models import Region, Role, User
from enterprises.domain import care, statements
from enterprises.models import Enterprise, ImportBatch
from pipeline.domain import candidacies, ledgers, touch

NEW: Final = (
    "云峤精密轴承",
    "禾序生物制剂",
    "芷兰智能装备",
    "青麓环保滤材",
    "北汀电子铜箔",
    "沐川医疗器械",
    "远岑粉末冶金",
    "澄江工业软件",
)


def headings(year: int) -> tuple[str, ...]:
    """The columns of a township's ledger."""
    firm = ("序号", "企业名称", "统一社会信用代码", "责任单位", "成立日期")
    figures = (f"{year}年营业收入（万元）", f"{year}年职工总数（人）")
    return (*firm, *figures, "联络员", "联络员电话", "分管领导")


def workbook(lines: Sequence[Sequence[Any]]) -> bytes:
    """The lines as an .xlsx file."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    book.close()
    return content.getvalue()


def new_line(number: int, unit: Region) -> list[Any]:
    """A firm that nobody knew."""
    body = f"91420281MA49{number:05}"
    code = body + uscc.calc_check_digit(body)
    revenue, staff = 1800 + 370 * number, 24 + 9 * number
    person = ("何晓舟", f"1390000{number:04}", "—")
    return [number, f"{NEW[number - 1]}有限公司", code, unit.name, f"201{number}-05-18", revenue, staff, *person]


def known_line(number: int, firm: Enterprise, revenue: float, unit: str = "") -> list[Any]:
    """A firm that stands, with another revenue."""
    return [number, firm.name, firm.uscc, unit or None, None, revenue, None, None, None, None]


def seed(*, by: User, units: Sequence[Region], firms: Sequence[Enterprise], at: datetime.datetime) -> None:
    """Two applied ledgers, a preview that waits, and five figures on which firm and ledger differ."""
    on, year = at.date(), at.year - 1
    known = [firm for firm in firms if firm.uscc][:12]
    first = [new_line(number, units[number % len(units)]) for number in range(1, 5)]
    first += [known_line(5 + place, firm, 3300 + 210 * place) for place, firm in enumerate(known[:3])]
    written(f"{units[0].name}科技企业台账（{on.month}月补报）.xlsx", [headings(year), *first], by, on)

    second = [new_line(number, units[number % len(units)]) for number in range(5, 9)]
    second += [known_line(9 + place, firm, 5100 + 160 * place) for place, firm in enumerate(known[3:7])]
    second.append([13, None, None, None, None, 90, None, None, None, None])
    written(f"经信局规上企业报送（{on.month}月）.xlsx", [headings(year), *second], by, on)
    rely_on(by, on)

    waiting = [known_line(1 + place, firm, 4700 + 55 * place) for place, firm in enumerate(known[7:10])]
    handed_in(f"{units[-1].name}更正表.xlsx", [headings(year), *waiting], by)
    differ(by, known[7:12], year, at)


def handed_in(name: str, lines: Sequence[Sequence[Any]], by: User) -> ImportBatch:
    """A workbook uploaded and read."""
    return ledgers.read(batch_id=ledgers.upload(filename=name, content=workbook(lines), by=by).pk)


def written(name: str, lines: Sequence[Sequence[Any]], by: User, on: datetime.date) -> ImportBatch:
    """A workbook uploaded, read and applied."""
    return ledgers.apply(batch_id=handed_in(name, lines, by).pk, by=by, on=on)


def rely_on(by: User, on: datetime.date) -> None:
    """What was done since with firms of the second ledger: one entrusted, one called, one with a case."""
    entrusted, called, coached = Enterprise.objects.filter(name__in=[f"{name}有限公司" for name in NEW[4:7]]).order_by(
        "pk"
    )
    care.assign_officer(enterprise_id=entrusted.pk, officer=by, by=by, on=on)
    care.add_contact(enterprise_id=called.pk, name="罗景行", by=by, on=on, mobile="13900008888")
    candidacies.open_case(enterprise_id=coached.pk, track="hnte", by=by, on=on)


def differ(by: User, firms: Sequence[Enterprise], year: int, at: datetime.datetime) -> None:
    """Firms that state another revenue than their ledger; an officer accepted it, and sources differ since."""
    person = User.objects.create_user("qiye9", None, name="宋微之", email="qiye9@qiye.example", role=Role.ENTERPRISE)
    for place, firm in enumerate(firms):
        firm.members.add(person)
        said = statements.current_figures(firm).get(year, {}).get("operating_revenue_cny")
        if said:
            figures = {"operating_revenue_cny": said.value * (105 + place) // 100}
            stated = touch.state_figures(enterprise_id=firm.pk, year=year, figures=figures, by=person, at=at)
            touch.accept_figures(statement_id=stated.pk, by=by, at=at)
