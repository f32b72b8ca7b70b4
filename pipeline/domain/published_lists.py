"""A published list goes in: read apart, sorted by track, matched; its kind, days and document corrected."""

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import User
from enterprises.imports.archive import Unreadable
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import access, list_matching
from pipeline.domain.list_parts import Sorted, sorted_parts
from pipeline.lists.child import read_apart
from pipeline.models import ListRow, PublishedList

CORRECTABLE: Final = ("kind", "title", "document", "publisher", "published_on", "recognised_on", "stated_total")

PATIENCE: Final = datetime.timedelta(minutes=1)  # without progress for so long the worker is not waited for
AT_WORK: Final = "后台正在办理这份名单，办完后再操作"


@dataclass(frozen=True)
class Given:
    """What an officer says of a list; empty values leave what was read."""

    kind: str = ""
    title: str = ""
    document: str = ""
    publisher: str = ""
    published_on: datetime.date | None = None
    recognised_on: datetime.date | None = None
    stated_total: int | None = None


def upload(*, filename: str, content: bytes, track: str, by: User, given: Given | None = None) -> PublishedList:
    """Read and match a list; the same file for the same track again is the list that stands, matched anew."""
    if not by.may_write or by.region is None:
        raise StepRefused([Reason("right", "当前账号不能上传名单", who="bureau")])
    digest = hashlib.sha256(content).hexdigest()
    standing = PublishedList.objects.filter(region=by.region, digest=digest, track=track).first()
    if standing is not None:
        return rematch(list_id=standing.pk, by=by)
    name = PurePosixPath(filename.replace("\\", "/")).name[-200:]
    try:
        parts = read_apart(name, content)
    except Unreadable as unreadable:
        raise StepRefused([Reason("file", str(unreadable), who="bureau")]) from unreadable
    return keep(name, digest, track, sorted_parts(parts, track, filename=name), by, given or Given())


@transaction.atomic
def keep(name: str, digest: str, track: str, found: Sorted, by: User, given: Given) -> PublishedList:
    """Store a list that was read, with its rows matched."""
    if not found.rows:
        raise StepRefused(against_parts(found.parts, track))
    assert by.region is not None
    said = {**found.said, **{field: value for field, value in vars(given).items() if value not in {"", None}}}
    published = PublishedList.objects.create(
        filename=name, digest=digest, track=track, region=by.region, by=by, notes={"parts": found.parts}, **said
    )
    for row in found.rows:
        row.published_list = published
    list_matching.match_rows(found.rows, by.region)
    ListRow.objects.bulk_create(found.rows, batch_size=2000)
    after = {"track": track, "kind": published.kind, "rows": len(found.rows), "digest": digest}
    audit.record("list.upload", published, by=by, after=after, document=published.reference)
    return published


def against_parts(parts: Sequence[Mapping[str, Any]], track: str) -> list[Reason]:
    """Why nothing of a file is a list of the track, sheet by sheet."""
    told = [Reason("list", f"“{part['name']}”：{part['reason']}", who="bureau") for part in parts if part["reason"]]
    return told or [Reason("list", f"没有认出“{TRACK_BY_KEY[track].label}”的名单", who="bureau")]


def locked(list_id: int, by: User, version: int | None = None) -> PublishedList:
    """The list, locked; out of sight it does not exist, changed meanwhile it is stale."""
    visible = PublishedList.objects.visible_to(by).filter(pk=list_id).values("pk")
    published = PublishedList.objects.filter(pk__in=visible).select_for_update(no_key=True, of=("self",))
    found = published.select_related("region").get()
    if found.asked_at is not None and not is_stuck(found, at=timezone.now()):
        raise StepRefused([Reason("state", AT_WORK, who="bureau")])
    if version is not None and found.version != version:
        raise Stale(found, access.last_act(found))
    return found


def is_stuck(published: PublishedList, *, at: datetime.datetime) -> bool:
    """Whether the worker should have got on by now: its task may be lost."""
    return published.asked_at is not None and (published.moved_at or published.asked_at) <= at - PATIENCE


def touched(published: PublishedList) -> None:
    """Whoever looked at the list before looks at an old one now."""
    published.version += 1
    published.save(update_fields=["version"])


@transaction.atomic
def rematch(*, list_id: int, by: User) -> PublishedList:
    """Match the rows that are still open with the register as it stands now; decisions and results stay."""
    published = locked(list_id, by)
    if not by.may_write:
        raise StepRefused(access.against_right(by))
    rows = list(published.rows.select_for_update().order_by("place"))
    before = [tuple(getattr(row, field) for field in list_matching.FIELDS) for row in rows]
    list_matching.match_rows(rows, published.region)
    changed = [
        row
        for row, old in zip(rows, before, strict=True)
        if tuple(getattr(row, field) for field in list_matching.FIELDS) != old
    ]
    if changed:
        ListRow.objects.bulk_update(changed, list_matching.FIELDS, batch_size=1000)
        touched(published)
        audit.record("list.rematch", published, by=by, after={"rows": len(changed)}, document=published.reference)
    return published


@transaction.atomic
def correct(*, list_id: int, by: User, version: int, given: Given) -> PublishedList:
    """Say what the list is: kind, days, document, total; only before anything came of it may the kind change."""
    published = locked(list_id, by, version)
    if reasons := [*access.against_right(by), *against_correction(published, given)]:
        raise StepRefused(reasons)
    before = dict(described(published))
    for field in CORRECTABLE:
        setattr(published, field, getattr(given, field))
    after = dict(described(published))
    if before == after:
        return published
    published.version += 1
    published.save(update_fields=[*CORRECTABLE, "version"])
    audit.record("list.correct", published, by=by, before=before, after=after, document=published.reference)
    return published


def against_correction(published: PublishedList, given: Given) -> list[Reason]:
    """Reasons against a correction."""
    changes_acts = (given.kind, given.recognised_on) != (published.kind, published.recognised_on)
    if published.state == PublishedList.State.APPLIED and changes_acts:
        return [Reason("state", "名单已经办理，种类和认定日期不能再改", who="bureau")]
    return []


def described(published: PublishedList) -> Iterator[tuple[str, str]]:
    """A list as the audit trail keeps it."""
    yield "track", published.track
    for field in CORRECTABLE:
        value = getattr(published, field)
        yield field, "" if value is None else str(value)
