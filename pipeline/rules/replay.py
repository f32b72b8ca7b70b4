"""A receipt's content, and what replaying it shows: canonical bytes, digest, findings made again. Pure: no database.

What an evaluation says of one firm is kept as canonical JSON (keys sorted, no blanks, UTF-8) and its digest is the
sha256 of those bytes. A replay reads the facts out of that text, judges them by the edition of the same hash, and must
write the same bytes again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from pipeline.facts.register import SCHEMAS, Register, Schema, registered
from pipeline.rules.choose import KINDS, covers
from pipeline.rules.edition import Edition, EditionError, load
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import Finding, findings
from pipeline.rules.report import OUTCOMES, VERDICTS

MADE: Final = ("verdict", "score", "findings")  # what an evaluation adds to what it was given
UNREADABLE: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError, pl.exceptions.PolarsError)


def content(
    *,
    enterprise: Any,
    kind: str,
    rules: Edition,
    register: Register,
    on: date,
    verdict: str,
    score: tuple[int | None, int | None],
    found: Iterable[Finding],
) -> dict[str, Any]:
    """Everything an evaluation says of a firm, as plain JSON."""
    return {
        "enterprise": enterprise,
        "track": rules.track,
        "kind": kind,
        "edition": rules.sha256,
        "judged_on": str(on),
        "verdict": verdict,
        "score": list(score),
        "facts": {name: plain(register.rows_of(name).to_dicts()) for name in SCHEMAS},
        "findings": lean([asdict(finding) for finding in found]),
    }


def plain(value: Any) -> Any:
    """The value as JSON keeps it: days and decimals as text."""
    return json.loads(json.dumps(value, default=str, ensure_ascii=False))


DEFAULTS: Final = {field.name: plain(field.default) for field in fields(Finding) if field.default is not MISSING}


def lean(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings without what says nothing, so that a field that findings gain later changes no older receipt."""
    return [
        {name: value for name, value in finding.items() if name not in DEFAULTS or DEFAULTS[name] != value}
        for finding in plain(found)
    ]


def canonical(said: Any) -> str:
    """The one text of this content; its bytes in UTF-8 are what is kept and hashed."""
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """The sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def register_of(facts: Mapping[str, Sequence[Mapping[str, Any]]]) -> Register:
    """The register out of a receipt's facts; a subject or column that came later is unknown."""
    return registered({name: frame_of(facts.get(name, ()), schema) for name, schema in SCHEMAS.items()})


def frame_of(rows: Sequence[Mapping[str, Any]], schema: Schema) -> pl.DataFrame:
    """Rows as a frame, days read from their text; a column the register does not have any more is an error there."""
    if not rows:
        return pl.DataFrame(schema=dict(schema))
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame({name: [read(row.get(name), schema.get(name)) for row in rows] for name in names})


def read(value: Any, kind: Any) -> Any:
    """A value as the register holds it."""
    if value is None:
        return None
    if kind == pl.Date:
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, pl.Decimal) else value


def replayed(said: Mapping[str, Any], rules: Edition) -> dict[str, Any]:
    """The same content with verdict, score and findings made again from its facts."""
    on = date.fromisoformat(said["judged_on"])
    row = evaluate(rules, register_of(said["facts"]), on).row(0, named=True)
    again = {
        "verdict": row["verdict"],
        "score": [row["score_low"], row["score_high"]],
        "findings": lean([asdict(finding) for finding in findings(rules, row)]),
    }
    return {**said, **again}


def problems(said: Mapping[str, Any], *, kept_digest: str, edition: str) -> list[str]:
    """What does not agree in a receipt, in words; nothing when it can be repeated to the byte.

    ``edition`` is the YAML text its hash stands for.
    """
    found = []
    if digest(canonical(said)) != kept_digest:
        found.append("摘要不符：凭证内容与摘要对不上，内容或摘要被改动过")
    if digest(edition) != said.get("edition"):
        return [*found, "规则版本不符：规则文本的哈希与凭证所记不同，文本被改动过"]
    try:
        rules = load(edition)
        found += against_edition(said, rules)
        found += differences({**said, "findings": lean(said["findings"])}, replayed(said, rules))
    except EditionError as error:
        found.append(f"规则文本无法读取：{error}")
    except UNREADABLE as error:
        found.append(f"无法重算：凭证内容不完整或不是本系统的格式（{type(error).__name__}：{error}）")
    return found


def against_edition(said: Mapping[str, Any], rules: Edition) -> Iterator[str]:
    """Nobody is judged by an edition outside its validity, of another track or for another kind of action."""
    if not covers(rules, date.fromisoformat(said["judged_on"])):
        until = rules.effective_to or "今"
        yield f"评估日 {said['judged_on']} 不在规则版本的施行期内（{rules.effective_from} 至 {until}）"
    if said["track"] != rules.track:
        yield "规则版本不属于这一认定方向"
    if said["kind"] not in rules.applies_to:
        yield f"规则版本不适用于{KINDS.get(said['kind'], said['kind'])}"


def differences(kept: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    """Where a replay says something else, in words."""
    if canonical(kept) == canonical(again):
        return []
    found = []
    if kept["verdict"] != again["verdict"]:
        found.append(f"结论：凭证为{word(VERDICTS, kept)}，重算为{word(VERDICTS, again)}")
    if kept["score"] != again["score"]:
        found.append(f"得分：凭证为{kept['score']}，重算为{again['score']}")
    before, after = ({finding["key"]: finding for finding in side["findings"]} for side in (kept, again))
    found += [difference(key, before.get(key), after.get(key)) for key in {**before, **after}
              if before.get(key) != after.get(key)]  # fmt: skip
    return found or ["判定的次序不同"]


def word(words: Mapping[str, str], side: Mapping[str, Any]) -> str:
    """A verdict in words."""
    return words.get(side["verdict"], str(side["verdict"]))


def difference(key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """One finding that came out differently: in its outcome, or in which of its fields."""
    if before is None or after is None:
        return f"条件 {key}：{'凭证中没有' if before is None else '重算没有得出'}"
    if before["outcome"] != after["outcome"]:
        one, other = (OUTCOMES.get(side["outcome"], side["outcome"]) for side in (before, after))
        return f"条件 {key}：凭证为{one}，重算为{other}"
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return f"条件 {key}：{'、'.join(names)} 不同"
