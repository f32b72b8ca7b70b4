"""资格关系: the picture and the table say what the editions of the day ask for."""

import pytest
from django.utils import timezone

from accounts.models import User
from console.rules.graph import MARGIN, STEP, drawn, placed
from pipeline.models import Bureau
from pipeline.rules.graph import Edge
from tests.console.visit import as_, text

pytestmark = pytest.mark.django_db


def test_the_table_says_what_each_recognition_asks_on_the_day(reference_data: Bureau, officer: User):
    def asked(day: str, track: str) -> list[Edge]:
        rows = as_(officer).get(f"/rules/graph/?on={day}").context["rows"]
        return next(list(row.edges) for row in rows if row.edition.track == track)

    assert asked("2026-01-31", "etc_national") == [Edge("etc_national", "required", ("etc_hubei",))]
    assert asked("2026-02-01", "etc_national") == []
    assert asked("2026-02-01", "tsme") == [Edge("tsme", "way", ("hnte",))]


@pytest.mark.parametrize("day", ["", "?on=", "?on=2026-13-45", "?on=gestern"])
def test_a_day_that_is_none_is_today(reference_data: Bureau, officer: User, day: str):
    answer = as_(officer).get(f"/rules/graph/{day}")

    assert answer.status_code == 200
    assert answer.context["on"] == timezone.localdate()


def test_long_before_any_text_the_page_says_so(reference_data: Bureau, officer: User):
    page = text(as_(officer).get("/rules/graph/?on=1999-01-01"))

    assert "当日没有资格关系" in page
    assert "当日没有施行中的规则版本" in page


def test_queries_do_not_grow_with_the_editions(reference_data: Bureau, officer: User, django_assert_max_num_queries):
    client = as_(officer)
    with django_assert_max_num_queries(12):
        client.get("/rules/graph/")


def test_boxes_stand_a_column_a_step_and_every_title_has_its_line():
    found = [Edge("srdi", "one_of", ("isme", "tsme")), Edge("little_giant", "required", ("srdi",))]

    boxes = placed(found)

    assert {track: (box.x - MARGIN) // STEP for track, box in boxes.items()} == {
        "tsme": 0,
        "isme": 0,
        "srdi": 1,
        "little_giant": 2,
    }
    assert len({(box.x, box.y) for box in boxes.values()}) == 4
    lines = [line for edge in found for line in drawn(edge, boxes)]
    assert [(line.bond, line.says) for line in lines] == [
        ("one_of", "专精特新：任有其一 创新型"),
        ("one_of", "专精特新：任有其一 科小"),
        ("required", "小巨人：须先取得 专精特新"),
    ]
