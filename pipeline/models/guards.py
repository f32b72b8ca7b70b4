"""Guards of the candidacy: each returns its reasons against a step; empty means go.

The door (``pipeline.domain.candidacies``) hands a guard what it needs as attributes of the case at hand: ``on`` (the
day), ``judged_against`` (what the assessment made for this step says against it), ``materials_against``,
``standing_negatives``, ``given_reason``, ``certificate`` (what a recognition is recorded with).
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
    return list(candidacy.materials_against)


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
    """A recognition names its day, number and document, and the day has come."""
    given = candidacy.certificate
    if given is None:
        return [Reason("certificate", "请填写证书编号、认定日期和文号", who="bureau")]
    missing = [
        label
        for label, value in (("证书编号", given.number), ("认定日期", given.issued_on), ("文号", given.document))
        if not value
    ]
    if missing:
        return [Reason("certificate", f"请填写{'、'.join(missing)}", who="bureau")]
    if given.issued_on is not None and given.issued_on > candidacy.on:
        return [Reason("certificate", "认定日期晚于办理之日，请核对", actual=str(given.issued_on), who="bureau")]
    return []


def reason_given(candidacy: "Candidacy") -> list[Reason]:
    """A case that goes back, fails or ends says why."""
    if candidacy.given_reason.strip():
        return []
    return [Reason("reason", "请填写理由", who="bureau")]
