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
FEW: Final = 1500  # no more than that are sorted by name as they were found
MANY: Final = 1000  # as far as those are counted that many of the firms in sight fit
STRETCH: Final = 1000  # firms in the order of names among which a page of many is looked for first
WIDE: Final = 10_000  # and next; who sees no more than that has everything counted
WIDEST: Final = 30_000  # among which MANY are counted


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
    found, known = counted(firms, seen)
    if not found.is_capped or not (after or before):
        number = min(number, last_by_number(found.count))
    ids = ids_of(found, number, after, before) if known is None or number > 1 or after or before else known
    if not ids and number > 1:  # beyond the end by an edge
        number = last_by_number(found.count)
        ids = ids_of(found, number, None, None)
    has_next, ids = len(ids) > SIZE, ids[:SIZE]
    page = Page(
        number=number,
        shown=len(ids),
        count=found.count,
        previous=way_back(number, ids),
        next=f"{number + 1}&after={ids[-1]}" if has_next else "",
        is_capped=found.is_capped,
    )
    return page, ids


Edge = tuple[str, int] | None


@dataclass(frozen=True)
class Found:
    """The firms that fit, all firms in sight, how many fit, and whether nobody counted further."""

    firms: EnterpriseQuerySet
    seen: EnterpriseQuerySet
    count: int
    is_capped: bool


def counted(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet) -> tuple[Found, list[int] | None]:
    """How many fit, as far as anybody counts, and the ids of the first page where they came to light on the way.

    What many firms fit is counted on a walk along the index of names, and no further than ``MANY`` where the reader
    sees more than ``WIDE`` firms: to gather them all would cost more than the page.
    """
    if firms.query.where == seen.query.where:  # nothing is filtered by
        count = firms.order_by()[: COUNTED + 1].count()
        return found_of(firms, seen, count), list(seen.order_by(*FORTH).values_list("pk", flat=True)[: SIZE + 1])
    met = along(firms, seen, FORTH, STRETCH)
    if len(met) <= SIZE:
        count, ids = at_once(firms)
        return found_of(firms, seen, count), ids
    if met_in_turn(firms, seen) > MANY and seen.order_by()[: WIDE + 1].count() > WIDE:
        return Found(firms, seen, MANY, is_capped=True), met
    return found_of(firms, seen, firms.order_by()[: COUNTED + 1].count()), met


def found_of(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, count: int) -> Found:
    """What fits, after counting as far as anybody does."""
    return Found(firms, seen, min(count, COUNTED), is_capped=count > COUNTED)


FORTH: Final = ("name", "pk")
AT_ONCE: Final = f"""
    WITH found (id) AS MATERIALIZED ({{query}} LIMIT {COUNTED + 1}), counted (n) AS (SELECT count(*) FROM found)
    SELECT n, CASE WHEN n <= {FEW} THEN ARRAY(
        SELECT id FROM found JOIN enterprises_enterprise USING (id) ORDER BY name, id LIMIT {SIZE + 1}
    ) END FROM counted
"""


def at_once(firms: EnterpriseQuerySet) -> tuple[int, list[int] | None]:
    """How many fit, as far as anybody counts, and the first page where they are few enough to be sorted."""
    try:
        query, parameters = firms.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0, []
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE.format(query=query), parameters)
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

    Many firms are met soon on a walk along the index of names: a stretch of it is looked through first, then a longer
    one. Few firms, and many that all stand far behind, are gathered and then sorted; left alone the planner would walk
    the whole index.
    """
    way = ("-name", "-pk") if backwards else FORTH
    firms, seen = found.firms.filter(*beyond), found.seen.filter(*beyond)
    if found.is_capped and start:
        return list(firms.order_by(*way).values_list("pk", flat=True)[start : start + SIZE + 1])
    for stretch in (STRETCH, WIDE) if found.count > FEW and not start else ():
        ids = along(firms, seen, way, stretch)
        if len(ids) > SIZE:
            return ids
    return gathered(firms, start, "DESC" if backwards else "ASC")


TABLE: Final = 'FROM "enterprises_enterprise"'
# One statement of several parts is one transaction; after it the settings are as before
IN_TURN: Final = """
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashagg = off;
    {};
    SET LOCAL enable_hashjoin = DEFAULT; SET LOCAL enable_mergejoin = DEFAULT; SET LOCAL enable_hashagg = DEFAULT
"""


def along(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, way: tuple[str, str], stretch: int) -> list[int]:
    """Those that fit among the first firms in sight on that way; a whole page of them is the first page."""
    return walked("{}", firms, seen, way, stretch, SIZE + 1)


def met_in_turn(firms: EnterpriseQuerySet, seen: EnterpriseQuerySet) -> int:
    """How many of the first firms by name fit, as far as ``MANY`` and one more.

    Nothing is gathered beforehand, for a set that many fit is large: each firm is looked at in turn.
    """
    return len(walked(IN_TURN, firms, seen, FORTH, WIDEST, MANY + 1))


def walked(
    how: str, firms: EnterpriseQuerySet, seen: EnterpriseQuerySet, way: tuple[str, str], stretch: int, most: int
) -> list[int]:
    """The first ids that fit on a stretch of the index of names, which stands in the place of the table."""
    try:
        base, given = seen.order_by(*way)[:stretch].query.sql_with_params()
        query, parameters = firms.order_by(*way).values_list("pk")[:most].query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        stretched = query.replace(TABLE, f'FROM ({base}) "enterprises_enterprise"', 1)
        cursor.execute(how.format(stretched), (*given, *parameters))
        while cursor.description is None:  # of a statement that only set something
            cursor.nextset()
        return [pk for (pk,) in cursor.fetchall()]


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
