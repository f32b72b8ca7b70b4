"""The front door: who comes in, where they are led, how a password is set; and whether the house stands."""

import datetime
from typing import cast

from django.conf import settings
from django.contrib import auth, messages
from django.core.checks import Tags, run_checks
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, throttle
from accounts.domain import links, users
from accounts.models import Role, User
from console.people.entrance_forms import ChangePasswordForm, ForgottenForm, LoginForm, NewPasswordForm
from notifications import digest, letters

HOMES = {
    Role.CITY: "console:workbench",
    Role.UNIT: "console:workbench",
    Role.AUDITOR: "console:workbench",
    Role.ADMIN: "console:user_list",
    Role.ENTERPRISE: "portal:home",
}
WRONG = "登录名或密码不正确。"

form_view = require_http_methods(["GET", "POST"])
with_passwords = sensitive_post_parameters("password", "again", "present")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the first page of one's role."""
    return redirect(HOMES[Role(cast(User, request.user).role)])


@form_view
@with_passwords
def login(request: HttpRequest) -> HttpResponse:
    """Log in; wrong name and wrong password are one answer, and too many attempts are refused."""
    if isinstance(request.user, User):
        return redirect("entrance:home")
    form = LoginForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return login_page(request, form)
    now = timezone.now()
    tries = throttle.login_tries(form.cleaned_data["username"], address(request))
    if wait := throttle.attempt(tries, at=now):
        return too_often(request, form, wait)
    user = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(user, User):
        note_failure(form.cleaned_data["username"])
        form.add_error(None, WRONG)
        return login_page(request, form)
    throttle.forgive(tries, at=now)
    auth.login(request, user)
    audit.record("user.login", user, by=user)
    return redirect(wanted(request))


def note_failure(username: str) -> None:
    """Keep in the trail that somebody tried an account; a name nobody has may be a password typed in its place."""
    tried = User.objects.filter(username=throttle.folded(username)).first()
    if tried is not None:
        audit.record("user.login_failed", tried, by=None)


def login_page(request: HttpRequest, form: LoginForm, status: int = 200) -> HttpResponse:
    """The login page with what was typed and what was wrong with it."""
    given = request.POST.get("next") or request.GET.get("next", "")
    return render(request, "entrance/login.html", {"form": form, "next": given}, status=status)


def too_often(request: HttpRequest, form: LoginForm, wait: datetime.timedelta) -> HttpResponse:
    """429: how long to wait, and no word on whether the account exists."""
    minutes = -(-int(wait.total_seconds()) // 60)
    form.add_error(None, f"尝试次数过多，请 {minutes} 分钟后再试。忘记密码可以重设。")
    response = login_page(request, form, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def wanted(request: HttpRequest) -> str:
    """Where the visitor was going, if that is a page of this site."""
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure()):
        return given
    return resolve_url("entrance:home")


def address(request: HttpRequest) -> str:
    """Where the request comes from, past declared proxies."""
    return throttle.client_address(request.META, settings.TIDU_TRUSTED_PROXIES)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session; by POST, so that no link can do it."""
    user = cast(User, request.user)
    audit.record("user.logout", user, by=user)
    auth.logout(request)
    return redirect("entrance:login")


@form_view
def password_forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password; the answer is the same whether the account exists or not."""
    form = ForgottenForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "entrance/password_forgot.html", {"form": form})
    username = form.cleaned_data["username"]
    if not throttle.attempt(throttle.letter_tries(username, address(request)), at=timezone.now()):
        send_reset(username)
    return redirect("entrance:password_forgot_sent")


@transaction.atomic
def send_reset(username: str) -> None:
    """Put the letter into the outbox and note that somebody asked, if there is an open account with a mailbox."""
    user = User.objects.filter(username=throttle.folded(username), is_active=True).exclude(email="").first()
    if user is not None:
        letters.password_letter(user=user, link=link_for(user, links.RESET))
        audit.record("user.reset_asked", user, by=None)


def link_for(user: User, purpose: links.Purpose) -> str:
    """The address in the letter."""
    view = "entrance:invitation" if purpose is links.INVITATION else "entrance:password_reset"
    return f"{settings.TIDU_BASE_URL}{reverse(view, args=links.make(user, purpose))}"


@require_GET
def password_forgot_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, said alike to everybody."""
    return render(request, "entrance/password_forgot_sent.html")


@form_view
@with_passwords
def password_reset(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Set a new password through the link of a letter."""
    return through_link(request, links.reader(uidb64, token, links.RESET), "重设密码")


@form_view
@with_passwords
def invitation(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Set the first password of an account through its invitation."""
    return through_link(request, links.reader(uidb64, token, links.INVITATION), "启用账号")


def through_link(request: HttpRequest, user: User | None, title: str) -> HttpResponse:
    """The form behind a link, or the page that says why the link no longer works."""
    if user is None:
        return render(request, "entrance/link_spent.html", {"title": title})
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.set_password(user=user, password=form.cleaned_data["password"])
        messages.success(request, "密码已设置，请登录。")
        return redirect("entrance:login")
    return render(request, "entrance/password_set.html", {"form": form, "title": title, "account": user})


@form_view
@with_passwords
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password, whereupon every other session ends."""
    user = cast(User, request.user)
    form = ChangePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = users.set_password(user=user, password=form.cleaned_data["password"])
        auth.login(request, user)
        messages.success(request, "密码已修改，其他设备上的登录已退出。")
        return redirect("entrance:home")
    base = "base_portal.html" if user.role == Role.ENTERPRISE else "base.html"
    context = {"form": form, "base": base, "has_digest": user.role in digest.READERS}
    return render(request, "entrance/password_change.html", context)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The installation can do its work now: the checks of ``check --deploy --database default``."""
    found = run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
    problems = [str(message.msg) for message in found if message.is_serious()]
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)
