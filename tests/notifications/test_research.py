"""进规一家扫零一家: a firm that enters 规上 without an institution has a task that day, however the news arrives."""

import datetime
from typing import Any

import pytest

from accounts.models import Region, User
from enterprises.domain import institution_checks, institution_grades, institutions, scale
from enterprises.domain.institution_checks import Found
from enterprises.domain.institutions import Registration
from enterprises.models import AboveScaleSpell, Enterprise, ResearchInstitution
from enterprises.models.institution import StepGiven
from notifications.models import Obligation
from notifications.obligations import refresh
from pipeline.domain import ledger_undo, ledgers
from pipeline.models import Bureau
from tests import workbooks
from tests.factories import EnterpriseFactory, InstitutionFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.feature(39, partial="the rate and its names; this is the task of the day"),
]

ON = datetime.date(2026, 11, 23)
Kind = Obligation.Kind
WANTED = Kind.INSTITUTION_WANTED


def wanted() -> list[tuple[str, bool, datetime.date]]:
    rows = Obligation.objects.open().filter(kind=WANTED)
    return list(rows.values_list("says", "for_enterprise", "created_on"))


def enter(enterprise: Enterprise, by: User, from_on: datetime.date = ON, kind: str = scale.INDUSTRY) -> AboveScaleSpell:
    return scale.begin(enterprise_id=enterprise.pk, kind=kind, from_on=from_on, source="统计局入库名单", by=by, on=ON)


def test_entering_by_form_is_a_task_in_the_same_breath(enterprise: Enterprise, county_officer: User):
    """进规一家扫零一家 task appears the day a firm enters 规上."""
    Enterprise.objects.update(institutions_known_on=datetime.date(2026, 11, 1))

    enter(enterprise, county_officer)

    assert wanted() == [("2026年11月23日进入规上工业，尚无研发机构，应筹建并登记", True, ON)]


def test_entering_by_ledger_is_a_task_when_the_ledger_is_written(
    reference_data: Bureau, officer: User, django_capture_on_commit_callbacks: Any
):
    batch = ledgers.read(batch_id=ledgers.upload(filename="台账.xlsx", content=workbooks.people(), by=officer).pk)

    with django_capture_on_commit_callbacks(execute=True):
        ledgers.apply(batch_id=batch.pk, by=officer, on=ON)

    assert sorted(wanted()) == [
        ("2021年12月1日进入规上工业，研发机构清单未核对，请核对并登记", False, ON),
        ("规上工业企业（入规日期未知），研发机构清单未核对，请核对并登记", False, ON),
    ]


def test_a_ledger_taken_back_takes_its_tasks_with_it(
    reference_data: Bureau, officer: User, county: Region, django_capture_on_commit_callbacks: Any
):
    EnterpriseFactory(name="云泽精密装备有限公司", uscc=workbooks.code(1), region=county)
    batch = ledgers.read(batch_id=ledgers.upload(filename="台账.xlsx", content=workbooks.people(), by=officer).pk)
    with django_capture_on_commit_callbacks(execute=True):
        ledgers.apply(batch_id=batch.pk, by=officer, on=ON)
    assert len(wanted()) == 2

    ledger_undo.take_back(batch_id=batch.pk, by=officer, on=ON)

    assert wanted() == []


def test_a_list_nobody_went_through_is_no_none(enterprise: Enterprise, county_officer: User):
    enter(enterprise, county_officer)

    assert wanted() == [("2026年11月23日进入规上工业，研发机构清单未核对，请核对并登记", False, ON)]


def test_a_spell_that_begins_later_is_a_task_on_its_day_and_not_before(enterprise: Enterprise):
    AboveScaleSpell.objects.create(enterprise=enterprise, from_on=datetime.date(2028, 2, 29), source="批次")

    refresh(on=datetime.date(2028, 2, 28))
    assert wanted() == []
    refresh(on=datetime.date(2028, 2, 29))

    assert [created for _, _, created in wanted()] == [datetime.date(2028, 2, 29)]


