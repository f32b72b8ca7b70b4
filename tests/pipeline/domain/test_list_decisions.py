"""What an officer decides about a row of a list: which firm it means, that it is none, or a new one."""

import pytest
from django.utils import timezone

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from pipeline.domain import list_decisions, published_lists
from pipeline.models import ListRow, PublishedList, Title
from tests.pipeline.domain.published import TITLE, applied, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


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
