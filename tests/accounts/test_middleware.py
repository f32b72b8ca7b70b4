"""What every response carries, and where somebody who is not logged in is led."""

import uuid

import pytest

from accounts import request_id
from enterprises.imports.archive import LARGEST_FILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def behind_a_proxy(settings) -> None:
    """The test client's address is a declared proxy's."""
    settings.TIDU_TRUSTED_PROXIES = ["127.0.0.0/8"]


@pytest.mark.usefixtures("behind_a_proxy")
def test_a_request_is_named_by_the_proxy_if_the_name_is_sane(client):
    response = client.get("/healthz", headers={"X-Request-ID": "proxy-7f3a-0001"})

    assert response["X-Request-ID"] == "proxy-7f3a-0001"


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize("peer", ["10.0.0.7", ""])
def test_nobody_but_the_proxy_names_a_request(client, peer: str):
    response = client.get("/healthz", headers={"X-Request-ID": "forged-7f3a-0001"}, REMOTE_ADDR=peer)

    assert uuid.UUID(response["X-Request-ID"])


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize("name", ["", "short", "with space 123", "x" * 37, "<script>alert(1)</script>"])
def test_a_strange_name_is_replaced(client, name: str):
    response = client.get("/healthz", headers={"X-Request-ID": name})

    assert uuid.UUID(response["X-Request-ID"])
    assert request_id.current.get() == response["X-Request-ID"]  # Django logs the answer after the last middleware


def test_a_stranger_is_led_to_the_login_page_and_back(client):
    response = client.get("/enterprises/", query_params={"q": "云泽"})

    assert response.status_code == 302
    assert response["Location"] == "/login/?next=%2Fenterprises%2F%3Fq%3D%25E4%25BA%2591%25E6%25B3%25BD"


def test_a_stranger_who_posts_is_led_to_the_login_page_only(client):
    assert client.post("/enterprises/1/rulings/")["Location"] == "/login/"


def test_htmx_is_told_to_leave_the_page(client):
    response = client.get("/enterprises/", headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (204, "/login/")


def test_no_page_is_kept_by_the_browser(client):
    assert "no-store" in client.get("/login/")["Cache-Control"]


@pytest.mark.parametrize("address", ["/login/?next=%00", "/users/?q=a%00b", "/enterprises/?q=%00"])
def test_a_nul_is_answered_as_a_bad_request(client, officer, address: str):
    client.force_login(officer)

    assert client.get(address).status_code == 400


def test_a_nul_in_a_form_is_answered_as_a_bad_request(client):
    assert client.post("/login/", {"username": "a\x00", "password": "x"}).status_code == 400


@pytest.mark.parametrize("sent", ["/login/?next=a%00&next=b", "/users/?q=a&q=%00&q=b"])
def test_a_nul_hidden_by_a_second_value_is_found(client, officer, sent: str):
    client.force_login(officer)

    assert client.get(sent).status_code == 400
    assert client.post("/login/", {"username": ["a\x00", "b"], "password": "x"}).status_code == 400


def test_a_body_beyond_every_form_is_refused_before_it_is_read(client, settings):
    settings.TIDU_LARGEST_REQUEST = 60

    refused = client.post("/login/", {"username": "a" * 60, "password": "x"}, content_type="text/plain")

    assert refused.status_code == 413
    assert "文件太大" in refused.text
    assert refused["X-Request-ID"] in refused.text
    assert client.get("/login/", CONTENT_LENGTH="none").status_code == 200


def test_the_largest_workbook_passes_with_its_form_around_it(settings):
    assert LARGEST_FILE + 1024 * 1024 == settings.TIDU_LARGEST_REQUEST
