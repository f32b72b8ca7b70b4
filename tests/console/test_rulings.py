"""人工判定: the register, its filters and workbook, how often people agree; papers on a firm's page; 按某日评估."""

import datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, Material
from pipeline.domain import rulings
from pipeline.domain.rulings import agreements
from pipeline.models import MaterialRequirement, Round, Ruling
from tests import firms
from tests.console.exported import Exported
from tests.console.visit import MORNING, as_, text
from tests.factories import EnterpriseFactory, MaterialFactory, YearFiguresFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture(autouse=True)
def morning() -> Any:
    """It is a Monday in November."""
    with time_machine.travel(MORNING, tick=False):
        yield


def rule(firm: Enterprise, by: User, **given: Any) -> Ruling:
    """A ruling on 高企 H2.core."""
    whole = {"track": "hnte", "criterion": "H2.core", "value": True, "basis": "现场核查", "on": ON} | given
    return rulings.rule(enterprise_id=firm.pk, by=by, **whole)


def listed(user: User, query: str = "") -> list[tuple[str, str, str]]:
    """Criterion, answer and state of the rulings on the page."""
    rows = as_(user).get(f"/rulings/{query}").context["rows"]
    return [(row.ruling.criterion, row.answer, row.state) for row in rows]


def test_the_register_says_who_ruled_what_on_which_basis_until_when(enterprise: Enterprise, officer: User):
    rule(enterprise, officer, document="云科〔2026〕3号", valid_until=datetime.date(2027, 6, 30))

    page = text(as_(officer).get("/rulings/"))

    parts = (
        enterprise.name,
        "高企H2.core",
        "符合",
        officer.name,
        "2026-11-23",
        "现场核查",
        "云科〔2026〕3号",
        "2027-06-30",
    )
    assert all(part in page for part in parts)


def test_each_ruling_stands_as_it_does(enterprise: Enterprise, officer: User):
    paper = MaterialFactory(enterprise=enterprise)
    rule(enterprise, officer, value=False)
    rule(enterprise, officer)
    rule(enterprise, officer, criterion="H3.core", valid_until=ON + datetime.timedelta(days=60))
    rule(enterprise, officer, criterion="H8", valid_until=ON)
    rule(enterprise, officer, criterion="H1", material_id=paper.pk)
    Ruling.objects.filter(criterion="H8").update(valid_until=ON - datetime.timedelta(days=1))
    Material.objects.update(withdrawn_at=timezone.now())

    assert listed(officer) == [
        ("H1", "符合", "材料已作废"),
        ("H8", "符合", "已到期"),
        ("H3.core", "符合", "即将到期"),
        ("H2.core", "符合", "有效"),
        ("H2.core", "不符合", "已改判"),
    ]
    by_state = {state: [one[0] for one in listed(officer, f"?state={state}")] for state in ("holds", "soon", "ended")}
    assert by_state == {"holds": ["H3.core", "H2.core"], "soon": ["H3.core"], "ended": ["H1", "H8"]}
    assert listed(officer, "?state=superseded") == [("H2.core", "不符合", "已改判")]


def test_it_is_filtered_by_track_criterion_officer_unit_and_firm(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User
):
    rule(enterprise, county_officer)
    rule(foreign_enterprise, officer, criterion="H3.core")
    rule(enterprise, officer, track="tsme", criterion="T4")

    assert [one[0] for one in listed(officer, "?track=tsme")] == ["T4"]
    assert [one[0] for one in listed(officer, "?criterion=h3.CORE")] == ["H3.core"]
    assert [one[0] for one in listed(officer, "?officer=陈县")] == ["H2.core"]
    assert [one[0] for one in listed(officer, f"?unit={foreign_enterprise.region_id}")] == ["H3.core"]
    assert [one[0] for one in listed(officer, "?q=远岑")] == ["H3.core"]
    assert listed(officer, "?track=nothing") == []


def test_a_county_reads_the_rulings_on_its_own_firms(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User
):
    rule(enterprise, officer)
    rule(foreign_enterprise, officer, criterion="H3.core")

    assert [one[0] for one in listed(county_officer)] == ["H2.core"]


def test_the_workbook_holds_the_rows_of_the_filters(enterprise: Enterprise, officer: User):
    rule(enterprise, officer)
    rule(enterprise, officer, criterion="H3.core", value=False)

    file = Exported(as_(officer).get("/rulings/export/?criterion=H3.core"))
    table = [dict(zip(file.headings, row, strict=False)) for row in file.table]

    assert [(row["企业"], row["条件"], row["判定"], row["状态"]) for row in table] == [
        (enterprise.name, "H3.core", "不符合", "有效")
    ]


