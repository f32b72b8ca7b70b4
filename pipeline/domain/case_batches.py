"""One step with many cases: each goes through the door by itself, and each has its own outcome."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError

from accounts.machine import Reason, Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises import signals
from pipeline.domain import candidacies
from pipeline.models.candidacy import Certificate


class Ending(StrEnum):
    """How it went with one case."""

    DONE = "done"
    REFUSED = "refused"
    OUTRUN = "outrun"
    REPEATED = "repeated"
    GONE = "gone"
    FAILED = "failed"
    LEFT = "left"


@dataclass(frozen=True)
class Outcome:
    """What became of one case; ``winner`` is the act of whoever was faster, or one's own earlier one."""

    candidacy_id: int
    ending: Ending
    reasons: Sequence[Reason] = field(default=())
    winner: AuditEvent | None = None


@dataclass(frozen=True)
class Given:
    """What one confirmation gives for all its cases, and for some of them a round or a certificate of their own."""

    step: str
    reason: str = ""
    document: str = ""
    rounds: Mapping[int, int] = field(default_factory=dict)
    certificates: Mapping[int, Certificate] = field(default_factory=dict)


def move_many(
    *, versions: Mapping[int, int], given: Given, by: User, on: date, go_on: Callable[[], bool]
) -> Iterator[Outcome]:
    """Take the step with each case, in the order of ids, each in a transaction of its own, as long as ``go_on`` says.

    What is left when time is up was not touched and is said so.
    """
    with signals.told_together(AuditEvent, on=on):
        for candidacy_id in sorted(versions):
            if not go_on():
                yield Outcome(candidacy_id, Ending.LEFT)
                continue
            yield move_one(candidacy_id, versions[candidacy_id], given, by, on)


def move_one(candidacy_id: int, version: int, given: Given, by: User, on: date) -> Outcome:
    """The step with one case, and how it ended; a failing database fails this case, not those before it."""
    try:
        candidacies.move(
            candidacy_id=candidacy_id,
            step=given.step,
            by=by,
            version=version,
            on=on,
            reason=given.reason,
            document=given.document,
            certificate=given.certificates.get(candidacy_id),
            round_id=given.rounds.get(candidacy_id),
        )
    except StepRefused as refusal:
        return Outcome(candidacy_id, Ending.REFUSED, refusal.reasons)
    except Stale as stale:
        return Outcome(candidacy_id, lost_to(stale.winner, given.step, by), winner=stale.winner)
    except ObjectDoesNotExist:
        return Outcome(candidacy_id, Ending.GONE)
    except DatabaseError:
        return Outcome(candidacy_id, Ending.FAILED)
    return Outcome(candidacy_id, Ending.DONE)


def lost_to(winner: AuditEvent | None, step: str, by: User) -> Ending:
    """Somebody else was faster, or the same confirmation came twice."""
    own = winner is not None and winner.by_id == by.pk and winner.what == f"candidacy.{step}"
    return Ending.REPEATED if own else Ending.OUTRUN
