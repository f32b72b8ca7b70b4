"""Everything the firm's own page shows on a day, gathered for one track."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from enterprises import deadlines
from enterprises.models import Enterprise, Material
from enterprises.vocabulary import TRACKS
from notifications import workdays
from pipeline.domain import editions, ladder, routes
from pipeline.domain.judge import Checklist, checklist
from pipeline.models import Bureau, Candidacy, MaterialRequirement, Round, Title
from pipeline.models.candidacy import CLOSED, ENTERPRISE_LABELS, State
from pipeline.rules.choose import NoEdition
from pipeline.rules.plans import Plans
from portal.conditions import OPEN, Condition, conditions
from portal.headline import Tally, headline, holding


@dataclass(frozen=True)
class Step:
    """One stair as the page draws it."""

    name: str
    note: str
    state: str


@dataclass(frozen=True)
class Paper:
    """A paper the filing needs: accepted, handed in, or missing; 待核实 until the bureau confirmed the list."""

    kind: str
    note: str
    state: str
    says: str
    unconfirmed: bool


@dataclass(frozen=True)
class NextDate:
    """When to file: the round, its window in words, working days left, what is uncertain about it."""

    says: str
    left: int | None
    notice: str
    unconfirmed: bool


@dataclass(frozen=True)
class Progress:
    """Where the firm stands on its way to one track."""

    track: str
    says: str
    next_date: NextDate | None
    case: Candidacy | None
    checklist: Checklist | None
    why_not: str
    conditions: list[Condition]
    papers: list[Paper]
    ways: Plans | None = None

    @property
    def met(self) -> int:
        """How many conditions are met."""
        return sum(condition.outcome == "met" for condition in self.conditions)


def progress(enterprise: Enterprise, stairs: Sequence[ladder.Stair], asked: str, on: datetime.date) -> Progress:
    """Gather the page of one firm; ``asked`` names the track its reader chose, else it is the one aimed at."""
    cases = open_cases(enterprise)
    track = asked if asked in editions.judged_tracks() else aim(stairs, cases)
    case = next((case for case in cases if case.track == track), None)
    judged, why_not = judged_for(enterprise, track, on)
    lines = conditions(judged) if judged else []
    papers = papers_for(enterprise, track, on)
    title = enterprise.titles.in_force(on).filter(track=track).first()
    return Progress(
        track=track,
        says=greeting(track, tally(lines, papers), case, title, on),
        next_date=next_date(track, case, on),
        case=case,
        checklist=judged,
        why_not=why_not,
        conditions=lines,
        papers=papers,
        ways=routes.ways(judged) if judged else None,
    )


def open_cases(enterprise: Enterprise) -> list[Candidacy]:
    """The firm's open cases, the one that moved last first."""
    return list(
        enterprise.candidacies.exclude(state__in=CLOSED).select_related("round", "officer").order_by("-moved_at", "-pk")
    )


def aim(stairs: Sequence[ladder.Stair], cases: Sequence[Candidacy]) -> str:
    """The track to speak of: that of the liveliest case, else of the next stair, else the highest one held."""
    judged = editions.judged_tracks()
    of_cases = [case.track for case in cases if case.track in judged]
    top = max((place for place, stair in enumerate(stairs) if stair.title), default=-1)
    above = [track for stair in stairs[top + 1 :] for track in stair.rung.tracks if track in judged]
    held = [stair.title.track for stair in stairs if stair.title and stair.title.track in judged]
    return next(iter(of_cases + above + held[::-1]), TRACKS[0].key)


def judged_for(enterprise: Enterprise, track: str, on: datetime.date) -> tuple[Checklist | None, str]:
    """The checklist of a track, or why nobody can be judged for it."""
    try:
        return checklist(enterprise=enterprise, track=track, on=on), ""
    except NoEdition as none:
        return None, str(none)


def tally(lines: Sequence[Condition], papers: Sequence[Paper]) -> Tally:
    """Count what is missing; a paper handed in is the bureau's to check, no longer the firm's to bring."""
    return Tally(
        unmet=sum(line.outcome == "unmet" for line in lines),
        unknown=sum(line.outcome in OPEN and not line.is_for_others for line in lines),
        others=sum(line.is_for_others for line in lines),
        papers=sum(paper.state == "missing" for paper in papers),
    )


