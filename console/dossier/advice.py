"""What to do next for a firm, in the order in which it helps: what is wrong, what ends, what is nearly there."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from console.firms.holdings import Held
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain.candidacies import STEPS
from pipeline.domain.checklists import Checklist
from pipeline.models import Candidacy
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import State

MOST = 6
WHO = {"enterprise": "企业", "bureau": "本局", "expert": "评审专家", "authority": "上级主管部门"}
# The step that leads on from each state
NEXT = {
    State.POOLED: "coach",
    State.COACHING: "prepare",
    State.PREPARING: "file",
    State.FILED: "recommend",
    State.RECOMMENDED: "publicise",
    State.PUBLICISED: "recognise",
}


@dataclass(frozen=True)
class Advice:
    """One thing to do, and whose it is."""

    says: str
    who: str


def advice(
    firm: Enterprise,
    on: datetime.date,
    *,
    titles: Sequence[Held],
    judged: Sequence[Checklist],
    cases: Sequence[Candidacy],
) -> list[Advice]:
    """The first few things to do."""
    found = [*of_record(firm), *of_titles(titles), *of_verdicts(judged, cases), *of_cases(cases)]
    return list(islice(dict.fromkeys(found), MOST))


def of_record(firm: Enterprise) -> Iterator[Advice]:
    """What is missing before anybody can work on the firm."""
    if firm.negatives.filter(to_on=None).exists():
        yield Advice("核实负面信息是否已移出或整改，未了结前不宜推荐", "本局")
    if not firm.uscc:
        yield Advice("补登统一社会信用代码", "企业")
    if not firm.contacts.exists():
        yield Advice("登记联络员，否则收不到提醒", "企业")
    if firm.officer_id is None:
        yield Advice("指定责任人", "本局")


def of_titles(titles: Sequence[Held]) -> Iterator[Advice]:
    """Titles that end soon."""
    for held in titles:
        if held.says.startswith("临期"):
            label = TRACK_BY_KEY[held.title.track].short
            yield Advice(f"{label} {held.title.valid_until} 到期，准备重新认定或复核", "企业")


def of_verdicts(judged: Sequence[Checklist], cases: Sequence[Candidacy]) -> Iterator[Advice]:
    """Who is fit and has no case; then what is lacking, the track nearest to its end first; then what nobody knows."""
    working = {case.track for case in cases}
    nearest = sorted(judged, key=lambda one: sum(gate.outcome == "unmet" for gate in one.gates))
    for checked in nearest:
        if checked.verdict == Verdict.ELIGIBLE and checked.track not in working:
            yield Advice(f"{short(checked)}条件全部符合，可纳入储备并动员申报", "本局")
    for checked in nearest:
        yield from of_gaps(checked)
    for checked in nearest:
        wanted = list(dict.fromkeys(str(one) for one in checked.wanted))
        if wanted:
            more = f"等 {len(wanted)} 项" if len(wanted) > 4 else ""
            yield Advice(f"{short(checked)}待补：{'、'.join(wanted[:4])}{more}", "企业")


def of_gaps(checked: Checklist) -> Iterator[Advice]:
    """What would close each gap."""
    for gate in checked.gates:
        if gate.outcome == "unmet" and gate.gap_text:
            yield Advice(f"{short(checked)} {gate.key}：{gate.gap_text}", WHO.get(gate.who or "enterprise", "企业"))


def short(checked: Checklist) -> str:
    """The short label of its track."""
    return TRACK_BY_KEY[checked.track].short


def of_cases(cases: Sequence[Candidacy]) -> Iterator[Advice]:
    """The next step of each case."""
    for case in cases:
        step = NEXT.get(State(case.state))
        if step:
            label = TRACK_BY_KEY[case.track].short
            yield Advice(f"{label}现为“{case.get_state_display()}”，下一步“{STEPS[step]}”", "本局")
