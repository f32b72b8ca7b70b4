"""Rows into tables by COPY: the columns at hand, every other one at its model's default."""

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

AT_ONCE: Final = 1 << 20  # bytes sent together


def copy(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], at: datetime.datetime
) -> None:
    """Append the rows; ``columns`` are attribute names of the model, ``at`` the moment of what is dated by itself."""
    rest = [field for field in model._meta.concrete_fields if field.attname not in columns and not field.primary_key]
    tail = "".join(f"\t{text(default_of(field, at))}" for field in rest)
    names = ", ".join(f'"{name}"' for name in [*map(column_of(model), columns), *(field.column for field in rest)])
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as target:
        waiting, size = [], 0
        for row in rows:
            waiting.append("\t".join(map(text, row)) + tail)
            size += len(waiting[-1])
            if size > AT_ONCE:
                target.write("\n".join(waiting) + "\n")
                waiting, size = [], 0
        if waiting:
            target.write("\n".join(waiting) + "\n")


def column_of(model: type[models.Model]) -> Any:
    """From an attribute of the model to its column."""
    by_name = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    return by_name.__getitem__


def default_of(field: Any, at: datetime.datetime) -> Any:
    """What a column holds that nobody gives."""
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return at
    default = field.get_default()
    if isinstance(field, models.JSONField) and default is not None:
        return json.dumps(default)
    return (default or []) if isinstance(field, ArrayField) else default


def text(value: Any) -> str:
    """A value as COPY reads it; nothing here holds a tab, a line break or a backslash but the search text."""
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, list):
        return '{"' + '","'.join(value) + '"}' if value else "{}"
    return str(value)
