"""A ledger is taken back: all of it or row by row, never from under what rests upon it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.domain import care, members, statements
from enterprises.imports import undo
from enterprises.models import (
    BatchChange,
    Contact,
    Enterprise,
    ImportBatch,
    RegionMembership,
    Source,
    YearFigures,
)
from pipeline.domain import candidacies, ledger_undo, ledgers, rulings, titles, touch
from pipeline.models import Assessment, Bureau, LadderPosition, Title
from tests import workbooks
from tests.factories import (
    ContactFactory,
    EnterpriseFactory,
    FirmStatementFactory,
    MaterialFactory,
    MemberFactory,
    PropertyFactory,
    YearFiguresFactory,
)
from tests.pipeline.test_ledgers import imported

TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
HEADINGS = (
    "企业名称", "统一社会信用代码", "所属县市区", "成立日期", "2025年营业收入（万元）", "高新技术企业证书编号",
    "高新技术企业发证时间", "规上", "联络员", "联络员电话", "失信与事故情况",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ground(reference_data: Bureau, county: Region, other_county: Region) -> None:
    """Rules, ladder, and the units that the ledgers name."""


def full(number: int, unit: str = "西岭县", revenue: float = 4800) -> tuple[Any, ...]:
    """A row with everything that a ledger can write."""
    return (
        f"云泽第{number}精密有限公司", workbooks.code(number), unit, "2015-03-01", revenue, f"GR20254200{number:04}",
        "2025-11-01", "是", "何晓舟", "13900000001", "无",
    )  # fmt: skip


def whole(*numbers: int) -> bytes:
    """A ledger of such rows."""
    return workbooks.ledger(*map(full, numbers), headings=HEADINGS)


def taken_back(batch: ImportBatch, by: User) -> ImportBatch:
    """The batch taken back."""
    return ledger_undo.take_back(batch_id=batch.pk, by=by, on=TODAY)


def register() -> dict[str, list[tuple[Any, ...]]]:
    """Everything known of firms, without keys, batches and moments; withdrawn statements do not stand."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    left_out = {"id", "batch_id", "created_at", "known_at", "confirmed_at", "recorded_at", "withdrawn_at", "version"}
    left_out |= {"enterprise_id", "edition_id"}
    for model, name in [(Enterprise, ""), *undo.related()]:
        if model is BatchChange:
            continue
        table = model._meta.db_table
        names = [one.column for one in model._meta.concrete_fields if one.column not in left_out]
        columns = ", ".join(f't."{one}"::text' for one in names)
        firm = "t.name" if not name else "f.name"
        join = f"JOIN enterprises_enterprise f ON f.id = t.{model._meta.get_field(name).column}" if name else ""
        where = "WHERE t.state <> 'withdrawn'" if table in undo.STATEMENTS else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {firm}{', ' if columns else ''}{columns} FROM {table} t {join} {where}")
            rows[table] = sorted(cursor.fetchall(), key=str)
    # Nobody stands below the first rung by having stood higher once
    rows["pipeline_ladderposition"] = [row for row in rows["pipeline_ladderposition"] if row[1]]
    return rows


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


def coached(firm: Enterprise, by: User) -> None:
    candidacies.open_case(enterprise_id=firm.pk, track="hnte", by=by, on=TODAY)


def ruled(firm: Enterprise, by: User) -> None:
    rulings.rule(
        enterprise_id=firm.pk, track="hnte", criterion="H2.core", value=True, basis="现场核定", by=by, on=TODAY
    )


def found(firm: Enterprise, by: User) -> None:
    touch.state_figures(enterprise_id=firm.pk, year=2025, figures={"operating_revenue_cny": 7}, by=by, at=NOW)


def stated_by_the_firm(firm: Enterprise, by: User) -> None:
    person = MemberFactory(enterprises=[firm])
    touch.state_figures(enterprise_id=firm.pk, year=2025, figures={"operating_revenue_cny": 7}, by=person, at=NOW)


