"""企业库 as a workbook: the firms of the filters in their order, with what the screen says and the figures."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.exports.filtered import filtered_workbook
from console.firms.columns import Line, layout_of, wanted
from console.firms.rows import rows
from console.firms.views import asked_for
from enterprises import frame
from enterprises.models import Contact
from enterprises.models.enterprise import EnterpriseQuerySet

AT_ONCE: Final = 500  # firms fetched together


@require_GET
def enterprise_export(request: HttpRequest) -> HttpResponse:
    """Exactly the firms the list shows under the same address."""
    on = timezone.localdate()
    seen, filterset, firms = asked_for(request, on)
    layout = layout_of(wanted(request), firms, on)
    return filtered_workbook(
        request,
        filterset,
        firms,
        what="enterprise_list",
        title="企业库",
        columns=[column for column, _ in layout],
        rows=([cell(line) for _, cell in layout] for line in lines(seen, firms, on)),
    )


def lines(seen: EnterpriseQuerySet, firms: EnterpriseQuerySet, on: datetime.date) -> Iterator[Line]:
    """The firms in the order of the screen, some hundred at a time."""
    ids = firms.order_by("name", "pk").values_list("pk", flat=True)
    rest = ids.iterator(AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        contacts = first_contacts(some)
        figures = figures_of(some, on.year - 1)
        for row in rows(seen, some, on):
            pk = row.firm.pk
            yield Line(row, contacts.get(pk), figures.get(pk, {}))


def first_contacts(ids: Sequence[int]) -> dict[int, Contact]:
    """Whom to call at each firm: the one recorded first."""
    found = Contact.objects.filter(enterprise__in=ids).order_by("-pk")
    return {contact.enterprise_id: contact for contact in found}


def figures_of(ids: Sequence[int], year: int) -> dict[int, dict[str, Any]]:
    """The current figures of one year, by firm."""
    years = frame.years({"ids": list(ids), "known_by": None, "reads": None})
    return {line["firm"]: line for line in years.rows(named=True) if line["year"] == year}
