"""Judging from and to a database that ``seed_province`` filled: beside reading and writing alone, and beside the ORM.

DATABASE_URL=... DJANGO_SETTINGS_MODULE=config.settings.demo python -m benchmarks.judging_stored [FIRMS]
Nothing stays changed: every step is rolled back.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import polars as pl

READ = (
    "YearFigures", "FirmStatement", "IntellectualProperty", "Honour", "ResearchInstitution", "NegativeFact",
    "AboveScaleSpell", "Title", "Ruling",
)  # fmt: skip


def timed(name: str, work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall and processor seconds of a step, printed."""
    start = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:46}{wall:9.2f} s wall {cpu:8.2f} s cpu {peak:6} MB", flush=True)
    return wall, cpu, found


def main() -> None:
    """Measure and print."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415 -- Django is set up by then
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above
    from pipeline.domain import judge, registers  # noqa: PLC0415 -- as above

    firms = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    on = timezone.localdate()
    ids = list(Enterprise.objects.filter(deregistered_on=None).order_by("pk").values_list("pk", flat=True)[:firms])
    with transaction.atomic():
        read, _, register = timed(f"{len(ids):,} firms: reading", lambda: registers.load(ids))
        work, _, answers = timed("judging by every edition in force", lambda: judge.answers(register, on))
        compared, _, _ = timed("comparing with what is stored", lambda: judge.store(answers, ids))
        older = answers.with_columns(pl.col("n_na") + 0)
        wrote, _, _ = timed(f"writing all {answers.height:,} answers", lambda: judge.write(older))
        transaction.set_rollback(rollback=True)
    print(f"ratio to reading and writing alone: {(read + work + wrote) / (read + wrote):.2f}")
    print(f"an unchanged night: {(read + work + compared) / (read + wrote):.2f} of it")
    one_firm(ids[:20], on)
    by_objects(ids[:10_000], on)


def one_firm(ids: list[int], on: Any) -> None:
    """A checklist with every explanation, and without reading."""
    from enterprises.models import Enterprise  # noqa: PLC0415 -- Django is set up by then
    from pipeline.domain import checklists, editions, registers  # noqa: PLC0415 -- as above
    from pipeline.rules.evaluate import evaluate  # noqa: PLC0415 -- as above
    from pipeline.rules.explain import findings  # noqa: PLC0415 -- as above

    rules, register = editions.in_force("hnte", on, "apply").rules, registers.load(ids[:1])
    pages, alone = [], []
    for firm in Enterprise.objects.filter(pk__in=ids):
        start = time.process_time()
        checklists.checklist(enterprise=firm, track="hnte", on=on)
        pages.append(time.process_time() - start)
        start = time.process_time()
        findings(rules, evaluate(rules, register, on).row(0, named=True))
        alone.append(time.process_time() - start)
    print(f"one firm, 高企, every explanation: {statistics.median(alone) * 1e3:.1f} ms cpu, "
          f"{statistics.median(pages) * 1e3:.1f} ms with reading")  # fmt: skip


def by_objects(ids: list[int], on: Any) -> None:
    """The usual loop: objects with their lists prefetched, each firm judged by a plain function.

    Its inputs are taken from the assembled frame instead of being counted in Python, so that it is a lower bound.
    """
    from benchmarks.graph import graph  # noqa: PLC0415 -- Django is set up by then
    from benchmarks.judging import Case  # noqa: PLC0415 -- as above
    from benchmarks.scalar import python_judge  # noqa: PLC0415 -- as above
    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above
    from pipeline.domain import judge, registers  # noqa: PLC0415 -- as above
    from pipeline.rules.seeds import seeds  # noqa: PLC0415 -- as above

    case = Case(len(ids), seeds(), graph(seeds()))
    case.__dict__["register"] = registers.load(ids)
    judged, rows = python_judge(case.graph), case.inputs.to_dicts()
    related = [
        rel.get_accessor_name() for rel in Enterprise._meta.related_objects if rel.related_model.__name__ in READ
    ]

    def loop() -> list[Any]:
        firms = Enterprise.objects.filter(pk__in=ids).prefetch_related(*related)
        return [judged(row) for _, row in zip(firms, rows, strict=True)]

    wall, cpu, _ = timed(f"{len(ids)} firms: loop over objects (lower bound)", loop)
    start = time.perf_counter(), time.process_time()
    judge.answers(registers.load(ids), on)
    ours = time.perf_counter() - start[0], time.process_time() - start[1]
    print(f"ours on the same firms: {wall / ours[0]:.1f} times as fast by wall, {cpu / ours[1]:.1f} by processor")


if __name__ == "__main__":
    main()