def suspended(firm: Enterprise, by: User) -> None:
    title = Title.objects.get(enterprise=firm)
    titles.act(title_id=title.pk, step="suspend", by=by, version=title.version, reason="核查", on=TODAY)


def renewed(firm: Enterprise, by: User) -> None:
    titles.record(
        enterprise_id=firm.pk, track="hnte", number="GR1", issued_on=datetime.date(2022, 10, 1), by=by, on=TODAY
    )


def imported_again(firm: Enterprise, by: User) -> None:
    imported(workbooks.ledger(full(1, revenue=9), headings=HEADINGS), by)


def renamed(firm: Enterprise, by: User) -> None:
    imported(workbooks.ledger((1, "云泽新名有限公司", workbooks.code(1), None, None, None)), by)


def moved(firm: Enterprise, by: User) -> None:
    imported(workbooks.ledger((1, None, workbooks.code(1), "东溪县", None, None)), by)


def called(firm: Enterprise, by: User) -> None:
    Contact.objects.filter(enterprise=firm).update(mobile="13900000009")


def off_scale(firm: Enterprise, by: User) -> None:
    firm.above_scale_spells.update(to_on=TODAY)


def coded(firm: Enterprise, by: User) -> None:
    Enterprise.objects.filter(pk=firm.pk).update(uscc=workbooks.code(99))


RESTS_ON_KNOWN = [
    (coached, "之后办理了“高新技术企业”培育申报（储备"),
    (ruled, "之后作了人工判定（高新技术企业 H2.core"),
    (found, "之后有 2025 年指标（核定"),
    (stated_by_the_firm, "之后有 2025 年指标（企业填报"),
    (suspended, "“高新技术企业”资格之后办理了处置"),
    (renewed, "之后又登记了“高新技术企业”资格"),
    (imported_again, "之后有 2025 年指标（另一次导入"),
    (renamed, "之后又更名"),
    (moved, "之后又改了责任单位"),
    (called, "联络员“何晓舟”之后有改动"),
    (off_scale, "规上时段之后有改动"),
    (coded, "之后又改了统一社会信用代码"),
]


def entrusted(firm: Enterprise, by: User) -> None:
    care.assign_officer(enterprise_id=firm.pk, officer=by, by=by, on=TODAY)


def contacted(firm: Enterprise, by: User) -> None:
    care.add_contact(enterprise_id=firm.pk, name="罗景行", by=by, on=TODAY)


def joined(firm: Enterprise, by: User) -> None:
    members.join(user=MemberFactory(), enterprise=firm, by=by)


def patented(firm: Enterprise, by: User) -> None:
    PropertyFactory(enterprise=firm)


def papered(firm: Enterprise, by: User) -> None:
    MaterialFactory(enterprise=firm)


def described(firm: Enterprise, by: User) -> None:
    FirmStatementFactory(enterprise=firm, source=Source.OFFICER)


RESTS_ON_NEW = [
    (coached, "之后登记了培育申报 1 条"),
    (ruled, "之后登记了人工判定 1 条"),
    (found, "之后登记了年度指标 1 条"),
    (stated_by_the_firm, "之后登记了年度指标 1 条"),
    (suspended, "“高新技术企业”资格之后办理了处置"),
    (renewed, "之后登记了资格 1 条"),
    (imported_again, "之后登记了年度指标 1 条"),
    (renamed, "之后登记了曾用名 1 条"),
    (moved, "之后登记了归属单位 1 条"),
    (entrusted, "之后指定了责任人（周市级）"),
    (contacted, "之后登记了联络员 1 条"),
    (joined, "之后登记了企业账号 1 条"),
    (patented, "之后登记了知识产权 1 条"),
    (papered, "之后登记了材料 1 条"),
    (described, "之后登记了企业情况 1 条"),
]
Act = Callable[[Enterprise, User], None]


