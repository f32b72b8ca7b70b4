"""Published lists through their door: what becomes a title, what a case, what is refused, and why."""

import datetime
from collections.abc import Sequence

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise, FormerName, NegativeFact
from pipeline.domain import list_apply, list_decisions, list_plans, list_totals, published_lists, stock
from pipeline.domain.published_lists import Given
from pipeline.models import Candidacy, LadderPosition, ListRow, PublishedList, Title
from pipeline.models.candidacy import State
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import case_at
from tests.sheets import Sheet, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

ON = datetime.date(2026, 11, 23)
DAY = datetime.date(2026, 11, 20)
HEAD = ["序号", "企业名称", "证书编号"]
TITLE = "湖北省2026年第一批高新技术企业认定名单（鄂科技发高〔2026〕12号）"
OTHER = datetime.timedelta(days=1)


def listed(
    by: User,
    *rows: Sequence[object],
    title: str = TITLE,
    head: Sequence[str] = HEAD,
    track: str = "hnte",
    **given: object,
) -> PublishedList:
    """A list handed in."""
    content = workbook(Sheet("名单", [[title], list(head), *[[n, *row] for n, row in enumerate(rows, 1)]]))  # type: ignore[list-item]
    said = {"recognised_on": DAY} | given
    return published_lists.upload(filename="名单.xlsx", content=content, track=track, by=by, given=Given(**said))  # type: ignore[arg-type]


def applied(published: PublishedList, by: User) -> list[tuple[str, str]]:
    """Apply a list; result and words of every row as stored."""
    list_apply.apply(list_id=published.pk, by=by, version=None, on=ON)
    return list(published.rows.order_by("place").values_list("result", "says"))


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


# Decisions


def decided(published: PublishedList, by: User, decision: str, **said: object) -> ListRow:
    """A decision about the first row."""
    published.refresh_from_db()
    row = published.rows.order_by("place")[0]
    given = {"reason": "核对营业执照"} | said
    return list_decisions.decide(
        row_id=row.pk, by=by, version=published.version, at=timezone.now(), decision=decision, **given
    )  # type: ignore[arg-type]


def test_an_officer_chooses_among_the_doubtful(enterprise: Enterprise, officer: User):
    published = listed(officer, ["云泽精密", "GR202642000001"])
    row = published.rows.get()
    assert (row.match, row.enterprise, [one["firm"] for one in row.candidates]) == ("doubtful", None, [enterprise.pk])
    assert applied(published, officer) == [("", "")]

    decided(published, officer, "chosen", enterprise_id=enterprise.pk)

    assert applied(published, officer)[0][0] == "title"
    assert AuditEvent.objects.filter(what="list.decide", by=officer, reason="核对营业执照").count() == 1


def test_none_of_these_stays_out_even_when_matched_again(enterprise: Enterprise, officer: User):
    published = listed(officer, ["云泽精密"])

    decided(published, officer, "none")
    published_lists.rematch(list_id=published.pk, by=officer)

    assert applied(published, officer) == [("", "")]
    assert not Title.objects.exists()


def test_a_new_firm_is_entered_once_with_the_unit_chosen(county: Region, officer: User):
    published = listed(officer, ["湖北星垣铸造有限公司", "GR202642000001"])

    decided(published, officer, "new", unit_id=county.pk)
    applied(published, officer)
    applied(published, officer)

    firm = Enterprise.objects.get()
    assert (firm.name, firm.uscc, firm.region, firm.titles.count()) == ("湖北星垣铸造有限公司", None, county, 1)
    assert listed(officer, ["湖北星垣铸造有限公司", "GR202642000001"], title=TITLE + "。").rows.get().enterprise == firm


