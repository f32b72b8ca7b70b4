"""Which firm each name of a list means: surely, doubtfully, or none that is known. Pure: frames in, answers out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from enterprises.search import folded
from pipeline.lists import near, writing
from pipeline.lists.writing import plain

SURE, DOUBTFUL, UNKNOWN, OUTSIDE = "sure", "doubtful", "unknown", "outside"
FIRMS: Final = {
    "firm": pl.Int64,
    "uscc": pl.String,
    "folded": pl.String,
    "path": pl.String,
    "inside": pl.Boolean,
}
FORMER: Final = {"firm": pl.Int64, "folded": pl.String}


@dataclass(frozen=True)
class Named:
    """What a row says of its firm; ``paths`` are the units its region may mean, none where nobody knows."""

    row: int
    name: str
    uscc: str = ""
    uscc_ok: bool = False
    former: str = ""
    paths: tuple[str, ...] = ()
    is_elsewhere: bool = False


@dataclass(frozen=True)
class Candidate:
    """A firm that may be meant, and why it may."""

    firm: int
    how: str


@dataclass(frozen=True)
class Match:
    """The answer for a row: the firm when it is sure, what speaks for it, what else may be meant."""

    verdict: str
    firm: int | None = None
    why: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass
class Register:
    """The firms that stand, looked up by code, by name and by former name in one writing."""

    firms: pl.DataFrame
    prefix: str
    former: pl.DataFrame
    plain_of: dict[int, str] = field(init=False)
    code_of: dict[int, str] = field(init=False)
    path_of: dict[int, str] = field(init=False)
    inside: set[int] = field(init=False)
    by_code: dict[str, int] = field(init=False)
    by_name: dict[str, list[int]] = field(init=False)
    by_former: dict[str, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.firms = self.firms.with_columns(plain=writing.plain_column(self.firms["folded"]))
        ids = self.firms["firm"].to_list()
        self.plain_of = dict(zip(ids, self.firms["plain"].to_list(), strict=True))
        self.code_of = {firm: code for firm, code in self.firms.select("firm", "uscc").iter_rows() if code}
        self.path_of = dict(zip(ids, self.firms["path"].to_list(), strict=True))
        self.inside = set(self.firms.filter("inside")["firm"].to_list())
        self.by_code = {code: firm for firm, code in self.code_of.items()}
        self.by_name = grouped(self.plain_of.items())
        names = writing.plain_column(self.former["folded"])
        self.by_former = grouped(zip(self.former["firm"].to_list(), names.to_list(), strict=True))

    def names_of(self, text: str) -> list[int]:
        """Firms that have this name now, or had it."""
        return list(dict.fromkeys([*self.by_name.get(plain(text), []), *self.by_former.get(plain(text), [])]))


def grouped(pairs: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Firms by name."""
    found: dict[str, list[int]] = defaultdict(list)
    for firm, name in pairs:
        if firm not in found[name]:
            found[name].append(firm)
    return dict(found)


def match(named: Sequence[Named], register: Register) -> dict[int, Match]:
    """The answer for each row; a firm outside one's units is never shown, not even as a candidate."""
    agreeing = {one.row: exact(one, register) for one in named}
    nearby = near_names([one for one in named if agreeing[one.row] is None and not one.is_elsewhere], register)
    return {
        one.row: in_sight(agreeing[one.row] or guessed(one, nearby.get(one.row, []), register), register)
        for one in named
    }


def exact(one: Named, register: Register) -> Match | None:
    """By code, then by name, then by a former name; nothing when no name agrees to the letter."""
    by_code = register.by_code.get(one.uscc) if one.uscc else None
    if by_code is not None:
        return of_code(one, by_code, register)
    key = plain(one.name)
    present, past = register.by_name.get(key, []), register.by_former.get(key, [])
    past = [firm for firm in past if firm not in present]
    if present or past:
        return of_name(one, present, past, register)
    if one.former:
        return of_stated_former(one, register)
    return None


def of_code(one: Named, firm: int, register: Register) -> Match:
    """The firm of the code, if the name agrees or nothing is known against it."""
    namesakes = [other for other in register.names_of(one.name) if other != firm]
    key = plain(one.name)
    if not key or key == register.plain_of[firm]:
        agrees = "代码和名称一致" if key else "代码一致"
    elif firm in register.by_former.get(key, []):
        agrees = "代码一致，名称为曾用名"
    elif one.former and firm in register.names_of(one.former):
        agrees = "代码一致，名单注明原名，登记的是原名"
    else:
        others = tuple(Candidate(other, "名称一致而代码不同") for other in namesakes)
        return Match(DOUBTFUL, why="代码与名称指向不同", candidates=(Candidate(firm, "代码一致而名称不同"), *others))
    if not one.uscc_ok and not key:
        return Match(DOUBTFUL, why="只有代码，校验位不符", candidates=(Candidate(firm, agrees),))
    return Match(SURE, firm, agrees)


