"""Papers: handed in by the firm or for it; only an officer's acceptance makes one usable."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.domain.materials import accept_material, hand_in
from enterprises.models import Enterprise, Material

AT = datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC)
ON = datetime.date(2026, 11, 23)
KIND = "近三年研究开发费用专项审计报告"


def test_a_paper_is_usable_once_accepted_and_until_its_last_day(
    enterprise: Enterprise, member: User, officer: User
) -> None:
    material = hand_in(enterprise_id=enterprise.pk, kind=KIND, year=2025, by=member, at=AT)
    before = Material.objects.usable(ON).exists()

    accept_material(material_id=material.pk, by=officer, at=AT, valid_until=ON)

    assert not before
    assert Material.objects.usable(ON).get() == material
    assert not Material.objects.usable(ON + datetime.timedelta(days=1)).exists()
    acts = AuditEvent.objects.order_by("pk").values_list("what", "by", "enterprise_id")
    assert list(acts) == [
        ("material.hand_in", member.pk, enterprise.pk),
        ("material.accept", officer.pk, enterprise.pk),
    ]


def test_a_paper_without_a_name_is_refused(enterprise: Enterprise, member: User) -> None:
    with pytest.raises(StepRefused):
        hand_in(enterprise_id=enterprise.pk, kind=" ", by=member, at=AT)

    assert not Material.objects.exists()


def test_who_may_hand_in_and_accept(
    enterprise: Enterprise, member: User, auditor: User, other_county_officer: User
) -> None:
    material = hand_in(enterprise_id=enterprise.pk, kind=KIND, by=member, at=AT)

    for reader in (member, auditor):
        with pytest.raises(StepRefused):
            accept_material(material_id=material.pk, by=reader, at=AT)
    with pytest.raises(StepRefused):
        hand_in(enterprise_id=enterprise.pk, kind=KIND, by=auditor, at=AT)
    with pytest.raises(Enterprise.DoesNotExist):
        hand_in(enterprise_id=enterprise.pk, kind=KIND, by=other_county_officer, at=AT)
    with pytest.raises(Material.DoesNotExist):
        accept_material(material_id=material.pk, by=other_county_officer, at=AT)

    assert not Material.objects.usable(ON).exists()
