"""政策文件: the register of documents that rules rest on, kept by the city's officers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from console.errors import answers_refusals
from console.rules.drafting import person
from console.rules.forms import DocumentForm
from pipeline.domain import documents
from pipeline.models import Document


@require_GET
def rule_documents(request: HttpRequest) -> HttpResponse:
    """Every document, and what in force cites an expired one."""
    on = timezone.localdate()
    rows = list(Document.objects.select_related("replaced_by"))
    context = {
        "lines": [(row, row.expired(on), documents.kept_words(row)) for row in rows],
        "orphans": documents.orphans(on),
        "may_keep": not documents.against_keeping(person(request)),
    }
    return render(request, "console/rules/documents.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:rule_documents"))
def rule_document_create(request: HttpRequest) -> HttpResponse:
    """Enter a document."""
    return document_page(request, Document())


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:rule_documents"))
def rule_document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a document, or say that it has expired."""
    return document_page(request, get_object_or_404(Document, pk=pk))


def document_page(request: HttpRequest, row: Document) -> HttpResponse:
    """The form of a document."""
    form = DocumentForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = documents.save(form.save(commit=False), by=person(request), on=timezone.localdate())
        messages.success(request, f"“{saved.number}”已保存。")
        return redirect("console:rule_documents")
    return render(
        request, "console/rules/document.html", {"form": form, "row": row}, status=422 if form.errors else 200
    )
