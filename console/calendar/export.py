"""时限日历 as a workbook: the lines its list shows under the same address."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from console.calendar.entries import Entry
from console.calendar.views import Agenda, CalendarForm, asked_for
from console.errors import error_page
from console.exports.writer import Column, workbook_response
from enterprises.vocabulary import TRACK_BY_KEY

COLUMNS: Final = (
    Column("日期", kind="date"),
    Column("类别"),
    Column("认定方向"),
    Column("事项"),
    Column("企业数", unit="家", kind="count"),
    Column("核实情况"),
    Column("剩余工作日", unit="个", kind="count"),
    Column("放假前最后工作日", kind="date"),
    Column("说明"),
)
PARTS: Final = ("已逾期", "当月", "未定日期")


@require_GET
def calendar_export(request: HttpRequest) -> HttpResponse:
    """The overdue, the month by day and the undated; a filter that makes no sense exports nothing and says why."""
    shown = asked_for(request)
    if shown.form.errors:
        return error_page(422, "；".join(str(errors[0]) for errors in shown.form.errors.values()))
    lines = [*lines_of(shown)]
    return workbook_response(
        request,
        what="calendar_list",
        title="时限日历",
        columns=COLUMNS,
        rows=lines,
        filters="；".join(filter(None, [asked(shown.form, f"{shown.month.first:%Y年%-m月}"), shown.month.notice])),
        count=len(lines),
    )


def asked(form: CalendarForm, month: str) -> str:
    """The filters in words."""
    chosen = [(form[name].label, form.chosen(name)) for name in ("unit", "track", "level")]
    choices = {**dict(form.fields["track"].choices), **dict(form.fields["level"].choices)}  # type: ignore[attr-defined]
    return "；".join([f"月份：{month}", *(f"{label}：{choices.get(value, value)}" for label, value in chosen if value)])


def lines_of(shown: Agenda) -> Iterator[Sequence[Any]]:
    """One row an entry, in the order of the page."""
    overdue, in_month, undated = PARTS
    for entry in shown.late:
        yield line_of(entry, overdue)
    for day in shown.month.days:
        for entry in day.entries:
            yield line_of(entry, overdue if entry.late and entry.count else in_month)
    for entry in [*shown.undated, *shown.unannounced]:
        yield line_of(entry, undated)


def line_of(entry: Entry, part: str) -> Sequence[Any]:
    """What the list says of an entry."""
    track = TRACK_BY_KEY.get(entry.track)
    has_day_to_verify = entry.count is None or part != PARTS[-1]
    return (
        entry.day,
        part,
        track.label if track else None,
        entry.label,
        entry.count,
        ("已核实" if entry.confirmed else "待核实") if has_day_to_verify else None,
        entry.left if entry.day and not entry.late else None,
        entry.act_by,
        entry.hint or None,
    )
