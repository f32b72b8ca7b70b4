"""How Django finds who is logged in: with the unit, which every page of the console asks for."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.backends import ModelBackend

from accounts.models import User

# What every page shows of its reader and a room above knows, read with the account: name of the column and what it is
BESIDE: Final[dict[str, Callable[[], Any]]] = {}


class Backend(ModelBackend):
    """Django's own, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session while it may enter."""
        beside = {name: column() for name, column in BESIDE.items()}
        user = User.objects.select_related("region").annotate(**beside).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
