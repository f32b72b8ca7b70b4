"""提醒邮件: the outbox as it is, each letter shown as its reader sees it."""

from typing import Final, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from console import pages
from console.errors import answers_refusals
from console.filtering import without
from enterprises.models import Contact, Enterprise
from notifications import bounces, mending, pausing
from notifications.models import Bounce, DigestRun, Message, Recipient

State = Message.State
WEEKS: Final = 60
TONES = {
    State.SENT: "ok",
    State.FAILED: "no",
    State.UNCERTAIN: "no",
    State.QUEUED: "wait",
    State.SENDING: "wait",
    State.DROPPED: "",
}


def letters(user: User) -> QuerySet[Message]:
    """Letters ``user`` may read: the city all; a unit those that name no firm of another unit, as firms lie now."""
    return Message.objects.visible_to(user)


TWICE: Final = "twice"  # beside the states: letters that may have come twice
TABS: Final = (*State.choices, (TWICE, "可能重复"))


@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The outbox, latest first, or the letters of one state, one week, one reader or one firm."""
    found, state = asked_for(request)
    counts = counted(searched(request))
    page = pages.numbered(counts[state or "all"], request.GET.dict())
    shown = found.select_related("run", "channel").defer("text", "html")[page.first - 1 : page.first - 1 + pages.SIZE]
    context = {
        "letters": [(letter, TONES[State(letter.state)]) for letter in shown],
        "page": page,
        "states": [(key, label, counts[key]) for key, label in TABS],
        "all": counts["all"],
        "state": state,
        "paused": pausing.current(timezone.now()),
        "q": request.GET.get("q", ""),
        "week": request.GET.get("week", ""),
        "weeks": DigestRun.objects.values_list("week", flat=True)[:WEEKS],
        "query": without(request.GET),
        "others": without(without_state(request.GET)),
    }
    return render(request, "console/mails/list.html", context)


def without_state(data: QueryDict) -> QueryDict:
    """The address without its state, for the tabs."""
    rest = data.copy()
    rest.pop("state", None)
    return rest


def searched(request: HttpRequest) -> QuerySet[Message]:
    """The letters to a mailbox, a person or a firm's people, of a week."""
    user = cast(User, request.user)
    found, query, week = letters(user), request.GET.get("q", "").strip(), request.GET.get("week", "")
    if query:
        firms = Enterprise.objects.visible_to(user).named(query).order_by().values("pk")
        people = User.objects.filter(Q(name__contains=query) | Q(enterprises__in=firms)).order_by()
        through = Recipient.objects.filter(message=OuterRef("pk"), user__in=people.values("pk"))
        mailboxes = Contact.objects.filter(enterprise__in=firms).values("email")
        found = found.filter(Q(to__icontains=query) | Q(Exists(through)) | Q(to__in=mailboxes))
    return found.filter(run__week=week) if week else found


def counted(found: QuerySet[Message]) -> dict[str, int]:
    """How many letters are in each state, in one query."""
    counts = {state: Count("pk", filter=Q(state=state)) for state in State.values}
    return found.order_by().aggregate(**counts, twice=Count("pk", filter=Q(possibly_twice=True)), all=Count("pk"))


def asked_for(request: HttpRequest) -> tuple[QuerySet[Message], str]:
    """The letters of the address and their state: for the list and its export alike."""
    found, state = searched(request), request.GET.get("state", "")
    if state == TWICE:
        return found.filter(possibly_twice=True), state
    return (found.filter(state=state), state) if state in State.values else (found, "")


def words(request: HttpRequest) -> str:
    """What is asked, for the head of the file."""
    labels = {"state": "状态", "q": "收件人或企业", "week": "周次"}
    values = {name: request.GET.get(name, "").strip() for name in labels}
    values["state"] = dict(TABS).get(values["state"], "")
    return "；".join(f"{labels[name]}：{value}" for name, value in values.items() if value)


@require_GET
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what became of it, and how it looks."""
    letter = get_object_or_404(letters(cast(User, request.user)).prefetch_related("recipients"), pk=pk)
    firms = Enterprise.objects.visible_to(request.user).filter(contacts__email__iexact=letter.to).distinct()
    context = {
        "letter": letter,
        "tone": TONES[State(letter.state)],
        "token": mending.token(letter),
        "again": not mending.reasons_against_again(letter),
        "settle": not mending.reasons_against_sent(letter),
        "firms": firms.order_by("name", "pk")[:10],
        "bounces": Bounce.objects.filter(address__iexact=letter.to, settled_at__isnull=True)[:5],
        "against": mending.reasons_against_again(letter),
        "narrow": request.GET.get("width") == "360",
    }
    return render(request, "console/mails/detail.html", context)


def letter_page(request: HttpRequest, *, pk: int) -> str:
    """The page of a letter, to which a refusal leads back."""
    return reverse("console:mail_detail", args=[pk])


@require_POST
@answers_refusals(letter_page)
def mail_decide(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Send a letter again, or take it as sent."""
    user, seen = cast(User, request.user), request.POST.get("seen", "")
    get_object_or_404(letters(user), pk=pk)
    if request.POST.get("act") == "sent":
        mending.take_as_sent(message_id=pk, by=user, seen=seen, reason=request.POST.get("reason", "").strip()[:500])
        messages.success(request, "已记为送达。")
    else:
        mending.send_again(message_id=pk, by=user, seen=seen)
        messages.success(request, "已重新排队，几分钟内发出。")
    return redirect(letter_page(request, pk=pk))


@require_POST
@answers_refusals(letter_page)
def mail_address(request: HttpRequest, *, pk: int) -> HttpResponse:
    """The address that bounced is right after all: letters go there again."""
    user = cast(User, request.user)
    letter = get_object_or_404(letters(user), pk=pk)
    reason = request.POST.get("reason", "").strip()[:500]
    if bounces.settle(address=letter.to, by=user, reason=reason, at=timezone.now()):
        messages.success(request, "已记为邮箱无误，以后照常发送；这一封请再点“重新发送”。")
    return redirect(letter_page(request, pk=pk))


@require_GET
@xframe_options_sameorigin
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter's own page for the sandboxed frame: inline styles, as mail has them, and nothing else."""
    letter = get_object_or_404(letters(cast(User, request.user)), pk=pk)
    if letter.html:
        return HttpResponse(letter.html)
    return render(request, "console/mails/text.html", {"letter": letter})
