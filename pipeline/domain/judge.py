"""Judging: the stored assessments of any number of firms, and one firm's checklist."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
from django.db import connection, transaction

from enterprises import frame
from enterprises.models import Enterprise
from pipeline.domain import editions, membership, registers
from pipeline.domain.checklists import Checklist, checklist
from pipeline.domain.editions import Choice
from pipeline.facts.register import Register
from pipeline.models import Assessment, Edition, Sweep
from pipeline.rules.choose import NoEdition
from pipeline.rules.edition import Kind
from pipeline.rules.evaluate import many

__all__ = ["Checklist", "checklist", "judge"]

KINDS: Final[tuple[Kind, ...]] = ("apply", "review")
AT_ONCE: Final = 25_000  # firms in one frame; of 19 tracks 50,000 took more than 1 GB
MANY: Final = 10_000  # answers written: the planner has to hear of them
BY_HAND: Final = 50  # up to so many firms are judged beside others, more only alone
LOCK: Final = 0x7464_6A75  # advisory: judging many waits for those who judge what they just changed

COLUMNS: Final = (
    "verdict",
    "score_low",
    "score_high",
    "n_unmet",
    "n_unknown",
    "n_manual",
    "n_na",
    "unmet_mask",
    "unknown_mask",
    "manual_mask",
    "wants",
)


def judge(*, on: date, enterprise_ids: Sequence[int] | None = None) -> int:
    """Judge all firms, or these, for every track with an edition; how many answers are new or no longer as stored."""
    firms = Enterprise.objects.filter(deregistered_on__isnull=True).order_by("pk")
    if enterprise_ids is not None:
        firms = firms.filter(pk__in=enterprise_ids)
    ids = list(firms.values_list("pk", flat=True))
    is_sweep = enterprise_ids is None
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    changed = sum(judge_some(some, on, pools_too=not is_sweep) for some in parts)
    if is_sweep:
        finish_sweep(on, n_firms=len(ids), n_changed=changed)
    return changed


def finish_sweep(on: date, *, n_firms: int, n_changed: int) -> None:
    """Every firm was judged: pools follow in one pass, and from now on every answer holds as of this day."""
    if n_changed > MANY:
        analyse()
    membership.refresh_all(on=on)
    Sweep.objects.update_or_create(judged_on=on, defaults={"n_firms": n_firms, "n_changed": n_changed})


def analyse() -> None:
    """Tell the planner what was just written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pipeline_assessment")


@transaction.atomic
def judge_some(ids: Sequence[int], on: date, *, pools_too: bool) -> int:
    """Judge these firms from one frame and store what is new; how many answers that were."""
    few = len(ids) <= BY_HAND
    # Held until the verdicts are stored: of two who judge a firm, the later one sees what the earlier one changed.
    firms = locked(ids) if few else ids
    wait_for_others(few=few)
    register = registers.load(firms)
    changed = store(answers(register, on), firms)
    if pools_too:
        membership.refresh(on=on, enterprise_ids=firms)
    return changed


def locked(ids: Sequence[int]) -> list[int]:
    """Those of the firms that are still there, locked in the order of their ids as every door locks them."""
    firms = Enterprise.objects.filter(pk__in=ids, deregistered_on__isnull=True).order_by("pk")
    return list(firms.select_for_update(no_key=True).values_list("pk", flat=True))


