"""Firms of known standing: what makes one fit to file for 高新技术企业 in 2026, and ways to spoil it."""

import datetime
from typing import Any

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.domain import rulings
from pipeline.domain.candidacies import move
from pipeline.models import Candidacy, MaterialRequirement, Round
from pipeline.models.candidacy import Certificate, State
from tests.factories import CandidacyFactory, FirmStatementFactory, MaterialFactory, PropertyFactory, YearFiguresFactory

ON = datetime.date(2026, 11, 23)

# Yuan, heads, pieces. R&D of three years is 7.2 of 133 million yuan of sales: 5.41 %, where 5 % are asked.
FIGURES: dict[int, dict[str, int]] = {
    2025: {
        "sales_cny": 48_000_000,
        "total_income_cny": 48_000_000,
        "hi_tech_income_cny": 40_000_000,
        "rd_cost_hnte_cny": 2_600_000,
        "rd_cost_hnte_domestic_cny": 2_600_000,
        "staff_hnte_headcount": 100,
        "tech_staff_hnte_headcount": 20,
        "result_conversions": 6,
        "net_assets_cny": 40_000_000,
    },
    2024: {
        "sales_cny": 45_000_000,
        "rd_cost_hnte_cny": 2_400_000,
        "rd_cost_hnte_domestic_cny": 2_400_000,
        "result_conversions": 6,
        "net_assets_cny": 28_000_000,
    },
    2023: {
        "sales_cny": 40_000_000,
        "rd_cost_hnte_cny": 2_200_000,
        "rd_cost_hnte_domestic_cny": 2_200_000,
        "result_conversions": 6,
        "net_assets_cny": 20_000_000,
    },
}
MANUAL = ("H2.core", "H3.core")


def make_fit(enterprise: Enterprise, **spoilt: Any) -> None:
    """Record everything 高企 asks of the register; ``spoilt`` replaces figures of 2025, None leaves one unknown."""
    FirmStatementFactory(
        enterprise=enterprise,
        registered_on=datetime.date(2015, 3, 1),
        is_resident=True,
        industry_code="C3421",
        hi_tech_field="先进制造与自动化",
    )
    for year, figures in FIGURES.items():
        YearFiguresFactory(enterprise=enterprise, year=year, **(figures | (spoilt if year == 2025 else {})))
    PropertyFactory(enterprise=enterprise)
    for checked in ("property", "honours", "institutions", "negatives", "titles"):
        setattr(enterprise, f"{checked}_known_on", datetime.date(2026, 1, 5))
    enterprise.save()


def rule_what_is_manual(enterprise: Enterprise, by: User) -> None:
    """Answer what no computer decides."""
    for criterion in MANUAL:
        rulings.rule(
            enterprise_id=enterprise.pk, track="hnte", criterion=criterion, value=True, basis="现场核查", by=by, on=ON
        )


def hand_in_everything(enterprise: Enterprise) -> None:
    """All papers of a 高企 filing, accepted."""
    for needed in MaterialRequirement.objects.filter(track="hnte"):
        MaterialFactory(enterprise=enterprise, kind=needed.kind)


def ready_to_file(enterprise: Enterprise, by: User) -> Candidacy:
    """A case in 拟申报 against whose filing nothing speaks."""
    make_fit(enterprise)
    rule_what_is_manual(enterprise, by)
    hand_in_everything(enterprise)
    return case_at(enterprise, State.PREPARING)


def case_at(enterprise: Enterprise, state: str) -> Candidacy:
    """A case of 高企 in this state and in the round of 2026."""
    return CandidacyFactory(enterprise=enterprise, state=state, round=Round.objects.get(track="hnte", year=2026))


CERTIFICATE = Certificate("GR202642000001", datetime.date(2026, 11, 20), "鄂科技发高〔2026〕1号")


def step_with(candidacy: Candidacy, step: str, by: User, **given: object) -> Candidacy:
    """The step with everything its form asks for."""
    whole = {"reason": "按会议纪要", "certificate": CERTIFICATE if step == "recognise" else None, "on": ON}
    return move(candidacy_id=candidacy.pk, step=step, by=by, version=candidacy.version, **(whole | given))
