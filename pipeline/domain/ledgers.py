"""A ledger goes in: uploaded, read in a process of its own, previewed, applied, judged."""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Final

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.imports import save
from enterprises.imports.archive import LARGEST_FILE, Unreadable
from enterprises.imports.child import read_apart
from enterprises.imports.read import packed, parquet, unpacked
from enterprises.imports.save import Origin
from enterprises.models import ImportBatch
from pipeline.domain import judge, ladder, ledger_plans, titles
from pipeline.domain.ledger_plans import Plan
from pipeline.domain.ledger_previews import Change, Counts, HeadingReport, Preview, PreviewRow, SheetReport, preview

__all__ = [
    "Change",
    "Counts",
    "HeadingReport",
    "Preview",
    "PreviewRow",
    "SheetReport",
    "apply",
    "preview",
    "read",
    "upload",
]

State = ImportBatch.State
READABLE: Final = (State.UPLOADED, State.READ, State.REFUSED)
APPLICABLE: Final = (State.READ, State.APPLYING, State.FAILED)
NO_LEDGER: Final = "没有认出任何企业台账：每张工作表的原因见下"
LATE: Final = "预览之后登记簿有变化，写入的以写入时为准"


def upload(*, filename: str, content: bytes, by: User, figures_year: int | None = None) -> ImportBatch:
    """Keep a handed-in workbook; ``figures_year`` is the year of figures whose heading names none."""
    if not by.may_write or by.region is None:
        raise StepRefused([Reason("right", "当前账号不能导入台账", who="bureau")])
    if len(content) > LARGEST_FILE:
        raise StepRefused([Reason("size", f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导入", who="bureau")])
    return ImportBatch.objects.create(
        filename=PurePosixPath(filename.replace("\\", "/")).name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        figures_year=figures_year,
        by=by,
    )


def read(*, batch_id: int) -> ImportBatch:
    """Read the workbook in a process of its own and store the preview; a file that cannot be read is refused."""
    batch = ImportBatch.objects.select_related("by__region").get(pk=batch_id)
    if batch.state not in READABLE or batch.content is None:
        return batch
    handed_in = timezone.localdate(batch.uploaded_at)
    try:
        ledger = read_apart(
            filename=batch.filename,
            content=bytes(batch.content),
            year=batch.figures_year or handed_in.year - 1,
            year_is_given=batch.figures_year is not None,
        )
    except Unreadable as refusal:
        batch.state, batch.error, batch.report = State.REFUSED, str(refusal), {}
        batch.save()
        return batch
    say_progress(batch.pk, 60)
    planned = ledger_plans.plan(ledger, by=batch.by, on=handed_in)
    is_ledger = any(sheet.is_ledger for sheet in ledger.sheets)
    batch.frame = packed(ledger)
    batch.preview = parquet(planned.outcomes)
    batch.report = {"sheets": [sheet.as_json() for sheet in ledger.sheets], "counts": planned.counts()}
    batch.state, batch.error = (State.READ, "") if is_ledger else (State.REFUSED, NO_LEDGER)
    batch.progress = 0
    batch.save()
    return batch


def apply(*, batch_id: int, by: User, on: datetime.date) -> ImportBatch:
    """Write what the preview shows, all of it or nothing, then judge and settle the firms touched.

    Safe to run again: a batch that was written already is only judged again if that was cut short.
    """
    batch = ImportBatch.objects.select_related("by__region").get(pk=batch_id, by=by)
    if batch.state in APPLICABLE:
        ImportBatch.objects.filter(pk=batch.pk).update(state=State.APPLYING, progress=5, error="")
        with failure_noted(batch):
            touched = written(batch, on)
    elif batch.state == State.APPLIED and batch.progress < 100:
        touched = None  # cut short after writing: whom it touched is forgotten, so everybody is judged
    elif batch.state == State.APPLIED:
        return batch
    else:
        raise StepRefused([Reason("state", f"文件“{batch.get_state_display()}”，不能写入", who="bureau")])
    judge.judge(on=on, enterprise_ids=touched)
    say_progress(batch.pk, 95)
    ladder.settle_all(on, touched, by=by)
    ImportBatch.objects.filter(pk=batch.pk).update(progress=100)
    batch.refresh_from_db()
    return batch


@contextmanager
def failure_noted(batch: ImportBatch) -> Iterator[None]:
    """When writing fails nothing was written; the batch says so and may be tried again."""
    succeeded = False
    try:
        yield
        succeeded = True
    finally:
        if not succeeded and not connection.needs_rollback:
            error = "写入时出错，没有写入任何内容；请重试，仍不成功请联系管理员"
            ImportBatch.objects.filter(pk=batch.pk).update(state=State.FAILED, progress=0, error=error)


@transaction.atomic
def written(batch: ImportBatch, on: datetime.date) -> list[int]:
    """Write the ledger against the register as it now stands; the ids of the firms touched."""
    save.lock_imports()
    ledger = unpacked(bytes(batch.frame or b""))
    planned = ledger_plans.plan(ledger, by=batch.by, on=on)
    say_progress(batch.pk, 25)
    touched = save_plan(planned, batch, on)
    say_progress(batch.pk, 75)
    counts = planned.counts()
    if counts != batch.report.get("counts"):
        batch.report |= {"counts": counts, "note": LATE}
    batch.preview = parquet(planned.outcomes)
    batch.state, batch.progress, batch.applied_at, batch.content = State.APPLIED, 80, timezone.now(), None
    batch.save()
    audit.record("ledger.apply", batch, by=batch.by, after=counts, document=batch.filename[:120], on=on)
    return touched


def save_plan(planned: Plan, batch: ImportBatch, on: datetime.date) -> list[int]:
    """Write a plan's firms, statements, spells, contacts and recognitions; the ids of the firms touched."""
    origin = Origin(batch.pk, batch.by_id, timezone.now(), on)
    save.lock_firms(planned.rows.join(planned.touched, on="key", how="semi")["firm"])
    rows = save.with_ids(planned.rows)
    ids = rows.select("key", "id")
    save.save_new_firms(rows, origin)
    save.save_known_firms(rows, origin)
    save.save_statements(planned.statements, ids, origin)
    save.save_spells(planned.spells, ids)
    save.save_contacts(planned.contacts, ids)
    touched = ids.join(planned.touched, on="key", how="semi")
    save.save_audit(touched["id"], origin)
    record_titles(planned, dict(ids.iter_rows()), batch, on)
    return [int(one) for one in touched["id"]]


def record_titles(planned: Plan, ids: dict[str, int], batch: ImportBatch, on: datetime.date) -> None:
    """Record the recognitions through their door; none is refused that the plan did not refuse."""
    rows = [titles.TitleRow(**{**one.row.__dict__, "enterprise_id": ids[one.key]}) for one in planned.titles]
    if not rows:
        return
    refused = titles.record_many(rows=rows, by=batch.by, on=on, document=f"台账导入：{batch.filename}"[:200])
    if refused:
        raise RuntimeError(f"{len(refused)} planned titles were refused while their firms were locked")


def say_progress(batch_id: int, percent: int) -> None:
    """Show progress from inside a transaction, on a connection of its own; if it must wait, it is left out."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
            cursor.execute("UPDATE enterprises_importbatch SET progress = %s WHERE id = %s", [percent, batch_id])
    except OperationalError:
        return
    finally:
        other.close()
