"""Monday's mail: who gets one, what stands in it, once a week, and never a line too many."""

import datetime
import re
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Line, Region, User
from enterprises.models import Enterprise, StatementState
from notifications import delivery, digest, letters, outbox, tasks
from notifications.catalogue import DIGEST, Rendered
from notifications.models import DigestRun, Message, Obligation, TaskRun
from notifications.urgent import MOST_LINES
from notifications.workdays import load_calendar
from pipeline.models import Title
from pipeline.models.candidacy import State
from tests.factories import (
    BureauFactory,
    CandidacyFactory,
    ContactFactory,
    EnterpriseFactory,
    MemberFactory,
    RoundFactory,
    TitleFactory,
    UnitOfficerFactory,
    UserFactory,
    YearFiguresFactory,
)

ON = datetime.date(2026, 11, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = [pytest.mark.django_db, pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first")]


@pytest.fixture(autouse=True)
def bureau(city: Region) -> None:
    load_calendar()
    BureauFactory(region=city)


def ending(enterprise: Enterprise, until: str, track: str = "hnte") -> Title:
    """A title that ends on that day: one obligation of the firm."""
    last = datetime.date.fromisoformat(until)
    return TitleFactory(
        enterprise=enterprise, track=track, issued_on=last.replace(year=last.year - 2), valid_until=last
    )


def put_by_hand(user: User, basis: dict[str, Any]) -> Message:
    """A digest as no run of today writes it."""
    key, words = f"digest:2026-W40:{len(basis)}", Rendered("1 项待办", "文字", "")
    return outbox.put(
        outbox.Draft(key=key, letter=DIGEST, rendered=words, to=user.email, recipients=[user], basis=basis)
    )


def letter_to(user: User) -> Message:
    return Message.objects.get(to=user.email)


# Weeks


@pytest.mark.parametrize(
    ("on", "week", "monday"),
    [
        ("2026-11-22", "2026-W47", "2026-11-16"),
        ("2026-11-23", "2026-W48", "2026-11-23"),
        ("2026-12-28", "2026-W53", "2026-12-28"),
        ("2027-01-01", "2026-W53", "2026-12-28"),
        ("2027-01-03", "2026-W53", "2026-12-28"),
        ("2027-01-04", "2027-W01", "2027-01-04"),
    ],
)
def test_a_run_belongs_to_the_iso_week_of_its_day(
    on: str, week: str, monday: str, member: User, enterprise: Enterprise
):
    ending(enterprise, "2027-03-31")

    made = digest.run(on=datetime.date.fromisoformat(on))

    assert (made.week, made.on.isoformat()) == (week, monday)
    assert letter_to(member).key == f"digest:{week}:member@example.cn"


@pytest.mark.feature(50, partial="one run a week, a missed Monday is caught up once")
def test_the_second_run_of_a_week_finds_the_first(member: User, enterprise: Enterprise):
    ending(enterprise, "2026-12-31")
    first = digest.run(on=ON)
    ending(enterprise, "2026-11-30", track="srdi")

    second = digest.run(on=ON + datetime.timedelta(days=6))

    assert (first.is_new, second.is_new, first.pk == second.pk) == (True, False, True)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("moment", "missed"),
    [
        ("2026-11-23T08:29", False),
        ("2026-11-23T08:31", True),
        ("2026-11-29T23:59", True),
        ("2026-11-30T07:00", False),
    ],
)
def test_a_monday_that_nobody_ran_is_missed_from_half_past_eight_on(moment: str, missed: bool):
    assert digest.is_missed(timezone.make_aware(datetime.datetime.fromisoformat(moment))) == missed


def test_a_missed_monday_is_caught_up_once_and_dated_monday(member: User, enterprise: Enterprise):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 25, 9, 45, tzinfo=SHANGHAI), tick=False):
        said = [tasks.catch_up_digest(), tasks.catch_up_digest()]

    assert said == ["2026-W48: 1", "nothing missed"]
    assert DigestRun.objects.get().on == ON


# Who gets one


def test_nothing_to_say_is_no_letter(member: User, officer: User):
    digest.run(on=ON)

    assert not Message.objects.exists()


