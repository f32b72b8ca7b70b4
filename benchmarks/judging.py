"""Judging by every edition in the repository, beside peers on the same rules; the answers are compared in the run.

python -m benchmarks.judging [FIRMS ...] [--rounds N] [--peers PYTHON]

Rules only: everybody starts from the same figures in memory and ends with the compact answer of every edition
(verdict, score range, counts, masks). Peers are generated from the compiled programs (``benchmarks.graph``): numpy with
each node once; OpenFisca-core and zen-engine where ``--peers`` names a Python that has ``benchmarks/peers.txt``.
"""

import argparse
import datetime
import decimal
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.generated import WORDS, arrays, numpy_judge, openfisca_plan
from benchmarks.graph import ANSWERS, Graph, graph
from benchmarks.made_register import ON, Maker
from benchmarks.scalar import python_judge, zen_model
from pipeline.facts.assemble import assemble
from pipeline.facts.register import Register
from pipeline.rules import evaluate
from pipeline.rules.compile import compiled
from pipeline.rules.edition import Edition
from pipeline.rules.seeds import seeds

BY_HAND: Final = 1_000  # firms for the plain Python function
BY_ENGINE: Final = 20  # firms for the rule engine
Times = tuple[float, float]  # wall and processor, seconds


@dataclass(frozen=True)
class Case:
    """A register of some firms, and the same figures for everybody."""

    firms: int
    editions: tuple[Edition, ...]
    graph: Graph

    @cached_property
    def register(self) -> Register:
        """The register."""
        return Maker(self.firms, seed=7).register()

    @cached_property
    def programs(self) -> tuple[Any, list[Any]]:
        """Facts and what follows of each edition."""
        return evaluate.shared([compiled(edition, ruled=False) for edition in self.editions])

    @cached_property
    def raw(self) -> pl.DataFrame:
        """The assembled columns."""
        facts, rests = self.programs
        return assemble(self.register, ON, facts.raw | {n for rest in rests for n in rest.raw if n not in facts.levels})

    @cached_property
    def inputs(self) -> pl.DataFrame:
        """What the peers start from: the assembled columns and what was made of text and days."""
        frame = self.programs[0].run(self.raw)
        later = [each for each in self.graph.given if each.meta.output_name() not in frame.columns]
        whole: pl.DataFrame = frame.with_columns(later)
        return whole.select(sorted(self.graph.inputs))

    def rules_only(self) -> list[pl.DataFrame]:
        """Ours from the assembled columns to the answers."""
        facts, rests = self.programs
        found = []
        for start in range(0, self.firms, evaluate.AT_ONCE):
            measured = facts.run(self.raw[start : start + evaluate.AT_ONCE])
            found += [rest.run(measured).select("firm", *ANSWERS) for rest in rests]
        return found

    @cached_property
    def ours(self) -> dict[str, pl.Series]:
        """Our answers by the names of the graph."""
        found = self.rules_only()
        count = len(self.editions)
        return {
            f"{number}:{name}": pl.concat([found[at][name] for at in range(number, len(found), count)])
            for number in range(count)
            for name in ANSWERS
        }


