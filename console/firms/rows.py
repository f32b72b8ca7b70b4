"""The rows of 企业库: what a line says of a firm, for a page of ids in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from accounts.models import User
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import concerns, editions, ladder
from pipeline.models import Assessment, Candidacy, Rung, Title
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import CLOSED, State

SOON = 90  # days
# The columns that a line says something of: the tables have many more, and a page makes some hundred objects
KEEPER = ("name", "is_active", "away_until")
FIRM = (
    *("name", "uscc", "uscc_ok", "region__name", "position__rung"),
    *(f"{keeper}__{part}" for keeper in ("officer", "deputy") for part in KEEPER),
)
TITLE = ("enterprise", "track", "number", "issued_on", "valid_until")
LINES = 4  # verdicts shown of a firm; all of them stand on its page
WORDS = 12  # characters of a condition shown in a line; the whole stands in its tooltip


class Judged(NamedTuple):
    """What is stored of one verdict, as far as its line says it; ``digest`` names the edition's text."""

    track: str
    verdict: str
    n_unmet: int
    n_unknown: int
    n_manual: int
    unmet_mask: int
    unknown_mask: int
    digest: str


@dataclass(frozen=True)
class VerdictLine:
    """A verdict in half a line: “高企 差1项 H5 近三个会计年度…”."""

    track: str
    tone: str
    says: str
    condition: str = ""
    in_full: str = ""


@dataclass(frozen=True)
class TitleLine:
    """A title in force and its last day."""

    track: str
    until: datetime.date | None
    is_soon: bool


class CaseLine(NamedTuple):
    """A case under way: its track in short, its state, and how the bureau calls that."""

    track: str
    state: str
    label: str


class Keeper(NamedTuple):
    """Who looks after a firm, as far as a line says it."""

    name: str
    is_active: bool
    away_until: datetime.date | None


class Keepers(NamedTuple):
    """Officer and deputy of a firm on a day."""

    officer: Keeper | None
    deputy: Keeper | None
    on: datetime.date


@dataclass(frozen=True)
class Row:
    """One line of the list; of the verdicts it shows those of the firm's cases and next steps."""

    firm: Enterprise
    rung: str
    held: Sequence[Title]
    titles: Sequence[TitleLine]
    verdicts: Sequence[VerdictLine]
    shown: Sequence[VerdictLine]
    cases: Sequence[CaseLine]
    keepers: Keepers

    @property
    def key(self) -> str:
        """The firm's key as an address has it: a number is written with separators, at a price for each row."""
        return str(self.firm.pk)


def rows(seen: EnterpriseQuerySet, ids: Sequence[int], on: datetime.date) -> list[Row]:
    """The rows of these firms, in the order given; what is fetched many times is fetched as plain columns."""
    rungs = ladder.rungs_in_use(on)
    firms = seen.filter(pk__in=ids).select_related("region", "officer", "deputy", "position").only(*FIRM)
    by_id = {firm.pk: firm for firm in firms}
    known = list(by_id)
    said = verdicts_of(known, concerns.of_bureau(rungs))
    held, cases, near = titles_of(known, on), cases_of(known), Near(rungs)
    return [
        row(by_id[pk], held.get(pk, ()), said.get(pk, {}), cases.get(pk, {}), near, on) for pk in ids if pk in by_id
    ]


class Near:
    """Which tracks concern a firm, found once for all firms of a page that stand on a rung with the same cases."""

    def __init__(self, rungs: Sequence[Rung]) -> None:
        self.rungs = rungs
        self.names = {rung.key: rung.name for rung in rungs}
        self.known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def tracks(self, standing: str, cases: tuple[str, ...]) -> tuple[str, ...]:
        """The tracks of these cases first, then those of the rung and its neighbours."""
        if (standing, cases) not in self.known:
            self.known[standing, cases] = concerns.of_firm(self.rungs, standing, cases)
        return self.known[standing, cases]


def titles_of(ids: Sequence[int], on: datetime.date) -> Mapping[int, Sequence[Title]]:
    """The titles in force of these firms."""
    found: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.in_force(on).filter(enterprise__in=ids).order_by("track").only(*TITLE):
        found[title.enterprise_id].append(title)
    return found