def test_staff_are_told_of_their_units_and_people_of_a_firm_of_their_own(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User,
    other_county_officer: User, member: User, auditor: User, administrator: User,
):  # fmt: skip
    ending(enterprise, "2026-12-31")
    ending(foreign_enterprise, "2026-12-30")

    digest.run(on=ON)

    mine, foreign = enterprise.name, foreign_enterprise.name
    told = {letter.to: (mine in letter.text, foreign in letter.text) for letter in Message.objects.all()}
    assert told == {
        officer.email: (True, True),
        county_officer.email: (True, False),
        other_county_officer.email: (False, True),
        member.email: (True, False),
    }
    for letter in Message.objects.exclude(to__in=[officer.email, other_county_officer.email]):
        assert foreign not in letter.html


@pytest.mark.parametrize("change", [{"is_active": False}, {"receives_digest": False}, {"email": ""}])
def test_who_left_has_no_mailbox_or_wants_none_gets_none(enterprise: Enterprise, member: User, change: dict[str, Any]):
    ending(enterprise, "2026-12-31")
    User.objects.filter(pk=member.pk).update(**change)

    assert digest.run(on=ON).messages == 0


def test_an_officer_is_told_of_the_tracks_of_their_lines(enterprise: Enterprise, county: Region):
    industry = UnitOfficerFactory(username="jx", region=county, lines=[Line.INDUSTRY])
    ending(enterprise, "2026-12-31", track="hnte")
    ending(enterprise, "2026-12-30", track="srdi")

    digest.run(on=ON)

    assert "专精特新中小企业资格" in letter_to(industry).text
    assert "高新技术企业资格" not in letter_to(industry).text


def test_a_firm_without_account_is_told_by_its_contact_without_name_and_without_links(enterprise: Enterprise):
    ContactFactory(enterprise=enterprise, name="王联络", email="contact@example.cn")
    ContactFactory(enterprise=enterprise, email="")
    ending(enterprise, "2026-12-31")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)  # the officer's to accept

    digest.run(on=ON)

    letter = Message.objects.get()
    assert (letter.to, letter.recipients.count()) == ("contact@example.cn", 0)
    assert letter.subject == "1 项待办，最近 12月31日截止"
    assert re.findall(r"^.*您好：$", letter.text, re.MULTILINE) == ["您好："]
    assert "王联络" not in letter.text + letter.html
    assert "http" not in letter.text
    assert "<a " not in letter.html


@pytest.mark.parametrize(("active", "to"), [(True, "member@example.cn"), (False, "contact@example.cn")])
def test_a_contact_is_told_only_while_no_account_of_the_firm_is_in_use(
    enterprise: Enterprise, member: User, active: bool, to: str
):
    ContactFactory(enterprise=enterprise, email="contact@example.cn")
    User.objects.filter(pk=member.pk).update(is_active=active)
    ending(enterprise, "2026-12-31")

    digest.run(on=ON)

    assert Message.objects.get().to == to


def test_one_contact_of_two_firms_gets_one_letter_and_shares_it_with_an_account_of_that_mailbox(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    for firm in (enterprise, foreign_enterprise):
        ContactFactory(enterprise=firm, email=county_officer.email.upper())
        ending(firm, "2026-12-31")

    digest.run(on=ON)

    letter = Message.objects.get()
    assert list(letter.recipients.all()) == [county_officer]
    staff, contact = letter.text.split("\n您好：\n")
    assert (enterprise.name in staff, foreign_enterprise.name in staff) == (True, False)
    assert (enterprise.name in contact, foreign_enterprise.name in contact) == (True, True)


def test_a_contact_whose_firm_was_given_an_account_meanwhile_gets_nothing(enterprise: Enterprise):
    ContactFactory(enterprise=enterprise)
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    MemberFactory(username="new", enterprises=[enterprise])

    delivery.deliver_due()

    assert (Message.objects.get().state, mail.outbox) == (Message.State.DROPPED, [])


def test_two_accounts_with_one_mailbox_get_one_letter_with_two_parts(enterprise: Enterprise, county: Region):
    both = "Shared@Example.cn"
    officer = UnitOfficerFactory(username="o", name="陈两职", region=county, email=both)
    person = MemberFactory(username="m", name="陈企业", email=both.lower(), enterprises=[enterprise])
    ending(enterprise, "2026-12-31")

    made = digest.run(on=ON)

    letter = Message.objects.get()
    assert (made.messages, letter.key) == (1, "digest:2026-W48:shared@example.cn")
    assert set(letter.recipients.all()) == {officer, person}
    assert re.findall(r"^(.+)，您好：$", letter.text, re.MULTILINE) == ["陈企业", "陈两职"]
    assert "查看我的进度" in letter.text
    assert "打开工作台" in letter.text


# What stands in it


def test_the_subject_says_how_many_and_the_nearest_day(enterprise: Enterprise, member: User, officer: User):
    ending(enterprise, "2026-11-30")
    ending(enterprise, "2026-12-31", track="tsme")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)

    digest.run(on=ON)

    assert letter_to(member).subject == "2 项待办，最近 11月30日截止"
    assert letter_to(officer).subject == "3 项待办，最近 11月30日截止"  # accepting figures is the officer's