def of_name(one: Named, present: list[int], past: list[int], register: Register) -> Match:
    """The one firm of the name, unless another had it, its code differs or its unit is another."""
    firms = present + past
    how = {firm: "名称一致" if firm in present else "曾用名一致" for firm in firms}
    candidates = tuple(Candidate(firm, how[firm]) for firm in by_place(firms, one, register))
    if len(firms) > 1:
        return Match(DOUBTFUL, why=f"同名企业有{len(firms)}家", candidates=candidates)
    firm = firms[0]
    if one.uscc and one.uscc_ok and register.code_of.get(firm):
        return Match(DOUBTFUL, why="名称一致而代码不同", candidates=candidates)
    if contradicts(one, register.path_of[firm]):
        return Match(DOUBTFUL, why=f"{how[firm]}，名单所写地区与登记的不符", candidates=candidates)
    if one.uscc and not one.uscc_ok and register.code_of.get(firm):
        return Match(DOUBTFUL, why="名称一致，名单的代码校验位不符", candidates=candidates)
    return Match(SURE, firm, "名称一致" if present else "曾用名：名单用的是企业以前的名称")


def of_stated_former(one: Named, register: Register) -> Match | None:
    """A firm that the list itself says was called otherwise, known under that other name."""
    firms = register.names_of(one.former)
    if not firms:
        return None
    candidates = tuple(Candidate(firm, "名单注明的原名一致") for firm in by_place(firms, one, register))
    if len(firms) > 1 or contradicts(one, register.path_of[firms[0]]):
        return Match(DOUBTFUL, why="名单注明了原名", candidates=candidates)
    if one.uscc and register.code_of.get(firms[0]):
        return Match(DOUBTFUL, why="名单注明的原名一致而代码不同", candidates=candidates)
    return Match(SURE, firms[0], "曾用名：登记的是名单注明的原名")


def contradicts(one: Named, path: str) -> bool:
    """Whether the region a list gives is certainly another than the firm's unit."""
    if one.is_elsewhere:
        return True
    return bool(one.paths) and not any(path.startswith(said) or said.startswith(path) for said in one.paths)


def by_place(firms: Sequence[int], one: Named, register: Register) -> list[int]:
    """The firms in whose unit the list places the name first."""
    return sorted(firms, key=lambda firm: (contradicts(one, register.path_of[firm]), firm))


def near_names(named: Sequence[Named], register: Register) -> Mapping[int, list[near.Near]]:
    """Firms in sight with a name near one that agrees with none."""
    wanted = pl.DataFrame(
        [(one.row, plain(one.name), folded(one.name)) for one in named if len(plain(one.name)) >= 2],
        schema={"id": pl.Int64, "plain": pl.String, "folded": pl.String}, orient="row",
    )  # fmt: skip
    firms = register.firms.filter("inside").select("plain", "folded", id="firm")
    wanted, firms = (
        frame.with_columns(core=writing.core_column(frame["folded"], register.prefix)) for frame in (wanted, firms)
    )
    return near.near(wanted, firms)


def guessed(one: Named, found: Sequence[near.Near], register: Register) -> Match:
    """What is near a name that agrees with none: candidates for an officer, never more."""
    if one.is_elsewhere:
        return Match(OUTSIDE, why="名单写明的地区不在本辖区")
    candidates = [Candidate(firm, near.HOWS[how]) for how, firm in found if not code_differs(one, firm, register)]
    if not candidates:
        return Match(UNKNOWN, why="登记簿中没有这家企业")
    candidates.sort(key=lambda candidate: contradicts(one, register.path_of[candidate.firm]))
    return Match(DOUBTFUL, why=candidates[0].how, candidates=tuple(candidates))


def code_differs(one: Named, firm: int, register: Register) -> bool:
    """Whether a right code on the list shows that a firm with another code is another firm."""
    return bool(one.uscc and one.uscc_ok and register.code_of.get(firm) not in {None, one.uscc})


def in_sight(found: Match, register: Register) -> Match:
    """The answer as the reader may see it: a firm outside shows as 不在本辖区 and nothing else."""
    if found.firm is not None and found.firm not in register.inside:
        return Match(OUTSIDE, why="不在本辖区")
    if not found.candidates:
        return found
    seen = tuple(one for one in found.candidates if one.firm in register.inside)
    if not seen:
        return Match(OUTSIDE, why="不在本辖区")
    return Match(found.verdict, None, found.why, seen)
