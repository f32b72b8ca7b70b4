"""One part of an edition's plain content found, put, added or taken away; the whole is read again by the schema.

A place names a part: ``H5`` and ``H5.intensity`` for conditions, ``item:B1`` and ``block:rd`` for the score.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

Content = dict[str, Any]
JOINS: Final = ("all", "any")


class NoSuchPlace(LookupError):
    """No part of the edition stands there."""


def node(content: Content, place: str) -> Content:
    """The part at a place."""
    holder, index = position(content, place)
    return holder[index]  # type: ignore[no-any-return]


def put(content: Content, place: str, new: Content) -> Content:
    """The content with the part at a place replaced."""
    changed = copy.deepcopy(content)
    holder, index = position(changed, place)
    holder[index] = new
    return changed


def remove(content: Content, place: str) -> Content:
    """The content without the part at a place."""
    changed = copy.deepcopy(content)
    holder, index = position(changed, place)
    del holder[index]
    return changed


def add(content: Content, below: str, new: Content, taken: Iterable[str] = ()) -> tuple[Content, str]:
    """The content with a new condition, or with a new part of a composite; and the place it got.

    A new condition's key was never used by the track (``taken``), so that no ruling on another condition speaks of it.
    """
    changed = copy.deepcopy(content)
    if not below:
        key = next_key([*changed["gates"], *taken])
        changed["gates"][key] = new
        return changed, key
    parts = parts_of(node(changed, below))
    if parts is None:
        raise NoSuchPlace(below)
    known = {part.get("key") for part in parts} | {place.rpartition(".")[2] for place in taken}
    key = next(name for number in range(1, 1000) if (name := f"p{number}") not in known)
    parts.append({"key": key, **new})
    return changed, f"{below}.{key}"


def next_key(taken: Iterable[str]) -> str:
    """The letter of the first condition with a number above all others."""
    found = [match for key in taken if (match := re.fullmatch(r"([A-Za-z]+)(\d+)", key))]
    letter = found[0][1] if found else "C"
    return f"{letter}{max((int(match[2]) for match in found if match[1] == letter), default=0) + 1}"


def position(content: Content, place: str) -> tuple[Any, Any]:
    """The mapping or list that holds a part, and its key or number there."""
    kind, _, name = place.rpartition(":")
    found = scored(content, kind, name) if kind in ("item", "block") else condition(content, place)
    if found is None:
        raise NoSuchPlace(place)
    return found


def condition(content: Content, place: str) -> tuple[Any, Any] | None:
    """Where a condition or one of its parts stands."""
    first, *below = place.split(".")
    gates = content.get("gates", {})
    if first not in gates:
        return None
    holder: Any = gates
    index: Any = first
    for step in below:
        parts = parts_of(holder[index]) or []
        number = next((n for n, part in enumerate(parts) if step == (part.get("key") or str(n + 1))), None)
        if number is None:
            return None
        holder, index = parts, number
    return holder, index


def parts_of(criterion: Content) -> list[Content] | None:
    """The parts of a composite, None for what is none."""
    return next((criterion[name] for name in JOINS if name in criterion), None)


def scored(content: Content, kind: str, name: str) -> tuple[Any, Any] | None:
    """Where a block or an item of the score stands."""
    blocks = (content.get("score") or {}).get("blocks", [])
    lists = [blocks] if kind == "block" else item_lists(blocks)
    return next(((some, n) for some in lists for n, each in enumerate(some) if each["key"] == name), None)


def item_lists(blocks: list[Content]) -> Iterator[list[Content]]:
    """Every list of items, choices after their group."""
    for block in blocks:
        yield block["items"]
        yield from (item["best_of"] for item in block["items"] if "best_of" in item)
