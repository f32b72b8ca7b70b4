"""A ledger is taken back row by row: what something rests upon stays, the rest goes."""

import datetime
from collections.abc import Callable

import pytest

from accounts.machine import StepRefused
from accounts.models import Region, User
from enterprises.domain import care, members
from enterprises.models import Contact, Enterprise, Source
from pipeline.domain import candidacies, ledger_undo, rulings, titles, touch
from pipeline.models import Title
from tests import workbooks
from tests.factories import (
    ContactFactory,
    EnterpriseFactory,
    FirmStatementFactory,
    MaterialFactory,
    MemberFactory,
    PropertyFactory,
)
from tests.ledgers import NOW, TODAY, imported
from tests.pipeline.full_ledgers import HEADINGS, full, register, taken_back, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data", "county", "other_county")]


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
