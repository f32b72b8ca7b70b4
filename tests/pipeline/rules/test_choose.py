"""The edition in force is chosen by track, day, kind and region, and the choice says why."""

from datetime import date

import pytest

from pipeline.rules.choose import NoEdition, choose
from pipeline.rules.edition import Edition
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
