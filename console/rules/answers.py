"""The form of a part read back: the plain content it says, errors at their fields."""

import re
from typing import Any

from console.rules.parts import SOURCE, PartForm
from pipeline.facts.registry import FactUnit
from pipeline.rules import amounts
from pipeline.rules.revise import JOINS, Content

Threshold = Any


def content_of(form: PartForm) -> Content | None:
    """What a valid form says as plain content; None where a threshold could not be read, and the form says so."""
    given = form.cleaned_data
    source = {name: given[name] for name in SOURCE if given.get(name)}
    own = READERS[form.kind](form, given)
    if form.errors:
        return None
    key = {"key": form.node["key"]} if "key" in form.node else {}
    return {**key, **source, **own}


def amount(form: PartForm, field: str, text: str, unit: FactUnit) -> Threshold:
    """A threshold typed into a field."""
    try:
        return amounts.read(text, unit)
    except amounts.Unreadable as error:
        form.add_error(field, str(error))
        return None


def of_fact(form: PartForm, given: Content) -> Content:
    """A fact and its one comparison."""
    test: Content = {"fact": given["fact"], **({"if_zero": given["if_zero"]} if given["if_zero"] else {})}
    sign, unit = given["sign"], form.unit(given["fact"])
    if sign in ("yes", "no") and unit != "flag":
        form.add_error("sign", "这项指标不是“是或否”，请选择其他比较方式。")
        return test
    if sign in ("yes", "no"):
        return {**test, "is": sign == "yes"}
    if sign in ("word", "not_in"):
        words = [word for word in re.split(r"[、,，\s]+", given["words"]) if word]
        if not words:
            form.add_error("words", "请填写文字或代码。")
            return test
        return {**test, "is": words[0]} if sign == "word" else {**test, "not_in": words}
    if unit in ("flag", "text"):
        form.add_error("sign", "这项指标不是数值，不能与数值比较。")
        return test
    if given["by"]:
        return {**test, "by": given["by"], sign: rows(form, given, unit)}
    if not given["need"]:
        form.add_error("need", "请填写数值；还不知道的写“待定”。")
        return test
    return {**test, sign: amount(form, "need", given["need"], unit)}


def rows(form: PartForm, given: Content, unit: FactUnit) -> list[Content]:
    """The rows of a limit; lines left empty are none."""
    found = []
    for number in range(len(form.lines)):
        up_to, need = (f"row-{number}-{name}" for name in ("up_to", "need"))
        if not (given[up_to] or given[need]):
            continue
        row: Content = {"need": amount(form, need, given[need], unit)}
        if given[up_to]:
            row["up_to"] = amount(form, up_to, given[up_to], form.unit(given["by"]))
        found.append(row)
    if not found:
        form.add_error("by", "选了分档的指标，请填写各档。")
    return found


def of_manual(form: PartForm, given: Content) -> Content:
    """Somebody's answer."""
    return {"manual": given["manual"]}


def of_title(form: PartForm, given: Content) -> Content:
    """A recognition that is or is not in force."""
    return {"title": given["title"], **({"is": False} if given["held"] == "no" else {})}


def of_total(form: PartForm, given: Content) -> Content:
    """The total against a mark."""
    return {"total": {given["sign"]: amount(form, "need", given["need"], "score")}}


def of_points(form: PartForm, given: Content) -> Content:
    """The points of an item or block against a mark."""
    kind, _, key = given["points"].partition(":")
    return {"points": {kind: key, given["sign"]: amount(form, "need", given["need"], "score")}}


def of_join(form: PartForm, given: Content) -> Content:
    """The parts stay, joined as chosen."""
    return {given["joined"]: next(form.node[name] for name in JOINS if name in form.node)}


def of_block(form: PartForm, given: Content) -> Content:
    """The items stay, under the cap given."""
    return {"cap": given["cap"], **{name: form.node[name] for name in ("given", "items") if name in form.node}}


def of_expert(form: PartForm, given: Content) -> Content:
    """An expert's range."""
    return {"expert": [given["low"], given["high"]]}


def of_best_of(form: PartForm, given: Content) -> Content:
    """The choices stay."""
    return {"best_of": form.node["best_of"]}


def of_bands(form: PartForm, given: Content) -> Content:
    """The bands; lines left empty are none."""
    unit, bands = form.unit(given["fact"]), []
    for number in range(len(form.lines)):
        sign, floor, low, high = (f"band-{number}-{name}" for name in ("sign", "floor", "low", "high"))
        if not given[floor] and given[low] is None and given[high] is None:
            continue
        if given[low] is None:
            form.add_error(low, "请填写得分。")
            continue
        band: Content = {"points": [given[low], given[high]] if given[high] not in (None, given[low]) else given[low]}
        if given[floor]:
            band[given[sign] or "at_least"] = amount(form, floor, given[floor], unit)
        bands.append(band)
    return {"fact": given["fact"], "bands": bands, **({"if_zero": given["if_zero"]} if given["if_zero"] else {})}


READERS = {
    "fact": of_fact,
    "manual": of_manual,
    "title": of_title,
    "total": of_total,
    "points": of_points,
    "join": of_join,
    "block": of_block,
    "expert": of_expert,
    "best_of": of_best_of,
    "bands": of_bands,
}
