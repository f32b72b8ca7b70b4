"""What is due to be done: from titles, rounds, papers and figures; found again without change, ended with its cause."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.machine import state_change_allowed
from accounts.models import Region, User
from enterprises.models import Enterprise, StatementState
from notifications import yearly
from notifications.models import Obligation
from notifications.obligations import refresh
from pipeline.models import Assessment, Edition, MaterialRequirement
from pipeline.models.candidacy import State
from pipeline.models.title import Standing, Title
from tests.factories import (
    CandidacyFactory,
    EnterpriseFactory,
    MaterialFactory,
    RegionFactory,
    RoundFactory,
    TitleFactory,
    YearFiguresFactory,
)

ON = datetime.date(2026, 11, 23)
Kind = Obligation.Kind

pytestmark = [pytest.mark.django_db, pytest.mark.feature(47, partial="titles, rounds, papers, figures, yearly reports")]


@pytest.fixture(autouse=True)
def reports(db: None) -> None:
    """The yearly duties as seeded."""
    yearly.load_seeds()


def open_ones(**filters: Any) -> list[tuple[str, datetime.date | None]]:
    return list(Obligation.objects.open().filter(**filters).values_list("says", "due_on"))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("track", "until", "says"),
    [
        ("hnte", "2026-12-31", "高新技术企业资格2026年12月31日到期，到期前须重新认定"),
        ("tsme", "2026-12-31", "科技型中小企业资格2026年12月31日到期，次年须重新评价入库"),
        ("srdi", "2027-05-22", "专精特新中小企业资格2027年5月22日到期，到期前须复核或重新申报"),
    ],
)
def test_a_title_that_ends_within_half_a_year_asks_for_its_renewal(
    enterprise: Enterprise, track: str, until: str, says: str
):
    TitleFactory(enterprise=enterprise, track=track, issued_on=day("2024-01-01"), valid_until=day(until))

    refresh(on=ON)

    assert open_ones(kind=Kind.TITLE_EXPIRY) == [(says, day(until))]


@pytest.mark.parametrize(
    ("until", "document", "verified"),
    [
        ("2026-12-31", "", False),
        ("2026-12-31", "台账导入：2026年台账.xlsx", False),
        ("2026-12-31", "鄂认定办〔2024〕1号", True),
        ("2026-12-30", "", True),
    ],
    ids=["counted by the rule", "counted, from a ledger", "counted, with a document", "typed otherwise"],
)
def test_a_last_day_that_was_only_counted_waits_for_a_document(
    enterprise: Enterprise, until: str, document: str, verified: bool
):
    TitleFactory(enterprise=enterprise, issued_on=day("2024-01-01"), valid_until=day(until), document=document)

    refresh(on=ON)

    assert Obligation.objects.get(kind=Kind.TITLE_EXPIRY).verified is verified


def test_a_title_that_ends_later_asks_for_nothing_yet(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2024-06-01"), valid_until=ON + datetime.timedelta(days=181))

    refresh(on=ON)

    assert open_ones(kind=Kind.TITLE_EXPIRY) == []


@pytest.mark.feature(48, partial="a lapsed title stays in sight for a year")
def test_a_title_that_lapsed_without_renewal_stays_overdue_and_turns_into_history_after_a_year(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2022-12-01"), valid_until=day("2025-11-30"))
    refresh(on=day("2025-11-20"))

    refresh(on=ON)

    lapsed = Obligation.objects.open().overdue(ON).get()
    assert lapsed.says == "高新技术企业资格已于2025年11月30日到期，未见新的认定"

    refresh(on=day("2026-12-01"))

    lapsed.refresh_from_db()
    assert (lapsed.satisfied_on, lapsed.lapsed_on) == (None, day("2026-12-01"))


def test_a_later_title_of_the_track_settles_the_renewal(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2023-12-01"), valid_until=day("2026-11-30"))
    refresh(on=ON)
    TitleFactory(enterprise=enterprise, issued_on=day("2026-12-01"), valid_until=day("2029-11-30"))

    refresh(on=day("2026-12-02"))

    assert open_ones(kind=Kind.TITLE_EXPIRY) == []
    assert Obligation.objects.get(kind=Kind.TITLE_EXPIRY).satisfied_on == day("2026-12-02")


def test_a_renewal_that_was_handed_in_is_no_longer_the_firms_to_do(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    CandidacyFactory(enterprise=enterprise, state=State.FILED)

    refresh(on=ON)

    waiting = Obligation.objects.open().get(kind=Kind.TITLE_EXPIRY)
    assert waiting.says.endswith("新的申报已提交，等待结果")
    assert not waiting.for_enterprise


def test_revoked_titles_and_deregistered_firms_owe_nothing(county: Region):
    gone = EnterpriseFactory(region=county, deregistered_on=day("2026-05-01"))
    TitleFactory(enterprise=gone, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    with state_change_allowed():
        Title.objects.create(
            enterprise=EnterpriseFactory(region=county), track="hnte", issued_on=day("2024-01-01"),
            valid_from=day("2024-01-01"), valid_until=day("2026-12-31"), standing=Standing.REVOKED,
        )  # fmt: skip

    refresh(on=ON)

    assert open_ones() == []


def test_a_holder_owes_the_yearly_report_until_its_paper_was_accepted(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2026-11-20"), valid_until=day("2029-11-19"))

    refresh(on=ON)

    assert sorted(open_ones()) == [
        ("报送2026年火炬统计年报", day("2027-03-31")),
        ("报送2026年高新技术企业年度发展情况报表", day("2027-05-31")),
    ]
    assert not Obligation.objects.filter(verified=True).exists()  # 待核实

    MaterialFactory(enterprise=enterprise, kind="高新技术企业年度发展情况报表", year=2026)
    refresh(on=day("2027-03-01"))

    assert Obligation.objects.get(satisfied_on=day("2027-03-01")).says == "报送2026年高新技术企业年度发展情况报表"
    assert open_ones() == [("报送2026年火炬统计年报", day("2027-03-31"))]


def test_an_innovative_firm_owes_its_yearly_update_by_an_assumed_day(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, track="isme", issued_on=day("2026-01-01"), valid_until=day("2028-12-31"))

    refresh(on=ON)

    due = Obligation.objects.open().get()
    assert (due.says, due.due_on, due.verified) == ("报送2026年创新型中小企业年度信息更新", day("2027-05-31"), False)


@pytest.mark.parametrize(
    ("level", "due"),
    [(Region.Level.TOWNSHIP, "2026-12-01"), (Region.Level.COUNTY, "2026-12-05"), (Region.Level.CITY, "2026-12-10")],
)
def test_a_round_closes_for_a_firm_with_the_cut_off_of_its_unit(city: Region, level: str, due: str):
    firm = EnterpriseFactory(region=RegionFactory(parent=city, level=level))
    closing = RoundFactory(
        name="2026年第4批", closes_on=day("2026-12-20"), township_cutoff_on=day("2026-12-01"),
        county_cutoff_on=day("2026-12-05"), city_cutoff_on=day("2026-12-10"),
    )  # fmt: skip
    CandidacyFactory(enterprise=firm, state=State.PREPARING, round=closing)

    refresh(on=ON)

    closing_due = Obligation.objects.open().get(kind=Kind.ROUND_CLOSING)
    assert closing_due.due_on == day(due)
    assert "2026年第4批" in closing_due.because


def test_a_case_without_a_round_is_told_of_the_next_one_to_close_and_a_filed_case_of_none(enterprise: Enterprise):
    RoundFactory(name="已截止", closes_on=day("2026-10-01"))
    RoundFactory(name="更晚", closes_on=day("2027-01-20"))
    RoundFactory(name="最近", closes_on=day("2026-12-10"))
    case = CandidacyFactory(enterprise=enterprise, state=State.COACHING)

    refresh(on=ON)

    assert open_ones(kind=Kind.ROUND_CLOSING) == [("高新技术企业申报2026年12月10日截止", day("2026-12-10"))]

    with state_change_allowed():
        type(case).objects.filter(pk=case.pk).update(state=State.FILED)
    refresh(on=ON)

    assert open_ones(kind=Kind.ROUND_CLOSING) == []


def test_a_round_that_closed_before_the_chosen_case_was_filed_stays_overdue(enterprise: Enterprise):
    closed = RoundFactory(name="第3批", closes_on=day("2026-11-20"))
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING, round=closed)

    refresh(on=ON)

    assert open_ones(kind=Kind.ROUND_CLOSING) == [
        ("高新技术企业申报已于2026年11月20日截止，尚未提交", day("2026-11-20"))
    ]


def test_a_filing_in_preparation_names_the_papers_it_lacks(enterprise: Enterprise):
    for kind in ("审计报告", "专项报告", "知识产权证书"):
        MaterialRequirement.objects.create(track="hnte", kind=kind)
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING)
    MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=ON)
    MaterialFactory(enterprise=enterprise, kind="专项报告", valid_until=ON - datetime.timedelta(days=1))

    refresh(on=ON)

    assert open_ones(kind=Kind.MATERIAL_MISSING) == [("高新技术企业申报还缺 2 份材料：专项报告、知识产权证书", None)]


def test_a_paper_handed_in_is_the_officers_to_check_and_no_longer_the_firms(enterprise: Enterprise):
    MaterialRequirement.objects.create(track="hnte", kind="审计报告")
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING)
    refresh(on=ON)
    MaterialFactory(enterprise=enterprise, kind="审计报告", accepted_at=None)

    refresh(on=ON)

    assert open_ones(for_enterprise=True) == []
    assert open_ones(for_enterprise=False) == [("“审计报告”待核收", None)]


def test_stated_figures_wait_for_an_officer_until_accepted(enterprise: Enterprise):
    stated = YearFiguresFactory(enterprise=enterprise, year=2025, state=StatementState.SUBMITTED)
    refresh(on=ON)
    before = open_ones(kind=Kind.FIGURES_TO_ACCEPT, for_enterprise=False)
    type(stated).objects.filter(pk=stated.pk).update(state=StatementState.ACCEPTED)

    refresh(on=ON)

    assert before == [("企业填报的2025年度指标待采纳", None)]
    assert open_ones() == []


def assessed(enterprise: Enterprise, wants: list[str]) -> None:
    edition = Edition.objects.create(
        track="hnte",
        slug="hnte/test",
        title="测试",
        document="测试",
        effective_from=day("2016-01-01"),
        content="",
        digest="x",
    )
    Assessment.objects.create(
        enterprise=enterprise, track="hnte", kind="apply", edition=edition, judged_on=ON, verdict="undecided",
        n_unmet=0, n_unknown=1, n_manual=0, n_na=0, unmet_mask=0, unknown_mask=1, manual_mask=0, wants=wants,
    )  # fmt: skip


def test_an_open_case_that_lacks_one_figure_is_asked_for_its_latest_missing_year(enterprise: Enterprise):
    assessed(enterprise, ["sales_cny"])
    CandidacyFactory(enterprise=enterprise, state=State.COACHING)
    YearFiguresFactory(enterprise=enterprise, year=2025, sales_cny=1)
    YearFiguresFactory(enterprise=enterprise, year=2023, sales_cny=1)

    refresh(on=ON)

    assert open_ones(kind=Kind.FIGURES_WANTED) == [("补报2024年销售收入", None)]


@pytest.mark.parametrize(
    ("wants", "expected"),
    [
        (["property"], [("补报知识产权清单", None)]),
        (["registered_on"], [("补报成立日期", None)]),
        (["sales_cny", "staff_headcount"], []),
    ],
)
def test_lists_and_fields_are_asked_for_by_name_and_several_gaps_are_not_one(
    enterprise: Enterprise, wants: list[str], expected: list[tuple[str, None]]
):
    assessed(enterprise, wants)
    CandidacyFactory(enterprise=enterprise, state=State.COACHING)

    refresh(on=ON)

    assert open_ones(kind=Kind.FIGURES_WANTED) == expected


def test_refreshing_again_changes_nothing_and_a_waived_obligation_stays_waived(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    first = refresh(on=ON)

    second = refresh(on=ON)

    assert ((first.written, first.closed), (second.written, second.closed)) == ((1, 0), (0, 0))

    Obligation.objects.update(waived_on=ON, waived_because="企业已搬迁")
    refresh(on=ON + datetime.timedelta(days=1))

    assert open_ones() == []


def test_a_cause_that_comes_back_opens_the_obligation_again(enterprise: Enterprise):
    paper = MaterialFactory(enterprise=enterprise, kind="审计报告")
    MaterialRequirement.objects.create(track="hnte", kind="审计报告")
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING)
    paper.delete()
    refresh(on=ON)
    MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=ON)
    refresh(on=ON)
    of_kind = {"kind": Kind.MATERIAL_MISSING}
    done = open_ones(**of_kind)

    refresh(on=ON + datetime.timedelta(days=1))

    assert (done, len(open_ones(**of_kind)), Obligation.objects.filter(**of_kind).count()) == ([], 1, 1)


def test_refreshing_some_firms_leaves_the_others_alone(enterprise: Enterprise, foreign_enterprise: Enterprise):
    for firm in (enterprise, foreign_enterprise):
        TitleFactory(enterprise=firm, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    refresh(on=ON)
    Title.objects.all().delete()

    refresh(on=ON, enterprise_ids=[enterprise.pk])

    assert list(Obligation.objects.open().values_list("enterprise", flat=True)) == [foreign_enterprise.pk]


@pytest.mark.parametrize("firms", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_firms(
    county: Region, officer: User, django_assert_num_queries: Any, firms: int
):
    MaterialRequirement.objects.create(track="hnte", kind="审计报告")
    for firm in EnterpriseFactory.create_batch(firms, region=county):
        TitleFactory(enterprise=firm, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
        CandidacyFactory(enterprise=firm, state=State.PREPARING)
        YearFiguresFactory(enterprise=firm, state=StatementState.SUBMITTED, known_at=timezone.now())

    with django_assert_num_queries(43):
        refresh(on=ON)
