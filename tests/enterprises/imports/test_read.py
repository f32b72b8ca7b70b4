"""A workbook is read by its headings alone, and every doubtful cell says why: one oddity a test."""

from datetime import date

import polars as pl

from enterprises.imports.formulas import errors_as_words
from enterprises.imports.read import Ledger, packed, read_workbook, unpacked
from tests import workbooks


def read(content: bytes, *, year: int = 2025, year_is_given: bool = False) -> Ledger:
    """The workbook, read in this process."""
    return read_workbook(filename="台账.xlsx", content=content, year=year, year_is_given=year_is_given)


def column(ledger: Ledger, name: str) -> list[object]:
    """A column of the rows."""
    return ledger.rows[name].to_list()


def reasons(ledger: Ledger, level: str = "warn") -> dict[int, str]:
    """The reason of each line that has one."""
    found = ledger.issues.filter(pl.col("level") == level)
    return dict(found.select("line", "reason").rows())


def test_a_dressed_up_ledger_gives_its_firms_and_nothing_else() -> None:
    """Merged title, stamp line, two-line headings, total and notes."""
    ledger = read(workbooks.dressed_up())

    assert column(ledger, "name") == ["云泽精密装备有限公司", "远岑新材料有限公司"]
    assert column(ledger, "line") == [5, 6]
    assert column(ledger, "title.hnte.number") == ["GR202542000001", None]
    assert column(ledger, "title.hnte.issued_on") == [date(2025, 11, 1), None]
    assert column(ledger, "title.tsme.year") == [None, "2025"]
    assert column(ledger, "title.srdi.level") == [None, "srdi"]


def test_lines_are_those_of_the_spreadsheet_also_far_down() -> None:
    """Empty lines above count; headings printed again in the middle are no firm."""
    ledger = read(workbooks.far_down())

    assert column(ledger, "line") == [4, 7]
    assert [heading.column for heading in ledger.sheets[0].headings][:2] == ["B", "C"]


def test_columns_may_stand_in_any_order() -> None:
    """An unknown column and a double are named; the first of two counts."""
    ledger = read(workbooks.shuffled())

    assert column(ledger, "operating_revenue_cny@2025") == [48_000_000]
    notes = {heading.heading: heading.note for heading in ledger.sheets[0].headings}
    assert notes["吉祥物"] == "没有认出这一列，未读入"
    assert notes["营业收入2025（万元）"] == "与A列“2025年营业收入（万元）”重复，未读入"


def test_neither_file_nor_sheet_name_plays_a_part() -> None:
    """A ledger is a ledger under any name."""
    content = workbooks.ledger(workbooks.firm(1), name="目标分解表")

    assert read(content).sheets[0].is_ledger


def test_sheets_that_are_no_ledger_are_refused_by_name_with_the_reason() -> None:
    """Targets, bare names, headings alone, nothing."""
    ledger = read(workbooks.no_ledgers())

    assert {sheet.name: sheet.reason for sheet in ledger.sheets} == {
        "目标分解表": "没有“企业名称”或“统一社会信用代码”一列，不是企业台账",
        "名单": "除企业名称外没有认得出的列，没有可写入的内容",
        "空台账": "表头之下没有企业",
        "空表": "空表",
    }
    assert ledger.rows.is_empty()


def test_a_formula_that_failed_gives_nothing_and_says_so() -> None:
    """Each kind of error, as a formula's result; rows with nothing else are no firms."""
    ledger = read(workbooks.failed_formulas())

    assert column(ledger, "operating_revenue_cny@2025") == [None] * len(workbooks.ERRORS)
    assert list(reasons(ledger).values()) == [f"公式错误（{shows}），未登记" for shows in workbooks.ERRORS]


def test_a_workbook_without_failed_formulas_is_not_written_anew() -> None:
    """Byte for byte what was handed in."""
    content = workbooks.plain()

    assert errors_as_words(content) is content


def test_headings_nobody_knows_are_counted_and_those_left_out_on_purpose_are_not() -> None:
    """吉祥物 is unknown; a serial number and a double are known and left out."""
    assert [read(content).sheets[0].n_unrecognised for content in (workbooks.shuffled(), workbooks.plain())] == [1, 0]


def test_codes_are_read_in_any_case_and_width() -> None:
    """Lower case, full width, spaces, apostrophes."""
    ledger = read(workbooks.odd_names_and_codes())

    assert column(ledger, "uscc") == [workbooks.code(1), workbooks.code(2), workbooks.code(3)]
    assert column(ledger, "uscc_ok") == [True, True, True]
    assert reasons(ledger) == {}


def test_a_wrong_check_digit_is_a_warning_on_a_kept_row() -> None:
    """The code is kept as written; 15 digits are an old number; a bad length is no code."""
    ledger = read(workbooks.odd_codes())

    assert column(ledger, "uscc_ok") == [False, None, None, None]
    assert column(ledger, "uscc")[1:] == [None, None, None]
    assert column(ledger, "old_number_in_code") == [None, "420281000012345", None, None]
    assert reasons(ledger) == {
        2: "代码校验位不符，请核对；已按原样登记",
        3: "只有15位原注册号，待补统一社会信用代码",
        4: f"“{workbooks.code(3)[:-1]}”不是18位代码，未登记，待补代码",
    }
    assert reasons(ledger, "refuse") == {}


