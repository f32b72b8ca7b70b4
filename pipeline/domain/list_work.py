"""A long list is applied by the worker: asked for, taken up, its progress seen; asking twice applies once."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.machine import StepRefused
from accounts.models import User
from pipeline.domain import access, list_apply, progress
from pipeline.domain.published_lists import is_stuck, locked
from pipeline.models import ListRow, PublishedList

LARGE: Final = 200  # rows that are still open; more than a page may be made to wait for
AT_REST: Final[dict[str, Any]] = {"asked_by": None, "asked_at": None, "progress": 0}
MOVE: Final = "UPDATE pipeline_publishedlist SET progress = %s, moved_at = now() WHERE id = %s"
FAILED: Final = "办理时出错，没有登记任何内容；请再办理一次，仍不成功请联系管理员"


def is_large(published: PublishedList) -> bool:
    """Whether applying the list would make a page wait too long."""
    open_rows = published.rows.filter(result__in=["", ListRow.Result.REFUSED]).exclude(match=ListRow.Match.OUTSIDE)
    return open_rows.count() > LARGE


@transaction.atomic
def ask(*, list_id: int, by: User, version: int | None, at: datetime.datetime) -> bool:
    """Ask the worker to apply the list; whether a task is wanted: none while another one gets on.

    A task that was not lost after all does no harm: whichever comes second finds nothing left to do.
    """
    asked = PublishedList.objects.visible_to(by).filter(pk=list_id, asked_at__isnull=False)
    if any(not is_stuck(one, at=at) for one in asked):
        return False
    published = locked(list_id, by, version)
    if reasons := [*access.against_right(by, published.track), *list_apply.against(published)]:
        raise StepRefused(reasons)
    published.asked_by, published.asked_at, published.moved_at = by, at, at
    published.progress, published.error = 1, ""
    published.save(update_fields=["asked_by", "asked_at", "moved_at", "progress", "error"])
    return True


def give_back(list_id: int, *, at: datetime.datetime) -> None:
    """The queue did not take the task: the list stands as before, unless a worker has begun after all."""
    PublishedList.objects.filter(pk=list_id, moved_at=at).update(**AT_REST)


def run(*, list_id: int, on: datetime.date) -> None:
    """Apply a list that was asked for, on behalf of who asked; a list that nobody asks for any more is left alone."""
    published = PublishedList.objects.select_related("asked_by__region").get(pk=list_id)
    if published.asked_by is None:
        return
    with noted(list_id):
        list_apply.apply(
            list_id=list_id, by=published.asked_by, version=None, on=on,
            say=lambda percent: progress.say(MOVE, list_id, percent),
        )  # fmt: skip


@contextmanager
def noted(list_id: int) -> Iterator[None]:
    """The list is at rest again afterwards; when applying fails nothing was recorded, and the list says why."""
    error = FAILED
    try:
        yield
        error = ""
    except StepRefused as refusal:
        error = str(refusal)
    finally:
        if not connection.needs_rollback:
            rest = AT_REST | {"error": error[:200], "moved_at": timezone.now()}
            PublishedList.objects.filter(pk=list_id).update(**rest)
