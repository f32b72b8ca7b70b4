"""One firm under two editions, each on a day on which it may judge; whatever is only a trial is marked as one."""

import datetime
from dataclasses import dataclass

from enterprises.models import Enterprise
from pipeline.domain import checklists, editions, registers
from pipeline.models import Edition
from pipeline.rules.choose import KINDS
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import Finding, findings
from pipeline.rules.report import VERDICTS

RANK = {"eligible": 2, "undecided": 1, "ineligible": 0}


@dataclass(frozen=True)
class Judged:
    """What one edition says of the firm on a day of its own; ``trial`` says why it is no judgement, else empty."""

    row: Edition
    rules: Rules
    on: datetime.date
    trial: str
    verdict: str
    score: tuple[int, int] | None
    findings: list[Finding]

    @property
    def words(self) -> str:
        """The verdict in the reader's words."""
        return VERDICTS[self.verdict]

    @property
    def unmet(self) -> int:
        """How many conditions are not met."""
        return sum(each.outcome == "unmet" and each.kind == "gate" for each in self.findings)

    @property
    def rank(self) -> tuple[int, int]:
        """Better is more."""
        return RANK[self.verdict], -self.unmet


def judged(enterprise: Enterprise, row: Edition, today: datetime.date) -> Judged:
    """The firm under one edition, on today or the day of its period next to it."""
    rules, on = editions.parsed(row.content), day_within(row, today)
    result = evaluate(rules, registers.load([enterprise.pk]), on).row(0, named=True)
    score = None if result["score_low"] is None else (result["score_low"], result["score_high"])
    trial = why_trial(enterprise, row, rules, on)
    return Judged(row, rules, on, trial, result["verdict"], score, findings(rules, result))


def day_within(row: Edition, today: datetime.date) -> datetime.date:
    """Today, or the nearest day of the edition's period."""
    on = max(today, row.effective_from)
    return min(on, row.effective_to) if row.effective_to else on


def why_trial(enterprise: Enterprise, row: Edition, rules: Rules, on: datetime.date) -> str:
    """Why this edition does not judge the firm on that day; empty where it does."""
    kind = checklists.kind_of(enterprise, row.track)
    if not Edition.objects.standing(on).filter(pk=row.pk).exists():
        return f"{row.get_status_display()}，尚不作为依据"
    if kind not in rules.applies_to:
        return f"该企业按{KINDS['review' if kind == 'review' else 'apply']}办理，本版本不用于此"
    chosen = editions.in_force(row.track, on, "review" if kind == "review" else "apply")
    return "" if chosen.row.pk == row.pk else f"这一天施行的是“{chosen.rules.title}”（{chosen.rules.document}）"


def better(old: Judged, new: Judged) -> str:
    """Which day is better to file, in one sentence."""
    sides = f"{said(old)}；{said(new)}。"
    if old.rank == new.rank:
        return f"{sides}结论和不符合的条数相同，哪一天申报没有差别。"
    best = max(old, new, key=lambda each: each.rank)
    doubt = f"（{best.trial}，仅供参考）" if best.trial else ""
    return f"{sides}{day(best.on)}按“{best.rules.document}”申报更有利{doubt}。"


def said(side: Judged) -> str:
    """One side in words."""
    unmet = f"，{side.unmet} 条不符合" if side.unmet else ""
    return f"{day(side.on)}按{side.rules.document}{side.words}{unmet}"


def day(on: datetime.date) -> str:
    """A day as it is read."""
    return f"{on:%Y年%-m月%-d日}"
