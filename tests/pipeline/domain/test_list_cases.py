"""Published lists and what stands already: cases taken on, proposals, refusals, reviews, revocations."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, NegativeFact
from pipeline.domain import list_decisions, list_plans, stock
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import State
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import case_at
from tests.pipeline.domain.published import DAY, ON, applied, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
OTHER = datetime.timedelta(days=1)


# What is no recognition


def test_a_failed_list_never_makes_a_title_and_ends_a_case_only_when_confirmed(
    enterprise: Enterprise, officer: User
):  # fmt: skip
    case = case_at(enterprise, State.RECOMMENDED)
    published = listed(officer, [enterprise.name], title="2026年高新技术企业申报未通过企业名单")
    assert applied(published, officer) == [("", "")]
    case.refresh_from_db()
    assert (published.kind, case.state, Title.objects.count()) == ("failed", State.RECOMMENDED, 0)

    published.refresh_from_db()
    row = published.rows.get()
    list_decisions.confirm(row_id=row.pk, by=officer, version=published.version, at=timezone.now(), reason="按公告")
    results = applied(published, officer)

    case.refresh_from_db()
    assert (results[0][0], case.state, Title.objects.count()) == ("rejected", State.REJECTED, 0)


def test_a_row_marked_as_not_passed_is_no_title_in_a_list_of_recognitions(enterprise: Enterprise, officer: User):
    head = ["序号", "企业名称", "评审结果"]

    results = applied(listed(officer, [enterprise.name, "未通过"], head=head), officer)

    assert results == [("", "")]
    assert not Title.objects.exists()


def test_a_proposal_moves_the_case_to_publicity_and_makes_no_title(enterprise: Enterprise, officer: User):
    case, free = case_at(enterprise, State.FILED), EnterpriseFactory(name="青麓食品有限公司", region=enterprise.region)
    title = "湖北省2026年第一批拟认定高新技术企业公示名单"
    published = listed(officer, [enterprise.name], [free.name], title=title)

    results = applied(published, officer)

    case.refresh_from_db()
    steps = list(
        AuditEvent.objects.filter(what__startswith="candidacy.").order_by("pk").values_list("what", "document")
    )
    assert (results[0][0], case.state) == ("publicised", State.PUBLICISED)
    assert steps == [("candidacy.recommend", title), ("candidacy.publicise", title)]
    assert not Title.objects.exists()


def test_a_revocation_is_offered_and_done_once_confirmed(enterprise: Enterprise, officer: User):
    title = TitleFactory(enterprise=enterprise, number="GR202542000009")
    published = listed(officer, [enterprise.name, "GR202542000009"], title="关于取消高新技术企业资格的公告")
    assert applied(published, officer) == [("", "")]
    (planned,) = list_plans.plan(published, by=officer, on=ON)
    assert planned.offers

    row = published.rows.get()
    published.refresh_from_db()
    list_decisions.confirm(row_id=row.pk, by=officer, version=published.version, at=timezone.now(), reason="按公告")
    results = applied(published, officer)

    title.refresh_from_db()
    assert (results[0][0], title.standing, Title.objects.count()) == ("revoked", "revoked", 1)


def test_a_review_prolongs_the_title_and_is_no_new_one_this_year(enterprise: Enterprise, officer: User):
    until = datetime.date(2026, 12, 31)
    TitleFactory(enterprise=enterprise, track="srdi", issued_on=datetime.date(2024, 1, 1), valid_until=until)
    fresh = EnterpriseFactory(name="青麓食品有限公司", region=enterprise.region)
    title, head = "湖北省专精特新中小企业复核通过名单", ["序号", "企业名称"]
    published = listed(officer, [enterprise.name], [fresh.name], title=title, head=head, track="srdi")

    results = applied(published, officer)

    further = Title.objects.latest("pk")
    assert [result for result, _ in results] == ["renewed", "refused"]
    assert "没有登记过这一资格" in results[1][1]
    assert (further.valid_from, further.valid_until) == (until + OTHER, datetime.date(2029, 12, 31))
    assert (further.issued_on, further.reviewed_on) == (datetime.date(2024, 1, 1), DAY)
    assert not stock.newly_recognised(Enterprise.objects.all(), ["srdi"], 2026).exists()
    assert applied(published, officer)[0][0] == "renewed"
    assert Title.objects.count() == 2


def test_a_review_of_a_lapsed_title_leaves_the_gap(enterprise: Enterprise, officer: User):
    TitleFactory(
        enterprise=enterprise,
        track="srdi",
        issued_on=datetime.date(2022, 1, 1),
        valid_until=datetime.date(2024, 12, 31),
    )

    applied(listed(officer, [enterprise.name], title="专精特新中小企业复核通过名单", track="srdi"), officer)

    assert Title.objects.latest("pk").valid_from == DAY


# Cases in flight


@pytest.mark.feature(13, partial="the evaluation id and the acting-as of a step")
@pytest.mark.feature(41, partial="摸底 to 初审 and the one filing per year rule")
def test_a_filed_case_is_taken_to_recognition_step_by_step(enterprise: Enterprise, officer: User):
    """from, to, actor, reason, document no. (公告文号): each step (推荐→评审→公示→公告) has its own line."""
    case = case_at(enterprise, State.FILED)

    results = applied(listed(officer, [enterprise.name, "GR202642000001"]), officer)

    case.refresh_from_db()
    events = AuditEvent.objects.filter(what__startswith="candidacy.").order_by("pk")
    assert (results[0][0], case.state) == ("recognised", State.RECOGNISED)
    assert [event.what for event in events] == ["candidacy.recommend", "candidacy.publicise", "candidacy.recognise"]
    assert {event.document for event in events} == {"鄂科技发高〔2026〕12号"}
    assert Title.objects.get().number == "GR202642000001"


def test_a_case_whose_guard_refuses_is_shown_refused_and_the_others_go_on(enterprise: Enterprise, officer: User):
    case, free = case_at(enterprise, State.FILED), EnterpriseFactory(name="青麓食品有限公司", region=enterprise.region)
    NegativeFact.objects.create(enterprise=enterprise, kind="经营异常", from_on=datetime.date(2026, 1, 5))

    results = applied(listed(officer, [enterprise.name, "GR202642000001"], [free.name, "GR202642000002"]), officer)

    case.refresh_from_db()
    assert [result for result, _ in results] == ["refused", "title"]
    assert "经营异常" in results[0][1]
    assert (case.state, Title.objects.get().enterprise) == (State.FILED, free)


def test_a_case_needs_its_number_which_an_officer_may_complete(enterprise: Enterprise, officer: User):
    case_at(enterprise, State.PUBLICISED)
    published = listed(officer, [enterprise.name, None])
    ((result, says),) = applied(published, officer)
    assert result == "refused"
    assert "证书编号" in says

    published.refresh_from_db()
    row = published.rows.get()
    list_decisions.complete(
        row_id=row.pk, by=officer, version=published.version, number="GR202642000001", issued_on=None
    )

    assert applied(published, officer)[0][0] == "recognised"


def test_a_case_that_was_never_filed_stays_and_the_title_is_recorded(enterprise: Enterprise, officer: User):
    case = case_at(enterprise, State.COACHING)

    ((result, says),) = applied(listed(officer, [enterprise.name, "GR202642000001"]), officer)

    case.refresh_from_db()
    assert (result, case.state, Title.objects.count()) == ("title", State.COACHING, 1)
    assert "没有登记申报" in says


def test_a_case_of_review_recognised_on_the_page_prolongs_too(enterprise: Enterprise, officer: User):
    until = datetime.date(2026, 12, 31)
    TitleFactory(enterprise=enterprise, issued_on=datetime.date(2024, 1, 1), valid_until=until)
    case = case_at(enterprise, State.PUBLICISED)
    Candidacy.objects.filter(pk=case.pk).update(kind="review")

    published = listed(officer, [enterprise.name, "GR202642000001"], title="高新技术企业复核通过名单")
    results = applied(published, officer)

    further = Title.objects.latest("pk")
    assert (results[0][0], further.issued_on, further.reviewed_on) == ("recognised", datetime.date(2024, 1, 1), DAY)
