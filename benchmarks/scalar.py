"""The graph for one firm at a time: expressions for zen-engine, and a plain Python function."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from benchmarks.graph import Graph, Node

SIGNS: Final = {
    "add": "+", "sub": "-", "mul": "*", "eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip


class Lines:
    """A line for each node, met once; ``name`` says how a line is referred to, ``words`` how constants are spelt."""

    def __init__(self, graph: Graph, *, zen: bool) -> None:
        self.zen = zen
        self.lines: list[str] = []
        self.names: dict[Node, str] = {}
        for name in sorted(graph.inputs):
            self.names["col", name] = f"i{len(self.names)}"
        self.inputs = {name[1]: key for name, key in self.names.items()}
        for name, each in graph.definitions.items():
            self.names["col", name] = self.write(each)
        self.answers = {name: self.names["col", name] for name in graph.answers}

    def choose(self, test: str, then: str, other: str) -> str:
        """A conditional expression."""
        return f"({test}) ? ({then}) : ({other})" if self.zen else f"({then}) if ({test}) else ({other})"

    def constant(self, value: Any) -> str:
        """A constant."""
        if self.zen:
            return (
                {None: "null", True: "true", False: "false"}.get(value, repr(value))
                if not (isinstance(value, int) and not isinstance(value, bool))
                else str(value)
            )
        return repr(value)

    @property
    def null(self) -> str:
        """What is unknown."""
        return "null" if self.zen else "None"

    def is_null(self, one: str) -> str:
        """Whether it is unknown."""
        return f"{one} == null" if self.zen else f"{one} is None"

    def is_just(self, one: str, value: bool) -> str:
        """Whether it is a known yes, or a known no."""
        return f"{one} == {self.constant(value)}" if self.zen else f"{one} is {value}"

    def write(self, each: Node) -> str:
        """The name of a node's line."""
        if each in self.names:
            return self.names[each]
        if each[0] == "lit":
            return self.constant(each[1])
        self.names[each] = self.put(self.text(each))
        return self.names[each]

    def put(self, text: str) -> str:
        """Another line."""
        self.lines.append(text)
        return f"$.n{len(self.lines) - 1}" if self.zen else f"n{len(self.lines) - 1}"

    def text(self, each: Node) -> str:
        """The expression of a node."""
        kind, *parts = each
        if kind == "pick":
            index = self.write(parts[1])
            found = self.null
            for place, points in reversed([*enumerate(parts[0])]):
                found = self.choose(f"{index} == {place}", str(points), found)
            return found
        names = [self.write(part) for part in parts]
        if kind in SIGNS:
            unknown = " or ".join(self.is_null(name) for name in names)
            return self.choose(unknown, self.null, f"{names[0]} {SIGNS[kind]} {names[1]}")
        return self.special(kind, names)

    def special(self, kind: str, names: Sequence[str]) -> str:  # noqa: C901 -- one case an operation
        """Logic, choices and sums."""
        one = names[0]
        match kind:
            case "and" | "or":
                decides = kind == "or"
                unknown = " or ".join(self.is_null(name) for name in names)
                undecided = self.choose(unknown, self.null, self.constant(not decides))
                return self.choose(
                    " or ".join(self.is_just(name, decides) for name in names), self.constant(decides), undecided
                )
            case "not":
                return self.choose(self.is_null(one), self.null, self.is_just(one, value=False))
            case "int":
                yes = self.choose(self.is_just(one, value=False), "0", one)
                return self.choose(self.is_just(one, value=True), "1", yes)
            case "neg":
                return self.choose(self.is_null(one), self.null, f"0 - {one}")
            case "is_null":
                return self.choose(self.is_null(one), self.constant(value=True), self.constant(value=False))
            case "is_not_null":
                return self.choose(self.is_null(one), self.constant(value=False), self.constant(value=True))
            case "if":
                return self.choose(self.is_just(one, value=True), names[1], names[2])
            case "coalesce":
                return self.choose(
                    self.is_null(one), names[1] if len(names) == 2 else self.special(kind, names[1:]), one
                )
            case "between":
                low, high = (
                    self.put(self.compared(one, sign, other))
                    for sign, other in zip((">=", "<="), names[1:], strict=True)
                )
                return self.special("and", [low, high])
            case "sum":
                parts = [self.put(self.choose(self.is_null(name), "0", name)) for name in names]
                return " + ".join(parts)
        return self.extreme(">" if kind == "max" else "<", names)

    def compared(self, left: str, sign: str, right: str) -> str:
        """One comparison, unknown where a side is."""
        return self.choose(f"{self.is_null(left)} or {self.is_null(right)}", self.null, f"{left} {sign} {right}")

    def extreme(self, sign: str, names: Sequence[str]) -> str:
        """The largest or least of what is known."""
        best = names[0]
        for name in names[1:]:
            better = self.choose(f"{name} {sign} {best}", name, best)
            known = self.choose(self.is_null(best), name, better)
            best = self.put(self.choose(self.is_null(name), best, known))
        return best


def zen_model(graph: Graph) -> tuple[dict[str, Any], Mapping[str, str], Mapping[str, str]]:
    """A decision of one expression node, the names of the inputs and of the answers there."""
    written = Lines(graph, zen=True)
    expressions = [{"id": f"x{n}", "key": f"n{n}", "value": line} for n, line in enumerate(written.lines)]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "rules", "name": "rules", "type": "expressionNode", "position": {"x": 0, "y": 0},
         "content": {"expressions": expressions}},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ]  # fmt: skip
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "b", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    answers = {name: key.removeprefix("$.") for name, key in written.answers.items()}
    return {"nodes": nodes, "edges": edges}, written.inputs, answers


def python_judge(graph: Graph) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function of one firm's inputs by name."""
    written = Lines(graph, zen=False)
    body = [f"{key} = given[{name!r}]" for name, key in written.inputs.items()]
    body += [f"n{number} = {line}" for number, line in enumerate(written.lines)]
    answers = ", ".join(f"{name!r}: {key}" for name, key in written.answers.items())
    source = "def judge(given):\n" + "\n".join(f"    {line}" for line in body) + f"\n    return {{{answers}}}\n"
    space: dict[str, Any] = {}
    exec(compile(source, "generated", "exec"), space)
    return space["judge"]  # type: ignore[no-any-return]
