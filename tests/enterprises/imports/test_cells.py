"""Cells to values: check digits against another implementation, amounts against exact fractions."""

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as oracle

from enterprises.imports import cells

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VALID = ("914403001922038216", "9144030071526726XG", "91110108717743469K", "91330100799655058B", "91420000177570439L")


def is_right(code: str) -> bool:
    """What we say of a code."""
    return bool(cells.codes(pl.Series([code])).is_right[0])


def test_public_codes_are_right_and_wrong_once_a_character_changes() -> None:
    """Any one character, into any other."""
    for code in VALID:
        assert is_right(code)
        for place in range(18):
            other = "1" if code[place] != "1" else "2"
            assert not is_right(code[:place] + other + code[place + 1 :])


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_digit_agrees_with_stdnum(body: str) -> None:
    """Over random characters, letters that no code holds among them."""
    found = [bool(one) for one in cells.codes(pl.Series([body + last for last in ALPHABET])).is_right]

    assert found == [checks(body + last) for last in ALPHABET]


def checks(code: str) -> bool:
    """What stdnum says of the characters and the check digit alone."""
    if set(code) - set(cells.CODE_ALPHABET):
        return False
    return bool(oracle.calc_check_digit(code[:17]) == code[17])


@given(st.integers(0, 10**13), st.sampled_from([1, 1000, 10_000, 100_000_000]))
def test_every_whole_amount_is_read_exactly(yuan: int, unit: int) -> None:
    """However many decimals the unit takes, as a number and as a text with its unit."""
    shown = spelt(Fraction(yuan, unit))
    name = {1: "元", 1000: "千元", 10_000: "万元", 100_000_000: "亿元"}[unit]

    assert cells.amounts(pl.Series([shown]), unit).values.to_list() == [yuan]
    assert cells.amounts(pl.Series([shown + name, "话"]), 1).values.to_list() == [yuan, None]


def spelt(number: Fraction) -> str:
    """A decimal fraction in digits."""
    whole, rest = divmod(number.numerator * 10**8 // number.denominator, 10**8)
    return f"{whole}.{rest:08}".rstrip("0").rstrip(".")


def test_published_codes_e98_is_right_and_e99_of_a_pilot_district_is_kept_with_a_warning() -> None:
    # The source calls the second one invalid: so do we, but such codes are in use, and refusing one loses its firm.
    found = cells.codes(pl.Series(["91310110666007217T", "91350211M00013FA1N"]))

    assert found.is_right.to_list() == [True, False]
    assert found.code.to_list() == ["91310110666007217T", "91350211M00013FA1N"]
    assert found.reasons.to_list()[0] is None
    assert "已按原样登记" in found.reasons.to_list()[1]
