"""Published lists through their door: what becomes a title, what is refused, and who sees and applies them."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, FormerName
from pipeline.domain import list_plans, list_totals, published_lists
from pipeline.domain.published_lists import Given
from pipeline.models import LadderPosition, ListRow, PublishedList, Title
from tests.factories import EnterpriseFactory, TitleFactory
from tests.pipeline.domain.published import DAY, HEAD, ON, TITLE, applied, listed
from tests.sheets import Sheet, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_sure_rows_become_titles_with_number_day_and_document(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name, "GR202642000001"], ["湖北星垣铸造有限公司", "GR202642000002"])

    results = applied(published, officer)

    title = Title.objects.get()
    assert results == [("title", ""), ("", "")]
    assert (title.enterprise, title.number, title.issued_on, title.document) == (
        enterprise, "GR202642000001", DAY, "鄂科技发高〔2026〕12号"
    )  # fmt: skip
    assert LadderPosition.objects.get(enterprise=enterprise).rung != ""
    event = AuditEvent.objects.get(what="title.record")
    assert (event.by, event.document) == (officer, "鄂科技发高〔2026〕12号")


def test_a_list_without_numbers_leaves_them_empty(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name], title="2026年入库湖北省科创“新物种”瞪羚企业", track="gazelle")

    assert applied(published, officer) == [("title", "")]
    assert Title.objects.get().number == ""


@pytest.mark.feature(3, partial="undo of a whole batch and a remembered mapping")
def test_the_same_file_again_changes_nothing(enterprise: Enterprise, officer: User):
    """Re-import of the same file = 0 changes; what is unmatched is told row by row."""
    names = [[1, enterprise.name, "GR202642000001"], [2, "湖北星垣铸造有限公司", "GR202642000002"]]
    handed_in = {"content": workbook(Sheet("名单", [[TITLE], HEAD, *names])), "track": "hnte", "by": officer}
    first = published_lists.upload(filename="名单.xlsx", given=Given(recognised_on=DAY), **handed_in)
    applied(first, officer)
    events, version = AuditEvent.objects.count(), PublishedList.objects.get().version

    again = published_lists.upload(filename="又一份.xlsx", **handed_in)
    applied(again, officer)

    assert (again.pk, PublishedList.objects.count(), Title.objects.count()) == (first.pk, 1, 1)
    assert (AuditEvent.objects.count(), PublishedList.objects.get().version) == (events, version)


def test_a_title_that_stands_is_no_second_one(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise, number="GR202642000001", issued_on=DAY, valid_until=datetime.date(2029, 11, 19))

    results = applied(listed(officer, [enterprise.name, "GR202642000001"]), officer)

    assert results == [("known", f"已登记（GR202642000001，{DAY}认定）")]
    assert Title.objects.count() == 1


@pytest.mark.feature(14, partial="the states, renewal windows and bans")
def test_a_title_that_overlaps_another_is_refused_with_both(enterprise: Enterprise, officer: User):
    """ "no two overlapping valid periods (DB constraint)": a list is told so in words before the database has to."""
    TitleFactory(enterprise=enterprise, number="GR202542000009")

    ((result, says),) = applied(listed(officer, [enterprise.name, "GR202642000001"]), officer)

    assert result == "refused"
    assert "GR202542000009" in says


def test_without_a_day_or_a_kind_nothing_is_applied(enterprise: Enterprise, officer: User):
    undated = listed(officer, [enterprise.name], recognised_on=None)
    kindless = listed(officer, [enterprise.name], title="高新技术企业", kind="")

    for published, word in ((undated, "认定日期"), (kindless, "名单种类")):
        with pytest.raises(StepRefused, match=word):
            applied(published, officer)
    assert not Title.objects.exists()


# Rights and sight


def test_a_firm_of_another_county_is_refused_without_showing_anything(
    foreign_enterprise: Enterprise, county_officer: User
):
    published = listed(county_officer, [foreign_enterprise.name, "GR202642000001"], ["远岑", None])

    results = applied(published, county_officer)

    assert list(published.rows.order_by("place").values_list("match", "enterprise", "candidates")) == [
        ("outside", None, []), ("unknown", None, [])
    ]  # fmt: skip
    assert results == [("", ""), ("", "")]
    assert not Title.objects.exists()


def test_lists_are_seen_by_their_unit_and_those_above(
    enterprise: Enterprise, county_officer: User, other_county_officer: User, officer: User, member: User
):
    published = listed(county_officer, [enterprise.name])

    seen = [
        (PublishedList.objects.visible_to(user).count(), ListRow.objects.visible_to(user).count())
        for user in (county_officer, officer, other_county_officer, member)
    ]

    assert seen == [(1, 1), (1, 1), (0, 0), (0, 0)]
    with pytest.raises(PublishedList.DoesNotExist):
        applied(published, other_county_officer)


def test_the_line_of_the_track_applies_a_list(enterprise: Enterprise, county_officer: User):
    published = listed(county_officer, [enterprise.name], title="2026年专精特新中小企业认定名单", track="srdi")

    with pytest.raises(StepRefused, match="经信线"):
        applied(published, county_officer)


def test_an_auditor_hands_nothing_in(auditor: User):
    with pytest.raises(StepRefused, match="不能上传"):
        listed(auditor, ["云泽精密装备有限公司"])


def test_a_list_of_another_track_is_refused_with_words(officer: User):
    with pytest.raises(StepRefused, match="不是“高新技术企业”"):
        listed(officer, ["云泽精密装备有限公司"], title="第五批专精特新“小巨人”企业名单")


# What a list says of itself


def test_the_stated_total_is_compared_with_the_rows(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name], ["青麓食品有限公司"], title="2026年高新技术企业认定名单（共3家）")

    totals = list_totals.totals(published, list(published.rows.all()))

    assert (totals.stated, totals.n, totals.difference) == (3, 2, -1)
    assert "少 1 家" in totals.says


@pytest.mark.feature(1, partial="former names and 迁入迁出 as dated rows; the search")
def test_a_firm_that_stands_twice_counts_once(enterprise: Enterprise, officer: User):
    """One record per firm: "a rename never makes a second firm", not even when a list has both its names."""
    FormerName.objects.create(enterprise=enterprise, name="云泽机械厂")
    published = listed(officer, [enterprise.name, "GR202642000001"], ["云泽机械厂", "GR202642000001"])

    results = applied(published, officer)

    assert [result for result, _ in results] == ["title", ""]
    assert [result for result, _ in applied(published, officer)] == ["title", ""]  # and once more it is no other firm
    assert [one.result for one in list_plans.plan(published, by=officer, on=ON)] == ["", ""]
    assert published.rows.get(place=2).repeats == 1
    assert list_totals.totals(published, list(published.rows.all())).by_match["sure"] == 1


def test_the_kind_may_be_corrected_until_something_came_of_the_list(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name, "GR202642000001"], title="2026年拟认定高新技术企业公示名单")
    given = Given(kind="recognition", title=published.title, recognised_on=DAY)
    published = published_lists.correct(list_id=published.pk, by=officer, version=published.version, given=given)
    assert applied(published, officer)[0][0] == "title"

    published.refresh_from_db()
    with pytest.raises(StepRefused, match="不能再改"):
        published_lists.correct(
            list_id=published.pk, by=officer, version=published.version, given=Given(kind="proposal", recognised_on=DAY)
        )


def test_results_and_states_change_only_through_their_door(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name])

    for change in (
        lambda: PublishedList.objects.update(state="applied"),
        lambda: ListRow.objects.update(result="title"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert published.rows.get().result == ""


def test_five_firms_cost_as_many_queries_as_one(enterprise: Enterprise, officer: User):
    names = [EnterpriseFactory(name=f"青麓{n}食品有限公司", region=enterprise.region).name for n in "甲乙丙丁"]
    counts = []
    for rows, title in (([enterprise.name],), TITLE), (([enterprise.name], *[[name] for name in names]), TITLE + "。"):
        with CaptureQueriesContext(connection) as queries:
            published = listed(officer, *rows, title=title)
            list_plans.plan(published, by=officer, on=ON)
        counts.append(len(queries))

    assert counts[0] == counts[1]
