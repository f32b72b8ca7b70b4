"""Drafts of rules: begun from any edition, changed part by part, sent, published by a second person, taken back."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.machine import Stale
from accounts.models import User
from console.errors import answers_refusals
from console.events import act_in_words
from console.rules.answers import content_of
from console.rules.forms import FirstForm, HeadForm, StartForm, StepForm
from console.rules.parts import TESTS, PartForm, kind_of
from enterprises.vocabulary import RULED
from pipeline import tasks
from pipeline.domain import drafts, editions
from pipeline.models import Edition
from pipeline.rules import revise, writing
from pipeline.rules.messages import Unsound, checked
from pipeline.rules.revise import Content, NoSuchPlace

Save = Callable[[], object]


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


def back_to_edition(request: HttpRequest, pk: int, **_: Any) -> str:
    """Where a refusal leads back to."""
    return reverse("console:rule_detail", args=[pk])


def back_to_list(request: HttpRequest, **_: Any) -> str:
    """The list of editions."""
    return reverse("console:rule_list")


def my_draft(request: HttpRequest, pk: int) -> Edition:
    """A draft the reader may change; else the reasons why not."""
    row = get_object_or_404(Edition, pk=pk)
    drafts.refuse_unless_mine(row, person(request))
    return row


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to_list)
def rule_draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft: from an edition (``?from=``), or from nothing for a track that has none."""
    by = person(request)
    base = Edition.objects.filter(pk=request.GET["from"]).first() if request.GET.get("from", "").isdecimal() else None
    if base:
        drafts.refuse_unless_may_change(by, base.track)
        form: StartForm = StartForm(request.POST or None)
    else:
        mine = [(track.key, track.label) for track in RULED if drafts.may_change(by, track.key)]
        form = FirstForm(request.POST or None, tracks=mine, initial={"track": request.GET.get("track", "")})
    if request.method == "POST" and form.is_valid():
        draft = begun(form, base, by)
        messages.success(request, "草稿已建立。逐条修改后送审，由另一位有权限的人审定发布。")
        return redirect("console:rule_detail", draft.pk)
    return render(request, "console/rules/start.html", {"form": form, "base": base}, status=422 if form.errors else 200)