@pytest.mark.parametrize("kind", [kind for kind in scale.KINDS if kind != scale.INDUSTRY])
def test_other_trades_owe_no_institution(enterprise: Enterprise, county_officer: User, kind: str):
    enter(enterprise, county_officer, kind=kind)

    assert wanted() == []


def test_the_task_ends_when_an_institution_is_being_built_not_when_one_is_only_intended(
    enterprise: Enterprise, county_officer: User
):
    institution_grades.load_seeds()
    enter(enterprise, county_officer)
    own = Registration("自建研发机构", "自建")

    only = institutions.register(enterprise_id=enterprise.pk, given=own, by=county_officer, on=ON)
    assert len(wanted()) == 1
    institutions.move(
        institution_id=only.pk, step="build", by=county_officer, version=0, on=ON, given=StepGiven(day=ON)
    )

    assert wanted() == []
    assert Obligation.objects.get(kind=WANTED).satisfied_on == ON


def test_it_comes_back_when_the_institution_ends_or_lapses(enterprise: Enterprise, county_officer: User):
    institution_grades.load_seeds()
    enter(enterprise, county_officer)
    built = InstitutionFactory(enterprise=enterprise, state="building", established_on=ON)
    refresh(on=ON)
    assert wanted() == []

    institutions.move(
        institution_id=built.pk, step="end", by=county_officer, version=0, on=ON,
        given=StepGiven(day=ON, reason="停办"),
    )  # fmt: skip

    refresh(on=ON)  # it still stands on its last day
    assert wanted() == []
    refresh(on=ON + datetime.timedelta(days=1))
    assert len(wanted()) == 1


def test_leaving_above_scale_ends_the_task_the_day_after(enterprise: Enterprise, county_officer: User):
    spell = enter(enterprise, county_officer, from_on=datetime.date(2026, 3, 1))

    scale.end(spell_id=spell.pk, to_on=ON, by=county_officer, on=ON)

    assert len(wanted()) == 1
    refresh(on=ON + datetime.timedelta(days=1))
    assert wanted() == []


def test_a_firm_of_the_other_county_cannot_be_entered(foreign_enterprise: Enterprise, county_officer: User):
    with pytest.raises(Enterprise.DoesNotExist):
        enter(foreign_enterprise, county_officer)
    assert not Obligation.objects.exists()


# Six to be looked at again


@pytest.fixture
def checked(enterprise: Enterprise, county_officer: User) -> ResearchInstitution:
    """One whose site is to be looked at again on 29 February 2028."""
    institution_grades.load_seeds()
    institution = InstitutionFactory(enterprise=enterprise, state="building", name="云泽研发中心", established_on=ON)
    site = Found("has", evidence="600 平方米", recheck_on=datetime.date(2028, 2, 29))
    return institution_checks.check(
        institution_id=institution.pk, found={"site": site}, checked_on=ON, by=county_officer, on=ON
    )


def rechecks(**filters: Any) -> list[tuple[str, datetime.date | None]]:
    return list(Obligation.objects.open().filter(kind=Kind.SIX_RECHECK).values_list("says", "due_on"))


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ("2028-01-29", None),
        ("2028-01-30", "“云泽研发中心”六有2028年2月29日到复查日"),
        ("2028-02-29", "“云泽研发中心”六有2028年2月29日到复查日"),
        ("2028-03-01", "“云泽研发中心”六有应于2028年2月29日前复查"),
    ],
)
def test_a_second_look_is_due_a_month_ahead_and_stays_when_overdue(
    checked: ResearchInstitution, on: str, says: str | None
):
    refresh(on=datetime.date.fromisoformat(on))

    assert rechecks() == ([(says, datetime.date(2028, 2, 29))] if says else [])


def test_looking_again_settles_it(checked: ResearchInstitution, county_officer: User):
    day = datetime.date(2028, 2, 29)
    refresh(on=day)
    seen = checked.checks.get().pk

    again = Found("has", evidence="仍在", recheck_on=datetime.date(2029, 2, 28), seen=seen)
    institution_checks.check(
        institution_id=checked.pk, found={"site": again}, checked_on=day, by=county_officer, on=day
    )

    assert rechecks() == []
    assert Obligation.objects.get(kind=Kind.SIX_RECHECK).satisfied_on == day
