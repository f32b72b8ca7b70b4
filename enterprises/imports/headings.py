"""What a heading means: its words folded, its year and unit taken off, looked up in the one alias table."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from ruamel.yaml import YAML

from enterprises.vocabulary import FIGURE_BY_NAME, FIGURES, FIRM_FIELDS, TRACK_BY_KEY

Kind = Literal["firm", "figure", "title", "ignored", "unknown"]

# Yuan in one unit of the heading or cell.
MONEY_UNITS: Final[Mapping[str, int]] = {
    "元": 1,
    "人民币元": 1,
    "千元": 1_000,
    "万元": 10_000,
    "万元人民币": 10_000,
    "人民币万元": 10_000,
    "万人民币": 10_000,
    "万": 10_000,
    "百万元": 1_000_000,
    "亿元": 100_000_000,
    "亿": 100_000_000,
}
OTHER_UNITS: Final = frozenset(
    {"人", "名", "项", "件", "个", "家", "分", "%", "个人", "是/否", "是否", "年", "年月日", "位"}
)
# Longest first, so that 万元 is not taken for 元.
_BARE_UNIT = re.compile(r"[/,，]?(亿元|百万元|万元|千元|元|%)$")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_BRACKET_PARTS = re.compile(r"[,、;]")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年度|年末|年底|年|-?$)?")
_LEAD = re.compile(r"^其中")
# Years told by where they stand to the ledger's own: how many before it.
_RELATIVE = re.compile(
    r"(?P<before>上一会计年度|上一年度|上年度|上年末|上年|去年)|(?:最近一年|近一年|本年度|当年|本年末|本年|今年)"
)
_LATEST = re.compile(r"最?近一年")
# More than a year, less than one, or none that is over: no figure of one year stands below such words.
_NO_ONE_YEAR = re.compile(
    r"近[两二三四五\d]年|月|季|半年|预计|预测|目标|计划|同比|增长|增速|[至~—-](?:(?:19|20)?\d\d)年"
)
_NOISE = re.compile(r"[^\w&]|_")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
NOT_ONE_YEAR: Final = "不是一个年度的数，未读入"
LATEST_YEAR: Final = "“最近一年”按台账年度读入，请核对"

PART_LABELS: Final = {
    "number": "证书编号",
    "issued_on": "发证日期",
    "year": "认定年度",
    "valid_until": "有效期至",
    "level": "级别",
    "held": "是否具备",
}
EXTRA_LABELS: Final = {
    "old_number": "原注册号",
    "former_name": "曾用名",
    "above_scale": "规上",
    "above_scale_on": "入规日期",
    "negative_lists": "经营异常、失信情况",
    "negative_accidents": "事故和环境违法情况",
    "negative_all": "失信与事故情况",
    "contact_name": "联络员",
    "contact_mobile": "联络员电话",
    "contact_email": "联络员邮箱",
}


@dataclass(frozen=True)
class Meaning:
    """What a heading was taken for; ``column`` names the column of the checked frame."""

    kind: Kind
    name: str = ""
    part: str = ""
    year: int | None = None
    unit: str = ""
    note: str = ""
    years_before: int | None = None  # a year told by the ledger's own: 上年 is one before it

    @property
    def names_year(self) -> bool:
        """Whether the heading says of which year it is."""
        return self.year is not None or self.years_before is not None

    @property
    def is_used(self) -> bool:
        """Whether the column is read."""
        return self.kind in {"firm", "figure", "title"}

    @property
    def column(self) -> str:
        """Its column in the checked frame: a firm field, ``figure@year`` or ``title.track.part``."""
        if self.kind == "figure":
            return f"{self.name}@{self.year}"
        return f"title.{self.name}.{self.part}" if self.kind == "title" else self.name

    @property
    def label(self) -> str:
        """What the officer reads it was taken for; empty when it is not used."""
        if self.kind == "figure":
            return f"{self.year}年{FIGURE_BY_NAME[self.name].label}"
        if self.kind == "title":
            return f"{TRACK_BY_KEY[self.name].short}{PART_LABELS[self.part]}"
        return firm_label(self.name) if self.kind == "firm" else ""


def firm_label(name: str) -> str:
    """The label of a column about the firm itself."""
    return EXTRA_LABELS[name] if name in EXTRA_LABELS else FIRM_FIELDS[name].label


def meaning_of_column(column: str) -> Meaning:
    """The meaning whose column of the checked frame this is."""
    if column.startswith("title."):
        _, track, part = column.split(".")
        return Meaning("title", track, part)
    name, _, year = column.partition("@")
    return Meaning("figure", name, year=int(year)) if year else Meaning("firm", name)


def half_width(text: str) -> str:
    """The text in half width, lower case, without any white space."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(text.split()).casefold().replace("〔", "[").replace("〕", "]")


def folded(text: str) -> str:
    """The words of a heading alone: no white space, quotes, brackets or punctuation."""
    return _NOISE.sub("", half_width(text))


@cache
def load_aliases() -> dict[str, Any]:
    """The alias table as written."""
    table: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("headings.yaml").read_text("utf-8"))
    return table


