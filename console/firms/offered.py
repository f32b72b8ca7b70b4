"""What the filters of 企业库 offer that depends on the editions and on the bureau's ladder."""

from collections.abc import Iterable
from typing import Final

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import editions, stock
from pipeline.models import Rung

WAY_LABELS: Final = {"coaching": "培育中", "filed": "申报中"}


def judged_choices() -> list[tuple[str, str]]:
    """The tracks that are judged."""
    return [(track, TRACK_BY_KEY[track].label) for track in editions.judged_tracks()]


def short_choices() -> list[tuple[str, str]]:
    """One short of each of them."""
    return [(track, f"只差一项：{TRACK_BY_KEY[track].short}") for track in editions.judged_tracks()]


def rung_choices(rungs: Iterable[Rung]) -> list[tuple[str, str]]:
    """The rungs of the bureau's ladder, and none."""
    return [*((rung.key, rung.name) for rung in rungs), (stock.OFF_LADDER, "未入梯队")]


def new_choices(rungs: Iterable[Rung]) -> list[tuple[str, str]]:
    """This year's new of each rung."""
    return [(rung.key, f"本年新增{rung.name}") for rung in rungs]


def way_choices(rungs: Iterable[Rung]) -> list[tuple[str, str]]:
    """On the way to each rung."""
    return [(f"{rung.key}:{way}", f"{rung.name}{label}") for rung in rungs for way, label in WAY_LABELS.items()]


BY_RUNG: Final = {"rung": rung_choices, "new": new_choices, "way": way_choices}  # the rungs are read once a page