def wait_for_others(*, few: bool) -> None:
    """Nobody judges many firms from a frame read before somebody else's change was stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if few else ''}(%s)", [LOCK])


@dataclass(frozen=True)
class Job:
    """An edition and the firms it judges (none: all), of which the held ones are reviewed."""

    choice: Choice
    firms: pl.Series | None
    reviewed: pl.Series


def answers(register: Register, on: date) -> pl.DataFrame:
    """What every edition in force says of the firms it judges, as rows to store."""
    chosen = [
        job for track, rows in editions.by_track(on).items() for job in jobs(register, track, choices(track, rows, on))
    ]
    found = many([job.choice.rules for job in chosen], register, on, [job.firms for job in chosen]) if chosen else []
    whole = [rows_of(job, answer, on) for job, answer in zip(chosen, found, strict=True)]
    return pl.concat(whole) if whole else pl.DataFrame(schema=ROW)


def jobs(register: Register, track: str, chosen: Mapping[Kind, Choice | None]) -> Iterator[Job]:
    """The editions of a track by kind with the firms each judges; a kind without an edition judges nobody.

    Whoever holds or held the title is reviewed; 高企's 重新认定 is an application.
    """
    held = register.titles.filter((pl.col("track") == track) & (track != "hnte"))["firm"].unique()
    is_held = register.firms["firm"].is_in(held.implode())
    of_kind: Mapping[Kind, pl.Series] = {
        "apply": register.firms["firm"].filter(~is_held),
        "review": register.firms["firm"].filter(is_held),
    }
    alone = len({choice.row.pk for choice in chosen.values() if choice}) == 1 and all(chosen.values())
    if alone and chosen["apply"]:
        yield Job(chosen["apply"], None, held)
        return
    yield from (Job(choice, of_kind[kind], held) for kind, choice in chosen.items() if choice)


def choices(track: str, rows: Sequence[Edition], on: date) -> dict[Kind, Choice | None]:
    """The edition in force for each kind of action."""
    return {kind: chosen_for(track, rows, on, kind) for kind in KINDS}


def chosen_for(track: str, rows: Sequence[Edition], on: date, kind: Kind) -> Choice | None:
    """The edition in force for a kind of action."""
    try:
        return editions.in_force(track, on, kind, rows)
    except NoEdition:
        return None


def rows_of(job: Job, answer: pl.DataFrame, on: date) -> pl.DataFrame:
    """The rows to store; a firm that fails several conditions waits for no figure."""
    is_reviewed = pl.col("firm").is_in(job.reviewed.implode())
    waits = pl.format("{{{}}}", pl.col("wants").list.join(","))
    in_reach = pl.when(pl.col("n_unmet") <= 1).then(waits).otherwise(pl.lit("{}"))
    return answer.select(
        "firm",
        pl.lit(job.choice.row.track).alias("track"),
        pl.when(is_reviewed).then(pl.lit("review")).otherwise(pl.lit("apply")).alias("kind"),
        pl.lit(job.choice.row.pk, dtype=pl.Int64).alias("edition"),
        pl.lit(on).alias("judged_on"),
        *COLUMNS[:-1],
        in_reach.alias("wants"),
    ).cast(pl.Schema(ROW))


ROW: Final[Mapping[str, type[pl.DataType]]] = {
    "firm": pl.Int64,
    "track": pl.String,
    "kind": pl.String,
    "edition": pl.Int64,
    "judged_on": pl.Date,
    "verdict": pl.String,
    **dict.fromkeys(COLUMNS[1:7], pl.Int16),
    **dict.fromkeys(COLUMNS[7:10], pl.Int64),
    "wants": pl.String,  # as the database writes an array
}
STORED: Final = f"""
    SELECT enterprise_id, track, kind, edition_id, {", ".join(COLUMNS)} FROM pipeline_assessment WHERE {frame.OF_FIRMS}
"""
UPSERT: Final = """
    INSERT INTO pipeline_assessment AS known (
        enterprise_id, track, kind, edition_id, judged_on, verdict, score_low, score_high,
        n_unmet, n_unknown, n_manual, n_na, unmet_mask, unknown_mask, manual_mask, wants)
    SELECT firm, track, kind, edition, judged_on, verdict, score_low, score_high,
        n_unmet, n_unknown, n_manual, n_na, unmet_mask, unknown_mask, manual_mask, wants FROM judged
    ON CONFLICT (enterprise_id, track) DO UPDATE SET
        kind = excluded.kind, edition_id = excluded.edition_id, judged_on = excluded.judged_on,
        verdict = excluded.verdict, score_low = excluded.score_low, score_high = excluded.score_high,
        n_unmet = excluded.n_unmet, n_unknown = excluded.n_unknown, n_manual = excluded.n_manual, n_na = excluded.n_na,
        unmet_mask = excluded.unmet_mask, unknown_mask = excluded.unknown_mask, manual_mask = excluded.manual_mask,
        wants = excluded.wants
"""
JUDGED: Final = """
    CREATE TEMPORARY TABLE judged (
        firm bigint, track text, kind text, edition bigint, judged_on date, verdict text,
        score_low smallint, score_high smallint, n_unmet smallint, n_unknown smallint, n_manual smallint, n_na smallint,
        unmet_mask bigint, unknown_mask bigint, manual_mask bigint, wants text[]) ON COMMIT DROP
"""


def store(judged: pl.DataFrame, firms: Sequence[int]) -> int:
    """Bring what is new of these firms' answers into the table and drop what no edition says any more.

    Most answers are those of yesterday: reading what is stored costs less than writing it again.
    """
    known = {name: kind for name, kind in ROW.items() if name != "judged_on"}
    stored = frame.copied(STORED, {"ids": list(firms)}, known)
    stored = stored.with_columns(pl.col("wants").fill_null("{}"))
    new = judged.join(stored, on=list(known), how="anti", nulls_equal=True)
    write(new) if new.height else None
    gone = stored.join(judged, on=["firm", "track"], how="anti")
    for track, rows in gone.group_by("track"):
        Assessment.objects.filter(track=track[0], enterprise__in=rows["firm"].to_list()).delete()
    return new.height + gone.height


def write(rows: pl.DataFrame) -> None:
    """COPY beside the table, then one statement."""
    content = io.BytesIO()
    rows.write_csv(content, include_header=False)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS judged")
        cursor.execute(JUDGED)
        with cursor.copy("COPY judged FROM STDIN (FORMAT csv)") as target:
            target.write(content.getvalue())
        cursor.execute(UPSERT)


def forget_deregistered() -> int:
    """Firms that are gone keep no assessment."""
    return Assessment.objects.filter(enterprise__deregistered_on__isnull=False).delete()[0]
