"""Rule editions from draft to publication and back: two persons, a day to come, nothing published ever edited."""

import contextlib
import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.machine import Stale, StepRefused, state_change_allowed
from accounts.models import AuditEvent, Region, Role, User
from pipeline.domain import documents, drafts, editions
from pipeline.models import Document, Edition
from pipeline.rules import revise, writing
from pipeline.rules.messages import Unsound, checked
from tests.factories import UserFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
DAY = ON + datetime.timedelta(60)


def seed() -> Edition:
    return Edition.objects.exclude(slug="").get(track="hnte")


def draft_of(officer: User, **words: object) -> Edition:
    """A draft that asks for 65 % instead of 60 % in H6."""
    draft = drafts.start(by=officer, on=ON, day=DAY, base_id=seed().pk)
    return changed(draft, officer, at_least="65%", **words)


def changed(draft: Edition, by: User, **words: object) -> Edition:
    content = writing.plain(editions.parsed(draft.content))
    content = revise.put(content, "H6", revise.node(content, "H6") | words)
    return drafts.change(edition_id=draft.pk, content=content, by=by, version=draft.version, on=ON)


def move(edition: Edition, step: str, by: User, **given: object) -> Edition:
    fresh = Edition.objects.get(pk=edition.pk)
    return drafts.move(edition_id=edition.pk, step=step, by=by, version=fresh.version, on=ON, **given)


def published(officer: User, second: User) -> Edition:
    draft = draft_of(officer)
    move(draft, "send", officer)
    return move(draft, "publish", second)


def refused(edition: Edition, step: str, by: User, **given: object) -> list[str]:
    with pytest.raises(StepRefused) as refusal:
        move(edition, step, by, **given)
    return [reason.criterion for reason in refusal.value.reasons]


@pytest.mark.feature(30)
def test_a_draft_is_sent_and_published_by_a_second_person_and_takes_effect_on_its_day(officer: User, second: User):
    edition = published(officer, second)

    assert edition.status == "published"
    assert editions.in_force("hnte", DAY - datetime.timedelta(1), "apply").row == seed()
    assert editions.in_force("hnte", DAY, "apply").row == edition
    assert [event.what for event in drafts.acts(edition)] == [
        "edition.publish", "edition.send", "edition.change", "edition.start",
    ]  # fmt: skip
    assert AuditEvent.objects.get(what="edition.publish").by == second


def test_whoever_drafted_or_changed_it_does_not_publish_it(officer: User, second: User, city: Region):
    draft = draft_of(officer)
    draft = changed(draft, second, says="第二人改过")
    move(draft, "send", officer)

    assert refused(draft, "publish", officer) == ["second"]
    assert refused(draft, "publish", second) == ["second"]
    assert move(draft, "publish", UserFactory(username="third", region=city)).status == "published"


def test_it_takes_effect_on_a_day_to_come(officer: User, second: User):
    draft = draft_of(officer)
    move(draft, "send", officer)

    assert refused(draft, "publish", second, day=ON) == ["effective_from"]

    later = move(draft, "publish", second, day=DAY + datetime.timedelta(1))
    assert later.effective_from == editions.parsed(later.content).effective_from == DAY + datetime.timedelta(1)


def test_only_the_citys_officers_of_the_line_change_rules(
    officer: User, county_officer: User, auditor: User, administrator: User, city: Region
):
    economy = UserFactory(username="economy", region=city, lines=["经信"])
    assert economy.role == Role.CITY
    for person in (county_officer, auditor, administrator, economy):
        with pytest.raises(StepRefused, match=r"市级经办人|不能办理|业务线"):
            drafts.start(by=person, on=ON, day=DAY, base_id=seed().pk)

    draft = draft_of(officer)
    assert refused(draft, "send", county_officer) == ["right"]


