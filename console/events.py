"""Audit events in words, for the timeline and for the page that names a winner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.models import AuditEvent
from console.firms.units import UNITS, amount
from enterprises import six_haves
from enterprises.domain import institutions
from enterprises.models.institution import CheckState
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY
from pipeline.domain import drafts, ladder_history
from pipeline.domain.candidacies import STEPS

ACTS: Final = {
    "candidacy.open": "纳入储备",
    **{f"candidacy.{step}": label for step, label in STEPS.items()},
    "title.record": "登记资格",
    "title.open_review": "资格进入复核",
    "title.restore": "资格恢复正常",
    "title.suspend": "暂停资格",
    "title.revoke": "撤销资格",
    "ladder.climb": "梯队上升",
    "ladder.slip": "梯队下降",
    "ladder.transfer": "随梯队更换改列层级",
    "ladder.redate": "更正梯队起始日",
    "ladder.choose": "选定梯队",
    "figures.state": "企业填报年度指标",
    "figures.find": "核定年度指标",
    "figures.accept": "采纳企业填报",
    "figures.decline": "未采纳企业填报",
    "figures.withdraw": "企业重新填报，前次填报作废",
    "ruling.give": "人工判定",
    "material.hand_in": "登记材料",
    "material.accept": "核收材料",
    "material.withdraw": "作废材料",
    "ledger.upload": "上传台账",
    "ledger.apply": "导入台账",
    "ledger.firm": "导入台账",
    "ledger.undo": "撤回导入",
    "ledger.undo_firm": "撤回导入",
    "ledger.remove_firm": "撤回导入，移除企业",
    "ledger.map": "设定台账列对应",
    "ledger.forget": "删除台账列对应",
    "title.take_back": "随导入撤回资格登记",
    "figures.settle": "来源不一致，核定以谁为准",
    "list.upload": "上传公示名单",
    "list.rematch": "重新核对名单",
    "list.correct": "更正名单信息",
    "list.decide": "核定名单中的企业",
    "list.confirm": "逐行确认名单",
    "list.complete": "补填名单编号或日期",
    "list.apply": "办理公示名单",
    "title.renew": "复核通过，延续资格",
    "enterprise.found": "新建企业",
    "enterprise.code": "补全统一社会信用代码",
    "channel.make": "登记群机器人",
    "channel.switch": "启停群机器人",
    "feed.make": "建立日历订阅",
    "feed.revoke": "撤销日历订阅",
    "reminder.choose": "更改提醒设置",
    "reminder.stop": "退订每周提醒",
    "reminder.resume": "恢复每周提醒",
    "reminder.default": "设定单位的提醒默认",
    "reminder.default_end": "取消单位的提醒默认",
    "officer.assign": "指定责任人",
    "officer.hand_over": "移交企业",
    "candidacy.hand_over": "培育申报随企业移交",
    "pool.create": "建立后备库",
    "pool.define": "调整后备库",
    "pool.pin": "手工纳入或排除",
    "pool.unpin": "取消手工纳入或排除",
    "view.save": "保存视图",
    "view.change": "更改视图",
    "view.delete": "删除视图",
    "contact.create": "登记联络员",
    "institution.register": "登记研发机构",
    "institution.edit": "更改研发机构",
    "institution.check": "核查六有",
    "institution.confirm": "核对研发机构清单",
    **{f"institution.{step}": f"研发机构{label}" for step, label in institutions.STEPS.items()},
    "institution.grade.save": "保存研发机构种类",
    "scale.begin": "登记入规",
    "scale.end": "登记退规",
    "edition.start": "起草规则版本",
    "edition.change": "修改规则草稿",
    **{f"edition.{step}": f"规则{label}" for step, label in drafts.STEPS.items()},
    "document.save": "登记政策文件",
    "dossier.print": "打印一企一档",
    "receipt.export": "导出评估凭证",
    "receipt.mismatch": "评估凭证复算不一致",
    "obligation.waive": "免除应办事项",
    "obligation.acknowledge": "知悉应办事项",
    "plan.step.save": "保存准备步骤",
    "plan.step.remove": "删去准备步骤",
    "escalation.save": "保存逾期上报规则",
    "obligation.settle": "登记应办事项办结",
    "obligation.take_back": "撤回应办事项的免除或办结",
    "mail.send_again": "重发邮件",
    "mail.take_as_sent": "邮件认作已送达",
    "mail.try_now": "暂停发信后立即重试",
    "mail.address_right": "核实退信邮箱无误",
    "member.join": "关联企业账号",
    "member.leave": "解除企业账号",
    "user.create": "建立账号",
    "user.invite": "邀请用户",
    "user.invite_again": "再次邀请用户",
    "round.save": "保存申报批次",
    "material.requirement.save": "保存申报材料清单",
    "material.requirement.remove": "从申报材料清单删去",
    "yearly.save": "保存年度事项",
    "yearly.day": "保存年度截止日",
    "calendar.load": "载入放假安排",
    "price.save": "保存投入价目",
    "bureau.establish": "建立单位信息",
    "bureau.describe": "更改单位信息",
    "user.change": "更改用户",
    "user.deactivate": "停用账号",
    "user.reactivate": "重新启用账号",
    "user.password": "设置密码",
    "user.login": "登录",
    "user.login_failed": "登录失败",
    "user.logout": "退出登录",
    "user.reset_asked": "申请重设密码",
}

# The groups of acts, by the word before the dot
ROOMS: Final = {
    "candidacy": "培育申报",
    "title": "资格",
    "list": "公示名单",
    "ladder": "梯队",
    "figures": "年度指标",
    "ruling": "人工判定",
    "material": "材料",
    "institution": "研发机构",
    "scale": "规上",
    "enterprise": "企业",
    "officer": "责任人",
    "contact": "联络员",
    "dossier": "一企一档",
    "receipt": "评估凭证",
    "ledger": "台账导入",
    "obligation": "应办事项",
    "escalation": "逾期上报",
    "plan": "倒排计划",
    "mail": "提醒邮件",
    "round": "申报批次",
    "calendar": "工作日历",
    "yearly": "年度事项",
    "bureau": "单位信息",
    "member": "企业账号",
    "user": "用户账号",
    "export": "导出",
}


@dataclass(frozen=True)
class Line:
    """One act on the timeline."""

    event: AuditEvent
    says: str
    detail: str
    who: str


def act_in_words(event: AuditEvent) -> str:
    """What was done, as the bureau says it."""
    return "导出表格" if event.what.startswith("export.") else ACTS.get(event.what, event.what)


def line(event: AuditEvent) -> Line:
    """An act with what it changed and who did it; the clock's own acts are the system's."""
    return Line(event, act_in_words(event), detail(event), event.by.name if event.by else "系统")


def detail(event: AuditEvent) -> str:
    """What the act changed, in words; nothing where its name says it all."""
    room = event.what.partition(".")[0]
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    return DETAILS[room](before, after) if room in DETAILS else ""


Side = Mapping[str, Any]


def track_of(side: Side) -> str:
    """The track of an act."""
    track = TRACK_BY_KEY.get(side.get("track", ""))
    return track.label if track else ""


def of_case(before: Side, after: Side) -> str:
    """高新技术企业：拟申报 → 已申报."""
    states = [side.get("label", "") for side in (before, after) if side.get("label")]
    return f"{track_of(after)}：{' → '.join(states)}"


def of_title(before: Side, after: Side) -> str:
    """The recognition, its number and last day."""
    parts = [track_of(after), after.get("number", ""), f"至 {after['valid_until']}" if after.get("valid_until") else ""]
    return " ".join(part for part in parts if part)


def of_ladder(before: Side, after: Side) -> str:
    """From which rung to which, by their names on the bureau's ladder."""
    return f"{rung_name(before)} → {rung_name(after)}"


