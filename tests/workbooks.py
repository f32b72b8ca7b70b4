"""Workbooks with invented firms, one oddity each: what ledgers of townships and bureaus look like."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from stdnum.cn import uscc

Cell = str | int | float | bool | datetime.date | None
Row = Sequence[Cell]

HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所属县市区", "成立日期", "2025年营业收入（万元）")


def code(number: int, region: str = "420281") -> str:
    """The valid code of an invented firm."""
    body = f"91{region}MA9{number:06}"
    return body + uscc.calc_check_digit(body)


def firm(number: int, unit: Cell = "东溪县", founded: Cell = "2015-03-01", revenue: Cell = 4800) -> list[Cell]:
    """A plain row under HEADINGS."""
    return [number, f"云泽第{number}精密有限公司", code(number), unit, founded, revenue]


@dataclass
class Sheet:
    """A sheet: its rows from the first on, and cells to merge as (row, first column, last row, last column, text)."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[tuple[int, int, int, int, str]] = field(default_factory=list)


def workbook(*sheets: Sheet) -> bytes:
    """An .xlsx file with these sheets; days are written as Excel's day numbers in a date format."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for merged in sheet.merged:
            page.merge_range(*merged[:4], merged[4])
        for line, row in enumerate(sheet.rows):
            write_row(page, line, row, day)
    book.close()
    return buffer.getvalue()


def write_row(page: Any, line: int, row: Row, day: Any) -> None:
    """One row; None leaves the cell alone, so that a merged cell keeps its text."""
    for place, cell in enumerate(row):
        if isinstance(cell, datetime.date):
            page.write_datetime(line, place, datetime.datetime.combine(cell, datetime.time()), day)
        elif cell is not None:
            page.write(line, place, cell)


def ledger(*rows: Row, headings: Row = HEADINGS, name: str = "Sheet1") -> bytes:
    """A plain ledger: one line of headings, then the rows."""
    return workbook(Sheet(name, [headings, *rows]))


def plain(number: int = 3) -> bytes:
    """Nothing odd."""
    return ledger(*(firm(one) for one in range(1, number + 1)))


def dressed_up() -> bytes:
    """As a township hands it in: merged title, a line for the stamp, two-line headings, a total, notes below."""
    top = (
        "序号",
        "企业名称",
        "统一社会信用代码",
        "所属县市区",
        "高新技术企业",
        None,
        "科技型中小企业",
        None,
        "专精特新",
        None,
        "备注",
    )
    below = (None, None, None, None, "证书编号", "发证时间", "入库登记编号", "入库年度", "级别", "认定年度", None)
    first = (
        1,
        "云泽精密装备有限公司",
        code(1),
        "东溪县",
        "GR202542000001",
        "2025年11月1日",
        None,
        None,
        None,
        None,
        "无",
    )
    second = (2, "远岑新材料有限公司", code(2), "东溪县", None, None, "202542028100000001", 2025, "省级", 2024, None)
    rows: list[Row] = [
        ("科技型企业梯次培育台账",),
        ("填报单位（盖章）：          填报日期：    年  月  日",),
        top,
        below,
        first,
        second,
        (None,) * 11,
        ("合计", None, None, None, 1, None, 1),
        ("填表说明：1.各栏目不得空缺，无内容填“0”。",),
        ("2.以营业执照为准。",),
    ]
    merged = [(0, 0, 0, 10, "科技型企业梯次培育台账"), (2, 4, 2, 5, "高新技术企业"), (2, 0, 3, 0, "序号")]
    return workbook(Sheet("台账", rows, merged))


def odd_names_and_codes() -> bytes:
    """Half-width brackets, spaces inside, lower case and full width in codes, apostrophes before them."""
    return ledger(
        (1, " 云泽（云川）精密 有限公司 ", code(1).lower(), "东溪县", None, None),
        (2, "远岑(云川)材料有限公司", f"'{code(2)[:6]} {code(2)[6:]}", "东溪县", None, None),
        (3, "青麓生物有限公司", "".join(chr(ord(one) + 0xFEE0) for one in code(3)), "东溪县", None, None),
    )


def odd_codes() -> bytes:
    """A wrong check digit, fifteen digits, seventeen characters, none at all."""
    wrong = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    return ledger(
        (1, "云泽精密装备有限公司", wrong, "东溪县", None, 1),
        (2, "远岑新材料有限公司", "420281000012345", "东溪县", None, 1),
        (3, "青麓生物有限公司", code(3)[:-1], "东溪县", None, 1),
        (4, "江芷软件有限公司", None, "东溪县", None, 1),
    )


DAY_SPELLINGS: Sequence[Cell] = (
    "2020-01-02",
    "2020/1/2",
    "2020年1月2日",
    "20200102",
    "2020.1.2",
    datetime.date(2020, 1, 2),
    43832,
    " 2020 - 01 - 02 ",
)


def day_spellings() -> bytes:
    """The same day, spelt in every way."""
    return ledger(*(firm(number, founded=cell) for number, cell in enumerate(DAY_SPELLINGS, 1)))


def no_days() -> bytes:
    """Months, years and words where a day is asked for; and empty words."""
    return ledger(
        *(firm(number, founded=cell) for number, cell in enumerate(("2020.1", "2020年", "去年", "2020-02-30", "无"), 1))
    )


MONEY_SPELLINGS: Sequence[tuple[Cell, int | None]] = (
    (1234.5, 12_345_000),
    ("1,234.50", 12_345_000),
    ("１２３４．５", 12_345_000),
    ("1234.5万元", 12_345_000),
    ("1,234.50(万元人民币)", 12_345_000),
    ("0.12345亿元", 12_345_000),
    ("12345千元", 12_345_000),
    ("12345000元", 12_345_000),
    (0, 0),
    (None, None),
    ("/", None),
)


def money_spellings() -> bytes:
    """The same amount, spelt in every way, under a heading in 万元."""
    return ledger(*(firm(number, revenue=cell) for number, (cell, _) in enumerate(MONEY_SPELLINGS, 1)))


def no_money() -> bytes:
    """Foreign currency, words, a negative revenue."""
    return ledger(*(firm(number, revenue=cell) for number, cell in enumerate(("390(万美元)", "约五百万", -3), 1)))


def heading_units() -> bytes:
    """Units and years in the headings, in every place."""
    headings = (
        "企业名称",
        "营业收入(亿元)",
        "2024年度研发费用（千元）",
        "资产总额_2023（元）",
        "净利润/万元",
        "职工总数（人）",
        "2025 R&D经费支出(万元)",
    )
    return ledger(("云泽精密装备有限公司", 1.5, 2000, 90000000, -12.5, "120人", 300), headings=headings)


def sheet_unit() -> bytes:
    """The unit once, above the table; the year in the title."""
    rows: list[Row] = [
        ("2024年东溪县企业台账",),
        (None, None, "单位：万元"),
        ("企业名称", "营业收入", "净利润"),
        ("云泽精密装备有限公司", 4800, 300),
    ]
    return workbook(Sheet("表", rows))


def years_below() -> bytes:
    """A figure over three years: its name above, the years below."""
    rows: list[Row] = [
        ("企业名称", "统一社会信用代码", "销售收入（万元）", None, None, "研究开发费用（万元）", None, None),
        (None, None, "2023年", "2024年", "2025年", "2023年", "2024年", "2025年"),
        ("云泽精密装备有限公司", code(1), 4000, 4500, 4800, 200, 225, 240),
    ]
    return workbook(Sheet("表", rows))


def shuffled() -> bytes:
    """The columns of a plain ledger in another order, an unknown one and a double among them."""
    headings = (
        "2025年营业收入（万元）",
        "吉祥物",
        "统一社会信用代码",
        "成立日期",
        "企业名称",
        "营业收入2025（万元）",
        "所属县市区",
        "熊猫",
        "2015-03-01",
        "云泽第1精密有限公司",
        "东溪县",
        "",
        "Sheets that are no ledger: targets of units, a bare list of names, headings without rows, an empty one.",
        "",
        "乡镇",
        "科技型中小企业入库",
        "（家）",
        "陈贵镇",
        "目标分解表",
        "名单",
        "序号",
        "企业名称",
        "备注",
        "云泽精密装备有限公司",
        "空台账",
        "空表",
        "",
        "Empty lines above and beside the table, headings repeated in its middle.",
        "",
        "表",
        "",
        "One firm twice by code, one twice by name.",
        "",
        "青麓生物有限公司",
        "青麓生物有限公司 ",
        "",
        "Rows that name no firm, and one with a code alone.",
        "",
        "东溪县",
        "2015-03-01",
        "东溪县",
        "",
        "A direction mark inside a name.",
        "",
        "云泽\u202e精密有限公司",
        "东溪县",
        "",
        "Recognitions in every shape: with a day, with a year, with a bare yes, with a level, with an end.",
        "",
        "企业名称",
        "统一社会信用代码",
        "高新技术企业证书编号",
        "高新技术企业发证日期",
        "是否科技型中小企业",
        "科技型中小企业入库登记编号",
        "科技型中小企业入库年度",
        "专精特新级别",
        "专精特新认定日期",
        "专精特新有效期至",
    )
    return ledger(
        ("云泽精密装备有限公司", code(1), "GR202442000001", "2024-11-01", "否", None, None, *LITTLE_GIANT),
        ("远岑新材料有限公司", code(2), "GR202342000002", None, "是", "202542028100000001", 2025, "省级", None, None),
        ("青麓生物有限公司", code(3), None, None, "是", None, None, "村级", "2024-07-01", None),
        headings=headings,
    )


def negatives() -> bytes:
    """Dishonesty and accidents: none of either, one left open, some."""
    headings = ("企业名称", "统一社会信用代码", "经营异常/失信情况", "安全、质量、环境事故情况")
    return ledger(
        ("云泽精密装备有限公司", code(1), "无", "否"),
        ("远岑新材料有限公司", code(2), "无", None),
        ("青麓生物有限公司", code(3), "列入经营异常名录", "无"),
        headings=headings,
    )


def people() -> bytes:
    """规上 in three spellings, and contacts."""
    headings = ("企业名称", "统一社会信用代码", "是否规上", "入规时间", "联络员", "联络员电话", "联络员邮箱")
    return ledger(
        ("云泽精密装备有限公司", code(1), "是", "2021-12-01", "孙工", "13900000001", "sun@example.cn"),
        ("远岑新材料有限公司", code(2), "是", None, "李工", "不详", "没有"),
        ("青麓生物有限公司", code(3), "否", None, None, None, None),
        headings=headings,
    )


def two_sheets() -> bytes:
    """What is known of the firms on one sheet, their figures on another."""
    return workbook(
        Sheet("基本情况", [HEADINGS[:5], firm(1)[:5], firm(2)[:5]]),
        Sheet("指标", [("统一社会信用代码", "2025年职工总数"), (code(1), 120), (code(2), 80)]),
    )


def with_member(name: str, content: bytes) -> bytes:
    """A plain workbook with one more part in its archive."""
    buffer = io.BytesIO(plain())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def bomb(size: int = 220 * 1024 * 1024) -> bytes:
    """A small file that unpacks to more than is allowed."""
    return with_member("xl/media/picture.bin", bytes(size))


# The workbook of the walk: what an officer imports on the first day.
WALK_FIRM = "云泽精密装备有限公司"
WALK_FIGURES = (
    "销售收入",
    "营业收入",
    "研发费用（高企归集口径）",
    "其中：境内研发费用",
    "研发费用（加计扣除口径）",
    "成本费用支出总额",
    "净资产",
    "科技成果转化数",
)
WALK_NOW = (
    "总收入",
    "高新技术产品（服务）收入",
    "资产总额",
    "职工总数（高企口径）",
    "科技人员（高企口径）",
    "职工总数",
    "科技人员（科小口径）",
    "Ⅰ类知识产权件数",
    "Ⅱ类知识产权件数",
)
WALK_FIRST = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所属县市区",
    "成立日期",
    "行业代码",
    "划型行业",
    "高新技术领域",
    "境内居民企业",
    "失信与事故情况",
    "规上",
    "联络员",
    "联络员邮箱",
)
# Name, technical field, sales and R&D of three years in 万元, the last year first.
OTHERS = (
    ("远岑新材料有限公司", "新材料", (8200, 7600, 7000), (420, 380, 350)),
    ("青麓生物科技有限公司", "生物与新医药", (2600, 2100, 1500), (210, 170, 130)),
    ("江芷软件有限公司", "电子信息", (1800, 1500, 1100), (260, 200, 160)),
    ("北汀环保装备有限公司", "资源与环境", (3900, 4000, 4200), (60, 55, 50)),
    ("岚桥铸造有限公司", None, (12500, 11800, 11000), (None, 300, 280)),
    ("沐川机电有限公司", "先进制造与自动化", (5600, 5100, 4700), (250, 230, 210)),
    ("星垣光电有限公司", "电子信息", (22500, 19800, 17000), (900, 800, 700)),
    ("禾序农业科技有限公司", "生物与新医药", (900, 700, 500), (30, 25, 20)),
    ("拓原新能源有限公司", "新能源与节能", (4700, 4300, 3600), (None, None, None)),
    ("澄江智能科技有限公司", "先进制造与自动化", (1500, 1100, 600), (150, 120, 90)),
    ("朴石建材有限公司", None, (3300, 3500, 3400), (20, 20, 20)),
)


def walk(*, year: int = 2025, units: Sequence[str] = ("东溪县", "西岭县")) -> bytes:
    """A ledger in 万元 of three years to ``year``. Its first firm meets all of 高企 that can be counted, but one:

    R&D of 651.7万元 over sales of 13,300万元 is 4.9 %, where 5 % are asked for. The firm's own figure of ``year`` is
    260万元 (5.15 %), not the 226.7万元 of the ledger.
    """
    years = (year, year - 1, year - 2)
    top: list[Cell] = [*WALK_FIRST]
    below: list[Cell] = [None] * len(WALK_FIRST)
    for name in WALK_FIGURES:
        top += [name, None, None]
        below += [f"{one}年" for one in years]
    top += WALK_NOW
    below += [None] * len(WALK_NOW)
    rows = [walk_row(1, WALK_FIRM, units[0], "先进制造与自动化", (4800, 4500, 4000), (226.7, 225, 200))]
    for number, (name, area, sales, spent) in enumerate(OTHERS, 2):
        rows.append(walk_row(number, name, units[number % len(units)], area, sales, spent))
    title = f"{year}年度科技企业培育台账"
    sheet = [
        (title,),
        ("填报单位：科技局", None, None, None, None, "单位：万元"),
        top,
        below,
        *rows,
        ("合计",),
        ("填表说明：金额以审计报告为准。",),
    ]
    return workbook(Sheet("培育台账", sheet, [(0, 0, 0, 20, title)]))


def walk_row(
    number: int, name: str, unit: str, area: str | None, sales: Sequence[Cell], spent: Sequence[Cell]
) -> list[Cell]:
    """One firm of the walk's ledger."""
    costs = [round(float(one or 0) * 0.9) for one in sales]
    assets = [round(float(one or 0) * share) for one, share in zip(sales, (0.9, 0.8, 0.7), strict=True)]
    staff = max(12, round(float(sales[0] or 0) / 40))
    first = [
        number,
        name,
        code(number),
        unit,
        f"201{number % 8}-03-0{number % 9 + 1}",
        "C3525",
        "工业",
        area,
        "是",
        "无",
    ]
    contact = ["是" if float(sales[0] or 0) > 2000 else "否", f"联络员{number}", f"contact{number}@example.cn"]
    figures = [*sales, *sales, *spent, *spent, *spent, *costs, *assets, 6, 5, 5]
    now = [sales[0], round(float(sales[0] or 0) * 0.7), assets[0] * 1.2, staff, staff // 5, staff, staff // 5, 2, 6]
    return [*first, *contact, *figures, *now]
