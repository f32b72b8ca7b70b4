"""Workbooks with invented firms, one oddity each: what ledgers of townships and bureaus look like."""

import datetime
import io
import zipfile
from collections.abc import Sequence

from tests.sheets import Cell, Failed, Row, Sheet, code, workbook
from tests.walk_ledger import WALK_FIRM, walk

__all__ = ["WALK_FIRM", "code", "walk"]

HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所属县市区", "成立日期", "2025年营业收入（万元）")


def firm(number: int, unit: Cell = "东溪县", founded: Cell = "2015-03-01", revenue: Cell = 4800) -> list[Cell]:
    """A plain row under HEADINGS."""
    return [number, f"云泽第{number}精密有限公司", code(number), unit, founded, revenue]


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


ERRORS: Sequence[str] = ("#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?")


def failed_formulas() -> bytes:
    """Formulas that failed where an amount is asked for, and drawn down beyond the last firm."""
    below: Row = (None, None, None, None, None, Failed("#DIV/0!"))
    return ledger(*(firm(number, revenue=Failed(shows)) for number, shows in enumerate(ERRORS, 1)), below, below)


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
    )
    row = (4800, "熊猫", code(1), "2015-03-01", "云泽第1精密有限公司", 1, "东溪县")
    return ledger(row, headings=headings)


def no_ledgers() -> bytes:
    """Sheets that are no ledger: targets of units, a bare list of names, headings without rows, an empty one."""
    targets: list[Row] = [("乡镇", "科技型中小企业入库"), (None, "（家）"), ("陈贵镇", 23)]
    return workbook(
        Sheet("目标分解表", targets),
        Sheet("名单", [("序号", "企业名称", "备注"), (1, "云泽精密装备有限公司", None)]),
        Sheet("空台账", [HEADINGS]),
        Sheet("空表", []),
    )


def far_down() -> bytes:
    """Empty lines above and beside the table, headings repeated in its middle."""
    rows: list[Row] = [(), (), (None, *HEADINGS), (None, *firm(1)), (None, *HEADINGS), (), (None, *firm(2))]
    return workbook(Sheet("表", rows))


def doubles() -> bytes:
    """One firm twice by code, one twice by name."""
    codeless = ("青麓生物有限公司", None, None, None, 1)
    return ledger(firm(1), firm(1), (3, *codeless), (4, *codeless))


def without_names() -> bytes:
    """Rows that name no firm, and one with a code alone."""
    return ledger((1, None, None, "东溪县", "2015-03-01", 1), (2, None, code(2), "东溪县", None, 1))


def hidden_characters() -> bytes:
    """A direction mark inside a name."""
    return ledger((1, "云泽\u202e精密有限公司", code(1), "东溪县", None, 1), firm(2))


LITTLE_GIANT = ("国家级", "2024-07-01", "2027-06-30")


def titles() -> bytes:
    """Recognitions in every shape: with a day, with a year, with a bare yes, with a level, with an end."""
    headings = (
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
