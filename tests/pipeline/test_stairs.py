"""Where titles carry a firm: checked against a day-by-day walk."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.stairs import Place, Span, place, stretches

DAY = datetime.timedelta(days=1)

FIRST = datetime.date(2024, 1, 1)
days = st.integers(0, 40).map(lambda offset: FIRST + offset * DAY)
TURN = FIRST + 20 * DAY  # a new text: it drops the first rung, so that all others have another number
OLD, NEW = ["a", "b", "c", "d"], ["b", "c", "d", "e"]
held = st.tuples(st.sampled_from("abcde"), days, st.none() | st.integers(0, 15))


def spans_of(titles: list[tuple[str, datetime.date, int | None]]) -> list[Span]:
    """What titles carry by both texts, each within its own days."""
    found = []
    for rung, begins, length in titles:
        ends = None if length is None else begins + length * DAY
        for ladder, rungs, first, last in (("old", OLD, None, TURN - DAY), ("new", NEW, TURN, None)):
            if rung in rungs:
                found.append(Span(rungs.index(rung) + 1, begins, ends, rung, ladder).within(first, last))
    return [span for span in found if span]


def holds(begins: datetime.date, length: int | None, on: datetime.date) -> bool:
    """Whether a title of so many days holds on the day."""
    return begins <= on and (length is None or on <= begins + length * DAY)


def walked(titles: list[tuple[str, datetime.date, int | None]], on: datetime.date) -> Place:
    """The same by walking from the first day: the rung changes on a day, and that day is remembered."""
    standing, since, order = "", None, 0
    day = FIRST
    while day <= on:
        rungs = OLD if day < TURN else NEW
        ours = [rung for rung, *days in titles if holds(*days, day)]
        now = max((rung for rung in ours if rung in rungs), key=rungs.index, default="")
        order = rungs.index(now) + 1 if now else 0
        if now != standing:
            standing, since = now, day
        day += DAY
    return Place(order, since, standing)


@given(st.lists(held, max_size=6), days)
def test_place_and_walk_agree(titles: list[tuple[str, datetime.date, int | None]], on: datetime.date) -> None:
    assert place(spans_of(titles), on) == walked(titles, on)


@given(st.lists(held, max_size=6), days)
def test_stretches_tell_of_each_day_where_the_firm_stood(
    titles: list[tuple[str, datetime.date, int | None]], on: datetime.date
) -> None:
    told = list(stretches(spans_of(titles), on))

    for offset in range((on - FIRST).days + 1):
        day = FIRST + offset * DAY
        here = [each for each in told if each.begins <= day and (each.ends is None or day <= each.ends)]
        right = walked(titles, day)
        assert [(each.order, each.rung) for each in here] == ([(right.order, right.rung)] if right.since else [])
        assert all(each.ladder == ("" if not each.rung else "old" if day < TURN else "new") for each in here)


def test_a_new_text_that_keeps_the_rung_is_no_break_in_its_days() -> None:
    spans = spans_of([("c", FIRST, None)])

    assert place(spans, TURN) == Place(2, FIRST, "c")
    assert [(each.ladder, each.order, each.begins, each.ends) for each in stretches(spans, TURN)] == [
        ("new", 2, TURN, None),
        ("old", 3, FIRST, TURN - DAY),
    ]


def test_a_firm_slips_on_the_day_after_its_title_ends() -> None:
    title = Span(2, FIRST, FIRST + 9 * DAY, "b", "old")

    assert place([title], FIRST + 9 * DAY) == Place(2, FIRST, "b")
    assert place([title], FIRST + 10 * DAY) == Place(0, FIRST + 10 * DAY)


def test_a_seamless_renewal_keeps_the_first_day() -> None:
    old, new = Span(2, FIRST, FIRST + 9 * DAY, "b", "old"), Span(2, FIRST + 10 * DAY, None, "b", "old")

    assert place([old, new], FIRST + 20 * DAY) == Place(2, FIRST, "b")


def test_rungs_below_need_not_be_held() -> None:
    assert place([Span(4, FIRST, None, "d", "old")], FIRST) == Place(4, FIRST, "d")
