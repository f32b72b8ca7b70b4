"""At size the planner uses the indexes made for it; a page asks as much for many firms as for few."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from console.firms.filters import EnterpriseFilter
from enterprises.models import Enterprise, FormerName
from tests.console.visit import as_

pytestmark = pytest.mark.django_db
FIRMS = 12_000


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """More firms than are counted, facts only, with statistics."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_province", firms=FIRMS, seed=5, facts_only=True, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def officer_of_all(province: None) -> User:
    """Who sees the whole province."""
    return User.objects.get(username="shengji")


def plan_of(found: Any) -> str:
    """The plan of a queryset in words."""
    return str(found.explain())


@pytest.mark.feature(1, partial="present and former names, initials and codes by two, three and four characters")
@pytest.mark.parametrize("typed", ["云源", "云源精", "云源精密", "yyjm", "former", "91420281MA000123"])
def test_a_search_of_two_characters_and_more_reads_the_bigram_index(officer_of_all: User, typed: str):
    typed = FormerName.objects.order_by("pk")[3].name[:4] if typed == "former" else typed

    found = Enterprise.objects.visible_to(officer_of_all).named(typed).order_by()

    assert "enterprise_by_bigram" in plan_of(found)
    assert found.exists()


def test_a_search_of_one_character_reads_the_index_of_names(officer_of_all: User):
    found = Enterprise.objects.visible_to(officer_of_all).named("云").order_by()

    assert "enterprise_by_folded_name" in plan_of(found)
    assert {firm.name[0] for firm in found} == {"云"}


@pytest.mark.parametrize("nothing", ["", " ", "　"])
def test_nothing_typed_narrows_nothing(officer_of_all: User, nothing: str):
    assert Enterprise.objects.visible_to(officer_of_all).named(nothing).count() == FIRMS


def test_a_search_stays_within_the_unit(officer_of_all: User):
    county = User.objects.get(username="xianji")
    seen = Enterprise.objects.visible_to(county)

    found = seen.named("湖北")

    assert 0 < found.count() < Enterprise.objects.named("湖北").count()
    assert set(found) == {firm for firm in seen if "湖北" in firm.name}


def test_a_search_that_many_firms_answer_is_counted_no_further_than_any_list(officer_of_all: User):
    page = as_(officer_of_all).get("/enterprises/?q=有限公司").context["page"]

    assert (page.count_text, page.shown) == ("1,000+", 50)


@pytest.mark.parametrize("query", ["q=湖北", "q=有限公司", "contact=none", "flight=1", "lapsed=1", ""])
def test_the_order_is_the_same_however_the_page_was_found(officer_of_all: User, query: str):
    client = as_(officer_of_all)
    first = client.get(f"/enterprises/?{query}")
    seen = Enterprise.objects.visible_to(officer_of_all)

    whole = EnterpriseFilter(QueryDict(query), queryset=seen, request=first.wsgi_request, on=first.context["on"]).qs
    expected = list(whole.order_by("name", "pk").values_list("pk", flat=True)[:150])

    shown, address = [], f"/enterprises/?{query}"
    for _ in range(3):
        answer = client.get(address)
        shown += [row.firm.pk for row in answer.context["rows"]]
        address = f"/enterprises/?{query}&page={answer.context['page'].next}"
    back = client.get(f"/enterprises/?{query}&page={answer.context['page'].previous}")

    assert shown == expected
    assert [row.firm.pk for row in back.context["rows"]] == expected[50:100]


def test_a_late_page_asks_as_many_queries_as_the_first(officer_of_all: User):
    client = as_(officer_of_all)
    edge = Enterprise.objects.order_by("name", "pk").values_list("pk", flat=True)[9_999]
    numbers = []
    for address in ("/enterprises/?page=2", f"/enterprises/?page=201&after={edge}"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(address).context["rows"]) == 50
        numbers.append(len(asked))

    assert abs(numbers[0] - numbers[1]) <= 1  # the row at the edge
