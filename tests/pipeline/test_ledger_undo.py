"""A ledger is taken back as a whole: the register is as it was before."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.domain import statements
from enterprises.models import BatchChange, Enterprise, ImportBatch, RegionMembership, YearFigures
from pipeline.domain import ledger_undo, ledgers
from pipeline.models import Assessment, LadderPosition, Title
from tests import workbooks
from tests.factories import ContactFactory, EnterpriseFactory, YearFiguresFactory
from tests.ledgers import NOW, TODAY, imported
from tests.pipeline.full_ledgers import register, taken_back, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "county", "other_county")]


class TestWhole:
    """Nothing rests upon the ledger."""

    def test_firms_that_the_ledger_made_are_gone_with_all_it_wrote(self, officer: User) -> None:
        batch = taken_back(imported(whole(1, 2), officer), officer)

        assert (batch.state, batch.progress) == ("undone", 100)
        assert not Enterprise.objects.exists()
        assert not Title.objects.exists()
        assert not Assessment.objects.exists()
        assert (batch.undone["removed"], batch.undone["kept"]) == (2, 0)

    def test_the_trail_says_who_took_what_back(self, officer: User) -> None:
        batch = taken_back(imported(whole(1), officer), officer)

        acts = AuditEvent.objects.filter(pk__gt=AuditEvent.objects.get(what="ledger.apply").pk)
        assert [one.by for one in acts.filter(what="ledger.undo", object_id=batch.pk)] == [officer]
        gone = acts.get(what="ledger.remove_firm")
        assert gone.before == {"name": "云泽第1精密有限公司", "uscc": workbooks.code(1)}
        assert acts.get(what="title.take_back").before["number"] == "GR20254200" + "0001"

    def test_a_known_firm_is_as_it_was(self, officer: User, county: Region) -> None:
        known = EnterpriseFactory(name="旧名精密有限公司", uscc=workbooks.code(1), uscc_ok=True, region=county)
        bare = EnterpriseFactory(name="云泽第2精密有限公司", region=county)
        RegionMembership.objects.create(enterprise=known, region=county, from_on=datetime.date(2020, 1, 1))
        RegionMembership.objects.create(enterprise=bare, region=county, from_on=TODAY)
        YearFiguresFactory(enterprise=known, operating_revenue_cny=1)
        ContactFactory(enterprise=known, name="何晓舟", mobile="0714-1", email="a@b.cn")
        before = register()
        batch = imported(whole(1, 2), officer)
        assert set(BatchChange.objects.values_list("what", flat=True)) == {
            "name", "code", "region", "negatives", "contact"
        }  # fmt: skip

        taken_back(batch, officer)

        after = register()
        assert {table: rows for table, rows in after.items() if rows != before[table]} == {
            "pipeline_assessment": after["pipeline_assessment"]  # nobody had judged these before
        }
        assert list(Enterprise.objects.named("旧名精密")) == [known]
        assert not Enterprise.objects.named("云泽第1").exists()

    def test_a_withdrawn_statement_stays_on_record_and_was_known_then(self, officer: User, county: Region) -> None:
        firm = EnterpriseFactory(name="云泽第1精密有限公司", region=county)
        batch = imported(workbooks.plain(1), officer)
        then = YearFigures.objects.get().known_at

        taken_back(batch, officer)

        said = YearFigures.objects.get()
        assert (said.state, said.batch, said.operating_revenue_cny) == ("withdrawn", batch, 48_000_000)
        assert not YearFigures.objects.all().standing().exists()
        assert statements.current_figures(firm) == {}
        assert 2025 in statements.current_figures(firm, known_by=then + datetime.timedelta(seconds=1)) or (
            said.withdrawn_at - then < datetime.timedelta(seconds=1)
        )

    def test_the_ladder_follows(self, officer: User, county: Region) -> None:
        firm = EnterpriseFactory(name="云泽第1精密有限公司", region=county)
        batch = imported(whole(1), officer)
        assert LadderPosition.objects.get(enterprise=firm).rung == "hnte"

        taken_back(batch, officer)

        assert LadderPosition.objects.get(enterprise=firm).rung == ""

    @pytest.mark.feature(3, partial="undo of a whole batch; re-import of the same file")
    @pytest.mark.parametrize("content", [workbooks.plain(), workbooks.dressed_up(), workbooks.walk(), whole(1, 2, 3)])
    def test_undone_and_imported_again_the_register_is_the_same(
        self, officer: User, county: Region, content: bytes
    ) -> None:
        EnterpriseFactory(name="云泽第1精密有限公司", region=county)
        EnterpriseFactory(name="旧名精密有限公司", uscc=workbooks.code(2), region=county)
        first = imported(content, officer)
        once = register()
        taken_back(first, officer)

        imported(content, officer)

        assert register() == once

    def test_twice_is_refused_in_clear_words(self, officer: User) -> None:
        batch = taken_back(imported(whole(1), officer), officer)
        before = AuditEvent.objects.count()

        again = taken_back(batch, officer)
        with pytest.raises(StepRefused, match="已经撤回"):
            ledger_undo.ask(batch_id=batch.pk, by=officer, at=NOW)

        assert (again.state, AuditEvent.objects.count()) == ("undone", before)

    def test_what_was_never_written_cannot_be_taken_back(self, officer: User) -> None:
        batch = ledgers.read(batch_id=ledgers.upload(filename="台账.xlsx", content=whole(1), by=officer).pk)

        with pytest.raises(StepRefused, match="待确认"):
            ledger_undo.ask(batch_id=batch.pk, by=officer, at=NOW)

    def test_only_whoever_handed_it_in_takes_it_back(self, officer: User, county_officer: User) -> None:
        batch = imported(whole(1), officer)

        with pytest.raises(ImportBatch.DoesNotExist):
            ledger_undo.ask(batch_id=batch.pk, by=county_officer, at=NOW)
        with pytest.raises(ImportBatch.DoesNotExist):
            taken_back(batch, county_officer)

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, officer: User) -> None:
        counted = []
        for numbers in (range(1, 2), range(2, 42)):
            batch = imported(whole(*numbers), officer)
            with CaptureQueriesContext(connection) as queries:
                taken_back(batch, officer)
            counted.append(len(queries))
        assert counted[0] == counted[1]
