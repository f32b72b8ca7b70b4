"""Where titles carry a firm: checked against a day-by-day walk."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stairs import DAY, Place, Span, place

FIRST = datetime.date(2024, 1, 1)
days = st.integers(0, 40).map(lambda offset: FIRST + offset * DAY)
spans = st.builds(
    lambda order, begins, length: Span(order, begins, None if length is None else begins + length * DAY),
    st.integers(1, 4),
    days,
    st.none() | st.integers(0, 15),
)


def walked(titles: list[Span], on: datetime.date) -> Place:
    """The same by walking from the first day: the height changes on a day, and that day is remembered."""
    standing, since = 0, None
    day = FIRST
    while day <= on:
        now = max(
            (span.order for span in titles if span.begins <= day and (not span.ends or day <= span.ends)), default=0
        )
        if now != standing:
            standing, since = now, day
        day += DAY
    return Place(standing, since)


@given(st.lists(spans, max_size=6), days)
def test_place_and_walk_agree(titles: list[Span], on: datetime.date) -> None:
    assert place(titles, on) == walked(titles, on)


def test_a_firm_slips_on_the_day_after_its_title_ends() -> None:
    title = Span(2, FIRST, FIRST + 9 * DAY)

    assert place([title], FIRST + 9 * DAY) == Place(2, FIRST)
    assert place([title], FIRST + 10 * DAY) == Place(0, FIRST + 10 * DAY)


def test_a_seamless_renewal_keeps_the_first_day() -> None:
    old, new = Span(2, FIRST, FIRST + 9 * DAY), Span(2, FIRST + 10 * DAY, None)

    assert place([old, new], FIRST + 20 * DAY) == Place(2, FIRST)


def test_rungs_below_need_not_be_held() -> None:
    assert place([Span(4, FIRST, None)], FIRST) == Place(4, FIRST)