def firm_aliases(table: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Spellings of what is known of the firm itself, then of its yearly figures."""
    for name, spellings in table["firm"].items():
        for spelling in spellings:
            yield spelling, Meaning("firm", name)
    for name, field in FIRM_FIELDS.items():
        yield field.label, Meaning("firm", name)
    for figure in FIGURES:
        for spelling in (figure.label, *table["figures"][figure.name]):
            yield spelling, Meaning("figure", figure.name)


def title_aliases(titles: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    """Every part of every recognition: its words, then those of the part; 是否 stands before."""
    for track, words in titles["tracks"].items():
        for part, spellings in titles["parts"].items():
            for word in (*words, TRACK_BY_KEY[track].label):
                for spelling in spellings:
                    yield (f"是否{word}" if spelling == "是否" else word + spelling), Meaning("title", track, part)


@cache
def aliases() -> Mapping[str, Meaning]:
    """Folded spelling → meaning; the first that claims a spelling keeps it."""
    table = load_aliases()
    known: dict[str, Meaning] = {}
    for spelling, meaning in (*firm_aliases(table), *title_aliases(table["titles"])):
        known.setdefault(folded(spelling), meaning)
    for reason, spellings in table["ignored"].items():
        for spelling in spellings:
            known.setdefault(folded(spelling), Meaning("ignored", note=reason))
    for spelling, note in table["notes"].items():
        known[folded(spelling)] = replace(known[folded(spelling)], note=note)
    return known


@cache
def levels() -> Mapping[str, str]:
    """Folded word of a 级别 column → track."""
    return {folded(word): track for track, words in load_aliases()["titles"]["levels"].items() for word in words}


@dataclass(frozen=True)
class Words:
    """A heading taken apart: its words, the year it names (or how many before the ledger's), its unit."""

    text: str
    year: int | None
    unit: str
    years_before: int | None = None
    is_span: bool = False
    note: str = ""

    @property
    def names_year(self) -> bool:
        """Whether one year is named, in whichever way."""
        return self.year is not None or self.years_before is not None


def without_unit(text: str) -> tuple[str, str]:
    """A folded heading without its unit, and the unit: in brackets, there also beside other words, or at the end."""
    unit = ""
    for inside in _BRACKETED.findall(text):
        parts = _BRACKET_PARTS.split(inside)
        units = [part.removeprefix("单位:") for part in parts if is_unit(part.removeprefix("单位:"))]
        if units:
            unit = next((one for one in units if one in MONEY_UNITS), units[0])
            text = text.replace(inside, "".join(part for part in parts if not is_unit(part.removeprefix("单位:"))))
    if not unit and (found := _BARE_UNIT.search(text)):
        unit, text = found[1], text[: found.start()]
    return text, unit


def is_unit(text: str) -> bool:
    """Whether a word is a unit."""
    return text in MONEY_UNITS or text in OTHER_UNITS


def taken_apart(heading: str) -> Words:
    """Words, year and unit of a heading: 2025年营业收入（万元） → 营业收入, 2025, 万元."""
    text, unit = without_unit(half_width(heading))
    years = _YEAR.findall(text)
    is_span = len(set(years)) > 1 or (bool(years) and _NO_ONE_YEAR.search(text) is not None)
    plain = folded(_YEAR.sub("", text) if years else text)
    return Words(plain, int(years[0]) if len(set(years)) == 1 and not is_span else None, unit, is_span=is_span)


def relative(words: Words) -> Words:
    """The words without 上年, 本年 and their like, which say the year instead; as they are when there are none."""
    text = _LEAD.sub("", words.text)
    found = _RELATIVE.search(text)
    if found is None or words.year is not None:
        return replace(words, text=text)
    note = LATEST_YEAR if _LATEST.search(text) else ""
    rest = text[: found.start()] + text[found.end() :].removesuffix("数")
    return replace(words, text=rest, years_before=1 if found["before"] else 0, note=note)


def meaning_of(heading: str) -> Meaning:
    """What one heading means, its year and unit with it; unknown when the table does not have it."""
    whole = aliases().get(folded(heading))
    as_written = taken_apart(heading)
    for words in (as_written, relative(as_written)):
        found = whole if whole is not None and whole.kind != "figure" else aliases().get(words.text)
        if found is None:
            continue
        if found.kind == "figure" and words.is_span:
            return Meaning("ignored", note=NOT_ONE_YEAR)
        note = "；".join(part for part in (found.note, words.note) if part)
        return replace(found, year=words.year, unit=words.unit, note=note, years_before=words.years_before)
    return Meaning("unknown")


def meaning_below(parents: list[str], heading: str) -> Meaning:
    """What a heading means that stands below others: together with the nearest ones first, then alone."""
    for start in range(len(parents) + 1):
        found = meaning_of("".join((*parents[start:], heading)))
        if found.note != NOT_ONE_YEAR and found.kind != "unknown":
            return inherited(found, parents)
    return found


def inherited(meaning: Meaning, parents: list[str]) -> Meaning:
    """A figure with the year and the unit of what stands above it, the nearest first, where it names none itself."""
    if meaning.kind != "figure":
        return meaning
    for parent in reversed(parents):
        words = relative(taken_apart(parent))
        if not meaning.names_year:
            if words.is_span or _NO_ONE_YEAR.search(words.text):
                return Meaning("ignored", note=NOT_ONE_YEAR)
            note = "；".join(part for part in (meaning.note, words.note) if part)
            meaning = replace(meaning, year=words.year, years_before=words.years_before, note=note)
        if not meaning.unit and words.unit in MONEY_UNITS:
            meaning = replace(meaning, unit=words.unit)
    return meaning
