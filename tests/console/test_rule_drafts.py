"""认定规则 in the console: an officer drafts, changes and publishes without code or YAML."""

import datetime
from fractions import Fraction
from html import unescape

import pytest
import time_machine

from accounts.models import Region, User
from pipeline.domain import drafts, editions
from pipeline.models import Edition
from pipeline.rules import writing
from pipeline.rules.edition import load
from tests.console.drafted import DAY, begun, form_of, rules, seed, send
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.mark.feature(30)
def test_an_officer_moves_a_threshold_sends_it_and_a_second_person_publishes_with_a_day(officer: User, second: User):
    mine, theirs = as_(officer), as_(second)

    assert f"from={seed().pk}" in text_of_links(mine.get(f"/rules/{seed().pk}/"))
    started = mine.post(f"/rules/new/?from={seed().pk}", {"effective_from": DAY.isoformat()})
    draft = Edition.objects.get(status="draft")
    assert started["Location"] == f"/rules/{draft.pk}/"

    place = f"/rules/{draft.pk}/edit/H5.intensity/"
    assert place in text_of_links(mine.get(f"/rules/{draft.pk}/"))
    assert send(mine, place, **{"row-0-need": "6%"}).status_code == 302
    assert outline(draft, "H5.intensity") == ["6%", "4%", "3%"]

    move = f"/rules/{draft.pk}/move/"
    mine.post(move, {"step": "send", "version": "1"})
    assert "不能审定" in text(mine.get(f"/rules/{draft.pk}/?dialog=publish"))
    assert mine.post(move, {"step": "publish", "version": "2"}).status_code == 403
    later = DAY + datetime.timedelta(1)
    answer = theirs.post(move, {"step": "publish", "version": "2", "effective_from": later.isoformat()}, follow=True)

    assert "已发布" in text(answer)
    assert "尚未施行" in text(answer)
    assert editions.in_force("hnte", later, "apply").row.pk == draft.pk
    assert "/edit/" not in text_of_links(answer)


def text_of_links(answer) -> str:
    return unescape(answer.content.decode())


def outline(draft: Edition, place: str) -> list[object]:
    gate, _, part = place.partition(".")
    criterion = next(each for each in rules(draft).gates[gate].parts if each.key == part)
    return [writing.threshold(row.need) for row in criterion.rows]


@pytest.mark.parametrize("track", ["hnte", "tsme"])
def test_saving_any_part_unchanged_changes_nothing(officer: User, track: str):
    draft, client = begun(officer, track), as_(officer)
    before = rules(draft)
    places = [key for key, gate in before.gates.items() for key in (key, *(f"{key}.{p.key}" for p in gate.parts))]
    places += [f"item:{item.key}" for item in before.score.items()]
    places += [f"block:{block.key}" for block in before.score.blocks]

    for place in places:
        assert send(client, f"/rules/{draft.pk}/edit/{place}/").status_code == 302, place
    assert send(client, f"/rules/{draft.pk}/edit/").status_code == 302

    assert rules(draft) == before


@pytest.mark.parametrize(
    ("place", "changed", "field", "says"),
    [
        ("H6", {"need": "65"}, "need", "写成百分数"),
        ("H6", {"need": ""}, "need", "请填写数值"),
        ("H6", {"confidence": "official"}, "confidence", "可信程度只能选“待核实”"),
        ("H6", {"who": ""}, "says", "由谁解决"),
        ("H6", {"says": ""}, "says", "必填"),
        ("H6", {"fact": "is_resident"}, "sign", "不是数值"),
        ("H6", {"sign": "yes"}, "sign", "不是“是或否”"),
        ("H5.intensity", {"row-0-up_to": "5000"}, "row-0-up_to", "没有写明金额单位"),
        ("H5.intensity", {"row-0-up_to": "3亿元"}, "row-0-up_to", "从小到大"),
        ("H5.intensity", {"by": ""}, "need", "请填写数值"),
        ("item:growth_sales", {"band-0-floor": "20%"}, "band-0-floor", "从高到低"),
        ("item:growth_sales", {"band-1-low": "9"}, "band-0-floor", "不能"),
        ("item:ip_core", {"low": "9"}, "high", "低分不能大于高分"),
        ("H1", {"need": "一年"}, "need", "看不懂“一年”"),
    ],
)
def test_every_message_is_chinese_at_its_field_and_nothing_typed_is_lost(
    officer: User, place: str, changed: dict[str, str], field: str, says: str
):
    draft, client = begun(officer), as_(officer)

    answer = send(client, f"/rules/{draft.pk}/edit/{place}/", quotation="正在输入的摘句", **changed)

    form = answer.context["form"]
    assert answer.status_code == 422
    assert any(says in str(error) for error in form.errors[field]), form.errors
    assert {name: form[name].value() for name in changed} == changed
    assert form["quotation"].value() == "正在输入的摘句"
    assert Edition.objects.get(pk=draft.pk).version == 0


