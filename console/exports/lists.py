"""用户 and 提醒邮件 as workbooks: the rows their lists show under the same address."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.models import Role, User
from console.exports.writer import Column, workbook_response
from console.mails import views as mails
from console.people import users
from enterprises.domain import members
from notifications.models import Message

AT_ONCE: Final = 500  # accounts whose firms are fetched together
USERS: Final = (
    Column("姓名"),
    Column("登录名"),
    Column("角色"),
    Column("辖区或企业"),
    Column("业务线"),
    Column("科室"),
    Column("办公电话", personal=True),
    Column("邮箱", personal=True),
    Column("状态"),
    Column("接收每周提醒"),
)
LETTERS: Final = (
    Column("标题"),
    Column("收件人", personal=True),
    Column("类别"),
    Column("周次"),
    Column("状态"),
    Column("可能重复"),
    Column("尝试次数", unit="次", kind="count", total=True),
    Column("生成时间", kind="moment"),
    Column("发送时间", kind="moment"),
)


@require_GET
def user_export(request: HttpRequest) -> HttpResponse:
    """The accounts of the list."""
    found, query, role = users.asked_for(request)
    asked = [f"姓名或登录名：{query}" if query else "", f"角色：{Role(role).label}" if role in Role.values else ""]
    return workbook_response(
        request,
        what="user_list",
        title="用户",
        columns=USERS,
        rows=accounts(found, cast(User, request.user)),
        filters="；".join(part for part in asked if part),
        count=found.order_by().count(),
    )


def accounts(found: QuerySet[User], by: User) -> Iterator[Sequence[Any]]:
    """One row an account, the firms it acts for among those in sight."""
    rest = found.iterator(AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        firms = members.firms_of(some, by)
        for account in some:
            yield account_row(account, "、".join(firm.name for firm in firms.get(account.pk, [])))


def account_row(account: User, firms: str) -> Sequence[Any]:
    """What the list says of an account."""
    place = firms if account.role == Role.ENTERPRISE else account.region.name if account.region else None
    return (
        account.name,
        account.username,
        account.get_role_display(),
        place,
        "、".join(account.lines),
        account.department,
        account.phone,
        account.email,
        standing(account),
        "是" if account.receives_digest else "否",
    )


def standing(account: User) -> str:
    """The state of an account in the words of its list."""
    if not account.is_active:
        return "已停用"
    if account.last_login:
        return "使用中"
    return "已邀请，未登录" if account.invited_at else "未登录"


@require_GET
def mail_export(request: HttpRequest) -> HttpResponse:
    """The letters of the list, without what they say."""
    found, _ = mails.asked_for(request)
    return workbook_response(
        request,
        what="mail_list",
        title="提醒邮件",
        columns=LETTERS,
        rows=map(letter_row, found.select_related("run").defer("text", "html").iterator(AT_ONCE)),
        filters=mails.words(request),
        count=found.order_by().count(),
    )


def letter_row(letter: Message) -> Sequence[Any]:
    """What the list says of a letter."""
    return (
        letter.subject,
        letter.to,
        letter.get_kind_display(),
        letter.run.week if letter.run else None,
        letter.get_state_display(),
        "是" if letter.possibly_twice else None,
        letter.attempts,
        letter.created_at,
        letter.sent_at,
    )
