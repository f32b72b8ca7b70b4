"""A ledger goes in: the preview says what is then done, twice is once, and nobody writes beyond their units."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.imports import save
from enterprises.models import (
    AboveScaleSpell,
    Contact,
    Enterprise,
    FirmStatement,
    FormerName,
    ImportBatch,
    RegionMembership,
    YearFigures,
)
from pipeline.domain import ledgers
from pipeline.domain.ledgers import PreviewRow
from pipeline.models import Assessment, Bureau, LadderPosition, Title
from tests import workbooks, workbooks_doubtful
from tests.factories import (
    AuditorFactory,
    ContactFactory,
    EnterpriseFactory,
    RegionFactory,
    UnitOfficerFactory,
    YearFiguresFactory,
)

TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


def handed_in(content: bytes, by: User) -> ImportBatch:
    """A workbook uploaded and read."""
    return ledgers.read(batch_id=ledgers.upload(filename="台账.xlsx", content=content, by=by).pk)


def imported(content: bytes, by: User, on: datetime.date = TODAY) -> ImportBatch:
    """A workbook uploaded, read and applied."""
    return ledgers.apply(batch_id=handed_in(content, by).pk, by=by, on=on)


def counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows do what, without the zeros."""
    return {name: number for name, number in batch.report["counts"].items() if number}


def rows(batch: ImportBatch) -> list[PreviewRow]:
    """Every row of the preview."""
    return list(ledgers.preview(batch).rows)


def reasons(batch: ImportBatch) -> list[tuple[str, ...]]:
    """Why each row is refused; nothing for one that is not."""
    return [tuple(row.reasons) for row in rows(batch)]


@pytest.fixture(autouse=True)
def ground(reference_data: Bureau, county: Region, other_county: Region) -> None:
    """Rules, ladder, and the units that the ledgers name."""


