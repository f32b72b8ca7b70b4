"""What applying a ledger would do: every row's firm, every value that changes, every recognition to record."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import transaction

from accounts.models import Region, User
from enterprises.imports import compare, match
from enterprises.imports.check import conform
from enterprises.imports.claims import claims
from enterprises.imports.compare import Statements
from enterprises.imports.places import OUTSIDE
from enterprises.imports.read import Ledger
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import titles
from pipeline.domain.titles import TitleRow
from pipeline.models import Title

NEW_FIRM: Final = 0  # stands for the id that a new firm gets when the ledger is applied


@dataclass(frozen=True)
class PlannedTitle:
    """A recognition to record for the firm of a key."""

    key: str
    row: TitleRow


@dataclass(frozen=True)
class Plan:
    """All that would be written; ``rows`` has one row a firm, ``outcomes`` one row for each line of the ledger."""

    rows: pl.DataFrame
    statements: Statements
    spells: pl.DataFrame
    contacts: pl.DataFrame
    titles: Sequence[PlannedTitle]
    outcomes: pl.DataFrame

    @property
    def touched(self) -> pl.DataFrame:
        """The keys of firms that something is written of."""
        touching = self.outcomes.filter(pl.col("outcome").is_in(["new", "changed"]))
        return touching.select("key").unique()

    def counts(self) -> dict[str, int]:
        """How many firms would be what: rows about one firm count once, a refused row for itself."""
        told = self.outcomes.select("outcome", "key", warned=pl.col("warnings").list.len() > 0)
        refused = told.filter(pl.col("outcome") == "refused")
        firms = (
            told.filter(pl.col("outcome") != "refused")
            .group_by("key")
            .agg(pl.col("outcome").first(), pl.col("warned").any())
        )
        outcome = pl.concat([firms["outcome"], refused["outcome"]])
        counted = {name: int((outcome == name).sum()) for name in ("new", "changed", "unchanged", "refused")}
        some = {"total": len(outcome), "warned": int(firms["warned"].sum())}
        return counted | some | {"titles": len(self.titles)}


@transaction.atomic
def plan(ledger: Ledger, *, by: User, on: datetime.date) -> Plan:
    """Match a ledger with the register as it stands and say what would be written; writes nothing itself."""
    assert by.region is not None, "only people of the bureau import, and they have a unit"
    matched = match.match(ledger, match.load_register(by.region))
    rows = match.accepted(matched)
    statements = compare.compare(rows)
    spells, doubts = compare.spells(rows, on)
    contacts = compare.contacts(rows)
    planned, refused = plan_titles(rows, by=by, on=on)
    changes = pl.concat([compare.identity_changes(rows), statements.changes, *other_changes(spells, contacts, planned)])
    issues = pl.concat([matched.issues, doubts, refused])
    return Plan(rows, statements, spells, contacts, planned, outcomes(matched.rows, changes, issues))


def plan_titles(rows: pl.DataFrame, *, by: User, on: datetime.date) -> tuple[list[PlannedTitle], pl.DataFrame]:
    """The recognitions to record, and warnings about those that cannot be."""
    claimed = claims(rows).join(rows.select("row", "key", "firm", "sheet", "line"), on="row", maintain_order="left")
    known = titles.known_titles(set(claimed["firm"].drop_nulls()))
    standing: dict[tuple[str, str], list[Title]] = defaultdict(list)
    planned, warnings = [], []
    for claim in claimed.iter_rows(named=True):
        why = claim["reason"]
        if claim["recordable"]:
            before = standing.setdefault(
                (claim["key"], claim["track"]), list(known[claim["firm"], claim["track"]]) if claim["firm"] else []
            )
            row = title_row(claim)
            if any(titles.same(title, row) for title in before):
                continue
            against = against_title(row, before, on)
            if not against:
                before.append(titles.as_title(row, by=by, document="", edition_id=None))
                planned.append(PlannedTitle(claim["key"], row))
            why = f"未登记资格：{against}" if against else why
        if why:
            warnings.append((claim["sheet"], claim["line"], TRACK_BY_KEY[title_track(claim)].short, "warn", why))
    names = {"sheet": pl.String, "line": pl.UInt32, "column": pl.String, "level": pl.String, "reason": pl.String}
    return planned, conform(pl.DataFrame(warnings, schema=names, orient="row"))


def against_title(row: TitleRow, known: Sequence[Title], on: datetime.date) -> str:
    """Why a claimed recognition is not recorded; a ledger tells what was given, never what will be."""
    if row.issued_on > on:
        return "发证日期在将来，未登记资格"
    return titles.against_days(row.issued_on, row.valid_from, on) or titles.against_row(row, known)


def title_track(claim: dict[str, Any]) -> str:
    """The track of a claim, 专精特新 where its level could not be read."""
    track: str = claim["track"]
    return track if track in TRACK_BY_KEY else "srdi"


def title_row(claim: dict[str, Any]) -> TitleRow:
    """A claim as a recognition, its end by the ledger or by the rule of its track."""
    day: datetime.date = claim["issued_on"]
    until = claim["valid_until"] or titles.lapses_on(claim["track"], day)
    return TitleRow(
        enterprise_id=claim["firm"] or NEW_FIRM,
        track=claim["track"],
        number=claim["number"],
        issued_on=day,
        valid_from=day,
        valid_until=until,
        place=f"{claim['sheet']}第{claim['line']}行",
    )


def other_changes(spells: pl.DataFrame, contacts: pl.DataFrame, planned: Sequence[PlannedTitle]) -> list[pl.DataFrame]:
    """What changes beside the statements, as old and new words."""
    said = [
        (
            one.key,
            f"title.{one.row.track}",
            f"{one.row.number} {one.row.valid_from}至{one.row.valid_until or '长期'}".strip(),
        )
        for one in planned
    ]
    words = pl.DataFrame(said, schema={"key": pl.String, "column": pl.String, "new": pl.String}, orient="row")
    begun = spells.select("key", column=pl.lit("above_scale"), new=pl.col("from_on").cast(pl.String))
    called = contacts.select("key", column=pl.lit("contact_name"), new=contact_words(contacts))
    order = ("key", "column", "old", "new")
    return [one.with_columns(old=pl.lit(None, pl.String)).select(order) for one in (words, begun, called)]


def contact_words(contacts: pl.DataFrame) -> pl.Expr:
    """A contact in one line."""
    if contacts.is_empty():
        return pl.lit(None, pl.String)
    return pl.concat_str("contact_name", "contact_mobile", "contact_email", separator=" ", ignore_nulls=True)


def outcomes(rows: pl.DataFrame, changes: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """One row for each line of the ledger: what becomes of it, its changes, warnings and reasons."""
    says = pl.when(pl.col("column") == "").then("reason").otherwise(pl.format("{}：{}", "column", "reason"))
    told = issues.with_columns(says=says).unique(["sheet", "line", "level", "says"], maintain_order=True)
    lines = ("sheet", "line")
    by_line = [
        told.filter(pl.col("level") == level).group_by(lines, maintain_order=True).agg(pl.col("says").alias(name))
        for level, name in (("warn", "warnings"), ("refuse", "reasons"))
    ]
    changed = changes.with_columns(unit_names(changes)).group_by("key", maintain_order=True)
    found = rows.select("sheet", "line", "name", "key", "firm", "refusal")
    found = found.join(
        changed.agg(changes=pl.struct("column", "old", "new")), on="key", how="left", maintain_order="left"
    )
    for frame in by_line:
        found = found.join(frame, on=lines, how="left", maintain_order="left")
    outcome = (
        pl.when(pl.col("key").is_null()).then(pl.lit("refused"))
        .when(pl.col("firm").is_null()).then(pl.lit("new"))
        .when(pl.col("changes").is_not_null()).then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )  # fmt: skip
    outside = pl.col("refusal").eq(OUTSIDE).fill_null(value=False)
    return found.with_columns(
        outcome=outcome,
        # A firm outside one's units shows nothing, and nothing else is said of it.
        name=pl.when(~outside).then("name"),
        reasons=pl.when(outside).then(pl.concat_list(pl.lit(OUTSIDE))).otherwise("reasons"),
        warnings=pl.when(~outside).then("warnings"),
    ).select("sheet", "line", "name", "key", "firm", "outcome", "changes", "warnings", "reasons")


def unit_names(changes: pl.DataFrame) -> list[pl.Expr]:
    """Old and new units by their names instead of their ids."""
    moved = changes.filter(pl.col("column") == "region")
    ids = {int(one) for one in (*moved["old"], *moved["new"]) if one is not None}
    names = {str(pk): name for pk, name in Region.objects.filter(pk__in=ids).values_list("pk", "name")}
    if not names:
        return []
    return [
        pl.when(pl.col("column") == "region").then(pl.col(side).replace(names)).otherwise(side).alias(side)
        for side in ("old", "new")
    ]
