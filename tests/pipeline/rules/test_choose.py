"""The edition in force is chosen by track, day, kind and region, and the choice says why."""

from datetime import date

import pytest

from pipeline.rules.choose import NoEdition, choose
from pipeline.rules.edition import Edition, Kind
from pipeline.rules.seeds import seeds

TSME = next(edition for edition in seeds() if edition.track == "tsme")


def edition(**changes: object) -> Edition:
    """The edition of 科小 with something changed."""
    return TSME.model_copy(update=changes)


OLD = edition(id="old", effective_from=date(2017, 1, 1), effective_to=date(2026, 3, 31))
NEW = edition(id="new", effective_from=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("on", "chosen"), [(date(2017, 1, 1), "old"), (date(2026, 3, 31), "old"), (date(2026, 4, 1), "new")]
)
def test_the_day_decides_both_ends_included(on: date, chosen: str) -> None:
    assert choose([OLD, NEW], track="tsme", on=on, kind="apply").edition.id == chosen


def test_one_campaign_may_judge_applications_by_the_new_text_and_reviews_by_the_old() -> None:
    old = OLD.model_copy(update={"effective_to": None, "applies_to": ("review",)})
    new = NEW.model_copy(update={"applies_to": ("apply",)})

    chosen = [
        choose([old, new], track="tsme", on=date(2026, 5, 1), kind=kind).edition.id for kind in ("apply", "review")
    ]

    assert chosen == ["new", "old"]


def test_a_region_goes_by_its_own_text_and_others_by_the_national_one() -> None:
    local = NEW.model_copy(update={"id": "local", "region": "42/4202/"})

    def at(region: str) -> str:
        return choose([NEW, local], track="tsme", on=date(2026, 5, 1), kind="apply", region=region).edition.id

    assert [at("42/4202/420281/"), at("42/4212/"), at("")] == ["local", "new", "new"]


def test_the_choice_names_edition_document_and_period() -> None:
    why = choose(seeds(), track="hnte", on=date(2026, 5, 1), kind="apply").why

    assert "高新技术企业认定" in why
    assert "国科发火〔2016〕32号" in why
    assert "自2016-01-01起施行" in why


@pytest.mark.parametrize(
    ("track", "on", "kind", "says"),
    [
        ("hnte", date(2015, 12, 31), "apply", "没有施行中的“高新技术企业”"),
        ("hnte", date(2026, 5, 1), "review", "重新认定按申报办理"),
        ("no_such_track", date(2026, 5, 1), "apply", "还没有录入规则版本"),
    ],
)
def test_no_edition_says_why(track: str, on: date, kind: str, says: str) -> None:
    with pytest.raises(NoEdition, match=says):
        choose(seeds(), track=track, on=on, kind=kind)  # type: ignore[arg-type]


LADDER = [
    # 小巨人: the round of 2026 takes applications by the new text and reviews by the old one.
    ("little_giant", date(2026, 3, 31), "apply", "LG-2022-63-A3"),
    ("little_giant", date(2026, 4, 1), "apply", "LG-2026-2-A2"),
    ("little_giant", date(2026, 8, 3), "apply", "LG-2026-2-A2"),
    ("little_giant", date(2026, 8, 3), "review", "LG-2022-63-A3-REVIEW"),
    ("little_giant", date(2026, 12, 31), "review", "LG-2022-63-A3-REVIEW"),
    ("little_giant", date(2027, 1, 1), "review", "LG-2026-2-A2-REVIEW"),
    ("srdi", date(2026, 2, 10), "apply", "SRDI-2022-63-A2"),
    ("srdi", date(2026, 3, 31), "review", "SRDI-2022-63-A2"),
    ("srdi", date(2026, 4, 1), "apply", "SRDI-2026-2-A1"),
    ("srdi", date(2026, 4, 1), "review", "SRDI-2026-2-A1-REVIEW"),
    ("isme", date(2026, 8, 3), "apply", "ISME-2022-63-A1"),
    ("isme", date(2026, 8, 3), "review", "ISME-2022-63-A1"),
    ("champion_national", date(2026, 8, 3), "apply", "CHAMP-2023-138"),
    ("champion_hubei", date(2026, 8, 3), "review", "HBCHAMP-2023-156"),
    ("key_little_giant", date(2026, 8, 3), "apply", "KLG-2024-148"),
]


@pytest.mark.parametrize(("track", "on", "kind", "edition_id"), LADDER)
def test_the_main_ladder_is_judged_by_the_text_of_the_day(track: str, on: date, kind: Kind, edition_id: str) -> None:
    choice = choose(seeds(), track=track, on=on, kind=kind)

    assert choice.edition.id == edition_id
    assert choice.edition.document in choice.why


def test_a_round_that_is_over_has_no_edition_and_says_until_when_it_had_one() -> None:
    with pytest.raises(NoEdition, match=r"没有施行中.*至2026-11-22"):
        choose(seeds(), track="key_little_giant", on=date(2026, 11, 23), kind="apply")
