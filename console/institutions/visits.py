"""现场核查: the 六有 of an institution filled in at the firm, item by item or all at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.machine import Stale, StepRefused
from console.errors import answers_refusals
from console.institutions.forms import CheckForm, VisitForm
from console.institutions.views import back_to, in_sight, person
from enterprises import six_haves
from enterprises.domain import institution_checks
from enterprises.models import ResearchInstitution

OUTRUN = "{who}刚刚核查过这一项，下面是最新结果，请核对后再保存。"


def cards(row: ResearchInstitution, data: QueryDict | None = None) -> list[CheckForm]:
    """A form for each of the six, filled with what stands, or with what was sent."""
    standing = institution_checks.latest(row)
    return [CheckForm(data, item=item, standing=standing.get(item.key)) for item in six_haves.ITEMS]


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:institution_visit"))
def institution_visit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """The form of a visit; a POST keeps one item (``only``) or whatever was found anew."""
    row = in_sight(request, pk)
    if request.method == "POST":
        return keep(request, row)
    return visit_page(request, row, VisitForm(initial={"checked_on": timezone.localdate()}), cards(row))


def visit_page(
    request: HttpRequest, row: ResearchInstitution, visit: VisitForm, forms: list[CheckForm], status: int = 200
) -> HttpResponse:
    """The page of a visit."""
    context = {"row": row, "firm": row.enterprise, "visit": visit, "cards": forms, "unconfirmed": six_haves.UNCONFIRMED}
    return render(request, "console/institutions/visit/page.html", context, status=status)


def keep(request: HttpRequest, row: ResearchInstitution) -> HttpResponse:
    """Keep what was found of the chosen items; what cannot stand comes back as it was typed."""
    visit, forms = VisitForm(request.POST), cards(row, request.POST)
    only = request.POST.get("only", "")
    chosen = [form for form in forms if form.item.key == only] if only else anew(visit, forms)
    if not visit.is_valid() or not all(form.is_valid() for form in chosen):
        return again(request, row, visit, forms, chosen, 422)
    if not chosen:
        visit.add_error(None, "没有改动，没有记录。要记为本次核查过，请勾选“没有改动的项目也记为本次核查过”。")
        return visit_page(request, row, visit, forms, 422)
    try:
        save(request, row, visit, chosen)
    except StepRefused as refusal:
        if not told(refusal, chosen, visit):
            raise
        return again(request, row, visit, forms, chosen, 422)
    except Stale as stale:
        if not is_htmx(request):
            raise
        return fresh_card(request, row, only, status=409, stale=stale)
    return saved(request, row, chosen, only)


def anew(visit: VisitForm, forms: list[CheckForm]) -> list[CheckForm]:
    """The items that say something else than what stands; with ``confirm_rest`` also those looked at before."""
    rest = visit.is_valid() and visit.cleaned_data["confirm_rest"]
    return [form for form in forms if form.is_new or (rest and form.standing is not None)]


def save(request: HttpRequest, row: ResearchInstitution, visit: VisitForm, chosen: list[CheckForm]) -> None:
    """Through the door of checks."""
    institution_checks.check(
        institution_id=row.pk,
        found={form.item.key: form.found() for form in chosen},
        checked_on=visit.cleaned_data["checked_on"],
        by=person(request),
        on=timezone.localdate(),
    )


def told(refusal: StepRefused, chosen: list[CheckForm], visit: VisitForm) -> bool:
    """Say each reason beside its field; False where one has no field here and is a refusal of the whole."""
    by_item = {form.item.key: form for form in chosen}
    for reason in refusal.reasons:
        item, _, field = reason.criterion.partition("-")
        if item in by_item and field:
            by_item[item].add_error(field, f"{reason.says}。")
        elif reason.criterion in visit.fields:
            visit.add_error(reason.criterion, f"{reason.says}。")
        else:
            return False
    return True


def is_htmx(request: HttpRequest) -> bool:
    """Whether a script asked for one card only."""
    return request.headers.get("HX-Request") == "true"


def again(
    request: HttpRequest, row: ResearchInstitution, visit: VisitForm, forms: list[CheckForm],
    chosen: list[CheckForm], status: int,
) -> HttpResponse:  # fmt: skip
    """The card, or the whole page, with what is wrong."""
    if is_htmx(request) and len(chosen) == 1:
        errors = [error for errors in visit.errors.values() for error in errors]
        return card(request, row, chosen[0], status=status, complaint="".join(map(str, errors)))
    return visit_page(request, row, visit, forms, status)


def card(
    request: HttpRequest, row: ResearchInstitution, form: CheckForm, status: int = 200, **more: Any
) -> HttpResponse:
    """One card by itself."""
    return render(request, "console/institutions/visit/card.html", {"card": form, "row": row, **more}, status=status)


def fresh_card(
    request: HttpRequest, row: ResearchInstitution, only: str, status: int = 200, stale: Stale | None = None
) -> HttpResponse:
    """The card as it now stands, after it was saved or because somebody was faster."""
    form = next(form for form in cards(row) if form.item.key == only)
    who = stale.winner.by.name if stale and stale.winner and stale.winner.by else "有人"
    more = {"complaint": OUTRUN.format(who=who)} if stale else {"kept_at": timezone.localtime()}
    return card(request, row, form, status=status, **more)


def saved(request: HttpRequest, row: ResearchInstitution, chosen: list[CheckForm], only: str) -> HttpResponse:
    """Where one goes on: the card, the form again for the next item, or the institution."""
    if is_htmx(request) and only:
        return fresh_card(request, row, only)
    messages.success(request, f"已记录 {len(chosen)} 项核查：{'、'.join(form.item.label for form in chosen)}。")
    if only:
        return redirect(f"{reverse('console:institution_visit', args=[row.pk])}#{only}")
    return redirect("console:institution_detail", row.pk)
