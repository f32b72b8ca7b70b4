"""What applying a list would do: one outcome for each row, from what is recorded now; a few queries, writes nothing."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.machine import Reason
from accounts.models import User
from enterprises.models import Enterprise, NegativeFact
from pipeline.domain import candidacies, reviews, titles
from pipeline.domain.titles import TitleRow
from pipeline.models import Candidacy, ListRow, PublishedList, Title, guards
from pipeline.models.candidacy import CLOSED, Certificate, State
from pipeline.models.title import Standing

Kind, Result, Decision, Match = PublishedList.Kind, ListRow.Result, ListRow.Decision, ListRow.Match
# The steps by which a list takes a case from where it stands; a case that was never filed is not the list's to file.
TO_PUBLICISED: Final = {State.FILED: ("recommend", "publicise"), State.RECOMMENDED: ("publicise",)}
TO_RECOGNISED: Final = {
    State.FILED: ("recommend", "publicise", "recognise"),
    State.RECOMMENDED: ("publicise", "recognise"),
    State.PUBLICISED: ("recognise",),
}
NO_DAY: Final = "没有认定日期，不能登记；请先填写认定日期"
NO_KIND: Final = "没有选定名单种类"


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row: ``result`` empty is nothing, ``offers`` that it waits for an officer's confirmation.

    ``code`` is the code that the firm waits for and the list has; it is completed whatever else becomes of the row.
    """

    row: ListRow
    result: str = ""
    says: str = ""
    firm: int | None = None
    title: TitleRow | None = None
    day: datetime.date | None = None
    acts_on: Title | None = None
    case: Candidacy | None = None
    steps: tuple[str, ...] = ()
    offers: bool = False
    code: str = ""

    @property
    def acts(self) -> bool:
        """Whether applying changes something."""
        return self.result not in {"", Result.KNOWN, Result.REFUSED}


@dataclass
class World:
    """What is recorded of the firms of a list: their titles and open cases of the track, what stands against them."""

    published: PublishedList
    on: datetime.date
    seen: set[int] = field(default_factory=set)
    titles: Mapping[int, list[Title]] = field(default_factory=dict)
    cases: Mapping[int, Candidacy] = field(default_factory=dict)
    negatives: Mapping[int, list[NegativeFact]] = field(default_factory=dict)


def load(published: PublishedList, firms: set[int], by: User, on: datetime.date) -> World:
    """What is recorded of these firms, as far as they are in sight."""
    seen = set(Enterprise.objects.visible_to(by).filter(pk__in=firms).values_list("pk", flat=True))
    held: dict[int, list[Title]] = defaultdict(list)
    for title in Title.objects.filter(enterprise__in=seen, track=published.track).order_by("pk"):
        held[title.enterprise_id].append(title)
    open_cases = Candidacy.objects.filter(enterprise__in=seen, track=published.track).exclude(state__in=CLOSED)
    cases = {case.enterprise_id: case for case in open_cases.select_related("enterprise", "round").order_by("-pk")}
    against: dict[int, list[NegativeFact]] = defaultdict(list)
    for negative in NegativeFact.objects.filter(enterprise__in=cases, kind__in=candidacies.DISHONESTY, from_on__lte=on):
        if negative.to_on is None or negative.to_on >= on:
            against[negative.enterprise_id].append(negative)
    return World(published, on, seen, held, cases, against)


def firm_of(row: ListRow) -> int | None:
    """The firm a row counts for: the one an officer chose, else the sure one."""
    is_sure = row.match == Match.SURE and not row.decision
    return row.enterprise_id if is_sure or row.decision == Decision.CHOSEN else None


def plan(
    published: PublishedList, *, by: User, on: datetime.date, rows: Sequence[ListRow] | None = None
) -> list[Outcome]:
    """The outcome of every row, or of these."""
    rows = list(published.rows.select_related("enterprise").order_by("place")) if rows is None else rows
    for row in rows:
        row.published_list = published
    firms = {firm for row in rows if (firm := firm_of(row)) is not None}
    world = load(published, firms, by, on)
    counted: dict[tuple[str, int], int] = {}
    return [outcome(row, world, counted) for row in rows]


def outcome(row: ListRow, world: World, counted: dict[tuple[str, int], int]) -> Outcome:
    """The outcome of one row; a firm counts once for each kind."""
    if row.is_done:
        counted.setdefault((row.kind_in_force, row.enterprise_id or 0), row.place)
        return Outcome(row, "", row.says, row.enterprise_id)
    if row.decision == Decision.NEW:
        return new_firm(row, world)
    firm = firm_of(row)
    if firm is None:
        return Outcome(row)
    if firm not in world.seen:
        return Outcome(row, Result.REFUSED, "不在本辖区")
    first = counted.setdefault((row.kind_in_force, firm), row.place)
    if first != row.place:
        return Outcome(row, "", f"与名单第{first}家是同一企业，只计一次", firm)
    return of_kind(row, firm, world)


