"""Which firm each row of a ledger means: by code, by name, by a former name; or a new one; or not ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from accounts.models import Region
from enterprises.imports.check import conform
from enterprises.imports.database import copy_out
from enterprises.imports.headings import meaning_of_column
from enterprises.imports.places import OUTSIDE, Places
from enterprises.imports.read import Ledger
from enterprises.search import folded

FIRMS: Final = {
    "firm": pl.Int64,
    "known_uscc": pl.String,
    "known_old": pl.String,
    "known_name": pl.String,
    "folded": pl.String,
    "known_region": pl.Int64,
    "known_path": pl.String,
    "negatives_known": pl.Boolean,
    "known_ok": pl.Boolean,
}
SELECT_FIRMS: Final = """
    SELECT firm.id, firm.uscc, nullif(firm.old_number, ''), firm.name, firm.folded_name, region.id, region.path,
           firm.negatives_known_on IS NOT NULL, firm.uscc_ok
    FROM enterprises_enterprise firm JOIN accounts_region region ON region.id = firm.region_id
"""
SELECT_FORMER: Final = "SELECT enterprise_id, folded_name FROM enterprises_formername"
PLACES: Final = {
    "region": pl.String,
    "region_id": pl.Int64,
    "place_path": pl.String,
    "place_warning": pl.String,
    "place_refusal": pl.String,
}
ROW_TEXTS: Final = ("name", "uscc", "old_number", "former_name", "region")


@dataclass(frozen=True)
class Register:
    """The firms that stand, with whether the importer may see them, and their former names."""

    firms: pl.DataFrame
    former: pl.DataFrame
    root: Region
    has_units_below: bool = False


@dataclass(frozen=True)
class Matched:
    """Rows with their firm (null: a new one) and unit; every issue of reading and matching, refusals among them."""

    rows: pl.DataFrame
    issues: pl.DataFrame


def load_register(root: Region) -> Register:
    """All firms, since a code may stand outside the importer's units too."""
    firms = copy_out(SELECT_FIRMS, FIRMS).with_columns(inside=pl.col("known_path").str.starts_with(root.path))
    former = copy_out(SELECT_FORMER, {"firm": pl.Int64, "folded": pl.String})
    return Register(firms, former, root, Region.objects.filter(parent=root).exists())


def match(ledger: Ledger, register: Register) -> Matched:
    """Find each row's firm and unit; rows that are refused, here or in reading, keep no firm."""
    rows = with_every_column(ledger.rows)
    rows = by_identity(rows, register)
    rows = rows.with_columns(refusal=refusal_of_identity(), warning=warning_of_identity())
    rows = placed(rows, Places(register.root), register.root)
    refused_before = ledger.issues.filter(pl.col("level") == "refuse").select("sheet", "line").unique()
    rows = rows.join(refused_before.with_columns(refused_before=True), on=["sheet", "line"], how="left")
    rows = refuse_doubles(rows.with_columns(pl.col("refused_before").fill_null(value=False)))
    rows = in_one_unit(rows, register.root)
    if "region" in ledger.rows.columns and register.has_units_below:
        rows = told_of_own_unit(rows, register.root)
    return Matched(rows, pl.concat([ledger.issues, *issues_of(rows), disagreements(rows, ledger.rows.columns)]))


