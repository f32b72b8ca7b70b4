"""申报批次 and 申报材料: entered, corrected and verified by the city; deadlines and missing papers follow at once."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications.models import Obligation
from pipeline.domain import candidacies, rounds
from pipeline.domain.rounds import RoundGiven
from pipeline.models import Bureau, MaterialRequirement, Round
from pipeline.models.candidacy import State
from tests.console.visit import ON, as_, text
from tests.factories import CandidacyFactory, RoundFactory, UserFactory

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {"name": "2026年第二批", "year": "2026", "opens_on": "2026-11-01", "closes_on": "2026-12-20"}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def science(city: Region) -> User:
    """An officer of the city, line 科技 only."""
    return UserFactory(username="science", name="赵科技", region=city, lines=["科技"])


# Rounds


def test_a_round_is_entered_with_its_cut_offs_and_an_audit_line(officer: User):
    cutoffs = {
        "township_cutoff_on": "2026-12-01",
        "county_cutoff_on": "2026-12-05",
        "city_cutoff_on": "2026-12-10",
        "document": "鄂科技发〔2026〕1号",
    }

    response = as_(officer).post("/setup/rounds/new/", {"track": "hnte", **FIELDS, **cutoffs})

    row, written = Round.objects.get(), AuditEvent.objects.get(what="round.save")
    assert response.status_code == 302
    assert [row.township_cutoff_on, row.county_cutoff_on, row.city_cutoff_on, row.closes_on] == [
        day("2026-12-01"), day("2026-12-05"), day("2026-12-10"), day("2026-12-20"),
    ]  # fmt: skip
    assert (row.verified_on, row.verified_by) == (None, None)
    assert (written.by, written.before, written.after["closes_on"]) == (officer, None, "2026-12-20")


def test_verifying_a_round_notes_the_day_and_the_person_and_taking_it_back_clears_both(officer: User):
    row = RoundFactory(name="第一批")
    given = {**FIELDS, "source": "省厅网站"}

    as_(officer).post(f"/setup/rounds/{row.pk}/", {**given, "verified": "on"})

    row.refresh_from_db()
    assert (row.verified_on, row.verified_by) == (timezone.localdate(), officer)
    assert "已核实" in text(as_(officer).get("/setup/rounds/"))

    as_(officer).post(f"/setup/rounds/{row.pk}/", given)

    row.refresh_from_db()
    assert (row.verified_on, row.verified_by) == (None, None)
    assert "待核实" in text(as_(officer).get("/setup/rounds/"))


def test_who_verified_stays_until_something_changes(officer: User, science: User):
    given = RoundGiven("hnte", "第一批", 2026, closes_on=day("2026-12-20"), source="省厅网站")
    row = rounds.save_round(round_id=None, given=given, verified=True, by=officer, on=day("2026-11-01"))

    same = rounds.save_round(round_id=row.pk, given=given, verified=True, by=science, on=ON)
    moved = RoundGiven("hnte", "第一批", 2026, closes_on=day("2026-12-25"), source="省厅网站")
    changed = rounds.save_round(round_id=row.pk, given=moved, verified=True, by=science, on=ON)

    assert (same.verified_on, same.verified_by) == (day("2026-11-01"), officer)
    assert (changed.verified_on, changed.verified_by) == (ON, science)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ({"opens_on": "2026-12-21"}, "截止（2026-12-20）早于开始（2026-12-21）"),
        ({"township_cutoff_on": "2026-12-06", "county_cutoff_on": "2026-12-05"}, "乡镇截止（2026-12-06）晚于县级截止"),
        ({"county_cutoff_on": "2026-12-11", "city_cutoff_on": "2026-12-10"}, "县级截止（2026-12-11）晚于市级截止"),
        ({"township_cutoff_on": "2026-12-11", "city_cutoff_on": "2026-12-10"}, "乡镇截止（2026-12-11）晚于市级截止"),
        ({"city_cutoff_on": "2026-12-21"}, "市级截止（2026-12-21）晚于截止"),
        ({"township_cutoff_on": "2026-10-31"}, "乡镇截止（2026-10-31）早于开始"),
        ({"name": ""}, "这个字段是必填项"),
        ({"verified": "on"}, "标为已核实须填写文件或来源"),
        ({"verified": "on", "source": "省厅", "opens_on": "", "closes_on": ""}, "没有任何日期的批次不能标为已核实"),
        ({"name": "第一批"}, "2026年已有同名批次"),
    ],
)
def test_what_cannot_stand_comes_back_with_what_is_wrong(officer: User, days: dict[str, str], says: str):
    RoundFactory(name="第一批")

    page = as_(officer).post("/setup/rounds/new/", {"track": "hnte", **FIELDS, **days})

    assert page.status_code == 422
    assert says in text(page)
    assert Round.objects.count() == 1


def test_cut_offs_on_one_day_and_days_left_empty_are_in_order(officer: User):
    one_day = dict.fromkeys(["township_cutoff_on", "city_cutoff_on", "opens_on"], "2026-12-20")

    assert as_(officer).post("/setup/rounds/new/", {"track": "hnte", **FIELDS, **one_day}).status_code == 302


def test_a_round_is_kept_by_the_line_of_its_track(science: User, county_officer: User, administrator: User):
    row = RoundFactory(track="srdi")

    page = as_(science).get("/setup/rounds/")
    assert [group.mine for group in page.context["groups"]] == [False]
    assert as_(science).get(f"/setup/rounds/{row.pk}/").status_code == 403
    refused = as_(science).post(f"/setup/rounds/{row.pk}/", FIELDS)
    assert (refused.status_code, "由经信线办理" in text(refused)) == (403, True)
    assert as_(science).post("/setup/rounds/new/", {"track": "srdi", **FIELDS}).status_code == 422
    for by in (county_officer, administrator):
        with pytest.raises(StepRefused, match="由市级维护"):
            rounds.save_round(round_id=row.pk, given=RoundGiven("srdi", "x", 2026), verified=False, by=by, on=ON)


def test_a_round_does_not_move_to_another_track(officer: User):
    row = RoundFactory()

    with pytest.raises(StepRefused, match="认定方向不能更改"):
        rounds.save_round(round_id=row.pk, given=RoundGiven("tsme", "x", 2026), verified=False, by=officer, on=ON)


def test_the_firm_s_deadline_follows_the_cut_off_at_once(officer: User, enterprise: Enterprise):
    today = timezone.localdate()
    ends, cut = today + datetime.timedelta(days=40), today + datetime.timedelta(days=20)
    row = RoundFactory(opens_on=today, closes_on=ends)
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING, round=row)
    days = {"opens_on": str(today), "closes_on": str(ends), "city_cutoff_on": str(cut)}

    as_(officer).post(f"/setup/rounds/{row.pk}/", {**FIELDS, **days, "source": "省厅", "verified": "on"})

    due = Obligation.objects.open().get(kind=Obligation.Kind.ROUND_CLOSING)
    assert (due.due_on, due.verified) == (cut, True)


def test_the_form_starts_with_what_is_known(reference_data: Bureau, officer: User):
    row = Round.objects.get(track="isme", year=2025)

    page = as_(officer).get(f"/setup/rounds/{row.pk}/")

    assert 'value="2025-10-17"' in page.content.decode()
    assert "track" not in page.context["form"].fields


def test_the_list_says_where_every_day_was_read(reference_data: Bureau, officer: User):
    page = as_(officer).get("/setup/rounds/")

    assert "市级2025-10-17" in text(page)
    assert "东湖高新区2025年通知的截止日" in text(page)
    assert page.context["n_waiting"] == Round.objects.count()


# Papers


def test_a_paper_is_added_changed_verified_and_removed_each_with_an_audit_line(officer: User):
    client = as_(officer)
    client.post("/setup/materials/new/", {"track": "hnte", "kind": "营业执照", "order": "1"})
    row = MaterialRequirement.objects.get()
    client.post(f"/setup/materials/{row.pk}/", {"kind": "营业执照副本", "order": "2", "verified": "on"})
    row.refresh_from_db()
    kept = (row.kind, row.order, row.verified_on, row.verified_by)

    client.post(f"/setup/materials/{row.pk}/remove/", {"reason": "线上已核验"})

    assert kept == ("营业执照副本", 2, timezone.localdate(), officer)
    assert not MaterialRequirement.objects.exists()
    written = list(AuditEvent.objects.filter(what__startswith="material.requirement").order_by("pk"))
    assert [event.what.rpartition(".")[2] for event in written] == ["save", "save", "remove"]
    assert (written[2].before["kind"], written[2].reason) == ("营业执照副本", "线上已核验")


def test_a_paper_stands_on_a_list_once(officer: User):
    MaterialRequirement.objects.create(track="hnte", kind="营业执照")

    page = as_(officer).post("/setup/materials/new/", {"track": "hnte", "kind": "营业执照", "order": "1"})

    assert page.status_code == 422
    assert "清单中已有这份材料" in text(page)


def test_papers_of_another_line_are_neither_changed_nor_removed(science: User):
    row = MaterialRequirement.objects.create(track="srdi", kind="审计报告")

    for address in (f"/setup/materials/{row.pk}/", f"/setup/materials/{row.pk}/remove/"):
        assert as_(science).post(address, {"kind": "别的", "order": "1"}).status_code == 403
    assert MaterialRequirement.objects.get().kind == "审计报告"


def test_what_a_firm_lacks_follows_the_list_at_once(officer: User, enterprise: Enterprise):
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING)

    as_(officer).post("/setup/materials/new/", {"track": "hnte", "kind": "营业执照", "order": "1"})
    lacks = list(Obligation.objects.open().values_list("says", flat=True))
    as_(officer).post(f"/setup/materials/{MaterialRequirement.objects.get().pk}/remove/")

    assert lacks == ["高新技术企业申报还缺 1 份材料：营业执照"]
    assert not Obligation.objects.open().exists()


def test_removing_is_asked_for_without_script(officer: User):
    row = MaterialRequirement.objects.create(track="hnte", kind="营业执照")

    page = as_(officer).get(f"/setup/materials/{row.pk}/?dialog=remove")

    assert 'aria-labelledby="remove-title"open' in text(page)


def test_the_refusal_says_when_the_list_itself_is_unconfirmed(officer: User, enterprise: Enterprise):
    MaterialRequirement.objects.create(track="hnte", kind="营业执照", verified_on=ON)
    MaterialRequirement.objects.create(track="hnte", kind="审计报告")
    case = CandidacyFactory(enterprise=enterprise, state=State.PREPARING, round=RoundFactory())

    filing = next(option for option in candidacies.options(case, by=officer, on=ON) if option.step == "file")

    lacking = [reason.says for reason in filing.reasons if reason.criterion == "material"]
    assert lacking == ["缺少申报材料：营业执照", "缺少申报材料：审计报告（材料清单待核实）"]
