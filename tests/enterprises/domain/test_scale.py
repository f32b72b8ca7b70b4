"""规上 spells entered by hand: dated, with a source, never overlapping."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.domain import scale
from enterprises.models import AboveScaleSpell, Enterprise

pytestmark = pytest.mark.django_db

ON = datetime.date(2026, 11, 23)


def begin(enterprise: Enterprise, by: User, day: str, kind: str = scale.INDUSTRY) -> AboveScaleSpell:
    from_on = datetime.date.fromisoformat(day)
    return scale.begin(enterprise_id=enterprise.pk, kind=kind, from_on=from_on, source="名单", by=by, on=ON)


def test_entering_and_leaving_are_dated_and_written_down(enterprise: Enterprise, county_officer: User):
    spell = begin(enterprise, county_officer, "2024-02-29")
    scale.end(spell_id=spell.pk, to_on=datetime.date(2025, 2, 28), by=county_officer, on=ON, reason="退库")
    begin(enterprise, county_officer, "2025-03-01")

    assert list(AboveScaleSpell.objects.order_by("from_on").values_list("from_on", "to_on")) == [
        (datetime.date(2024, 2, 29), datetime.date(2025, 2, 28)),
        (datetime.date(2025, 3, 1), None),
    ]
    acts = AuditEvent.objects.filter(enterprise_id=enterprise.pk).order_by("pk")
    assert list(acts.values_list("what", flat=True)) == ["scale.begin", "scale.end", "scale.begin"]


def test_spells_of_a_kind_do_not_overlap(enterprise: Enterprise, county_officer: User):
    spell = begin(enterprise, county_officer, "2024-02-29")
    with pytest.raises(StepRefused, match="重叠"):
        begin(enterprise, county_officer, "2025-01-01")
    scale.end(spell_id=spell.pk, to_on=datetime.date(2025, 2, 28), by=county_officer, on=ON)
    with pytest.raises(StepRefused, match="重叠"):
        begin(enterprise, county_officer, "2025-02-28")

    begin(enterprise, county_officer, "2025-01-01", kind="规上服务业")


@pytest.mark.parametrize("day", ["2024-02-28", "2026-11-24"], ids=["before it began", "a day to come"])
def test_a_firm_leaves_between_its_first_day_and_today(enterprise: Enterprise, county_officer: User, day: str):
    spell = begin(enterprise, county_officer, "2024-02-29")

    with pytest.raises(StepRefused, match="之间"):
        scale.end(spell_id=spell.pk, to_on=datetime.date.fromisoformat(day), by=county_officer, on=ON)


def test_a_day_to_come_and_a_reader_without_right_are_refused(
    enterprise: Enterprise, county_officer: User, auditor: User
):
    with pytest.raises(StepRefused, match="晚于今天"):
        begin(enterprise, county_officer, "2026-11-24")
    with pytest.raises(StepRefused, match="不能办理"):
        begin(enterprise, auditor, "2026-01-01")


def test_a_spell_of_the_other_county_does_not_exist(
    foreign_enterprise: Enterprise, county_officer: User, officer: User
):
    spell = begin(foreign_enterprise, officer, "2024-02-29")

    with pytest.raises(AboveScaleSpell.DoesNotExist):
        scale.end(spell_id=spell.pk, to_on=ON, by=county_officer, on=ON)
