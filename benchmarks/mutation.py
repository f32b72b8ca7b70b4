"""Mutation score of the rules: python -m benchmarks.mutation [--of N] [--seed S] [--processes P] [MODULE…].

Each mutant of `pipeline/rules` and `pipeline/facts` is judged by the tests of rules, facts and policies in a process
of its own: killed where a test fails, survived where none does. The operators are cosmic-ray's; it is installed beside
the product, under `var/`, since nothing else needs it. `--of 400` takes a random sample, the same for the same seed.
A survivor is printed with its line before and after; those in `EQUIVALENT` cannot change an answer, each with why.
"""

import argparse
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
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
ENVIRONMENT: Final = ROOT / "var" / "mutation"
COSMIC_RAY: Final = "cosmic-ray==8.7.0"
MODULES: Final = ("pipeline/rules", "pipeline/facts")
# The quickest to notice a wrong rule first: a mutant dies of the first failure.
TESTS: Final = (
    "tests/policies",
    "tests/pipeline/facts",
    "tests/pipeline/rules",
    "tests/pipeline/test_judge_command.py",
)
ARGUMENTS: Final = (
    *("-x", "-q", "--tb=no", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("-p", "no:xdist", "-p", "no:randomly", "-p", "no:cacheprovider"),
    "--deselect=tests/pipeline/rules/test_evaluate.py::test_a_forked_child_evaluates_when_its_parent_has_not",
)
PATIENCE: Final = 4  # times the whole run of the tests; a mutant that never ends is noticed, so it is killed


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


def tested(mutant: Mutant | None) -> int:
    """In a child: the tests' exit code with the mutant in place; nothing of ours may be imported before."""
    if mutant is not None:
        sys.meta_path.insert(0, Replaced(mutant))
    pytest = importlib.import_module("pytest")
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    return int(pytest.main([*ARGUMENTS, *(str(ROOT / name) for name in TESTS)]))


def forked(mutant: Mutant | None) -> int:
    """The process that runs the tests on one mutant."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    code = 99
    try:
        code = tested(mutant)
    finally:
        os._exit(code)


def preload() -> None:
    """What every child needs and no mutant changes; polars may be imported before a fork, never evaluated."""
    for name in ("django", "polars", "pydantic", "pytest", "ruamel.yaml"):
        importlib.import_module(name)


def judged(some: Sequence[Mutant], processes: int, limit: float) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant and whether it was killed, as they end."""
    waiting, running = list(reversed(some)), dict[int, tuple[Mutant, float]]()
    while waiting or running:
        while waiting and len(running) < processes:
            mutant = waiting.pop()
            running[forked(mutant)] = (mutant, time.monotonic())
        for pid, (mutant, began) in list(running.items()):
            if time.monotonic() - began > limit:
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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    preload()
    began = time.monotonic()
    if os.waitpid(forked(None), 0)[1]:
        sys.exit("The tests fail on the code as it stands; mutants would prove nothing.")
    whole = time.monotonic() - began
    print(f"{len(some)} of {len(every)} mutants, the tests take {whole:.0f} s")
    report(some, whole * PATIENCE, asked.processes)


def report(some: Sequence[Mutant], limit: float, processes: int) -> None:
    """Judge them and say what came out."""
    killed, survived, equal = Counter[str](), Counter[str](), 0
    for mutant, dead in judged(some, processes, limit):
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
