"""One evaluator for any height: rows keep their order, rulings answer only what is open, forks may evaluate."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from pipeline.facts.register import empty, from_rows
from pipeline.rules.choose import choose
from pipeline.rules.compile import compiled
from pipeline.rules.evaluate import evaluate, verdicts
from pipeline.rules.explain import outcome
from pipeline.rules.seeds import seeds
from tests.policies.firms import firms, register_of

ON = date(2026, 5, 1)
HNTE = choose(seeds(), track="hnte", on=ON, kind="apply").edition
ROOT = Path(__file__).parents[3]
FORKED = """
import os
from datetime import date
from pipeline.facts.register import from_rows
from pipeline.rules.evaluate import verdicts
from pipeline.rules.seeds import seeds

child = os.fork()
if child == 0:
    register = from_rows({"firms": [{"firm": 7}]})
    rows = [verdicts(edition, register, date(2026, 5, 1)).row(0) for edition in seeds()]
    os._exit(0 if [row[:2] for row in rows] == [(7, "undecided")] * len(rows) else 1)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_an_empty_register_has_no_verdicts() -> None:
    assert verdicts(HNTE, empty(), ON).height == 0


def test_a_firm_is_judged_the_same_alone_and_among_others() -> None:
    many = firms(3, 40)

    together = evaluate(HNTE, register_of(many, "hnte"), ON).drop("firm")
    alone = [
        evaluate(HNTE, register_of([firm], "hnte"), ON).drop("firm") for firm in many if firm.values or firm.points
    ]
    ruled = [number for number, firm in enumerate(many) if firm.values or firm.points]

    assert [frame.row(0) for frame in alone] == [together.row(number) for number in ruled]


def test_the_order_of_the_register_is_kept() -> None:
    register = from_rows({"firms": [{"firm": number} for number in (5, 1, 9, 3)]})

    assert verdicts(HNTE, register, ON)["firm"].to_list() == [5, 1, 9, 3]


def test_an_edition_compiles_once() -> None:
    assert compiled(HNTE, ruled=False) is compiled(HNTE.model_copy(), ruled=False)


def test_a_ruling_counts_through_its_last_day() -> None:
    def ruled(until: date) -> str:
        ruling = {"firm": 1, "track": "hnte", "criterion": "H8", "value": True, "valid_until": until}
        row = evaluate(HNTE, from_rows({"firms": [{"firm": 1}], "rulings": [ruling]}), ON).row(0, named=True)
        return outcome(row, "H8")

    assert [ruled(ON), ruled(date(2026, 4, 30))] == ["met", "unknown"]


def test_a_ruling_never_overrules_a_fact() -> None:
    ruling = {"firm": 1, "track": "hnte", "criterion": "H1", "value": True}
    register = from_rows({"firms": [{"firm": 1, "registered_on": ON}], "rulings": [ruling]})

    assert outcome(evaluate(HNTE, register, ON).row(0, named=True), "H1") == "unmet"


def test_sums_do_not_overflow() -> None:
    huge = 2**63 - 1
    years = [
        {"firm": 1, "year": year, "sales_cny": huge, "rd_cost_hnte_cny": huge // 20} for year in (2023, 2024, 2025)
    ]
    row = evaluate(HNTE, from_rows({"firms": [{"firm": 1}], "years": years}), ON).row(0, named=True)

    assert row["f.rd_intensity_hnte.whole"] == 3 * huge
    assert outcome(row, "H5.intensity") == "met"


def test_a_forked_child_evaluates_when_its_parent_has_not() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr.decode()


def test_a_row_of_a_kind_that_belongs_to_no_class_does_not_count() -> None:
    def listed(kind: str | None) -> dict[str, object]:
        return {"firm": 1, "class": "II", "kind": kind, "granted_on": date(2020, 1, 1)}

    rows = [listed(kind) for kind in ("商标", "实用新型", "软件著作权", None)]
    register = from_rows({"firms": [{"firm": 1, "property_known": True}], "property": rows})

    row = evaluate(HNTE, register, ON).row(0, named=True)

    assert (row["f.class_two_hnte"], row["f.class_two_hnte.most"]) == (3, 3)


def test_a_title_on_record_proves_itself_though_nobody_checked_the_list() -> None:
    tsme = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    title = {"firm": 1, "track": "hnte", "valid_from": date(2024, 1, 1), "valid_until": date(2026, 12, 31)}
    register = from_rows({"firms": [{"firm": 1}, {"firm": 2}], "titles": [title]})

    rows = evaluate(tsme, register, ON).iter_rows(named=True)

    assert [outcome(row, "T5.hnte") for row in rows] == ["met", "unknown"]