class TestNewFirms:
    """Firms that nobody knew."""

    def test_a_preview_writes_nothing(self, officer: User) -> None:
        batch = handed_in(workbooks.plain(), officer)

        assert (batch.state, counts(batch)) == ("read", {"total": 3, "new": 3})
        assert not Enterprise.objects.exists()

    def test_applying_writes_what_the_preview_says(self, officer: User, county: Region) -> None:
        batch = imported(workbooks.plain(), officer)

        firm = Enterprise.objects.get(uscc=workbooks.code(1))
        assert (firm.name, firm.uscc_ok, firm.region) == ("云泽第1精密有限公司", True, county)
        assert FirmStatement.objects.get(enterprise=firm).registered_on == datetime.date(2015, 3, 1)
        figures = YearFigures.objects.get(enterprise=firm)
        assert (figures.year, figures.operating_revenue_cny, figures.source) == (2025, 48_000_000, "ledger")
        assert (figures.state, figures.batch, figures.confirmed_by) == ("accepted", batch, officer)
        assert RegionMembership.objects.get(enterprise=firm).from_on == TODAY
        assert (batch.state, batch.progress) == ("applied", 100)

    def test_firms_are_found_and_judged_at_once(self, officer: User) -> None:
        imported(workbooks.plain(), officer)

        assert [firm.name for firm in Enterprise.objects.named("yzd2")] == ["云泽第2精密有限公司"]
        assert Assessment.objects.filter(judged_on=TODAY, track="hnte").count() == 3

    def test_the_same_columns_are_searched_as_after_a_save(self, officer: User) -> None:
        imported(workbooks.plain(1), officer)
        firm = Enterprise.objects.get()
        before = (firm.folded_name, firm.search_text, firm.search_bigrams)
        firm.save()

        assert (firm.folded_name, firm.search_text, firm.search_bigrams) == before

    def test_a_firm_without_a_unit_of_ours_goes_to_the_importer_s(self, officer: User, city: Region) -> None:
        batch = imported(workbooks.ledger(workbooks.firm(1, unit="无名镇"), workbooks.firm(2, unit=None)), officer)

        assert set(Enterprise.objects.values_list("region", flat=True)) == {city.pk}
        assert rows(batch)[0].warnings == ["没有名为“无名镇”的责任单位，未采用"]

    def test_a_new_firm_whose_unit_is_left_empty_says_where_it_goes(self, officer: User) -> None:
        batch = handed_in(workbooks.ledger(workbooks.firm(1, unit=None), workbooks.firm(2)), officer)

        assert [row.warnings for row in rows(batch)] == [["没有写责任单位，归入“云川市”"], ()]

    def test_one_name_under_two_codes_is_flagged(self, officer: User) -> None:
        first, second = workbooks.firm(1), workbooks.firm(2)
        second[1] = first[1]
        batch = handed_in(workbooks.ledger(first, second), officer)

        says = ["文件中同名企业有不同代码，将分别建档，请核对是否同一家"]
        assert [row.warnings for row in rows(batch)] == [says, says]

    def test_units_are_known_by_alias_and_below_their_superiors(self, officer: User, county: Region) -> None:
        county.aliases = ["东溪高新区"]
        county.save()
        names = ("东溪高新区", "云川市东溪县", "东溪")
        imported(workbooks.ledger(*(workbooks.firm(n, unit=name) for n, name in enumerate(names, 1))), officer)

        assert set(Enterprise.objects.values_list("region", flat=True)) == {county.pk}

    def test_a_wrong_check_digit_is_kept_and_no_code_is_made_up(self, officer: User) -> None:
        batch = imported(workbooks.odd_codes(), officer)

        assert counts(batch) == {"total": 4, "new": 4, "warned": 4}
        assert Enterprise.objects.get(name="云泽精密装备有限公司").uscc_ok is False
        assert Enterprise.objects.get(name="远岑新材料有限公司").old_number == "420281000012345"
        assert Enterprise.objects.filter(uscc=None).count() == 3

    def test_sheets_about_the_same_firms_are_put_together(self, officer: User) -> None:
        imported(workbooks.two_sheets(), officer)

        firm = Enterprise.objects.get(uscc=workbooks.code(1))
        assert Enterprise.objects.count() == 2
        assert YearFigures.objects.get(enterprise=firm).staff_headcount == 120
        assert FirmStatement.objects.get(enterprise=firm).registered_on == datetime.date(2015, 3, 1)

    def test_a_firm_twice_is_made_once(self, officer: User) -> None:
        batch = imported(workbooks.doubles(), officer)

        assert reasons(batch) == [(), ("统一社会信用代码：代码与第2行重复",), (), ("与第4行是同一企业",)]
        assert Enterprise.objects.count() == 2


