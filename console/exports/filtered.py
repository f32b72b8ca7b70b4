"""A list with filters as a workbook: exactly what it lists under the same address."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from console.errors import error_page
from console.exports.cells import Column
from console.exports.writer import limit, workbook_response
from console.filtering import Filter, chips


def filtered_workbook(
    request: HttpRequest,
    filterset: Filter,
    found: QuerySet[Any],
    *,
    what: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
) -> HttpResponse:
    """The rows of what was ``found`` below the filters in words; filters that make no sense are a 422 that says why."""
    if not filterset.is_valid():
        return error_page(422, "；".join(filterset.complaints))
    return workbook_response(
        request,
        what=what,
        title=title,
        columns=columns,
        rows=rows,
        filters="；".join(chip.label for chip in chips(filterset, request.GET)),
        count=found.order_by()[: limit() + 1].count(),
    )
