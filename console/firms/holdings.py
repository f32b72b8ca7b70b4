"""What a firm holds: its stairs and its titles with their days."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from enterprises import deadlines
from enterprises.models import Enterprise
from pipeline.domain import ladder
from pipeline.domain.ladder import Stair
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import CLOSED
from pipeline.models.title import Standing

SOON = 90  # days


@dataclass(frozen=True)
class Step:
    """One stair as it is drawn: ``state`` is now, held, next or nothing."""

    name: str
    note: str
    state: str


@dataclass(frozen=True)
class Held:
    """A title and what its dates and acts make of it on the day."""

    title: Title
    says: str
    tone: str


def stairs(enterprise: Enterprise, on: datetime.date) -> list[Step]:
    """The firm's stairs, lowest first."""
    standings = ladder.standings(enterprise=enterprise, on=on)
    open_cases = Candidacy.objects.filter(enterprise=enterprise).exclude(state__in=CLOSED)
    working = {case.track: case.get_state_display() for case in open_cases}
    aim = next_stair(standings, working)
    return [step(stair, working, is_aim=place == aim) for place, stair in enumerate(standings)]


def next_stair(standings: Sequence[Stair], working: dict[str, str]) -> int:
    """The stair aimed at: the lowest with an open case above the present one, else the next not held."""
    here = max((place for place, stair in enumerate(standings) if stair.is_current), default=-1)
    above = [place for place, stair in enumerate(standings) if place > here and stair.title is None]
    with_case = [place for place in above if any(track in working for track in standings[place].rung.tracks)]
    return (with_case or above or [-1])[0]


def step(stair: Stair, working: dict[str, str], *, is_aim: bool) -> Step:
    """One stair in words."""
    states = [working[track] for track in stair.rung.tracks if track in working]
    note = f"{stair.title.valid_from:%Y-%m} 起" if stair.title else ""
    if states:
        note = f"{note}，换证中（{states[0]}）" if note else f"培育申报：{states[0]}"
    state = "now" if stair.is_current and stair.title else "held" if stair.title else "next" if is_aim else ""
    return Step(stair.rung.name, note, state)


def titles(enterprise: Enterprise, on: datetime.date) -> list[Held]:
    """All titles ever held, latest first."""
    return [held(title, on) for title in enterprise.titles.all()]


def held(title: Title, on: datetime.date) -> Held:
    """A title in a word: 有效, 临期, 已到期, or the act upon it."""
    if title.standing in {Standing.REVOKED, Standing.SUSPENDED}:
        return Held(title, Standing(title.standing).label, "no")
    if title.valid_from > on:
        return Held(title, "未生效", "")
    if not title.is_in_force(on):
        return Held(title, "已到期", "no")
    if title.valid_until and deadlines.is_within(title.valid_until, on, SOON):
        return Held(title, f"临期，剩 {deadlines.days_between(on, title.valid_until)} 天", "wait")
    return Held(title, "有效", "ok")
