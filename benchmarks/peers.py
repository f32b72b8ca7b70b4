"""The peers that run in an environment of their own: OpenFisca-core and zen-engine, on the rules of the graph.

python -m benchmarks.peers openfisca|zen FOLDER: reads what ``benchmarks.judging`` put there, writes answers and times.
Neither is a dependency of the product: ``benchmarks/peers.txt`` is installed into a throw-away environment.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def openfisca(folder: Path, rounds: int) -> None:
    """Every definition as two variables, value and mask; money is float32 there, for its integers have 32 bits."""
    from openfisca_core.entities import build_entity  # noqa: PLC0415 -- only in its own environment
    from openfisca_core.periods import DateUnit  # noqa: PLC0415 -- as above
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415 -- as above
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: PLC0415 -- as above
    from openfisca_core.variables import Variable  # noqa: PLC0415 -- as above

    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    firm = build_entity(key="firm", plural="firms", label="Firm", is_person=True)
    system = TaxBenefitSystem([firm])
    lists = [np.array(each) for each in plan["lists"]]

    def variable(name: str, kind: type, source: str | None) -> type:
        body: dict[str, Any] = {"value_type": kind, "entity": firm, "definition_period": DateUnit.MONTH}
        if source is not None:
            space: dict[str, Any] = {
                "where": np.where, "maximum": np.maximum, "minimum": np.minimum, "t": np.True_, "f": np.False_,
                "lists": lists, "n": np.False_,
                "whole": lambda value: value.astype(np.int64) if getattr(value, "dtype", None) == np.bool_ else value,
                "pick": lambda place, value: lists[place][np.asarray(value).astype(np.int64)],
            }  # fmt: skip
            exec(source, space)
            body["formula"] = space["formula"]
        return type(name, (Variable,), body)

    for name, kind, source in plan["variables"]:
        system.add_variable(variable(name, bool if kind == "bool" else float, source))
    given = np.load(folder / "inputs.npz")
    times = []
    for _ in range(rounds + 1):
        simulation = SimulationBuilder().build_default_simulation(system, count=plan["firms"])
        for name in given.files:
            simulation.set_input(name, "2026-05", given[name])
        start = time.perf_counter(), time.process_time()
        found = {answer: simulation.calculate(name, "2026-05") for answer, name in plan["answers"].items()}
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    np.savez(folder / "answers.npz", **{answer: np.asarray(value) for answer, value in found.items()})
    (folder / "times.json").write_text(json.dumps(min(times[1:])))


def zen(folder: Path, rounds: int) -> None:
    """One decision whose expression node has a key for every node of the graph; firm by firm."""
    import zen as engine  # noqa: PLC0415 -- only in its own environment

    plan = json.loads((folder / "zen.json").read_text("utf-8"))
    decision = engine.ZenEngine().create_decision(json.dumps(plan["model"]))
    start = time.perf_counter(), time.process_time()
    found = [decision.evaluate(firm)["result"] for firm in plan["inputs"]]
    times = (time.perf_counter() - start[0], time.process_time() - start[1])
    kept = [{answer: each.get(name) for answer, name in plan["answers"].items()} for each in found]
    (folder / "zen_answers.json").write_text(json.dumps(kept))
    (folder / "times.json").write_text(json.dumps(times))


if __name__ == "__main__":
    {"openfisca": openfisca, "zen": zen}[sys.argv[1]](Path(sys.argv[2]), 1)
