"""Tables, seed and the list of accounts of the demo, in one process: starting Django twice costs seconds."""

import os
import sys

import django
from django.core.management import call_command
from django.db import transaction

from scripts.demo import read_note, write_note

django.setup()

from accounts.models import Role, User  # noqa: E402 -- models exist only after django.setup()


def main(*, own: bool) -> None:
    """Bring the database up to date and seed it when it holds nobody; ``own``: the demo started this database."""
    call_command("migrate", verbosity=0)
    if not User.objects.exists():
        with transaction.atomic():  # half a seed must not look like a whole one
            call_command("seed_demo")
    accounts = one_account_per_role()
    if own:
        give_password(accounts, os.environ["TIDU_DEMO_PASSWORD"])
    write_note(read_note() | {"accounts": [(user.get_role_display(), user.username, user.name) for user in accounts]})


def one_account_per_role() -> list[User]:
    """Whom the demo invites to sign in as."""
    people = User.objects.filter(is_active=True).order_by("pk")
    found = (people.filter(role=role).first() for role in Role.values)
    return [user for user in found if user is not None]


def give_password(accounts: list[User], password: str) -> None:
    """A later start may be given another password than the seed was."""
    for user in accounts:
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])


if __name__ == "__main__":
    main(own="--own" in sys.argv)
