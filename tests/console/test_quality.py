"""数据质量: each number opens the list of exactly these firms; conflicts are settled on the spot."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, User
from console.quality.views import Line, Number
from enterprises.domain import conflicts
from enterprises.models import Enterprise, FigureConflict
from pipeline.domain import concerns, judge, touch
from pipeline.models import Bureau
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import ContactFactory, EnterpriseFactory, MemberFactory, YearFiguresFactory
from tests.firms import make_fit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def mixed(
    reference_data: Bureau, county: Region, other_county: Region, county_officer: User, officer: User
) -> list[Enterprise]:
    """Firms of two counties, some of an officer, each with something missing or doubtful."""
    firms = [
        EnterpriseFactory(region=region, officer=owner)
        for region in (county, other_county)
        for owner in (county_officer if region == county else None, officer, None)
    ]
    ContactFactory(enterprise=firms[0])
    Enterprise.objects.filter(pk=firms[1].pk).update(uscc="91420281MA4900001X", uscc_ok=False)
    Enterprise.objects.filter(pk=firms[3].pk).update(honours_known_on=ON)
    make_fit(firms[0], hi_tech_income_cny=None)
    make_fit(firms[3], hi_tech_income_cny=None, staff_hnte_headcount=None)
    differ(firms[1], officer)
    differ(firms[4], officer)
    judge.judge(on=ON)
    return firms


def differ(firm: Enterprise, officer: User) -> None:
    """A ledger and the firm say different things of its revenue."""
    YearFiguresFactory(enterprise=firm, operating_revenue_cny=48_000_000)
    person = MemberFactory(enterprises=[firm])
    figures = {"operating_revenue_cny": 50_000_000}
    said = touch.state_figures(enterprise_id=firm.pk, year=2025, figures=figures, by=person, at=MORNING)
    touch.accept_figures(statement_id=said.pk, by=officer, at=MORNING)


def numbers_of(page: Any) -> list[Number]:
    """Every number on the page that opens a list."""
    lines: list[Line] = [*page.context["lines"], page.context["whole"]]
    found = [number for line in lines for number in (line.total, *line.issues, line.want) if number]
    found += [number for want in page.context["wants"] for number in (want.firms, want.alone)]
    return [number for number in found if number.url]


@pytest.mark.feature(7)
@pytest.mark.parametrize(
    "address", ["?by=officer", "?by=unit", "?by=unit&officer={officer}", "?by=officer&unit={unit}"]
)
def test_each_number_opens_the_list_of_exactly_these_firms(
    mixed: list[Enterprise], officer: User, other_county: Region, address: str
):
    """Checks per owner plus the ranking of the missing fact that blocks most evaluations."""
    client = as_(officer)
    page = client.get("/quality/" + address.format(officer=officer.pk, unit=other_county.pk))

    found = numbers_of(page)
    assert len(found) > 15
    for number in found:
        listed = client.get(number.url)
        assert listed.context["page"].count == number.count, number.url
        assert not listed.context["filter"].complaints


def test_what_is_missing_most_comes_first(mixed: list[Enterprise], officer: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(concerns, "of_bureau", lambda rungs: ("tsme", "hnte"))
    page = as_(officer).get("/quality/")

    wants = page.context["wants"]
    assert [want.verdicts for want in wants] == sorted((want.verdicts for want in wants), reverse=True)
    by_label = {want.label: want for want in wants}
    assert "高新技术产品（服务）收入" in by_label


def test_owners_and_nobody_have_their_lines(mixed: list[Enterprise], officer: User):
    page = as_(officer).get("/quality/")

    assert {line.name: line.total.count for line in page.context["lines"]} == {
        "无责任人": 3, "周市级": 2, "陈县级": 1
    }  # fmt: skip
    assert page.context["whole"].total.count == 6
    by_key = dict(zip([issue.key for issue in page.context["issues"]], page.context["whole"].issues, strict=True))
    counts = {key: number.count for key, number in by_key.items()}
    assert (counts["contact"], counts["code"], counts["digit"], counts["conflict"]) == (5, 5, 1, 2)
    assert (counts["stale"], counts["honours"], counts["officer"]) == (2, 4, 3)


def test_nobody_counts_beyond_their_units(mixed: list[Enterprise], county_officer: User, auditor: User):
    page = as_(county_officer).get("/quality/?by=unit")

    assert page.context["whole"].total.count == 3
    assert "西岭县" not in text(page)
    assert page.context["n_conflicts"] == 1
    assert as_(auditor).get("/quality/").context["whole"].total.count == 6


def test_a_unit_out_of_sight_shows_nothing_and_says_so(
    mixed: list[Enterprise], county_officer: User, other_county: Region
):
    page = as_(county_officer).get(f"/quality/?unit={other_county.pk}")

    assert page.context["whole"].total.count == 0
    assert page.context["scope"].complaints


def test_the_number_of_queries_does_not_grow(mixed: list[Enterprise], officer: User, county: Region):
    client, counted = as_(officer), []
    client.get("/quality/")
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/quality/?by=unit")
        counted.append(len(queries))
        for _ in range(4):
            differ(EnterpriseFactory(region=county), officer)
    assert counted[0] == counted[1]


def test_the_table_is_exported(mixed: list[Enterprise], officer: User):
    answer = as_(officer).get("/quality/export/?by=unit")

    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("sheet")


class TestConflicts:
    """The worklist of differing sources."""

    def test_both_words_stand_side_by_side_and_one_is_chosen(self, mixed: list[Enterprise], officer: User):
        client = as_(officer)
        page = client.get("/quality/conflicts/")
        assert len(page.context["conflicts"]) == 2
        seen: conflicts.Conflict = page.context["conflicts"][0]

        answer = client.post(
            f"/enterprises/{seen.enterprise.pk}/conflicts/",
            {
                "year": seen.year, "figure": seen.figure, "statement": seen.words[1].known.statement_id,
                "seen": seen.counting, "back": "/quality/conflicts/",
            },
            follow=True,
        )  # fmt: skip

        assert "台账为准" in text(answer)
        assert len(answer.context["conflicts"]) == 1
        firm = text(client.get(f"/enterprises/{seen.enterprise.pk}/"))
        assert "已核定" in firm
        assert "来源不一致" in firm

    def test_a_settled_one_is_not_settled_again(self, mixed: list[Enterprise], officer: User):
        seen = conflicts.of_firm(mixed[1])[0]
        data = {
            "year": seen.year, "figure": seen.figure, "statement": seen.words[1].known.statement_id,
            "seen": seen.counting,
        }  # fmt: skip

        answers = [as_(officer).post(f"/enterprises/{mixed[1].pk}/conflicts/", data) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 409]
        assert "周市级" in text(answers[1])

    def test_only_of_firms_in_sight(self, mixed: list[Enterprise], county_officer: User):
        page = as_(county_officer).get("/quality/conflicts/")
        answer = as_(county_officer).post(f"/enterprises/{mixed[4].pk}/conflicts/", {})

        assert [one.enterprise for one in page.context["conflicts"]] == [mixed[1]]
        assert answer.status_code == 404

    def test_the_address_to_return_to_is_ours(self, mixed: list[Enterprise], officer: User):
        seen = conflicts.of_firm(mixed[1])[0]
        data = {
            "year": seen.year, "figure": seen.figure, "statement": seen.counting, "seen": seen.counting,
            "back": "https://elsewhere.example/",
        }  # fmt: skip

        answer = as_(officer).post(f"/enterprises/{mixed[1].pk}/conflicts/", data)

        assert answer["Location"] == f"/enterprises/{mixed[1].pk}/#conflicts"

    def test_an_auditor_reads_and_cannot_choose(self, mixed: list[Enterprise], auditor: User):
        page = text(as_(auditor).get("/quality/conflicts/"))

        assert "48,000,000" in page or "4,800" in page
        assert "以此为准</button>" not in page

    def test_they_are_exported_a_row_a_word(self, mixed: list[Enterprise], officer: User):
        assert as_(officer).get("/quality/conflicts/export/").status_code == 200
        assert FigureConflict.objects.count() == 2

    def test_nothing_to_settle_is_said(self, reference_data: Bureau, officer: User):
        assert "没有来源不一致的指标" in text(as_(officer).get("/quality/conflicts/"))
