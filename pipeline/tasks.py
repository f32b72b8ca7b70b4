"""Tasks of the pipeline: what is applied, judged, settled, replayed in the background; each may run twice."""

from celery import shared_task
from django.utils import timezone


@shared_task
def read_ledger(batch_id: int) -> None:
    """Recognise an uploaded ledger."""
    from pipeline.domain import ledgers  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    ledgers.read(batch_id=batch_id)


@shared_task
def apply_ledger(batch_id: int) -> None:
    """Write what the preview showed, on behalf of whoever handed the ledger in."""
    from enterprises.models import ImportBatch  # noqa: PLC0415 -- models are not loaded when tasks are found
    from pipeline.domain import ledgers  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    ledgers.apply(batch_id=batch_id, by=batch.by, on=timezone.localdate())


@shared_task
def undo_ledger(batch_id: int) -> None:
    """Take an applied ledger back, on behalf of whoever handed it in."""
    from enterprises.models import ImportBatch  # noqa: PLC0415 -- models are not loaded when tasks are found
    from pipeline.domain import ledger_undo  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    ledger_undo.take_back(batch_id=batch_id, by=batch.by, on=timezone.localdate())


@shared_task
def apply_list(list_id: int) -> None:
    """Apply a long published list, on behalf of whoever asked for it."""
    from pipeline.domain import list_work  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    list_work.run(list_id=list_id, on=timezone.localdate())


@shared_task
def try_edition(forecast_id: int) -> None:
    """Try an edition on the firms in an officer's sight."""
    from pipeline.domain import whatif  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    whatif.run(forecast_id=forecast_id)


@shared_task
def judge_register() -> None:
    """Judge every firm for every track as of today (nightly, and when an edition takes effect); pools follow."""
    from enterprises.domain import conflicts  # noqa: PLC0415 -- models are not loaded when tasks are found
    from pipeline.domain import judge, outlook  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    conflicts.refresh()
    judge.forget_deregistered()
    judge.judge(on=timezone.localdate())
    outlook.refresh(on=timezone.localdate())


@shared_task
def settle_ladder() -> None:
    """Let every firm climb or slip to where its titles carry it today."""
    from pipeline.domain import ladder  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    ladder.settle_all(timezone.localdate())


@shared_task
def replay_receipts() -> None:
    """Judge a sample of receipts again; each must come out to the byte."""
    from pipeline.domain import replays  # noqa: PLC0415 -- a worker's parent must not load Polars before it forks

    replays.replay_sample(at=timezone.now())
