"""Mutation score of the rules: python -m benchmarks.mutation [--of N] [--seed S] [--processes P] [MODULE…].

Each mutant of `pipeline/rules` and `pipeline/facts` is judged by the pure tests that import its module, directly or by
one module between, in a process of its own: killed where a test fails, survived where none does. The operators are
cosmic-ray's; it is installed beside the product, under `var/`, since nothing else needs it. `--of 400` takes a random
sample, the same for the same seed. A survivor is printed with its line before and after; those in `EQUIVALENT` cannot
change an answer, each with why.

What makes it cheap: policy files are parsed once, before the processes part; files of tests run one after the other,
the quickest first, until one fails; properties are tried on fewer examples; single tests of many seconds are left out,
so that the true score can only be higher.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
ENVIRONMENT: Final = ROOT / "var" / "mutation"
COSMIC_RAY: Final = "cosmic-ray==8.7.0"
MODULES: Final = ("pipeline/rules", "pipeline/facts")
TESTS: Final = ("tests/policies", "tests/pipeline/rules", "tests/pipeline/facts")
ARGUMENTS: Final = (
    *("-x", "-q", "--tb=no", "--noconftest", "--import-mode=importlib", f"--rootdir={ROOT}"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning", "-W", "ignore::pytest.PytestUnknownMarkWarning"),
    *("-p", "no:cacheprovider", "-c", os.devnull),
)
LONGEST: Final = 4.0  # seconds a single test may take and still be run on every mutant
EXAMPLES: Final = "5"  # percent of the usual number of random examples
PATIENCE: Final = 6  # times the whole run of a mutant's tests; one that never ends is noticed, so it is killed


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: str
    line: int
    operator: str
    was: str
    now: str
    source: str

    @property
    def module(self) -> str:
        """The module's dotted name."""
        return self.path.removesuffix(".py").replace("/", ".")


# Mutants that cannot change an answer: (module, line as it was, line as it would be) and why.
EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {}


class Replaced(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from another text; everything else as it stands on disk."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        """The changed module's place, nothing for any other."""
        del path, target
        if name != self.mutant.module:
            return None
        return importlib.util.spec_from_file_location(name, ROOT / self.mutant.path, loader=self)

    def create_module(self, spec: Any) -> None:
        """An ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text."""
        exec(compile(self.mutant.source, str(ROOT / self.mutant.path), "exec"), module.__dict__)


def environment() -> Path:
    """The Python that has cosmic-ray, made on first use."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", COSMIC_RAY], check=True)
    return python


def mutants(modules: Sequence[str]) -> list[Mutant]:
    """Every mutant of these files and folders."""
    files = [file for name in modules for file in (sorted((ROOT / name).glob("*.py")) or [ROOT / name])]
    names = [str(file.relative_to(ROOT)) for file in files if file.name != "__init__.py"]
    made = subprocess.run(
        [environment(), str(ROOT / "benchmarks" / "mutants.py"), *names],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    return [Mutant(**json.loads(line)) for line in made.stdout.splitlines()]


@dataclass
class Timed:
    """What a run of the tests on the code as it stands tells: how long each test takes, which of them fail."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Add up one test's phases."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def left_out(self) -> list[str]:
        """The tests that mutants are not judged by."""
        return [name for name, seconds in self.seconds.items() if name in self.failed or seconds > LONGEST]

    def took(self, path: str) -> float:
        """How long the tests of one file take that mutants are judged by."""
        names = set(self.seconds) - set(self.left_out())
        return sum(self.seconds[name] for name in names if name.startswith(f"{path}::"))


@dataclass
class Judges:
    """Which files of tests judge a module, the quickest first."""

    timed: Timed
    imports: dict[str, set[str]]

    def of(self, module: str) -> list[str]:
        """Those that may notice, without what is left out."""
        found = [name for name in judging(module, self.imports) if self.timed.took(name)]
        return sorted(found, key=self.timed.took)


def judging(module: str, imports: dict[str, set[str]]) -> set[str]:
    """The files of tests that import the module or one that does; of facts also all of the policies."""
    near = {module} | {name for name, used in imports.items() if module in used}
    files = {name for name, used in imports.items() if used & near and "/test_" in name}
    if module.startswith("pipeline.facts"):
        files |= {name for name in imports if name.startswith("tests/policies/test_")}
    return files


def imports() -> dict[str, set[str]]:
    """What each module of the rules and each file of tests imports."""
    found = {}
    for folder in (*MODULES, *TESTS):
        for path in (ROOT / folder).glob("*.py"):
            name = str(path.relative_to(ROOT))
            key = name.removesuffix(".py").replace("/", ".") if folder in MODULES else name
            found[key] = {
                used
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.ImportFrom) and node.module
                for used in (node.module, *(f"{node.module}.{each.name}" for each in node.names))
            }
    return found


