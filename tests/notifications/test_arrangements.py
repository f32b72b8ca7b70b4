"""The State Council's notice as text and as a table: read, compared with itself, refused line by line."""

import datetime
from typing import Any

import chinese_calendar
import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from notifications import arrangements, workdays
from notifications.models import WorkCalendarDay

# The notice of 2025-11-04 for 2026
TEXT = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
2025年11月4日
"""
ON = datetime.date(2026, 11, 23)

pytestmark = pytest.mark.feature(55, partial="the State Council calendar as data, loaded from its notice")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_the_notice_of_2026_gives_every_day_of_the_year_as_chinesecalendar_has_it():
    notice = arrangements.read(TEXT, 2026)

    off = {one.day for one in notice.days if one.kind == "off"}
    worked = {one.day for one in notice.days if one.kind == "work"}
    every = [day("2026-01-01") + datetime.timedelta(days=number) for number in range(365)]
    wrong = [
        each
        for each in every
        if chinese_calendar.is_workday(each) != (each in worked or (each not in off and each.weekday() < 5))
    ]
    assert (notice.errors, wrong) == ([], [])
    assert [(first, last) for first, last, one in notice.runs if one.name == "春节"] == [
        (day("2026-02-14"), day("2026-02-14")),
        (day("2026-02-15"), day("2026-02-23")),
        (day("2026-02-28"), day("2026-02-28")),
    ]


def test_a_new_year_may_begin_in_december():
    notice = arrangements.read("一、元旦：2026年12月31日至2027年1月2日放假调休，共3天。", 2027)

    assert [one.day for one in notice.days] == [day("2026-12-31"), day("2027-01-01"), day("2027-01-02")]


def test_rows_of_a_table_say_the_same():
    notice = arrangements.read("日期,安排,节日\n2027-02-05至2027-02-07,放假,春节\n2027/2/20\t上班\t春节", 2027)

    assert [(one.day.day, one.kind, one.name) for one in notice.days] == [
        (5, "off", "春节"), (6, "off", "春节"), (7, "off", "春节"), (20, "work", "春节"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("一、元旦：1月1日（周四）至3日放假，共3天。", "1月1日写作周四，2027年这一天是周五"),
        ("一、元旦：1月1日至3日放假，共4天。", "写明共4天，列出的是3天"),
        ("2027-02-30,放假,春节", "没有2027年2月30日这一天"),
        ("2027-01-04,上班,元旦", "2027-01-04是周一，本来就上班"),
        ("2028-01-01,放假,元旦", "2028-01-01不在2027年"),
        ("国务院办公厅关于2026年部分节假日安排的通知", "这是2026年的通知，不是2027年的"),
        ("春节二月初五日5日休", "看不懂这一行，请写成“2027-02-05至2027-02-11,放假,春节”"),
        ("5日放假", "日期没有写明月份"),
        ("1月3日至1日放假", "2027-01-03至2027-01-01先后颠倒或过长"),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_its_number(line: str, says: str):
    notice = arrangements.read(f"通知\n{line}", 2027)

    assert (2, says) in notice.errors


def test_a_year_without_a_statutory_holiday_or_with_a_day_twice_is_refused():
    lines = [line for line in TEXT.splitlines() if "国庆" not in line] + ["2026-01-01,放假,元旦"]

    says = [words for _, words in arrangements.read("\n".join(lines), 2026).errors]

    assert says == ["2026-01-01出现了两次", "缺少法定节假日：10月1日、10月2日、10月3日"]


@pytest.mark.django_db
def test_a_notice_takes_the_place_of_what_stood_there_and_leaves_a_line(officer: User):
    WorkCalendarDay.objects.create(day="2026-03-03", kind="off", name="误录", source="手工")

    days = workdays.load_notice(arrangements.read(TEXT, 2026), document="国办发明电〔2025〕7号", by=officer, on=ON)

    assert days == WorkCalendarDay.objects.count() == 39
    act = AuditEvent.objects.get(what="calendar.load")
    assert (act.by, act.document, act.after) == (officer, "国办发明电〔2025〕7号", {"year": 2026, "days": 39})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "document", "who", "says"),
    [
        (TEXT, " ", "officer", "请填写通知的文号或网址"),
        (TEXT, "文号", "county_officer", "工作日历由市级维护"),
        ("无", "文号", "officer", "没有读到任何放假或上班的日期"),
    ],
)
def test_the_door_refuses(text: str, document: str, who: str, says: str, request: Any):
    by = request.getfixturevalue(who)

    with pytest.raises(StepRefused) as refusal:
        workdays.load_notice(arrangements.read(text, 2026), document=document, by=by, on=ON)

    assert [each.says for each in refusal.value.reasons] == [says]
    assert not WorkCalendarDay.objects.exists()