class TestKnownFirms:
    """Firms that stand already."""

    @pytest.mark.parametrize(
        "content", [workbooks.plain(), workbooks.dressed_up(), workbooks.walk(), workbooks.people()]
    )
    def test_the_same_file_twice_changes_nothing(self, officer: User, content: bytes) -> None:
        first = imported(content, officer)
        kept = [FirmStatement, YearFigures, Title, Contact, AboveScaleSpell, RegionMembership, Enterprise, FormerName]
        before = [model.objects.count() for model in kept]  # type: ignore[attr-defined] -- each has objects
        again = imported(content, officer, TODAY + datetime.timedelta(days=1))

        assert [model.objects.count() for model in kept] == before  # type: ignore[attr-defined] -- as above
        assert counts(again)["unchanged"] == counts(first)["total"]
        assert AuditEvent.objects.filter(what="ledger.firm", object_id=again.pk).count() == 0

    def test_a_firm_in_two_units_is_in_the_first_also_the_second_time(
        self, officer: User, other_county: Region
    ) -> None:
        batch = imported(workbooks_doubtful.two_units(), officer)
        again = imported(workbooks_doubtful.two_units(), officer)

        assert Enterprise.objects.get().region.name == "东溪县"
        assert not RegionMembership.objects.filter(region=other_county).exists()
        assert [row.outcome for row in rows(again)] == ["unchanged", "unchanged"]
        assert "同一企业前面写的责任单位是“东溪县”，取前者" in rows(batch)[1].warnings

    def test_only_what_differs_is_said_anew(self, officer: User) -> None:
        imported(workbooks.plain(2), officer)
        batch = handed_in(workbooks.ledger(workbooks.firm(1), workbooks.firm(2, revenue=5000)), officer)

        changed = ledgers.preview(batch, only="changed")
        assert [row.name for row in changed.rows] == ["云泽第2精密有限公司"]
        assert changed.rows[0].changes == [ledgers.Change("2025年营业收入", "48,000,000 元", "50,000,000 元")]
        ledgers.apply(batch_id=batch.pk, by=officer, on=TODAY)
        said = YearFigures.objects.filter(enterprise__uscc=workbooks.code(2)).order_by("pk")
        assert [one.operating_revenue_cny for one in said] == [48_000_000, 50_000_000]

    def test_an_officer_s_own_figure_stands_over_the_ledger(self, officer: User, enterprise: Enterprise) -> None:
        YearFiguresFactory(enterprise=enterprise, year=2025, source="officer", operating_revenue_cny=1)
        imported(workbooks.ledger((1, enterprise.name, None, None, None, 4800)), officer)

        first = YearFigures.objects.filter(enterprise=enterprise).by_precedence().first()
        assert first is not None
        assert first.operating_revenue_cny == 1

    def test_an_empty_cell_takes_nothing_back(self, officer: User) -> None:
        imported(workbooks.plain(1), officer)
        batch = imported(workbooks.ledger(workbooks.firm(1, revenue=None, founded=None)), officer)

        assert counts(batch) == {"total": 1, "unchanged": 1}

    def test_a_firm_known_by_name_is_completed_by_its_code_never_doubled(self, officer: User, county: Region) -> None:
        known = EnterpriseFactory(name="云泽（第1）精密有限公司", region=county)
        batch = imported(workbooks.ledger((1, "云泽(第1)精密有限公司", workbooks.code(1), None, None, 1)), officer)

        known.refresh_from_db()
        assert (Enterprise.objects.count(), known.uscc, known.uscc_ok) == (1, workbooks.code(1), True)
        assert known.name == "云泽（第1）精密有限公司"
        assert counts(batch) == {"total": 1, "changed": 1}

    def test_a_rename_keeps_the_former_name_and_the_firm(self, officer: User, county: Region) -> None:
        known = EnterpriseFactory(name="旧名精密有限公司", uscc=workbooks.code(1), region=county)
        imported(workbooks.plain(1), officer)

        known.refresh_from_db()
        assert known.name == "云泽第1精密有限公司"
        assert [former.name for former in known.former_names.all()] == ["旧名精密有限公司"]
        assert list(Enterprise.objects.named("旧名精密")) == [known]

    def test_a_ledger_under_the_former_name_means_the_same_firm(self, officer: User, county: Region) -> None:
        known = EnterpriseFactory(name="新名精密有限公司", region=county)
        FormerName.objects.create(enterprise=known, name="云泽第1精密有限公司")
        batch = imported(workbooks.plain(1), officer)

        known.refresh_from_db()
        assert (Enterprise.objects.count(), known.name, known.uscc) == (1, "新名精密有限公司", workbooks.code(1))
        assert rows(batch)[0].warnings == ["台账写的是曾用名，对应“新名精密有限公司”"]

    def test_another_code_under_a_known_name_is_refused(self, officer: User, county: Region) -> None:
        EnterpriseFactory(name="云泽第1精密有限公司", uscc=workbooks.code(9), region=county)

        assert reasons(handed_in(workbooks.plain(1), officer)) == [("已登记的同名企业代码不同，请核对代码",)]

    def test_two_firms_of_one_name_need_a_code(self, officer: User, county: Region, other_county: Region) -> None:
        for region in (county, other_county):
            EnterpriseFactory(name="青麓生物有限公司", region=region)

        batch = handed_in(workbooks.ledger((1, "青麓生物有限公司", None, None, None, 1)), officer)
        assert reasons(batch) == [("同名企业不止一家，请补统一社会信用代码",)]

    def test_a_move_to_another_unit_is_dated(self, officer: User, county: Region, other_county: Region) -> None:
        imported(workbooks.plain(1), officer)
        later = TODAY + datetime.timedelta(days=30)
        imported(workbooks.ledger(workbooks.firm(1, unit="西岭县")), officer, later)

        spells = RegionMembership.objects.order_by("from_on").values_list("region", "from_on", "to_on")
        assert list(spells) == [
            (county.pk, TODAY, later - datetime.timedelta(days=1)),
            (other_county.pk, later, None),
        ]

    def test_a_superior_unit_does_not_take_a_firm_out_of_its_own(self, officer: User, county: Region) -> None:
        imported(workbooks.plain(1), officer)
        imported(workbooks.ledger(workbooks.firm(1, unit="云川市")), officer)

        assert Enterprise.objects.get().region == county