def rung_name(side: Side) -> str:
    """A rung's name; keys of a ladder that is gone stay as they are."""
    key = side.get("rung", "")
    return {rung.key: rung.name for rung in ladder_history.rungs_of_family()}.get(key, key) or "未入梯队"


def of_figures(before: Side, after: Side) -> str:
    """2025 年：研发费用（高企归集口径）1,200 → 1,500 万元."""
    old, new = before.get("figures") or {}, after.get("figures") or {}
    changes = "、".join(change(name, old.get(name), value) for name, value in new.items())
    return f"{after.get('year')} 年：{changes}"


def change(name: str, old: Any, new: Any) -> str:
    """One figure as it was and as it is."""
    figure = FIGURE_BY_NAME.get(name)
    if figure is None:
        return name
    was = f"{amount(old, figure.unit)} → " if old is not None else ""
    return f"{figure.label} {was}{amount(new, figure.unit)}{UNITS[figure.unit]}"


def of_ruling(before: Side, after: Side) -> str:
    """Which criterion, and the answer."""
    answer = {True: "符合", False: "不符合"}.get(after.get("value"), f"{after.get('points')} 分")  # type: ignore[arg-type]
    return f"{track_of(after)} {after.get('criterion', '')}：{answer}"


def of_material(before: Side, after: Side) -> str:
    """Which paper."""
    year = f"（{after['year']} 年）" if after.get("year") else ""
    return f"{after.get('kind', '')}{year}"


def of_export(before: Side, after: Side) -> str:
    """企业库 37 行（责任单位：东溪县），个人信息已遮盖."""
    people = "，个人信息已遮盖" if after.get("people") == "masked" else ""
    return f"{after.get('title', '')} {after.get('rows', 0)} 行（{after.get('filters', '')}）{people}"


def of_institution(before: Side, after: Side) -> str:
    """云泽研发中心：建设中 → 六有达标; of a check, what was found of each item."""
    if "name" in after:
        labels = list(dict.fromkeys(side["label"] for side in (before, after) if side.get("label")))
        return f"{after['name']}：{' → '.join(labels)}"
    found = [(item.label, after[item.key]) for item in six_haves.ITEMS if item.key in after]
    return "，".join(f"{label} {CheckState(state).label}" for label, state in found)


def of_scale(before: Side, after: Side) -> str:
    """规上工业 自 2026-11-01 至 2027-01-01."""
    until = f" 至 {after['to_on']}" if after.get("to_on") else ""
    return f"{after.get('kind', '')} 自 {after.get('from_on', '')}{until}"


def of_dossier(before: Side, after: Side) -> str:
    """评估凭证 12、13."""
    kept = "、".join(map(str, after.get("receipts") or ()))
    return f"评估凭证 {kept}" if kept else ""


def of_receipt(before: Side, after: Side) -> str:
    """What did not agree; of an export its number."""
    return "；".join(after.get("problems") or ()) or (f"凭证 {after['number']}" if "number" in after else "")


def of_obligation(before: Side, after: Side) -> str:
    """高新技术企业资格2026年12月31日到期：待办 → 已免除."""
    states = [side["label"] for side in (before, after) if side.get("label")]
    return f"{after.get('says', '')}：{' → '.join(states)}"


DETAILS: Final = {
    "obligation": of_obligation,
    "dossier": of_dossier,
    "receipt": of_receipt,
    "export": of_export,
    "candidacy": of_case,
    "title": of_title,
    "ladder": of_ladder,
    "figures": of_figures,
    "ruling": of_ruling,
    "material": of_material,
    "institution": of_institution,
    "scale": of_scale,
}