def of_kind(row: ListRow, firm: int, world: World) -> Outcome:
    """The outcome by what the list does."""
    doing = {
        Kind.RECOGNITION: recognition,
        Kind.REVIEW: review,
        Kind.PROPOSAL: proposal,
        Kind.FAILED: failure,
        Kind.REVOCATION: revocation,
    }
    if not row.kind_in_force:
        return Outcome(row, Result.REFUSED, NO_KIND, firm)
    return doing[Kind(row.kind_in_force)](row, firm, world)


def day_of(row: ListRow, world: World) -> datetime.date | None:
    """The day a row's act was given: its own, else the list's; never another."""
    return row.issued_on or world.published.recognised_on


def title_row(row: ListRow, firm: int, day: datetime.date, track: str) -> TitleRow:
    """A row as a recognition; its end by the list or by the rule of the track."""
    begins = row.valid_from or day
    until = row.valid_until or titles.lapses_on(track, begins)
    return TitleRow(firm, track, row.number, day, begins, until, f"{row.sheet}第{row.line}行")


def new_firm(row: ListRow, world: World) -> Outcome:
    """A firm the officer enters; a recognition becomes its first title."""
    day, kind = day_of(row, world), row.kind_in_force
    if not kind:
        return Outcome(row, Result.REFUSED, NO_KIND)
    if kind != Kind.RECOGNITION:
        return Outcome(row, Result.FOUNDED, "新建企业（待补代码），不登记资格")
    if day is None:
        return Outcome(row, Result.REFUSED, NO_DAY)
    made = title_row(row, 0, day, world.published.track)
    if why := against(made, [], world):
        return Outcome(row, Result.REFUSED, why)
    return Outcome(row, Result.TITLE, "新建企业（待补代码）并登记资格", None, made, day)


def against(made: TitleRow, known: Sequence[Title], world: World) -> str:
    """Why a recognition cannot be recorded; a list tells what was given, never what will be."""
    if made.issued_on > world.on:
        return f"认定日期{made.issued_on}在将来，请核对"
    return titles.against_days(made.issued_on, made.valid_from, world.on) or titles.against_row(made, known)


def recognition(row: ListRow, firm: int, world: World) -> Outcome:
    """A recognition: known already, by way of the firm's case, or a title at once."""
    day = day_of(row, world)
    if day is None:
        return Outcome(row, Result.REFUSED, NO_DAY, firm)
    known, case = world.titles.get(firm, []), world.cases.get(firm)
    made = title_row(row, firm, day, world.published.track)
    if standing := recorded_already(made, known):
        says = f"已登记（{standing.number or '无编号'}，{standing.issued_on}认定）"
        left = f"；培育申报仍在“{case.get_state_display()}”，请另行办结" if case else ""
        return Outcome(row, Result.KNOWN, says + left, firm)
    if why := against(made, known, world):
        return Outcome(row, Result.REFUSED, why, firm)
    if case is not None and case.state in TO_RECOGNISED:
        return with_case(Outcome(row, Result.RECOGNISED, "", firm, made, day), case, world)
    says = f"培育申报还在“{case.get_state_display()}”，没有登记申报，不随名单办结，请另行撤回" if case else ""
    return Outcome(row, Result.TITLE, says, firm, made, day)


def recorded_already(made: TitleRow, known: Sequence[Title]) -> Title | None:
    """The recorded title that this recognition is: of the same day, and of no other number."""
    for title in known:
        same_day = title.reviewed_on is None and title.issued_on == made.issued_on
        agrees = not made.number or not title.number or made.number == title.number
        if title.standing != Standing.REVOKED and agrees and (same_day or title.valid_from == made.valid_from):
            return title
    return None


def with_case(planned: Outcome, case: Candidacy, world: World) -> Outcome:
    """The same by way of the firm's case, step by step; what its guards have against it is the refusal."""
    steps = TO_RECOGNISED[State(case.state)]
    reasons = obstacles(case, steps, certificate(planned, world.published), world)
    if reasons:
        says = f"培育申报在“{case.get_state_display()}”，不能办到“认定”：{'；'.join(map(str, reasons))}"
        return Outcome(planned.row, Result.REFUSED, says, planned.firm)
    says = "" if len(steps) == 1 else f"培育申报从“{case.get_state_display()}”逐步办到“认定”"
    return Outcome(
        planned.row, Result.RECOGNISED, says, planned.firm, planned.title, planned.day, case=case, steps=steps
    )