class TestSight:
    """What lies outside the importer's units."""

    def test_a_foreign_firm_is_refused_without_any_value(self, county_officer: User, other_county: Region) -> None:
        EnterpriseFactory(name="云泽第1精密有限公司", uscc=workbooks.code(1), region=other_county)
        batch = imported(workbooks.ledger(workbooks.firm(1, unit=None)), county_officer)

        (row,) = rows(batch)
        assert (row.outcome, row.reasons, row.name) == ("refused", ["不在本辖区"], "")
        assert not row.changes
        assert not row.warnings
        assert not YearFigures.objects.exists()

    def test_a_foreign_firm_is_refused_by_name_too(self, county_officer: User, other_county: Region) -> None:
        EnterpriseFactory(name="青麓生物有限公司", region=other_county)

        batch = handed_in(workbooks.ledger((1, "青麓生物有限公司", None, None, None, 1)), county_officer)
        assert reasons(batch) == [("不在本辖区",)]

    def test_a_new_firm_of_a_foreign_unit_is_refused(self, county_officer: User) -> None:
        batch = imported(workbooks.ledger(workbooks.firm(1, unit="西岭县"), workbooks.firm(2)), county_officer)

        assert reasons(batch) == [("不在本辖区",), ()]
        assert Enterprise.objects.get().uscc == workbooks.code(2)

    def test_ledgers_are_seen_from_above_only(
        self, officer: User, county_officer: User, other_county_officer: User, administrator: User
    ) -> None:
        batch = handed_in(workbooks.plain(1), county_officer)

        assert list(ImportBatch.objects.visible_to(officer)) == [batch]
        for other in (other_county_officer, administrator):
            assert not ImportBatch.objects.visible_to(other).exists()

    def test_whoever_only_reads_imports_nothing(self, city: Region, administrator: User) -> None:
        for reader in (AuditorFactory(region=city), administrator):
            with pytest.raises(StepRefused):
                ledgers.upload(filename="台账.xlsx", content=workbooks.plain(1), by=reader)

    def test_only_whoever_handed_a_ledger_in_applies_it(self, officer: User, county: Region) -> None:
        batch = handed_in(workbooks.plain(1), officer)

        with pytest.raises(ImportBatch.DoesNotExist):
            ledgers.apply(batch_id=batch.pk, by=UnitOfficerFactory(region=county), on=TODAY)


