"""Rule editions in the database: seeded by hash, chosen by day and kind."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from accounts.machine import state_change_allowed
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


@lru_cache(maxsize=64)
def parsed(content: str) -> Rules:
    """The rules of an edition's content; one object a content, so that they are compiled once a process."""
    return load(content)


def standing(on: date) -> list[Rules]:
    """The rules of every edition that was published and not taken back on that day, whatever its period."""
    return [parsed(content) for content in Edition.objects.standing(on).values_list("content", flat=True)]


def in_force(track: str, on: date, kind: Kind) -> Choice:
    """The published edition that judges this track on that day; ``choose.NoEdition`` says why there is none.

    One taken back since still judges the days on which it stood.
    """
    rows = Edition.objects.standing(on).filter(track=track)
    by_digest = {row.digest: row for row in rows}
    rules = [parsed(row.content) for row in by_digest.values()]
    choice = choose.choose(rules, track=track, on=on, kind=kind)
    return Choice(by_digest[choice.edition.sha256], choice.edition, choice.why)