def test_a_day_is_read_in_every_spelling() -> None:
    """Dashes, slashes, dots, Chinese, compact, Excel's own dates and bare day numbers."""
    ledger = read(workbooks.day_spellings())

    assert column(ledger, "registered_on") == [date(2020, 1, 2)] * len(workbooks.DAY_SPELLINGS)
    assert reasons(ledger) == {}


def test_no_day_is_invented() -> None:
    """A month, a year, a word, an impossible day stay unknown and say so; 无 is simply empty."""
    ledger = read(workbooks.no_days())

    assert column(ledger, "registered_on") == [None] * 5
    assert reasons(ledger) == {
        2: "“2020.1”没有具体日期，未登记",
        3: "“2020年”没有具体日期，未登记",
        4: "“去年”不是日期，未登记",
        5: "“2020-02-30”不是日期，未登记",
    }


def test_money_is_read_in_every_spelling() -> None:
    """Separators, full width, and units in the cell that overrule the heading's."""
    ledger = read(workbooks.money_spellings())

    assert column(ledger, "operating_revenue_cny@2025") == [yuan for _, yuan in workbooks.MONEY_SPELLINGS]
    assert reasons(ledger) == {}


def test_what_is_no_amount_in_yuan_stays_unknown() -> None:
    """Other currencies, words, a negative revenue."""
    ledger = read(workbooks.no_money())

    assert column(ledger, "operating_revenue_cny@2025") == [None, None, None]
    assert reasons(ledger) == {
        2: "“390(万美元)”不是人民币金额，未登记",
        3: "“约五百万”不是金额，未登记",
        4: "“-3”为负或过大，未登记",
    }


def test_units_and_years_come_from_the_headings() -> None:
    """亿元, 千元, 元, 万元 and people; a figure without a year is of the year asked for."""
    ledger = read(workbooks.heading_units())
    row = ledger.rows.row(0, named=True)

    assert row["operating_revenue_cny@2025"] == 150_000_000
    assert row["rd_cost_audit_cny@2024"] == 2_000_000
    assert row["total_assets_cny@2023"] == 90_000_000
    assert row["net_profit_cny@2025"] == -125_000
    assert row["staff_headcount@2025"] == 120
    assert row["rd_spend_stat_cny@2025"] == 3_000_000


def test_unit_and_year_may_stand_once_above_the_table() -> None:
    """单位：万元, and the year of the title; a year given with the upload overrules the title."""
    assert column(read(workbooks.sheet_unit()), "operating_revenue_cny@2024") == [48_000_000]
    given = read(workbooks.sheet_unit(), year=2023, year_is_given=True)
    assert column(given, "operating_revenue_cny@2023") == [48_000_000]


def test_money_without_any_unit_is_read_as_yuan_and_says_so() -> None:
    """No unit in heading, cell or sheet."""
    ledger = read(workbooks.ledger(("云泽精密装备有限公司", 4800), headings=("企业名称", "营业收入")))

    assert column(ledger, "operating_revenue_cny@2025") == [4800]
    assert ledger.sheets[0].headings[1].note == "没有写单位，按“元”读入"


def test_years_may_stand_below_the_figure() -> None:
    """Three years of one figure under one merged heading."""
    row = read(workbooks.years_below()).rows.row(0, named=True)

    assert [row[f"sales_cny@{year}"] for year in (2023, 2024, 2025)] == [40_000_000, 45_000_000, 48_000_000]
    assert [row[f"rd_cost_hnte_cny@{year}"] for year in (2023, 2024, 2025)] == [2_000_000, 2_250_000, 2_400_000]


def test_a_firm_twice_on_a_sheet_is_refused_the_second_time() -> None:
    """By code here; by name when firms are matched."""
    assert reasons(read(workbooks.doubles()), "refuse") == {3: "代码与第2行重复"}


def test_a_row_that_names_no_firm_is_refused() -> None:
    """A code alone is enough."""
    assert reasons(read(workbooks.without_names()), "refuse") == {2: "没有企业名称，也没有统一社会信用代码"}


def test_hidden_characters_are_refused() -> None:
    """A direction mark could show one name and be another."""
    assert reasons(read(workbooks.hidden_characters()), "refuse") == {2: "含有不可见的控制字符"}


def test_figures_that_contradict_each_other_are_kept_with_a_warning() -> None:
    """More scientists than people."""
    headings = ("企业名称", "2025年职工总数", "2025年科技人员（科小口径）")
    ledger = read(workbooks.ledger(("云泽精密装备有限公司", 10, 12), headings=headings))

    assert column(ledger, "tech_staff_tsme_headcount@2025") == [12]
    assert reasons(ledger) == {2: "2025年科技人员（科小口径）大于职工总数，请核对"}


def test_zero_is_a_number_and_no_certificate() -> None:
    """无内容填“0”: of patents there are none, of certificates there is no number."""
    headings = ("企业名称", "2025年Ⅰ类知识产权件数", "高新技术企业证书编号", "高新技术企业发证时间")
    row = read(workbooks.ledger(("云泽精密装备有限公司", 0, "0", "0"), headings=headings)).rows.row(0, named=True)

    assert (row["class_one_count@2025"], row["title.hnte.number"], row["title.hnte.issued_on"]) == (0, None, None)


def test_a_ledger_survives_being_stored() -> None:
    """Rows, issues and reports come back as they went."""
    ledger = read(workbooks.odd_codes())
    again = unpacked(packed(ledger))

    assert again.rows.equals(ledger.rows)
    assert again.issues.equals(ledger.issues)
    assert again.sheets == ledger.sheets
