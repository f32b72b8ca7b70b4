"""Error pages: Chinese, with the number of the request where it tells nothing, and never a detail."""

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from console import errors
from tests.console.visit import as_

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", [400, 403, 413, 422, 429, 500])
def test_each_error_has_its_page_without_database_or_session(code: int):
    page = errors.error_page(code)

    assert page.status_code == code
    assert f"错误 {code}" in page.content.decode()


def test_a_stale_form_is_answered_in_chinese_with_the_number_of_the_request(officer: User):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    refused = client.post("/imports/")

    assert refused.status_code == 403
    assert f"请求号 {refused['X-Request-ID']}" in refused.content.decode()


def test_what_is_absent_looks_the_same_every_time(officer: User):
    first, second = (as_(officer).get(path) for path in ("/enterprises/999999/", "/nowhere/"))

    assert first.status_code == second.status_code == 404
    assert first.content == second.content


def test_the_page_of_a_broken_server_asks_nothing_of_the_request():
    page = errors.server_error(RequestFactory().get("/"))

    assert page.status_code == 500
    assert "数据未受影响" in page.content.decode()
