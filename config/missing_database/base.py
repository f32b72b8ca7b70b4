"""The PostgreSQL backend without a server: it says what to do as soon as somebody connects."""

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from django.db.utils import OperationalError


class NoDatabase(ImproperlyConfigured, OperationalError):
    """No address of a database is known; also an OperationalError, for `makemigrations --check` goes on without."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Stands in while neither DATABASE_URL nor a running demo names a database."""

    def ensure_connection(self) -> None:
        """Refuse, naming the two ways to a database."""
        raise NoDatabase(
            "No database: set the environment variable DATABASE_URL, or start the demo with `make demo` "
            "(commands in a second terminal then find its database by themselves)."
        )
