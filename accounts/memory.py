"""What the request at hand has asked already: a question put once a request, never kept beyond it.

Outside of requests (commands, the worker) every question is put anew.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")
known: Final[ContextVar[dict[str, Any] | None]] = ContextVar("known", default=None)


def once(question: str, ask: Callable[[], T]) -> T:
    """The answer of this request to the question; what it is asked of must be in the question."""
    answers = known.get()
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    return cast(T, answers[question])


def forget() -> None:
    """What was known holds no longer: something of it is being changed."""
    if (answers := known.get()) is not None:
        answers.clear()
