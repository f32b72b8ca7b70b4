"""The sentence a firm is greeted with says what is missing, and never more than is known."""

import datetime

import pytest

from pipeline.models import Title
from pipeline.models.candidacy import State
from portal.headline import Tally, headline, holding

ON = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (Tally(unmet=1, papers=1), "距“高新技术企业”申报，还差 1 项条件、1 份材料"),
        (Tally(unmet=2), "距“高新技术企业”申报，还差 2 项条件"),
        (Tally(unmet=1, unknown=3), "距“高新技术企业”申报，还差 1 项条件，另有 3 项待补报数据"),
        (Tally(unknown=2, papers=1), "距“高新技术企业”申报，尚有 2 项条件未知，请先补报数据"),
        (Tally(papers=2), "“高新技术企业”申报条件已具备，还差 2 份材料"),
        (Tally(others=2), "“高新技术企业”的数据条件已具备，2 项由科技部门核定"),
        (Tally(others=2, papers=1), "“高新技术企业”的数据条件已具备，还差 1 份材料，2 项由科技部门核定"),
        (Tally(), "“高新技术企业”申报条件已具备"),
    ],
)
def test_what_is_missing_is_counted(tally: Tally, says: str):
    assert headline("hnte", tally) == says


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (State.FILED, "“高新技术企业”申报：已提交，等待推荐"),
        (State.RECOMMENDED, "“高新技术企业”申报：已推荐，等待评审"),
        (State.PUBLICISED, "“高新技术企业”申报：公示中"),
    ],
)
def test_once_filed_the_stage_is_said(stage: State, says: str):
    assert headline("hnte", Tally(unmet=1), stage=stage) == says


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (datetime.date(2028, 10, 31), "您的“高新技术企业”资格有效期至2028年10月31日"),
        (datetime.date(2027, 5, 21), "您的“高新技术企业”资格有效期至2027年5月21日，请着手准备下一次申报"),
        (None, "您已取得“高新技术企业”资格"),
    ],
)
def test_a_title_in_force_is_said_with_its_end(until: datetime.date | None, says: str):
    assert holding(Title(track="hnte", valid_until=until), ON) == says