class TestTitles:
    """Recognitions that a ledger speaks of."""

    def test_a_certificate_with_its_day_becomes_a_title_and_the_firm_climbs(self, officer: User) -> None:
        batch = imported(workbooks.dressed_up(), officer)

        title = Title.objects.get(track="hnte")
        assert (title.number, title.issued_on) == ("GR202542000001", datetime.date(2025, 11, 1))
        assert title.valid_until == datetime.date(2028, 10, 31)
        assert LadderPosition.objects.get(enterprise=title.enterprise).rung == "hnte"
        assert counts(batch)["titles"] == 2

    def test_a_year_is_enough_for_tsme_and_for_nothing_else(self, officer: User) -> None:
        batch = imported(workbooks.dressed_up(), officer)

        tsme = Title.objects.get(track="tsme")
        assert (tsme.valid_from, tsme.valid_until) == (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
        assert not Title.objects.filter(track="srdi").exists()
        assert rows(batch)[1].warnings == [
            "科小：没有入库日期，按入库年度1月1日至12月31日登记",
            "专精特新：只有“是”、编号或年度，没有发证日期，未登记资格，请补发证日期",
        ]

    def test_a_level_says_which_recognition_it_is(self, officer: User) -> None:
        imported(workbooks.titles(), officer)

        held = Title.objects.filter(enterprise__uscc=workbooks.code(1)).order_by("track")
        assert [(title.track, title.valid_until) for title in held] == [
            ("hnte", datetime.date(2027, 10, 31)),
            ("little_giant", datetime.date(2027, 6, 30)),
        ]

    def test_no_title_follows_from_a_bare_yes_or_a_level_nobody_knows(self, officer: User) -> None:
        batch = imported(workbooks.titles(), officer)

        assert not Title.objects.filter(enterprise__uscc=workbooks.code(3)).exists()
        assert rows(batch)[2].warnings == [
            "专精特新级别：“村级”不是认得出的级别，未登记",
            "科小：只有“是”、编号或年度，没有发证日期，未登记资格，请补发证日期",
        ]

    def test_a_period_that_overlaps_a_known_title_is_told_and_not_recorded(self, officer: User) -> None:
        imported(workbooks.dressed_up(), officer)
        headings = ("企业名称", "高新技术企业证书编号", "高新技术企业发证时间")
        row = ("云泽精密装备有限公司", "GR202642000009", "2026-01-05")
        batch = imported(workbooks.ledger(row, headings=headings), officer)

        assert Title.objects.filter(track="hnte").count() == 1
        assert "有效期重叠" in rows(batch)[0].warnings[0]

    def test_a_certificate_of_a_century_ago_is_told_and_the_rest_of_its_row_written(self, officer: User) -> None:
        headings = ("企业名称", "高新技术企业证书编号", "高新技术企业发证时间")
        batch = imported(workbooks.ledger(("云泽精密装备有限公司", "GR1", "1924-01-05"), headings=headings), officer)

        assert (batch.state, Title.objects.count(), Enterprise.objects.count()) == ("applied", 0, 1)
        assert "发证日期1924-01-05应在" in rows(batch)[0].warnings[-1]

    def test_a_certificate_of_the_future_is_not_recorded(self, officer: User) -> None:
        headings = ("企业名称", "高新技术企业证书编号", "高新技术企业发证时间")
        batch = imported(
            workbooks.ledger(("云泽精密装备有限公司", "GR202742000009", "2027-01-05"), headings=headings), officer
        )

        assert not Title.objects.exists()
        assert rows(batch)[0].warnings[-1] == "高企：未登记资格：发证日期在将来，未登记资格"


class TestOtherFacts:
    """Negative facts, 规上, contacts."""

    def test_none_of_anything_is_known_only_when_the_ledger_says_so_of_all(self, officer: User) -> None:
        batch = imported(workbooks.negatives(), officer)

        known = dict(Enterprise.objects.values_list("uscc", "negatives_known_on"))
        assert known == {workbooks.code(1): TODAY, workbooks.code(2): None, workbooks.code(3): None}
        assert "请在企业页补登" in rows(batch)[2].warnings[0]

    def test_above_scale_begins_on_its_day_or_on_that_of_the_ledger(self, officer: User) -> None:
        imported(workbooks.people(), officer)

        spells = dict(AboveScaleSpell.objects.values_list("enterprise__uscc", "from_on"))
        assert spells == {workbooks.code(1): datetime.date(2021, 12, 1), workbooks.code(2): TODAY}

    def test_contacts_are_added_and_their_numbers_renewed(self, officer: User, county: Region) -> None:
        known = EnterpriseFactory(name="云泽精密装备有限公司", uscc=workbooks.code(1), region=county)
        ContactFactory(enterprise=known, name="孙工", mobile="13900000000", email="")
        imported(workbooks.people(), officer)

        contacts = Contact.objects.order_by("enterprise__uscc").values_list("name", "mobile", "email")
        assert set(contacts) == {("孙工", "13900000001", "sun@example.cn"), ("李工", "", "")}


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


def test_the_walk_s_firm_is_one_condition_short_of_hnte(officer: User) -> None:
    """Research intensity of 4.9 % where 5 % are asked for; everything else that can be counted is met."""
    imported(workbooks.walk(), officer)

    assessment = Assessment.objects.one_short().get(track="hnte", enterprise__name=workbooks.WALK_FIRM)
    assert (assessment.verdict, assessment.n_unmet, assessment.n_unknown) == ("ineligible", 1, 0)


class TestDoubtfulRows:
    """Rows that disagree with one another or with the register."""

    def test_a_firm_by_name_is_completed_by_its_code_further_down(self, officer: User) -> None:
        batch = imported(workbooks_doubtful.name_first(), officer)

        assert Enterprise.objects.get().uscc == workbooks.code(1)
        assert counts(batch) == {"total": 1, "new": 1}

    def test_sheets_that_disagree_are_told_and_one_firm_is_counted(self, officer: User) -> None:
        batch = imported(workbooks_doubtful.sheets_that_disagree(), officer)
        again = imported(workbooks_doubtful.sheets_that_disagree(), officer)

        assert YearFigures.objects.get().operating_revenue_cny == 10_000
        assert rows(batch)[1].warnings == ["2025年营业收入：与工作表“一季度”中同一企业的不同，取前者"]
        assert counts(batch) == {"total": 1, "new": 1, "warned": 1}
        assert counts(again) == {"total": 1, "unchanged": 1, "warned": 1}

    def test_a_former_name_of_a_firm_with_another_code_makes_no_second_firm(
        self, officer: User, county: Region
    ) -> None:
        EnterpriseFactory(name="云泽精密装备有限公司", uscc=workbooks.code(1), uscc_ok=True, region=county)
        headings = ("企业名称", "统一社会信用代码", "曾用名", "2025年营业收入（万元）")
        row = ("云泽新材料有限公司", workbooks.code(2), "云泽精密装备有限公司", 1)
        batch = imported(workbooks.ledger(row, headings=headings), officer)

        assert reasons(batch) == [("曾用名是已登记的另一家企业，代码不同，请核对代码和曾用名",)]
        assert Enterprise.objects.count() == 1

    def test_a_right_code_replaces_a_wrong_one_and_says_so(self, officer: User, county: Region) -> None:
        wrong = workbooks.code(1)[:-1] + ("0" if workbooks.code(1)[-1] != "0" else "1")
        EnterpriseFactory(name="云泽第1精密有限公司", uscc=wrong, uscc_ok=False, region=county)
        batch = imported(workbooks.plain(1), officer)

        firm = Enterprise.objects.get()
        assert (firm.uscc, firm.uscc_ok) == (workbooks.code(1), True)
        assert rows(batch)[0].warnings == [f"登记的代码“{wrong}”校验位不符，改为台账的代码"]
        assert counts(imported(workbooks.plain(1), officer)) == {"total": 1, "unchanged": 1}

    def test_the_preview_of_a_new_firm_shows_the_unit_it_goes_to(self, officer: User) -> None:
        batch = handed_in(workbooks.ledger(workbooks.firm(1, unit="东溪"), workbooks.firm(2, unit=None)), officer)

        shown = [[change.new for change in row.changes if change.label == "责任单位"] for row in rows(batch)]
        assert shown == [["东溪县"], ["云川市"]]

    def test_a_township_may_be_named_without_its_kind_when_only_one_is_meant(
        self, officer: User, county: Region
    ) -> None:
        for name in ("灵岗镇", "金滩乡", "金滩街道"):
            RegionFactory(name=name, parent=county, level=Region.Level.TOWNSHIP)
        units = ("灵岗", "灵岗镇人民政府", "金滩街道办事处", "金滩")
        batch = imported(workbooks.ledger(*(workbooks.firm(n, unit=unit) for n, unit in enumerate(units, 1))), officer)

        names = dict(Enterprise.objects.values_list("uscc", "region__name"))
        assert [names[workbooks.code(n)] for n in range(1, 5)] == ["灵岗镇", "灵岗镇", "金滩街道", "云川市"]
        assert rows(batch)[3].warnings == ["责任单位“金滩”有多个，未采用，请在企业页指定"]

    def test_a_day_of_foundation_in_the_future_stays_unknown(self, officer: User) -> None:
        batch = imported(workbooks_doubtful.founded_tomorrow(), officer)

        assert not FirmStatement.objects.exclude(registered_on=None).exists()
        assert rows(batch)[0].warnings == ["成立日期：在将来，未登记"]