def timed(work: Callable[[], object], rounds: int) -> Times:
    """The shortest of some rounds, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return min(times)


def differing(case: Case, theirs: Mapping[str, Any], firms: int) -> list[str]:
    """The answers in which a peer differs, with for how many firms."""
    words = {number: word for word, number in WORDS.items()}
    found = []
    for name, column in case.ours.items():
        mine = column[:firms]
        if mine.dtype == pl.String:
            mine = mine.replace_strict({word: number for number, word in words.items()}, return_dtype=pl.Int64)
        known = np.asarray(mine.fill_null(0).cast(pl.Int64))
        other = np.broadcast_to(np.nan_to_num(np.asarray(theirs[name], dtype=float)), known.shape)
        if wrong := int((known != other).sum()):
            found.append(f"{name} {wrong}")
    return found


def show(job: str, times: Times, firms: int, base: Times | None, note: str = "") -> None:
    """One line of the table: microseconds a firm, and the ratio to generated numpy."""
    ratio = f"{times[0] / base[0]:8.2f}{times[1] / base[1]:8.2f}" if base else f"{'':16}"
    micro = [each / firms * 1e6 for each in times]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{firms:>8,} {job:44}{micro[0]:11.2f}{micro[1]:11.2f}{ratio}{peak:8} {note}", flush=True)


def measure(case: Case, rounds: int, peers: str | None) -> None:
    """All contestants on one register."""
    show(
        "ours, register to stored answers",
        timed(lambda: evaluate.many(case.editions, case.register, ON), rounds),
        case.firms,
        None,
    )
    judge = numpy_judge(case.graph)
    values, known = arrays(case.inputs, sorted(case.graph.inputs))
    with np.errstate(all="ignore"):
        theirs = judge(values, known)
        if wrong := differing(case, theirs, case.firms):
            raise SystemExit(f"numpy differs: {wrong}")
        del theirs
        mine = timed(case.rules_only, rounds)
        base = timed(lambda: judge(values, known), rounds)
    show("ours, rules only", mine, case.firms, base, "equal answers")
    show("generated numpy, each node once", base, case.firms, base)
    if case.firms <= 10_000:
        by_function(case, base)
    if peers:
        by_openfisca(case, peers, rounds, base, values, known)
        if case.firms == 10_000:
            by_zen(case, peers, base)


def by_function(case: Case, base: Times) -> None:
    """The loop of a plain Python function, generated as well."""
    judge = python_judge(case.graph)
    some = min(BY_HAND, case.firms)
    rows = case.inputs[:some].to_dicts()
    times = timed(lambda: [judge(row) for row in rows], 1)
    wrong = differing(case, columns([coded(judge(row)) for row in rows], case.graph), some)
    scaled = tuple(each / case.firms * some for each in base)
    show("generated Python, firm by firm", times, some, (scaled[0], scaled[1]), verdict(wrong))


def coded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Words as numbers."""
    return {name: WORDS.get(value, value) if isinstance(value, str) else value for name, value in answer.items()}


def columns(rows: Sequence[Mapping[str, Any]], whole: Graph) -> dict[str, list[Any]]:
    """Answers of firms as columns; an unknown score is 0, as in the comparison."""
    return {name: [row.get(name) or 0 for row in rows] for name in whole.answers}


def verdict(wrong: Sequence[str]) -> str:
    """Whether a peer gave the same answers."""
    return f"{len(wrong)} answers differ: {', '.join(wrong[:3])}" if wrong else "equal answers"


def by_openfisca(case: Case, python: str, rounds: int, base: Times, values: Any, known: Any) -> None:
    """OpenFisca-core in its own environment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan, inputs = openfisca_plan(case.graph, values, known)
        (folder / "plan.json").write_text(json.dumps(plan | {"firms": case.firms}), "utf-8")
        np.savez(folder / "inputs.npz", **inputs)
        subprocess.run([python, "-m", "benchmarks.peers", "openfisca", name], check=True)
        times = json.loads((folder / "times.json").read_text())
        wrong = differing(case, dict(np.load(folder / "answers.npz")), case.firms)
    show("OpenFisca-core (float32)", (times[0], times[1]), case.firms, base, verdict(wrong))


def by_zen(case: Case, python: str, base: Times) -> None:
    """zen-engine in its own environment."""
    model, names, answers = zen_model(case.graph)
    rows = case.inputs[:BY_ENGINE].to_dicts()
    given = [{key: plain(row[name]) for name, key in names.items()} for row in rows]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "zen.json").write_text(json.dumps({"model": model, "answers": answers, "inputs": given}), "utf-8")
        subprocess.run([python, "-m", "benchmarks.peers", "zen", name], check=True)
        times = json.loads((folder / "times.json").read_text())
        found = [coded(each) for each in json.loads((folder / "zen_answers.json").read_text())]
    wrong = differing(case, columns(found, case.graph), len(rows))
    scaled = tuple(each / case.firms * len(rows) for each in base)
    show("zen-engine, firm by firm", (times[0], times[1]), len(rows), (scaled[0], scaled[1]), verdict(wrong))


def plain(value: Any) -> Any:
    """A value as JSON has it; days as numbers."""
    if isinstance(value, datetime.date):
        return value.toordinal() - 719163
    return float(value) if isinstance(value, decimal.Decimal) else value


def main() -> None:
    """Measure, check, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("firms", nargs="*", type=int, default=[1, 10_000, 100_000, 300_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=None, help="a Python that has benchmarks/peers.txt")
    asked = parser.parse_args()
    editions = seeds()
    whole = graph(editions)
    print(f"{len(editions)} editions, {len(whole.definitions)} definitions, {len(whole.inputs)} inputs")
    print(f"{'firms':>8} {'job':44}{'wall µs':>11}{'cpu µs':>11}{'/numpy':>8}{'cpu':>8}{'MB':>8}")
    for firms in asked.firms:
        measure(Case(firms, editions, whole), asked.rounds, asked.peers)


if __name__ == "__main__":
    main()