def begun(form: StartForm, base: Edition | None, by: User) -> Edition:
    """The draft a form asks for."""
    given, on = form.cleaned_data, timezone.localdate()
    day: date = given["effective_from"]
    if base:
        return drafts.start(by=by, on=on, day=day, base_id=base.pk)
    condition = {"says": given["says"], "who": "bureau", "manual": given["manual"]}
    words = {name: given[name] for name in ("title", "track", "document")}
    first = checked({
        "id": given["track"].upper(), **words, "effective_from": day, "applies_to": ["apply"],
        "confidence": "unconfirmed", "gates": {revise.next_key(drafts.keys_used(given["track"])): condition},
    })  # fmt: skip
    return drafts.start(by=by, on=on, day=day, first=first)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to_edition)
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a draft: name, document, days, kinds."""
    row = my_draft(request, pk)
    content = writing.plain(editions.parsed(row.content))
    form = HeadForm(request.POST or None, initial={**content, "version": row.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = kept(request, row, form, lambda: form.changed_head(content))
            if status == 302:
                return redirect("console:rule_detail", pk)
    return render(request, "console/rules/head.html", {"form": form, "row": row}, status=status)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to_edition)
def rule_part(request: HttpRequest, pk: int, place: str) -> HttpResponse:
    """One condition, score item or block of a draft."""
    row = my_draft(request, pk)
    content = writing.plain(editions.parsed(row.content))
    try:
        node = revise.node(content, place)
    except NoSuchPlace as error:
        raise Http404 from error
    kind = kind_of(place, node)
    may_switch = kind in TESTS
    kind = asked_test(request, kind) if may_switch else kind
    context = {"row": row, "place": place, "tests": TESTS if may_switch else {}, "kind": kind}
    return part_page(request, row, kind, node, lambda new: revise.put(content, place, new), context)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to_edition)
def rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    """A further condition of a draft, or a further part of one (``?below=``)."""
    row, below = my_draft(request, pk), request.GET.get("below", "")
    content = writing.plain(editions.parsed(row.content))
    kind = asked_test(request, "fact")
    node: Content = {"who": "enterprise", "confidence": "" if below else "unconfirmed"}

    def added(new: Content) -> Content:
        try:
            return revise.add(content, below, new, drafts.keys_used(row.track))[0]
        except NoSuchPlace as error:
            raise Http404 from error

    if below:
        added({})
    context = {"row": row, "below": below, "tests": TESTS, "kind": kind}
    return part_page(request, row, kind, node, added, context)


def asked_test(request: HttpRequest, usual: str) -> str:
    """The way of deciding that the address asks for."""
    asked = request.GET.get("test", "")
    return asked if asked in TESTS else usual


def part_page(
    request: HttpRequest,
    row: Edition,
    kind: str,
    node: Content,
    placed: Callable[[Content], Content],
    context: dict[str, Any],
) -> HttpResponse:
    """The form of a part; what is typed stays until it was kept."""
    rules = editions.parsed(row.content)
    form = PartForm(request.POST or None, kind=kind, node=node, rules=rules, initial={"version": row.version})
    status = 200
    if request.method == "POST":
        status = 422
        new = content_of(form) if form.is_valid() else None
        if new is not None:
            status = kept(request, row, form, lambda: placed(new))
            if status == 302:
                gate = context.get("place", "").partition(".")[0]
                return redirect(reverse("console:rule_detail", args=[row.pk]) + (f"#{gate}" if gate else ""))
    return render(request, "console/rules/part.html", {**context, "form": form, "node": node}, status=status)


def kept(request: HttpRequest, row: Edition, form: HeadForm | PartForm, content: Callable[[], Content]) -> int:
    """Put the content into the draft; 422 or 409 where it could not be, with the reasons in the form."""
    by, on, version = person(request), timezone.localdate(), form.cleaned_data["version"]
    try:
        drafts.change(edition_id=row.pk, content=content(), by=by, version=version, on=on)
    except Unsound as unsound:
        form.complain(unsound.complaints)
        return 422
    except Stale as stale:
        form.add_error(None, outrun_words(stale))
        sent = request.POST.copy()
        sent["version"] = str(Edition.objects.values_list("version", flat=True).get(pk=row.pk))
        form.data = sent
        return 409
    messages.success(request, "草稿已保存。")
    return 302


def outrun_words(stale: Stale) -> str:
    """Who was faster, and what to do."""
    who = (
        f"{stale.winner.by.name}刚刚{act_in_words(stale.winner)}"
        if stale.winner and stale.winner.by
        else "草稿刚被更新"
    )
    return f"{who}。您填写的内容还在，核对后再次保存即以您填写的为准。"


@require_POST
@answers_refusals(back_to_edition)
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a part out of a draft."""
    row = my_draft(request, pk)
    content = writing.plain(editions.parsed(row.content))
    version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else -1
    try:
        without = revise.remove(content, request.POST.get("place", ""))
        drafts.change(edition_id=pk, content=without, by=person(request), version=version, on=timezone.localdate())
    except NoSuchPlace as error:
        raise Http404 from error
    except Unsound as unsound:
        messages.error(request, f"没有删去：{unsound}。")
        return redirect("console:rule_detail", pk)
    messages.success(request, "已从草稿删去。")
    return redirect("console:rule_detail", pk)


@require_POST
@answers_refusals(back_to_edition)
def rule_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Send, publish, give back or take back an edition."""
    row = get_object_or_404(Edition, pk=pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        problems = "；".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"没有办理：{problems}")
        return redirect("console:rule_detail", pk)
    given, was = form.cleaned_data, row.status
    moved = drafts.move(
        edition_id=pk, step=given["step"], by=person(request), version=given["version"], on=timezone.localdate(),
        reason=given["reason"], day=given["effective_from"],
    )  # fmt: skip
    if given["step"] == "withdraw" and was == Edition.Status.PUBLISHED:
        tasks.judge_register.delay()
    messages.success(request, said(moved, given["step"]))
    return redirect("console:rule_detail", pk)


def said(edition: Edition, step: str) -> str:
    """What came of a step."""
    if step == "publish":
        return f"已发布，自{edition.effective_from:%Y年%-m月%-d日}起施行，当夜重新评估全部企业。"
    if step == "withdraw" and edition.withdrawn_on:
        return "已撤回，此前的版本恢复使用，正在重新评估全部企业。"
    return f"“{edition.title}”已{drafts.STEPS[step]}。"
