"""The one way a table leaves the system: exactly the rows on screen, as .xlsx, with a line in 操作日志."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts import audit, request_id, throttle
from accounts.models import Role, User
from console.errors import error_page
from console.exports.cells import Column, plain
from console.exports.sheet import Sheet, TooManyRows, write

__all__ = ["Column", "limit", "workbook_response"]

TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERYTHING: Final = "全部"


def workbook_response(
    request: HttpRequest,
    *,
    what: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    filters: str = "",
    count: int | None = None,
) -> HttpResponse:
    """The table as a file to keep; ``what`` names it in the log, ``filters`` says in words what was asked.

    ``rows`` is read once, row by row. ``count``, where it is known, refuses too much before anything is read. It is a
    GET, for the address says everything; the only thing it leaves behind is its line in the log.
    """
    by, now = cast(User, request.user), timezone.localtime()
    wait = throttle.attempt([(throttle.EXPORT_BY_ACCOUNT, str(by.pk))], at=now)
    if wait:
        return too_often(wait.total_seconds())
    if count is not None and count > limit():
        return too_many()
    asked = plain(filters) or EVERYTHING
    about = [
        f"筛选条件：{asked}",
        f"生成时间：{now:%Y-%m-%d %H:%M}　导出人：{by.name}　辖区：{by.region.name if by.region else '全部'}",
    ]
    sheet = Sheet(
        title=title,
        columns=columns,
        about=about,
        foot=f"{by.name} {now:%Y-%m-%d %H:%M} 导出 · 请求号 {request_id.current.get()}",
        shows_people=shows_people(by),
        most=limit(),
    )
    with tempfile.TemporaryFile() as content:
        try:
            written = write(content, sheet, rows)
        except TooManyRows:
            return too_many()
        content.seek(0)
        whole = content.read()  # some MB at the cap; a handle kept open until it is sent would be no smaller
    keep_a_line(what, by, asked, title, written, people_in(sheet))
    name = f"{plain(title)}-{now:%Y%m%d-%H%M}.xlsx"
    answer = HttpResponse(whole, content_type=TYPE)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def limit() -> int:
    """How many rows one file may have."""
    return int(settings.TIDU_EXPORT_ROWS)


def shows_people(by: User) -> bool:
    """Whether numbers and mailboxes of people are given in full: to officers and the administrator."""
    return by.may_write or by.role == Role.ADMIN


def people_in(sheet: Sheet) -> str:
    """How people stand in the file: in full, masked, or not at all."""
    if not any(column.personal for column in sheet.columns):
        return ""
    return "full" if sheet.shows_people else "masked"


@transaction.atomic
def keep_a_line(what: str, by: User, asked: str, title: str, written: int, people: str) -> None:
    """Who took what, by which filters, how many rows; without this line no file leaves."""
    after = {"title": title, "filters": asked, "rows": written, "people": people}
    audit.record(f"export.{what}", by, by=by, after=after)


def too_many() -> HttpResponse:
    """422 above the cap, and how to narrow."""
    says = (
        f"筛选结果超过一次导出的上限 {limit():,} 行，没有生成文件。"
        "请返回上一页，按责任单位、梯队层级或认定方向缩小范围，分几次导出。"
    )
    return error_page(422, says)


def too_often(seconds: float) -> HttpResponse:
    """429, and when to come back."""
    response = error_page(429, f"导出太频繁，请 {int(seconds // 60) + 1} 分钟后再试。")
    response["Retry-After"] = str(int(seconds) + 1)
    return response
