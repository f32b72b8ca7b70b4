"""A judgement as JSON for machines and as a checklist for readers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from enterprises.vocabulary import RULED_BY_KEY
from pipeline.rules.choose import Choice
from pipeline.rules.explain import Finding

VERDICTS: Final = {"eligible": "符合", "ineligible": "不符合", "undecided": "待定"}
OUTCOMES: Final = {
    "met": "符合",
    "unmet": "不符合",
    "unknown": "未知",
    "manual": "人工判断",
    "not_applicable": "不适用",
}
WHO: Final = {"enterprise": "企业", "bureau": "主管部门", "expert": "专家", "authority": "有关部门"}
COUNTS: Final = ("n_unmet", "n_unknown", "n_manual", "n_na")


def judgement(choice: Choice, name: str, row: Mapping[str, Any], found: Sequence[Finding]) -> dict[str, Any]:
    """One firm's judgement: gates in order with their parts inside, then score items, choices after their group."""
    return {
        "name": name,
        "track": choice.edition.track,
        "edition": choice.edition.id,
        "document": choice.edition.document,
        "why_edition": choice.why,
        "verdict": row["verdict"],
        "score": {"low": row["score_low"], "high": row["score_high"]},
        "counts": {count.removeprefix("n_"): row[count] for count in COUNTS},
        "wants": row["wants"],
        "findings": nested(found),
    }


def nested(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as objects, the parts of a condition inside it; score items stand side by side."""
    objects = {finding.key: as_object(finding) for finding in found}
    for finding in found:
        if finding.part_of is not None and finding.kind == "part":
            objects[finding.part_of].setdefault("parts", []).append(objects[finding.key])
    return [objects[finding.key] for finding in found if finding.kind != "part"]


def as_object(finding: Finding) -> dict[str, Any]:
    """One finding as an object."""
    content = asdict(finding)
    if finding.points is not None:
        content["points"] = dict(zip(("low", "high", "max"), finding.points, strict=True))
    return content


def checklist(choice: Choice, name: str, row: Mapping[str, Any], found: Sequence[Finding]) -> str:
    """One firm's judgement as a reader goes through it."""
    lines = [
        f"{name} · {RULED_BY_KEY[choice.edition.track].label}：{VERDICTS[row['verdict']]}",
        choice.why,
    ]
    if row["score_low"] is not None:
        low, high = row["score_low"], row["score_high"]
        lines.append(f"评分：{low}分" if low == high else f"评分：{low}至{high}分")
    depth = {finding.key: 0 for finding in found if finding.part_of is None}
    for finding in found:
        if finding.part_of is not None:
            depth[finding.key] = depth[finding.part_of] + 1
        lines.append("  " * depth[finding.key] + line(finding))
    return "\n".join(lines) + "\n"


def line(finding: Finding) -> str:
    """One line of the checklist."""
    parts = [f"[{OUTCOMES[finding.outcome]}] {finding.key} {finding.says}"]
    if finding.points is not None:
        low, high, most = finding.points
        parts.append(f"得{low}分（满分{most}分）" if low == high else f"得{low}至{high}分（满分{most}分）")
    if finding.actual_text:
        parts.append(f"现为 {finding.actual_text}，{finding.asks}")
    if finding.gap_text:
        parts.append(finding.gap_text)
    if finding.part_of is None and finding.kind == "gate":
        source = finding.clause or "条款待核实"
        doubt = "，待核实" if finding.confidence == "unconfirmed" else ""
        parts.append(f"{WHO.get(finding.who or '', '')}；{source}{doubt}")
    return "；".join(parts)
