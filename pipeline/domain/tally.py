"""The numbers of 工作台, each counted exactly, in a few statements that each pass over a table once.

``stock`` says which firms a number means, and 企业库 lists them by it; this module only counts the same sets faster. A
number is named by the filters that list its firms: ``{"one_short": "hnte"}``.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q

from pipeline.domain import concerns, stock
from pipeline.domain.stock import OFF_LADDER, Firms
from pipeline.models import Candidacy, Rung, Title
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import IN_FLIGHT

WAYS: Final = {"coaching": IN_FLIGHT[:2], "filed": IN_FLIGHT[2:]}
Named = tuple[Mapping[str, str], int]


def key(query: Mapping[str, str]) -> str:
    """The name of a number from the filters of its list."""
    return "&".join(f"{name}={value}" for name, value in query.items())


@dataclass(frozen=True)
class Tally:
    """Every number by its name, and the earliest day that verdicts of these firms rest on."""

    counts: Mapping[str, int]
    judged_on: datetime.date | None

    def __getitem__(self, query: Mapping[str, str]) -> int:
        """How many firms the filters list."""
        return self.counts.get(key(query), 0)

    def most_wanted(self, limit: int) -> list[tuple[str, int]]:
        """The figures for want of which most firms are undecided, with how many firms each would help."""
        wants = [(name[6:], count) for name, count in self.counts.items() if name.startswith("wants=")]
        return sorted(wants, key=lambda each: (-each[1], each[0]))[:limit]


def tally(firms: Firms, on: datetime.date, rungs: Sequence[Rung]) -> Tally:
    """Count everything of these firms."""
    tracks = concerns.of_bureau(rungs)
    verdicts = list(verdict_groups(firms, tracks))
    found: Counter[str] = Counter()
    for named in (standing(firms), judged(verdicts, tracks), new(firms, rungs, on.year), working(firms, rungs)):
        for query, count in named:
            found[key(query)] += count
    for query, count in lacking(firms, on):
        found[key(query)] += count
    return Tally(found, min((group.judged_on for group in verdicts if group.judged_on), default=None))


def of_firms(firms: Firms) -> tuple[str, Any]:
    """The keys of these firms as a statement and its parameters."""
    query, parameters = firms.order_by().values_list("pk").query.sql_with_params()
    return query, parameters


def rows(statement: str, firms: Firms, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that reads ``seen`` (id); none where nobody sees anything."""
    try:
        query, seen = of_firms(firms)
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH seen (id) AS ({query}) {statement}", [*seen, *parameters])
        return list(cursor.fetchall())


STANDING: Final = """
    SELECT coalesce(position.rung, ''), count(*) FROM seen
    LEFT JOIN pipeline_ladderposition position ON position.enterprise_id = seen.id GROUP BY 1
"""


def standing(firms: Firms) -> Iterator[Named]:
    """All firms, and those on each rung."""
    for rung, count in rows(STANDING, firms):
        yield {}, count
        yield {"rung": rung or OFF_LADDER}, count


@dataclass(frozen=True)
class Group:
    """Firms of which all tracks of the bureau say the same: verdict, how near, what is wanted, a track each."""

    count: int
    judged_on: datetime.date | None
    tracks: Sequence[tuple[str, str, Sequence[str]]]


NEARNESS: Final = """
    CASE WHEN {a}.n_unmet = 1 THEN CASE WHEN {a}.n_unknown = 0 AND {a}.n_na = 0 THEN 'one_short'
                                        WHEN {a}.n_unknown > 0 OR {a}.n_na > 0 THEN 'one_short_if' END END
"""


SWEPT: Final = "swept AS (SELECT judged_on FROM pipeline_sweep ORDER BY finished_at DESC LIMIT 1)"


def verdict_groups(firms: Firms, tracks: Sequence[str]) -> Iterator[Group]:
    """Firms by what every track says of them: one pass, so that a firm counts once for a figure it lacks."""
    if not tracks:
        return
    names = [f"a{place}" for place in range(len(tracks))]
    columns = ", ".join(
        f"{a}.verdict, {NEARNESS.format(a=a)}, CASE WHEN {a}.verdict = %s THEN {a}.wants END" for a in names
    )
    joins = " ".join(
        f"LEFT JOIN pipeline_assessment {a} ON {a}.enterprise_id = seen.id AND {a}.track = %s" for a in names
    )
    groups = ", ".join(str(number) for number in range(3, 3 + 3 * len(names)))
    # An answer that did not change holds as of the last day the whole register was judged
    earliest = f"greatest(min(least({', '.join(f'{a}.judged_on' for a in names)})), (SELECT judged_on FROM swept))"
    statement = f", {SWEPT} SELECT count(*), {earliest}, {columns} FROM seen {joins} GROUP BY {groups}"
    for count, judged_on, *said in rows(statement, firms, *[Verdict.UNDECIDED] * len(names), *tracks):
        each = [(said[at] or "", said[at + 1] or "", said[at + 2] or ()) for at in range(0, len(said), 3)]
        yield Group(count, judged_on, each)


def judged(groups: Sequence[Group], tracks: Sequence[str]) -> Iterator[Named]:
    """Verdicts, what is one condition away, and wanted figures."""
    for group in groups:
        for track, (verdict, near, _) in zip(tracks, group.tracks, strict=True):
            if verdict:
                yield {"track": track, "verdict": verdict}, group.count
            if near:
                yield {near: track}, group.count
        for name in {name for _, _, wants in group.tracks for name in wants}:
            yield {"wants": name}, group.count


def new(firms: Firms, rungs: Sequence[Rung], year: int) -> Iterator[Named]:
    """Firms recognised this year, a rung each."""
    titles = Title.objects.filter(enterprise__in=firms.order_by(), issued_on__year=year)
    yield from by_filter(titles, {key({"new": rung.key}): Q(track__in=rung.tracks) for rung in rungs})


def working(firms: Firms, rungs: Sequence[Rung]) -> Iterator[Named]:
    """Firms with a case in flight, and those on their way to each rung."""
    cases = Candidacy.objects.filter(enterprise__in=firms.order_by(), state__in=IN_FLIGHT).order_by()
    wanted = {"flight=1": Q()} | {
        f"way={rung.key}:{way}": Q(track__in=rung.tracks, state__in=states)
        for rung in rungs
        for way, states in WAYS.items()
    }
    yield from by_filter(cases, wanted)


def by_filter(things: Any, wanted: Mapping[str, Q]) -> Iterator[Named]:
    """How many firms have one of these things, for each condition, in one statement."""
    counts = {
        f"n{place}": Count("enterprise", distinct=True, filter=condition or None)
        for place, condition in enumerate(wanted.values())
    }
    found = things.order_by().aggregate(**counts) if counts else {}
    for place, name in enumerate(wanted):
        filter_name, _, value = name.partition("=")
        yield {filter_name: value}, found[f"n{place}"] or 0


def lacking(firms: Firms, on: datetime.date) -> Iterator[Named]:
    """What ends, what ended, what waits, what the register lacks."""
    ending = Title.objects.expiring(on, 90).filter(enterprise__in=firms.order_by())
    yield {"expiring": "90"}, ending.order_by().aggregate(n=Count("enterprise", distinct=True))["n"]
    yield {"lapsed": "1"}, stock.lapsed(firms, on).count()
    yield {"pending": "1"}, stock.with_pending_statements(firms).count()
    yield {"contact": "none"}, stock.without_contact(firms).count()
    for checked, name in ((True, "none"), (False, "unknown")):
        yield {"institution": name}, stock.without_institution(firms, on, checked=checked).count()
