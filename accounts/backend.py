"""How Django finds who is logged in: with the unit, which every page of the console asks for."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class Backend(ModelBackend):
    """Django's own, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session while it may enter."""
        user = User.objects.select_related("region").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
