"""What every state machine here shares: guards that give reasons, the state door, the two refusals."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django_fsm as fsm
from django.db import connection, models, transaction


@dataclass(frozen=True)
class Reason:
    """One reason against a step: which condition, what is, what is asked, the gap, who can fix it."""

    criterion: str
    says: str
    actual: str = ""
    required: str = ""
    gap: str = ""
    who: str = ""

    def __str__(self) -> str:
        return "；".join(part for part in (self.says, self.gap) if part)


Guard = Callable[[Any], Sequence[Reason]]


def guarded(*guards: Guard, **transition: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A django-fsm transition whose guards say why not; django-fsm itself only asks whether."""
    return fsm.transition(  # type: ignore[no-any-return, unused-ignore]  # django-fsm types it loosely
        conditions=[lambda thing: not any(guard(thing) for guard in guards)],
        custom={"guards": guards},
        **transition,
    )


def transition_named(thing: models.Model, field: str, step: str) -> fsm.Transition | None:
    """The transition ``step`` out of the present state of ``thing``, or None when the state has no such step."""
    state = getattr(thing, field)
    transitions: list[fsm.Transition] = thing._meta.get_field(field).get_all_transitions(type(thing))  # type: ignore[union-attr]
    for transition in transitions:
        if transition.name == step and transition.source in {state, "*", "+"}:
            return transition
    return None


def reasons_against(thing: models.Model, field: str, step: str) -> list[Reason]:
    """Every reason its guards have against ``step``; empty means go. The state itself is one of them."""
    transition = transition_named(thing, field, step)
    if transition is None:
        label = getattr(thing, f"get_{field}_display")()
        return [Reason("state", f"当前状态为“{label}”，不能办理这一步", who="bureau")]
    return [reason for guard in transition.custom.get("guards", ()) for reason in guard(thing)]


@contextmanager
def state_change_allowed() -> Iterator[None]:
    """Open the door for the work inside; elsewhere a trigger refuses every change of a state column.

    The mark is local to the transaction, and a failure inside takes it back with its savepoint.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('tidu.door', true), ''), set_config('tidu.door', 'open', true)")
        ((before, _),) = cursor.fetchall()
        yield
        cursor.execute("SELECT set_config('tidu.door', %s, true)", [before])


class StepRefused(Exception):
    """A step was refused; ``reasons`` say why, for page, command and mail alike."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("；".join(str(reason) for reason in reasons))
        self.reasons = list(reasons)


class Stale(Exception):
    """Somebody moved the object first; ``winner`` is the audit event of that move, if there is one."""

    def __init__(self, thing: models.Model, winner: Any = None) -> None:
        super().__init__("数据已被他人更新")
        self.thing = thing
        self.winner = winner
