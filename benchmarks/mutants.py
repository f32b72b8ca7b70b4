"""Every mutant of some modules as JSON lines: run by `benchmarks.mutation` where cosmic-ray is installed, not here.

Usage: python mutants.py FILE…; a line is {"path", "line", "operator", "was", "now", "source"}.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import parso
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

# What a rule can get wrong: a bound, a sign, a connective, a number, a negation, a loop never entered. Operators that
# only make type errors of expressions (x << y for x + y) would be killed by any test and say nothing.
OPERATORS = (
    "NumberReplacer", "AddNot", "ReplaceOrWithAnd", "ReplaceAndWithOr", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
    "ZeroIterationForLoop", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_Invert", "ReplaceUnaryOperator_Delete_USub",
    "ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_Gt_Lt", "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_GtE_Lt", "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_Lt_Gt",
    "ReplaceComparisonOperator_LtE_Lt", "ReplaceComparisonOperator_LtE_Gt",
    "ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Add",
    "ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_FloorDiv_Mul", "ReplaceBinaryOperator_Mod_Add",
    "ReplaceBinaryOperator_Pow_Mul", "ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr",
)  # fmt: skip


def positions(node: parso.tree.NodeOrLeaf, operator: Operator) -> Iterator[tuple[int, int]]:
    """Where the operator can change something, in the order in which cosmic-ray counts."""
    for start, _ in operator.mutation_positions(node):
        yield start
    for child in getattr(node, "children", ()):
        yield from positions(child, operator)


def annotations(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where annotations stand: these decide nothing."""
    found = []
    for node in ast.walk(ast.parse(text)):
        for written in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if written is not None:
                found.append(((written.lineno, written.col_offset), (written.end_lineno, written.end_col_offset)))
    return found


def mutants(path: Path) -> Iterator[dict[str, object]]:
    """The mutants of one module."""
    text = path.read_text("utf-8")
    lines, idle = text.splitlines(), annotations(text)
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        for occurrence, start in enumerate(positions(parso.parse(text), operator)):
            if any(low <= start < high for low, high in idle):
                continue
            source = MutationVisitor.mutate_code(text, operator, occurrence)
            if source is None or source == text:
                continue
            after = source.splitlines()
            place = next(number for number, (was, now) in enumerate(zip(lines, after, strict=False)) if was != now)
            yield {
                "path": str(path), "line": place + 1, "operator": name,
                "was": lines[place].strip(), "now": after[place].strip(), "source": source,
            }  # fmt: skip


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        for mutant in mutants(Path(argument)):
            print(json.dumps(mutant, ensure_ascii=False))
