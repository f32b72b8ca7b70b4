"""Who may open what: every address, every role, both methods; and what is not one's own is not there at all."""

import pytest
from django.db import transaction

from accounts import policy
from tests.access.table import ROLES, TABLE
from tests.access.world import ABSENT, OBJECT_VIEWS, World, ask
from tests.console.visit import unnumbered


def test_the_table_has_every_view_with_both_methods():
    assert [(view, method) for view, method, _ in TABLE] == [
        (view, method) for view in policy.POLICY for method in ("GET", "POST")
    ]


@pytest.mark.parametrize("view", policy.POLICY)
def test_every_role_gets_the_answers_written_down(view: str, world: World):
    expected = {method: codes for name, method, codes in TABLE if name == view}

    found = {method: {role: answer(world, role, view, method) for role in ROLES} for method in ("GET", "POST")}

    assert found == expected


def answer(world: World, role: str, view: str, method: str) -> int:
    """The code of one request; whatever it changed is undone, so that the roles do not meet."""
    with transaction.atomic():
        code = ask(world.client(role), view, method, world.own).status_code
        transaction.set_rollback(True)
    return code


@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_a_foreign_object_is_an_absent_one_to_the_byte(view: str, world: World):
    reader = world.client("firm" if view.startswith(("portal:", "reminders:")) else "unit")

    for method in ("GET", "POST"):
        foreign, absent = (ask(reader, view, method, things) for things in (world.foreign, ABSENT))

        assert (foreign.status_code, unnumbered(foreign)) == (absent.status_code, unnumbered(absent))
        assert foreign.status_code in {404, 405}
