"""The planted truth: which of the product's numbers each firm must be counted in, by plain rules of its own.

A number is named by the filters of 企业库 that list its firms (``track=hnte&verdict=eligible``); nothing here asks the
database or the engine of rules.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from console.province.draw import REVOKED_BEFORE, Drawn, TitleDrawn
from console.province.profiles import PROFILES, TSME_FIGURES, TSME_OWN

# The ladder of the mission, highest rung first.
RUNGS: Final = (
    ("new_species", {"gazelle"}), ("little_giant", {"little_giant"}), ("srdi", {"srdi"}), ("hnte", {"hnte"}),
    ("tsme", {"tsme"}),
)  # fmt: skip
COACHING: Final = {"coaching", "preparing"}
FILED: Final = {"filed", "recommended", "publicised"}


@dataclass(frozen=True)
class Standing:
    """What one track must say of a firm."""

    unmet: int
    unknown: int
    is_open: bool
    wants: frozenset[str]

    @property
    def verdict(self) -> str:
        """One unmet condition decides; else what is unknown or left to people keeps it open."""
        if self.unmet:
            return "ineligible"
        return "undecided" if self.unknown or self.is_open else "eligible"


def in_force(title: TitleDrawn, on: datetime.date) -> bool:
    """Begun, not over, neither suspended nor revoked."""
    _, _, begins, ends, standing = title
    return begins <= on and (ends is None or ends >= on) and standing == "normal"


def is_barred(firm: Drawn, track: str, on: datetime.date) -> bool:
    """Whether a title of the track was revoked in the year of that day, which keeps the firm out for that year."""
    return (on - REVOKED_BEFORE).year == on.year and any(
        title[0] == track and title[4] == "revoked" for title in firm.titles
    )


def hnte(firm: Drawn, is_out: bool) -> Standing:
    """Against 高企: an accident fails H8, a revocation H9; two parts are left to experts unless they were ruled."""
    profile = PROFILES[firm.profile]
    unmet = len(profile.unmet) + (firm.negative == "安全事故") + is_out
    return Standing(unmet, len(profile.unknown - ({"H9"} if is_out else set())), not firm.is_ruled, profile.wants)


def tsme(firm: Drawn, holds_hnte: bool, is_out: bool) -> Standing:
    """Against 科小; holders of 高企 need no score, and a score too low fails only where no institution may save it."""
    if firm.is_bare:
        return Standing(int(is_out), 4 if is_out else 5, True, TSME_OWN | TSME_FIGURES)
    unmet = {"many_staff": {"T2"}, "retailer": {"T3"}}.get(firm.tsme, set())
    unmet = unmet | ({"T4"} if is_out or firm.negative in {"经营异常", "安全事故"} else set())
    unknown: dict[str, Collection[str]] = {}
    is_stale = firm.profile == "stale"
    if is_stale:
        unmet -= {"T2"}
        unknown["T2"] = {"staff_headcount", "sales_cny", "total_assets_cny"}
        if not holds_hnte:
            unknown["T5"] = TSME_FIGURES - {"total_assets_cny"} | (set() if firm.list_checked else {"institutions"})
    elif firm.tsme == "assets_unknown":
        unknown["T2"] = {"total_assets_cny"}
    if firm.tsme == "low_score" and not holds_hnte and not is_stale:
        if firm.list_checked:
            unmet = unmet | {"T5"}
        else:
            unknown["T5"] = {"institutions"}
    wants = frozenset(name for names in unknown.values() for name in names)
    return Standing(len(unmet), len(unknown), not firm.is_ruled, wants)


def judged(firm: Drawn, on: datetime.date) -> Iterator[str]:
    """What the verdicts put the firm into."""
    holds_hnte = any(title[0] == "hnte" and in_force(title, on) for title in firm.titles)
    wanted: set[str] = set()
    against = {
        "hnte": hnte(firm, is_barred(firm, "hnte", on)),
        "tsme": tsme(firm, holds_hnte, is_barred(firm, "tsme", on)),
    }
    for track, found in against.items():
        yield f"track={track}&verdict={found.verdict}"
        if found.unmet == 1:
            yield f"one_short{'_if' if found.unknown else ''}={track}"
        if found.verdict == "undecided":
            wanted |= found.wants
    yield from (f"wants={name}" for name in sorted(wanted))


def standing(firm: Drawn, on: datetime.date) -> Iterator[str]:
    """What its titles put the firm into."""
    held = {title[0] for title in firm.titles if in_force(title, on)}
    yield f"rung={next((key for key, tracks in RUNGS if tracks & held), 'none')}"
    new = {title[0] for title in firm.titles if title[1].year == on.year}
    yield from (f"new={key}" for key, tracks in RUNGS if tracks & new)
    last = last_days(firm)
    if any(day is not None and day < on for day in last.values()):
        yield "lapsed=1"
    ending = {(t[0], t[3]) for t in firm.titles if in_force(t, on) and t[3] and is_last(firm, t)}
    for days in (30, 90, 180):
        if any(day and day <= on + datetime.timedelta(days=days) for _, day in ending):
            yield f"expiring={days}"
    yield from sorted(f"ends={t}:{day}" for t, day in ending if day and day <= on + datetime.timedelta(days=90))
    yield from (f"held={track}" for track in sorted(held))


def last_days(firm: Drawn) -> dict[str, datetime.date | None]:
    """The last day of the longest title of each track; None never ends."""
    found: dict[str, datetime.date | None] = {}
    for track, _, _, ends, _ in firm.titles:
        before = found.get(track, datetime.date.min)
        found[track] = None if ends is None or before is None else max(before, ends)
    return found


def is_last(firm: Drawn, title: TitleDrawn) -> bool:
    """Whether no later title of the track stands."""
    return not any(
        other[0] == title[0] and other[3] and title[3] and other[3] > title[3] and other[4] != "revoked"
        for other in firm.titles
    )


def working(firm: Drawn) -> Iterator[str]:
    """What its cases put the firm into."""
    states = {state for _, state in firm.cases}
    yield from (f"state={state}" for state in sorted(states))
    if states & (COACHING | FILED):
        yield "flight=1"
    for key, tracks in RUNGS:
        for way, among in (("coaching", COACHING), ("filed", FILED)):
            if any(track in tracks and state in among for track, state in firm.cases):
                yield f"way={key}:{way}"


def lacking(firm: Drawn) -> Iterator[str]:
    """What the register itself lacks of the firm."""
    if firm.is_pending:
        yield "pending=1"
    if not firm.has_contact:
        yield "contact=none"
    if not firm.has_officer:
        yield "officer=none"
    if firm.above_scale == "now" and firm.institution != "standing":
        yield f"institution={'none' if firm.list_checked else 'unknown'}"


def numbers(firm: Drawn, on: datetime.date) -> Iterator[str]:
    """Every number that the firm must be counted in; a firm that is gone is not judged."""
    yield ""
    if not firm.is_gone:
        yield from judged(firm, on)
    yield from standing(firm, on)
    yield from working(firm)
    yield from lacking(firm)


@dataclass
class Truth:
    """The numbers of the whole province and of each unit, and how many firms some fragments of names must find."""

    seed: int
    on: datetime.date
    fragments: Sequence[str] = ()
    by_unit: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    found: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)

    def add(self, firm: Drawn) -> None:
        """Count one firm."""
        self.by_unit[firm.unit].update(numbers(firm, self.on))
        self.cases.update(f"{track}:{state}" for track, state in firm.cases)
        self.found.update(text for text in self.fragments if text in firm.name or text in firm.former)

    def within(self, units: Collection[int]) -> Counter[str]:
        """The numbers of several units together."""
        whole: Counter[str] = Counter()
        for unit in units:
            whole.update(self.by_unit.get(unit, {}))
        return whole

    def as_json(self, places: dict[str, Sequence[int]]) -> dict[str, Any]:
        """The truth by the path of names of each unit."""
        return {
            "seed": self.seed,
            "on": str(self.on),
            "numbers": {place: dict(sorted(self.within(units).items())) for place, units in places.items()},
            "search": {text: self.found[text] for text in self.fragments},
            "cases": dict(sorted(self.cases.items())),
        }
