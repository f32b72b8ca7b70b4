"""The rules as a graph of plain operations, read from the compiled programs, so that peers run exactly the same rules.

A node is a tuple: an operation and its inputs. Nine definitions that read text or days are left out and given to
everybody as inputs.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from pipeline.rules.compile import VERDICT, compiled
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import shared
from pipeline.rules.program import Program

ANSWERS: Final = (*(name for name in VERDICT if name != "wants"), "wants_mask")
OPERATIONS: Final = {
    "Plus": "add", "Minus": "sub", "Multiply": "mul", "Eq": "eq", "NotEq": "ne", "Gt": "gt", "GtEq": "ge", "Lt": "lt",
    "LtEq": "le", "And": "and", "Or": "or",
}  # fmt: skip
FUNCTIONS: Final = {
    "Coalesce": "coalesce", "FillNull": "coalesce", "MaxHorizontal": "max", "MinHorizontal": "min", "Negate": "neg",
    "SumHorizontal": "sum", "Not": "not", "IsNull": "is_null", "IsNotNull": "is_not_null", "IsBetween": "between",
}  # fmt: skip
Node = tuple[Any, ...]


class Foreign(Exception):
    """An operation on text or days, which the graph does not have."""


def node(tree: Mapping[str, Any], prefix: Mapping[str, str]) -> Node:
    """The node of a serialised expression; columns are renamed by ``prefix`` where they belong to an edition."""
    ((kind, body),) = tree.items()
    match kind:
        case "Column":
            return ("col", prefix.get(body, body))
        case "Alias":
            return node(body[0], prefix)
        case "Literal":
            return ("lit", literal(body))
        case "BinaryExpr" if body["op"] in OPERATIONS:
            return (OPERATIONS[body["op"]], node(body["left"], prefix), node(body["right"], prefix))
        case "Ternary":
            return ("if", *(node(body[part], prefix) for part in ("predicate", "truthy", "falsy")))
        case "Cast":
            return ("int", node(body["expr"], prefix))  # only to whole numbers of some width
        case "Function":
            return function(body, prefix)
    raise Foreign(kind)


def function(body: Mapping[str, Any], prefix: Mapping[str, str]) -> Node:
    """The node of a function."""
    name = body["function"]
    while isinstance(name, dict):
        key, inner = next(iter(name.items()))
        name = key if key in FUNCTIONS or not isinstance(inner, str | dict) else inner
    if name not in FUNCTIONS:
        raise Foreign(str(name))
    return (FUNCTIONS[name], *(node(each, prefix) for each in body["input"]))


def literal(body: Any) -> Any:
    """The value of a literal."""
    if isinstance(body, dict) and ("Dyn" in body or "Scalar" in body):
        ((kind, value),) = next(iter(body.values())).items()
        return None if kind == "Null" else value
    raise Foreign("series")


@dataclass
class Graph:
    """Definitions in order, the inputs they read, and the answers of each edition by the name they have here."""

    definitions: dict[str, Node] = field(default_factory=dict)
    given: list[pl.Expr] = field(default_factory=list)
    inputs: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)

    def add(self, program: Program, own: Mapping[str, str]) -> None:
        """The definitions of a program; ``own`` renames what belongs to the edition alone."""
        for expr in program.in_order():
            name = own.get(expr.meta.output_name(), expr.meta.output_name())
            try:
                self.definitions[name] = by_band(expr, own) or node(json.loads(expr.meta.serialize(format="json")), own)
            except Foreign:
                self.given.append(expr.alias(name))


def by_band(expr: pl.Expr, own: Mapping[str, str]) -> Node | None:
    """Points picked from a list by the band reached: the list as a literal, read from the expression itself."""
    tree = json.loads(expr.meta.serialize(format="json"))
    text = json.dumps(tree)
    if '"Gather"' not in text:
        return None
    return replaced(tree, own)


def replaced(tree: Any, own: Mapping[str, str]) -> Node:
    """As ``node``, with a gather from a list of points."""
    ((kind, body),) = tree.items()
    if kind == "Alias":
        return replaced(body[0], own)
    if kind == "Gather":
        return ("pick", tuple(points(body["expr"])), replaced(body["idx"], own))
    if kind == "Cast":
        return ("int", replaced(body["expr"], own))
    if kind == "Function" and body["function"] == "FillNull":
        return ("coalesce", *(replaced(each, own) for each in body["input"]))
    return node(tree, own)


def points(tree: Mapping[str, Any]) -> Sequence[int]:
    """The numbers of a serialised list."""
    expr = pl.Expr.deserialize(json.dumps(tree).encode(), format="json")
    return [int(value) for value in pl.select(expr).to_series()]


def graph(editions: Iterable[Edition]) -> Graph:
    """All editions as one graph: facts once, what belongs to an edition under its number."""
    every = list(editions)
    facts, rests = shared([compiled(edition, ruled=False) for edition in every])
    found = Graph()
    found.add(facts, {})
    for number, rest in enumerate(rests):
        own = {name: f"{number}:{name}" for name in rest.levels}
        found.add(rest, own)
        found.answers |= {f"{number}:{name}": f"{number}:{name}" for name in ANSWERS}
    found.inputs = {name for each in found.definitions.values() for name in columns(each)} - set(found.definitions)
    return found


def columns(each: Node) -> Iterable[str]:
    """The columns that a node reads."""
    if each[0] == "col":
        yield each[1]
    elif each[0] != "lit":
        for part in each[1:]:
            if isinstance(part, tuple) and part and isinstance(part[0], str):
                yield from columns(part)
