"""用户 and 提醒邮件 as workbooks: the rows of their lists."""

import pytest

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from notifications import letters
from notifications.models import Message
from pipeline.models import Bureau
from tests.console.exported import Exported
from tests.console.visit import as_
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_the_accounts_of_the_list_are_the_rows_of_the_file(
    reference_data: Bureau, officer: User, county_officer: User, member: User, enterprise: Enterprise
):
    client = as_(officer)

    file = Exported(client.get("/users/export/", {"role": "enterprise"}))

    assert [row[:4] for row in file.table] == [["孙企业", "member", "企业", enterprise.name]]
    assert file.rows[1][0] == "筛选条件：角色：企业"
    assert len(Exported(client.get("/users/export/")).table) == len(client.get("/users/").context["rows"])
    assert AuditEvent.objects.filter(what="export.user_list").count() == 2


def test_a_unit_exports_nobody_from_next_door(
    reference_data: Bureau, county_officer: User, member: User, foreign_enterprise: Enterprise
):
    MemberFactory(name="钱外企", enterprises=[foreign_enterprise])

    file = Exported(as_(county_officer).get("/users/export/"))

    assert {row[0] for row in file.table} == {"陈县级", "孙企业"}
    assert "钱外企" not in "".join(file.parts.values())


def test_the_letters_of_the_list_are_the_rows_of_the_file(reference_data: Bureau, officer: User, member: User):
    letters.invite(user=member, by=officer, link="http://127.0.0.1/secret")

    file = Exported(as_(officer).get("/mails/export/", {"state": Message.State.QUEUED}))

    assert len(file.table) == 1
    assert file.table[0][1] == Message.objects.get().to
    assert "secret" not in "".join(file.parts.values())
    assert Exported(as_(officer).get("/mails/export/", {"state": Message.State.SENT})).table == []


def test_queries_do_not_grow_with_the_accounts(
    reference_data: Bureau, officer: User, enterprise: Enterprise, django_assert_max_num_queries
):
    client = as_(officer)
    MemberFactory(enterprises=[enterprise])
    with django_assert_max_num_queries(40) as one:
        Exported(client.get("/users/export/"))
    MemberFactory.create_batch(2, enterprises=[enterprise])

    with django_assert_max_num_queries(len(one)):
        Exported(client.get("/users/export/"))