def certificate(planned: Outcome, published: PublishedList) -> Certificate:
    """What the case is recognised with: what the list gives, nothing else."""
    row = planned.row
    return Certificate(row.number, planned.day, published.reference, row.valid_from, row.valid_until)


def obstacles(case: Candidacy, steps: Sequence[str], given: Certificate | None, world: World) -> list[Reason]:
    """What the guards of these steps would say."""
    case.on, case.certificate = world.on, given
    case.standing_negatives = world.negatives.get(case.enterprise_id, [])
    found = guards.no_present_dishonesty(case) if "recommend" in steps else []
    return [*found, *(guards.certificate_given(case) if "recognise" in steps else [])]


def review(row: ListRow, firm: int, world: World) -> Outcome:
    """复核通过: a further period of the title that stands, never a new one."""
    day, known, case = day_of(row, world), world.titles.get(firm, []), world.cases.get(firm)
    if day is None:
        return Outcome(row, Result.REFUSED, "没有复核通过的日期，不能登记；请先填写认定日期", firm)
    if reviews.is_recorded(known, day):
        return Outcome(row, Result.KNOWN, f"{day}的复核已登记", firm)
    further = reviews.further_period(
        known, day, number=row.number, valid_from=row.valid_from, valid_until=row.valid_until
    )
    why = "复核日期在将来，请核对" if day > world.on else ""
    why = why or (reviews.against(further, known, day, world.on) if further else reviews.NOTHING_TO_PROLONG)
    if why:
        return Outcome(row, Result.REFUSED, why, firm)
    planned = Outcome(row, Result.RENEWED, f"有效期延续至{further.valid_until or '长期'}" if further else "", firm,
                      further, day)  # fmt: skip
    if case is not None and case.kind == "review" and case.state in TO_RECOGNISED:
        return with_case(planned, case, world)
    return planned


def proposal(row: ListRow, firm: int, world: World) -> Outcome:
    """公示: the case goes to 公示; nothing becomes a title."""
    case = world.cases.get(firm)
    if case is None:
        return Outcome(row, "", "没有办理中的培育申报；公示不是认定，不登记资格", firm)
    if case.state == State.PUBLICISED:
        return Outcome(row, Result.KNOWN, "培育申报已在“公示”", firm, case=case)
    label = case.get_state_display()
    if case.state not in TO_PUBLICISED:
        return Outcome(row, Result.REFUSED, f"培育申报还在“{label}”，没有登记申报，不能进入公示", firm)
    steps = TO_PUBLICISED[State(case.state)]
    if reasons := obstacles(case, steps, None, world):
        says = f"培育申报在“{label}”，不能办到“公示”：{'；'.join(map(str, reasons))}"
        return Outcome(row, Result.REFUSED, says, firm)
    return Outcome(row, Result.PUBLICISED, f"培育申报从“{label}”进入“公示”", firm, case=case, steps=steps)


def failure(row: ListRow, firm: int, world: World) -> Outcome:
    """申报未通过: never a title; it may end the case, if an officer confirms it for this row."""
    case = world.cases.get(firm)
    if case is None or case.state not in TO_RECOGNISED:
        return Outcome(row, "", "没有申报中的培育申报；未通过不产生资格", firm)
    if not row.is_confirmed:
        says = f"培育申报在“{case.get_state_display()}”：确认后办理“未通过”"
        return Outcome(row, "", says, firm, case=case, offers=True)
    return Outcome(row, Result.REJECTED, "培育申报办结为“未通过”", firm, case=case, steps=("reject",))


def revocation(row: ListRow, firm: int, world: World) -> Outcome:
    """撤销或取消: the title named, or the one in force, once an officer confirmed it for this row."""
    standing = [title for title in world.titles.get(firm, []) if title.standing != Standing.REVOKED]
    named = [title for title in standing if row.number and title.number == row.number]
    in_force = named or ([] if row.number else [title for title in standing if title.is_in_force(world.on)])
    if len(in_force) != 1:
        says = f"没有编号为{row.number}的资格" if row.number else "没有可以撤销的有效资格"
        return Outcome(row, "", says, firm)
    title = in_force[0]
    says = f"资格{title.number or '（无编号）'}，{title.issued_on}认定"
    if not row.is_confirmed:
        return Outcome(row, "", f"{says}：确认后撤销", firm, acts_on=title, offers=True)
    return Outcome(row, Result.REVOKED, f"撤销{says}", firm, acts_on=title)


def counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many rows would become what; ``offered`` wait for a confirmation."""
    told = Counter(one.result for one in outcomes if one.result and not one.row.is_done)
    return {result: told.get(result, 0) for result in Result.values} | {"offered": sum(one.offers for one in outcomes)}
