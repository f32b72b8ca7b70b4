"""The one table of who may open what, and the middleware that holds to it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponse
from django.urls import ResolverMatch, get_resolver

from accounts import policy
from accounts.middleware import PolicyMiddleware
from accounts.models import Role, User


def test_every_view_stands_in_the_table_and_the_table_names_no_other():
    views = list(policy.view_names(get_resolver().url_patterns))

    assert sorted(views) == sorted(policy.POLICY)


def test_every_entry_names_roles_that_exist():
    known = {*Role.values, policy.ANONYMOUS}

    assert all(roles and roles <= known for roles in policy.POLICY.values())
    assert not [name for name in policy.POLICY if "*" in name]


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_what_the_table_gives_it_and_nothing_else(role: str):
    user = User(role=role)

    assert [name for name in policy.POLICY if policy.may_open(user, name)] == [
        name for name, roles in policy.POLICY.items() if role in roles
    ]
    assert not policy.may_open(user, "console:not_in_the_table")


def test_a_closed_account_is_nobody():
    assert policy.role_of(User(role=Role.CITY, is_active=False)) == policy.ANONYMOUS


def unnamed_request(rf):
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()
    request.resolver_match = ResolverMatch(lambda _: HttpResponse(), (), {}, url_name="unnamed")
    return request


def test_a_view_nobody_named_is_absent_in_production(rf, settings):
    settings.TIDU_STRICT_POLICY = False
    middleware = PolicyMiddleware(lambda _: HttpResponse())

    with pytest.raises(Http404):
        middleware.process_view(unnamed_request(rf), lambda: None, (), {})


def test_a_view_nobody_named_is_an_error_while_developing(rf, settings):
    settings.TIDU_STRICT_POLICY = True
    middleware = PolicyMiddleware(lambda _: HttpResponse())

    with pytest.raises(ImproperlyConfigured, match="unnamed"):
        middleware.process_view(unnamed_request(rf), lambda: None, (), {})
