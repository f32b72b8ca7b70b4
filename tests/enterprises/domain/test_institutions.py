"""The machine of research institutions: each step with its guards, both ways; who may; who was first."""

import datetime
from typing import Any

import pytest

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises import six_haves
from enterprises.domain import institution_checks, institution_grades, institutions
from enterprises.domain.institution_checks import Found
from enterprises.domain.institutions import Registration
from enterprises.models import Enterprise, InstitutionCheck, ResearchInstitution
from enterprises.models.institution import StepGiven
from tests.factories import InstitutionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature(11, partial="the machine of research institutions")]

ON = datetime.date(2026, 11, 23)
LATER = datetime.date(2027, 5, 1)
SELF_RUN = Registration("自建研发机构", "自建", "云泽研发中心", established_on=datetime.date(2026, 3, 1))
CITY_RECOGNITION = StepGiven(day=datetime.date(2026, 11, 20), document="云科技〔2026〕8号", valid_until=LATER)


@pytest.fixture(autouse=True)
def kinds(db: None) -> None:
    institution_grades.load_seeds()


def found_all(**changed: Any) -> dict[str, Found]:
    """All six found with evidence, some of it otherwise."""
    return {
        key: changed.get(key, Found("has", evidence="现场查看", document="照片1", recheck_on=LATER))
        for key in six_haves.KEYS
    }


def checked(institution: ResearchInstitution, by: User, **changed: Any) -> ResearchInstitution:
    return institution_checks.check(
        institution_id=institution.pk, found=found_all(**changed), checked_on=ON, by=by, on=ON
    )


def step(institution: ResearchInstitution, name: str, by: User, **given: Any) -> ResearchInstitution:
    institution.refresh_from_db()
    return institutions.move(
        institution_id=institution.pk, step=name, by=by, version=institution.version, on=ON, given=StepGiven(**given)
    )


def refusal(institution: ResearchInstitution, name: str, by: User, **given: Any) -> list[str]:
    """The criteria of the reasons a step is refused with; nothing is changed by it."""
    before = ResearchInstitution.objects.filter(pk=institution.pk).values().get()
    with pytest.raises(StepRefused) as refused:
        step(institution, name, by, **given)
    assert ResearchInstitution.objects.filter(pk=institution.pk).values().get() == before
    assert all(reason.says and reason.who for reason in refused.value.reasons)
    return [reason.criterion for reason in refused.value.reasons]


def at(enterprise: Enterprise, state: str, level: str = "自建") -> ResearchInstitution:
    return InstitutionFactory(
        enterprise=enterprise, state=state, level=level, kind="自建研发机构" if level == "自建" else "企校联合创新中心"
    )


def test_an_institution_goes_all_the_way_up_with_an_audit_line_for_each_step(enterprise: Enterprise, officer: User):
    institution = institutions.register(
        enterprise_id=enterprise.pk, given=Registration("自建研发机构", "自建"), by=officer, on=ON
    )
    assert institution.state == "cultivating"

    step(institution, "build", officer, day=ON)
    checked(institution, officer)
    step(institution, "complete", officer)
    step(institution, "recognise", officer, day=ON, document="云科技〔2026〕9号", valid_until=LATER)

    institution.refresh_from_db()
    assert (institution.state, institution.established_on, institution.recognised_on, institution.valid_until) == (
        "recognised", ON, ON, LATER,
    )  # fmt: skip
    acts = AuditEvent.objects.filter(enterprise_id=enterprise.pk).order_by("pk")
    assert [act.what for act in acts] == [
        f"institution.{act}" for act in ("register", "build", "check", "complete", "recognise")
    ]
    last = acts[4]
    assert (last.before["state"], last.after["state"], last.by, last.document) == (
        "complete", "recognised", officer, "云科技〔2026〕9号",
    )  # fmt: skip


@pytest.mark.parametrize("day", [None, ON + datetime.timedelta(days=1)], ids=["no day", "a day to come"])
def test_building_begins_on_a_day_that_has_come(enterprise: Enterprise, officer: User, day: datetime.date | None):
    institution = at(enterprise, "cultivating")

    assert refusal(institution, "build", officer, day=day) == ["day"]

    assert step(institution, "build", officer, day=ON).state == "building"