def test_lines_come_by_urgency_each_with_its_reason_its_day_and_its_page(
    enterprise: Enterprise, member: User, officer: User, settings: Any
):
    settings.TIDU_BASE_URL = "https://tidu.example.cn"
    ending(enterprise, "2026-11-10", track="isme")
    ending(enterprise, "2026-11-27", track="srdi")
    ending(enterprise, "2026-12-23", track="hnte")
    ending(enterprise, "2027-03-31", track="little_giant")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)

    digest.run(on=ON)

    text = letter_to(officer).text
    assert re.findall(r"【(.+)】", text) == ["已逾期", "本周到期", "30 天内", "未定期限，宜早办", "之后"]
    assert "2026年11月10日，已逾期 13 天" in text
    assert "2026年11月27日，剩 4 个工作日" in text
    assert "缘由：登记的高新技术企业资格有效期至2026年12月23日" in text
    assert "2027 年调休安排尚未录入，暂按法定节假日推算。" in text
    assert text.count(f"https://tidu.example.cn/enterprises/{enterprise.pk}/") == 5
    assert text.count("https://tidu.example.cn/workbench/") == 1
    assert letter_to(member).text.count(f"https://tidu.example.cn/my/{enterprise.pk}/") == 4


def test_a_day_nobody_verified_is_marked(enterprise: Enterprise, member: User):
    TitleFactory(enterprise=enterprise, issued_on=ON, valid_until=datetime.date(2029, 11, 22))

    digest.run(on=ON)

    assert "2027年5月31日（待核实）" in letter_to(member).text
    assert "待核实" in letter_to(member).html


def test_thirty_lines_at_most_then_a_count_by_kind(county: Region, county_officer: User):
    for firm in EnterpriseFactory.create_batch(35, region=county):
        ending(firm, "2026-12-31", track="tsme")
    for firm in EnterpriseFactory.create_batch(12, region=county):
        ending(firm, "2026-11-01", track="tsme")

    digest.run(on=ON)

    letter = letter_to(county_officer)
    assert letter.subject == "47 项待办（12 项已逾期），最近 12月31日截止"
    assert letter.text.count("\n· ") == MOST_LINES
    assert "另有 17 项未列出：科小资格到期 17 项。" in letter.text


def test_names_are_escaped_in_html_and_only_there(county: Region, officer: User):
    firm = EnterpriseFactory(name='云泽<b>A&B</b>"科技"有限公司', region=county)
    ending(firm, "2026-12-31")

    digest.run(on=ON)

    letter = letter_to(officer)
    assert '云泽<b>A&B</b>"科技"有限公司' in letter.text
    assert "云泽&lt;b&gt;A&amp;B&lt;/b&gt;" in letter.html
    assert "<b>A" not in letter.html


def test_the_letter_is_styled_in_its_elements_and_loads_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    digest.run(on=ON)

    html = letter_to(member).html
    assert "<style" not in html
    assert "max-width: 600px" in html
    assert re.findall(r"(?:src|background)=|url\(|<img|<link|<script", html) == []


def test_an_enterprise_reads_none_of_the_bureaus_own_words(enterprise: Enterprise, member: User):
    RoundFactory(closes_on=datetime.date(2026, 12, 10))
    CandidacyFactory(enterprise=enterprise, state=State.POOLED)

    digest.run(on=ON)

    letter = letter_to(member)
    assert "高新技术企业申报2026年12月10日截止" in letter.text
    assert [word for word in ("储备", "拟申报", "培育") if word in letter.text.replace("梯次培育平台", "")] == []


