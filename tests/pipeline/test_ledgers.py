"""What a ledger says beyond its firms, and whose it may speak of: titles, other facts, units out of reach."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import Region, User
from enterprises.models import AboveScaleSpell, Contact, Enterprise, ImportBatch, YearFigures
from pipeline.domain import ledgers
from pipeline.models import Assessment, LadderPosition, Title
from tests import workbooks
from tests.factories import AuditorFactory, ContactFactory, EnterpriseFactory, UnitOfficerFactory
from tests.ledgers import TODAY, counts, handed_in, imported, reasons, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "county", "other_county")]


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


def test_the_walk_s_firm_is_one_condition_short_of_hnte(officer: User) -> None:
    """Research intensity of 4.9 % where 5 % are asked for; everything else that can be counted is met."""
    imported(workbooks.walk(), officer)

    assessment = Assessment.objects.one_short().get(track="hnte", enterprise__name=workbooks.WALK_FIRM)
    assert (assessment.verdict, assessment.n_unmet, assessment.n_unknown) == ("ineligible", 1, 0)
