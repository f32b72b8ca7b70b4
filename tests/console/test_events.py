"""Audit events in words: no act of the product reaches an officer by its key."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.models import AuditEvent
from console.events import ACTS, act_in_words, detail
from enterprises.domain import institutions
from pipeline.domain import candidacies, drafts, titles

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("accounts", "enterprises", "pipeline", "notifications", "portal", "console")
KEY = re.compile(r"[a-z]+(?:\.[a-z_]+)+")
# Acts named after a step, with the steps there are.
BY_STEP = {
    "candidacy.": candidacies.STEPS,
    "title.": titles.ACTS,
    "ladder.": ("climb", "slip", "transfer", "redate"),
    "export.": (),  # every export has one name, its detail says of what
    "institution.": institutions.STEPS,
    "edition.": drafts.STEPS,
}


def parts_that_name_acts(tree: ast.AST) -> Iterator[ast.expr]:
    """First arguments of ``audit.record`` and ``audit.event``, and whatever is called ``what``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"audit.record", "audit.event"} and node.args:
                yield node.args[0]
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "what")
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "what":
            yield node.value


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The module's own names for values."""
    assigned = [node for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
    return {ast.unparse(node.target): node.value for node in assigned if node.value}


def keys_in(part: ast.expr) -> Iterator[str]:
    """The keys an expression can become; an f-string stands for every step of its machine."""
    formatted = [node for node in ast.walk(part) if isinstance(node, ast.JoinedStr)]
    pieces = {id(value) for node in formatted for value in node.values}
    for node in ast.walk(part):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            room = str(node.values[0].value)
            if room.islower() and room.endswith("."):  # other sentences are also called ``what``
                yield from (f"{room}{step}" for step in BY_STEP[room])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
            yield from KEY.findall(node.value)


def written() -> set[str]:
    """Every act that the code writes down."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    found: set[str] = set()
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        named = constants(tree)
        for part in parts_that_name_acts(tree):
            found |= set(keys_in(named.get(ast.unparse(part), part)))
    return found


def test_the_acts_are_found_in_the_code():
    assert {"ledger.upload", "ledger.firm", "figures.find", "title.record", "title.revoke", "ladder.climb"} <= written()


@pytest.mark.parametrize("key", sorted(written()))
def test_every_act_that_is_written_has_words(key: str):
    assert key in ACTS


def test_no_words_are_kept_for_acts_that_nobody_writes():
    assert set(ACTS) - written() == set()


def test_an_export_says_what_was_taken_and_by_which_question():
    after = {"title": "企业库", "filters": "责任单位：东溪县", "rows": 37, "people": "masked"}
    event = AuditEvent(what="export.enterprise_list", after=after)

    assert act_in_words(event) == "导出表格"
    assert detail(event) == "企业库 37 行（责任单位：东溪县），个人信息已遮盖"
