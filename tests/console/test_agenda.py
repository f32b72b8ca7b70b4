"""时限日历: every dated thing once, in its cell, with the list of exactly the firms it counts."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEvent, Region, User
from console.calendar.entries import Entry
from enterprises.models import Enterprise, ResearchInstitution
from notifications import obligations
from notifications.models import Obligation
from notifications.workdays import calendar_of, load_calendar
from pipeline.models import Round
from tests.console.exported import Exported
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import (
    CandidacyFactory,
    EnterpriseFactory,
    InstitutionFactory,
    MaterialFactory,
    RoundFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(db: None) -> Iterator[None]:
    load_calendar()
    with time_machine.travel(MORNING, tick=True):
        yield


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def ending(firm: Enterprise, until: str, **more: Any) -> None:
    last = day(until)
    TitleFactory(enterprise=firm, issued_on=last.replace(year=last.year - 2), valid_until=last, **more)


@pytest.fixture
def busy(county: Region, other_county: Region) -> list[Enterprise]:
    """Two counties in which everything falls due at once, something is overdue and something has no day."""
    firms = [EnterpriseFactory(region=region) for region in (county, other_county, other_county)]
    for firm in firms:
        ending(firm, "2026-12-15", document="鄂科技发〔2023〕1号")
        MaterialFactory(enterprise=firm, valid_until=day("2026-12-15"))
        MaterialFactory(enterprise=firm, accepted_at=None)
        ResearchInstitution.objects.filter(pk=InstitutionFactory(enterprise=firm).pk).update(
            recheck_on=day("2026-12-15")
        )
        CandidacyFactory(enterprise=firm)
    late = EnterpriseFactory(region=county)
    ending(late, "2026-11-10")
    RoundFactory(name="2026年第二批", closes_on=day("2026-12-20"), county_cutoff_on=day("2026-12-15"), document="通知")
    obligations.refresh(on=ON)
    return firms


def entries(context: Any) -> list[Entry]:
    """Everything the page says that counts firms."""
    found = [entry for week in context["month"].weeks for cell in week for entry in cell.entries]
    return [entry for entry in [*found, *context["late"], *context["undated"]] if entry.count is not None]


@pytest.mark.feature(48, partial="the fixed buckets; here every day, the overdue ones and those without a day")
@pytest.mark.parametrize("who", ["officer", "county_officer", "auditor"])
def test_each_entry_opens_the_list_whose_count_it_is(busy: list[Enterprise], who: str, request: Any):
    client = as_(request.getfixturevalue(who))

    shown = entries(client.get("/calendar/", {"month": "2026-12"}).context)
    listed = [client.get(entry.url).context["page"].count for entry in shown]

    assert [entry.count for entry in shown] == listed
    assert {entry.label for entry in shown} == {"资格到期", "材料到期", "六有复查", "申报截止", "材料待核收"}
    assert max(listed) == (1 if who == "county_officer" else 3)


def test_a_unit_s_calendar_counts_nothing_of_another(busy: list[Enterprise], other_county_officer: User):
    shown = entries(as_(other_county_officer).get("/calendar/", {"month": "2026-12"}).context)

    assert {entry.count for entry in shown} == {2}


def test_the_unit_of_the_address_goes_along_to_the_list(busy: list[Enterprise], officer: User, county: Region):
    client = as_(officer)

    shown = entries(client.get("/calendar/", {"month": "2026-12", "unit": county.pk}).context)

    assert [client.get(entry.url).context["page"].count for entry in shown] == [entry.count for entry in shown]
    assert {entry.count for entry in shown} == {1}


@pytest.mark.feature(48, partial="the fixed buckets; here what is overdue stays in sight in every month")
@pytest.mark.parametrize("month", ["2026-11", "2026-12", "2027-06"])
def test_what_is_overdue_stays_in_sight_in_every_month(busy: list[Enterprise], officer: User, month: str):
    late = as_(officer).get("/calendar/", {"month": month}).context["late"]

    assert [(entry.short, entry.count) for entry in late] == [("高企 资格到期", 1)]


def test_an_overdue_title_also_stands_on_its_own_day(busy: list[Enterprise], officer: User):
    answer = as_(officer).get("/calendar/", {"month": "2026-11", "view": "list"})

    (found,) = [cell for cell in answer.context["month"].days if cell.day == day("2026-11-10")]
    assert [(entry.label, entry.tone) for entry in found.entries] == [("资格到期", "late")]
    assert "已逾期" in text(answer)


@pytest.mark.feature(40, partial="the inner dates are not derived, and the provincial one is that of the state")
def test_a_round_stands_with_each_of_its_cut_offs(busy: list[Enterprise], officer: User):
    """national, provincial, city, county and township dates in one campaign."""
    Round.objects.update(township_cutoff_on=day("2026-12-10"), city_cutoff_on=day("2026-12-18"))

    answer = as_(officer).get("/calendar/", {"month": "2026-12"})

    cells = {cell.day: [e.label for e in cell.entries if e.count is None] for cell in answer.context["month"].days}
    assert {when.day: found for when, found in cells.items() if found} == {
        10: ["乡镇截止"], 15: ["县级截止"], 18: ["市级截止"], 20: ["申报截止"],
    }  # fmt: skip
    only = as_(officer).get("/calendar/", {"month": "2026-12", "level": "county"}).context["month"].days
    assert [[entry.label for entry in cell.entries] for cell in only] == [["县级截止"]]


def test_a_round_leads_to_its_page_only_for_who_keeps_it(busy: list[Enterprise], officer: User, county_officer: User):
    of_city, of_unit = (
        [
            entry.url
            for cell in as_(user).get("/calendar/", {"month": "2026-12"}).context["month"].days
            for entry in cell.entries
            if entry.count is None
        ]
        for user in (officer, county_officer)
    )

    assert set(of_city) == {f"/setup/rounds/{Round.objects.get().pk}/"}
    assert set(of_unit) == {""}


def test_an_unverified_day_is_said_wherever_it_stands(busy: list[Enterprise], officer: User):
    for view in ("", "list"):
        page = text(as_(officer).get("/calendar/", {"month": "2026-12", "view": view}))
        assert "待核实" in page
        assert "2026年第二批，通知" in page

    Round.objects.update(verified_on=ON)
    cells = as_(officer).get("/calendar/", {"month": "2026-12", "level": "top"}).context["month"].days
    assert [entry.confirmed for cell in cells for entry in cell.entries] == [True]


@pytest.mark.feature(55, partial="of the calendar page: 调休 as data, the last working day before a holiday")
def test_holidays_and_worked_weekends_are_those_of_the_work_calendar(officer: User):
    weeks = as_(officer).get("/calendar/", {"month": "2026-10"}).context["month"].weeks
    cells = {cell.day: cell for week in weeks for cell in week}

    assert cells[day("2026-10-01")].special == "国庆节 休"
    assert cells[day("2026-10-10")].special == "国庆节 班"
    assert not cells[day("2026-10-10")].is_off
    assert cells[day("2026-10-11")].is_off


@pytest.mark.parametrize(
    ("due", "act_by"), [("2026-10-03", "2026-09-30"), ("2026-10-11", "2026-10-10"), ("2026-10-08", "2026-10-08")]
)
def test_what_is_due_on_a_holiday_is_done_on_the_last_working_day_before(due: str, act_by: str):
    assert calendar_of([2026]).last_workday(day(due)) == day(act_by)


def test_a_year_whose_holidays_are_not_announced_is_said(officer: User):
    assert "2027年放假安排尚未发布或尚未录入" in text(as_(officer).get("/calendar/", {"month": "2027-02"}))
    assert "放假安排尚未发布" not in text(as_(officer).get("/calendar/", {"month": "2026-11"}))


def test_a_day_with_many_entries_says_how_many_more(busy: list[Enterprise], officer: User):
    Obligation.objects.create(
        key="annual", kind="annual_duty", enterprise=busy[0], track="isme", due_on=day("2026-12-15"), created_on=ON
    )

    answer = as_(officer).get("/calendar/", {"month": "2026-12", "track": ""})

    (cell,) = [cell for cell in answer.context["month"].days if cell.day == day("2026-12-15")]
    assert (len(cell.shown), len(cell.shown) + cell.more) == (3, len(cell.entries))
    assert f"还有{cell.more}项" in text(answer)
    assert "view=list&amp;month=2026-12#d-2026-12-15" in answer.content.decode()


@pytest.mark.parametrize("asked", [{"month": "0001-01"}, {"month": "9999-12"}, {"month": "x"}, {"unit": "x"}])
def test_nonsense_in_the_address_shows_this_month_and_says_why(officer: User, asked: dict[str, str]):
    answer = as_(officer).get("/calendar/", asked)

    assert answer.context["month"].first == ON.replace(day=1)
    assert answer.context["form"].errors


@pytest.mark.parametrize("nonsense", ["title", "title:hnte", "x:hnte:2026-12-01", "title:x:none", "title:hnte:2026-13"])
def test_an_entry_that_is_none_lists_nothing_and_says_why(enterprise: Enterprise, officer: User, nonsense: str):
    answer = as_(officer).get("/enterprises/", {"due": nonsense})

    assert answer.context["page"].count == 0
    assert "没有这样的时限" in text(answer)


def test_a_list_says_which_entry_it_is_of(busy: list[Enterprise], officer: User):
    page = text(as_(officer).get("/enterprises/", {"due": "title:hnte:2026-12-15"}))

    assert "时限：高新技术企业资格到期2026-12-15" in page


def test_an_empty_month_says_so(officer: User):
    assert "这个月没有时限" in text(as_(officer).get("/calendar/", {"month": "2027-06"}))


def test_the_workbench_leads_here(reference_data: object, enterprise: Enterprise, officer: User):
    assert 'href="/calendar/"' in as_(officer).get("/workbench/").content.decode().split("近期时限")[1]


def test_queries_do_not_grow_with_the_firms(
    busy: list[Enterprise], officer: User, county: Region, django_assert_max_num_queries: Any
):
    client = as_(officer)
    with django_assert_max_num_queries(30) as few:
        client.get("/calendar/", {"month": "2026-12"})
    for number in range(3):
        ending(EnterpriseFactory(region=county), f"2026-12-1{number}")
    obligations.refresh(on=ON)

    with django_assert_max_num_queries(len(few)):
        client.get("/calendar/", {"month": "2026-12"})


@pytest.mark.parametrize("asked", [{}, {"track": "hnte"}, {"level": "county"}, {"month": "2027-06"}])
def test_the_lines_of_the_page_are_the_rows_of_the_file(busy: list[Enterprise], officer: User, asked: dict[str, str]):
    asked = {"month": "2026-12"} | asked
    shown = as_(officer).get("/calendar/", asked).context
    in_month = [entry for cell in shown["month"].days for entry in cell.entries]
    lines = [*shown["late"], *in_month, *shown["undated"], *shown["unannounced"]]

    file = Exported(as_(officer).get("/calendar/export/", asked))

    found = [(row[0], row[3], row[4]) for row in file.table]
    assert found == [(str(e.day) if e.day else None, e.label, None if e.count is None else str(e.count)) for e in lines]
    assert AuditEvent.objects.get().what == "export.calendar_list"


def test_the_file_says_what_was_asked_and_what_nobody_verified(busy: list[Enterprise], officer: User, county: Region):
    file = Exported(as_(officer).get("/calendar/export/", {"month": "2026-12", "unit": county.pk, "track": "hnte"}))

    notice = "2027 年放假安排尚未发布或尚未录入，工作日暂按法定节假日和周末推算"  # the month's last week ends in 2027
    assert file.rows[1][0] == f"筛选条件：月份：2026年12月；责任单位：{county}；认定方向：高新技术企业；{notice}"
    assert {(row[3], row[5]) for row in file.table} >= {("资格到期", "已核实"), ("县级截止", "待核实")}


def test_a_unit_exports_nothing_of_another(busy: list[Enterprise], county_officer: User):
    file = Exported(as_(county_officer).get("/calendar/export/", {"month": "2026-12"}))

    assert {row[4] for row in file.table} == {None, "1"}


def test_a_month_that_is_none_is_not_exported(officer: User):
    answer = as_(officer).get("/calendar/export/", {"month": "9999-12"})

    assert answer.status_code == 422
    assert "月份应在2004至2099年之间" in text(answer)
    assert not AuditEvent.objects.exists()