def test_a_draft_without_any_change_is_not_sent(officer: User, second: User):
    edition = published(officer, second)
    same = drafts.start(by=officer, on=ON, day=DAY + datetime.timedelta(9), base_id=edition.pk)
    content = writing.plain(editions.parsed(edition.content))
    same = drafts.change(edition_id=same.pk, content=content, by=officer, version=same.version, on=ON)

    assert refused(same, "send", officer) == ["twin"]


def test_no_two_editions_begin_on_the_same_day(officer: User, second: User):
    published(officer, second)
    other = draft_of(officer, says="与已发布的不同")

    assert refused(other, "send", officer) == ["twin"]


def test_what_is_sent_is_not_changed_until_it_is_given_back(officer: User, second: User):
    draft = draft_of(officer)
    sent = move(draft, "send", officer)
    with pytest.raises(StepRefused, match="不能修改"):
        changed(sent, officer, at_least="70%")

    assert refused(draft, "give_back", second) == ["reason"]
    back = move(draft, "give_back", second, reason="摘句不对")
    assert changed(back, officer, at_least="70%").status == "draft"


def test_the_slower_of_two_is_told_who_was_faster(officer: User, second: User):
    draft = draft_of(officer)
    changed(draft, second, says="快一步")

    with pytest.raises(Stale) as stale:
        changed(draft, officer, says="慢一步")
    assert stale.value.winner.by == second


def test_content_that_cannot_judge_is_not_kept(officer: User):
    draft = draft_of(officer)

    with pytest.raises(Unsound, match="数值"):
        changed(draft, officer, at_least="约六成")
    assert Edition.objects.get(pk=draft.pk).digest == draft.digest


@pytest.mark.feature(30)
def test_taking_back_is_one_act_after_which_what_was_before_is_in_force_again(officer: User, second: User):
    edition = published(officer, second)
    content = edition.content
    assert refused(edition, "withdraw", officer) == ["reason"]

    on = DAY + datetime.timedelta(10)
    drafts.move(edition_id=edition.pk, step="withdraw", by=officer, version=edition.version, on=on, reason="数字有误")

    assert editions.in_force("hnte", on, "apply").row == seed()
    # The days it did judge stay its own.
    assert editions.in_force("hnte", on - datetime.timedelta(1), "apply").row == edition
    assert Edition.objects.get(pk=edition.pk).content == content


def test_the_only_edition_that_judges_is_not_taken_back(officer: User):
    assert refused(seed(), "withdraw", officer, reason="试试") == ["remains"]


def test_a_draft_thrown_away_never_judged_anybody(officer: User):
    draft = move(draft_of(officer), "withdraw", officer, reason="不改了")

    assert (draft.status, draft.withdrawn_on) == ("withdrawn", None)
    assert editions.in_force("hnte", DAY, "apply").row == seed()


def test_a_track_without_rules_begins_with_one_condition(officer: User):
    with state_change_allowed():
        Edition.objects.filter(track="moose").update(status="withdrawn", withdrawn_on=ON)
    first = checked({
        "id": "MOOSE", "title": "驼鹿企业", "track": "moose", "document": "待核实", "effective_from": DAY,
        "applies_to": ["apply"], "confidence": "unconfirmed",
        "gates": {"C1": {"says": "年度名单", "who": "authority", "manual": "由科技厅公布"}},
    })  # fmt: skip

    draft = drafts.start(by=officer, on=ON, day=DAY, first=first)

    assert (draft.track, draft.status, draft.author) == ("moose", "draft", officer)


def test_publishing_refuses_what_cites_a_document_that_will_have_expired(officer: User, second: User):
    old = Document.objects.get(number="工信部企业〔2022〕63号")
    draft = draft_of(officer, quotation=f"按{old.number}执行")
    move(draft, "send", officer)

    assert refused(draft, "publish", second) == ["document"]
    Document.objects.filter(pk=old.pk).update(effective_to=DAY)
    assert move(draft, "publish", second).status == "published"