def test_the_rate_of_agreement_on_planted_data(county: Any, officer: User, county_officer: User):
    """Ten firms ruled by two: eight agree; one ruled twice by one person and one ruled once count for nothing."""
    firms_ = [EnterpriseFactory(region=county) for _ in range(12)]
    for number, firm in enumerate(firms_[:10]):
        rule(firm, officer)
        rule(firm, county_officer, value=number < 8)
    rule(firms_[10], officer)
    rule(firms_[10], officer, value=False)
    rule(firms_[11], officer)
    rule(firms_[0], officer, criterion="ip_core", value=None, points=5)
    rule(firms_[0], county_officer, criterion="ip_core", value=None, points=6)

    found = {one.criterion: one for one in agreements(Ruling.objects.all())}

    assert (found["H2.core"].firms, found["H2.core"].agreed, str(found["H2.core"].percent)) == (10, 8, "80.0")
    assert (found["ip_core"].firms, found["ip_core"].agreed) == (1, 0)
    assert "80.0%" in text(as_(officer).get("/rulings/"))


def test_who_changes_their_mind_agrees_by_their_last_word(enterprise: Enterprise, officer: User, county_officer: User):
    rule(enterprise, officer, value=False)
    rule(enterprise, county_officer)
    rule(enterprise, officer)

    assert [(one.firms, one.agreed) for one in agreements(Ruling.objects.all())] == [(1, 1)]


# Papers on the firm's page


def test_a_ruling_is_given_on_a_paper_and_falls_with_it(enterprise: Enterprise, officer: User):
    firms.make_fit(enterprise)
    paper = MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=datetime.date(2026, 12, 31))
    client, sent = as_(officer), {"track": "hnte", "criterion": "H2.core", "value": "yes", "basis": "见报告"}

    client.post(f"/enterprises/{enterprise.pk}/rulings/", {**sent, "material_id": paper.pk})
    page = text(client.get(f"/enterprises/{enterprise.pk}/?track=hnte"))
    assert "依据材料审计报告（至2026-12-31）" in page
    assert "证明：高企H2.core" in page

    client.post(f"/materials/{paper.pk}/withdraw/", {"reason": "报告被撤回"})
    page = client.get(f"/enterprises/{enterprise.pk}/?track=hnte")
    assert {gate.finding.key: gate.finding.outcome for gate in page.context["sheet"].gates}["H2"] == "manual"
    assert "已作废" in text(page)


def test_a_paper_that_ends_before_the_round_closes_is_said(enterprise: Enterprise, officer: User):
    MaterialFactory(enterprise=enterprise, kind="近三年财务审计报告", valid_until=datetime.date(2026, 12, 31))
    MaterialRequirement.objects.get_or_create(track="hnte", kind="近三年财务审计报告")
    Round.objects.update(closes_on=None)
    Round.objects.create(track="hnte", name="2027 年第一批", year=2027, closes_on=datetime.date(2027, 6, 30))

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "早于2027年第一批截止（2027-06-30）到期，申报前须更新" in page


# 按某日评估


@pytest.fixture
def learnt(enterprise: Enterprise) -> Enterprise:
    """A firm of which a lesser figure became known in September."""
    firms.make_fit(enterprise)
    september = datetime.datetime(2026, 9, 1, 9, 0, tzinfo=datetime.UTC)
    YearFiguresFactory(
        enterprise=enterprise, year=2025, source="officer", known_at=september, tech_staff_hnte_headcount=5
    )
    return enterprise


def test_the_page_of_a_day_shows_both_answers_and_the_reason(learnt: Enterprise, officer: User):
    page = text(as_(officer).get(f"/enterprises/{learnt.pk}/as-of/?track=hnte&on=2026-06-30"))

    assert all(part in page for part in ("2026年6月30日", "（今天）", "20人", "5人", "此后知道的事实", "H4"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?track=hnte&on=2007-01-01", "当日不能评估"),
        ("?track=hnte&on=2026-11-24", "请选择今天或以前的日期"),
        ("?track=hnte&on=x", "有效的日期"),
        ("?track=hnte&on=2026-11-23", "与当日所知相同"),
    ],
)
def test_a_day_that_cannot_be_asked_says_why(learnt: Enterprise, officer: User, query: str, says: str):
    assert says in text(as_(officer).get(f"/enterprises/{learnt.pk}/as-of/{query}"))


def test_the_firm_s_page_asks_for_a_day(learnt: Enterprise, officer: User):
    assert (
        f'action="/enterprises/{learnt.pk}/as-of/"' in as_(officer).get(f"/enterprises/{learnt.pk}/").content.decode()
    )


def test_the_command_says_the_same(learnt: Enterprise, officer: User):
    out = StringIO()

    call_command("judge_firm", learnt.name, "hnte", "--on", "2026-06-30", "--as", officer.username, stdout=out)

    said = out.getvalue()
    assert f"{learnt.name} · 高新技术企业：待定" in said
    assert "当时 20，现在 5" in said
    assert "条件 H4：当时符合，现在不符合（因事实）" in said


def test_the_command_sees_what_its_person_sees(learnt: Enterprise, other_county_officer: User):
    with pytest.raises(CommandError, match="辖区内没有企业"):
        call_command("judge_firm", learnt.name, "hnte", "--as", other_county_officer.username)