@pytest.mark.feature(12, partial="the guards of research institutions")
def test_all_six_must_be_found_each_missing_one_is_named_with_who_can_mend_it(enterprise: Enterprise, officer: User):
    """Every refused transition returns criterion, actual, required, gap, who can fix."""
    institution = at(enterprise, "building")
    checked(institution, officer, rules=Found("lacks"), staff=Found("unchecked"))

    with pytest.raises(StepRefused) as refused:
        step(institution, "complete", officer)

    assert [(r.criterion, r.actual, r.required, r.gap, r.who) for r in refused.value.reasons] == [
        ("six.staff", "未核", "有，并有依据", "待核 1 项", "bureau"),
        ("six.rules", "无", "有，并有依据", "1 项", "enterprise"),
    ]
    seen = {check.item: check.pk for check in InstitutionCheck.objects.order_by("pk")}
    again = {key: Found("has", evidence="现场查看", seen=seen[key]) for key in ("staff", "rules")}
    institution_checks.check(institution_id=institution.pk, found=again, checked_on=ON, by=officer, on=ON)
    assert step(institution, "complete", officer).state == "complete"


def test_six_that_were_to_be_looked_at_again_meanwhile_no_longer_carry_it(enterprise: Enterprise, officer: User):
    institution = at(enterprise, "building")
    early = Found("has", evidence="现场查看", recheck_on=datetime.date(2026, 11, 22))
    institution_checks.check(
        institution_id=institution.pk, found=found_all(site=early), checked_on=datetime.date(2026, 10, 1),
        by=officer, on=ON,
    )  # fmt: skip

    assert refusal(institution, "complete", officer) == ["recheck"]


@pytest.mark.parametrize("name", ["recognise", "record"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"document": ""},
        {"day": None},
        {"day": ON + datetime.timedelta(days=1)},
        {"valid_until": datetime.date(2026, 11, 19)},
    ],
    ids=["no document", "no day", "a day to come", "ends before it begins"],
)
def test_a_recognition_names_its_day_and_document(
    enterprise: Enterprise, officer: User, name: str, wrong: dict[str, Any]
):
    institution = at(enterprise, "complete" if name == "recognise" else "building", level="市")
    whole = {"day": CITY_RECOGNITION.day, "document": CITY_RECOGNITION.document, "valid_until": LATER}

    assert refusal(institution, name, officer, **(whole | wrong)) == ["recognition"]

    assert step(institution, name, officer, **whole).state == "recognised"


def test_only_what_was_recognised_above_goes_past_our_own_check(enterprise: Enterprise, officer: User):
    own, citys = at(enterprise, "building"), at(enterprise, "building", level="市")
    given = {"day": CITY_RECOGNITION.day, "document": "云科技〔2026〕8号"}

    assert refusal(own, "record", officer, **given) == ["level"]

    assert step(citys, "record", officer, **given).state == "recognised"


@pytest.mark.parametrize(
    ("name", "start", "to"), [("give_back", "complete", "building"), ("end", "recognised", "ended")]
)
def test_back_and_out_say_why(enterprise: Enterprise, officer: User, name: str, start: str, to: str):
    institution = at(enterprise, start)

    assert "reason" in refusal(institution, name, officer, day=ON)

    assert step(institution, name, officer, day=ON, reason="场地已退租").state == to


def test_an_institution_does_not_end_before_it_began(enterprise: Enterprise, officer: User):
    institution = at(enterprise, "building")
    ResearchInstitution.objects.update(established_on=datetime.date(2026, 3, 1))

    assert refusal(institution, "end", officer, day=datetime.date(2026, 2, 28), reason="注销") == ["day"]


@pytest.mark.parametrize(
    ("state", "names"),
    [("cultivating", ["complete", "recognise", "give_back"]), ("ended", ["build", "end", "record"])],
)
def test_a_step_the_state_does_not_have_is_refused(enterprise: Enterprise, officer: User, state: str, names: list[str]):
    institution = at(enterprise, state)

    assert [refusal(institution, name, officer, day=ON, reason="试") for name in names] == [["state"]] * len(names)


def test_a_certificate_on_record_comes_in_with_its_day(enterprise: Enterprise, officer: User):
    given = Registration("企业技术中心", "省部", partner_school="云川理工大学")

    institution = institutions.register(
        enterprise_id=enterprise.pk, given=given, by=officer, on=ON, recognition=CITY_RECOGNITION
    )

    assert (institution.state, institution.recognised_on) == ("recognised", CITY_RECOGNITION.day)


def test_a_kind_nobody_keeps_is_not_registered(enterprise: Enterprise, officer: User):
    with pytest.raises(StepRefused) as refused:
        institutions.register(enterprise_id=enterprise.pk, given=Registration("梦想中心", "市"), by=officer, on=ON)

    assert [reason.criterion for reason in refused.value.reasons] == ["kind"]
    assert not ResearchInstitution.objects.exists()


