"""The register of documents, and what in force still cites one that has expired (失效文件检查)."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises.vocabulary import RULED_BY_KEY
from pipeline import seeds
from pipeline.domain import access, editions
from pipeline.models import Document, Edition
from pipeline.rules.choose import KINDS
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.edition import walk_gates
from pipeline.rules.schema import Source


@dataclass(frozen=True)
class Orphan:
    """A citation of a document that has expired: in the edition itself (no key) or in one of its conditions."""

    edition: Edition
    key: str
    says: str
    document: Document

    @property
    def words(self) -> str:
        """In one sentence."""
        where = f"条件 {self.key}（{self.says}）" if self.key else "所依据的文件"
        last = f"{self.document.effective_to:%Y年%-m月%-d日}" if self.document.effective_to else ""
        instead = f"，已由 {self.document.replaced_by} 替代" if self.document.replaced_by else ""
        return f"{where}引用的 {self.document} 只到{last}有效{instead}"


@transaction.atomic
def load_seeds() -> int:
    """Enter the documents that come with the product and are not in the register; what the bureau entered stays."""
    known = set(Document.objects.values_list("number", flat=True))
    new = [row for row in seeds.documents() if row["number"] not in known]
    for row in new:
        Document.objects.create(**{name: value for name, value in row.items() if name != "replaced_by"})
    for row in new:
        if "replaced_by" in row:
            after = Document.objects.get(number=row["replaced_by"])
            Document.objects.filter(number=row["number"]).update(replaced_by=after)
    return len(new)


def orphans(on: datetime.date) -> list[Orphan]:
    """Every citation of an expired document in an edition that judges on that day."""
    rows = Edition.objects.standing(on).filter(effective_from__lte=on).exclude(effective_to__lt=on)
    expired = expired_on(on)
    return [orphan for row in rows for orphan in orphans_of(row, editions.parsed(row.content), expired)]


def expired_on(on: datetime.date) -> list[Document]:
    """The documents whose last day has passed."""
    return list(Document.objects.filter(effective_to__lt=on).select_related("replaced_by"))


def orphans_of(row: Edition, rules: Rules, expired: Sequence[Document]) -> Iterator[Orphan]:
    """What in one edition cites one of these documents, though the document is not kept for what it judges."""
    gone = [document for document in expired if not kept_for(document, rules)]
    for key, says, text in citations(rules):
        yield from (Orphan(row, key, says, document) for document in gone if document.named_in(text))


def kept_for(document: Document, rules: Rules) -> bool:
    """Whether the expired document is still used for every kind of action the edition judges."""
    if rules.track in document.still_for:
        return True
    return all(f"{rules.track}:{kind}" in document.still_for for kind in rules.applies_to)


def citations(rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Key, wording and text of everything in an edition that may name a document."""
    yield "", "", rules.document
    parts: list[tuple[str, Source]] = list(walk_gates(rules))
    for block in rules.score.blocks if rules.score else ():
        parts.append((block.key, block))
    parts += [(item.key, item) for item in (rules.score.items() if rules.score else ())]
    for key, source in parts:
        yield key, source.says, " ".join((source.says, source.clause or "", source.quotation or ""))


def against_citations(row: Edition, rules: Rules, on: datetime.date) -> list[Reason]:
    """Reasons against publishing: documents cited that will have expired when the edition takes effect."""
    found = orphans_of(row, rules, expired_on(on))
    return [Reason("document", f"引用了失效文件：{orphan.words}", who="bureau") for orphan in found]


def against_keeping(by: User) -> list[Reason]:
    """The register is the city's officers'."""
    reasons = access.against_right(by)
    if not reasons and by.role != Role.CITY:
        reasons.append(Reason("right", "政策文件由市级经办人登记", who="bureau"))
    return reasons


@transaction.atomic
def save(document: Document, *, by: User, on: datetime.date) -> Document:
    """Enter or correct a document; who did so is kept."""
    if reasons := against_keeping(by):
        raise StepRefused(reasons)
    before = described(Document.objects.get(pk=document.pk)) if document.pk else None
    document.save()
    audit.record("document.save", document, by=by, before=before, after=described(document), on=on)
    return document


def described(document: Document) -> dict[str, Any]:
    """A document as the audit trail keeps it."""
    return {
        "number": document.number,
        "title": document.title,
        "effective_from": str(document.effective_from or ""),
        "effective_to": str(document.effective_to or ""),
        "replaced_by": str(document.replaced_by or ""),
        "still_for": [*document.still_for],
    }


def kept_words(document: Document) -> list[str]:
    """For what an expired document is still used, in words."""
    return [still_words(each) for each in document.still_for]


def still_words(kept: str) -> str:
    """A track, or a kind of action on it."""
    track, _, kind = kept.partition(":")
    label = RULED_BY_KEY[track].label if track in RULED_BY_KEY else track
    return f"{label}{KINDS[kind]}" if kind in KINDS else label
