"""`manage.py judge_firm FIRM TRACK [--on DATE] --as USER [--json]`: judge a registered firm as of a day."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain.as_of import Comparison, compare
from pipeline.domain.checklists import Checklist
from pipeline.rules.choose import Choice, NoEdition
from pipeline.rules.report import OUTCOMES, VERDICTS, as_object
from pipeline.rules.report import checklist as report


class Command(BaseCommand):
    """Judge a firm of the register as of a day, and say what differs from today."""

    help = "按某一日所知的事实和当日施行的规则，评估登记库中的一家企业，并说明与今天的不同。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which firm, for what, as of when, on whose behalf."""
        parser.add_argument("firm", help="统一社会信用代码，或企业全称")
        parser.add_argument("track", choices=TRACK_BY_KEY, help="认定方向")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="评估日，如 2026-05-01；默认今天")
        parser.add_argument("--as", dest="username", required=True, help="以谁的名义和辖区查看（登录名）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options: Any) -> None:
        """Compare and write."""
        today = timezone.localdate()
        on = options["on"] or today
        if on > today:
            raise CommandError("评估日不能晚于今天：以后的事实还不知道")
        firm = firm_of(options["firm"], options["username"])
        try:
            found = compare(enterprise=firm, track=options["track"], on=on, today=today)
        except NoEdition as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(found) if options["json"] else "\n".join(lines(firm, found)))


def firm_of(asked: str, username: str) -> Enterprise:
    """The firm in sight of that person, by its code or its name."""
    user = User.objects.filter(username=username.casefold(), is_active=True).first()
    if user is None:
        raise CommandError(f"没有登录名为“{username}”的启用账号")
    seen = Enterprise.objects.visible_to(user).filter(deregistered_on=None)
    firms = list(seen.filter(uscc=asked)[:2]) or list(seen.filter(name=asked)[:2])
    if len(firms) != 1:
        raise CommandError(f"有多家企业叫“{asked}”，请用信用代码" if firms else f"辖区内没有企业“{asked}”")
    return firms[0]


def lines(firm: Enterprise, found: Comparison) -> list[str]:
    """The checklist of the day, then what differs today."""
    then, now = found.then, found.now
    row = {"verdict": then.verdict, "score_low": then.score_low, "score_high": then.score_high}
    said = [report(Choice(then.rules, then.why), firm.name, row, then.findings)]
    if now is None:
        return [*said, "今天没有施行中的规则版本，不能比较。"]
    said.append(f"今天（{now.judged_on}）：{VERDICTS[now.verdict]}，适用“{now.edition.title}”")
    said += [f"  {one.label}：当时 {text(one.then)}，现在 {text(one.now)}" for one in found.facts]
    for one in found.turned:
        words = [OUTCOMES[side.outcome] if side else "没有这一条件" for side in (one.then, one.now)]
        causes = [cause for cause, holds in (("事实", one.by_facts), ("规则或日期", one.by_day)) if holds]
        said.append(f"  条件 {one.finding.key}：当时{words[0]}，现在{words[1]}（因{'、'.join(causes)}）")
    return said


def text(value: Any) -> str:
    """A value in words."""
    return "未知" if value is None else str(value)


def as_json(found: Comparison) -> str:
    """Both answers and what differs."""
    content = {
        "then": side(found.then),
        "now": side(found.now) if found.now else None,
        "facts": [{"label": one.label, "then": one.then, "now": one.now} for one in found.facts],
        "turned": [{"key": one.finding.key, "by_facts": one.by_facts, "by_day": one.by_day} for one in found.turned],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=str)


def side(checked: Checklist) -> dict[str, Any]:
    """One answer."""
    return {
        "on": checked.judged_on,
        "edition": checked.edition.digest,
        "why_edition": checked.why,
        "verdict": checked.verdict,
        "score": {"low": checked.score_low, "high": checked.score_high},
        "findings": [as_object(finding) for finding in checked.findings],
    }
