"""Firms whose names are near a name of a list: the same core, a short name, one character away. Pure.

Everything is done for all names at once, a column at a time: the cost grows with the register, not with register
times list.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import polars as pl

from pipeline.lists.writing import is_subsequence

SAME_CORE, CONTAINED, ONE_OFF, CONTAINS, SHORT = range(5)
HOWS: Final = {
    SAME_CORE: "字号相同，地名或企业类型不同",
    CONTAINED: "名单写的是其中一段，可能是简称",
    ONE_OFF: "一字之差",
    CONTAINS: "登记名称是名单名称的一段",
    SHORT: "可能是简称（依次含有各字）",
}
COMMON: Final = 400  # firms that share a bigram; a commoner one tells nothing, unless a name has no rarer one
MOST: Final = 4000  # firms looked at for a name all of whose bigrams are common
SHOWN: Final = 6
# A name that is nothing but its trade tells no firm.
TRADES: Final = [
    "科技", "技术", "高新技术", "实业", "机械", "材料", "新材料", "生物", "生物科技", "电子",
    "贸易", "商贸", "建材", "食品", "环保", "环保科技", "农业", "农业科技", "化工", "能源",
    "新能源", "智能", "装备", "智能装备", "制造", "工程", "建设", "信息", "信息技术", "软件",
    "网络", "网络科技", "医药", "服饰", "汽车", "汽车零部件", "铸造", "机电", "光电", "集团",
    "企业", "发展",
]  # fmt: skip

Near = tuple[int, int]  # how, firm


def near(wanted: pl.DataFrame, firms: pl.DataFrame) -> dict[int, list[Near]]:
    """The nearest firms of each wanted name, nearest first; both frames have ``id``, ``plain`` and ``core``."""
    wanted = wanted.filter(~pl.col("core").is_in(TRADES))
    if wanted.is_empty() or firms.is_empty():
        return {}
    told = pl.concat(
        [
            same_core(wanted, firms).with_columns(how=pl.lit(SAME_CORE)),
            one_off(wanted, firms).with_columns(how=pl.lit(ONE_OFF)),
            parts(sharing(wanted, firms), wanted, firms),
        ]
    )
    nearest = told.group_by("row", "firm").agg(pl.col("how").min())
    names = dict(nearest.join(firms, left_on="firm", right_on="id").select("firm", "plain").iter_rows())
    found: dict[int, list[Near]] = defaultdict(list)
    for row, firm, how in nearest.select("row", "firm", "how").iter_rows():
        found[row].append((how, firm))
    return {row: best(some, names) for row, some in found.items()}


def parts(shared: pl.DataFrame, wanted: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Of the pairs that share a bigram those of which one name is a part of the other, or its short form."""
    texts = shared.join(wanted.select(row="id", w="plain", w_core="core"), on="row")
    texts = texts.join(firms.select(firm="id", f="plain", f_core="core"), on="firm")
    length, first = pl.col("w_core").str.len_chars(), pl.col("w_core").str.slice(0, 1)
    begins = (first == pl.col("f_core").str.slice(0, 1)) | (first == pl.col("f").str.slice(0, 1))
    is_short = length.is_between(3, 8) & begins & (pl.col("f").str.len_chars() > length)
    # Two characters left of a whole name are its trade; two that are all there is are what people call the firm.
    tells = (length >= 3) | (pl.col("w") == pl.col("w_core"))
    how = (
        pl.when(tells & pl.col("f").str.contains(pl.col("w_core"), literal=True)).then(CONTAINED)
        .when((pl.col("f_core").str.len_chars() >= 3) & pl.col("w").str.contains(pl.col("f_core"), literal=True))
        .then(CONTAINS)
        .when(is_short).then(SHORT)
    )  # fmt: skip
    told = texts.with_columns(how=how).filter(pl.col("how").is_not_null())
    is_part = pl.Series(
        [
            how != SHORT or is_subsequence(core, name)
            for how, core, name in told.select("how", "w_core", "f").iter_rows()
        ],
        dtype=pl.Boolean,
    )
    return told.filter(is_part).select("row", "firm", "how")


