"""操作日志: who did what, to readers of the firm or to its own author, masked, page after page, and as a workbook."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from tests.console.exported import Exported
from tests.console.visit import as_, text

pytestmark = pytest.mark.django_db


def act(what: str, firm: Enterprise | None, by: User | None, **more: Any) -> AuditEvent:
    return audit.record(what, firm or by, by=by, enterprise_id=firm.pk if firm else None, **more)  # type: ignore[arg-type]


def listed(user: User, **asked: Any) -> list[int]:
    return [row.event.pk for row in as_(user).get("/audit/", asked).context["rows"]]


@pytest.fixture
def acts(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User, administrator: User
) -> dict[str, AuditEvent]:
    """One act in each county, one on an account, one of the clock."""
    return {
        "near": act("contact.create", enterprise, county_officer, after={"name": "李联络", "mobile": "13912341234"}),
        "far": act("officer.assign", foreign_enterprise, officer, reason="秘境企业换人"),
        "clock": act("ladder.slip", enterprise, None, on=datetime.date(2026, 1, 1)),
        "own": act("list.upload", None, county_officer),
        "account": act("user.deactivate", None, administrator, before={"phone": "0714-1234567"}, after={"phone": ""}),
    }


def test_each_reads_what_is_theirs(
    acts: dict[str, AuditEvent], officer: User, county_officer: User, auditor: User, administrator: User
):
    pk = {name: event.pk for name, event in acts.items()}

    assert set(listed(officer)) == {pk["near"], pk["far"], pk["clock"]}
    assert set(listed(auditor)) == {pk["near"], pk["far"], pk["clock"]}
    assert set(listed(county_officer)) == {pk["near"], pk["clock"], pk["own"]}
    assert set(listed(administrator)) == {pk["account"]}


def test_another_county_s_act_reaches_nobody_by_any_filter(acts: dict[str, AuditEvent], county_officer: User):
    client = as_(county_officer)
    for asked in ({}, {"firm": "远岑"}, {"who": "周市级"}, {"what": "officer."}, {"before": acts["far"].pk}):
        assert "秘境" not in client.get("/audit/", asked).text
        assert "秘境" not in "".join(Exported(client.get("/audit/export/", asked)).parts.values())


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"who": "陈县"}, ["near"]),
        ({"who": "COUNTY"}, ["near"]),
        ({"what": "contact."}, ["near"]),
        ({"what": "officer.assign"}, ["far"]),
        ({"firm": "云泽"}, ["clock", "near"]),
        ({"thing": "enterprise"}, ["clock", "far", "near"]),
        ({"thing": "title"}, []),
        ({"until": "2020-01-01"}, []),
        ({"since": "2020-01-01"}, ["clock", "far", "near"]),
        ({"document": "2026〕1"}, []),
    ],
)
def test_the_log_is_filtered(acts: dict[str, AuditEvent], officer: User, asked: dict[str, str], names: list[str]):
    assert listed(officer, **asked) == [acts[name].pk for name in names]


def test_nonsense_lists_nothing_and_says_why(acts: dict[str, AuditEvent], officer: User):
    answer = as_(officer).get("/audit/", {"since": "昨天", "what": "x"})

    assert answer.context["rows"] == []
    assert "自：" in text(answer)
    assert as_(officer).get("/audit/export/", {"since": "昨天"}).status_code == 422


def test_numbers_and_mailboxes_of_people_are_masked(acts: dict[str, AuditEvent], officer: User, administrator: User):
    page = text(as_(officer).get("/audit/"))
    file = Exported(as_(officer).get("/audit/export/"))

    for said in (page, "".join(file.parts.values())):
        assert "13912341234" not in said
        assert "139****1234" in said
    assert "071****4567" in text(as_(administrator).get("/audit/"))


@pytest.mark.feature(13, partial="of reading the log: actor, acting-as, reason, document, request id, effective day")
def test_a_line_says_who_for_whom_why_and_from_when(
    enterprise: Enterprise, officer: User, county_officer: User, member: User
):
    """from, to, actor, acting-as, reason, document no. (公告文号), request id"""
    act(
        "candidacy.file", enterprise, county_officer, on_behalf_of=member, reason="材料齐全", document="〔2026〕8号",
        before={"track": "hnte", "label": "拟申报"}, after={"track": "hnte", "label": "已申报"},
        on=datetime.date(2026, 3, 1),
    )  # fmt: skip
    page = text(as_(officer).get("/audit/"))

    for said in (
        "陈县级",
        "代表孙企业",
        "拟申报→已申报",
        "材料齐全",
        "〔2026〕8号",
        "生效2026-03-01",
        "登记申报",
        "请求号",
    ):
        assert said in page


def test_pages_follow_each_other_without_a_gap(enterprise: Enterprise, officer: User):
    AuditEvent.objects.bulk_create(audit.event("contact.create", enterprise, by=officer) for _ in range(120))
    client = as_(officer)
    seen, address = [], "/audit/"
    while address:
        context = client.get(address).context
        seen += [row.event.pk for row in context["rows"]]
        address = f"/audit/?{context['part'].older}" if context["part"].older else ""

    assert seen == list(AuditEvent.objects.order_by("-recorded_at", "-pk").values_list("pk", flat=True))
    back = client.get(f"/audit/?before={seen[50]}").context
    assert [row.event.pk for row in back["rows"]] == seen[:50]
    assert back["part"].newer == ""


def test_the_rows_of_the_file_are_those_of_the_screen(acts: dict[str, AuditEvent], officer: User):
    file = Exported(as_(officer).get("/audit/export/", {"firm": "云泽"}))

    assert [row[3] for row in file.table] == ["梯队下降", "登记联络员"]
    assert file.rows[1][0] == "筛选条件：企业：云泽"
    assert AuditEvent.objects.filter(what="export.audit_list").count() == 1


def test_queries_do_not_grow_with_the_acts(
    enterprise: Enterprise, county: Region, officer: User, django_assert_max_num_queries: Any
):
    client = as_(officer)
    act("contact.create", enterprise, officer)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/audit/")
    for number in range(3):
        firm = Enterprise.objects.create(name=f"恒砺{number}有限公司", region=county)
        act("contact.create", firm, officer)

    with django_assert_max_num_queries(len(one)):
        client.get("/audit/")


def test_the_latest_acts_come_from_an_index(acts: dict[str, AuditEvent]):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN SELECT id FROM accounts_auditevent ORDER BY recorded_at DESC, id DESC LIMIT 51")
        plan = "".join(line for (line,) in cursor.fetchall())

    assert "audit_by_time" in plan
