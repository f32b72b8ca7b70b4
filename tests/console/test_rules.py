"""认定规则: every word of an edition on one page, and the firms behind each number."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine

from accounts.machine import state_change_allowed
from accounts.models import Region, User
from enterprises.models import Enterprise
from pipeline.domain import conditions, editions, judge
from pipeline.models import Assessment, Bureau, Edition
from pipeline.rules import outline
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import EnterpriseFactory
from tests.firms import make_fit, rule_what_is_manual

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def judged(reference_data: Bureau, county: Region, other_county: Region, officer: User) -> list[Enterprise]:
    """Two counties with firms of every sort."""
    firms = [EnterpriseFactory(region=region) for region in (county, other_county, other_county) for _ in range(3)]
    for fit, short, unknown in zip(firms[::3], firms[1::3], firms[2::3], strict=True):
        make_fit(fit)
        rule_what_is_manual(fit, officer)
        make_fit(short, tech_staff_hnte_headcount=5)
        make_fit(unknown, hi_tech_income_cny=None)
    judge.judge(on=ON)
    return firms


def edition(track: str = "hnte") -> Edition:
    return Edition.objects.filter(track=track).earliest("effective_from")


def page_of(user: User, track: str = "hnte", **asked: object):
    return as_(user).get(f"/rules/{edition(track).pk}/", asked)


@pytest.mark.feature(17)
@pytest.mark.feature(19, partial="the build does not fail where an unconfirmed criterion lacks its source")
@pytest.mark.parametrize("track", ["hnte", "tsme"])
def test_every_condition_stands_beside_its_figure_and_its_source(reference_data: Bureau, officer: User, track: str):
    """文号+条款+原文摘句+网址+核对日期 on every criterion."""
    page = unescape(text(page_of(officer, track)))
    rules = editions.parsed(edition(track).content)

    every = [clause for some in outline.gates(rules).values() for clause in some]
    every += [item for part in outline.score(rules) for item in part.items]

    assert edition(track).digest in page
    for clause in every:
        source = clause.source
        for said in (source.says, clause.figure, source.clause, source.quotation, source.address):
            assert "".join((said or "").split()) in page
    assert page.count("待核实") >= sum(clause.is_unconfirmed for clause in every)
    assert "尚未核对" in page


@pytest.mark.parametrize("who", ["officer", "county_officer", "auditor"])
def test_each_number_opens_the_list_whose_count_it_is(judged: list[Enterprise], who: str, request):
    client = as_(request.getfixturevalue(who))

    gates = client.get(f"/rules/{edition().pk}/").context["gates"]
    numbers = [number for gate in gates for number in gate.numbers]
    listed = {number.url: client.get(number.url).context["page"].count for number in numbers}

    assert {number.url: number.count for number in numbers} == listed
    in_sight = 3 if who == "county_officer" else 9
    assert {sum(number.count for number in gate.numbers) for gate in gates} == {in_sight}
    assert any(number.count for number in numbers if number.outcome == "unmet")


def test_a_number_says_what_it_filters_by(judged: list[Enterprise], officer: User):
    pk = edition().pk

    page = text(as_(officer).get("/enterprises/", {"condition": f"hnte@{pk}:H4:unmet"}))

    assert "认定条件：高新技术企业认定H4不符合" in page


@pytest.mark.parametrize("nonsense", ["hnte", "hnte@1", "tsme@{pk}:H4:unmet", "hnte@{pk}:H99:unmet", "hnte@{pk}:H4:so"])
def test_a_condition_that_is_none_lists_nothing_and_says_why(judged: list[Enterprise], officer: User, nonsense: str):
    answer = as_(officer).get("/enterprises/", {"condition": nonsense.format(pk=edition().pk)})

    assert answer.context["page"].count == 0
    assert "没有这个规则版本或条件" in text(answer)


def test_a_condition_that_is_not_applicable_is_never_counted_as_met(judged: list[Enterprise], officer: User):
    Assessment.objects.filter(track="hnte", enterprise=judged[0]).update(n_na=1)

    counted = conditions.tally(Enterprise.objects.visible_to(officer), edition())["H1"]

    assert (counted["met"], counted["rest"]) == (8, 1)


def test_bands_have_no_gap_in_words(reference_data: Bureau):
    gates = outline.gates(editions.parsed(edition().content))

    intensity = next(clause for clause in gates["H5"] if clause.key == "H5.intensity")

    assert [(step.reach, step.asks) for step in intensity.steps] == [
        ("5,000万元以下（含）", "≥5%"),
        ("5,000万元以上至2亿元（含）", "≥4%"),
        ("2亿元以上", "≥3%"),
    ]


def later(text: str = "60%") -> Edition:
    """An edition of 2027 that asks for less of H6."""
    now = edition()
    content = re.sub(r"effective_from: .*", "effective_from: 2027-01-01", now.content, count=1)
    content = content.replace('at_least: "60%"', f'at_least: "{text}"').replace("HNTE-2016-32-195", "HNTE-2027")
    with state_change_allowed():
        return Edition.objects.create(
            track="hnte", slug="hnte/2027", title="高新技术企业认定（新）", document="试拟〔2027〕1号",
            effective_from=date(2027, 1, 1), content=content, digest=outline_digest(content), status="published",
        )  # fmt: skip


def outline_digest(content: str) -> str:
    return editions.parsed(content).sha256


def test_an_edition_of_the_future_is_told_from_the_one_in_force(reference_data: Bureau, officer: User):
    new = later()
    client = as_(officer)

    listed = text(client.get("/rules/"))
    assert "施行中" in listed
    assert "尚未施行" in listed
    assert "不适用本版本，适用“高新技术企业认定”" in text(client.get(f"/rules/{new.pk}/"))


def test_two_editions_stand_side_by_side_by_condition(reference_data: Bureau, officer: User):
    new = later("55%")

    answer = page_of(officer, beside=new.pk)

    gate = next(gate for gate in answer.context["gates"] if gate.clauses[0].key == "H6")
    assert [gate.clauses[0].figure, gate.beside[0].figure] == ["≥60%", "≥55%"]
    assert "≥55%" in text(answer)
    assert page_of(officer, beside=999).context["beside"] is None


def test_queries_do_not_grow_with_the_firms(judged: list[Enterprise], officer: User, django_assert_max_num_queries):
    client = as_(officer)
    address = f"/rules/{edition().pk}/"
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    make_fit(EnterpriseFactory(region=judged[0].region))
    judge.judge(on=ON)

    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_without_editions_the_page_says_so(city: Region, officer: User):
    assert "还没有录入规则" in text(as_(officer).get("/rules/"))