def test_the_slower_of_two_keeps_what_was_typed_and_hears_who_was_faster(officer: User, second: User):
    draft, client = begun(officer), as_(officer)
    address = f"/rules/{draft.pk}/edit/H6/"
    typed = form_of(client, address) | {"need": "66%"}
    send(as_(second), address, need="61%")

    answer = client.post(address, typed)

    assert answer.status_code == 409
    assert "许二审刚刚修改规则草稿" in text(answer)
    assert answer.context["form"]["need"].value() == "66%"
    again = typed | {"version": answer.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302
    assert rules(draft).gates["H6"].need == Fraction(66, 100)


def test_a_condition_is_added_from_the_known_facts_and_removed_again(officer: User):
    draft, client = begun(officer), as_(officer)
    address = f"/rules/{draft.pk}/add/"
    new = {"says": "职工不少于五十人", "who": "enterprise", "confidence": "unconfirmed", "version": "0"}

    page = text(client.get(address))
    assert "职工总数" in page
    assert (
        client.post(address, new | {"fact": "staff_headcount", "sign": "at_least", "need": "50人"}).status_code == 302
    )
    assert rules(draft).gates["H10"].need == 50

    below = {"says": "符合产业目录", "manual": "由科技局核定", "version": "1"}
    assert client.post(f"{address}?below=H3&test=manual", below).status_code == 302
    assert [part.key for part in rules(draft).gates["H3"].parts] == ["field", "core", "p1"]
    assert client.post(f"{address}?below=H4", below).status_code == 404

    client.post(f"/rules/{draft.pk}/remove/", {"place": "H10", "version": "2"})
    assert "H10" not in rules(draft).gates
    again = new | {"fact": "staff_headcount", "sign": "at_least", "need": "50人", "version": "3"}
    client.post(address, again)
    assert "H10" in rules(draft).gates


def test_the_way_of_deciding_is_changed_without_yaml(officer: User):
    draft, client = begun(officer), as_(officer)
    address = f"/rules/{draft.pk}/edit/H3.field/"

    assert send(client, f"{address}?test=title", title="tsme", held="yes").status_code == 302
    assert rules(draft).gates["H3"].parts[0].title == "tsme"
    points = {"points": "item:ip_core", "sign": "more_than", "need": "3分"}
    assert send(client, f"{address}?test=points", **points).status_code == 302
    assert rules(draft).gates["H3"].parts[0].points.item == "ip_core"


def test_a_part_others_rest_on_is_not_removed(officer: User):
    draft, client = begun(officer, "tsme"), as_(officer)

    answer = client.post(f"/rules/{draft.pk}/remove/", {"place": "block:staff", "version": "0"}, follow=True)

    assert "没有删去" in text(answer)
    assert Edition.objects.get(pk=draft.pk).version == 0


def test_a_track_without_rules_begins_from_nothing(officer: User):
    client = as_(officer)
    given = {
        "track": "moose",
        "title": "驼鹿企业",
        "document": "待核实",
        "says": "列入年度名单",
        "manual": "由科技厅公布",
    }

    wrong = client.post("/rules/new/", given | {"effective_from": ""})
    assert wrong.context["form"]["says"].value() == "列入年度名单"
    client.post("/rules/new/", given | {"effective_from": DAY.isoformat()})

    draft = Edition.objects.get(track="moose", status="draft")
    assert [gate.manual for gate in rules(draft).gates.values()] == ["由科技厅公布"]
    assert "列入年度名单" in text(client.get(f"/rules/{draft.pk}/"))


def test_whoever_may_not_change_rules_sees_no_door(officer: User, county_officer: User, auditor: User, city: Region):
    draft = begun(officer)
    economy = UserFactory(username="economy", region=city, lines=["经信"])

    for person in (county_officer, auditor, economy):
        page = text_of_links(as_(person).get(f"/rules/{draft.pk}/"))
        assert "草稿" in page
        assert f"/rules/{draft.pk}/edit/" not in page
        assert "from=" not in page
    assert as_(economy).get(f"/rules/{draft.pk}/edit/H6/").status_code == 403


def test_taking_back_restores_what_was_before(officer: User, second: User):
    draft = begun(officer)
    send(as_(officer), f"/rules/{draft.pk}/edit/H6/", need="70%")
    drafts.move(edition_id=draft.pk, step="send", by=officer, version=1, on=ON)
    drafts.move(edition_id=draft.pk, step="publish", by=second, version=2, on=ON)
    move, client = f"/rules/{draft.pk}/move/", as_(officer)

    assert client.post(move, {"step": "withdraw", "version": "3"}).status_code == 403
    answer = client.post(move, {"step": "withdraw", "version": "3", "reason": "数字有误"}, follow=True)

    assert "此前的版本恢复使用" in text(answer)
    assert "数字有误" in text(answer)
    assert editions.in_force("hnte", DAY, "apply").row == seed()


def test_the_file_of_an_edition_is_exactly_what_is_kept(officer: User):
    draft = begun(officer)

    answer = as_(officer).get(f"/rules/{draft.pk}/export/")

    assert answer.content.decode() == draft.content
    assert "attachment" in answer["Content-Disposition"]
    assert load(answer.content.decode()).sha256 == draft.digest
