"""Pages of long lists: a capped count, near pages by offset, further ones by the row where the last one ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from enterprises.models.enterprise import EnterpriseQuerySet

SIZE: Final = 50
COUNTED: Final = 10_000  # counting further would cost more than anybody learns from it
LAST_BY_NUMBER: Final = 100
STRETCH: Final = 1000  # firms in the order of names among which a page of many is looked for first


@dataclass(frozen=True)
class Page:
    """One page and its neighbours; ``previous`` and ``next`` are what follows ``page=`` in the address."""

    number: int
    shown: int
    count: int
    previous: str
    next: str
    is_capped: bool = False

    @property
    def first(self) -> int:
        """The number of the first row."""
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + self.shown - 1

    @property
    def count_text(self) -> str:
        """How many there are, as far as anybody counts."""
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"


def number_asked(asked: Mapping[str, str]) -> int:
    """The number of the page asked for; nonsense means the first."""
    text = asked.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def numbered(count: int, asked: Mapping[str, str]) -> Page:
    """A page of a short list, all of which is counted."""
    number = min(number_asked(asked), max(1, -(-count // SIZE)))
    shown = min(SIZE, count - (number - 1) * SIZE)
    following = str(number + 1) if number * SIZE < count else ""
    return Page(number, shown, count, str(number - 1) if number > 1 else "", following)


def firms_page(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, asked: Mapping[str, str]) -> tuple[Page, list[int]]:
    """The page asked for by ``page`` and, further in, ``after`` or ``before`` a firm that the reader may see."""
    number = number_asked(asked)
    after, before = (edge(seen, asked.get(side, "")) for side in ("after", "before"))
    count, known = counted(firms, seen, number, is_edged=bool(after or before))
    if count <= COUNTED or not (after or before):
        number = min(number, last_by_number(count))
    found = Found(firms, seen, are_many=count > COUNTED)
    ids = ids_of(found, number, after, before) if known is None else known
    if not ids and number > 1:  # beyond the end by an edge
        number = last_by_number(count)
        ids = ids_of(found, number, None, None)
    has_next, ids = len(ids) > SIZE, ids[:SIZE]
    page = Page(
        number=number,
        shown=len(ids),
        count=min(count, COUNTED),
        previous=way_back(number, ids),
        next=f"{number + 1}&after={ids[-1]}" if has_next else "",
        is_capped=count > COUNTED,
    )
    return page, ids


def counted(
    firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, number: int, *, is_edged: bool
) -> tuple[int, list[int] | None]:
    """How many fit, as far as anybody counts, and the ids of the page where they came to light on the way."""
    if not is_edged:
        met = along(firms, seen, FORTH) if number == 1 else []
        if len(met) <= SIZE:
            count, ids = at_once(firms, (number - 1) * SIZE)
            return count, ids if count <= COUNTED else None
        return firms.order_by()[: COUNTED + 1].count(), met
    return firms.order_by()[: COUNTED + 1].count(), None


FORTH: Final = ("name", "pk")
AT_ONCE: Final = f"""
    WITH found (id, name) AS MATERIALIZED ({{query}} LIMIT {COUNTED + 1})
    SELECT (SELECT count(*) FROM found), ARRAY(SELECT id FROM found ORDER BY name, id LIMIT {SIZE + 1} OFFSET {{start}})
"""


def at_once(firms: EnterpriseQuerySet, start: int) -> tuple[int, list[int]]:
    """How many fit, as far as anybody counts, and the page from ``start`` on: right where all of them were counted."""
    try:
        query, parameters = firms.order_by().values_list("pk", "name").query.sql_with_params()
    except EmptyResultSet:
        return 0, []
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE.format(query=query, start=start), parameters)
        count, ids = cursor.fetchone()
    return count, ids


def last_by_number(count: int) -> int:
    """The last page that is reached by its number: that of the last row, as far as rows are skipped."""
    return min(LAST_BY_NUMBER, max(1, -(-count // SIZE)))


def way_back(number: int, ids: Sequence[int]) -> str:
    """The address of the page before."""
    if number <= 2 or not ids:
        return "1" if number > 1 else ""
    return f"{number - 1}&before={ids[0]}"


Edge = tuple[str, int] | None


@dataclass(frozen=True)
class Found:
    """The firms that fit, all firms in sight, and whether more fit than anybody counts."""

    firms: EnterpriseQuerySet
    seen: EnterpriseQuerySet
    are_many: bool


def ids_of(found: Found, number: int, after: Edge, before: Edge) -> list[int]:
    """Ids of the page in the order of names, and one more where a next page follows."""
    if after:
        return first_of(found, Q(name__gt=after[0]) | Q(pk__gt=after[1]), Q(name__gte=after[0]))
    if before and number > 1:
        ids = first_of(found, Q(name__lt=before[0]) | Q(pk__lt=before[1]), Q(name__lte=before[0]), backwards=True)
        return [*reversed(ids[:SIZE]), before[1]]
    return first_of(found, start=(number - 1) * SIZE)


def first_of(found: Found, *beyond: Q, start: int = 0, backwards: bool = False) -> list[int]:
    """The first ids by name beyond an edge, from ``start`` on.

    Many firms are met soon on a walk along the index of names: a stretch of it is looked through first. Few firms,
    and many that all stand far behind, are gathered and then sorted; left alone the planner would walk the whole index.
    """
    way = ("-name", "-pk") if backwards else FORTH
    firms, seen = found.firms.filter(*beyond), found.seen.filter(*beyond)
    if found.are_many and start:
        return list(firms.order_by(*way).values_list("pk", flat=True)[start : start + SIZE + 1])
    if found.are_many:
        ids = along(firms, seen, way)
        if len(ids) > SIZE:
            return ids
    return gathered(firms, start, "DESC" if backwards else "ASC")


def along(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, way: tuple[str, str]) -> list[int]:
    """Those that fit among the first firms in sight on that way; a whole page of them is the first page."""
    stretch = seen.order_by(*way).values("pk")[:STRETCH]
    return list(firms.filter(pk__in=stretch).order_by(*way).values_list("pk", flat=True)[: SIZE + 1])


def gathered(firms: EnterpriseQuerySet, start: int, direction: str) -> list[int]:
    """All that fit, found as the planner likes best, then sorted: ``OFFSET 0`` keeps it from thinking of the order."""
    try:
        query, parameters = firms.order_by().values_list("pk", "name").query.sql_with_params()
    except EmptyResultSet:
        return []
    order = f"ORDER BY found.name {direction}, found.id {direction} LIMIT {SIZE + 1} OFFSET {start}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT found.id FROM ({query} OFFSET 0) found (id, name) {order}", parameters)
        return [pk for (pk,) in cursor.fetchall()]


def edge(seen: EnterpriseQuerySet, pk: str) -> Edge:
    """Name and key of the firm at which a page begins or ends."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return seen.filter(pk=int(pk)).values_list("name", "pk").first()
