"""一企一档: what a bureau takes along to a firm, on one sheet; negative facts first, then standing, gaps, figures."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import AuditEvent, User
from console.dossier.advice import Advice, advice
from console.exports.cells import masked
from console.exports.writer import shows_people
from console.firms import figures, holdings
from console.firms.conditions import CONFIDENCE, TONES
from enterprises import six_haves
from enterprises.domain import statements
from enterprises.models import Enterprise, NegativeFact, ResearchInstitution
from enterprises.vocabulary import FIGURE_BY_NAME, FIRM_FIELDS, TRACK_BY_KEY, Figure
from notifications.models import Obligation
from pipeline.domain import dossiers, routes
from pipeline.domain.checklists import Checklist
from pipeline.domain.ladder import rungs_in_use
from pipeline.models import Candidacy, Receipt
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import CLOSED
from pipeline.rules.explain import Finding
from pipeline.rules.plans import Plans

YEARS = 3
PLANNED = 2
OPEN = ("unmet", "unknown", "manual", "not_applicable")
FEW = 3  # conditions without data, each with a line of its own
WORDS = {"unmet": "不符合", "unknown": "未知", "manual": "待判定", "not_applicable": "无法计算"}
KEY_FIGURES = (
    "operating_revenue_cny",
    "sales_cny",
    "net_profit_cny",
    "total_assets_cny",
    "rd_cost_hnte_cny",
    "rd_cost_deduction_cny",
    "rd_spend_stat_cny",
    "staff_headcount",
    "tech_staff_tsme_headcount",
    "tech_staff_hnte_headcount",
    "class_one_count",
    "class_two_count",
)

MUST_BE_SAID = {FIRM_FIELDS[name].label for name in ("registered_on", "industry_code")}


@dataclass(frozen=True)
class Gap:
    """A condition that is not met, and where that is written."""

    finding: Finding
    word: str
    is_unconfirmed: bool
    missing: str


@dataclass(frozen=True)
class Judged:
    """One track on the sheet; ``receipt`` is the one printed with it, if it still says the same.

    ``unknown`` are the conditions said in one line because many lack data, and ``missing`` all that they lack.
    """

    checked: Checklist
    verdict: str
    tone: str
    gaps: Sequence[Gap]
    unknown: Sequence[Gap]
    missing: str
    n_met: int
    receipt: Receipt | None
    ways: Plans | None = None

    @property
    def label(self) -> str:
        """The official label."""
        return TRACK_BY_KEY[self.checked.track].label

    @property
    def score(self) -> str:
        """The score, as a range where something is open."""
        low, high = self.checked.score_low, self.checked.score_high
        if high is None:
            return ""
        return f"{low} 分" if low == high else f"{low}–{high} 分"

    @property
    def confidence(self) -> str:
        """How sure the text of the rules is."""
        return CONFIDENCE[self.checked.rules.confidence]


@dataclass(frozen=True)
class KeyFigure:
    """A figure over three years, the latest first, and how it grew in the last."""

    figure: Figure
    cells: Sequence[figures.Cell | None]
    growth: str


@dataclass(frozen=True)
class Institution:
    """A research institution and how many of the six were found."""

    institution: ResearchInstitution
    six: str


@dataclass(frozen=True)
class OpenCase:
    """A case under way and what is due next for it."""

    case: Candidacy
    due: Obligation | None


@dataclass(frozen=True)
class Dossier:
    """Everything on the sheet."""

    firm: Enterprise
    rung: str
    negatives: Sequence[NegativeFact]
    facts: Sequence[figures.FirmFact]
    above_scale: str
    contacts: Sequence[tuple[str, str, str]]
    titles: Sequence[holdings.Held]
    judged: Sequence[Judged]
    heads: Sequence[figures.YearHead]
    key_figures: Sequence[KeyFigure]
    institutions: Sequence[Institution]
    cases: Sequence[OpenCase]
    advice: Sequence[Advice]
    printed: AuditEvent | None
    is_outdated: bool


def dossier(firm: Enterprise, user: User, on: datetime.date, printed: AuditEvent | None = None) -> Dossier:
    """The sheet of a firm as it stands on the day."""
    kept = receipts_of(firm, printed)
    checked = list(dossiers.checklists(firm, on))
    near = {one.track for one in nearest(checked)}
    prices = routes.prices()
    judged = [
        judged_track(one, kept.get(one.track), routes.ways(one, prices) if one.track in near else None)
        for one in checked
    ]
    titles = holdings.titles(firm, on)
    open_cases = under_way(firm, on)
    heads, key_figures = three_years(firm, on)
    return Dossier(
        firm=firm,
        rung=rung_of(firm, on),
        negatives=list(firm.negatives.order_by("-from_on", "-pk")),
        facts=[fact for fact in figures.firm_facts(firm) if fact.known or fact.label in MUST_BE_SAID],
        above_scale=above_scale(firm, on),
        contacts=contacts(firm, user),
        titles=titles,
        judged=judged,
        heads=heads,
        key_figures=key_figures,
        institutions=institutions(firm),
        cases=open_cases,
        advice=advice(firm, on, titles=titles, judged=checked, cases=[one.case for one in open_cases]),
        printed=printed,
        is_outdated=printed is not None and any(one.receipt is None for one in judged),
    )


def receipts_of(firm: Enterprise, printed: AuditEvent | None) -> dict[str, Receipt]:
    """The receipts of the firm frozen by a printing, by track."""
    ids = printed.after.get("receipts", []) if printed and isinstance(printed.after, dict) else []
    frozen = Receipt.objects.filter(enterprise=firm, pk__in=ids).select_related("enterprise")
    return {receipt.track: receipt for receipt in frozen}


def nearest(checked: Sequence[Checklist]) -> Sequence[Checklist]:
    """The few tracks, of those the firm does not qualify for yet, with fewest conditions unmet: plans are for these."""
    open_ = (one for one in checked if one.verdict != Verdict.ELIGIBLE)
    return sorted(open_, key=lambda one: sum(gate.outcome == "unmet" for gate in one.gates))[:PLANNED]


def judged_track(checked: Checklist, receipt: Receipt | None, ways: Plans | None) -> Judged:
    """One track with what is open, what is not met first; many conditions without data share a line."""
    gaps = sorted((gap(one, checked) for one in checked.gates if one.outcome in OPEN), key=order_of)
    unknown = [one for one in gaps if one.finding.outcome == "unknown"]
    unknown = unknown if len(unknown) > FEW else []
    keys = {one.finding.key for one in unknown}
    return Judged(
        checked=checked,
        verdict=Verdict(checked.verdict).label,
        tone=TONES[Verdict(checked.verdict)],
        gaps=[one for one in gaps if one not in unknown],
        unknown=unknown,
        missing="、".join(dict.fromkeys(str(one) for one in checked.wanted if one.gate in keys)),
        n_met=sum(one.outcome == "met" for one in checked.gates),
        receipt=receipt if receipt and dossiers.still_says(receipt, checked) else None,
        ways=ways,
    )


def order_of(one: Gap) -> int:
    """Unmet before unknown before what people judge."""
    return OPEN.index(one.finding.outcome)


def gap(finding: Finding, checked: Checklist) -> Gap:
    """A condition not met, with the figures it waits for."""
    missing = "、".join(dict.fromkeys(str(one) for one in checked.wanted if one.gate == finding.key))
    return Gap(finding, WORDS[finding.outcome], finding.confidence == "unconfirmed" or not finding.clause, missing)


def rung_of(firm: Enterprise, on: datetime.date) -> str:
    """The rung it stands on, by name."""
    position = getattr(firm, "position", None)
    names = {rung.key: rung.name for rung in rungs_in_use(on)}
    return names.get(position.rung, "") if position else ""


def above_scale(firm: Enterprise, on: datetime.date) -> str:
    """Since when it is 规上; a firm nobody recorded as such is not said to be none."""
    spell = firm.above_scale_spells.filter(from_on__lte=on).exclude(to_on__lt=on).order_by("-from_on").first()
    return f"{spell.kind}，{spell.from_on.isoformat()} 起" if spell else "未登记"


def contacts(firm: Enterprise, user: User) -> list[tuple[str, str, str]]:
    """Whom to call; numbers are masked for who may only read."""
    shown = (lambda text: text) if shows_people(user) else masked
    return [(one.name, shown(one.mobile), shown(one.email)) for one in firm.contacts.order_by("pk")]


def three_years(firm: Enterprise, on: datetime.date) -> tuple[Sequence[figures.YearHead], list[KeyFigure]]:
    """The key figures somebody gave for one of the last three years."""
    current = statements.current_figures(firm)
    years = range(on.year - 1, on.year - 1 - YEARS, -1)
    heads = [figures.YearHead(year, figures.usual_source(current.get(year, {}))) for year in years]
    rows = [
        KeyFigure(FIGURE_BY_NAME[name], cells, growth(cells))
        for name in KEY_FIGURES
        if any(cells := [figures.cell(current, head, name) for head in heads])
    ]
    return heads, rows


def growth(cells: Sequence[figures.Cell | None]) -> str:
    """How the last year stands to the one before: +12.5%; nothing where one is unknown or the base is not positive."""
    last, before = cells[0], cells[1]
    if last is None or before is None or before.known.value <= 0:
        return ""
    change = (Decimal(last.known.value) - before.known.value) / before.known.value * 100
    return f"{change:+.1f}%"


def institutions(firm: Enterprise) -> list[Institution]:
    """Its institutions that have not ended, each with its 六有."""
    standing = firm.institutions.filter(ended_on=None).order_by("pk")
    return [Institution(one, six_of(one)) for one in standing]


def six_of(one: ResearchInstitution) -> str:
    """六有 6/6, or which are missing and which nobody looked at."""
    names = {item.key: item.label for item in six_haves.ITEMS}
    if len(one.unchecked) == len(names):
        return "六有未核"
    parts = [f"六有 {len(one.haves)}/{len(names)}"]
    parts += [f"缺{'、'.join(names[key] for key in one.lacks)}"] if one.lacks else []
    parts += [f"未核{'、'.join(names[key] for key in one.unchecked)}"] if one.unchecked else []
    return "，".join(parts)


def under_way(firm: Enterprise, on: datetime.date) -> list[OpenCase]:
    """The open cases, each with the soonest thing that is due for it."""
    due = list(Obligation.objects.open().filter(enterprise=firm, due_on__gte=on).order_by("due_on", "pk"))
    cases = firm.candidacies.exclude(state__in=CLOSED).select_related("round", "officer", "receipt").order_by("pk")
    return [OpenCase(case, next((one for one in due if one.track == case.track), None)) for case in cases]
