"""梯队对照, and the history of a firm on its page."""

import datetime
import re

import pytest

from accounts.models import User
from console.rules.ladders import state
from enterprises.models import Enterprise
from pipeline.domain import ladder
from pipeline.models import Ladder
from tests.console.visit import as_, text
from tests.factories import TitleFactory

pytestmark = pytest.mark.usefixtures("reference_data")
DAYS = ("2026-03-31", "2025-07-09", "2024-01-22")
TURN = datetime.date(2026, 4, 1)


@pytest.mark.feature(9, partial="a firm's history")
def test_ladders_stand_side_by_side_with_their_rungs_documents_and_days(officer: User) -> None:
    """Several municipal ladders and the national cut of 2026 side by side, with their days."""
    answer = as_(officer).get("/rules/ladders/")
    slugs = [column.ladder.slug for column in answer.context["columns"]]
    cells = {row.track.key: [rung and rung.order for _, rung in row.cells] for row in answer.context["rows"]}

    assert slugs == ["daye", "jingzhou", "mission", "national-2022", "national-2026", "suizhou"]
    assert cells["tsme"] == [1, 1, 1, None, 1, 1]
    assert cells["isme"] == [None, None, None, 1, 1, None]
    assert cells["srdi"] == [3, None, 3, 2, 2, None]
    assert "moose" in cells
    assert "制造业单项冠军（国家）" in answer.context["without"]
    page = text(answer)
    for said in (
        "科技和创新型中小企业",
        "工信部企业〔2026〕2号",
        "2026-04-01",
        "2026-03-31",
        "随经信发〔2025〕1号",
        "2025-07-09",
    ):
        assert said in page
    assert [column.says for column in answer.context["columns"]] == [
        "施行日期待核实",
        "施行日期待核实",
        "施行日期待核实",
        "已废止",
        "施行中",
        "施行日期待核实",
    ]
    assert [column.is_ours for column in answer.context["columns"]] == [False, False, True, False, False, False]


def test_a_text_to_come_says_so() -> None:
    text_to_come = Ladder.objects.get(slug="national-2026")

    assert state(text_to_come, TURN - datetime.timedelta(1)) == ("未施行", "")
    assert state(text_to_come, TURN) == ("施行中", "ok")


def test_without_ladders_the_page_says_how_to_load_them(officer: User, reference_data: object) -> None:
    reference_data.delete()  # type: ignore[attr-defined]
    Ladder.objects.all().delete()

    assert "还没有载入梯队" in text(as_(officer).get("/rules/ladders/"))


@pytest.mark.feature(9, partial="the page of several ladders")
def test_a_firms_page_tells_its_rungs_by_the_ladder_in_force_then(officer: User, enterprise: Enterprise) -> None:
    """A firm's history shown on the ladder in force then."""
    issued = datetime.date(2025, 5, 6)
    TitleFactory(enterprise=enterprise, track="isme", issued_on=issued, valid_until=None)
    ladder.choose(slug="national-2026", by=officer, on=TURN)

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    rows = [re.sub("<[^>]*>", "|", row) for row in page.split("<tr>") if "2025-05-06至" in row or "2026-04-01至" in row]
    cells = [[cell for cell in row.split("|") if cell][:5] for row in rows]
    assert "层级变化（2段）" in page
    assert cells[0][:4] == ["2026-04-01至今", "科技和创新型中小企业", "创新型", "优质中小企业梯度（2号）"]
    before = ["2025-05-06至2026-03-31", "创新型中小企业", "创新型", "优质中小企业梯度（63号）"]
    assert cells[1][:4] == before


def test_a_history_by_an_undated_ladder_says_that_its_first_day_is_not_known(
    officer: User, enterprise: Enterprise
) -> None:
    TitleFactory(enterprise=enterprise, valid_until=None)

    assert '科技企业五级梯队<smallclass="muted">起始日待核实' in text(
        as_(officer).get(f"/enterprises/{enterprise.pk}/")
    )


def test_a_firm_without_titles_has_no_history(officer: User, enterprise: Enterprise) -> None:
    assert "层级变化" not in text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))


def test_settings_offer_the_texts_of_today_only(officer: User) -> None:
    form = as_(officer).get("/setup/").context["form"]

    offered = set(form.fields["ladder"].queryset.values_list("slug", flat=True))
    assert offered == {"daye", "jingzhou", "mission", "national-2026", "suizhou"}
    assert form.initial["ladder"] == "mission"
