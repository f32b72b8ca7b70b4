"""Rows of 研发机构 as a list and a workbook show them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import F

from console.exports.cells import Column
from console.institutions.forms import SpellEndForm, SpellForm
from console.pages import COUNTED, SIZE, Page, number_asked
from enterprises import deadlines, six_haves
from enterprises.models import Enterprise, ResearchInstitution
from enterprises.models.institution import InstitutionQuerySet, State

SOON: Final = 90  # days
TONES: Final = {
    State.CULTIVATING: "",
    State.BUILDING: "wait",
    State.COMPLETE: "brand",
    State.RECOGNISED: "ok",
    State.ENDED: "no",
}
COLUMNS: Final = (
    Column("企业"), Column("责任单位"), Column("研发机构"), Column("种类"), Column("级别"), Column("状态"),
    Column("依托高校院所"), Column("组建日", kind="date"), Column("认定日", kind="date"),
    Column("有效期至", kind="date"), Column("文号或文件"),
    *(Column(item.label) for item in six_haves.ITEMS), Column("六有复查日", kind="date"),
)  # fmt: skip


class Found(NamedTuple):
    """What of the six was found, as a line says it."""

    six: str
    is_whole: bool
    contradicts: bool
    lacks: tuple[str, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """An institution on a list: its state, what its 六有 lack, whether a day has passed or is near."""

    institution: ResearchInstitution
    tone: str
    lacks: list[str]
    unchecked: list[str]
    is_late: bool
    is_lapsed: bool
    is_soon: bool

    @property
    def six(self) -> str:
        """How many of the six were found: 4/6."""
        return f"{len(self.institution.haves)}/{len(six_haves.KEYS)}"

    @property
    def is_whole(self) -> bool:
        """Whether all six were found."""
        return self.institution.has_all_six

    @property
    def contradicts(self) -> bool:
        """Whether it stands as 六有达标 although a later check found something missing."""
        return self.institution.state == State.COMPLETE and not self.institution.has_all_six

    @property
    def found(self) -> Found:
        """The same for its line, which many institutions share."""
        return Found(self.six, self.is_whole, self.contradicts, tuple(self.lacks), tuple(self.unchecked))


def labels(keys: list[str]) -> list[str]:
    """Items by name, in their usual order."""
    return [item.label for item in six_haves.ITEMS if item.key in keys]


def row(institution: ResearchInstitution, on: datetime.date) -> Row:
    """An institution as a list shows it on a day."""
    ended, until, again = institution.state == State.ENDED, institution.valid_until, institution.recheck_on
    return Row(
        institution=institution,
        tone=TONES[State(institution.state)],
        lacks=labels(institution.lacks),
        unchecked=labels(institution.unchecked),
        is_late=not ended and deadlines.is_past(again, on),
        is_lapsed=not ended and deadlines.is_past(until, on),
        is_soon=not ended and deadlines.is_within(until, on, SOON),
    )


def page_of(found: InstitutionQuerySet, asked: Mapping[str, str]) -> tuple[Page, list[ResearchInstitution]]:
    """The page asked for; counted as far as anybody learns from it, beyond the end the last one."""
    count = found.order_by()[: COUNTED + 1].count()
    number = number_asked(asked)
    if count <= COUNTED:
        number = min(number, max(1, -(-count // SIZE)))
    start = (number - 1) * SIZE
    rows = list(found[start : start + SIZE + 1])
    following = str(number + 1) if len(rows) > SIZE else ""
    rows = rows[:SIZE]
    previous = str(number - 1) if number > 1 else ""
    return Page(number, len(rows), min(count, COUNTED), previous, following, count > COUNTED), rows


def cells(one: ResearchInstitution) -> tuple[Any, ...]:
    """An institution as a line of the file; 未核 is not 无."""
    found = ("有" if key in one.haves else "无" if key in one.lacks else "未核" for key in six_haves.KEYS)
    return (
        one.enterprise.name, one.enterprise.region.name, one.name, one.kind, one.get_level_display(),
        State(one.state).label, one.partner_school, one.established_on, one.recognised_on, one.valid_until,
        one.document, *found, one.recheck_on,
    )  # fmt: skip


def of_firm(enterprise: Enterprise, on: datetime.date) -> dict[str, Any]:
    """Institutions and 规上 spells of a firm, as its page shows them, with their forms."""
    held = enterprise.institutions.order_by(F("ended_on").desc(nulls_first=True), "pk")
    spells = list(enterprise.above_scale_spells.order_by("-from_on", "-pk"))
    return {
        "institutions": [row(one, on) for one in held],
        "spells": spells,
        "is_above_scale": any(spell.to_on is None for spell in spells),
        "spell_form": SpellForm(auto_id="id_spell_%s"),
        "spell_end_form": SpellEndForm(),
    }
