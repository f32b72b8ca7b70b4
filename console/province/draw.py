"""The firms of the province, drawn from a seed: pure, repeatable, blind to how the product judges and counts."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from console.demo.firms import code_of
from console.province.profiles import BARE, PROFILES, TSME

HEADS: Final = (
    "云泽恒砺澜川启铄沐森拓岚衡楚昱辰锋泓润晟佑铭岩翰屿柏溯临景曜"
    "逸凌坤瑞淮钧博承岳鼎梁鹭禾嘉澍凯汀岑湛楠鹏垚朴荣汐砚垣岫"
)
TAILS: Final = (
    "源屿朔汀溪麓屹宸珩琅祺睿翊邺筑棠榕桐槐枫茂菁蔚蓝帆舸舟航驰骋骏骁麒麟鲲鹤鸢隼岱嵩嵘峥峻嶂崧崟岿峦岭峰岳峡"
)
TRADES: Final = (
    "精密装备", "智能输送设备", "换热器", "模具材料", "铜基新材料", "复合材料", "电子材料", "光电", "信息技术",
    "生物科技", "环保科技", "矿山装备", "新能源科技", "检测技术", "轻纺科技", "食品科技", "汽车部件", "铸造",
    "软件", "化工材料",
)  # fmt: skip
THIRDS: Final = ("", "达", "通", "科", "瑞", "联", "信", "华")
DAY: Final = datetime.timedelta(days=1)
TitleDrawn = tuple[str, datetime.date, datetime.date, datetime.date | None, str]


REVOKED_BEFORE: Final = datetime.timedelta(days=50)  # how long ago a title was suspended or revoked


@dataclass(slots=True)
class Drawn:
    """One invented firm: what will be written of it, in plain words."""

    number: int
    name: str
    former: str
    uscc: str
    unit: int
    profile: str
    tsme: str
    is_ruled: bool
    scale: int
    has_contact: bool
    has_officer: bool
    is_gone: bool
    above_scale: str
    institution: str
    list_checked: bool
    negative: str
    is_pending: bool
    titles: list[TitleDrawn] = field(default_factory=list)
    cases: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether nothing is known of it but its name."""
        return self.profile == BARE


def draw(*, seed: int, firms: int, weights: Sequence[int], on: datetime.date) -> Iterator[Drawn]:
    """So many firms on that day; ``weights`` say how many of them each unit gets."""
    dice = Random(seed)
    units = range(len(weights))
    total: list[int] = []
    for weight in weights:
        total.append((total[-1] if total else 0) + weight)
    step = coprime(len(HEADS) * len(TAILS) * len(TRADES))
    for number in range(firms):
        yield one(dice, number, step, dice.choices(units, cum_weights=total)[0], on)


def coprime(many: int) -> int:
    """A step through all the names that visits each once and looks like none."""
    step = many * 5 // 13 | 1
    while any(many % prime == 0 and step % prime == 0 for prime in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31)):
        step += 2
    return step


