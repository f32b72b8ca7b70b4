"""The parts of a file as rows of one list: those of the track, what they say together, what is left out and why."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.lists import words
from pipeline.lists.read import Part, Row
from pipeline.lists.words import NEW_SPECIES
from pipeline.models import ListRow

SHOWN = 12


@dataclass(frozen=True)
class Sorted:
    """What becomes of a file: rows to keep, what the list says of itself, a report on each part."""

    rows: list[ListRow] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)


def sorted_parts(parts: Sequence[Part], track: str, *, filename: str) -> Sorted:
    """Keep the parts that are lists of this track; of the others only why not."""
    used: list[tuple[Part, list[Row], str]] = []
    reports: list[dict[str, Any]] = []
    for part in parts:
        rows, reason = rows_of(part, track)
        kind = words.kind_of(heading_of(part)) if rows else ""
        reports.append(report(part, rows, reason, kind, track))
        if rows:
            used.append((part, rows, kind))
    if not used:
        return Sorted(parts=reports)
    kinds = {row.kind or kind for _, rows, kind in used for row in rows}
    common = kinds.pop() if len(kinds) == 1 else ""
    stored = [one for _, some, kind in used for one in kept(some, kind, common)]
    for place, row in enumerate(stored, 1):
        row.place = place
    return Sorted(stored, said_of(used, reports, common, filename), reports)


def heading_of(part: Part) -> str:
    """The words that tell what a list is: its title and the sheet's name, not the notes below it."""
    return " ".join([*part.words[:2], part.name])


def rows_of(part: Part, track: str) -> tuple[list[Row], str]:
    """The rows of a part that are of the track, or why it has none."""
    if part.reason:
        return [], part.reason
    if why := words.against_track(" ".join(part.words[:2]) or part.name, track):
        return [], why
    rows = [row for row in part.rows if not row.tracks or track in row.tracks or is_wider(row.tracks, track)]
    label = TRACK_BY_KEY[track].label
    return rows, "" if rows else f"各行写明的都不是“{label}”"


def is_wider(tracks: Sequence[str], track: str) -> bool:
    """Whether a row says only that it is of the four 新物种, among which the track is."""
    return set(tracks) == NEW_SPECIES and track in NEW_SPECIES


def kept(rows: Sequence[Row], kind: str, common: str) -> Iterator[ListRow]:
    """The rows to store; a kind is kept with a row only where the list as a whole has another or none."""
    for row in rows:
        own = row.kind or kind
        yield ListRow(
            sheet=row.sheet[:100], line=row.line, text=row.text, name=row.name, former=row.former, uscc=row.uscc,
            uscc_ok=not row.code_note if row.uscc else None, region_text=row.region[:100], number=row.number,
            issued_on=day(row.issued_on), valid_from=day(row.valid_from), valid_until=day(row.valid_until),
            note="；".join(part for part in (row.note, row.code_note) if part)[:200], kind="" if own == common else own,
        )  # fmt: skip


def day(text: str) -> datetime.date | None:
    """A day from its ISO form; nothing from nothing."""
    return datetime.date.fromisoformat(text) if text else None


def report(part: Part, rows: Sequence[Row], reason: str, kind: str, track: str) -> dict[str, Any]:
    """What is told of a part: how many it states and has, what was left out, what to look at."""
    stated = stated_of(part)
    notes = list(notes_of(part, rows, track)) if rows else []
    return {
        "name": part.name, "title": (part.words or [""])[0][:200], "reason": reason, "kind": kind, "stated": stated,
        "n": len(part.rows), "used": len(rows), "notes": notes, "skipped": part.skipped[:SHOWN],
        "n_skipped": len(part.skipped),
    }  # fmt: skip


def stated_of(part: Part) -> int | None:
    """The total a part states, in a column or in words."""
    column = next((row.stated for row in part.rows if row.stated.isdigit()), "")
    return int(column) if column else words.stated_total(part.words)


def notes_of(part: Part, rows: Sequence[Row], track: str) -> Iterator[str]:
    """What an officer should look at in a part."""
    said = words.about(" ".join(part.words[:2]) or part.name)
    label = TRACK_BY_KEY[track].label
    if not said.tracks:
        yield f"标题没有写明认定方向，按所选的“{label}”读入，请核对"
    elif len(said.tracks) > 1 and any(not row.tracks for row in rows):
        yield f"标题没有分级，没有写明的行按所选的“{label}”读入，请核对"
    if len(rows) < len(part.rows):
        yield f"另有{len(part.rows) - len(rows)}行写明是其他认定，未读入"
    if note := words.kind_note(heading_of(part)):
        yield note
    if gaps := gaps_of(part.rows):
        yield f"序号不连续：缺第{gaps}号"
    if doubles := doubles_of(part.rows):
        yield f"序号重复：第{doubles}号"


def gaps_of(rows: Sequence[Row]) -> str:
    """The numbers a list leaves out of its own count."""
    serials = [int(row.serial.split(".")[0]) for row in rows if row.serial.split(".")[0].isdigit()]
    if len(serials) < 2 or max(serials) > len(rows) * 2 + 20:
        return ""
    missing = sorted(set(range(1, max(serials) + 1)) - set(serials)) if 1 in serials else []
    return "、".join(map(str, missing[:SHOWN])) + ("等" if len(missing) > SHOWN else "")


def doubles_of(rows: Sequence[Row]) -> str:
    """The numbers that stand twice under one section."""
    seen: set[tuple[str, str]] = set()
    twice = []
    for row in rows:
        key = (row.section, row.serial)
        if row.serial.isdigit() and key in seen:
            twice.append(row.serial)
        seen.add(key)
    return "、".join(twice[:SHOWN])


def said_of(
    used: Sequence[tuple[Part, list[Row], str]], reports: list[dict[str, Any]], kind: str, filename: str
) -> dict[str, Any]:
    """What the parts say together: title, document, publisher, days, stated total."""
    parts = [part for part, _, _ in used]
    text = " ".join(word for part in parts for word in part.words)
    stated = [stated_of(part) for part in parts]
    told = words.day_in(text, given=False) or day(next((row.told_on for _, rows, _ in used for row in rows), ""))
    given = words.day_in(text, given=True)
    standing = any(words.is_standing(heading_of(part)) for part in parts)
    if given is None and told is not None and not standing and kind in {words.RECOGNITION, words.REVIEW, ""}:
        given = told
        for one in reports:
            one["notes"] += ["名单没有写认定日期，暂取公布日期，请核对"] if one["used"] else []
    title = parts[0].words[0] if parts[0].words else filename
    return {
        "kind": kind, "title": (title if len(parts) == 1 else f"{title} 等{len(parts)}张")[:200],
        "document": words.document_in(text)[:120], "publisher": words.publisher_in(text)[:120], "published_on": told,
        "recognised_on": given, "stated_total": sum(one or 0 for one in stated) if None not in stated else None,
    }  # fmt: skip
