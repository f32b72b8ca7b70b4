"""A firm as JSON, in the words of the register: read strictly, so that a misspelt name is never taken for a gap."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from enterprises import six_haves
from enterprises.vocabulary import (
    CLASS_ONE,
    CLASS_TWO,
    EXPERT_MOST,
    EXPERT_SCORES,
    FIGURE_BY_NAME,
    FIRM_FIELDS,
    HI_TECH_FIELDS,
    HONOUR_ALIASES,
    HONOUR_KINDS,
    HONOUR_LEVEL_ALIASES,
    HONOUR_LEVELS,
    INSTITUTION_LEVELS,
    LISTS,
    NEGATIVE_ALIASES,
    NEGATIVE_KINDS,
    OBTAINED,
    PROPERTY_ALIASES,
    PROPERTY_CLASSES,
    SIZE_TRADE_ALIASES,
    SIZE_TRADES,
    TRACK_BY_KEY,
    WITHIN,
)
from pipeline.facts import values
from pipeline.facts.register import Register, from_rows
from pipeline.facts.values import StatementError

Rulable = Mapping[str, tuple[int, int] | None]
Reader = Callable[[str, Any], Any]

PARTS: Final = ("enterprise", "years", *LISTS, "manual")
FIRM_READERS: Final[dict[str, Reader]] = {
    **{name: values.READERS[field.type] for name, field in FIRM_FIELDS.items()},
    "hi_tech_field": values.one_of(HI_TECH_FIELDS),
    "size_trade": values.one_of(SIZE_TRADES, SIZE_TRADE_ALIASES),
    "industry_code": values.industry,
    "former_names": values.anything,
}
TITLE: Final[dict[str, Reader]] = {
    "track": values.one_of(tuple(TRACK_BY_KEY)),
    "number": values.text,
    "issued_on": values.day,
    "valid_from": values.day,
    "valid_until": values.day,
    "edition": values.text,
    "document": values.text,
    "revoked": values.yes_or_no,
    "revoked_on": values.day,
    "suspended": values.yes_or_no,
}
ROW_READERS: Final[dict[str, dict[str, Reader]]] = {
    "property": {
        "class": values.one_of(tuple(PROPERTY_CLASSES), {"Ⅰ": "I", "Ⅱ": "II", "Ⅰ类": "I", "Ⅱ类": "II"}),
        "kind": values.one_of((*CLASS_ONE, *CLASS_TWO), PROPERTY_ALIASES),
        "number": values.text,
        "title": values.text,
        "applied_on": values.day,
        "granted_on": values.day,
        "expires_on": values.day,
        "obtained": values.one_of(OBTAINED),
        "main_product": values.yes_or_no,
        "in_use": values.yes_or_no,
        "owner_rank": values.whole,
        "used_for_hnte": values.yes_or_no,
    },
    "honours": {
        "kind": values.one_of(HONOUR_KINDS, HONOUR_ALIASES),
        "title": values.text,
        "level": values.one_of(HONOUR_LEVELS, HONOUR_LEVEL_ALIASES),
        "rank": values.whole,
        "given_on": values.day,
    },
    "institutions": {
        "kind": values.text,
        "name": values.text,
        "level": values.one_of(INSTITUTION_LEVELS),
        "recognised_on": values.day,
        "valid_until": values.day,
        **{f"six_{key}": values.yes_or_no for key in six_haves.KEYS},
    },
    "titles": TITLE,
    "parents": TITLE,
    "negatives": {
        "kind": values.one_of(NEGATIVE_KINDS, NEGATIVE_ALIASES),
        "from": values.day,
        "to": values.day,
        "source": values.text,
    },
    "above_scale": {"kind": values.text, "from": values.day, "to": values.day},
}
PERIODS: Final = {
    **dict.fromkeys(("titles", "parents"), ("valid_from", "valid_until")),
    **dict.fromkeys(("negatives", "above_scale"), ("from", "to")),
}
NEEDED: Final = {
    "property": ("class",),
    "honours": ("kind",),
    "institutions": ("level",),
    **dict.fromkeys(("titles", "parents"), ("track",)),
    "negatives": ("kind", "from"),
    "above_scale": ("kind", "from"),
}
# What the register keeps under another name, or not at all because no rule reads it.
RENAMED: Final = {"from": "from_on", "to": "to_on", "market_share_ratio": "market_share"}
UNREAD: Final = {
    "enterprise": (
        "uscc",
        "name",
        "region",
        "leading_product",
        "chain_role",
        "parent_uscc",
        "former_names",
    ),
    "property": ("number", "title", "applied_on"),
    "honours": ("title",),
    "institutions": ("name",),
    **dict.fromkeys(("titles", "parents"), ("number", "issued_on", "edition", "document")),
    "negatives": ("source",),
}


@dataclass(frozen=True)
class Statement:
    """The firms of a file: their names in order, the register made of them, and whether the file was one firm."""

    names: tuple[str, ...]
    register: Register
    is_one: bool


def read(text: str, *, track: str, rulable: Mapping[str, Rulable]) -> Statement:
    """Read one firm or a list of firms; `rulable` gives, by track, the keys that `manual` may name."""
    try:
        content = json.loads(text, object_pairs_hook=values.distinct, parse_constant=values.refuse_constant)
    except json.JSONDecodeError as error:
        raise StatementError(f"line {error.lineno}, column {error.colno}", f"不是 JSON：{error.msg}") from error
    is_one = isinstance(content, dict)
    if not is_one and not isinstance(content, list):
        raise StatementError("file", "应为一家企业（对象）或企业列表")
    firms = [content] if is_one else content
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("firms", "years", *LISTS, "rulings")}
    names = []
    for number, firm in enumerate(firms, 1):
        where = "firm" if is_one else f"firm {number}"
        names.append(read_firm(where, number, firm, rows, track, rulable))
    return Statement(tuple(names), from_rows(rows), is_one)


def read_firm(
    where: str,
    number: int,
    content: object,
    rows: dict[str, list[dict[str, object]]],
    track: str,
    rulable: Mapping[str, Rulable],
) -> str:
    """Add one firm to the rows and return its name."""
    firm = with_spells(where, values.mapping(where, content, PARTS))
    stated = fields(f"{where}, enterprise", firm.get("enterprise", {}), FIRM_READERS)
    known = {f"{name}_known": firm.get(name) is not None for name in LISTS}
    rows["firms"].append({"firm": number, **kept("enterprise", stated), **known})
    for year, figures in read_years(f"{where}, years", firm.get("years", {})):
        rows["years"].append({"firm": number, "year": year, **figures})
    for name in LISTS:
        rows[name] += [{"firm": number, **row} for row in read_list(f"{where}, {name}", name, firm.get(name))]
    rulings = read_manual(f"{where}, manual", firm.get("manual"), track, rulable)
    rows["rulings"] += [{"firm": number, "track": track, **ruling} for ruling in rulings]
    return str(stated.get("name") or where)


def with_spells(where: str, firm: Mapping[str, Any]) -> Mapping[str, Any]:
    """The firm with its 规上 spells among its lists; they may be given with its own facts as well."""
    own = firm.get("enterprise")
    if not isinstance(own, dict) or "above_scale" not in own:
        return firm
    if "above_scale" in firm:
        raise StatementError(f"{where}, above_scale", "与 enterprise.above_scale 重复")
    rest = {name: value for name, value in own.items() if name != "above_scale"}
    return {**firm, "enterprise": rest, "above_scale": own["above_scale"]}


def fields(where: str, content: object, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The fields of an object, each read by its reader; null stays null: not known."""
    given = values.mapping(where, content, tuple(readers))
    return {name: None if value is None else readers[name](f"{where}.{name}", value) for name, value in given.items()}


