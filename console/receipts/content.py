"""What a receipt's page shows: its findings as they were frozen, where it was used, whether its replay agrees."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from accounts.models import AuditEvent
from console import events
from console.firms.conditions import CONFIDENCE, TONES
from enterprises.vocabulary import FIGURE_BY_NAME
from pipeline.domain import editions
from pipeline.models import Receipt, ReceiptCheck
from pipeline.models.assessment import Verdict
from pipeline.rules import outline

USED: Final = ("file", "recommend", "publicise", "recognise")
LISTS: Final = {
    "property": "知识产权",
    "honours": "荣誉",
    "institutions": "研发机构",
    "titles": "资格",
    "negatives": "负面信息",
    "rulings": "人工判定",
}
Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Use:
    """Where a receipt was used: when, what was done, by whom, and how the case stood then."""

    at: datetime.datetime
    says: str
    who: str


@dataclass(frozen=True)
class Sheet:
    """A receipt laid out for paper."""

    receipt: Receipt
    name: str
    uscc: str
    tone: str
    confidence: str
    gates: Sequence[Finding]
    items: Sequence[Finding]
    figures: int
    years: str
    lists: Sequence[tuple[str, int]]
    uses: Sequence[Use]
    check: ReceiptCheck | None
    decided: tuple[int, int]

    @property
    def score(self) -> str:
        """The score, as a range where something was open."""
        low, high = (self.receipt.said.get("score") or [None, None])[:2]
        if high is None:
            return ""
        return f"{low} 分" if low == high else f"{low}–{high} 分"


def sheet(receipt: Receipt) -> Sheet:
    """The sheet of a receipt, all of it from the frozen text."""
    said = receipt.said
    firm = said.get("enterprise")
    named = firm if isinstance(firm, dict) else {"name": receipt.enterprise.name, "uscc": receipt.enterprise.uscc}
    found, facts = said.get("findings", []), said.get("facts", {})
    rules = editions.parsed(receipt.edition.content)
    years = sorted({row["year"] for row in facts.get("years", [])})
    return Sheet(
        receipt=receipt,
        name=str(named.get("name") or ""),
        uscc=str(named.get("uscc") or ""),
        tone=TONES[Verdict(receipt.verdict)],
        confidence=CONFIDENCE[rules.confidence],
        gates=[each for each in found if each["kind"] == "gate"],
        items=[each for each in found if each["kind"] == "item" and not each.get("part_of")],
        figures=sum(row.get(name) is not None for row in facts.get("years", []) for name in FIGURE_BY_NAME),
        years="、".join(map(str, years)),
        lists=[(label, len(facts.get(name, []))) for name, label in LISTS.items()],
        uses=uses(receipt),
        check=receipt.checks.order_by("-pk").first(),
        decided=outline.machine_decided(rules),
    )


def uses(receipt: Receipt) -> list[Use]:
    """Every act that rests on the receipt, the first first: filed and what followed, printed, taken out as a file."""
    cases = list(receipt.enterprise.candidacies.filter(receipt=receipt).values_list("pk", flat=True))
    moved = Q(
        object_type="candidacy", object_id__in=cases, what__in=[f"candidacy.{step}" for step in USED],
        after__receipt=receipt.pk,
    )  # fmt: skip
    printed = Q(what="dossier.print", after__receipts__contains=receipt.pk)
    taken = Q(what="receipt.export", object_id=receipt.pk)
    acts = AuditEvent.objects.filter(moved | printed | taken, enterprise_id=receipt.enterprise_id)
    return [use(event) for event in acts.select_related("by").order_by("recorded_at", "pk")]


def use(event: AuditEvent) -> Use:
    """One act in words; of a case its round."""
    after = event.after if isinstance(event.after, dict) else {}
    batch = f"（{after['round']}）" if after.get("round") else ""
    return Use(event.recorded_at, f"{events.act_in_words(event)}{batch}", event.by.name if event.by else "系统")
