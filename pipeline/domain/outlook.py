"""What may change soon and which figures are worth asking for: found each night for all firms, kept, and counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.domain import concerns, editions, ladder, registers
from pipeline.domain.checklists import Checklist
from pipeline.domain.judge import Job, choices, jobs
from pipeline.facts.register import Register
from pipeline.models import Assessment, Edge, Settling
from pipeline.rules.edges import edges
from pipeline.rules.settling import settling

AT_ONCE: Final = 20_000  # firms in one frame
EDGE_COLUMNS: Final = (
    "enterprise_id", "track", "criterion", "fact", "side", "need", "value", "before", "distance", "quarter",
    "edition_title", "judged_on",
)  # fmt: skip
SETTLING_COLUMNS: Final = ("enterprise_id", "track", "settles", "judged_on")


def refresh(*, on: date, enterprise_ids: Sequence[int] | None = None) -> int:
    """Find both anew for all firms, or for these; how many rows were kept."""
    firms = Enterprise.objects.filter(deregistered_on__isnull=True).order_by("pk")
    if enterprise_ids is not None:
        firms = firms.filter(pk__in=enterprise_ids)
    ids = list(firms.values_list("pk", flat=True))
    if enterprise_ids is None:
        Edge.objects.filter(enterprise__deregistered_on__isnull=False).delete()
        Settling.objects.filter(enterprise__deregistered_on__isnull=False).delete()
    return sum(refresh_some(ids[start : start + AT_ONCE], on) for start in range(0, len(ids), AT_ONCE))


@transaction.atomic
def refresh_some(ids: Sequence[int], on: date) -> int:
    """Replace what is kept of these firms."""
    register = registers.load(ids)
    Edge.objects.filter(enterprise_id__in=ids).delete()
    Settling.objects.filter(enterprise_id__in=ids).delete()
    standing = editions.by_track(on)
    tracks = concerns.of_bureau(ladder.rungs_in_use(on))
    chosen = {each: choices(each, standing.get(each, []), on) for each in tracks}
    return sum(keep_track(register, jobs(register, each, of_track), on) for each, of_track in chosen.items())


def keep_track(register: Register, of_track: Iterable[Job], on: date) -> int:
    """Find and keep both for one track, by the edition that judges each firm."""
    kept = 0
    for job in of_track:
        rules, some = job.choice.rules, of_job(register, job)
        about = {"track": job.choice.row.track, "judged_on": on, "edition_title": rules.title}
        near, worth = edges(rules, some, on), settling(rules, some, on)
        listed = worth.with_columns(pl.format("{{{}}}", pl.col("settles").list.join(",")).alias("settles"))
        copy(near, "pipeline_edge", EDGE_COLUMNS, about)
        copy(listed, "pipeline_settling", SETTLING_COLUMNS, about)
        kept += near.height + worth.height
    return kept


def of_job(register: Register, job: Job) -> Register:
    """The register with only the firms of a job; rows of others in its lists do no harm, they join nowhere."""
    if job.firms is None:
        return register
    firms = register.firms.filter(pl.col("firm").is_in(job.firms.implode()))
    return Register(**{**register.__dict__, "firms": firms})


def copy(frame: pl.DataFrame, table: str, columns: Sequence[str], about: dict[str, object]) -> None:
    """Bring the rows into a table by COPY."""
    rows = frame.rename({"firm": "enterprise_id"}).with_columns(
        pl.lit(value).alias(name) for name, value in about.items() if name in columns
    )
    content = rows.select(columns).write_csv(include_header=False, quote_style="non_numeric").encode()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as stream,
    ):
        stream.write(content)


def of_checklist(checked: Checklist) -> list[str]:
    """The figures each of which alone would settle one firm's verdict, found at once."""
    found = settling(checked.rules, checked.register, checked.judged_on)
    return found["settles"][0].to_list() if found.height else []


@dataclass(frozen=True)
class Worth:
    """How many verdicts, and how many firms, one missing figure would settle alone."""

    figure: str
    verdicts: int
    firms: int


# What was found at night counts as long as the verdict is still open for want of the figure.
STILL: Final = """
    FROM pipeline_settling s
    JOIN pipeline_assessment a ON a.enterprise_id = s.enterprise_id AND a.track = s.track
        AND a.verdict = 'undecided'
    CROSS JOIN LATERAL unnest(s.settles) AS figure
    WHERE figure = ANY(a.wants)
"""


def worths(firms: EnterpriseQuerySet) -> list[Worth]:
    """Missing figures of these firms by how many verdicts each would settle alone, the most first."""
    try:
        query, seen = firms.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    statement = f"""
        SELECT figure, count(*), count(DISTINCT s.enterprise_id) {STILL} AND s.enterprise_id IN ({query})
        GROUP BY figure ORDER BY count(*) DESC, figure
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, seen)
        return [Worth(*row) for row in cursor.fetchall()]


def settled_by(firms: EnterpriseQuerySet, figure: str) -> EnterpriseQuerySet:
    """The firms of which one figure alone would settle a verdict."""
    open_ = Assessment.objects.filter(
        enterprise=OuterRef("enterprise"), track=OuterRef("track"), verdict="undecided", wants__contains=[figure]
    )
    found = Settling.objects.filter(Exists(open_), enterprise=OuterRef("pk"), settles__contains=[figure])
    return firms.filter(Exists(found))
