"""What an evaluation says can be repeated to the byte, and whatever was altered is found."""

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipeline.facts.register import Register
from pipeline.rules import replay
from pipeline.rules.edition import Edition, load
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import findings
from pipeline.rules.seeds import paths, text_of
from tests.policies.firms import ON, firms, register_of

EVERY = {f"{path.parent.name}/{path.stem}": path.read_text("utf-8") for path in paths()}
TEXTS = {name.partition("/")[0]: text for name, text in EVERY.items()}
SOMEWHERE = ("property", "honours", "institutions", "titles", "negatives", "rulings")
Content = dict[str, Any]


def one_firm(register: Register, firm: int) -> Register:
    """What is known of one firm."""
    return Register(**{name: rows.filter(rows["firm"] == firm) for name, rows in vars(register).items()})


def content_of(text: str, register: Register, on: date = ON) -> Content:
    """The content of the receipt of the one firm."""
    rules = load(text)
    row = evaluate(rules, register, on).row(0, named=True)
    return replay.content(
        enterprise={"id": 1, "name": "云泽精密", "uscc": ""},
        kind=rules.applies_to[0],
        rules=rules,
        register=register,
        on=on,
        verdict=row["verdict"],
        score=(row["score_low"], row["score_high"]),
        found=findings(rules, row),
    )


@pytest.fixture
def said() -> Content:
    """A receipt of a firm of which much is known."""
    made = max(firms(7, 60), key=lambda firm: len(firm.years) + len(firm.property or []) + len(firm.values))
    return content_of(TEXTS["hnte"], register_of([made], "hnte"))


def day_of(rules: Edition) -> date:
    """A day of the edition's period, near the one the firms are made for."""
    return min(max(ON, rules.effective_from), rules.effective_to or date.max)


def sample(rules: Edition) -> tuple[Register, list[int]]:
    """Random firms, and some of each verdict and with rows of each list among them."""
    many = [firm for seed in range(30) for firm in firms(seed, 20)]
    register = register_of(many, rules.track)
    judged = evaluate(rules, register, day_of(rules)).group_by("verdict").agg(pl.col("firm").sort().head(4))
    with_rows = [register.rows_of(name)["firm"].min() for name in SOMEWHERE]
    return register, [*judged.explode("firm")["firm"].to_list(), *with_rows]


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_receipt_is_repeated_to_the_byte(name: str) -> None:
    text, rules = EVERY[name], load(EVERY[name])
    register, chosen = sample(rules)

    for number in chosen:
        said = content_of(text, one_firm(register, number), day_of(rules))
        kept = replay.canonical(said)
        read = json.loads(kept)

        assert replay.canonical(replay.replayed(read, rules)) == kept
        assert replay.problems(read, kept_digest=replay.digest(kept), edition=text) == []


def alter_fact(content: Content) -> None:
    """One figure is a yuan more."""
    row = next(row for row in content["facts"]["years"] if row["sales_cny"] is not None)
    row["sales_cny"] += 1


def alter_finding(content: Content) -> None:
    """A gate comes out otherwise."""
    gate = content["findings"][0]
    gate["outcome"] = "unmet" if gate["outcome"] == "met" else "met"


def alter_verdict(content: Content) -> None:
    """The firm is fit, or not."""
    content["verdict"] = "ineligible" if content["verdict"] == "eligible" else "eligible"


def alter_words(content: Content) -> None:
    """A clause is another."""
    content["findings"][0]["clause"] = "第一百条"


ALTERATIONS = [alter_fact, alter_finding, alter_verdict, alter_words]


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_what_is_altered_no_longer_has_its_digest(said: Content, alter: Callable[[Content], None]) -> None:
    kept = replay.digest(replay.canonical(said))
    altered = copy.deepcopy(said)
    alter(altered)

    assert replay.problems(altered, kept_digest=kept, edition=TEXTS["hnte"])[0].startswith("摘要不符")


@pytest.mark.parametrize(
    ("alter", "says"),
    [(alter_finding, "条件 H1：凭证为"), (alter_verdict, "结论：凭证为"), (alter_words, "条件 H1：clause 不同")],
)
def test_a_new_digest_does_not_hide_what_the_rules_do_not_say(
    said: Content, alter: Callable[[Content], None], says: str
) -> None:
    alter(said)

    found = replay.problems(said, kept_digest=replay.digest(replay.canonical(said)), edition=TEXTS["hnte"])

    assert any(problem.startswith(says) for problem in found)


def test_another_text_of_the_edition_is_found(said: Content) -> None:
    kept = replay.digest(replay.canonical(said))
    text = TEXTS["hnte"] + "\n"

    assert replay.problems(said, kept_digest=kept, edition=text) == [
        "规则版本不符：规则文本的哈希与凭证所记不同，文本被改动过"
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"judged_on": "2015-12-31"}, "不在规则版本的施行期内"),
        ({"kind": "review"}, "规则版本不适用于复核"),
        ({"track": "tsme"}, "规则版本不属于这一认定方向"),
    ],
)
def test_nobody_is_judged_by_an_edition_that_does_not_hold(said: Content, changes: Content, says: str) -> None:
    said |= changes

    found = replay.problems(said, kept_digest=replay.digest(replay.canonical(said)), edition=TEXTS["hnte"])

    assert any(says in problem for problem in found)


@pytest.mark.parametrize("gone", ["facts", "findings", "judged_on", "verdict"])
def test_a_receipt_in_pieces_is_a_problem_and_no_crash(said: Content, gone: str) -> None:
    del said[gone]

    found = replay.problems(said, kept_digest=replay.digest(replay.canonical(said)), edition=TEXTS["hnte"])

    assert found[-1].startswith("无法重算")


def test_a_column_that_came_later_changes_no_older_receipt(said: Content) -> None:
    for row in said["facts"]["years"]:
        for name in [name for name, value in row.items() if value is None]:
            del row[name]
    del said["facts"]["honours"][:]

    again = replay.replayed(said, load(TEXTS["hnte"]))

    assert again["facts"] == said["facts"]
    assert replay.canonical(replay.replayed(again, load(TEXTS["hnte"]))) == replay.canonical(again)


def test_a_field_that_says_nothing_is_left_out(said: Content) -> None:
    assert all("is_next" not in finding or finding["is_next"] for finding in said["findings"])
    full = [{**finding, "levers": finding.get("levers", [])} for finding in said["findings"]]

    assert replay.lean(full) == said["findings"]


def test_a_seed_is_found_by_its_hash() -> None:
    assert text_of(replay.digest(TEXTS["hnte"])) == TEXTS["hnte"]
    assert text_of("0" * 64) is None
