"""The cards of 推进看板: what each case lacks, its papers, its day and its owner, in a fixed number of queries."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from accounts.models import User
from console.firms.rows import gates_of, shortened
from enterprises import deadlines
from enterprises.models import Material
from enterprises.vocabulary import label_of
from notifications.case_deadlines import Named, documented_lapses, named, with_due
from notifications.casework import BEFORE_FILING, Rounds
from pipeline.domain import concerns, editions
from pipeline.models import Assessment, Candidacy, MaterialRequirement
from pipeline.models.candidacy import State

LINE = 22  # characters of what is missing that a card shows; the whole stands in its tooltip


@dataclass(frozen=True)
class Papers:
    """How many of the papers a filing needs are accepted; ``waiting`` were handed in and wait for the bureau."""

    needed: Sequence[str]
    accepted: Sequence[str]
    waiting: Sequence[str]

    @property
    def missing(self) -> list[str]:
        """What the firm has not handed in."""
        return [kind for kind in self.needed if kind not in {*self.accepted, *self.waiting}]

    @property
    def share(self) -> int:
        """Per cent accepted, for the bar."""
        return 100 * len(self.accepted) // len(self.needed) if self.needed else 0


@dataclass(frozen=True)
class Due:
    """The next day, and by how many days it has passed."""

    named: Named
    days_late: int


@dataclass(frozen=True)
class Card:
    """One case on the board."""

    case: Candidacy
    missing: Sequence[str]
    papers: Papers | None
    due: Due | None

    @property
    def owner(self) -> User | None:
        """The case's own officer, else the firm's."""
        return self.case.officer or self.case.enterprise.officer

    @property
    def keepers(self) -> str:
        """责任人：陈立言；副责任人：王亦舟."""
        deputy = self.case.enterprise.deputy
        said = [f"责任人：{self.owner.name}" if self.owner else "无责任人"]
        return "；".join([*said, f"副责任人：{deputy.name}"] if deputy and deputy != self.owner else said)

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.due is not None and self.due.days_late > 0

    @property
    def lacks(self) -> str:
        """What is missing next, in a line."""
        first = shortened(self.missing[0], LINE)
        return f"{first}，共 {len(self.missing)} 项" if len(self.missing) > 1 else first

    @property
    def lacks_in_full(self) -> str:
        """All that is missing."""
        return "；".join(self.missing)


@dataclass
class Paperwork:
    """The papers each track needs and those each firm has."""

    needed: Mapping[str, list[str]]
    accepted: Mapping[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    waiting: Mapping[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, case: Candidacy) -> Papers | None:
        """The papers of a case; none where nobody said which its track needs."""
        needed = self.needed.get(case.track)
        if not needed:
            return None
        accepted = [kind for kind in needed if kind in self.accepted[case.enterprise_id]]
        waiting = [kind for kind in needed if kind in self.waiting[case.enterprise_id] and kind not in accepted]
        return Papers(needed, accepted, waiting)


def cards(ids: Sequence[int], user: User, rounds: Rounds) -> list[Card]:
    """The cards of these cases as far as the reader sees them, in the order given."""
    seen = with_due(Candidacy.objects.visible_to(user).filter(pk__in=ids), rounds)
    judged = Prefetch("enterprise__assessments", concerns.assessments_of_cases(ids), to_attr="judged")
    whole = seen.select_related("enterprise__region", "enterprise__officer", "enterprise__deputy", "officer", "round")
    found = {case.pk: case for case in whole.prefetch_related(judged)}
    firms = [case.enterprise_id for case in found.values()]
    papers, lapses = paperwork(firms, rounds.on), documented_lapses(firms)
    return [
        card(found[pk], papers.of(found[pk]), named(found[pk], rounds, lapses), rounds.on) for pk in ids if pk in found
    ]


def card(case: Candidacy, papers: Papers | None, day: Named | None, on: datetime.date) -> Card:
    """The card of one case with everything fetched."""
    missing = lacking(case, papers) if case.state in BEFORE_FILING else []
    return Card(case, missing, papers, Due(day, deadlines.days_between(day.day, on)) if day else None)


def lacking(case: Candidacy, papers: Papers | None) -> list[str]:
    """What keeps a case from being filed, the hardest first; once papers are collected they come before questions."""
    of_papers = [*papers.missing, *(f"{kind}（待核收）" for kind in papers.waiting)] if papers else []
    if case.track not in editions.judged_tracks():
        return of_papers
    judged = next((one for one in case.enterprise.judged if one.track == case.track), None)  # type: ignore[attr-defined]
    if judged is None:
        return ["尚未评估", *of_papers]
    unmet = [f"{key} {says}" for key, says in gates(judged, judged.unmet_mask)]
    asked = [label_of(name) for name in judged.wants] + ruled_by_hand(judged)
    return [*unmet, *of_papers, *asked] if case.state == State.PREPARING else [*unmet, *asked, *of_papers]


def ruled_by_hand(judged: Assessment) -> list[str]:
    """The conditions that only a person answers."""
    return [f"{key} 待人工判定" for key, _ in gates(judged, judged.manual_mask)]


def gates(judged: Assessment, mask: int) -> list[tuple[str, str]]:
    """The gates whose bit is set."""
    editions.read({judged.edition.digest})
    return gates_of(judged.edition.digest, mask)


def paperwork(enterprise_ids: Sequence[int], on: datetime.date) -> Paperwork:
    """What papers there are, of these firms, and what each track needs."""
    needed: dict[str, list[str]] = defaultdict(list)
    for track, kind in MaterialRequirement.objects.values_list("track", "kind"):
        needed[track].append(kind)
    found = Paperwork(needed)
    papers = Material.objects.filter(enterprise__in=enterprise_ids).exclude(valid_until__lt=on)
    for enterprise_id, kind, accepted_at in papers.values_list("enterprise_id", "kind", "accepted_at"):
        (found.accepted if accepted_at else found.waiting)[enterprise_id].add(kind)
    return found
