"""Audit events in words, for the timeline and for the page that names a winner."""

from typing import Final

from accounts.models import AuditEvent
from pipeline.models.candidacy import State

STATES: Final = dict(State.choices)

ACTS: Final = {
    "candidacy.open": "建立培育申报",
    "candidacy.coach": "转入培育",
    "candidacy.prepare": "转入拟申报",
    "candidacy.file": "登记申报",
    "candidacy.recommend": "推荐上报",
    "candidacy.publicise": "进入公示",
    "candidacy.recognise": "登记认定",
    "candidacy.give_back": "退回补正",
    "candidacy.reject": "未通过",
    "candidacy.withdraw": "撤回",
    "title.record": "登记资格",
    "title.open_review": "资格进入复核",
    "title.restore": "资格恢复正常",
    "title.suspend": "暂停资格",
    "title.revoke": "撤销资格",
    "ladder.climb": "梯队上升",
    "ladder.slip": "梯队下降",
    "position.climb": "梯队上升",
    "position.slip": "梯队下降",
    "ladder.choose": "选定梯队",
    "figures.state": "填报年度指标",
    "figures.accept": "采纳年度指标",
    "figures.decline": "不采纳年度指标",
    "ruling.make": "人工判定",
    "ruling.record": "人工判定",
    "material.hand_in": "提交材料",
    "material.accept": "核收材料",
    "import.apply": "导入台账",
    "officer.assign": "指定责任人",
    "contact.create": "登记联络员",
    "user.invite": "邀请用户",
}


def act_in_words(event: AuditEvent) -> str:
    """What was done, as the bureau says it."""
    return ACTS.get(event.what, event.what)
