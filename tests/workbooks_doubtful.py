"""Workbooks in which sheets or rows disagree, or hold what only looks like a firm or a number."""

from tests.sheets import Cell, Row, Sheet, code, workbook
from tests.workbooks import HEADINGS, firm, ledger

NAME = "云泽第1精密有限公司"


def two_units() -> bytes:
    """The same firm in one unit on the first sheet, in another on the second."""
    first, second = [*firm(1, unit="东溪县")], [*firm(1, unit="西岭县")]
    return workbook(Sheet("一季度", [HEADINGS, first]), Sheet("二季度", [HEADINGS, second]))


LEFT_OUT: tuple[Row, ...] = (
    ("东溪县小计", None, None, 100),
    ("一、规上企业",),
    ("全市合计", None, None, 300),
    ("本页小计", None, None, 300),
    ("制表人：孙工",),
    ("填表人：李工", None, None, "审核人：周工"),
    ("截至2025年底",),
    ("以上数据由各县报送，未经审计。",),
)
SHORT = ("企业名称", "统一社会信用代码", "所属县市区", "2025年营业收入（万元）")


def lines_of_no_firm() -> bytes:
    """Totals, a section, signatures and notes below one firm."""
    return ledger((NAME, code(1), "东溪县", 100), *LEFT_OUT, headings=SHORT)


def firms_that_look_like_totals() -> bytes:
    """A remark that begins like a total, names with a number before them, a name that begins like a total."""
    headings = ("企业名称", "备注", "统一社会信用代码", "2025年营业收入（万元）")
    return ledger(
        ("云泽精密装备有限公司", "累计入库3次", code(1), 1),
        ("1、远岑新材料有限公司", None, code(2), 1),
        ("2.青麓生物有限公司", "平均增速10%", None, 1),
        ("总计科技工作室", None, code(4), 1),
        headings=headings,
    )


def shares() -> bytes:
    """A market share in every spelling under a heading in percent."""
    cells: tuple[Cell, ...] = (12, "12%", "0.5%", 0.12, 1)
    rows = [(f"云泽第{number}精密有限公司", code(number), cell) for number, cell in enumerate(cells, 1)]
    return ledger(*rows, headings=("企业名称", "统一社会信用代码", "市场占有率（%）"))


def long_numbers() -> bytes:
    """A registration number as a text, one of which Excel made a number, and one of the same digits as a text."""
    headings = ("企业名称", "科技型中小企业入库登记编号", "科技型中小企业入库年度")
    return ledger(
        ("云泽精密装备有限公司", "202542028108000123", 2025),
        ("远岑新材料有限公司", 202542028108000096, 2025),
        ("青麓生物有限公司", "202542028108000096", 2025),
        headings=headings,
    )


def without_width() -> bytes:
    """Characters of no width in name, code and heading."""
    row = ("云泽\u200b精密装备有限公司\ufeff", f"{code(1)[:9]}\u2060{code(1)[9:]}", "东\u00ad溪县", 1)
    return ledger(row, headings=("企业\u200b名称", *SHORT[1:]))


def merged_units() -> bytes:
    """Units merged down over their firms; the last firm has none."""
    headings = ("所属县市区", "企业名称", "统一社会信用代码", "2025年营业收入（万元）")
    units = ("东溪县", None, "西岭县", None, None)
    rows: list[Row] = [(unit, f"云泽第{n}精密有限公司", code(n), 1) for n, unit in enumerate(units, 1)]
    return workbook(Sheet("表", [headings, *rows], [(1, 0, 2, 0, "东溪县"), (3, 0, 4, 0, "西岭县")]))


def second_table() -> bytes:
    """The same headings once more, then a table of another year below."""
    other = (*SHORT[:3], "2024年营业收入（万元）")
    first, second, third = ((f"云泽第{n}精密有限公司", code(n), "东溪县", n) for n in (1, 2, 3))
    return ledger(first, SHORT, second, other, third, headings=SHORT)


def too_wide_beside() -> bytes:
    """A ledger, and a sheet of more columns than are read."""
    wide = [f"第{place}列" for place in range(150)]
    return workbook(Sheet("台账", [HEADINGS, firm(1)]), Sheet("宽表", [wide, wide]))


AMOUNTS: tuple[tuple[Cell, int | None], ...] = (
    ("1,234", 12_340_000),
    ("1，234，567.5", 12_345_675_000),
    ("1,5", None),
    ("1.234,5", None),
    ("12,34", None),
)


def odd_groups() -> bytes:
    """Separators before three digits, and elsewhere."""
    return ledger(*(firm(number, revenue=cell) for number, (cell, _) in enumerate(AMOUNTS, 1)))


def name_first() -> bytes:
    """A firm by its name alone, and with its code further down."""
    return ledger((NAME, None, "东溪县", 1), (NAME, code(1), "东溪县", 1), headings=SHORT)


def sheets_that_disagree() -> bytes:
    """One firm, two revenues."""
    return workbook(
        Sheet("一季度", [SHORT, (NAME, code(1), None, 1)]), Sheet("二季度", [SHORT, (NAME, code(1), None, 2)])
    )


def founded_tomorrow() -> bytes:
    """A firm that will be founded."""
    return ledger(firm(1, founded="2031-01-01"))
