"""Real lists against a real register: how many names are sure, doubtful, unknown, outside, repeated.

python -m benchmarks.reconcile_real LISTS REGISTER

LISTS is a folder with ``enterprise_lists.csv`` (or that file, or any list that can be read), REGISTER a folder with
``uscc_registry_4cities.csv`` (or that file: 企业名称, 统一社会信用代码, 地区); ``hubei_divisions.csv`` beside the
register says where its places are. Whoever has the files can repeat it; nothing of them is kept here. The functions
are the product's own, from the file on; only the database is left out. Every firm of the register is in sight; a firm
that a list places in none of the register's cities is 不在本辖区 unless its name agrees to the letter.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from enterprises.search import folded
from pipeline.lists import match, words, writing
from pipeline.lists.match import DOUBTFUL, OUTSIDE, SURE, UNKNOWN, Match, Named, Register
from pipeline.lists.read import Row, read_list

VERDICTS = (SURE, DOUBTFUL, UNKNOWN, OUTSIDE)
PROVINCE = "420000"


def table(place: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file, or of the file of this name in a folder."""
    file = place / name if place.is_dir() else place.with_name(name)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def divisions(place: Path) -> dict[str, str]:
    """Path (province/city/county/) of each place of the province, by its name."""
    found = {}
    for row in table(place, "hubei_divisions.csv"):
        name, code = row["名称"], row["代码"][:6]
        steps = dict.fromkeys([PROVINCE, code[:4] + "00", code])
        found[name] = "".join(f"{step}/" for step in steps)
    return found


def register_of(rows: list[dict[str, str]], places: dict[str, str]) -> Register:
    """The register, each firm in its city."""
    firms = [
        (number, row["统一社会信用代码"], folded(row["企业名称"]), places.get(f"{row['地区']}市", f"{PROVINCE}/"), True)
        for number, row in enumerate(rows)
    ]
    frame = pl.DataFrame(firms, schema=match.FIRMS, orient="row")
    return Register(frame, writing.prefix_of(places), pl.DataFrame(schema=match.FORMER))


def named(place: int, row: Row, places: dict[str, str], cities: set[str]) -> Named:
    """What a row says of its firm, as the product takes it."""
    path = places.get(row.region, "")
    here = any(path.startswith(city) or city.startswith(path) for city in cities) if path else False
    elsewhere = bool(path and not here) or words.is_elsewhere(row.region)
    return Named(
        place, row.name, row.uscc, bool(row.uscc and not row.code_note), row.former, (path,) if path else (), elsewhere
    )


def repeated(rows: list[Row], answers: dict[int, Match]) -> set[int]:
    """Places of the rows whose firm stood before."""
    first: set[tuple[str, object]] = set()
    again = set()
    for place, row in enumerate(rows):
        firm = answers[place].firm
        key = (row.kind, writing.plain(row.name) if firm is None else firm)
        if key in first:
            again.add(place)
        first.add(key)
    return again


def told(rows: list[Row], answers: dict[int, Match], register: Register) -> Iterator[str]:
    """The counts, then every name that is sure or doubtful with the first firm that may be meant."""
    again = repeated(rows, answers)
    counts = Counter(answers[place].verdict for place in range(len(rows)) if place not in again)
    yield f"{len(rows)} rows: " + ", ".join(f"{verdict} {counts[verdict]}" for verdict in VERDICTS)
    yield f"repeated {len(again)}"
    for place, row in enumerate(rows):
        answer = answers[place]
        firm = answer.firm if answer.firm is not None else next((one.firm for one in answer.candidates), None)
        if firm is not None:
            mark = " (repeated)" if place in again else ""
            yield f"  {answer.verdict}{mark}: {row.name} -> {register.plain_of[firm]} [{answer.why}]"


def main(lists: Path, where: Path) -> None:
    """Read, match, count."""
    file = lists / "enterprise_lists.csv" if lists.is_dir() else lists
    rows = [row for part in read_list(file.name, file.read_bytes()) for row in part.rows]
    places = divisions(where)
    known = table(where, "uscc_registry_4cities.csv") if where.is_dir() else table(where, where.name)
    register = register_of(known, places)
    cities = set(register.path_of.values())
    answers = match.match([named(place, row, places, cities) for place, row in enumerate(rows)], register)
    print(f"register: {len(known)} firms")
    print("\n".join(told(rows, answers, register)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
