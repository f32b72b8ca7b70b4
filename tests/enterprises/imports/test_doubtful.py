"""What only looks like a firm or a number is no firm and no number, and every line left out is told."""

import pytest

from enterprises.imports.archive import Unreadable
from tests import workbooks_doubtful as workbooks
from tests.enterprises.imports.test_read import column, read, reasons
from tests.sheets import code


def test_totals_sections_and_signatures_are_no_firms_and_each_is_told() -> None:
    """With line and reason."""
    ledger = read(workbooks.lines_of_no_firm())

    assert column(ledger, "name") == [workbooks.NAME]
    assert [note.partition("“")[0] for note in ledger.sheets[0].notes] == [f"第{line}行" for line in range(3, 11)]
    assert ledger.sheets[0].notes[0] == "第3行“东溪县小计”：合计，不是企业"


def test_a_row_with_a_code_or_a_firm_s_name_is_a_firm() -> None:
    """Whatever stands in other columns or before its name."""
    ledger = read(workbooks.firms_that_look_like_totals())

    names = ["云泽精密装备有限公司", "远岑新材料有限公司", "青麓生物有限公司", "总计科技工作室"]
    assert column(ledger, "name") == names
    assert ledger.sheets[0].notes == []


def test_a_share_that_may_be_a_fraction_under_percent_stays_unknown() -> None:
    """0.12 of a cell in percent format is 12 %, of another 0.12 %."""
    ledger = read(workbooks.shares())

    assert [share and float(str(share)) for share in column(ledger, "market_share_ratio")] == [
        0.12,
        0.12,
        0.005,
        None,
        None,
    ]
    assert reasons(ledger)[5] == "“0.12”不知是百分数还是占比，未登记；请写成“12%”"


def test_a_long_number_that_excel_has_changed_is_left_out() -> None:
    """Texts of as many digits are read."""
    ledger = read(workbooks.long_numbers())

    assert column(ledger, "title.tsme.number") == ["202542028108000123", None, "202542028108000096"]
    assert reasons(ledger) == {3: "长数字已被 Excel 改写（末几位不可靠），未登记；请把这一列改为文本后重填"}


def test_characters_of_no_width_are_left_out() -> None:
    """Of names, codes, units and headings."""
    row = read(workbooks.without_width()).rows.row(0, named=True)

    assert (row["name"], row["uscc"], row["region"]) == ("云泽精密装备有限公司", code(1), "东溪县")


def test_a_unit_merged_over_several_lines_is_that_of_each() -> None:
    """Below the merged cells there is none."""
    assert column(read(workbooks.merged_units()), "region") == ["东溪县", "东溪县", "西岭县", "西岭县", None]


def test_a_second_table_below_is_not_read_under_the_first_one_s_headings() -> None:
    """The same headings printed again are only left out."""
    ledger = read(workbooks.second_table())

    assert column(ledger, "line") == [2, 4]
    assert ledger.sheets[0].notes == ["第5行起是另一张表（表头与前面不同），未读入；请放到另一张工作表"]


def test_a_sheet_that_is_too_wide_is_refused_by_name_and_the_others_are_read() -> None:
    """A workbook of nothing else is refused whole."""
    ledger = read(workbooks.too_wide_beside())

    assert [(sheet.name, sheet.is_ledger, sheet.reason) for sheet in ledger.sheets] == [
        ("台账", True, ""),
        ("宽表", False, "超过 100 列"),
    ]


def test_separators_elsewhere_than_before_three_digits_make_no_amount() -> None:
    """1,5 may be fifteen or one and a half."""
    ledger = read(workbooks.odd_groups())

    assert column(ledger, "operating_revenue_cny@2025") == [yuan for _, yuan in workbooks.AMOUNTS]
    assert reasons(ledger)[4] == "“1,5”的逗号位置不明（千分位或小数），未登记"


def test_an_empty_file_is_called_empty() -> None:
    """Nothing was exported."""
    with pytest.raises(Unreadable, match="0 字节"):
        read(b"")
