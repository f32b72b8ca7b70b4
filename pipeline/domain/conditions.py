"""How many firms meet a condition: the bits of the stored assessments, counted and listed by the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.lookups import GreaterThan

from pipeline.domain import editions
from pipeline.domain.stock import Firms
from pipeline.models import Assessment, Edition
from pipeline.rules import outline

# An assessment keeps no bit for 不适用: of firms with such a condition, those without another bit are either.
OUTCOMES: Final = {
    "met": "符合",
    "unmet": "不符合",
    "unknown": "未知",
    "manual": "待人工判定",
    "rest": "符合或不适用",
}
MASKS: Final = ("unmet_mask", "unknown_mask", "manual_mask")


@dataclass(frozen=True)
class Condition:
    """A condition of an edition and how it came out, as an address names it: ``hnte@3:H5:unmet``."""

    edition: Edition
    key: str
    outcome: str

    @property
    def words(self) -> str:
        """The condition as a reader knows it."""
        return f"{self.edition.title} {self.key} {OUTCOMES[self.outcome]}"

    @property
    def address(self) -> str:
        """What ``parsed`` reads again."""
        return f"{self.edition.track}@{self.edition.pk}:{self.key}:{self.outcome}"


def parsed(text: str) -> Condition | None:
    """The condition an address names; None where there is no such edition, condition or outcome."""
    subject, _, rest = text.partition(":")
    key, _, outcome = rest.rpartition(":")
    track, _, number = subject.partition("@")
    if outcome not in OUTCOMES or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    edition = Edition.objects.filter(pk=int(number), track=track).first()
    if edition is None or key not in editions.parsed(edition.content).gates:
        return None
    return Condition(edition, key, outcome)


def wording() -> dict[tuple[str, str], str]:
    """What every condition, part and score item says, by track and key, of all editions that were ever published.

    A text that stands goes before one that was taken back, and the latest in force before those it followed.
    """
    ever = [Edition.Status.WITHDRAWN, Edition.Status.PUBLISHED]
    rows = Edition.objects.filter(status__in=ever).order_by("effective_from", "pk")
    in_turn = sorted(rows, key=lambda row: ever.index(Edition.Status(row.status)))
    return {(row.track, key): says for row in in_turn for key, says in said(row.content).items()}


@lru_cache(maxsize=256)
def said(content: str) -> Mapping[str, str]:
    """What every condition, part and score item of an edition's content says; read once a process."""
    return {clause.key: clause.source.says for clause in outline.every(editions.parsed(content))}


def came_out(bit: int, outcome: str) -> Q:
    """Assessments in which the condition of this bit came out so."""
    marked = {name: Q(GreaterThan(F(f"{name}_mask").bitand(1 << bit), 0)) for name in ("unmet", "unknown", "manual")}
    if outcome in marked:
        return marked[outcome]
    free = ~marked["unmet"] & ~marked["unknown"] & ~marked["manual"]
    return free & (Q(n_na=0) if outcome == "met" else Q(n_na__gt=0))


def tally(firms: Firms, edition: Edition) -> dict[str, Mapping[str, int]]:
    """For each condition how many of these firms came out how: one pass that counts firms alike together."""
    keys = editions.parsed(edition.content).gate_keys
    judged = Assessment.objects.filter(edition=edition, enterprise__in=firms.order_by()).order_by()
    alike = judged.annotate(is_whole=is_whole()).values(*MASKS, "is_whole").annotate(n=Count("pk"))
    found = {key: dict.fromkeys(OUTCOMES, 0) for key in keys}
    for row in alike:
        for bit, key in enumerate(keys):
            for outcome in outcomes_of(bit, row):
                found[key][outcome] += row["n"]
    return dict(found)


def is_whole() -> Case:
    """Whether no condition was 不适用."""
    return Case(When(n_na=0, then=Value(True)), default=Value(False), output_field=BooleanField())


def outcomes_of(bit: int, row: Mapping[str, Any]) -> list[str]:
    """How the condition of this bit came out: what ``came_out`` asks, of a row."""
    marked = [name.removesuffix("_mask") for name in MASKS if row[name] >> bit & 1]
    return marked or ["met" if row["is_whole"] else "rest"]


def judged_by(firms: Firms) -> dict[int, int]:
    """How many of these firms each edition judged last."""
    rows = Assessment.objects.filter(enterprise__in=firms.order_by()).order_by().values("edition")
    return {row["edition"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def meeting(firms: Firms, condition: Condition) -> Firms:
    """The firms of which the condition came out so."""
    bit = editions.parsed(condition.edition.content).gate_keys.index(condition.key)
    found = Assessment.objects.filter(came_out(bit, condition.outcome), edition=condition.edition)
    return firms.filter(Exists(found.filter(enterprise=OuterRef("pk"))))
