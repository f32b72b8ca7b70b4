"""Rule editions in the database: seeded by hash, chosen by day and kind."""

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from accounts.machine import state_change_allowed
from enterprises.vocabulary import TRACKS
from pipeline.models import Edition
from pipeline.rules import choose, seeds
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.edition import Kind, load


@dataclass(frozen=True)
class Choice:
    """The edition that applies: its row, its rules, and why, in one sentence."""

    row: Edition
    rules: Rules
    why: str


@transaction.atomic
def load_seeds() -> int:
    """Publish every seed whose content is not in the database; a corrected seed withdraws its predecessor."""
    known = set(Edition.objects.values_list("digest", flat=True))
    new = [edition for path in seeds.paths() if (edition := from_file(path)).digest not in known]
    corrected = Edition.objects.filter(slug__in=[edition.slug for edition in new], status=Edition.Status.PUBLISHED)
    with state_change_allowed():
        corrected.update(status=Edition.Status.WITHDRAWN)
        Edition.objects.bulk_create(new)
    look_again()
    return len(new)


def from_file(path: Path) -> Edition:
    """The row of one policy file; its slug is the file's place (``hnte/2016-01-01-32``)."""
    content = path.read_text("utf-8")
    rules = parsed(content)
    return Edition(
        track=rules.track,
        slug=f"{path.parent.name}/{path.stem}",
        title=rules.title,
        document=rules.document,
        effective_from=rules.effective_from,
        effective_to=rules.effective_to,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        status=Edition.Status.PUBLISHED,
    )


@lru_cache(maxsize=256)
def parsed(content: str) -> Rules:
    """The rules of an edition's content; one object a content, so that they are compiled once a process."""
    return load(content)


def standing(on: date) -> list[Rules]:
    """The rules of every edition that was published and not taken back on that day, whatever its period."""
    return [parsed(content) for content in Edition.objects.standing(on).values_list("content", flat=True)]


def in_force(track: str, on: date, kind: Kind, among: Collection[Edition] | None = None) -> Choice:
    """The published edition that judges this track on that day; ``choose.NoEdition`` says why there is none.

    One taken back since still judges the days on which it stood.
    """
    rows = Edition.objects.standing(on).filter(track=track) if among is None else among
    by_digest = {row.digest: row for row in rows}
    rules = [rules_of(row) for row in by_digest.values()]
    choice = choose.choose(rules, track=track, on=on, kind=kind)
    return Choice(by_digest[choice.edition.sha256], choice.edition, choice.why)


READ: Final[dict[str, Rules]] = {}


def rules_of(row: Edition) -> Rules:
    """The rules of an edition; its text is fetched and read once a process."""
    if row.digest not in READ:
        READ[row.digest] = parsed(row.content)
    return READ[row.digest]


def read(digests: Collection[str]) -> None:
    """Have the rules of these texts at hand; one read before is not fetched."""
    unread = [digest for digest in digests if digest not in READ]
    for digest, content in Edition.objects.filter(digest__in=unread).values_list("digest", "content") if unread else ():
        READ[digest] = parsed(content)


def by_track(on: date) -> Mapping[str, list[Edition]]:
    """The editions that stand on the day, by track in the vocabulary's order; a text read before is not fetched."""
    rows = list(Edition.objects.standing(on).defer("content"))
    read([row.digest for row in rows])
    of_track = {track.key: [row for row in rows if row.track == track.key] for track in TRACKS}
    return {track: editions for track, editions in of_track.items() if editions}


FRESH: Final = 60.0  # seconds for which a process believes what it saw; whoever publishes in it makes it look again
seen: dict[str, Any] = {}


def judged_tracks() -> tuple[str, ...]:
    """The tracks that have a published edition, in the order of the vocabulary."""
    if "tracks" not in seen or time.monotonic() > seen["until"]:
        found = set(Edition.objects.filter(status=Edition.Status.PUBLISHED).order_by().values_list("track", flat=True))
        seen["tracks"] = tuple(track.key for track in TRACKS if track.key in found)
        seen["until"] = time.monotonic() + FRESH
    return tuple(seen["tracks"])


def look_again(**saved: Any) -> None:
    """An edition was published or withdrawn here: see at once which tracks are judged now."""
    seen.clear()
    judged_tracks()


post_save.connect(look_again, sender=Edition)
post_delete.connect(look_again, sender=Edition)
