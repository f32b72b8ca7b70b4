"""Matching a list of 5,000 names against a register of 100,000 firms, beside what one would take instead.

python -m benchmarks.reconciling [FIRMS] [NAMES] [ROUNDS]

Four contestants over the same names in the same run: a VLOOKUP (a dictionary of exact names: fast, and blind to every
name that is not written to the letter); ``pipeline.lists.match`` (code, name, former name, then cores, short names and
names one character away); ``difflib.get_close_matches`` and a plain loop over all firms, the two usual answers to
"find similar names", on as many names as they get done in their time and reckoned up. Every name's right answer is
planted, so that what each finds can be counted beside what it takes.
"""

import difflib
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from random import Random

import polars as pl

from enterprises.search import folded
from pipeline.lists import match, writing
from pipeline.lists.match import DOUBTFUL, SURE, UNKNOWN, Named, Register

SYLLABLES = "云泽远岑青麓江芷北汀岚桥沐川星垣禾序拓原澄朴石锦瑞宏盛丰华鑫达恒昌景曜砺锋铭岩翰屿柏临承岳鼎梁飞鹭"
TRADES = [
    "精密机械", "新材料", "生物科技", "软件", "环保设备", "铸造", "机电", "光电", "农业发展",
    "能源", "智能装备", "建材", "食品", "医药", "电子", "汽车零部件",
]  # fmt: skip
PLACES = ("湖北", "黄石市", "大冶", "武汉", "")
FORMS = ("有限公司", "股份有限公司", "有限责任公司")
STRANGE = "甲乙丙丁戊己庚辛壬癸"
PATIENCE = 20.0  # seconds for the contestants that would take hours

Planted = tuple[str, int | None, str]  # name on the list, the firm meant (none: nobody), how it is written


def register_of(firms: int, dice: Random) -> list[str]:
    """Names of firms, none twice."""
    names: dict[str, None] = {}
    while len(names) < firms:
        brand = "".join(dice.choice(SYLLABLES) for _ in range(3))
        names[dice.choice(PLACES) + brand + dice.choice(TRADES) + dice.choice(FORMS)] = None
    return list(names)


def planted(names: Sequence[str], many: int, dice: Random) -> list[Planted]:
    """A list: to the letter, in other characters or brackets, one character wrong, another form, short, unknown."""
    found: list[Planted] = []
    known = set(names)
    for number in range(many):
        firm = dice.randrange(len(names))
        name = names[firm]
        bare = name.removesuffix("有限公司").removesuffix("股份").removesuffix("有限责任公司")
        place = next(place for place in PLACES if name.startswith(place))
        at = len(place) + 1
        kinds: tuple[tuple[str, int | None, str], ...] = (
            (name, firm, "exact"),
            (f" {name[:2]} {name[2:]}（）", firm, "written otherwise"),
            (name[:at] + dice.choice(STRANGE) + name[at + 1 :], firm, "one character"),
            (bare + ("有限公司" if name.endswith("股份有限公司") else "股份有限公司"), firm, "other form"),
            (bare.removeprefix(place), firm, "short"),
            ("".join(dice.choice(STRANGE) for _ in range(4)) + "陶瓷有限公司", None, "nobody"),
        )
        spelt = kinds[number % len(kinds)]
        # A name that happens to be another firm's is that firm's
        found.append(spelt if spelt[0] not in known else (name, firm, "exact"))
    return found


def ours(names: Sequence[str], wanted: Sequence[Planted]) -> dict[str, int]:
    """The product's own functions, from frames on; what it answers, by how the name is written."""
    rows = [(number, None, folded(name), "1/", True) for number, name in enumerate(names)]
    firms = pl.DataFrame(rows, schema=match.FIRMS, orient="row")
    register = Register(firms, writing.prefix_of(["黄石市", "大冶市", "武汉市"]), pl.DataFrame(schema=match.FORMER))
    answers = match.match([Named(number, name) for number, (name, _, _) in enumerate(wanted)], register)
    told = {SURE: 0, DOUBTFUL: 0, UNKNOWN: 0, "right": 0, "wrongly sure": 0}
    for number, (_, firm, _) in enumerate(wanted):
        answer = answers[number]
        told[answer.verdict] += 1
        told["right"] += firm == answer.firm or firm in {one.firm for one in answer.candidates}
        told["wrongly sure"] += answer.verdict == SURE and answer.firm != firm
    return told


def vlookup(names: Sequence[str], wanted: Sequence[Planted]) -> int:
    """Exact names only."""
    known = {name: number for number, name in enumerate(names)}
    return sum(known.get(name) == firm for name, firm, _ in wanted)


def close_matches(names: Sequence[str], name: str) -> list[str]:
    """The standard library's answer for one name."""
    return difflib.get_close_matches(name, names, n=6, cutoff=0.7)


def loop(names: Sequence[str], name: str) -> list[str]:
    """All firms looked at for one name: contained, or sharing most of their bigrams (Dice)."""
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    found = []
    for firm in names:
        theirs = {firm[at : at + 2] for at in range(len(firm) - 1)}
        if name in firm or 2 * len(pairs & theirs) >= 0.7 * (len(pairs) + len(theirs)):
            found.append(firm)
    return found[:6]


def reckoned(
    find: Callable[[Sequence[str], str], list[str]], names: Sequence[str], wanted: Sequence[Planted]
) -> tuple[float, float]:  # fmt: skip
    """Seconds for the whole list, reckoned from as many names as fit; the share of them answered rightly."""
    start, done, right = time.perf_counter(), 0, 0
    for name, firm, _ in wanted:
        found = find(names, name)
        right += (names[firm] in found) if firm is not None else not found
        done += 1
        if time.perf_counter() - start > PATIENCE:
            break
    return (time.perf_counter() - start) / done * len(wanted), right / done


def main(firms: int = 100_000, many: int = 5_000, rounds: int = 3) -> None:
    """All contestants in turn, and the ratios."""
    dice = Random(2026)
    names = register_of(firms, dice)
    wanted = planted(names, many, dice)
    dice.shuffle(wanted)
    looked, matched, told = [], [], {}
    exact = 0
    for _ in range(rounds):
        start = time.perf_counter()
        exact = vlookup(names, wanted)
        looked.append(time.perf_counter() - start)
        start = time.perf_counter()
        told = ours(names, wanted)
        matched.append(time.perf_counter() - start)
    mine, theirs = statistics.median(matched), statistics.median(looked)
    print(f"{many} names against {firms} firms, median of {rounds} rounds; register indexed anew each round")
    print(f"  {'VLOOKUP (exact names)':44} {theirs:9.3f} s   right {exact / many:6.1%}")
    print(f"  {'pipeline.lists.match':44} {mine:9.3f} s   right {told['right'] / many:6.1%}   {told}")
    for name, find in (("difflib.get_close_matches", close_matches), ("loop over all firms (Dice on bigrams)", loop)):
        seconds, right = reckoned(find, names, wanted)
        print(f"  {name:44} {seconds:9.1f} s   right {right:6.1%}   reckoned: {seconds / mine:.0f} x ours")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
