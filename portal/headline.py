"""The one sentence with which a firm is greeted: what is still missing, said honestly."""

import datetime
from dataclasses import dataclass

from enterprises import deadlines
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.models import Title
from pipeline.models.candidacy import ENTERPRISE_LABELS, State

UNDER_WAY = {State.FILED, State.RECOMMENDED, State.PUBLICISED}
SOON = 180  # days


@dataclass(frozen=True)
class Tally:
    """How many conditions are unmet, unknown or others' to settle, and how many papers are not handed in."""

    unmet: int = 0
    unknown: int = 0
    others: int = 0
    papers: int = 0


def headline(track: str, tally: Tally, *, stage: str = "") -> str:
    """Where the firm stands on its way to ``track``; ``stage`` is the state of its open case, if it has one."""
    name = f"“{TRACK_BY_KEY[track].label}”"
    if stage in UNDER_WAY:
        return f"{name}申报：{ENTERPRISE_LABELS[State(stage)]}"
    papers = f"{tally.papers} 份材料" if tally.papers else ""
    if tally.unmet:
        short = "、".join(part for part in (f"{tally.unmet} 项条件", papers) if part)
        unknown = f"，另有 {tally.unknown} 项待补报数据" if tally.unknown else ""
        return f"距{name}申报，还差 {short}{unknown}"
    if tally.unknown:
        return f"距{name}申报，尚有 {tally.unknown} 项条件未知，请先补报数据"
    if tally.others:
        short = f"，还差 {papers}" if papers else ""
        return f"{name}的数据条件已具备{short}，{tally.others} 项由科技部门核定"
    return f"{name}申报条件已具备，还差 {papers}" if papers else f"{name}申报条件已具备"


def holding(title: Title, on: datetime.date) -> str:
    """The sentence for a firm that holds the title it asks about."""
    name = f"“{TRACK_BY_KEY[title.track].label}”"
    if title.valid_until is None:
        return f"您已取得{name}资格"
    until = f"{title.valid_until.year}年{title.valid_until.month}月{title.valid_until.day}日"
    then = "，请着手准备下一次申报" if deadlines.is_within(title.valid_until, on, SOON) else ""
    return f"您的{name}资格有效期至{until}{then}"
