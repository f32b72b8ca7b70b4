"""A query of 企业库 as the register itself reads it, without anybody looking: for pools, which live by night.

One line per filter of ``console.firms.filters.EnterpriseFilter``, over the same functions of ``stock``; a test
compares them.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from accounts.models import Region
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import concerns, editions, ladder, quality, stock
from pipeline.domain.stock import Firms
from pipeline.models import Rung
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import IN_FLIGHT, State

__all__ = ["BadSelection", "read", "select"]

ISSUES: Final = [issue.key for issue in quality.ISSUES]
# State of a page, not of the question
NOT_ASKED: Final = frozenset({"page", "after", "before", "view", "more"})
WAYS: Final = {"coaching": IN_FLIGHT[:2], "filed": IN_FLIGHT[2:]}

Asked = Mapping[str, Sequence[str]]
Selector = Callable[[Firms, str, datetime.date, Asked], Firms]


class BadSelection(Exception):
    """A query that no longer makes sense: a rung that is gone, a unit that was closed, a filter unknown here."""


def read(query: str) -> dict[str, list[str]]:
    """The filters of a query with their values; empty ones ask nothing."""
    asked: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        if name not in NOT_ASKED and value.strip():
            asked.setdefault(name, []).append(value)
    return asked


def select(firms: Firms, query: str, on: datetime.date) -> Firms:
    """Those of the firms that the query asks for on that day; ``BadSelection`` when it cannot be answered."""
    asked = read(query)
    for name, values in asked.items():
        if name == "rung":
            firms = stock.on_rungs(firms, [known(value, {*rungs(on), stock.OFF_LADDER}) for value in values])
        elif name in SELECTORS:
            firms = SELECTORS[name](firms, values[-1], on, asked)
        else:
            raise BadSelection(f"条件“{name}”不能用于后备库")
    return firms


def known(value: str, allowed: object) -> str:
    """The value, which must be one of those there are."""
    if value not in allowed:  # type: ignore[operator]  # any container
        raise BadSelection(f"条件中的“{value}”已不存在")
    return value


def rungs(on: datetime.date) -> dict[str, Rung]:
    """The rungs of the bureau's ladder on the day by key."""
    return {rung.key: rung for rung in ladder.rungs_in_use(on)}


def of_bureau(on: datetime.date) -> tuple[str, ...]:
    """The tracks of the bureau's ladder."""
    return concerns.of_bureau(rungs(on).values())


def of_rung(value: str, on: datetime.date) -> list[str]:
    """The tracks whose titles carry a rung."""
    return rungs(on)[known(value, rungs(on))].tracks


def track(value: str) -> str:
    """A track there is."""
    return known(value, TRACK_BY_KEY)


def judged_track(value: str) -> str:
    """A track that is judged."""
    return known(value, editions.judged_tracks())


def within(firms: Firms, value: str, on: datetime.date, asked: Asked) -> Firms:
    """Of a unit and those below it."""
    unit = Region.objects.filter(pk=int(value)).first() if value.isdecimal() else None
    if unit is None:
        raise BadSelection("条件中的责任单位已不存在")
    return firms.of_units(unit)


def judged(firms: Firms, value: str, on: datetime.date, asked: Asked) -> Firms:
    """With a verdict for the track asked for, or for any of the bureau's."""
    tracks = [known(one, editions.judged_tracks()) for one in asked.get("track", ())][-1:] or of_bureau(on)
    return stock.judged(firms, tracks, known(value, Verdict.values))


def ending(firms: Firms, value: str, on: datetime.date, asked: Asked) -> Firms:
    """With a title of a track that ends on a day."""
    which, _, day = value.partition(":")
    try:
        return stock.ending_on(firms, on, track(which), datetime.date.fromisoformat(day))
    except ValueError:
        raise BadSelection("到期日应写作“方向:年-月-日”") from None


def on_the_way(firms: Firms, value: str, on: datetime.date, asked: Asked) -> Firms:
    """With a case in flight for a title of a rung."""
    rung, _, way = value.partition(":")
    return stock.with_case(firms, of_rung(rung, on), WAYS[known(way, WAYS)])


def of_officer(firms: Firms, value: str, on: datetime.date, asked: Asked) -> Firms:
    """Of an officer, or of nobody."""
    if value == stock.NOBODY:
        return stock.without_officer(firms)
    return firms.filter(officer=int(known(value, {value} if value.isdecimal() else ())))


SELECTORS: Final[Mapping[str, Selector]] = {
    "q": lambda firms, value, on, asked: firms.named(value),
    "unit": within,
    "track": lambda firms, value, on, asked: firms,
    "verdict": judged,
    "one_short": lambda firms, value, on, asked: stock.one_short(firms, judged_track(value)),
    "one_short_if": lambda firms, value, on, asked: stock.one_short_if_unknowns_hold(firms, judged_track(value)),
    "near": lambda firms, value, on, asked: stock.near(firms, judged_track(value)),
    "wants": lambda firms, value, on, asked: stock.wanting(firms, value, of_bureau(on)),
    "holds": lambda firms, value, on, asked: stock.holding(firms, track(value), on),
    "lacks": lambda firms, value, on, asked: stock.not_holding(firms, track(value), on),
    "above_scale": lambda firms, value, on, asked: stock.above_scale(firms, on),
    "expiring": lambda firms, value, on, asked: stock.expiring(firms, on, int(known(value, ("30", "90", "180")))),
    "ends": ending,
    "lapsed": lambda firms, value, on, asked: stock.lapsed(firms, on),
    "new": lambda firms, value, on, asked: stock.newly_recognised(firms, of_rung(value, on), on.year),
    "way": on_the_way,
    "flight": lambda firms, value, on, asked: stock.with_case(firms),
    "state": lambda firms, value, on, asked: stock.with_case(firms, states=[known(value, State.values)]),
    "institution": lambda firms, value, on, asked: stock.without_institution(firms, on, checked=value == "none"),
    "pending": lambda firms, value, on, asked: stock.with_pending_statements(firms),
    "contact": lambda firms, value, on, asked: stock.without_contact(firms),
    "officer": of_officer,
    "quality": lambda firms, value, on, asked: quality.with_issue(firms, known(value, ISSUES), on),
    "alone": lambda firms, value, on, asked: quality.wanting_only(firms, value, of_bureau(on)),
    "keeper": lambda firms, value, on, asked: stock.with_officer_gone(firms),
}
