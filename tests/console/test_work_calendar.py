"""工作日历 under 设置: the years, the notice looked at before it holds, and where a missing year is named."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from notifications.arrangements import statutory_days
from notifications.models import WorkCalendarDay
from notifications.workdays import load_calendar
from tests.console.visit import MORNING, as_, text
from tests.sheets import Sheet, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.feature(55, partial="loaded on a page, missing years named")]
ROWS = [(str(day), "放假", "节日") for day in sorted(statutory_days(2027))]
LINES = "\n".join(",".join(row) for row in ROWS)


@pytest.fixture(autouse=True)
def monday(db: None) -> Iterator[None]:
    load_calendar()
    with time_machine.travel(MORNING, tick=True):
        yield


def given(**more: Any) -> dict[str, Any]:
    return {"year": 2027, "document": "国办发明电〔2026〕0号", "text": LINES} | more


def test_the_page_names_the_year_that_is_missing(officer: User):
    page = text(as_(officer).get("/setup/calendar/"))

    assert "2027年放假安排尚未发布或尚未录入" in page
    assert "2026年放假安排尚未发布" not in page


def test_a_notice_is_looked_at_first_and_holds_only_when_confirmed(officer: User):
    client = as_(officer)

    preview = client.post("/setup/calendar/load/", given())
    before = WorkCalendarDay.objects.filter(day__year=2027).count()
    loaded = client.post("/setup/calendar/load/", given(act="load"), follow=True)

    assert (preview.status_code, before) == (200, 0)
    assert "读到13天" in text(preview)
    assert "2027年放假安排已载入，共13天" in text(loaded)
    assert "2027年放假安排尚未发布" not in text(loaded)


def test_what_is_wrong_is_said_by_line_and_loads_nothing(officer: User):
    answer = as_(officer).post("/setup/calendar/load/", given(text=LINES + "\n2027-02-30,放假,春节", act="load"))

    assert answer.status_code == 422
    assert "第14行：没有2027年2月30日这一天" in text(answer)
    assert not WorkCalendarDay.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_is_read_as_the_text_is(officer: User, ending: str):
    content = (
        workbook(Sheet("放假", [("日期", "安排", "节日"), *ROWS])) if ending == "xlsx" else LINES.encode("gb18030")
    )
    file = SimpleUploadedFile(f"放假.{ending}", content)

    answer = as_(officer).post("/setup/calendar/load/", given(text="", file=file))

    assert answer.status_code == 200, text(answer)
    assert "读到13天" in text(answer)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("放假.pdf", b"%PDF", "请上传.xlsx、.csv或.txt文件"),
        ("放假.xlsx", b"PK\x03\x04", ""),
        ("放假.csv", b"\0", "不是文本"),
    ],
)
def test_another_file_is_refused_at_the_field(officer: User, name: str, content: bytes, says: str):
    answer = as_(officer).post("/setup/calendar/load/", given(text="", file=SimpleUploadedFile(name, content)))

    assert answer.status_code == 422
    assert says in text(answer)
    assert answer.context["form"].errors["file"]
