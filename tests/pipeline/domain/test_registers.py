"""The register as the rules read it: titles with the day of their revocation, and what a controlling firm holds."""

import datetime

import pytest

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.vocabulary import NO_PARENT
from pipeline.domain import registers
from pipeline.domain.titles import act
from pipeline.facts.assemble import assemble
from pipeline.facts.catalogue import facts
from pipeline.models import Title
from tests.factories import EnterpriseFactory, FirmStatementFactory, TitleFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 5, 1)
GIANT = {"track": "little_giant", "issued_on": datetime.date(2024, 7, 1), "valid_until": datetime.date(2027, 6, 30)}


def read(name: str, firm: Enterprise, on: datetime.date = ON) -> object:
    """A fact of one firm as the rules read it, that firm alone loaded."""
    fact = facts()[name]
    frame = assemble(registers.load([firm.pk]), on, fact.columns)
    return frame.select(fact.measure.value).item()  # type: ignore[union-attr]


def controlled_by(code: str) -> Enterprise:
    """A firm that says who controls it."""
    return FirmStatementFactory(parent_uscc=code).enterprise


def parent(*, looked_up: bool = True) -> Enterprise:
    """A firm that controls another; whether somebody checked its titles."""
    return EnterpriseFactory(uscc="914403001922038216", titles_known_on=ON if looked_up else None)


def test_a_parent_that_is_a_little_giant_is_known_though_it_was_not_asked_for() -> None:
    TitleFactory(enterprise=parent(), **GIANT)
    child = controlled_by("914403001922038216")

    days = (ON, datetime.date(2027, 6, 30), datetime.date(2027, 7, 1), datetime.date(2024, 6, 30))

    assert [read("parent_is_little_giant", child, on) for on in days] == [True, True, False, False]


def test_a_parent_without_the_title_is_a_no_only_where_its_titles_were_looked_up() -> None:
    parent(looked_up=False)
    child = controlled_by("914403001922038216")

    assert read("parent_is_little_giant", child) is None
    Enterprise.objects.filter(uscc="914403001922038216").update(titles_known_on=ON)
    assert read("parent_is_little_giant", child) is False


def test_a_parent_from_elsewhere_is_unknown_and_nobody_is_known_to_be_none() -> None:
    elsewhere, nobody, silent = controlled_by("91110000802100433B"), controlled_by(NO_PARENT), EnterpriseFactory()

    assert [read("parent_is_little_giant", firm) for firm in (elsewhere, nobody, silent)] == [None, False, None]


def test_a_revocation_keeps_the_firm_out_in_its_year_and_a_suspension_does_not(officer: User) -> None:
    gone, held = (TitleFactory(enterprise__titles_known_on=ON, enterprise__region=officer.region) for _ in range(2))
    for title, step in ((gone, "revoke"), (held, "suspend")):
        stopped(title, step, officer)

    firms = (gone.enterprise, held.enterprise)

    assert [read("hnte_revoked_this_year", firm, datetime.date(2026, 12, 31)) for firm in firms] == [True, False]
    assert read("hnte_revoked_this_year", gone.enterprise, datetime.date(2027, 1, 1)) is False
    assert [read("title_hnte", firm, datetime.date(2026, 12, 31)) for firm in firms] == [False, False]


def stopped(title: Title, step: str, by: User) -> None:
    """Take an act with a title."""
    act(title_id=title.pk, step=step, by=by, version=title.version, reason="检查不合格", on=ON)