# Levels


@pytest.mark.feature(37, partial="the page")
def test_the_next_level_is_an_institution_with_a_checklist_and_expiry_of_its_own(enterprise: Enterprise, officer: User):
    """One firm many institutions; level-up path 市→省→国家 with its own checklist and expiry."""
    below = at(enterprise, "recognised", level="市")

    province = institutions.raise_level(institution_id=below.pk, by=officer, on=ON)

    assert (province.level, province.state, province.grown_from, province.haves) == ("省部", "cultivating", below, [])
    assert (province.recognised_on, province.valid_until) == (None, None)
    with pytest.raises(StepRefused, match="已在培育"):
        institutions.raise_level(institution_id=below.pk, by=officer, on=ON)


@pytest.mark.parametrize(("state", "level"), [("complete", "市"), ("recognised", "国家"), ("recognised", "自建")])
def test_there_is_no_next_level_for(enterprise: Enterprise, officer: User, state: str, level: str):
    with pytest.raises(StepRefused, match="向上一级"):
        institutions.raise_level(institution_id=at(enterprise, state, level).pk, by=officer, on=ON)


# Who, and who first


def test_whoever_looked_at_an_older_version_is_told_the_winner(
    enterprise: Enterprise, officer: User, county_officer: User
):
    institution = at(enterprise, "cultivating")
    step(institution, "build", county_officer, day=ON)

    with pytest.raises(Stale) as stale:
        institutions.move(institution_id=institution.pk, step="end", by=officer, version=0, on=ON)

    assert (stale.value.winner.by, stale.value.winner.what) == (county_officer, "institution.build")


def test_a_recognition_is_for_the_line_of_its_kind(enterprise: Enterprise, county_officer: User, officer: User):
    institution = InstitutionFactory(enterprise=enterprise, kind="企业技术中心", level="省部", state="building")
    given = {"day": CITY_RECOGNITION.day, "document": "鄂发改高技〔2026〕1号"}

    assert refusal(institution, "record", county_officer, **given) == ["right"]

    assert step(institution, "record", officer, **given).state == "recognised"


def test_an_auditor_takes_no_step(enterprise: Enterprise, auditor: User):
    assert refusal(at(enterprise, "cultivating"), "build", auditor, day=ON) == ["right"]


def test_an_institution_of_the_other_county_does_not_exist(foreign_enterprise: Enterprise, county_officer: User):
    institution = at(foreign_enterprise, "cultivating")

    with pytest.raises(ResearchInstitution.DoesNotExist):
        step(institution, "build", county_officer, day=ON)
    assert not ResearchInstitution.objects.visible_to(county_officer).exists()


def test_recognised_kind_and_level_stand_as_their_document_says(enterprise: Enterprise, officer: User):
    institution = at(enterprise, "recognised", level="市")
    given = Registration("企校联合创新中心", "省部")

    with pytest.raises(StepRefused) as refused:
        institutions.edit(institution_id=institution.pk, given=given, by=officer, version=0, on=ON)
    assert [reason.criterion for reason in refused.value.reasons] == ["level"]

    given = Registration("企校联合创新中心", "市", name="云泽联合创新中心", partner_school="云川理工大学")
    edited = institutions.edit(institution_id=institution.pk, given=given, by=officer, version=0, on=ON)
    assert (edited.partner_school, edited.version) == ("云川理工大学", 1)


def test_who_keeps_the_table_of_kinds_is_the_city_of_the_line(officer: User, county_officer: User, city: Any):
    science = UserFactory(region=city, lines=["科技"])
    given = institution_grades.GradeGiven("产业创新中心", "省部", "发改", source="演示文件")

    for by in (county_officer, science):
        with pytest.raises(StepRefused):
            institution_grades.save(grade_id=None, given=given, verified=False, version=0, by=by, on=ON)

    row = institution_grades.save(grade_id=None, given=given, verified=True, version=0, by=officer, on=ON)
    assert (row.verified_by, row.version) == (officer, 1)
    with pytest.raises(Stale):
        institution_grades.save(grade_id=row.pk, given=given, verified=True, version=0, by=officer, on=ON)


def test_a_list_that_somebody_went_through_is_known(enterprise: Enterprise, county_officer: User):
    institutions.confirm_list(enterprise_id=enterprise.pk, by=county_officer, on=ON)

    enterprise.refresh_from_db()
    assert enterprise.institutions_known_on == ON
    assert AuditEvent.objects.get().what == "institution.confirm"
