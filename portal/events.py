"""What happened lately, as the firm would say it; acts inside the bureau stay inside."""

import datetime
from dataclasses import dataclass
from typing import Any, Final

from accounts.models import AuditEvent
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY

SHOWN: Final = 8
WORDS: Final = {
    "figures.state": "数据已提交，待科技部门采纳",
    "figures.accept": "数据已采纳",
    "figures.decline": "数据未采纳",
    "material.hand_in": "材料{kind}已登记上交，待核收",
    "material.accept": "材料{kind}已核收",
    "candidacy.open": "已纳入后备",
    "candidacy.coach": "开始辅导",
    "candidacy.prepare": "进入材料准备",
    "candidacy.file": "申报已提交",
    "candidacy.recommend": "已获推荐，等待评审",
    "candidacy.publicise": "进入公示",
    "candidacy.recognise": "认定结果已公布",
    "candidacy.give_back": "材料需要补正",
    "candidacy.reject": "本批次未通过",
    "candidacy.withdraw": "申报已撤回",
    "title.record": "资格已登记",
    "ladder.climb": "成长阶梯上升一步",
    "ladder.slip": "成长阶梯有变动，请核对资格有效期",
    "officer.assign": "联系人有变动",
    "institution.register": "研发机构已登记",
    "institution.check": "研发机构六有已现场核查",
    "institution.complete": "研发机构六有已达标",
    "institution.recognise": "研发机构已认定",
    "institution.record": "研发机构认定已登记",
}


@dataclass(frozen=True)
class Event:
    """One line: the day, what happened, and the reason if one was given to the firm."""

    on: datetime.datetime
    says: str
    reason: str = ""


def recent(enterprise: Enterprise) -> list[Event]:
    """The latest events of a firm that concern the firm."""
    found = AuditEvent.objects.filter(enterprise_id=enterprise.pk, what__in=WORDS).order_by("-pk")[:SHOWN]
    return [Event(event.recorded_at, in_words(event), told_reason(event)) for event in found]


def in_words(event: AuditEvent) -> str:
    """What happened; with the year, the track or the paper where the event knows it."""
    known: dict[str, Any] = event.after if isinstance(event.after, dict) else {}
    paper = str(known.get("kind", "")) if event.what.startswith("material.") else ""
    if paper:
        return WORDS[event.what].format(kind=f"“{paper}”")
    year = f"{known['year']} 年" if known.get("year") else ""
    track = TRACK_BY_KEY.get(str(known.get("track", "")))
    return f"{year}{WORDS[event.what]}" + (f"（{track.label}）" if track else "")


def told_reason(event: AuditEvent) -> str:
    """Reasons are told where the firm must do something about them."""
    return event.reason if event.what in {"figures.decline", "candidacy.give_back", "candidacy.reject"} else ""
