"""Which firm a row of a ledger means, and what it changes of it: new ones, known ones, doubtful ones."""

import datetime

import pytest

from accounts.models import AuditEvent, Region, User
from enterprises.models import (
    AboveScaleSpell,
    Contact,
    Enterprise,
    FirmStatement,
    FormerName,
    RegionMembership,
    YearFigures,
)
from pipeline.domain import ledgers
from pipeline.models import Assessment, Title
from tests import workbooks, workbooks_doubtful
from tests.factories import EnterpriseFactory, RegionFactory, YearFiguresFactory
from tests.ledgers import TODAY, counts, handed_in, imported, reasons, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "county", "other_county")]


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
