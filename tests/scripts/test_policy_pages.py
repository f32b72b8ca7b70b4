"""docs/policies/ says what the policy files say."""

from enterprises.vocabulary import RULED
from pipeline.rules import outline, seeds
from scripts import policies


def test_the_pages_are_what_the_policy_files_make_them():
    stale = [name for name, text in policies.pages().items() if not policies.same(policies.HERE / name, text)]

    assert not stale, "run `python -m scripts.policies`"


def test_every_track_with_an_edition_has_a_page_and_every_unconfirmed_criterion_is_listed():
    pages = policies.pages()
    open_ones = [clause for edition in seeds.seeds() for clause in outline.every(edition) if clause.is_unconfirmed]

    assert {f"{edition.track}.md" for edition in seeds.seeds()} | {"README.md"} == set(pages)
    assert {edition.track for edition in seeds.seeds()} <= {track.key for track in RULED}
    assert pages["README.md"].count("\n- `") == len(open_ones) > 100


def test_a_page_gives_each_condition_its_figure_clause_and_confidence():
    page = policies.pages()["hnte.md"]

    row = next(line for line in page.splitlines() if line.startswith("| H4 |"))

    assert row.count("|") == 9
    assert all(said in row for said in ("≥10%", "第十一条", "科技人员占职工总数比例", "见于可靠转载"))
    assert "5,000万元以上至2亿元（含）：≥4%" in page
