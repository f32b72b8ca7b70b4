"""投入价目: what nobody entered is 待核实 and never zero; an amount needs its basis; every change is on record."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from pipeline.models import LeverPrice

pytestmark = [pytest.mark.django_db, pytest.mark.feature("N2")]


def url(lever: str = "class_two") -> str:
    return reverse("console:settings_price_edit", args=[lever])


def test_an_empty_list_shows_no_number(client: Client, officer: User) -> None:
    client.force_login(officer)

    text = client.get(reverse("console:settings_prices")).content.decode()

    assert text.count("待核实") >= 9
    assert not LeverPrice.objects.exists()


def test_a_price_is_kept_with_its_basis_and_logged(client: Client, officer: User) -> None:
    client.force_login(officer)

    answer = client.post(url(), {"money": "3000", "months": "6", "risk": "low", "note": "三家报价", "is_offered": "on"})

    assert answer.status_code == 302
    kept = LeverPrice.objects.get(lever="class_two")
    assert (kept.money, kept.months, kept.risk, kept.note, kept.changed_by) == (3000, 6, "low", "三家报价", officer)
    assert AuditEvent.objects.filter(what="price.save", by=officer).count() == 1


@pytest.mark.parametrize("given", [{"money": "0", "note": "x"}, {"money": "-5", "note": "x"}])
def test_a_price_is_no_zero(client: Client, officer: User, given: dict[str, str]) -> None:
    client.force_login(officer)

    assert client.post(url(), given).status_code == 422
    assert not LeverPrice.objects.exists()


def test_an_amount_without_basis_is_refused(client: Client, officer: User) -> None:
    client.force_login(officer)

    assert client.post(url(), {"money": "3000", "is_offered": "on"}).status_code in {409, 422, 403}
    assert not LeverPrice.objects.exists()


def test_an_unknown_lever_is_not_found(client: Client, officer: User) -> None:
    client.force_login(officer)

    assert client.get(url("national_prize")).status_code == 404