def with_every_column(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows numbered, with all columns that matching asks for, and folded names."""
    missing = [pl.lit(None, pl.String).alias(name) for name in ROW_TEXTS if name not in rows.columns]
    flag = [] if "uscc_ok" in rows.columns else [pl.lit(None, pl.Boolean).alias("uscc_ok")]
    rows = rows.with_columns(*missing, *flag).with_row_index("row")
    # A sheet of figures may name its firms by code alone, when another sheet has their names.
    elsewhere = pl.col("name").drop_nulls().first().over("uscc")
    rows = rows.with_columns(
        name=pl.when(pl.col("uscc").is_null()).then("name").otherwise(pl.coalesce("name", elsewhere))
    )
    if "old_number_in_code" in rows.columns:
        rows = rows.with_columns(old_number=pl.coalesce("old_number", "old_number_in_code"))
    folds = {
        name: pl.Series([folded(cell or "") or None for cell in rows[name]], dtype=pl.String)
        for name in ("name", "former_name")
    }
    rows = rows.with_columns(folded=folds["name"], folded_former=folds["former_name"])
    in_file = pl.when(pl.col("folded").is_not_null()).then(pl.col("uscc").drop_nulls().n_unique().over("folded"))
    return rows.with_columns(codes_of_name=in_file.fill_null(0))


def unique_by(firms: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """Firms by a key that names only one of them."""
    found = firms.filter(pl.col(key).is_not_null()).group_by(key).agg(pl.col("firm").unique())
    return found.filter(pl.col("firm").list.len() == 1).select(key, pl.col("firm").list.first().alias(name))


def by_identity(rows: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Every way in which a row could mean a firm, and the firm it does mean."""
    firms, inside = register.firms, register.firms.filter("inside")
    former = register.former.join(inside.select("firm"), on="firm", how="semi")
    outside = pl.concat([firms.filter(~pl.col("inside")).select("folded", "known_uscc"), outside_former(register)])
    rows = (
        rows.join(unique_by(firms, "known_uscc", "by_code"), left_on="uscc", right_on="known_uscc", how="left")
        .join(unique_by(inside, "known_old", "by_old"), left_on="old_number", right_on="known_old", how="left")
        .join(unique_by(inside, "folded", "by_name"), on="folded", how="left")
        .join(unique_by(former, "folded", "by_former"), on="folded", how="left")
        .join(unique_by(inside, "folded", "by_own_former"), left_on="folded_former", right_on="folded", how="left")
        .join(inside.group_by("folded").agg(namesakes=pl.len()), on="folded", how="left")
        .join(
            outside.group_by("folded").agg(outside_codeless=pl.col("known_uscc").is_null().any()),
            on="folded",
            how="left",
        )
    )
    for way in ("by_old", "by_name", "by_former", "by_own_former"):
        code = firms.select(
            pl.col("firm").alias(way),
            pl.col("known_uscc").alias(f"{way}_code"),
            pl.col("known_ok").alias(f"{way}_ok"),
        )
        rows = rows.join(code, on=way, how="left")
    rows = rows.with_columns(
        firm=pl.coalesce("by_code", *(compatible(way) for way in ("by_old", "by_name", "by_former", "by_own_former")))
    )
    rows = rows.join(firms.rename({"folded": "known_folded"}), on="firm", how="left", maintain_order="left")
    return rows.with_columns(completes=pl.col("uscc").is_not_null() & pl.col("uscc").ne_missing(pl.col("known_uscc")))


def outside_former(register: Register) -> pl.DataFrame:
    """Former names of firms out of sight, in the shape of their names."""
    outside = register.firms.filter(~pl.col("inside")).select("firm", "known_uscc")
    return register.former.join(outside, on="firm").select("folded", "known_uscc")


def compatible(way: str) -> pl.Expr:
    """The firm found that way unless row and firm have different codes; a right one corrects a wrong one."""
    code = pl.col(f"{way}_code")
    corrects = pl.col("uscc_ok") & ~pl.col(f"{way}_ok")
    same = pl.col("uscc").is_null() | code.is_null() | (code == pl.col("uscc"))
    return pl.when(same | corrects).then(pl.col(way))


def refusal_of_identity() -> pl.Expr:
    """Why a row's firm cannot be told or touched; null when it can."""
    unknown, codeless = pl.col("firm").is_null(), pl.col("uscc").is_null()
    return (
        pl.when(pl.col("firm").is_not_null() & ~pl.col("inside")).then(pl.lit(OUTSIDE))
        .when(unknown & codeless & (pl.col("namesakes") > 1)).then(pl.lit("同名企业不止一家，请补统一社会信用代码"))
        .when(unknown & pl.col("by_name").is_not_null()).then(pl.lit("已登记的同名企业代码不同，请核对代码"))
        .when(unknown & pl.col("by_own_former").is_not_null())
        .then(pl.lit("曾用名是已登记的另一家企业，代码不同，请核对代码和曾用名"))
        .when(unknown & codeless & (pl.col("codes_of_name") > 1))
        .then(pl.lit("文件中同名企业有不同代码，请补统一社会信用代码"))
        .when(unknown & codeless & pl.col("outside_codeless").is_not_null()).then(pl.lit(OUTSIDE))
        .when(unknown & pl.col("outside_codeless")).then(pl.lit(OUTSIDE))
        .when(unknown & pl.col("name").is_null()).then(pl.lit("没有企业名称，登记簿中也没有这个代码，无法建档"))
    )  # fmt: skip


def warning_of_identity() -> pl.Expr:
    """What the officer should know about how the firm was found."""
    by_former = pl.col("firm") == pl.col("by_former")
    return (
        pl.when(by_former & (pl.col("folded") != pl.col("known_folded")))
        .then(pl.format("台账写的是曾用名，对应“{}”", "known_name"))
        .when(pl.col("completes") & pl.col("known_uscc").is_not_null())
        .then(pl.format("登记的代码“{}”校验位不符，改为台账的代码", "known_uscc"))
        .when(pl.col("firm").is_null() & pl.col("uscc").is_not_null() & (pl.col("codes_of_name") > 1))
        .then(pl.lit("文件中同名企业有不同代码，将分别建档，请核对是否同一家"))
        .when(pl.col("firm").is_null() & pl.col("uscc").is_null() & (pl.col("codes_of_name") == 0))
        .then(pl.lit("没有统一社会信用代码，按名称建档，待补代码"))
    )  # fmt: skip


def placed(rows: pl.DataFrame, places: Places, root: Region) -> pl.DataFrame:
    """What the words of each row's unit mean; those that mean a unit of others shut the row out."""
    texts = rows["region"].drop_nulls().unique().to_list()
    found = [places.resolve(text) for text in texts]
    table = pl.DataFrame(
        {
            "region": texts,
            "region_id": [place.region_id for place in found],
            "place_path": [place.path for place in found],
            "place_warning": [place.warning or None for place in found],
            "place_refusal": [place.refusal or None for place in found],
        },
        schema=PLACES,
    )
    rows = rows.join(table, on="region", how="left", maintain_order="left")
    return rows.with_columns(refusal=pl.coalesce("refusal", "place_refusal"))


def in_one_unit(rows: pl.DataFrame, root: Region) -> pl.DataFrame:
    """The unit a firm goes to: the first that its rows name, or the importer's own for a new firm, or as it stands.

    It is chosen before the register is asked, else a second reading would take the one not chosen the first time.
    """
    named = pl.col("key").is_not_null() & pl.col("region_id").is_not_null()
    chosen = {
        name: pl.when(pl.col("key").is_not_null()).then(pl.col(name).filter(named).first().over("key"))
        for name in ("region", "region_id", "place_path")
    }
    rows = rows.with_columns(expression.alias(f"chosen_{name}") for name, expression in chosen.items())
    other = named & (pl.col("region_id") != pl.col("chosen_region_id"))
    says = pl.when(other).then(pl.format("同一企业前面写的责任单位是“{}”，取前者", "chosen_region"))
    # A ledger that names a superior unit does not take the firm out of its own.
    keeps = pl.col("known_path").str.starts_with(pl.col("chosen_place_path"))
    own = pl.col("chosen_region_id").fill_null(root.pk)
    return rows.with_columns(
        place_warning=pl.coalesce("place_warning", says),
        unit=pl.when(pl.col("firm").is_null()).then(own).when(~keeps).then("chosen_region_id"),
    )


def told_of_own_unit(rows: pl.DataFrame, root: Region) -> pl.DataFrame:
    """New firms whose ledger has a column of units and leaves it empty: they go to the importer's own, and say so."""
    silent = pl.col("key").is_not_null() & pl.col("firm").is_null() & pl.col("chosen_region").is_null()
    silent &= pl.col("row") == pl.col("row").min().over("key")
    says = pl.when(silent).then(pl.lit(f"没有写责任单位，归入“{root.name}”"))
    return rows.with_columns(place_warning=pl.coalesce("place_warning", says))


def refuse_doubles(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of one sheet that mean the same firm: the first stays. ``key`` is the same for the same firm anywhere."""
    new_code = pl.coalesce("uscc", pl.col("uscc").drop_nulls().first().over("folded"))
    key = pl.coalesce(pl.format("firm {}", "firm"), pl.format("code {}", new_code), pl.format("name {}", "folded"))
    usable = pl.col("refusal").is_null() & ~pl.col("refused_before")
    rows = rows.with_columns(key=pl.when(usable).then(key))
    first = pl.col("line").first().over("sheet", "key")
    # A row with the code completes one by name alone: both are read, as two sheets about one firm are.
    codeless = pl.col("uscc").first().over("sheet", "key").is_null()
    completes = codeless & pl.col("uscc").is_not_null()
    double = pl.col("key").is_not_null() & (pl.col("line") > first) & ~completes
    rows = rows.with_columns(refusal=pl.when(double).then(pl.format("与第{}行是同一企业", first)).otherwise("refusal"))
    return rows.with_columns(key=pl.when(~double).then("key"))


def issues_of(rows: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """What matching found, as issues."""
    for name, level in (("refusal", "refuse"), ("warning", "warn"), ("place_warning", "warn")):
        found = rows.filter(pl.col(name).is_not_null(), ~pl.col("refused_before"))
        if name != "refusal":
            found = found.filter(pl.col("refusal").is_null())
        issues = found.select("sheet", "line", column=pl.lit(""), level=pl.lit(level), reason=pl.col(name))
        yield conform(issues)


# Columns that say which firm and where, compared with the register, and those made beside another.
INNER: Final = frozenset(
    {"sheet", "line", "name", "region", "uscc", "uscc_ok", "old_number", "old_number_in_code", "above_scale_dated"}
)


def disagreements(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Values of rows about one firm unlike an earlier one's: the first is taken, and the later row says so."""
    several = rows.filter(pl.col("key").is_not_null() & pl.col("key").is_duplicated())
    found = [differing(several, name) for name in columns if name not in INNER] if len(several) else []
    return conform(pl.concat(found) if found else pl.DataFrame())


def differing(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows whose value in one column is not the first that is given of their firm."""
    given = rows.filter(pl.col(column).is_not_null())
    first = given.group_by("key").agg(_first=pl.col(column).first(), _sheet=pl.col("sheet").first())
    others = given.join(first, on="key", how="left", maintain_order="left").filter(pl.col(column) != pl.col("_first"))
    reason = pl.format("与工作表“{}”中同一企业的不同，取前者", "_sheet")
    return others.select(
        "sheet", "line", column=pl.lit(meaning_of_column(column).label), level=pl.lit("warn"), reason=reason
    )


def accepted(matched: Matched) -> pl.DataFrame:
    """The rows that go in, one a firm: rows of several sheets about the same firm are put together."""
    rows = matched.rows.filter(pl.col("key").is_not_null())
    if rows["key"].is_duplicated().any():
        rows = rows.group_by("key", maintain_order=True).agg(pl.all().drop_nulls().first())
    return rows
