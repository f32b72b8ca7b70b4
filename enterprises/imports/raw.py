"""What the parser does not tell: merged cells, and whether a cell holds a number or a text. Pure."""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*>")
_ATTRIBUTE: Final = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class Merged:
    """Cells merged into one: places from 0, lines from 1, both ends among them."""

    first_place: int
    first_line: int
    last_place: int
    last_line: int


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a tag."""
    return {name.decode(): html.unescape(value.decode("utf-8")) for name, value in _ATTRIBUTE.findall(tag)}


def place_of(letters: str) -> int:
    """The place, from 0, of a column by its letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def letters_of(place: int) -> str:
    """The letters of a column by its place from 0."""
    first, second = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)


class RawSheet:
    """The XML of one sheet, unpacked only when something is asked of it."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name = content, name

    @cached_property
    def xml(self) -> bytes:
        """The part of this sheet; nothing when it is not found where it should be."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            sheets = map(attributes, _SHEET.findall(archive.read("xl/workbook.xml")))
            wanted = next((one.get("r:id") for one in sheets if one.get("name") == self.name), None)
            names = set(archive.namelist())
            relations = "xl/_rels/workbook.xml.rels"
            found = map(attributes, _RELATION.findall(archive.read(relations) if relations in names else b""))
            target = next((one.get("Target", "") for one in found if wanted and one.get("Id") == wanted), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return archive.read(part) if part in names else b""

    def merged(self) -> Iterator[Merged]:
        """The merged cells, which stand behind all others."""
        start = self.xml.rfind(b"</sheetData>") if self.xml else 0
        for left, top, right, bottom in _MERGED.findall(self.xml, max(start, 0)):
            yield Merged(place_of(left.decode()), int(top), place_of(right.decode()), int(bottom))

    def numbers(self, place: int, lines: Iterable[int]) -> list[int]:
        """Those of the lines, in rising order, in whose column stands a number instead of a text."""
        found, position = [], 0
        for line in lines:
            at = self.xml.find(f' r="{letters_of(place)}{line}"'.encode(), position)
            if at >= 0:
                position = at
                tag = self.xml[self.xml.rfind(b"<", 0, at) : self.xml.find(b">", at)]
                found += [line] if attributes(tag).get("t", "n") == "n" else []
        return found
