"""A ledger being written: what remains, what a second worker finds, what a failure leaves."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.imports import save
from enterprises.models import Enterprise, ImportBatch, YearFigures
from pipeline.domain import ledgers
from pipeline.models import Assessment
from tests import workbooks
from tests.ledgers import NOW, TODAY, counts, handed_in, imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "county", "other_county")]


class TestAfterwards:
    """What remains of an import."""

    def test_the_trail_names_the_ledger_and_each_firm_touched(self, officer: User) -> None:
        batch = imported(workbooks.plain(2), officer)

        trail = AuditEvent.objects.filter(object_type="importbatch", object_id=batch.pk, by=officer)
        assert trail.get(what="ledger.apply").after["new"] == 2
        firms = set(trail.filter(what="ledger.firm").values_list("enterprise_id", flat=True))
        assert firms == set(Enterprise.objects.values_list("pk", flat=True))

    def test_handing_in_is_in_the_trail_before_anything_is_written(self, officer: User) -> None:
        batch = ledgers.upload(filename="台账.xlsx", content=workbooks.plain(1), by=officer)

        event = AuditEvent.objects.get(what="ledger.upload", object_id=batch.pk)
        assert (event.by, event.document, event.after) == (officer, "台账.xlsx", {"digest": batch.digest})

    def test_a_slow_second_reading_does_not_undo_what_was_written_meanwhile(
        self, officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        batch = handed_in(workbooks.plain(1), officer)
        real = ledgers.read_apart

        def slow(**given: Any) -> Any:
            ledger = real(**given)
            ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
            return ledger

        monkeypatch.setattr(ledgers, "read_apart", slow)
        again = ledgers.read(batch_id=batch.pk)

        assert (again.state, again.progress, again.content) == ("applied", 100, None)

    def test_applying_again_is_nothing(self, officer: User) -> None:
        batch = imported(workbooks.plain(1), officer)
        ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)

        assert AuditEvent.objects.filter(what="ledger.apply").count() == 1

    def test_an_import_cut_short_after_writing_is_judged_on_the_second_run(self, officer: User) -> None:
        batch = imported(workbooks.plain(1), officer)
        Assessment.objects.all().delete()
        ImportBatch.objects.filter(pk=batch.pk).update(progress=80)

        assert ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY).progress == 100
        assert Assessment.objects.filter(track="hnte").count() == 1

    def test_a_register_that_changed_meanwhile_is_told(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(2), officer)
        imported(workbooks.plain(1), officer)
        batch = ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)

        assert counts(batch) == {"total": 2, "new": 1, "unchanged": 1}
        assert batch.report["note"] == "预览之后登记簿有变化，写入的以写入时为准"
        assert Enterprise.objects.count() == 2

    def test_a_workbook_without_a_ledger_cannot_be_applied(self, officer: User) -> None:
        batch = handed_in(workbooks.no_ledgers(), officer)

        assert (batch.state, batch.error) == ("refused", "没有认出任何企业台账：每张工作表的原因见下")
        assert [sheet.name for sheet in ledgers.preview(batch).sheets] == ["目标分解表", "名单", "空台账", "空表"]
        with pytest.raises(StepRefused):
            ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)

    def test_a_file_that_cannot_be_read_says_why(self, officer: User) -> None:
        batch = handed_in(b"PK\x03\x04nonsense", officer)

        assert (batch.state, batch.error) == ("refused", "文件已损坏或已加密，无法打开")

    def test_pages_of_the_preview_follow_each_other(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(5), officer)
        page = ledgers.preview(batch, only="new", start=3, size=10)

        assert ([row.line for row in page.rows], page.n_rows) == ([5, 6], 5)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_ledger_is_being_written(officer: User) -> None:
    """Inside the transaction that writes, on a connection of its own: it stays when that transaction is undone."""
    batch = handed_in(workbooks.plain(1), officer)
    with transaction.atomic():
        ledgers.say_progress(batch.pk, 25)
        transaction.set_rollback(True)

    assert ImportBatch.objects.get(pk=batch.pk).progress == 25


@pytest.mark.django_db(transaction=True)
def test_two_ledgers_at_once_make_a_firm_once(officer: User) -> None:
    """Both were previewed before either was written; the second then finds the firm there."""
    batches = [handed_in(workbooks.plain(3), officer) for _ in range(2)]

    def apply(batch: ImportBatch) -> ImportBatch:
        try:
            return ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(apply, batches))

    assert [batch.state for batch in done] == ["applied", "applied"]
    assert sorted(counts(batch).get("new", 0) for batch in done) == [0, 3]
    assert (Enterprise.objects.count(), YearFigures.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_one_ledger_applied_by_two_workers_is_written_once(officer: User) -> None:
    """A task delivered twice: both begin while an import is being written, one finds it done."""
    batch = handed_in(workbooks.plain(3), officer)

    def apply() -> ImportBatch:
        try:
            return ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        with transaction.atomic():
            save.lock_imports()
            both = [workers.submit(apply) for _ in range(2)]
            with pytest.raises(TimeoutError):
                both[0].result(timeout=1)
        done = [one.result(timeout=30) for one in both]

    assert [(one.state, one.progress) for one in done] == [("applied", 100)] * 2
    assert AuditEvent.objects.filter(what="ledger.apply").count() == 1
    assert Assessment.objects.filter(track="hnte").count() == 3


class TestStuck:
    """A batch that the queue did not take, or whose task was lost."""

    def test_what_the_queue_did_not_take_stands_as_before(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(1), officer)
        before = ledgers.confirm(batch_id=batch.pk, by=officer, at=NOW)
        assert before is not None
        ledgers.put_back(before, at=NOW)

        batch.refresh_from_db()
        assert (batch.state, batch.progress) == ("read", 0)
        assert ledgers.confirm(batch_id=batch.pk, by=officer, at=NOW) is not None

    def test_a_worker_that_began_after_all_is_not_disturbed(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(1), officer)
        before = ledgers.confirm(batch_id=batch.pk, by=officer, at=NOW)
        assert before is not None
        ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
        ledgers.put_back(before, at=NOW)

        batch.refresh_from_db()
        assert (batch.state, batch.progress) == ("applied", 100)

    def test_confirming_twice_is_once(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(1), officer)

        answers = [ledgers.confirm(batch_id=batch.pk, by=officer, at=NOW) is None for _ in range(2)]
        assert answers == [False, True]

    @pytest.mark.parametrize(("state", "progress"), [("uploaded", 0), ("applying", 25), ("applied", 80)])
    def test_after_a_minute_without_progress_it_may_be_queued_again(
        self, officer: User, state: str, progress: int
    ) -> None:
        batch = ledgers.upload(filename="台账.xlsx", content=workbooks.plain(1), by=officer)
        ImportBatch.objects.update(state=state, progress=progress, moved_at=NOW)

        times = [NOW + datetime.timedelta(seconds=seconds) for seconds in (59, 60, 61)]
        answers = [ledgers.resubmit(batch_id=batch.pk, by=officer, at=at) is not None for at in times]
        assert answers == [False, True, False]

    @pytest.mark.parametrize("state", ["read", "refused", "failed"])
    def test_what_waits_for_the_officer_is_not_stuck(self, officer: User, state: str) -> None:
        batch = ledgers.upload(filename="台账.xlsx", content=workbooks.plain(1), by=officer)
        ImportBatch.objects.update(state=state, moved_at=NOW)

        assert ledgers.resubmit(batch_id=batch.pk, by=officer, at=NOW + datetime.timedelta(days=1)) is None


@pytest.mark.django_db(transaction=True)
def test_a_write_that_fails_leaves_nothing_and_may_be_tried_again(officer: User) -> None:
    """The database itself refuses a row; the batch says so, the register stands as before."""
    batch = handed_in(workbooks.plain(3), officer)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enterprises_yearfigures ADD CONSTRAINT no_row CHECK (year < 2000) NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE enterprises_yearfigures DROP CONSTRAINT no_row")

    batch.refresh_from_db()
    assert (batch.state, Enterprise.objects.count()) == ("failed", 0)
    assert ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY).state == "applied"