@pytest.mark.feature("N24")
def test_planted_expired_documents_are_all_listed(officer: User, second: User):
    edition = published(officer, second)
    assert documents.orphans(DAY) == []
    Document.objects.filter(number="国科发火〔2016〕32号").update(effective_to=ON)

    found = documents.orphans(ON + datetime.timedelta(1))
    assert [(orphan.edition, orphan.key, orphan.document.number) for orphan in found] == [
        (seed(), "", "国科发火〔2016〕32号")
    ]
    assert {orphan.edition for orphan in documents.orphans(DAY)} == {edition, seed()}
    assert documents.orphans(ON) == []


def test_a_document_kept_for_what_an_edition_judges_is_no_orphan(officer: User):
    Document.objects.filter(number="国科发火〔2016〕32号").update(effective_to=ON, still_for=["hnte:apply"])
    assert documents.orphans(DAY) == []
    Document.objects.filter(number="国科发火〔2016〕32号").update(still_for=["hnte:review"])
    assert len(documents.orphans(DAY)) == 1


def test_the_register_of_documents_is_loaded_once_and_kept_by_the_city(officer: User, county_officer: User):
    assert documents.load_seeds() == 0
    old = Document.objects.get(number="国家发展改革委令第34号")
    assert str(old.replaced_by) == "国家发展改革委令第39号"

    old.note = "已核对"
    with pytest.raises(StepRefused):
        documents.save(old, by=county_officer, on=ON)
    documents.save(old, by=officer, on=ON)
    assert AuditEvent.objects.get(what="document.save").object_id == old.pk


WAYS = {
    "update": lambda pk: Edition.objects.filter(pk=pk).update(content="x"),
    "title": lambda pk: Edition.objects.filter(pk=pk).update(title="x"),
    "day": lambda pk: Edition.objects.filter(pk=pk).update(effective_from=ON),
    "end": lambda pk: Edition.objects.filter(pk=pk).update(effective_to=DAY),
    "status": lambda pk: Edition.objects.filter(pk=pk).update(status="draft"),
    "save": lambda pk: saved(pk),
    "bulk": lambda pk: bulk(pk),
    "delete": lambda pk: Edition.objects.filter(pk=pk).delete(),
    "sql": lambda pk: connection.cursor().execute(f"UPDATE pipeline_edition SET digest = 'x' WHERE id = {pk}"),
}


def saved(pk: int) -> None:
    edition = Edition.objects.get(pk=pk)
    edition.content += "\n"
    edition.save()


def bulk(pk: int) -> None:
    edition = Edition.objects.get(pk=pk)
    edition.content = "x"
    Edition.objects.bulk_update([edition], ["content"])


DOORS = {"open": state_change_allowed, "closed": contextlib.nullcontext}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", DOORS)
def test_a_published_edition_can_be_changed_in_no_way(way: str, door: str):
    before = Edition.objects.filter(track="hnte").values().get()

    with pytest.raises(IntegrityError), transaction.atomic(), DOORS[door]():
        WAYS[way](before["id"])

    assert Edition.objects.filter(track="hnte").values().get() == before


@pytest.mark.parametrize("status", ["published", "review", "withdrawn"])
def test_no_edition_is_born_or_moved_but_through_its_door(status: str, officer: User):
    draft = draft_of(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(status=status)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.create(track="hnte", effective_from=ON, content="", digest="x", status=status)


def test_a_digest_that_is_not_the_contents_is_not_published():
    with pytest.raises(IntegrityError), transaction.atomic(), state_change_allowed():
        Edition.objects.create(track="hnte", effective_from=ON, content="a", digest="b", status="published")


def test_what_was_taken_back_stays_so(officer: User):
    draft = move(draft_of(officer), "withdraw", officer, reason="不改了")
    for other in ("draft", "published"):
        with pytest.raises(IntegrityError), transaction.atomic(), state_change_allowed():
            Edition.objects.filter(pk=draft.pk).update(status=other)
