"""The documents that 认定规则 cite: kept by an officer, and what cites an expired one."""

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import User
from pipeline.models import Bureau, Document
from tests.console.drafted import DAY
from tests.console.visit import MORNING, ON, as_, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=True):
        yield


def test_documents_are_kept_and_what_cites_an_expired_one_is_listed(officer: User, auditor: User):
    client = as_(officer)
    document = Document.objects.get(number="国科发火〔2016〕32号")
    assert "引用了失效文件" not in text(client.get("/rules/"))

    address = f"/rules/documents/{document.pk}/"
    wrong = client.post(
        address, {"number": document.number, "effective_from": "2016-01-01", "effective_to": "2015-01-01"}
    )
    assert "早于施行日" in text(wrong)
    client.post(address, {"number": document.number, "written": "32号文、高企办法", "effective_to": "2026-01-31"})

    document.refresh_from_db()
    assert document.written == ["32号文", "高企办法"]
    for page in ("/rules/", "/rules/documents/"):
        assert "引用了失效文件" in text(client.get(page))
        assert "只到2026年1月31日有效" in text(client.get(page))
    assert "登记文件" not in text(as_(auditor).get("/rules/documents/"))


def test_the_command_fails_where_rules_cite_an_expired_document(reference_data: Bureau, capsys):

    call_command("check_orphans", on=ON)
    assert "没有引用失效文件" in capsys.readouterr().out
    Document.objects.filter(number="国科发政〔2017〕115号").update(effective_to=ON)

    with pytest.raises(CommandError, match="1 处"):
        call_command("check_orphans", on=DAY)
    assert "国科发政〔2017〕115号" in capsys.readouterr().out
