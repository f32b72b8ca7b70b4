"""导入: uploaded, recognised, previewed, written; nobody sees another's file."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import AuditEvent, User
from config.celery import app
from enterprises.models import Enterprise, ImportBatch
from pipeline.models import Bureau
from tests import workbooks
from tests.console.visit import as_, text

pytestmark = pytest.mark.django_db(transaction=True)


def uploaded(user: User, content: bytes, name: str = "台账.xlsx") -> ImportBatch:
    """Hand a workbook in; the worker of the suite reads it at once."""
    response = as_(user).post("/imports/", {"workbook": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.latest("pk")


@pytest.mark.feature(3, partial="upload, recognised headings, preview, apply")
def test_a_ledger_is_previewed_and_then_written(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.plain())
    preview = as_(county_officer).get(f"/imports/{batch.pk}/")
    assert (Enterprise.objects.count(), preview.context["preview"].counts.new) == (0, 3)
    assert "确认写入" in text(preview)

    as_(county_officer).post(f"/imports/{batch.pk}/apply/")

    written = as_(county_officer).get(f"/imports/{batch.pk}/")
    assert Enterprise.objects.count() == 3
    assert "已写入" in text(written)
    assert AuditEvent.objects.filter(what="ledger.apply", by=county_officer).exists()


def test_asking_twice_writes_once(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.plain())
    client = as_(county_officer)

    answers = [client.post(f"/imports/{batch.pk}/apply/").status_code for _ in range(2)]

    assert answers == [302, 302]
    assert AuditEvent.objects.filter(what="ledger.apply").count() == 1


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks go to a queue as in production, and there is none at its address."""
    monkeypatch.setitem(app.conf, "task_always_eager", False)
    monkeypatch.setitem(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setitem(app.conf, "broker_transport_options", {})
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def test_without_a_queue_the_preview_stands_and_may_be_confirmed_again(
    reference_data: Bureau, county_officer: User, request: pytest.FixtureRequest
):
    batch = uploaded(county_officer, workbooks.plain())
    request.getfixturevalue("no_broker")

    page = text(as_(county_officer).post(f"/imports/{batch.pk}/apply/", follow=True))

    batch.refresh_from_db()
    assert (batch.state, batch.progress) == ("read", 0)
    assert "后台任务队列暂时不可用" in page
    assert "确认写入" in page


def test_a_ledger_whose_task_was_lost_is_taken_up_again_at_the_press_of_a_button(
    reference_data: Bureau, county_officer: User
):
    batch = uploaded(county_officer, workbooks.plain())
    client = as_(county_officer)
    ImportBatch.objects.update(state="applying", progress=5, moved_at=timezone.now())
    fresh = text(client.get(f"/imports/{batch.pk}/"))
    ImportBatch.objects.update(moved_at=timezone.now() - datetime.timedelta(minutes=2))
    stuck = [text(client.get(f"/imports/{batch.pk}/{part}")) for part in ("", "progress/")]

    client.post(f"/imports/{batch.pk}/apply/")

    batch.refresh_from_db()
    assert ["重新提交" in page for page in (fresh, *stuck)] == [False, True, True]
    assert (batch.state, batch.progress, Enterprise.objects.count()) == ("applied", 100, 3)


@pytest.mark.usefixtures("no_broker")
def test_an_upload_the_queue_did_not_take_is_read_once_the_queue_is_back(
    reference_data: Bureau, county_officer: User, monkeypatch: pytest.MonkeyPatch
):
    batch = uploaded(county_officer, workbooks.plain())
    monkeypatch.setitem(app.conf, "task_always_eager", True)
    ImportBatch.objects.update(moved_at=timezone.now() - datetime.timedelta(minutes=2))
    as_(county_officer).post(f"/imports/{batch.pk}/apply/")

    was, batch = batch.state, ImportBatch.objects.get()
    assert (was, batch.state, batch.report["counts"]["new"]) == ("uploaded", "read", 3)


@pytest.mark.parametrize(("content", "is_open"), [(workbooks.plain(), False), (workbooks.shuffled(), True)])
def test_headings_are_folded_unless_one_was_not_recognised(
    reference_data: Bureau, county_officer: User, content: bytes, is_open: bool
):
    page = as_(county_officer).get(f"/imports/{uploaded(county_officer, content).pk}/").content.decode()

    assert ('<details class="sheet" open>' in page, "列没有认出" in page) == (is_open, is_open)
    assert '<details class="sheet"' in page


def test_recognised_headings_are_shown(reference_data: Bureau, county_officer: User):
    page = as_(county_officer).get(f"/imports/{uploaded(county_officer, workbooks.plain()).pk}/")

    headings = [heading.heading for sheet in page.context["preview"].sheets for heading in sheet.headings]
    assert "企业名称" in headings
    assert "识别为" in text(page)


def test_a_workbook_without_ledger_says_why_sheet_by_sheet(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.no_ledgers())

    page = text(as_(county_officer).get(f"/imports/{batch.pk}/"))

    assert batch.state == ImportBatch.State.REFUSED
    assert "未采用" in page
    assert "确认写入" not in page


def test_warned_rows_have_a_list_of_their_own(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.odd_codes())

    page = as_(county_officer).get(f"/imports/{batch.pk}/?only=warned")

    assert page.context["preview"].n_rows == page.context["preview"].counts.warned > 0
    assert all(row.warnings for row in page.context["preview"].rows)


def test_a_file_that_is_no_workbook_is_refused_in_words(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, b"name,code\n", "台账.csv")

    page = text(as_(county_officer).get(f"/imports/{batch.pk}/"))

    assert (batch.state, bool(batch.error)) == (ImportBatch.State.REFUSED, True)
    assert "无法识别" in page


def test_no_file_comes_back_with_the_form(county_officer: User):
    assert as_(county_officer).post("/imports/", {}).status_code == 422


def test_a_file_too_large_is_refused(county_officer: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.imports.views.LARGEST_FILE", 10)

    response = as_(county_officer).post("/imports/", {"workbook": SimpleUploadedFile("台账.xlsx", b"x" * 11)})

    assert (response.status_code, ImportBatch.objects.count()) == (413, 0)


def test_the_bar_asks_until_the_worker_is_done(county_officer: User):
    batch = ImportBatch.objects.create(filename="a.xlsx", digest="0", by=county_officer, progress=40, state="applying")
    client = as_(county_officer)
    running = client.get(f"/imports/{batch.pk}/progress/")
    ImportBatch.objects.update(state="applied", progress=100)

    ended = client.get(f"/imports/{batch.pk}/progress/")

    assert 'value="40"' in running.content.decode()
    assert ("HX-Refresh" in running, ended["HX-Refresh"]) == (False, "true")


def test_another_s_file_does_not_exist(reference_data: Bureau, county_officer: User, officer: User):
    batch = uploaded(county_officer, workbooks.plain())

    answers = [as_(officer).get(f"/imports/{batch.pk}/{part}").status_code for part in ("", "progress/")]

    assert answers == [404, 404]
    assert list(as_(officer).get("/imports/").context["batches"]) == []


@pytest.mark.feature(3, partial="remembered mapping per sender")
def test_a_written_ledger_is_taken_back_after_a_look_at_what_goes_and_what_stays(
    reference_data: Bureau, county_officer: User
):
    """Undo of a whole batch."""
    batch = uploaded(county_officer, workbooks.plain())
    client = as_(county_officer)
    client.post(f"/imports/{batch.pk}/apply/")
    firm = Enterprise.objects.get(uscc=workbooks.code(2))
    client.post(f"/enterprises/{firm.pk}/officer/", {"officer": county_officer.pk})

    before = client.get(f"/imports/{batch.pk}/undo/")
    kept = client.get(f"/imports/{batch.pk}/undo/?only=kept")
    client.post(f"/imports/{batch.pk}/undo/")
    after = client.get(f"/imports/{batch.pk}/")

    assert "能撤回<b>2</b>家" in text(before)
    assert "之后指定了责任人（陈县级）" in text(kept)
    assert list(Enterprise.objects.all()) == [firm]
    assert "部分撤回" in text(after)
    assert text(after).count("已撤回</span>") == 2
    assert AuditEvent.objects.filter(what="ledger.undo", by=county_officer).exists()


def test_taking_back_twice_is_refused_in_words(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.plain())
    client = as_(county_officer)
    client.post(f"/imports/{batch.pk}/apply/")

    answers = [client.post(f"/imports/{batch.pk}/undo/") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 403]
    assert "已经撤回" in text(answers[1])
    assert "没有可以再撤回的内容" in text(client.get(f"/imports/{batch.pk}/undo/"))
    assert "已撤回" in text(client.get("/imports/"))


def test_nobody_takes_back_another_s_ledger(reference_data: Bureau, county_officer: User, officer: User):
    batch = uploaded(county_officer, workbooks.plain())
    as_(county_officer).post(f"/imports/{batch.pk}/apply/")

    answers = [as_(officer).get(f"/imports/{batch.pk}/undo/"), as_(officer).post(f"/imports/{batch.pk}/undo/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Enterprise.objects.count() == 3
