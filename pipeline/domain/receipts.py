"""Receipts: an assessment somebody relied upon, frozen with facts, edition hash and findings."""

from typing import Any

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.domain.checklists import Checklist
from pipeline.models import Receipt
from pipeline.rules import replay


def freeze(checked: Checklist, *, enterprise: Enterprise, purpose: str, by: User) -> Receipt:
    """Keep this checklist as it is now; its digest is the sha256 of everything it says."""
    text = replay.canonical(said(checked, enterprise))
    return Receipt.objects.create(
        enterprise=enterprise,
        track=checked.track,
        kind=checked.kind,
        edition=checked.edition,
        judged_on=checked.judged_on,
        verdict=checked.verdict,
        content=text,
        digest=replay.digest(text),
        purpose=purpose,
        by=by,
    )


def digest_of(checked: Checklist, *, enterprise: Enterprise) -> str:
    """The digest a receipt of this checklist would have."""
    return replay.digest(replay.canonical(said(checked, enterprise)))


def said(checked: Checklist, enterprise: Enterprise) -> dict[str, Any]:
    """Everything a checklist says of a firm."""
    return replay.content(
        enterprise={"id": enterprise.pk, "name": enterprise.name, "uscc": enterprise.uscc},
        kind=checked.kind,
        rules=checked.rules,
        register=checked.register,
        on=checked.judged_on,
        verdict=checked.verdict,
        score=(checked.score_low, checked.score_high),
        found=checked.findings,
    )


def document(receipt: Receipt) -> dict[str, Any]:
    """A receipt as a file that proves itself: content, digest and the text of its edition."""
    return {
        "number": receipt.pk,
        "purpose": receipt.purpose,
        "issued_at": receipt.created_at.isoformat(),
        "digest": receipt.digest,
        "content": receipt.said,
        "edition": receipt.edition.content,
    }


def problems(receipt: Receipt) -> list[str]:
    """What does not agree in a receipt of the register: its bytes, its row, its edition, its replay."""
    content = receipt.said
    row = {
        "track": receipt.track,
        "kind": receipt.kind,
        "edition": receipt.edition.digest,
        "judged_on": str(receipt.judged_on),
        "verdict": receipt.verdict,
    }
    found = [f"登记的 {name} 与凭证内容不同" for name, value in row.items() if content.get(name) != value]
    if replay.canonical(content) != receipt.content:
        found.append("凭证内容不是规范写法，字节被改动过")
    return found + replay.problems(content, kept_digest=receipt.digest, edition=receipt.edition.content)
