"""64 bits or 128: the same answers on both sides of the limit, and several editions over one frame as one by one."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.vocabulary import FIGURES
from pipeline.facts.register import Register, from_rows
from pipeline.rules import evaluate, width
from pipeline.rules.seeds import seeds

ON = date(2026, 5, 1)
WHOLE = [figure.name for figure in FIGURES if not figure.is_decimal]
LIMIT = min(width.limit(edition) for edition in seeds())
FIRMS = st.lists(
    st.lists(
        st.dictionaries(
            st.sampled_from(WHOLE), st.sampled_from([0, 1, 7, 10**6, LIMIT - 1, LIMIT]), min_size=4, max_size=12
        ),
        min_size=3,
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)


def register_of(firms: list[list[dict[str, int]]]) -> Register:
    """Firms with three years of figures each."""
    years = [
        {"firm": number, "year": 2025 - back, **figures}
        for number, each in enumerate(firms)
        for back, figures in enumerate(each)
    ]
    return from_rows({"firms": [{"firm": number} for number in range(len(firms))], "years": years})


def test_figures_of_the_real_world_stay_narrow() -> None:
    assert LIMIT >= 10**12
    frame = pl.DataFrame({"sales_cny_1": [LIMIT, -LIMIT, None]})
    assert width.widened(frame, LIMIT)["sales_cny_1"].dtype == pl.Int64


@pytest.mark.parametrize("beyond", [LIMIT + 1, -LIMIT - 1, 2**63 - 1])
def test_one_figure_beyond_the_limit_widens_all(beyond: int) -> None:
    frame = pl.DataFrame({"sales_cny_1": [1, beyond], "net_assets_cny_2": [1, 1]})
    assert set(width.widened(frame, LIMIT).dtypes) == {pl.Int128}


@settings(max_examples=30, deadline=None)
@given(firms=FIRMS)
def test_narrow_and_wide_answer_alike_up_to_the_limit(firms: list[list[dict[str, int]]]) -> None:
    register = register_of(firms)
    narrow = evaluate.many(seeds(), register, ON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "limit", lambda edition: -1)  # every figure is beyond it
        wide = evaluate.many(seeds(), register, ON)

    assert all(one.equals(other) for one, other in zip(narrow, wide, strict=True))


@settings(max_examples=15, deadline=None)
@given(firms=FIRMS)
def test_many_editions_at_once_answer_as_each_alone(firms: list[list[dict[str, int]]]) -> None:
    register = register_of(firms)
    together = evaluate.many(seeds(), register, ON)
    alone = [evaluate.verdicts(edition, register, ON) for edition in seeds()]
    whole = [evaluate.evaluate(edition, register, ON).select(alone[0].columns) for edition in seeds()]

    assert all(one.equals(other) for one, other in zip(together, alone, strict=True))
    assert all(one.equals(other) for one, other in zip(together, whole, strict=True))


def test_an_edition_judges_only_the_firms_it_is_given() -> None:
    register = register_of([[{}, {}, {}]] * 3)
    [found] = evaluate.many(seeds()[:1], register, ON, [pl.Series([0, 2])])
    assert found["firm"].to_list() == [0, 2]


def test_slices_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    register = register_of([[{"sales_cny": 10**number}, {}, {}] for number in range(7)])
    whole = evaluate.many(seeds(), register, ON)
    monkeypatch.setattr(evaluate, "AT_ONCE", 2)
    assert all(one.equals(other) for one, other in zip(whole, evaluate.many(seeds(), register, ON), strict=True))
