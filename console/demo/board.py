"""Cases of the demo's board in every state, with days near and past and papers half collected; through the door."""

import datetime
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from accounts.models import User
from enterprises.models import Enterprise, Material
from pipeline.domain import candidacies, judge
from pipeline.models import Assessment, Candidacy, MaterialRequirement, Round, Ruling, Title
from pipeline.models.candidacy import OPEN

if TYPE_CHECKING:
    from console.demo.seed import Demo

# Lists a bureau might keep; each stays 待核实 until its officers confirm it
PAPERS: Final = {
    "srdi": ("申请书", "近两年审计报告", "研发费用专项说明", "知识产权证书", "主导产品市场占有率说明", "信用报告"),
    "isme": ("自评表", "近一年财务报表", "知识产权证书", "创新性证明材料"),
    "little_giant": ("申请书", "近三年审计报告", "市场占有率说明", "知识产权证书", "研发机构建设佐证", "上市意向说明"),
}  # fmt: skip
# track: days from the seed to township, county, city cut-off and the end, and whether somebody verified them
WINDOWS: Final = {
    "hnte": (3, 7, 12, 20, True),
    "srdi": (2, 4, 9, 16, False),
    "isme": (6, 11, 18, 30, True),
    "little_giant": (-9, -6, -3, 5, False),
}
STEPS: Final = ("coach", "prepare", "file", "recommend", "publicise")
FILED: Final = STEPS.index("file") + 1
DECIDED: Final = ("met", "unmet")
# How many cases of a track, where as many firms are fit, end in each of the six columns
PLAN: Final = {
    "hnte": (16, 14, 13, 0, 0, 0),
    "srdi": (7, 8, 9, 7, 5, 4),
    "isme": (6, 6, 5, 5, 5, 4),
    "little_giant": (2, 2, 3, 1, 2, 1),
}


def fill_board(demo: "Demo") -> None:
    """Cases in every column, beside those that the rules found."""
    dice = Random(41)
    require_papers()
    for track, numbers in PLAN.items():
        round_ = write_round(demo, track)
        firms = free_firms(demo, track, dice)
        fit = fit_firms(track)
        # The furthest first: few firms miss nothing, and only these can be filed
        for place, number in reversed(list(enumerate(numbers))):
            suited = [firm for firm in firms if place < FILED or firm.pk in fit][:number]
            firms = [firm for firm in firms if firm not in suited]
            for firm in suited:
                hand_in(demo, firm, track, place, dice)
                rule_open(demo, firm, track) if place >= FILED else None
                walk(demo, firm, track, round_, place, dice)
    orphan(demo)


def require_papers() -> None:
    """The lists of papers."""
    MaterialRequirement.objects.bulk_create(
        MaterialRequirement(track=track, kind=kind, note="演示清单", order=order)
        for track, kinds in PAPERS.items()
        for order, kind in enumerate(kinds, 1)
    )


def write_round(demo: "Demo", track: str) -> Round:
    """A round whose days lie around the seed's."""
    *days, is_verified = WINDOWS[track]
    township, county, city, end = (demo.on + datetime.timedelta(days=number) for number in days)
    return Round.objects.create(
        track=track, year=demo.on.year, name=f"{demo.on.year}年冬季批次（演示）",
        opens_on=demo.on - datetime.timedelta(days=60), township_cutoff_on=township, county_cutoff_on=county,
        city_cutoff_on=city, closes_on=end, source="演示", verified_on=demo.on if is_verified else None,
        verified_by=demo.city_officer if is_verified else None,
    )  # fmt: skip


def fit_firms(track: str) -> set[int]:
    """Firms that miss no condition of the track; what is open about them an officer can rule."""
    judged = Assessment.objects.filter(track=track, n_unmet=0)
    return set(judged.values_list("enterprise_id", flat=True))


def rule_open(demo: "Demo", firm: Enterprise, track: str) -> None:
    """What facts leave open is ruled before a filing, as an officer would on the papers."""
    checked = judge.checklist(enterprise=firm, track=track, on=demo.on)
    still_open = [found.key for found in checked.findings if found.kind == "gate" and found.outcome not in DECIDED]
    Ruling.objects.bulk_create(
        Ruling(
            enterprise=firm, track=track, criterion=key, value=True, basis="演示：核对申报材料", by=demo.city_officer,
            ruled_on=demo.on,
        )
        for key in still_open
    )  # fmt: skip


def free_firms(demo: "Demo", track: str, dice: Random) -> list[Enterprise]:
    """Firms that neither hold the title nor work towards it, in an order of chance."""
    holders = Title.objects.in_force(demo.on).filter(track=track).values_list("enterprise", flat=True)
    taken = Candidacy.objects.filter(track=track, state__in=OPEN).values_list("enterprise", flat=True)
    busy = {*holders, *taken}
    free = [firm for firm in demo.firms if firm.pk not in busy]
    dice.shuffle(free)
    return sorted(free, key=lambda firm: len(firm.name) < 24)  # the longest name is somewhere to be seen


def hand_in(demo: "Demo", firm: Enterprise, track: str, place: int, dice: Random) -> None:
    """More papers the further a case is; all of them once it is filed."""
    kinds = list(MaterialRequirement.objects.filter(track=track).values_list("kind", flat=True))
    number = len(kinds) if place >= 3 else dice.randint(0, len(kinds) - 1) if place == 2 else dice.choice((0, 0, 1, 2))
    by, year = firm.officer or demo.city_officer, demo.on.year - 1
    Material.objects.bulk_create(
        Material(enterprise=firm, kind=kind, year=year, stated_by=by, accepted_by=by, accepted_at=demo.at)
        for kind in dice.sample(kinds, number)
    )


def walk(demo: "Demo", firm: Enterprise, track: str, round_: Round, place: int, dice: Random) -> None:
    """Open a case and take it to its column; every third one names no round yet."""
    officer = owner(demo, firm, dice)
    chosen = None if place < 3 and dice.random() < 0.3 else round_.pk
    by, on = demo.city_officer, demo.on
    case = candidacies.open_case(enterprise_id=firm.pk, track=track, by=by, on=on, round_id=chosen, officer=officer)
    steps: Sequence[str] = STEPS[:place] if place else ()
    for step in steps:
        case = candidacies.move(
            candidacy_id=case.pk, step=step, by=by, version=case.version, on=on, reason="演示", round_id=chosen
        )


def owner(demo: "Demo", firm: Enterprise, dice: Random) -> User:
    """The officer of the firm's unit, or one of the city."""
    return firm.officer or dice.choice([demo.city_officer, *demo.officers[:1]])


def orphan(demo: "Demo") -> None:
    """Some cases nobody looks after: their firms have no officer either."""
    firms = Enterprise.objects.filter(officer__isnull=True)
    cases = Candidacy.objects.filter(enterprise__in=firms, state__in=OPEN).order_by("pk")
    Candidacy.objects.filter(pk__in=list(cases.values_list("pk", flat=True)[::6])).update(officer=None)