def kept(part: str, row: Mapping[str, Any]) -> dict[str, object]:
    """The fields that the register keeps, under its names."""
    return {RENAMED.get(name, name): value for name, value in row.items() if name not in UNREAD.get(part, ())}


def read_years(where: str, content: object) -> Iterable[tuple[int, dict[str, object]]]:
    """The figures of each year; the three expert scores may stand together under `hnte_expert_scores`."""
    if content is None:
        return
    if not isinstance(content, dict):
        raise StatementError(where, '应为以年份为名称的对象，如 {"2025": {…}}')
    for year, figures in content.items():
        if not values.YEAR.fullmatch(year):
            raise StatementError(where, f"“{year}”不是四位数的年份")
        yield int(year), read_figures(f"{where}.{year}", figures)


def read_figures(where: str, content: object) -> dict[str, object]:
    """The figures of one year."""
    given = dict(values.mapping(where, content, (*FIGURE_BY_NAME, "hnte_expert_scores")))
    nested = given.pop("hnte_expert_scores", None) or {}
    scores = values.mapping(f"{where}.hnte_expert_scores", nested, tuple(EXPERT_SCORES))
    for part, points in scores.items():
        if EXPERT_SCORES[part] in given:
            raise StatementError(f"{where}.hnte_expert_scores.{part}", f"与 {EXPERT_SCORES[part]} 重复")
        given[EXPERT_SCORES[part]] = points
    figures: dict[str, object] = {
        name: None if value is None else values.figure(f"{where}.{name}", value, FIGURE_BY_NAME[name])
        for name, value in given.items()
    }
    check_figures(where, figures)
    return figures


