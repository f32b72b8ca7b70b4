"""Cells of an exported table: text stays text, money is exact, people are masked."""

from decimal import Decimal

import pytest

from console.exports.cells import Column, breadth, is_exact, looks_like_formula, masked, number, plain, width


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "|cmd", "'=1", "＝1+1", "＋1", "－1", "＠A1", "｜cmd"])
def test_what_a_program_may_run_is_known(text: str):
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "云泽精密装备有限公司", "3号楼", "（一）", "1-2"])
def test_plain_words_are_no_formula(text: str):
    assert not looks_like_formula(text)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\t=1", "=1"),
        ("\r\n=1", "=1"),
        ("云泽\x00精密\x1b", "云泽精密"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("甲\t乙", "甲 乙"),
        ("", ""),
    ],
)
def test_text_keeps_its_words_and_loses_what_no_cell_may_hold(given: str, kept: str):
    assert plain(given) == kept


def test_a_text_longer_than_a_cell_is_cut_and_shows_it():
    assert plain("长" * 40_000) == "长" * 32_000 + "…"


@pytest.mark.parametrize(
    ("yuan", "written"), [(48_000_000, "4800"), (1, "0.0001"), (-12_345, "-1.2345"), (0, "0"), (10**14 + 1, None)]
)
def test_money_is_ten_thousands_to_the_yuan(yuan: int, written: str | None):
    found = number(yuan, "money")

    assert found * 10_000 == yuan
    assert written is None or found == Decimal(written)


def test_a_number_beyond_what_a_spreadsheet_keeps_is_noticed():
    assert is_exact(Decimal("123456789012345"))
    assert is_exact(Decimal("120000000000000000"))
    assert not is_exact(Decimal("1234567890123456"))
    assert not is_exact(Decimal("NaN"))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("13907230001", "139****0001"),
        ("0714-6350001", "071****0001"),
        ("6350001", "****"),
        ("lianluo@example.cn", "li****@example.cn"),
        ("li@example.cn", "l****@example.cn"),
        ("", ""),
    ],
)
def test_of_a_person_only_the_ends_are_shown(given: str, shown: str):
    assert masked(given) == shown


def test_a_column_is_as_wide_as_its_heading_and_first_cells_within_reason():
    assert breadth("企业a") == 5
    assert breadth("一\n二二") == 4
    assert width(Column("序号", kind="count"), [1, 2]) == 8
    assert width(Column("企业名称"), ["云泽精密装备有限公司"]) == 22
    assert width(Column("企业名称"), ["长" * 100]) == 44
    assert width(Column("备注"), [None]) == 6
