"""Receipts: an assessment somebody relied upon, frozen with facts, edition hash and findings."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from enterprises.models import Enterprise
from pipeline.domain.checklists import Checklist
from pipeline.facts.register import SCHEMAS
from pipeline.models import Receipt


def freeze(checked: Checklist, *, enterprise: Enterprise, purpose: str) -> Receipt:
    """Keep this checklist as it is now; its digest is the sha256 of everything it says."""
    content = said(checked, enterprise)
    return Receipt.objects.create(
        enterprise=enterprise,
        track=checked.track,
        kind=checked.kind,
        edition=checked.edition,
        judged_on=checked.judged_on,
        verdict=checked.verdict,
        facts=content["facts"],
        findings=content["findings"],
        digest=digest(content),
        purpose=purpose,
    )


def digest_of(checked: Checklist, *, enterprise: Enterprise) -> str:
    """The digest a receipt of this checklist would have."""
    return digest(said(checked, enterprise))


def said(checked: Checklist, enterprise: Enterprise) -> dict[str, Any]:
    """Everything a checklist says of a firm."""
    return {
        "enterprise": enterprise.pk,
        "track": checked.track,
        "kind": checked.kind,
        "edition": checked.edition.digest,
        "judged_on": str(checked.judged_on),
        "verdict": checked.verdict,
        "score": [checked.score_low, checked.score_high],
        "facts": facts(checked),
        "findings": plain([asdict(finding) for finding in checked.findings]),
    }


def facts(checked: Checklist) -> dict[str, Any]:
    """The register the checklist was made from, and the score, as plain JSON."""
    frames = {name: plain(checked.register.rows_of(name).to_dicts()) for name in SCHEMAS}
    return {**frames, "score": [checked.score_low, checked.score_high], "edition": checked.edition.digest}


def plain(value: Any) -> Any:
    """The value as JSON keeps it: days and decimals as text."""
    return json.loads(json.dumps(value, default=str, ensure_ascii=False))


def digest(content: Any) -> str:
    """The sha256 of a canonical JSON text."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