def check_figures(where: str, figures: Mapping[str, Any]) -> None:
    """A part above its whole, or more points than experts can give, is a slip of the pen."""
    for part, whole in WITHIN:
        least, most = figures.get(part), figures.get(whole)
        if least is not None and most is not None and least > most:
            part_said, whole_said = FIGURE_BY_NAME[part].label, FIGURE_BY_NAME[whole].label
            raise StatementError(where, f"{part_said} {least} 大于{whole_said} {most}（{part} > {whole}）")
    for name, limit in EXPERT_MOST.items():
        points = figures.get(name)
        if points is not None and points > limit:
            raise StatementError(f"{where}.{name}", f"{FIGURE_BY_NAME[name].label}最多 {limit} 分，实际为 {points}")


def read_list(where: str, name: str, content: object) -> list[dict[str, object]]:
    """The rows of one list; an absent list is unknown, an empty one is known to be empty."""
    if content is None:
        return []
    if not isinstance(content, list):
        raise StatementError(where, f"应为列表，实际为 {values.named(content)}")
    return [read_row(f"{where}[{number}]", name, row) for number, row in enumerate(content, 1)]


def read_row(where: str, name: str, content: object) -> dict[str, object]:
    """One row of a list, checked as a whole."""
    row = fields(where, content, ROW_READERS[name])
    for needed in NEEDED[name]:
        if row.get(needed) is None:
            raise StatementError(where, f"缺少 {needed}")
    if name == "property":
        check_kind(where, row)
    if name in ("titles", "parents") and row.get("valid_from") is None:
        row["valid_from"] = row.get("issued_on")
    first, last = PERIODS.get(name, ("", ""))
    if isinstance(row.get(first), date) and isinstance(row.get(last), date) and row[last] < row[first]:
        raise StatementError(where, f"{last} {row[last]} 早于 {first} {row[first]}")
    return kept(name, row)


def check_kind(where: str, row: Mapping[str, Any]) -> None:
    """A kind that belongs to the other class is a slip of the pen."""
    mine = PROPERTY_CLASSES[row["class"]]
    if row.get("kind") is not None and row["kind"] not in mine:
        raise StatementError(where, f"{row['kind']}不属于{row['class']}类。可用的有：{', '.join(mine)}")


def read_manual(where: str, content: object, track: str, rulable: Mapping[str, Rulable]) -> list[dict[str, object]]:
    """The rulings on the judged track; those on criteria of another track are checked and left aside."""
    if content is None:
        return []
    known = {key: limits for keys in rulable.values() for key, limits in keys.items()}
    given = values.mapping(where, content, tuple(known))
    mine = rulable.get(track, {})
    rulings = {key: values.ruling(f"{where}.{key}", value, mine.get(key, known[key])) for key, value in given.items()}
    return [{"criterion": key, **ruling} for key, ruling in rulings.items() if key in mine and ruling]
