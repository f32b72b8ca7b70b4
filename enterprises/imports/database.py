"""Frames in and out of PostgreSQL by COPY, inside the transaction at hand."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Final

import polars as pl
from django.db import connection

from enterprises.frame import copied

Schema = Mapping[str, type[pl.DataType] | pl.DataType]

NULL: Final = "\\N"


def copy_out(select: str, schema: Schema) -> pl.DataFrame:
    """The rows of a SELECT without parameters as a frame; an empty field is null."""
    return copied(select, {}, dict(schema))


def copy_in(table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; the frame's columns are the table's."""
    if not frame.is_empty():
        copy_frames_in(table, frame.columns, [frame])


def copy_frames_in(table: str, names: Sequence[str], frames: Iterable[pl.DataFrame]) -> None:
    """Append frames of the same columns; the server works on one while the next is made."""
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as rows:
        for frame in frames:
            content = BytesIO()
            frame.select(names).write_csv(content, include_header=False, null_value=NULL)
            rows.write(content.getbuffer())


def staged(table: str, like: str, frame: pl.DataFrame) -> str:
    """A temporary table with a frame's rows, its columns as those named in ``like`` (SQL); its name."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({like}) ON COMMIT DROP")
    copy_in(table, frame)
    return table


def run(statement: str, *parameters: datetime.date | int | str) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def new_ids(table: str, number: int) -> list[int]:
    """So many unused ids of a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number])
        return [int(row[0]) for row in cursor.fetchall()]
