"""评估凭证: the receipts of a firm, one as a sheet to print, one as a file that proves itself."""

import json
from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import User
from console import pages
from console.filtering import without
from console.receipts.content import sheet
from enterprises.models import Enterprise
from pipeline.domain import receipts
from pipeline.models import Receipt


def receipt_in_sight(request: HttpRequest, pk: int) -> Receipt:
    """A receipt of a firm in sight."""
    seen = Receipt.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user))
    receipt = seen.select_related("enterprise__region", "edition", "by").filter(pk=pk).first()
    if receipt is None:
        raise Http404
    return receipt


@require_GET
def receipt_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipts of a firm, the latest first."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region"), pk=pk)
    found = Receipt.objects.filter(enterprise=firm).select_related("edition", "by").defer("content", "edition__content")
    page = pages.numbered(found.count(), request.GET.dict())
    start = page.first - 1
    context = {
        "firm": firm,
        "page": page,
        "query": without(request.GET),
        "receipts": found.order_by("-pk")[start : start + pages.SIZE],
    }
    return render(request, "console/receipts/list.html", context)


@require_GET
def receipt_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt as a sheet of paper."""
    return render(request, "console/receipts/page.html", {"sheet": sheet(receipt_in_sight(request, pk))})


@require_GET
@transaction.atomic
def receipt_export(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt as the file that `manage.py verify_receipt` reads; who took it stands in the log."""
    receipt = receipt_in_sight(request, pk)
    audit.record("receipt.export", receipt, by=cast(User, request.user), after={"number": receipt.pk})
    text = json.dumps(receipts.document(receipt), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"评估凭证-{receipt.pk}.json"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