@pytest.mark.parametrize(
    ("decision", "said", "word"),
    [
        ("chosen", {"enterprise_id": None}, "请选择本辖区内的一家企业"),
        ("chosen", {"enterprise_id": 987654}, "请选择本辖区内的一家企业"),
        ("new", {"unit_id": None}, "责任单位"),
        ("none", {"reason": " "}, "请填写理由"),
        ("perhaps", {}, "请选择"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(officer: User, decision: str, said: dict, word: str):
    published = listed(officer, ["湖北星垣铸造有限公司"])

    with pytest.raises(StepRefused, match=word):
        decided(published, officer, decision, **said)


def test_of_two_officers_the_later_one_is_told(enterprise: Enterprise, officer: User):
    published = listed(officer, ["云泽精密"])
    row = published.rows.get()
    list_decisions.decide(row_id=row.pk, by=officer, version=0, at=timezone.now(), decision="none", reason="不是")

    with pytest.raises(Stale) as outrun:
        list_decisions.decide(
            row_id=row.pk, by=officer, version=0, at=timezone.now(), decision="none", reason="不是"
        )  # fmt: skip

    assert outrun.value.winner.what == "list.decide"


def test_a_row_that_came_to_something_is_not_decided_anew(enterprise: Enterprise, officer: User):
    published = listed(officer, [enterprise.name, "GR202642000001"])
    applied(published, officer)

    with pytest.raises(StepRefused, match="已办理"):
        decided(published, officer, "none")


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


def test_a_case_of_review_recognised_on_the_page_prolongs_too(enterprise: Enterprise, officer: User):
    until = datetime.date(2026, 12, 31)
    TitleFactory(enterprise=enterprise, issued_on=datetime.date(2024, 1, 1), valid_until=until)
    case = case_at(enterprise, State.PUBLICISED)
    Candidacy.objects.filter(pk=case.pk).update(kind="review")

    published = listed(officer, [enterprise.name, "GR202642000001"], title="高新技术企业复核通过名单")
    results = applied(published, officer)

    further = Title.objects.latest("pk")
    assert (results[0][0], further.issued_on, further.reviewed_on) == ("recognised", datetime.date(2024, 1, 1), DAY)


# Codes that firms wait for

CODE, OTHER_CODE = "91420281MA90000019", "91420281MA9000002C"
WITH_CODE = ["序号", "企业名称", "统一社会信用代码"]


def coded(by: User, *rows: Sequence[object], **given: object) -> PublishedList:
    """A list of names and codes."""
    return listed(by, *rows, head=WITH_CODE, **given)  # type: ignore[arg-type]


def waiting(region: Region, name: str = "芷汀酒业有限公司", **said: object) -> Enterprise:
    """A firm whose code is still to come."""
    return EnterpriseFactory(name=name, region=region, uscc=None, **said)


def test_a_right_code_on_a_list_completes_the_firm_that_waits_for_it(county: Region, officer: User):
    firm = waiting(county)

    published = coded(officer, [firm.name, CODE])
    applied(published, officer)
    applied(published, officer)

    firm.refresh_from_db()
    event = AuditEvent.objects.get(what="enterprise.code")
    assert (firm.uscc, firm.uscc_ok, Enterprise.objects.count()) == (CODE, True, 1)
    assert (event.enterprise_id, event.by, event.after, event.document) == (
        firm.pk, officer, {"uscc": CODE}, "鄂科技发高〔2026〕12号"
    )  # fmt: skip
    assert Enterprise.objects.filter(search_text__contains=CODE.casefold()).get() == firm


def test_a_code_is_completed_although_the_title_stands_already(county: Region, officer: User):
    firm = waiting(county)
    TitleFactory(enterprise=firm, issued_on=DAY, number="", valid_until=datetime.date(2029, 11, 19))

    assert applied(coded(officer, [firm.name, CODE]), officer)[0][0] == "known"

    firm.refresh_from_db()
    assert (firm.uscc, firm.titles.count()) == (CODE, 1)


def test_a_code_that_another_firm_has_is_not_given_twice(county: Region, other_county: Region, officer: User):
    firm = waiting(county)
    EnterpriseFactory(name="远方秘境材料有限公司", region=other_county, uscc=CODE)

    applied(coded(officer, [firm.name, CODE]), officer)

    firm.refresh_from_db()
    assert firm.uscc is None
    assert Enterprise.objects.filter(uscc=CODE).count() == 1


NO_CODES = [
    ([["芷汀酒业有限公司", "91420281MA90000018"]], "a wrong check digit"),
    ([["芷汀酒业", CODE]], "a short name is for an officer"),
    ([["芷汀酒业有限公司", CODE], ["芷汀酒业有限公司", OTHER_CODE]], "two codes for one firm"),
    ([["芷汀酒业有限公司", CODE], ["汀泉酒厂有限公司", CODE]], "one code for two firms"),
]


@pytest.mark.parametrize(("rows", "why"), NO_CODES, ids=[why for _, why in NO_CODES])
def test_a_code_that_is_not_certainly_the_firm_s_is_not_written(county: Region, officer: User, rows: list, why: str):
    firm = waiting(county)
    waiting(county, "汀泉酒厂有限公司")

    applied(coded(officer, *rows), officer)

    firm.refresh_from_db()
    assert firm.uscc is None
    assert not AuditEvent.objects.filter(what="enterprise.code").exists()


def test_a_firm_next_door_gets_no_code(foreign_enterprise: Enterprise, county_officer: User):
    Enterprise.objects.filter(pk=foreign_enterprise.pk).update(uscc=None)

    applied(coded(county_officer, [foreign_enterprise.name, CODE]), county_officer)

    foreign_enterprise.refresh_from_db()
    assert foreign_enterprise.uscc is None
