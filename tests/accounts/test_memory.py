"""What a request asked once it does not ask again; outside of requests and after a change everything is asked anew."""

from collections.abc import Iterator

import pytest

from accounts import memory
from accounts.models import Region


@pytest.fixture
def in_request() -> Iterator[None]:
    token = memory.known.set({})
    yield
    memory.known.reset(token)


def test_outside_of_a_request_nothing_is_kept(county: Region, django_assert_num_queries):
    with django_assert_num_queries(2):
        Region.objects.keys_within(county)
        Region.objects.keys_within(county)


def test_a_request_asks_once(county: Region, in_request: None, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Region.objects.keys_within(county) == Region.objects.keys_within(county)


def test_a_change_of_the_tree_is_seen_by_the_request_that_made_it(county: Region, in_request: None):
    before = Region.objects.keys_within(county)
    below = Region.objects.create(name="新设街道", level=Region.Level.TOWNSHIP, parent=county)
    assert Region.objects.keys_within(county) == [*before, below.pk]
    Region.objects.filter(pk=below.pk).delete()
    assert Region.objects.keys_within(county) == before
