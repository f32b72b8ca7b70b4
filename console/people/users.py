"""Accounts: who is there, who is invited, what each may do."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import throttle
from accounts.domain import links, users
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from console.errors import answers_refusals
from console.people.entrance import link_for
from console.people.user_forms import FirmInvitation, JoinForm, PersonChange, PersonForm, StaffChange, StaffInvitation
from enterprises.domain import members
from enterprises.models import Enterprise
from notifications import letters

PER_PAGE = 50

form_view = require_http_methods(["GET", "POST"])


def in_sight(by: User) -> QuerySet[User]:
    """Accounts ``by`` looks after: the administrator all, the city its staff and firms' people, a unit the latter."""
    if by.role == Role.ADMIN:
        return User.objects.all()
    of_firms = Q(enterprises__in=Enterprise.objects.visible_to(by))
    of_units = Q(region__path__startswith=by.region.path) if by.region and by.role == Role.CITY else Q(pk=by.pk)
    return User.objects.filter(Q(pk__in=User.objects.filter(of_firms).values("pk")) | of_units)


@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    """The accounts one looks after, by role and name."""
    by = cast(User, request.user)
    found, query, role = asked_for(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    firms = members.firms_of(page.object_list, by)
    rows = [(account, firms.get(account.pk, [])) for account in page.object_list]
    on = timezone.localdate()
    context = {"page": page, "rows": rows, "q": query, "role": role, "roles": Role.choices, "on": on}
    return render(request, "console/people/list.html", context)


def asked_for(request: HttpRequest) -> tuple[QuerySet[User], str, str]:
    """The accounts of the address, and its words and role: for the list and its export alike."""
    found = in_sight(cast(User, request.user)).select_related("region").order_by("role", "username", "pk")
    query, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    if query:
        found = found.filter(Q(username__contains=throttle.folded(query)) | Q(name__icontains=throttle.folded(query)))
    return (found.filter(role=role) if role in Role.values else found), query, role


@form_view
@answers_refusals(back=lambda request: reverse("console:user_list"))
def user_invite(request: HttpRequest) -> HttpResponse:
    """Invite a colleague or somebody of a firm; the letter goes out with the account."""
    by = cast(User, request.user)
    kinds = kinds_of(by)
    kind = request.GET.get("for", "") if request.GET.get("for") in kinds else kinds[0]
    form: StaffInvitation | FirmInvitation
    if kind == "staff":
        form = StaffInvitation(request.POST or None, by=by)
    else:
        form = FirmInvitation(request.POST or None, by=by, initial={"firm": first_firm(request, by)})
    if request.method == "POST" and form.is_valid():
        user = invite(by=by, **form.cleaned_data)
        messages.success(request, f"已为{user.name}开设账号，邀请邮件将发往 {user.email}。")
        return redirect("console:user_list")
    return render(request, "console/people/invite.html", {"form": form, "kind": kind, "kinds": kinds})


def kinds_of(by: User) -> list[str]:
    """Whom ``by`` may invite: colleagues, people of firms, or both."""
    roles = users.MAY_INVITE.get(by.role, ())
    staff = ["staff"] if any(role != Role.ENTERPRISE for role in roles) else []
    return staff + (["firm"] if Role.ENTERPRISE in roles else [])


def first_firm(request: HttpRequest, by: User) -> str:
    """The firm a link on its page names."""
    pk = request.GET.get("enterprise", "")
    firm = Enterprise.objects.visible_to(by).filter(pk=int(pk)).first() if pk.isdecimal() else None
    return firm.uscc or firm.name if firm else ""


@transaction.atomic
def invite(*, by: User, firm: Enterprise | None = None, **person: Any) -> User:
    """Account, seat at the firm and letter, all or none."""
    role = person.pop("role", Role.ENTERPRISE)
    user = users.invite(role=role, by=by, at=timezone.now(), **person)
    if firm is not None:
        members.join(user=user, enterprise=firm, by=by)
    letters.invite(user=user, by=by, link=link_for(user, links.INVITATION))
    return user


@form_view
@answers_refusals(back=lambda request, pk: reverse("console:user_detail", args=[pk]))
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its person, role, region and lines; closing, opening, inviting again."""
    by = cast(User, request.user)
    account = get_object_or_404(in_sight(by).select_related("region"), pk=pk)
    act = ACTS.get(request.POST.get("act", "save"), save)
    if request.method == "POST" and not act(request, by, account):
        return redirect("console:user_detail", pk=pk)
    context = {
        "account": account,
        "form": form_for(account, by, request.POST if request.POST.get("act") == "save" else None),
        "join": JoinForm(request.POST if request.POST.get("act") == "join" else None, by=by),
        "firms": members.firms_of([account], by).get(account.pk, []),
        "editable": may_change(by, account),
        "portfolio": Enterprise.objects.visible_to(by).filter(officer=account).count() if by.may_write else 0,
    }
    return render(request, "console/people/detail.html", context)


def may_change(by: User, account: User) -> bool:
    """Whether ``by`` may change, close or invite again this account: one's own, or one of a role one manages.

    Whoever sets a mailbox can take the account over. Therefore a firm's person is managed only by who sees *all* the
    firms the account acts for (others may still end or add its seat at firms of their own), and peers by nobody but
    the administrator.
    """
    if account.pk == by.pk or by.role == Role.ADMIN:
        return True
    return users.may_manage(by, account) and not beyond_sight(by, account)


def beyond_sight(by: User, account: User) -> bool:
    """Whether the account also acts for a firm that ``by`` does not see."""
    return account.enterprises.exclude(pk__in=Enterprise.objects.visible_to(by).values("pk")).exists()


def refuse_unless_may_change(by: User, account: User) -> None:
    """Say who may, where ``by`` may not."""
    users.refuse_unless_may_manage(by, account)
    if not may_change(by, account):
        says = "该账号还为您辖区以外的企业填报，请联系上级单位或管理员"
        raise StepRefused([Reason("enterprise", says, who="bureau")])


def form_for(account: User, by: User, data: Any = None) -> PersonForm:
    """Rights are changed by those who manage the account, never on one's own or on one of a firm."""
    with_rights = users.may_manage(by, account) and account.role != Role.ENTERPRISE and account.pk != by.pk
    return (StaffChange if with_rights else PersonChange)(data, instance=account, by=by)


# Each act answers whether the page must be shown again, because what was typed cannot stand.


def save(request: HttpRequest, by: User, account: User) -> bool:
    """Change the person and, where given, the rights."""
    if account.pk != by.pk:
        refuse_unless_may_change(by, account)
    form = form_for(account, by, request.POST)
    if not form.is_valid():
        return True
    users.change(user_id=account.pk, by=by, **form.cleaned_data)
    messages.success(request, "已保存，下一次打开页面即生效。")
    return False


def deactivate(request: HttpRequest, by: User, account: User) -> bool:
    """Close the account."""
    refuse_unless_may_change(by, account)
    users.deactivate(user_id=account.pk, by=by, reason=request.POST.get("reason", "")[:200])
    messages.success(request, f"{account.name}的账号已停用，其登录已全部退出。")
    return False


def reactivate(request: HttpRequest, by: User, account: User) -> bool:
    """Open it again."""
    refuse_unless_may_change(by, account)
    users.reactivate(user_id=account.pk, by=by)
    messages.success(request, f"{account.name}的账号已重新启用。")
    return False


@transaction.atomic
def invite_again(request: HttpRequest, by: User, account: User) -> bool:
    """Send the invitation once more."""
    refuse_unless_may_change(by, account)
    user = users.invite_again(user_id=account.pk, by=by, at=timezone.now())
    letters.invite(user=user, by=by, link=link_for(user, links.INVITATION))
    messages.success(request, f"邀请邮件将再次发往 {user.email}。")
    return False


def join(request: HttpRequest, by: User, account: User) -> bool:
    """Let the account act for one more firm in sight."""
    form = JoinForm(request.POST, by=by)
    if not form.is_valid():
        return True
    users.refuse_unless_may_manage(by, account)
    members.join(user=account, enterprise=form.cleaned_data["firm"], by=by)
    messages.success(request, f"{account.name}现在可以为{form.cleaned_data['firm'].name}填报。")
    return False


def leave(request: HttpRequest, by: User, account: User) -> bool:
    """End that the account acts for a firm in sight."""
    pk = request.POST.get("enterprise", "")
    firm = get_object_or_404(Enterprise.objects.visible_to(by), pk=int(pk) if pk.isdecimal() else 0)
    users.refuse_unless_may_manage(by, account)
    members.leave(user=account, enterprise=firm, by=by)
    messages.success(request, f"{account.name}不再为{firm.name}填报。")
    return False


ACTS: dict[str, Callable[[HttpRequest, User, User], bool]] = {
    "save": save,
    "deactivate": deactivate,
    "reactivate": reactivate,
    "invite_again": invite_again,
    "join": join,
    "leave": leave,
}
