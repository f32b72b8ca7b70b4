"""Days of titles and rounds: the row and the queryset tell the same truth, the first and the last day included."""

import datetime

import pytest

from accounts.machine import state_change_allowed
from enterprises.models import Enterprise
from pipeline.models import Round, Title
from tests.factories import RoundFactory, TitleFactory

DAY = datetime.timedelta(days=1)
BEGINS, ENDS = datetime.date(2025, 11, 1), datetime.date(2028, 10, 31)


@pytest.mark.parametrize(("on", "holds"), [(BEGINS - DAY, False), (BEGINS, True), (ENDS, True), (ENDS + DAY, False)])
def test_a_title_is_in_force_from_its_first_to_its_last_day(
    enterprise: Enterprise, on: datetime.date, holds: bool
) -> None:
    title = TitleFactory(enterprise=enterprise)

    assert (title.is_in_force(on), Title.objects.in_force(on).exists()) == (holds, holds)


@pytest.mark.parametrize(
    ("standing", "holds"), [("normal", True), ("under_review", True), ("suspended", False), ("revoked", False)]
)
def test_a_suspended_or_revoked_title_is_not_in_force(enterprise: Enterprise, standing: str, holds: bool) -> None:
    with state_change_allowed():
        title = TitleFactory(enterprise=enterprise, standing=standing)

    assert (title.is_in_force(BEGINS), Title.objects.in_force(BEGINS).exists()) == (holds, holds)


@pytest.mark.parametrize(("left", "listed"), [(90, True), (91, False), (0, True), (-1, False)])
def test_a_title_expires_within_ninety_days(enterprise: Enterprise, left: int, listed: bool) -> None:
    TitleFactory(enterprise=enterprise)

    assert Title.objects.expiring(ENDS - left * DAY, 90).exists() is listed


def test_a_title_with_a_successor_does_not_expire(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)
    TitleFactory(enterprise=enterprise, issued_on=ENDS + DAY, valid_until=ENDS + 1000 * DAY)

    assert not Title.objects.expiring(ENDS - 30 * DAY, 90).exists()


OPENS, CLOSES = datetime.date(2026, 6, 1), datetime.date(2026, 8, 31)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "on", "is_open"),
    [
        (OPENS, CLOSES, OPENS, True),
        (OPENS, CLOSES, OPENS - DAY, False),
        (OPENS, CLOSES, CLOSES, True),
        (OPENS, CLOSES, CLOSES + DAY, False),
        (OPENS, None, CLOSES + 100 * DAY, True),
        (None, CLOSES, CLOSES, True),
        (None, CLOSES, CLOSES + DAY, False),
        (None, None, OPENS, False),
    ],
)
def test_a_round_is_open_between_its_known_days(
    db: None, opens_on: datetime.date | None, closes_on: datetime.date | None, on: datetime.date, is_open: bool
) -> None:
    filing = RoundFactory(opens_on=opens_on, closes_on=closes_on)

    assert (filing.is_open(on), Round.objects.open_on(on).exists()) == (is_open, is_open)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "window"),
    [
        (OPENS, CLOSES, "2026年6月1日起，2026年8月31日止"),
        (OPENS, None, "2026年6月1日起，截止日未定"),
        (None, CLOSES, "2026年8月31日止"),
        (None, None, "时间待公布"),
    ],
)
def test_a_round_says_its_window(
    db: None, opens_on: datetime.date | None, closes_on: datetime.date | None, window: str
) -> None:
    assert RoundFactory(opens_on=opens_on, closes_on=closes_on).window == window