def cases_of(ids: Sequence[int]) -> Mapping[int, Mapping[str, CaseLine]]:
    """The open cases of these firms by track, of which each has at most one."""
    found: dict[int, dict[str, CaseLine]] = defaultdict(dict)
    open_ones = Candidacy.objects.exclude(state__in=CLOSED).filter(enterprise__in=ids)
    for firm, track, state in open_ones.values_list("enterprise_id", "track", "state"):
        found[firm][track] = CaseLine(TRACK_BY_KEY[track].short, state, State(state).label)
    return found


def verdicts_of(ids: Sequence[int], tracks: Sequence[str]) -> Mapping[int, Mapping[str, VerdictLine]]:
    """The verdicts of these firms for these tracks, by firm and track."""
    rows = Assessment.objects.filter(enterprise__in=ids, track__in=tracks).values_list(
        "enterprise_id", *Judged._fields[:-1], "edition__digest"
    )
    found: dict[int, dict[str, VerdictLine]] = defaultdict(dict)
    judged = [(firm, Judged(*said)) for firm, *said in rows]
    editions.read({one.digest for _, one in judged})
    for firm, one in judged:
        found[firm][one.track] = verdict_line(one)
    return found


def row(
    firm: Enterprise,
    held: Sequence[Title],
    said: Mapping[str, VerdictLine],
    cases: Mapping[str, CaseLine],
    near: Near,
    on: datetime.date,
) -> Row:
    """The row of one firm with everything fetched."""
    position = getattr(firm, "position", None)
    standing = position.rung if position else ""
    return Row(
        firm=firm,
        rung=near.names.get(standing, ""),
        held=held,
        titles=tuple(title_line(title, on) for title in held),
        verdicts=[said[track] for track in TRACK_BY_KEY if track in said],
        shown=tuple(said[track] for track in near.tracks(standing, tuple(cases)) if track in said)[:LINES],
        cases=tuple(cases.values()),
        keepers=Keepers(keeper(firm.officer), keeper(firm.deputy), on),
    )


def keeper(person: User | None) -> Keeper | None:
    """An officer as the line names them."""
    return Keeper(person.name, person.is_active, person.away_until) if person else None


def title_line(title: Title, on: datetime.date) -> TitleLine:
    """A title in force and whether it ends soon."""
    until = title.valid_until
    is_soon = deadlines.is_within(until, on, SOON)
    return TitleLine(TRACK_BY_KEY[title.track].short, until, is_soon)


@lru_cache(maxsize=4096)
def verdict_line(judged: Judged) -> VerdictLine:
    """The verdict with the condition that decides it; many firms are told the same, and an edition's text stays."""
    track = TRACK_BY_KEY[judged.track].short
    if judged.verdict == Verdict.ELIGIBLE:
        return VerdictLine(track, "ok", "符合")
    if judged.n_unmet == 0:
        return undecided_line(track, judged)
    unmet = gates_of(judged.digest, judged.unmet_mask)
    says = f"差{judged.n_unmet}项" + (f"，另有{judged.n_unknown}项未知" if judged.n_unknown else "")
    if judged.n_unmet > 1:
        return VerdictLine(track, "no", says, "、".join(key for key, _ in unmet), "；".join(text for _, text in unmet))
    (key, text), *_ = unmet
    return VerdictLine(track, "no", says, f"{key} {shortened(text)}", text)


def undecided_line(track: str, judged: Judged) -> VerdictLine:
    """What keeps an undecided verdict open."""
    if judged.n_unknown:
        unknown = gates_of(judged.digest, judged.unknown_mask)
        keys = "、".join(key for key, _ in unknown)
        return VerdictLine(
            track, "wait", f"待定，{judged.n_unknown}项未知", keys, "；".join(text for _, text in unknown)
        )
    return VerdictLine(track, "wait", f"待定，{judged.n_manual}项待判定")


def gates_of(digest: str, mask: int) -> list[tuple[str, str]]:
    """Keys and wording of the gates whose bit is set, of an edition that was read."""
    gates = editions.READ[digest].gates
    return [(key, gate.says) for place, (key, gate) in enumerate(gates.items()) if mask >> place & 1]


def shortened(text: str, words: int = WORDS) -> str:
    """The beginning of a long wording."""
    return text if len(text) <= words else f"{text[:words]}…"