def best(found: list[Near], names: Mapping[int, str]) -> list[Near]:
    """The nearest few: by how, then the shorter name, then the firm's number."""
    return sorted(found, key=lambda one: (one[0], len(names[one[1]]), one[1]))[:SHOWN]


def same_core(wanted: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Pairs of names that differ only in place and legal form."""
    pairs = wanted.select("core", row="id").join(firms.select("core", firm="id"), on="core")
    return pairs.select("row", "firm")


def one_off(wanted: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose cores differ by one character: they are equal once a character is left out of one or of both."""
    left, right = (frame.select("core", id="id", long=pl.col("core").str.len_chars()) for frame in (wanted, firms))
    shortest, longest = (int(bound) for bound in (left["long"].min() or 0, left["long"].max() or 0))  # type: ignore[arg-type]
    right = right.filter(pl.col("long").is_between(max(3, shortest - 1), longest + 1))
    left = left.filter(pl.col("long") >= 3)
    found = [pl.DataFrame(schema={"row": pl.Int64, "firm": pl.Int64})]
    for place in range(longest + 1):
        cut_left, cut_right = without(left, place), without(right, place)
        found.append(pairs(cut_left, cut_right, ["cut", "long"], ["cut", "long"]))
        found.append(pairs(left, cut_right, ["core"], ["cut"]))
        found.append(pairs(cut_left, right, ["cut"], ["core"]))
    return pl.concat(found).unique()


def without(frame: pl.DataFrame, place: int) -> pl.DataFrame:
    """The cores without the character at a place."""
    core = pl.col("core")
    return frame.filter(pl.col("long") > place).with_columns(
        cut=pl.concat_str(core.str.slice(0, place), core.str.slice(place + 1))
    )


def pairs(left: pl.DataFrame, right: pl.DataFrame, left_on: list[str], right_on: list[str]) -> pl.DataFrame:
    """Row and firm of each pair that agrees."""
    keys = [f"key{number}" for number in range(len(left_on))]
    lefts = left.select(
        pl.col("id").alias("row"), *(pl.col(on).alias(key) for on, key in zip(left_on, keys, strict=True))
    )
    rights = right.select(
        pl.col("id").alias("firm"), *(pl.col(on).alias(key) for on, key in zip(right_on, keys, strict=True))
    )
    return lefts.join(rights, on=keys).select("row", "firm")


def bigrams(frame: pl.DataFrame, column: str, kept: pl.Series | None = None) -> pl.DataFrame:
    """Each bigram of a column with the id it stands at; only those kept, if given."""
    texts = frame.select("id", text=column)
    longest = int(texts["text"].str.len_chars().max() or 0)  # type: ignore[arg-type]
    found = [pl.DataFrame(schema={"id": pl.Int64, "pair": pl.String})]
    for place in range(longest - 1):
        piece = texts.select("id", pair=pl.col("text").str.slice(place, 2)).filter(pl.col("pair").str.len_chars() == 2)
        found.append(piece if kept is None else piece.filter(pl.col("pair").is_in(kept.implode())))
    return pl.concat(found).unique()


def sharing(wanted: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Pairs that share a bigram rare enough to tell something; the rarest one of a name in any case."""
    asked = bigrams(wanted, "core")
    postings = bigrams(firms, "plain", asked["pair"].unique())
    counts = postings.group_by("pair").agg(n=pl.len())
    asked = asked.join(counts, on="pair").with_columns(rarest=pl.col("n").min().over("id"))
    asked = asked.filter((pl.col("n") <= COMMON) | ((pl.col("n") == pl.col("rarest")) & (pl.col("n") <= MOST)))
    return asked.select("pair", row="id").join(postings.rename({"id": "firm"}), on="pair").select("row", "firm")