def name_of(number: int, step: int) -> tuple[str, str]:
    """The stem and the whole name of a firm; names repeat only after all combinations, then with a numeral."""
    many = len(HEADS) * len(TAILS) * len(TRADES)
    place = number * step % many
    rest, trade = divmod(place, len(TRADES))
    head, tail = divmod(rest, len(TAILS))
    stem = HEADS[head] + TAILS[tail]
    again, third = divmod(number // many, len(THIRDS))
    place_name = "湖北" if number % 4 == 1 else ""
    ending = "股份有限公司" if number % 9 == 2 else "有限公司"
    return stem, f"{place_name}{stem}{THIRDS[third]}{TRADES[trade]}{again or ''}{ending}"


def one(dice: Random, number: int, step: int, unit: int, on: datetime.date) -> Drawn:
    """One firm; whatever is drawn is drawn independently unless one thing rules the other out."""
    stem, name = name_of(number, step)
    profile = dice.choices(list(PROFILES), weights=[each.weight for each in PROFILES.values()])[0]
    chance = dice.random
    above = dice.choices(["now", "ended", ""], weights=[22, 4, 74])[0]
    firm = Drawn(
        number=number,
        name=name,
        former=f"{stem}实业有限公司" if number % 31 == 7 else "",
        uscc=code_of(number),
        unit=unit,
        profile=profile,
        tsme=dice.choices(list(TSME), weights=list(TSME.values()))[0],
        is_ruled=chance() < 0.3,
        scale=dice.randint(1, 20),
        has_contact=chance() < 0.93,
        has_officer=chance() < 0.9,
        is_gone=chance() < 0.01,
        above_scale=above,
        institution=dice.choices(["standing", "lapsed", ""], weights=[50, 8, 42])[0] if above else "",
        list_checked=profile != BARE and chance() < 0.8,
        negative=dice.choices(["", "经营异常", "安全事故", "经营异常已移出"], weights=[960, 20, 10, 10])[0],
        is_pending=chance() < 0.02,
    )
    if firm.is_bare:
        firm.negative = ""
    else:
        firm.titles = titles(dice, on)
    firm.cases = cases(dice)
    return firm


def three_years_on(day: datetime.date) -> datetime.date:
    """The last day of a title of three years; no title here begins on 29 February."""
    return day.replace(year=day.year + 3) - DAY


def titles(dice: Random, on: datetime.date) -> list[TitleDrawn]:
    """Recognitions: in force, ending soon, followed, lapsed, suspended, revoked."""
    found = [*tsme_titles(dice, on), *hnte_titles(dice, on)]
    if dice.random() < 0.06:
        begins = datetime.date(on.year - dice.randint(1, 4), 5, 20)
        found.append(("srdi", begins, begins, three_years_on(begins), "normal"))
        if dice.random() < 0.2:
            begins = datetime.date(on.year - dice.randint(1, 3), 9, 2)
            found.append(("little_giant", begins, begins, three_years_on(begins), "normal"))
    if dice.random() < 0.01:
        begins = datetime.date(on.year - dice.randint(1, 2), 8, 28)
        found.append(("gazelle", begins, begins, None, "normal"))
    return found


def tsme_titles(dice: Random, on: datetime.date) -> Iterator[TitleDrawn]:
    """科小 numbers of last year and of this year, each to 31 December."""
    for year, share in ((on.year - 1, 0.2), (on.year, 0.22)):
        issued = datetime.date(year, dice.choice([5, 7, 8, 9]), 15)
        if dice.random() < share and issued <= on:
            yield "tsme", issued, datetime.date(year, 1, 1), datetime.date(year, 12, 31), "normal"


def hnte_titles(dice: Random, on: datetime.date) -> Iterator[TitleDrawn]:
    """高企 certificates of the last five years; some end within weeks, some of these have a successor."""
    chance = dice.random()
    if chance >= 0.2:
        return
    if chance < 0.02:  # ends within the quarter to come; half have the next certificate already
        last = on + DAY * dice.choice([9, 33, 61, 88])
        begins = (last + DAY).replace(year=last.year - 3, day=min((last + DAY).day, 28))
        last = three_years_on(begins)
        yield "hnte", begins, begins, last, "normal"
        if dice.random() < 0.5:
            yield "hnte", on - DAY * 3, last + DAY, three_years_on(last + DAY), "normal"
        return
    month, day = dice.choice([(10, 16), (11, 8), (12, 1)])
    begins = datetime.date(on.year - dice.choice([0, 1, 1, 2, 2, 4]), month, day)
    if begins <= on - DAY * 70:
        yield (
            "hnte",
            begins,
            begins,
            three_years_on(begins),
            dice.choices(["normal", "suspended", "revoked"], [96, 2, 2])[0],
        )
    elif begins <= on:
        yield "hnte", begins, begins, three_years_on(begins), "normal"


STATES: Final = {
    "pooled": 30, "coaching": 22, "preparing": 14, "filed": 10, "recommended": 6, "publicised": 5,
    "recognised": 6, "rejected": 4, "withdrawn": 3,
}  # fmt: skip


def cases(dice: Random) -> list[tuple[str, str]]:
    """At most one case of a track, in any state."""
    found = []
    for track, share in (("hnte", 0.08), ("srdi", 0.02), ("tsme", 0.01)):
        if dice.random() < share:
            found.append((track, dice.choices(list(STATES), weights=list(STATES.values()))[0]))
    return found
