"""Rules of the whole tree that no single test would notice being broken."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ["accounts", "enterprises", "pipeline", "notifications", "console", "portal", "config"]
OURS = [*ROOMS, "scripts"]
EDGES = {
    "views",
    "tasks",
    "commands",
    "entrance",
    "users",
    "middleware",
    "readiness",
    "delivery",
}  # where the clock is read


def modules(*packages: str) -> Iterator[Path]:
    """Every module of ours that a person wrote."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def tree(path: Path) -> ast.Module:
    """A module as Python reads it."""
    return ast.parse(path.read_text())


def named(path: Path, line: int = 0) -> str:
    """How a finding names its place."""
    return f"{path.relative_to(ROOT)}:{line}"


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a module."""
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def length(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    whole = (function.end_lineno or 0) - function.lineno + 1
    return whole - len((ast.get_docstring(function, clean=False) or "").splitlines())


def test_every_module_says_in_a_sentence_what_it_is():
    silent = [named(path) for path in modules(*OURS) if not ast.get_docstring(tree(path)) and path.read_text()]

    assert silent == []


def test_every_domain_function_and_task_says_what_it_does():
    silent = [
        f"{named(path, function.lineno)} {function.name}"
        for path in modules(*ROOMS)
        if "domain" in path.parts or path.stem == "tasks"
        for function in functions(path)
        if not function.name.startswith("_") and not ast.get_docstring(function)
    ]

    assert silent == []


def test_functions_are_short():
    lengths = {
        f"{named(path, function.lineno)} {function.name}": length(function)
        for path in modules(*OURS)
        for function in functions(path)
    }
    long = {place: lines for place, lines in lengths.items() if lines > 40}

    assert len(long) <= len(lengths) * 0.05
    assert {place: lines for place, lines in long.items() if lines > 60} == {}


def test_files_have_one_subject():
    long = {named(path): len(path.read_text().splitlines()) for path in modules(*OURS)}

    assert {path: lines for path, lines in long.items() if lines > 300} == {}


def test_no_drawer_for_everything():
    drawers = [named(path) for path in modules(*OURS) if {"utils", "helpers", "common", "core"} & set(path.parts)]
    drawers += [named(path) for path in modules(*OURS) if path.stem in {"utils", "helpers", "common", "core", "misc"}]

    assert drawers == []


@pytest.mark.parametrize("room", ["console", "portal"])
def test_pages_hold_no_tables(room: str):
    assert not (ROOT / room / "models.py").exists()
    assert not (ROOT / room / "models").exists()
    assert not (ROOT / room / "migrations").exists()


def test_the_clock_is_read_at_the_edges_only():
    reads = re.compile(r"date\.today\(|datetime\.now\(|datetime\.today\(|utcnow\(|localdate\(\)")
    inside = [
        named(path, number)
        for path in modules(*ROOMS)
        if not EDGES & {path.stem, *path.parts} and not path.stem.endswith("_views")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if reads.search(line) and path.relative_to(ROOT).parts[0] not in {"console", "portal"}
    ]

    assert inside == []


def test_every_exception_from_a_rule_gives_its_reason():
    unexplained = re.compile(r"#\s*noqa(?!.*-- \S)|#\s*type: ignore(?!\[)")
    bare = [
        named(path, number)
        for path in modules(*OURS, "tests")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if unexplained.search(line)
    ]

    assert bare == []


def test_pages_load_nothing_from_elsewhere_and_nothing_inline():
    forbidden = re.compile(r"""\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=["']|(?:src|href)=["'](?:https?:)?//""")
    pages = [path for path in (ROOT / "templates").rglob("*.html") if "emails" not in path.parts]
    found = [
        named(path, number)
        for path in pages
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line)
    ]

    assert pages
    assert found == []


def test_forms_name_their_fields():
    assert [named(path) for path in modules(*ROOMS) if '"__all__"' in path.read_text()] == []


def test_lock_files_hold_hashes_and_no_address_of_a_registry():
    locks = [*sorted(ROOT.glob("requirements*.lock")), ROOT / "requirements-bootstrap.txt"]

    assert len(locks) == 4
    for lock in locks:
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links", text), lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert (ROOT / ".npmrc").read_text() == "omit-lockfile-registry-resolved=true\n"


def test_every_lock_pins_the_same_versions():
    pinned = [
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(), re.M)) for lock in ROOT.glob("requirements*.lock")
    ]
    whole = max(pinned, key=len)

    assert all(whole[package] == version for lock in pinned for package, version in lock.items())
