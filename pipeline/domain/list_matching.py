"""The rows of a list against the register as it stands: firm, candidates, repetitions; a few queries for any length."""

from collections.abc import Iterable, Sequence
from typing import Final

from accounts.models import Region
from enterprises.imports.database import copy_out
from enterprises.imports.places import Places, without_office
from enterprises.search import folded
from pipeline.lists import match, writing
from pipeline.lists.match import Named, Register
from pipeline.lists.words import is_elsewhere
from pipeline.models import ListRow

SELECT_FIRMS: Final = """
    SELECT firm.id, firm.uscc, firm.folded_name, region.path
    FROM enterprises_enterprise firm JOIN accounts_region region ON region.id = firm.region_id
"""
SELECT_FORMER: Final = "SELECT enterprise_id, folded_name FROM enterprises_formername"
FIELDS: Final = ["match", "why", "enterprise", "candidates", "repeats"]


def load_register(root: Region, places: Places) -> Register:
    """All firms, since a name may stand outside the reader's units too; prefixes are the units' names."""
    columns = {name: kind for name, kind in match.FIRMS.items() if name != "inside"}
    firms = copy_out(SELECT_FIRMS, columns)
    firms = firms.with_columns(inside=firms["path"].str.starts_with(root.path))
    names = {region.name for regions in places.known.values() for region in regions if region.path.count("/") <= 3}
    return Register(firms, writing.prefix_of(names), copy_out(SELECT_FORMER, match.FORMER))


def match_rows(rows: Sequence[ListRow], root: Region) -> None:
    """Match the rows that nobody decided and nothing came of; the rows are changed, not saved."""
    open_rows = [row for row in rows if not row.decision and not row.is_done]
    places = Places(root)
    found = match.match([named(row, places, root) for row in open_rows], load_register(root, places))
    for row in open_rows:
        answer = found[row.place]
        row.match, row.why, row.enterprise_id = answer.verdict, answer.why[:200], answer.firm
        row.candidates = [{"firm": one.firm, "how": one.how} for one in answer.candidates]
    mark_repetitions(rows)


def named(row: ListRow, places: Places, root: Region) -> Named:
    """What the row says of its firm."""
    units = places.known.get(without_office(folded(row.region_text)), []) if row.region_text else []
    on_line = [unit for unit in units if unit.path.startswith(root.path) or root.path.startswith(unit.path)]
    elsewhere = bool(units and not on_line) or is_elsewhere(row.region_text)
    paths = tuple(unit.path for unit in on_line or units)
    return Named(row.place, row.name, row.uscc, bool(row.uscc_ok), row.former, paths, elsewhere)


def mark_repetitions(rows: Iterable[ListRow]) -> None:
    """A firm that stands twice counts once: later rows name the place of the first."""
    first: dict[object, int] = {}
    for row in sorted(rows, key=lambda row: row.place):
        key = (row.kind, row.enterprise_id or writing.plain(row.name))
        row.repeats = first.get(key)
        first.setdefault(key, row.place)