# Before it leaves


@pytest.mark.feature(51, partial="each line looked at again before it leaves")
def test_a_letter_whose_lines_are_all_done_is_dropped(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    Obligation.objects.update(satisfied_on=ON)

    delivery.deliver_due()

    assert (letter_to(member).state, mail.outbox) == (Message.State.DROPPED, [])


def test_a_line_that_was_done_meanwhile_is_taken_out(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    ending(enterprise, "2026-11-30", track="srdi")
    digest.run(on=ON)
    Obligation.objects.filter(track="srdi").update(satisfied_on=ON)

    with time_machine.travel(datetime.datetime(2026, 11, 23, 8, 31, tzinfo=SHANGHAI), tick=False):
        Message.objects.update(next_try_at=timezone.now())
        delivery.deliver_due()

    (sent,) = mail.outbox
    assert sent.subject == "1 项待办，最近 12月31日截止" == letter_to(member).subject
    assert "专精特新" not in sent.body


def test_somebody_who_left_meanwhile_gets_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    User.objects.filter(pk=member.pk).update(is_active=False)

    delivery.deliver_due()

    assert (letter_to(member).state, mail.outbox) == (Message.State.DROPPED, [])


def test_a_firm_that_moved_to_another_unit_meanwhile_is_taken_out(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county: Region, county_officer: User
):
    leaving = EnterpriseFactory(name="云泽迁出有限公司", region=county)
    for firm in (enterprise, leaving):
        ending(firm, "2026-12-31")
    digest.run(on=ON)
    Enterprise.objects.filter(pk=leaving.pk).update(region=foreign_enterprise.region)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert enterprise.name in sent.body
    assert leaving.name not in sent.body + str(sent.alternatives)
    assert letter_to(county_officer).text == sent.body


def test_somebody_who_lost_every_firm_meanwhile_gets_nothing(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, member: User
):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    enterprise.members.remove(member)
    User.objects.filter(pk=county_officer.pk).update(region=foreign_enterprise.region)

    delivery.deliver_due()

    assert mail.outbox == []
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.DROPPED}


def test_in_a_shared_mailbox_each_account_is_judged_by_its_own_rights(enterprise: Enterprise, county: Region):
    officer = UnitOfficerFactory(username="o", name="陈两职", region=county, email="both@example.cn")
    person = MemberFactory(username="m", name="陈企业", email=officer.email, enterprises=[enterprise])
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    enterprise.members.remove(person)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert re.findall(r"^(.+)，您好：$", sent.body, re.MULTILINE) == ["陈两职"]


def test_a_mailbox_that_is_no_longer_the_accounts_gets_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    User.objects.filter(pk=member.pk).update(email="new@example.cn")

    delivery.deliver_due()

    assert mail.outbox == []


def test_a_letter_whose_lines_still_stand_leaves_as_it_was_written(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    written = letter_to(member)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.alternatives[0].content) == (written.subject, written.text, written.html)
    assert sent.extra_headers["Message-ID"] == outbox.message_id(written.key)


# The command


def test_the_command_prints_what_it_queued_and_the_second_time_that_it_did(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    first, second = StringIO(), StringIO()

    call_command("run_digest", "--on", "2026-11-23", stdout=first)
    call_command("run_digest", "--on", "2026-11-25", stdout=second)

    assert "member@example.cn　1 项待办，最近 12月31日截止" in first.getvalue()
    assert "2026-W48 生成 1 封提醒" in first.getvalue()
    assert re.search(r"2026-W48 已于 \d{4}-\d\d-\d\d \d\d:\d\d 生成，未重复生成", second.getvalue())
    assert Message.objects.count() == 1


def test_the_command_refuses_what_is_no_day():
    with pytest.raises(CommandError, match="“明天”不是日期，请写成 2026-11-23"):
        call_command("run_digest", "--on", "明天")


@pytest.mark.feature(50, partial="cron alone makes and sends a missed Monday's letters")
def test_the_sweepers_command_makes_a_missed_mondays_letters_and_sends_them(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI), tick=False):
        for _ in range(2):
            call_command("deliver_due", stdout=StringIO())

    assert DigestRun.objects.get().week == "2026-W48"
    assert [sent.to for sent in mail.outbox] == [[member.email]]


def test_the_sweepers_command_makes_nothing_before_half_past_eight_on_monday(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 23, 8, 29, tzinfo=SHANGHAI), tick=False):
        call_command("deliver_due", stdout=StringIO())

    assert not DigestRun.objects.exists()


