"""Error pages: Chinese, each reachable, with the number of the request, and never a detail."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from accounts.models import AuditEvent, User
from config import urls
from console import errors
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.models import Bureau
from tests.console.visit import ON, as_, unnumbered

pytestmark = pytest.mark.django_db
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def breaks(request: HttpRequest) -> HttpResponse:
    """A page that fails, under an address the policy knows."""
    raise RuntimeError("secret detail")


urlpatterns = [path("", include(([path("healthz", breaks, name="healthz")], "entrance"))), *urls.urlpatterns]


def says_its_number(response: Any, code: int) -> bool:
    page = " ".join(response.content.decode().split())
    return response.status_code == code and f"错误 {code} · 请求号 {response['X-Request-ID']}" in page


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500])
def test_each_error_has_its_page_without_database_or_session(code: int):
    page = errors.error_page(code)

    assert page.status_code == code
    assert f"错误 {code}" in page.content.decode()


def test_400_what_no_form_sends(officer: User):
    assert says_its_number(as_(officer).get("/enterprises/?q=%00"), 400)


def test_403_a_stale_form(officer: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    assert says_its_number(client.post("/imports/"), 403)


def test_403_a_step_that_is_refused_says_why(reference_data: Bureau, enterprise: Enterprise, officer: User):
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    refused = as_(officer).post(f"/candidacies/{case.pk}/move/", {"step": "recommend", "version": "0"})

    assert says_its_number(refused, 403)
    assert "不能办理这一步" in refused.content.decode()


def test_404_is_the_same_for_whatever_is_absent(officer: User):
    first, second = (as_(officer).get(path) for path in ("/enterprises/999999/", "/nowhere/"))

    assert says_its_number(first, 404)
    assert unnumbered(first) == unnumbered(second)


def test_405_an_act_opened_by_hand(enterprise: Enterprise, officer: User):
    answer = as_(officer).get(f"/enterprises/{enterprise.pk}/rulings/")

    assert says_its_number(answer, 405)
    assert answer["Allow"] == "POST"
    assert int(answer["Content-Length"]) == len(answer.content)  # a browser shows nothing of an answer said to be empty


def test_409_names_who_was_first(reference_data: Bureau, enterprise: Enterprise, officer: User, county_officer: User):
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)
    candidacies.move(candidacy_id=case.pk, step="coach", by=county_officer, version=0, reason="x", on=ON)

    late = as_(officer).post(f"/candidacies/{case.pk}/move/", {"step": "coach", "version": "0"})

    assert says_its_number(late, 409)
    assert county_officer.name in late.content.decode()


def test_413_a_request_larger_than_any_workbook(officer: User):
    assert says_its_number(as_(officer).generic("POST", "/imports/", b"", CONTENT_LENGTH=str(40 * 1024**2)), 413)


def test_413_a_form_larger_than_any_of_ours(officer: User):
    assert says_its_number(as_(officer).post("/imports/", {"figures_year": "1" * 3_000_000}), 413)


def test_413_a_workbook_above_the_limit(officer: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("console.imports.views.LARGEST_FILE", 10)

    too_large = as_(officer).post("/imports/", {"workbook": SimpleUploadedFile("台账.xlsx", b"x" * 11)})

    assert says_its_number(too_large, 413)


def test_422_a_filter_that_makes_no_sense_and_a_form_that_cannot_stand(officer: User):
    assert says_its_number(as_(officer).get("/enterprises/export/?unit=x"), 422)
    form = as_(officer).post("/imports/", {})
    assert form.status_code == 422
    assert "台账文件" in form.content.decode()


def test_429_says_when_to_come_back(officer: User):
    client = Client()
    for _ in range(5):
        client.post("/login/", {"username": "officer", "password": "wrong"})

    login = client.post("/login/", {"username": "officer", "password": "wrong"})

    assert login.status_code == 429
    assert 0 < int(login["Retry-After"]) <= 901
    assert "分钟后再试" in login.content.decode()


def test_429_of_exports(officer: User):
    client = as_(officer)
    for _ in range(60):
        client.get("/users/export/")

    refused = client.get("/users/export/")

    assert says_its_number(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 901


@pytest.mark.urls(__name__)
def test_500_a_page_that_breaks_tells_its_number_and_no_detail():
    broken = Client(raise_request_exception=False).get("/healthz")

    assert says_its_number(broken, 500)
    assert "数据未受影响" in broken.content.decode()
    assert "secret" not in broken.content.decode()


def test_the_page_of_a_broken_server_asks_nothing_of_the_request():
    page = errors.server_error(RequestFactory().get("/"))

    assert page.status_code == 500


@pytest.mark.parametrize(("address", "code"), [("/nowhere/", 404), ("/enterprises/?q=%00", 400)])
def test_a_script_gets_the_words_without_a_page(officer: User, address: str, code: int):
    answer = as_(officer).get(address, headers={"HX-Request": "true"})

    assert says_its_number(answer, code)
    assert "data-failure" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_refusal_by_script_gives_its_reasons_without_a_page(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)
    client, address = as_(officer), f"/candidacies/{case.pk}/move/"

    refused = client.post(address, {"step": "recommend", "version": "0"}, headers={"HX-Request": "true"})

    assert says_its_number(refused, 403)
    assert "<html" not in refused.content.decode()
    assert AuditEvent.objects.filter(what="candidacy.recommend").count() == 0
