"""Guards of the research institution: each returns its reasons against a step; empty means go.

The door (``enterprises.domain.institutions``) gives the institution at hand ``on`` (the day) and ``given``
(``StepGiven``); what was found of its 六有 stands on the row.
"""

from typing import TYPE_CHECKING

from accounts.machine import Reason
from enterprises import deadlines, six_haves

if TYPE_CHECKING:
    from enterprises.models.institution import ResearchInstitution

RECOGNISED_ABOVE = ("国家", "省部", "市")


def day_given(institution: "ResearchInstitution") -> list[Reason]:
    """The step names its day, which has come and lies after the days before it."""
    day = institution.given.day
    if day is None:
        return [Reason("day", "请填写日期", who="bureau")]
    if day > institution.on:
        return [Reason("day", "日期晚于办理之日，请核对", actual=str(day), who="bureau")]
    begun = institution.recognised_on or institution.established_on
    if begun and day < begun:
        return [
            Reason("day", "日期早于组建或认定之日，请核对", actual=str(day), required=f"{begun} 以后", who="bureau")
        ]
    return []


def six_found(institution: "ResearchInstitution") -> list[Reason]:
    """The last check of each of the six found it, with evidence and checker, and none is due again."""
    reasons = [against_item(institution, item) for item in six_haves.ITEMS if item.key not in institution.haves]
    if deadlines.is_past(institution.recheck_on, institution.on):
        reasons.append(
            Reason("recheck", "六有复查已逾期，请先复查", f"应于 {institution.recheck_on} 前复查", who="bureau")
        )
    return reasons


def against_item(institution: "ResearchInstitution", item: six_haves.Item) -> Reason:
    """Why one of the six stands against it, and who can mend it."""
    if item.key in institution.lacks:
        return Reason(f"six.{item.key}", f"没有{item.label}", "无", "有，并有依据", "1 项", who="enterprise")
    return Reason(f"six.{item.key}", f"{item.label}尚未核查", "未核", "有，并有依据", "待核 1 项", who="bureau")


def recognition_given(institution: "ResearchInstitution") -> list[Reason]:
    """A recognition names its level, day and document; the day has come, and the last day is not before it."""
    given = institution.given
    parts = (("级别", institution.level), ("认定日期", given.day), ("文号或文件", given.document.strip()))
    missing = [label for label, value in parts if not value]
    if missing:
        return [Reason("recognition", f"请填写{'、'.join(missing)}", who="bureau")]
    if given.day and given.day > institution.on:
        return [Reason("recognition", "认定日期晚于办理之日，请核对", actual=str(given.day), who="bureau")]
    if given.day and given.valid_until and given.valid_until < given.day:
        return [Reason("recognition", "有效期早于认定日期，请核对", actual=str(given.valid_until), who="bureau")]
    return []


def recognised_above(institution: "ResearchInstitution") -> list[Reason]:
    """Only what a city, province or ministry recognised may go past our own 六有 check."""
    if institution.level in RECOGNISED_ABOVE:
        return []
    return [
        Reason(
            "level", "县级和自建机构没有上级认定，须六有达标后认定",
            institution.level, "国家、省部、市级", who="bureau",
        )
    ]  # fmt: skip


def reason_given(institution: "ResearchInstitution") -> list[Reason]:
    """An institution that goes back or ends says why."""
    if institution.given.reason.strip():
        return []
    return [Reason("reason", "请填写理由", who="bureau")]
