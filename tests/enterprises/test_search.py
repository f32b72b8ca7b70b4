"""How a firm is found: by any two neighbouring characters of its names, initials or code."""

import pytest

from enterprises import search


@pytest.mark.parametrize(
    ("name", "letters"),
    [("云泽A精密", "yzajm"), ("云泽（云川）精密 有限公司", "yzycjmyxgs"), ("ＡＢ3号", "ab3h"), ("—•·", "")],
)
def test_initials_are_those_of_the_pinyin_with_letters_and_digits_kept(name: str, letters: str) -> None:
    """Brackets and signs fall away."""
    assert search.initials(name) == letters


def test_a_character_whose_reading_nobody_knows_has_no_initial() -> None:
    """Such a character in a name once stopped a firm from being saved."""
    assert search.initials("云兙泽") == "yz"


def test_bigrams_are_the_pairs_of_neighbours_of_every_text() -> None:
    """Sorted, each once."""
    assert search.bigrams(["abab", "云泽", "x"]) == ["ab", "ba", "云泽"]
