"""The bridge to the rules: the frame says what ``current_figures`` says, for any number of firms."""

import datetime
from decimal import Decimal

from enterprises import frame
from enterprises.domain.statements import current_figures
from enterprises.models import AboveScaleSpell, Enterprise, NegativeFact
from enterprises.vocabulary import FIGURE_BY_NAME
from tests.factories import (
    EnterpriseFactory,
    FirmStatementFactory,
    InstitutionFactory,
    PropertyFactory,
    YearFiguresFactory,
)

AT = datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC)
LATER = AT + datetime.timedelta(hours=1)


def test_the_frame_and_the_page_agree_on_every_current_value(
    enterprise: Enterprise, foreign_enterprise: Enterprise
) -> None:
    for firm in (enterprise, foreign_enterprise):
        YearFiguresFactory(enterprise=firm, sales_cny=1, staff_headcount=3, known_at=AT)
        YearFiguresFactory(enterprise=firm, sales_cny=2, net_profit_cny=-7, known_at=LATER)
        YearFiguresFactory(enterprise=firm, source="enterprise", staff_headcount=5, known_at=AT)
        YearFiguresFactory(enterprise=firm, source="enterprise", state="submitted", sales_cny=99, known_at=LATER)
        YearFiguresFactory(enterprise=firm, source="officer", srdi_platform_score=Decimal("61.25"), known_at=AT)
        YearFiguresFactory(enterprise=firm, year=2024, sales_cny=0)

    rows = frame.load()["years"].sort("firm", "year").to_dicts()

    assert [(row["firm"], row["year"]) for row in rows] == [
        (firm.pk, year) for firm in (enterprise, foreign_enterprise) for year in (2024, 2025)
    ]
    for row in rows:
        known = current_figures(Enterprise.objects.get(pk=row["firm"]))[row["year"]]
        assert {name: row[name] for name in FIGURE_BY_NAME if row[name] is not None} == {
            name: fact.value for name, fact in known.items()
        }


def test_a_moment_in_the_past_sees_what_was_known_then(enterprise: Enterprise) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=1, known_at=AT)
    YearFiguresFactory(enterprise=enterprise, sales_cny=2, known_at=LATER)

    assert frame.load([enterprise.pk], known_by=AT)["years"]["sales_cny"].to_list() == [1]
    assert frame.load([enterprise.pk])["years"]["sales_cny"].to_list() == [2]


def test_facts_of_the_firm_and_which_lists_are_known(enterprise: Enterprise) -> None:
    enterprise.negatives_known_on = datetime.date(2026, 1, 5)
    enterprise.save()
    FirmStatementFactory(
        enterprise=enterprise, registered_on=datetime.date(2015, 3, 1), is_resident=False, market_share_ratio="0.12"
    )

    (row,) = frame.load()["firms"].to_dicts()

    assert (row["registered_on"], row["is_resident"], row["market_share"]) == (
        datetime.date(2015, 3, 1),
        False,
        "0.120000",
    )
    assert row["hi_tech_field"] is None
    assert {name: row[name] for name in row if name.endswith("_known")} == {
        "property_known": False,
        "honours_known": False,
        "institutions_known": False,
        "titles_known": False,
        "negatives_known": True,
        "above_scale_known": False,
    }


def test_rows_of_lists_carry_their_firm(enterprise: Enterprise) -> None:
    PropertyFactory(enterprise=enterprise, used_for_hnte=None)
    NegativeFact.objects.create(enterprise=enterprise, kind="经营异常", from_on=datetime.date(2026, 1, 5))

    frames = frame.load()

    (right,) = frames["property"].to_dicts()
    assert (right["firm"], right["class"], right["main_product"], right["used_for_hnte"]) == (
        enterprise.pk,
        "I",
        True,
        None,
    )
    assert frames["negatives"].to_dicts() == [
        {"firm": enterprise.pk, "kind": "经营异常", "from_on": datetime.date(2026, 1, 5), "to_on": None}
    ]


def test_only_the_firms_asked_for_and_none_that_is_gone(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    gone = EnterpriseFactory(deregistered_on=datetime.date(2026, 1, 1))

    assert frame.load()["firms"]["firm"].to_list() == [enterprise.pk, foreign_enterprise.pk]
    assert frame.load([enterprise.pk, gone.pk])["firms"]["firm"].to_list() == [enterprise.pk]


def test_spells_of_above_scale_make_its_absence_known(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    spell = {"kind": "规上工业", "from_on": datetime.date(2024, 1, 1), "to_on": datetime.date(2025, 12, 31)}
    AboveScaleSpell.objects.create(enterprise=enterprise, **spell)

    frames = frame.load()

    assert frames["above_scale"].to_dicts() == [{"firm": enterprise.pk, **spell}]
    known = dict(frames["firms"].select("firm", "above_scale_known").iter_rows())
    assert known == {enterprise.pk: True, foreign_enterprise.pk: False}


def test_an_institution_brings_its_six_and_counts_at_its_level_once_recognised(enterprise: Enterprise) -> None:
    InstitutionFactory(enterprise=enterprise, haves=["site", "rules"], lacks=["staff"])
    InstitutionFactory(enterprise=enterprise, level="省部", recognised_on=datetime.date(2024, 1, 1))

    building, recognised = frame.load()["institutions"].sort("recognised").to_dicts()

    assert (building["recognised"], recognised["recognised"]) == (False, True)
    assert {key: building[f"six_{key}"] for key in ("site", "rules", "staff", "equipment")} == {
        "site": True,
        "rules": True,
        "staff": False,
        "equipment": None,
    }
