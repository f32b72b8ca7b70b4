"""Guards of the candidacy: each returns its reasons against a step; empty means go.

The door (``pipeline.domain.candidacies``) hands a guard what it needs as attributes of the case at hand: ``on`` (the
day), ``findings`` (the assessment made for this step), ``certificate`` (what a recognition is recorded with).
"""

from typing import TYPE_CHECKING

from accounts.machine import Reason

if TYPE_CHECKING:
    from pipeline.models.candidacy import Candidacy


def judged_fit(candidacy: "Candidacy") -> list[Reason]:
    """The assessment made for this filing is not ``ineligible``, and what it leaves open was ruled or is expert's."""
    return list(candidacy.judged_against)


def materials_complete(candidacy: "Candidacy") -> list[Reason]:
    """Every paper the track's filing needs was accepted and is valid on the day."""
    return [
        Reason("material", f"缺少申报材料：{kind}", gap="1 份材料", who="enterprise")
        for kind in candidacy.missing_materials
    ]


def window_open(candidacy: "Candidacy") -> list[Reason]:
    """The round of the case is chosen and open on the day."""
    if candidacy.round is None:
        return [Reason("round", "尚未选定申报批次", who="bureau")]
    if not candidacy.round.is_open(candidacy.on):
        return [Reason("round", f"“{candidacy.round}”不在申报时间内", required=candidacy.round.window, who="bureau")]
    return []


def no_present_dishonesty(candidacy: "Candidacy") -> list[Reason]:
    """No 经营异常 or 严重违法失信 stands on the day; it blocks recommendation, not viewing."""
    return [
        Reason("negative", f"存在未了结的{negative.kind}（{negative.from_on:%Y年%-m月%-d日}起）", who="enterprise")
        for negative in candidacy.standing_negatives
    ]


def certificate_given(candidacy: "Candidacy") -> list[Reason]:
    """A recognition names its day, number and document."""
    if candidacy.certificate is None:
        return [Reason("certificate", "请填写证书编号、认定日期和文号", who="bureau")]
    return []
