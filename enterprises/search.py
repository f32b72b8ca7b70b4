"""How a firm is found: bigrams of its names and pinyin initials, folded to one writing."""

import unicodedata
from collections.abc import Iterable
from operator import add

from pypinyin import Style, lazy_pinyin

_BRACKETS = str.maketrans(
    {"（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "·": "", "•": ""}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)


def folded(text: str) -> str:
    """One writing of a name: half width, lower case, no spaces; 半角 and 全角 brackets are one."""
    text = unicodedata.normalize("NFKC", text.translate(_BRACKETS))
    return "".join(text.split()).casefold()


class _Letters(dict[int, str]):
    """Character → the letter it is found by, made when first asked for; ``str.translate`` then runs in C."""

    def __missing__(self, number: int) -> str:
        """The first letter of a Chinese character's pinyin; Latin letters and digits themselves; else nothing."""
        character = chr(number)
        if "\u4e00" <= character <= "\u9fff":
            letter = "".join(lazy_pinyin(character, style=Style.FIRST_LETTER, errors=lambda _: "")[:1])
        else:
            letter = character if character <= "\u2e80" and character.isalnum() else ""
        self[number] = letter
        return letter


_LETTERS = _Letters()


def initials(name: str) -> str:
    """Pinyin initials of a name, Latin letters and digits kept: 云泽A精密 → yzajm."""
    return folded(name).translate(_LETTERS)


def bigrams(texts: Iterable[str]) -> list[str]:
    """All pairs of neighbouring characters of folded texts, sorted: what the search index holds."""
    pairs: set[str] = set()
    for text in texts:
        pairs.update(map(add, text, text[1:]))
    return sorted(pairs)