def tested(mutant: Mutant | None, files: Sequence[str], plugins: Sequence[object], without: Sequence[str]) -> int:
    """In a child: the tests' exit code with the mutant in place; nothing of ours may be imported before."""
    if mutant is not None:
        sys.meta_path.insert(0, Replaced(mutant))
    pytest = importlib.import_module("pytest")
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    arguments = ARGUMENTS if mutant else ARGUMENTS[1:]
    for path in files:
        deselected = [f"--deselect={name}" for name in without if name.startswith(f"{path}::")]
        code = int(pytest.main([*arguments, *deselected, path], plugins=list(plugins)))
        if code not in (0, 5) and mutant:
            return code
    return 0


def forked(mutant: Mutant, judges: Judges) -> int:
    """The process that runs the tests on one mutant."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    code = 99
    try:
        code = tested(mutant, judges.of(mutant.module), (), judges.timed.left_out())
    finally:
        os._exit(code)


def as_it_stands(files: Sequence[str]) -> Timed:
    """The tests on the code as it stands, in a child, for nothing of ours may be imported here."""
    receiving, sending = os.pipe()
    if not os.fork():
        timed = Timed()
        try:
            tested(None, files, (timed,), ())
            with os.fdopen(sending, "w") as sink:
                json.dump({"seconds": timed.seconds, "failed": sorted(timed.failed)}, sink)
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving) as source:
        found = json.load(source)
    os.wait()
    return Timed(found["seconds"], set(found["failed"]))


def preload() -> None:
    """What every child needs and no mutant changes; polars may be imported before a fork, never evaluated."""
    for name in ("polars", "pydantic", "pytest", "hypothesis", "hypothesis.strategies", "ruamel.yaml"):
        importlib.import_module(name)
    remember_yaml()


def remember_yaml() -> None:
    """Parse each policy file once for all children; what they are given is theirs to change."""
    yaml = importlib.import_module("ruamel.yaml").YAML
    parse, known = yaml.load, {}

    def load(self: Any, text: Any) -> Any:
        if self.typ != ["safe"] or not isinstance(text, str):
            return parse(self, text)
        if text not in known:
            known[text] = parse(self, text)
        return copy.deepcopy(known[text])

    yaml.load = load
    for path in (ROOT / "pipeline" / "policies").glob("*/*.yaml"):
        yaml(typ="safe", pure=True).load(path.read_text("utf-8"))


def judged(some: Sequence[Mutant], judges: Judges, processes: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant and whether it was killed, as they end."""
    waiting, running = list(reversed(some)), dict[int, tuple[Mutant, float]]()
    while waiting or running:
        while waiting and len(running) < processes:
            mutant = waiting.pop()
            running[forked(mutant, judges)] = (mutant, time.monotonic())
        for pid, (mutant, began) in list(running.items()):
            whole = sum(judges.timed.took(path) for path in judges.of(mutant.module))
            if time.monotonic() - began > 30 + whole * PATIENCE:
                os.killpg(pid, signal.SIGKILL)
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del running[pid]
                yield mutant, status != 0
        time.sleep(0.02)


def main() -> None:
    """Judge the mutants and print the score with every survivor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=list(MODULES))
    parser.add_argument("--of", type=int, default=0, help="a random sample of so many")
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    every = mutants(asked.modules)
    some = sorted(random.Random(asked.seed).sample(every, asked.of), key=every.index) if asked.of else every
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ |= {"TIDU_EXAMPLES": EXAMPLES, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    preload()
    used = imports()
    files = sorted({path for mutant in some for path in judging(mutant.module, used)})
    print(f"{len(some)} of {len(every)} mutants, judged by {len(files)} files of tests", flush=True)
    timed = as_it_stands(files)
    whole, left = sum(timed.seconds.values()), timed.left_out()
    print(f"{len(timed.seconds)} tests take {whole:.0f} s, {len(left)} of them are left out", flush=True)
    for name in sorted(timed.failed):
        print(f"FAILS on the code as it stands: {name}")
    report(some, Judges(timed, used), asked.processes)


def report(some: Sequence[Mutant], judges: Judges, processes: int) -> None:
    """Judge them and say what came out."""
    killed, survived, equal = Counter[str](), Counter[str](), 0
    for mutant, dead in judged(some, judges, processes):
        if dead:
            killed[mutant.path] += 1
        elif why := EQUIVALENT.get((mutant.module, mutant.was, mutant.now)):
            equal += 1
            print(f"equivalent {mutant.path}:{mutant.line} {why}", flush=True)
        else:
            survived[mutant.path] += 1
            print(
                f"SURVIVED {mutant.path}:{mutant.line} {mutant.operator}\n  - {mutant.was}\n  + {mutant.now}",
                flush=True,
            )
    for path in sorted({*killed, *survived}):
        print(f"{path:<36} killed {killed[path]:>4}  survived {survived[path]:>3}")
    n = killed.total() + survived.total()
    print(f"score {killed.total() / n:.1%} ({killed.total()} of {n} killed, {equal} more cannot change an answer)")


if __name__ == "__main__":
    main()
