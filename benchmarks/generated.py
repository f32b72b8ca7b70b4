"""Peers generated from the graph: vectorised numpy with each node once, and a plain Python function for one firm."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.graph import Graph, Node

WORDS: Final[dict[str, int]] = {}  # words as numbers: numpy compares text slowly, and a peer shall not suffer for it
COMPARED: Final = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
COUNTED: Final = {"add": "+", "sub": "-", "mul": "*"}


def number_of(word: str) -> int:
    """The number that stands for a word."""
    return WORDS.setdefault(word, len(WORDS))


class Writer:
    """Python source over numpy arrays: a value and where it is known for each node, each node once."""

    def __init__(self, graph: Graph, variables: Mapping[str, str] | None = None) -> None:
        self.graph = graph
        self.variables = variables
        self.lines: list[str] = []
        self.names: dict[Node, tuple[str, str]] = {}
        self.lists: list[Any] = []

    def write(self, each: Node) -> tuple[str, str]:
        """The names of a node's value and mask; ``True`` as a mask means known everywhere."""
        if each not in self.names:
            self.names[each] = self.written(each)
        return self.names[each]

    def put(self, value: str, known: str) -> tuple[str, str]:
        """Assign a value and a mask."""
        place = len(self.lines)
        self.lines.append(f"v{place} = {value}")
        if known != "True":
            self.lines.append(f"k{place} = {known}")
            known = f"k{place}"
        return f"v{place}", known

    def written(self, each: Node) -> tuple[str, str]:
        """Write a node that was not met before."""
        kind, *parts = each
        if kind == "col" and self.variables:
            key = self.variables[parts[0]]
            return self.put(f"firm('v_{key}', period)", f"firm('k_{key}', period)")
        if kind == "col":
            return self.put(f"v[{parts[0]!r}]", f"k[{parts[0]!r}]")
        if kind == "lit":
            return self.literal(parts[0])
        if kind == "pick":
            return self.pick(*parts)
        written = [self.write(part) for part in parts]
        if kind in COMPARED or kind in COUNTED:
            return self.binary(kind, *written)
        found: tuple[str, str] = getattr(self, f"write_{kind}")(*written)
        return found

    def literal(self, value: Any) -> tuple[str, str]:
        """A constant."""
        if value is None:
            return "False", "False"
        return (str(number_of(value)) if isinstance(value, str) else repr(value)), "True"

    def pick(self, points: Sequence[int], index: Node) -> tuple[str, str]:
        """Points by the band reached."""
        value, known = self.write(index)
        self.lists.append(np.array([*points, 0]))
        place = len(self.lists) - 1
        return self.put(f"pick({place}, {value})" if self.variables else f"lists[{place}][{value}]", known)

    def binary(self, kind: str, left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
        """A comparison or a sum; a comparison that is not known is false as well."""
        known = both(left[1], right[1])
        value = f"{left[0]} {(COMPARED | COUNTED)[kind]} {right[0]}"
        if kind in COMPARED and known != "True":
            value = f"({value}) & {known}" if known != "False" else "False"
        return self.put(value, known)

    def write_and(self, left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
        """Kleene's and: a known false decides."""
        (a, ka), (b, kb) = left, right
        known = "True" if (ka, kb) == ("True", "True") else f"({ka} & {kb}) | ({ka} & ~{a}) | ({kb} & ~{b})"
        return self.put(f"{a} & {b}", kleene(known))

    def write_or(self, left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
        """Kleene's or: a known true decides."""
        (a, ka), (b, kb) = left, right
        known = "True" if (ka, kb) == ("True", "True") else f"({ka} & {kb}) | {a} | {b}"
        return self.put(f"{a} | {b}", kleene(known))

    def write_not(self, one: tuple[str, str]) -> tuple[str, str]:
        """Not; unknown stays unknown, and false as a value."""
        return self.put(f"~{one[0]}" if one[1] == "True" else f"~{one[0]} & {one[1]}", one[1])

    def write_int(self, one: tuple[str, str]) -> tuple[str, str]:
        """Flags as numbers."""
        return self.put(f"whole({one[0]})", one[1])

    def write_neg(self, one: tuple[str, str]) -> tuple[str, str]:
        """The negative."""
        return self.put(f"-{one[0]}", one[1])

    def write_is_null(self, one: tuple[str, str]) -> tuple[str, str]:
        """Whether it is unknown."""
        return self.put("n" if one[1] == "True" else f"~{one[1]}", "True")

    def write_is_not_null(self, one: tuple[str, str]) -> tuple[str, str]:
        """Whether it is known."""
        return self.put("~n" if one[1] == "True" else one[1], "True")

    def write_if(self, test: tuple[str, str], then: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
        """One or the other; a test that is unknown is not passed."""
        known = then[1] if then[1] == other[1] else f"where({test[0]}, {then[1]}, {other[1]})"
        return self.put(f"where({test[0]}, {then[0]}, {other[0]})", known)

    def write_coalesce(self, *parts: tuple[str, str]) -> tuple[str, str]:
        """The first that is known."""
        value, known = parts[-1]
        for each, here in reversed(parts[:-1]):
            if here == "True":
                value, known = each, here
            else:
                value, known = self.put(
                    f"where({here}, {each}, {value})", "True" if known == "True" else f"{here} | {known}"
                )
        return value, known

    def write_between(self, one: tuple[str, str], low: tuple[str, str], high: tuple[str, str]) -> tuple[str, str]:
        """Both ends included."""
        return self.write_and(self.binary("ge", one, low), self.binary("le", one, high))

    def write_sum(self, *parts: tuple[str, str]) -> tuple[str, str]:
        """The sum of what is known."""
        return self.put(" + ".join(v if k == "True" else f"where({k}, {v}, 0)" for v, k in parts), "True")

    def write_max(self, *parts: tuple[str, str]) -> tuple[str, str]:
        """The largest of what is known."""
        return self.extreme("maximum", parts)

    def write_min(self, *parts: tuple[str, str]) -> tuple[str, str]:
        """The least of what is known."""
        return self.extreme("minimum", parts)

    def extreme(self, name: str, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        """One after the other; what is unknown gives way."""
        value, known = parts[0]
        for each, here in parts[1:]:
            best = f"{name}({value}, {each})"
            if here != "True":
                best = f"where({here}, {best}, {value})"
            if known != "True":
                best = f"where({known}, {best}, {each})"
            value, known = self.put(best, "True" if "True" in {known, here} else f"{known} | {here}")
        return value, known


def both(left: str, right: str) -> str:
    """Where both are known."""
    if "False" in (left, right):
        return "False"
    return " & ".join(each for each in (left, right) if each != "True") or "True"


def kleene(known: str) -> str:
    """Constants taken out of a mask, so that ``~True`` is never minus two."""
    return known.replace("~True", "f").replace("~False", "t").replace("True", "t").replace("False", "f")


def numpy_judge(graph: Graph) -> Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]:
    """The generated function."""
    writer = Writer(graph)
    space: dict[str, Any] = {
        "where": np.where, "maximum": np.maximum, "minimum": np.minimum, "t": np.True_, "f": np.False_,
        "whole": lambda value: value.astype(np.int64) if getattr(value, "dtype", None) == np.bool_ else value,
    }  # fmt: skip
    for name, each in graph.definitions.items():
        writer.names["col", name] = writer.write(each)
    body = "\n".join(f"    {line}" for line in writer.lines)
    answers = ", ".join(f"{name!r}: {writer.names['col', name][0]}" for name in graph.answers)
    source = f"def judge(v, k):\n    n = np_zeros\n{body}\n    return {{{answers}}}\n"
    space |= {"lists": writer.lists, "np_zeros": np.False_}
    exec(compile(source, "generated", "exec"), space)
    return space["judge"]  # type: ignore[no-any-return]


def arrays(frame: pl.DataFrame, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs as arrays and masks; words as numbers."""
    values, known = {}, {}
    for name in names:
        column = frame[name]
        known[name] = column.is_not_null().to_numpy()
        if column.dtype == pl.String:
            words = {word: number_of(word) for word in column.drop_nulls().unique()}
            column = column.replace_strict(words, return_dtype=pl.Int64)
        if column.dtype == pl.Date:
            column = column.cast(pl.Int32)
        if column.dtype == pl.Boolean:
            values[name] = column.fill_null(value=False).to_numpy()
        else:
            kind = pl.Float64 if column.dtype.is_decimal() else pl.Int64
            values[name] = column.cast(kind).fill_null(0).to_numpy()
    return values, known


def openfisca_plan(graph: Graph, values: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Every definition as a formula over others, and the inputs under the names that formulas use."""
    keys = {name: f"c{place}" for place, name in enumerate([*sorted(graph.inputs), *graph.definitions])}
    inputs = {f"v_{keys[name]}": values[name] for name in graph.inputs}
    inputs |= {f"k_{keys[name]}": known[name] for name in graph.inputs}
    variables: list[tuple[str, str, str | None]] = [
        (key, "bool" if value.dtype == np.bool_ else "float", None) for key, value in inputs.items()
    ]
    lists: list[Any] = []
    flags = {name for name in graph.inputs if values[name].dtype == np.bool_}
    for name, each in graph.definitions.items():
        writer = Writer(graph, keys)
        writer.lists = lists
        value, mask = writer.write(each)
        if is_flag(each, flags):
            flags.add(name)
        for side, found, kind in (("v", value, "bool" if name in flags else "float"), ("k", mask, "bool")):
            body = "\n".join(f"    {line}" for line in writer.lines)
            source = f"def formula(firm, period):\n{body}\n    return 0 * firm('one', period) + {found}\n"
            if kind == "bool":
                source = source.replace("return 0 * firm('one', period) + ", "return firm('yes', period) & ")
            variables.append((f"{side}_{keys[name]}", kind, source))
    variables += [("one", "float", None), ("yes", "bool", None)]
    count = len(next(iter(values.values())))
    inputs |= {"one": np.ones(count), "yes": np.ones(count, bool)}
    answers = {name: f"v_{keys[name]}" for name in graph.answers}
    return {"variables": variables, "answers": answers, "lists": [list(map(int, each)) for each in lists]}, inputs


def is_flag(each: Node, flags: set[str]) -> bool:
    """Whether a definition is a yes or no."""
    kind, *parts = each
    if kind == "col":
        return parts[0] in flags
    if kind == "lit":
        return isinstance(parts[0], bool) or parts[0] is None
    if kind == "if":
        return is_flag(parts[1], flags) and is_flag(parts[2], flags)
    if kind == "coalesce":
        return all(is_flag(part, flags) for part in parts)
    return kind in {*COMPARED, "and", "or", "not", "is_null", "is_not_null", "between"}
