"""Judging: the stored assessments of any number of firms, and one firm's checklist."""

import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import polars as pl
from django.db import connection, transaction

from enterprises.models import Enterprise
from pipeline.domain import editions, membership, registers
from pipeline.domain.checklists import Checklist, checklist
from pipeline.domain.editions import Choice
from pipeline.facts.register import Register
from pipeline.models import Assessment
from pipeline.rules.choose import NoEdition
from pipeline.rules.edition import Kind
from pipeline.rules.evaluate import verdicts

__all__ = ["JUDGED_TRACKS", "Checklist", "checklist", "judge"]

JUDGED_TRACKS: Final = ("tsme", "hnte")
KINDS: Final[tuple[Kind, ...]] = ("apply", "review")
AT_ONCE: Final = 50_000  # firms in one frame
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
    """Judge all firms, or these, for every judged track and store the assessments; how many were stored."""
    firms = Enterprise.objects.filter(deregistered_on__isnull=True).order_by("pk")
    if enterprise_ids is not None:
        firms = firms.filter(pk__in=enterprise_ids)
    ids = list(firms.values_list("pk", flat=True))
    return sum(judge_some(ids[start : start + AT_ONCE], on) for start in range(0, len(ids), AT_ONCE))


@transaction.atomic
def judge_some(ids: Sequence[int], on: date) -> int:
    """Judge these firms from one frame and store the result."""
    few = len(ids) <= BY_HAND
    # Held until the verdicts are stored: of two who judge a firm, the later one sees what the earlier one changed.
    firms = locked(ids) if few else ids
    wait_for_others(few=few)
    register = registers.load(firms)
    judged = [frame for track in JUDGED_TRACKS for frame in of_track(register, track, on)]
    store(pl.concat(judged)) if judged else None
    membership.refresh(on=on, enterprise_ids=firms)
    return sum(frame.height for frame in judged)


def locked(ids: Sequence[int]) -> list[int]:
    """Those of the firms that are still there, locked in the order of their ids as every door locks them."""
    firms = Enterprise.objects.filter(pk__in=ids, deregistered_on__isnull=True).order_by("pk")
    return list(firms.select_for_update(no_key=True).values_list("pk", flat=True))


def wait_for_others(*, few: bool) -> None:
    """Nobody judges many firms from a frame read before somebody else's change was stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if few else ''}(%s)", [LOCK])


def of_track(register: Register, track: str, on: date) -> Iterator[pl.DataFrame]:
    """The rows to store for one track, by the edition that judges each kind of action."""
    for choice, kinds in chosen(register, track, on):
        firms = register.firms.filter(pl.col("firm").is_in(list(kinds)))
        some = register if firms.height == register.firms.height else of_firms(register, firms)
        found = verdicts(choice.rules, some, on)
        yield found.select(
            "firm",
            pl.lit(track).alias("track"),
            pl.col("firm").replace_strict(kinds, return_dtype=pl.String).alias("kind"),
            pl.lit(choice.row.pk).alias("edition"),
            pl.lit(on).alias("judged_on"),
            *COLUMNS,
        )


def of_firms(register: Register, firms: pl.DataFrame) -> Register:
    """The register with only these firms; rows of others in its lists do no harm, they join nowhere."""
    return Register(**{**register.__dict__, "firms": firms})


def chosen(register: Register, track: str, on: date) -> list[tuple[Choice, dict[int, str]]]:
    """Editions in force with the firms each judges and for what kind; a kind without an edition judges nobody."""
    ids = register.firms["firm"].to_list()
    of_track = register.titles.filter(pl.col("track") == track)
    held = set(of_track["firm"]) if track != "hnte" else set()
    by_edition: dict[int, tuple[Choice, dict[int, str]]] = {}
    for kind in KINDS:
        firms: dict[int, str] = {firm: kind for firm in ids if (firm in held) == (kind == "review")}
        try:
            choice = editions.in_force(track, on, kind) if firms else None
        except NoEdition:
            choice = None
        if choice:
            by_edition.setdefault(choice.row.pk, (choice, {}))[1].update(firms)
    return list(by_edition.values())


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


def store(judged: pl.DataFrame) -> None:
    """Bring the rows into the table: COPY beside it, then one statement."""
    wants = pl.format("{{{}}}", pl.col("wants").list.join(","))
    content = io.BytesIO()
    judged.with_columns(wants.alias("wants")).write_csv(content, include_header=False)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS judged")
        cursor.execute(JUDGED)
        with cursor.copy("COPY judged FROM STDIN (FORMAT csv)") as rows:
            rows.write(content.getvalue())
        cursor.execute(UPSERT)


def forget_deregistered() -> int:
    """Firms that are gone keep no assessment."""
    return Assessment.objects.filter(enterprise__deregistered_on__isnull=False).delete()[0]