def test_a_sweep_that_leaves_the_work_to_another_gives_a_sign_of_life_too():
    TaskRun.objects.create(job="sweep", period="last", finished_at=timezone.now() - datetime.timedelta(days=1))
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [tasks.SWEEPING])
        tasks.sweep()
    other.close()

    assert TaskRun.objects.get().finished_at > timezone.now() - datetime.timedelta(minutes=1)


# Who may read it afterwards


def test_a_unit_reads_the_letters_all_of_whose_firms_it_sees(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User,
    other_county_officer: User, member: User, auditor: User,
):  # fmt: skip
    neighbour = MemberFactory(username="both", enterprises=[enterprise, foreign_enterprise])
    UserFactory(username="city2", region=officer.region, email=county_officer.email)
    for firm in (enterprise, foreign_enterprise):
        ending(firm, "2026-12-31")
    digest.run(on=ON)

    seen = {
        reader.username: set(Message.objects.visible_to(reader).values_list("to", flat=True))
        for reader in (officer, county_officer, other_county_officer, member, auditor)
    }

    everybody = set(Message.objects.values_list("to", flat=True))
    assert neighbour.email in everybody
    assert seen == {
        "officer": everybody,
        "county": {member.email},  # their own mailbox is shared with the city: its letter holds the whole city
        "other-county": {other_county_officer.email},
        "member": set(),
        "auditor": set(),
    }


def test_a_letter_goes_with_its_firms_and_not_with_its_reader(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    letter = letter_to(county_officer)

    county_officer.region = foreign_enterprise.region
    county_officer.save()

    assert letter not in Message.objects.visible_to(other_county_officer)
    assert letter not in Message.objects.visible_to(county_officer)

    Enterprise.objects.filter(pk=enterprise.pk).update(region=foreign_enterprise.region)

    assert letter in Message.objects.visible_to(other_county_officer)


def test_a_letter_to_a_contact_is_read_by_the_unit_of_the_firm(
    enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    ContactFactory(enterprise=enterprise, email="contact@example.cn")
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    letter = Message.objects.get(to="contact@example.cn")

    assert letter in Message.objects.visible_to(county_officer)
    assert letter not in Message.objects.visible_to(other_county_officer)


def test_a_letter_one_of_whose_lines_is_gone_is_read_by_no_unit(
    enterprise: Enterprise, officer: User, county_officer: User
):
    ending(enterprise, "2026-12-31")
    ending(enterprise, "2026-11-30", track="tsme")
    digest.run(on=ON)
    Obligation.objects.filter(track="tsme").delete()

    assert not Message.objects.visible_to(county_officer).exists()
    assert Message.objects.visible_to(officer).count() == 2


def test_a_digest_that_lists_nothing_is_read_by_no_unit(officer: User, county_officer: User):
    for basis in ({}, {"obligations": []}):
        put_by_hand(county_officer, basis)

    assert not Message.objects.visible_to(county_officer).exists()
    assert Message.objects.visible_to(officer).count() == 2


def test_a_unit_reads_the_invitations_of_its_own_people(
    officer: User, county_officer: User, other_county_officer: User, member: User
):
    letter = letters.invite(user=member, by=officer, link="https://tidu.example.cn/invitation/1/")

    assert letter in Message.objects.visible_to(county_officer)
    assert letter not in Message.objects.visible_to(other_county_officer)


@pytest.mark.parametrize("firms", [1, 12])
def test_reading_a_page_of_letters_asks_for_units_and_letters_however_many_there_are(
    county: Region, county_officer: User, firms: int, django_assert_num_queries: Any
):
    for firm in EnterpriseFactory.create_batch(firms, region=county):
        MemberFactory(enterprises=[firm])
        ending(firm, "2026-12-31")
    digest.run(on=ON)

    with django_assert_num_queries(2):
        assert len(Message.objects.visible_to(county_officer)) == firms + 1