def greeting(track: str, tally: Tally, case: Candidacy | None, title: Title | None, on: datetime.date) -> str:
    """The sentence on top; a title in force is said unless the firm is already working on the next."""
    if title is not None and case is None:
        return holding(title, on)
    return headline(track, tally, stage=case.state if case else "")


def papers_for(enterprise: Enterprise, track: str, on: datetime.date) -> list[Paper]:
    """The papers a filing of the track needs, and which of them the firm brought."""
    brought: dict[str, Material] = {}
    for material in enterprise.materials.order_by("accepted_at", "pk"):
        if material.accepted_at is None or not deadlines.is_past(material.valid_until, on):
            brought[material.kind] = better(brought.get(material.kind), material)
    needed = MaterialRequirement.objects.filter(track=track)
    return [paper(requirement, brought.get(requirement.kind)) for requirement in needed]


def better(known: Material | None, other: Material) -> Material:
    """The accepted one of two papers of a kind, else the later."""
    return known if known is not None and known.accepted_at and not other.accepted_at else other


def paper(requirement: MaterialRequirement, brought: Material | None) -> Paper:
    """One needed paper and its state in words."""
    state, says = "missing", "未上交"
    if brought is not None and brought.accepted_at:
        until = f"，有效期至 {brought.valid_until:%Y-%m-%d}" if brought.valid_until else ""
        state, says = "accepted", f"已核收{until}"
    elif brought is not None:
        state, says = "handed_in", "已登记，待核收"
    return Paper(requirement.kind, requirement.note, state, says, requirement.verified_on is None)


def next_date(track: str, case: Candidacy | None, on: datetime.date) -> NextDate | None:
    """The round to file in: that of the case, else the one that is open, else the next one announced."""
    rounds = Round.objects.filter(track=track)
    found = (
        (case.round if case and case.round and case.round.is_open(on) else None)
        or rounds.open_on(on).order_by("closes_on", "pk").first()
        or rounds.filter(opens_on__gt=on).order_by("opens_on", "pk").first()
        or rounds.filter(year__gt=on.year, opens_on=None, closes_on=None).order_by("year", "pk").first()
    )
    return dated(found, on) if found else None


def dated(round_: Round, on: datetime.date) -> NextDate:
    """A round in words, with the working days that are left."""
    unconfirmed = round_.verified_on is None
    if round_.opens_on and round_.opens_on > on:
        return NextDate(f"{round_.name}，{day(round_.opens_on)}开始", None, "", unconfirmed)
    if round_.closes_on is None:
        return NextDate(f"{round_.name}，截止时间另行通知", None, "", unconfirmed)
    calendar = workdays.calendar_of([on.year, round_.closes_on.year])
    return NextDate(
        f"{round_.name}，网上填报截至 {day(round_.closes_on)}",
        calendar.workdays_left(on, round_.closes_on),
        calendar.notice(on, round_.closes_on),
        unconfirmed,
    )


def day(on: datetime.date) -> str:
    """A day in Chinese."""
    return f"{on.year}年{on.month}月{on.day}日"


def steps(stairs: Sequence[ladder.Stair], aimed: str, case: Candidacy | None) -> list[Step]:
    """The stairs as drawn: held ones with their day, the one the firm stands on, the one it works towards."""
    return [step(stair, aimed, case) for stair in stairs]


def step(stair: ladder.Stair, aimed: str, case: Candidacy | None) -> Step:
    """One stair with its note."""
    if stair.title is not None:
        since = f"{stair.title.valid_from:%Y-%m} 起"
        return Step(stair.rung.name, since, "now" if stair.is_current else "held")
    if aimed in stair.rung.tracks:
        return Step(stair.rung.name, ENTERPRISE_LABELS[State(case.state)] if case else "下一步目标", "next")
    return Step(stair.rung.name, "", "")


def liaison(enterprise: Enterprise, case: Candidacy | None) -> User | None:
    """Whom the firm may call: its own officer (责任人), else that of its open case."""
    return enterprise.officer or (case.officer if case else None)


def bureau() -> Bureau | None:
    """The bureau, whose number stands where no officer is named."""
    return Bureau.objects.first()
