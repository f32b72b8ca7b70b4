"""The columns of 推进看板: counts, the most urgent cases of each, and those that follow."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q

from accounts.models import User
from console.board.cards import Card, cards
from console.board.filters import Cases
from notifications.casework import Rounds
from pipeline.domain.candidacies import STEPS
from pipeline.models import Candidacy
from pipeline.models.candidacy import OPEN, State

FIRST: Final = 8  # cards of a column at once
MORE: Final = 24  # cards that each further click brings
SILENT: Final = ("coach", "prepare")  # nothing is asked, nothing is documented
URGENCY: Final = (F("due_on").asc(nulls_last=True), F("pk").asc())


@dataclass(frozen=True)
class Stretch:
    """Cards of one column in a row, and where the next ones begin."""

    cards: Sequence[Card]
    after: str = ""


@dataclass(frozen=True)
class Column:
    """One state with its cases."""

    state: State
    count: int
    late: int
    shown: Stretch

    @property
    def left(self) -> int:
        """How many cases are not shown yet."""
        return max(0, self.count - len(self.shown.cards))


def board(cases: Cases, user: User, rounds: Rounds) -> list[Column]:
    """Every column; the number of queries depends on nothing, and the open cases are read once."""
    rows = first_of_each(cases, rounds.on)
    counts = {row["state"]: row for row in rows}
    by_state: dict[str, list[Card]] = defaultdict(list)
    for card in cards([row["pk"] for row in rows], user, rounds):
        by_state[card.case.state].append(card)
    return [column(State(state), counts.get(state, {}), by_state[state]) for state in map(str, OPEN)]


def column(state: State, counts: Mapping[str, int], shown: Sequence[Card]) -> Column:
    """One column from what was counted and fetched."""
    count = counts.get("n", 0)
    after = edge_of(shown[-1].case) if shown and count > len(shown) else ""
    return Column(state, count, counts.get("late", 0), Stretch(shown, after))


# The day of each case is found once, then counted and ranked by
FIRST_OF_EACH: Final = """
    WITH cases (pk, state, due_on) AS MATERIALIZED ({query}),
    counted AS (SELECT state, count(*) AS n, count(*) FILTER (WHERE due_on < %s) AS late FROM cases GROUP BY state),
    ranked AS (
        SELECT pk, state, row_number() OVER (PARTITION BY state ORDER BY due_on NULLS LAST, pk) AS place FROM cases
    )
    SELECT pk, state, n, late FROM ranked JOIN counted USING (state) WHERE place <= %s ORDER BY state, place
"""


def first_of_each(cases: Cases, on: datetime.date) -> list[dict[str, Any]]:
    """The most urgent cases of each state, each with how many cases its state has and how many are overdue."""
    try:
        rows = cases.order_by().values_list("pk", "state", "due_on")  # type: ignore[misc]  # with_due found it
        query, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FIRST_OF_EACH.format(query=query), (*parameters, on, FIRST))
        return [dict(zip(("pk", "state", "n", "late"), row, strict=True)) for row in cursor.fetchall()]


def further(cases: Cases, state: str, after: str, user: User, rounds: Rounds) -> Stretch:
    """The cards of a column that follow ``after``, from its beginning where that says nothing."""
    following = beyond(cases.filter(state=state), after).order_by(*URGENCY)
    ids = list(following.values_list("pk", flat=True)[: MORE + 1])
    found = cards(ids[:MORE], user, rounds)
    return Stretch(found, edge_of(found[-1].case) if found and len(ids) > MORE else "")


def edge_of(case: Candidacy) -> str:
    """Where a stretch ends: the day and the key of its last case."""
    return f"{case.due_on or ''}_{case.pk}"  # type: ignore[attr-defined]


def beyond(cases: Cases, after: str) -> Cases:
    """The cases behind that place; nonsense is the beginning."""
    day, _, pk = after.partition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return cases
    if not day:
        return cases.filter(due_on__isnull=True, pk__gt=int(pk))  # type: ignore[misc]  # with_due found it
    try:
        last = datetime.date.fromisoformat(day)
    except ValueError:
        return cases
    behind = Q(due_on__gt=last) | Q(due_on__isnull=True) | Q(due_on=last, pk__gt=int(pk))
    return cases.filter(behind)


def ways() -> dict[str, dict[str, dict[str, Any]]]:
    """From each open state to each state that a step leads to: which step, its label, whether it asks anything."""
    found: dict[str, dict[str, dict[str, Any]]] = {str(state): {} for state in OPEN}
    for transition in Candidacy._meta.get_field("state").get_all_transitions(Candidacy):
        if str(transition.source) in found and transition.name in STEPS:
            found[str(transition.source)][str(transition.target)] = {
                "step": transition.name, "label": STEPS[transition.name], "asks": transition.name not in SILENT
            }  # fmt: skip
    return found
