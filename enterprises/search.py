"""How a firm is found: bigrams of its names and pinyin initials, folded to one writing."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_BRACKETS = str.maketrans({"（": "(", "）": ")", "【": "[", "】": "]", "〔": "[", "〕": "]", "·": "", "•": ""})


def folded(text: str) -> str:
    """One writing of a name: half width, lower case, no spaces; 半角 and 全角 brackets are one."""
    text = unicodedata.normalize("NFKC", text.translate(_BRACKETS))
    return "".join(text.split()).casefold()


@lru_cache(maxsize=65536)
def _initial(character: str) -> str:
    return lazy_pinyin(character, style=Style.FIRST_LETTER, errors=lambda _: "")[:1][0] if character > "\u2e80" else ""


def initials(name: str) -> str:
    """Pinyin initials of a name, Latin letters and digits kept: 云泽A精密 → yzajm."""
    letters = []
    for character in folded(name):
        if character > "\u2e80":
            letters.append(_initial(character) if "\u4e00" <= character <= "\u9fff" else "")
        elif character.isalnum():
            letters.append(character)
    return "".join(letters)


def bigrams(texts: Iterable[str]) -> list[str]:
    """All pairs of neighbouring characters of folded texts, sorted: what the search index holds."""
    pairs: set[str] = set()
    for text in texts:
        pairs.update(text[i : i + 2] for i in range(len(text) - 1))
    return sorted(pairs)