class TestRowByRow:
    """Something rests upon one of the rows: that one stays, the others go."""

    @pytest.mark.feature(3, partial="undo of a whole batch")
    @pytest.mark.parametrize(("act", "says"), RESTS_ON_KNOWN, ids=lambda one: getattr(one, "__name__", ""))
    def test_of_a_known_firm(self, officer: User, county: Region, act: Act, says: str) -> None:
        by_code = {"name": "旧名精密有限公司", "uscc": workbooks.code(1), "uscc_ok": True}
        known = by_code if act is renamed else {"name": "云泽第1精密有限公司"}
        firm = EnterpriseFactory(**known, region=county)
        ContactFactory(enterprise=firm, name="何晓舟", mobile="13900000002", email="")
        self.one_stays_of_two(firm, officer, act, says)

    @pytest.mark.parametrize(("act", "says"), RESTS_ON_NEW, ids=lambda one: getattr(one, "__name__", ""))
    def test_of_a_new_firm(self, officer: User, act: Act, says: str) -> None:
        self.one_stays_of_two(None, officer, act, says)

    def one_stays_of_two(self, known: Enterprise | None, officer: User, act: Act, says: str) -> None:
        """The act on the first firm keeps its row; the second is taken back; the first's values stand."""
        batch = imported(whole(1, 2), officer)
        firm = known or Enterprise.objects.get(uscc=workbooks.code(1))
        firm.refresh_from_db()
        act(firm, officer)
        stands = register()

        planned = ledger_undo.plan(batch)
        kept = planned.rows(kept=True)
        batch = taken_back(batch, officer)

        assert [one.firm for one in kept] == [firm.pk]
        assert any(reason.startswith(says) for reason in kept[0].reasons), kept[0].reasons
        assert batch.state == "applied"
        assert batch.undone["kept"] == 1
        assert not Enterprise.objects.filter(uscc=workbooks.code(2)).exists()
        firm.refresh_from_db()
        for table, rows in register().items():
            assert rows == [row for row in stands[table] if "云泽第2精密有限公司" not in row], table

    def test_what_rested_is_gone_and_the_rest_can_follow(self, officer: User) -> None:
        batch = imported(whole(1, 2), officer)
        firm = Enterprise.objects.get(uscc=workbooks.code(1))
        care.assign_officer(enterprise_id=firm.pk, officer=officer, by=officer, on=TODAY)
        taken_back(batch, officer)
        care.assign_officer(enterprise_id=firm.pk, officer=None, by=officer, on=TODAY)

        batch = taken_back(batch, officer)

        assert (batch.state, batch.undone["removed"], batch.undone["kept"]) == ("undone", 2, 0)

    def test_when_all_is_relied_upon_nothing_is_done(self, officer: User) -> None:
        batch = imported(whole(1), officer)
        coached(Enterprise.objects.get(), officer)

        with pytest.raises(StepRefused, match="每一行都有后续办理"):
            ledger_undo.ask(batch_id=batch.pk, by=officer, at=NOW)

    def test_a_firm_that_left_our_units_stays_and_nothing_is_told_of_it(
        self, county_officer: User, officer: User, other_county: Region
    ) -> None:
        batch = imported(workbooks.plain(1), county_officer)
        imported(workbooks.ledger((1, None, workbooks.code(1), "西岭县", None, 9)), officer)

        (row,) = ledger_undo.plan(batch).rows(kept=True)
        assert row.reasons == ["不在本辖区"]
        assert row.name == ""

    def test_a_later_batch_taken_back_frees_the_earlier_one(self, officer: User) -> None:
        first = imported(whole(1), officer)
        second = imported(workbooks.ledger(full(1, revenue=9), headings=HEADINGS), officer)
        assert len(ledger_undo.plan(first).kept) == 1

        taken_back(second, officer)
        taken_back(first, officer)

        assert not Enterprise.objects.exists()
