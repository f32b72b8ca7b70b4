"""What the product and the reference found of one firm, in one form, so that they can be held side by side."""

from datetime import date
from typing import Any

from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.explain import outcome
from tests.policies.reference import EXPERT, MANUAL, Judge
from tests.policies.reference_firm import Firm


def by_product(edition: Edition, row: dict[str, Any]) -> dict[str, Any]:
    """What the product found out about one firm."""
    items = edition.score.items() if edition.score else ()
    return {
        "verdict": row["verdict"],
        "score": (row["score_low"], row["score_high"]),
        "counts": (row["n_unmet"], row["n_unknown"], row["n_manual"], row["n_na"]),
        "expert_open": row["expert_open"],
        "outcomes": {key: outcome(row, key) for key, _ in walk_gates(edition)},
        "items": {item.key: (row[f"i.{item.key}.low"], row[f"i.{item.key}.high"]) for item in items},
    }


def by_reference(edition: Edition, firm: Firm, on: date) -> dict[str, Any]:
    """What the reference found out about the same firm."""
    judge = Judge(edition, firm, on)
    words = {True: "met", False: "unmet"}
    reasons = [why for _, why in judge.gates.values() if why]
    return {
        "verdict": judge.verdict,
        "score": (judge.total.low, judge.total.high) if edition.score else (None, None),
        "counts": (judge.unmet, judge.count("unknown"), judge.count(EXPERT, MANUAL), judge.count("not_applicable")),
        "expert_open": bool(reasons) and set(reasons) == {EXPERT},
        "outcomes": {
            key: words[ok] if ok is not None else str(why).replace("expert", "manual")
            for key, (ok, why) in judge.outcomes.items()
        },
        "items": {key: (points.low, points.high) for key, points in judge.items.items()},
    }
