"""docs/policies/: every edition as a policy officer reads it, made from the policy files: `python -m scripts.policies`.

One page a track with its editions, latest first; README.md counts criteria by confidence and lists every figure that
nobody compared with an official text. A test keeps the pages equal to the files.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from enterprises.vocabulary import RULED
from pipeline.rules import outline, seeds
from pipeline.rules.choose import KINDS, place
from pipeline.rules.edition import Edition
from pipeline.rules.outline import Clause
from pipeline.rules.wording import PENDING_TEXT

HERE: Final = Path(__file__).parent.parent / "docs" / "policies"
LEVELS: Final = {"official": "已与原文核对", "secondary": "见于可靠转载", "unconfirmed": "待核实"}
WHO: Final = {"enterprise": "企业", "bureau": "本局", "expert": "专家", "authority": "主管部门", None: "—"}
INTRO: Final = "由 `pipeline/policies/` 的规则文件生成，不要手工修改：`python -m scripts.policies`。"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    editions = sorted(seeds.seeds(), key=lambda edition: (edition.effective_from, edition.id), reverse=True)
    by_track = [(track, [edition for edition in editions if edition.track == track.key]) for track in RULED]
    found = {
        f"{track.key}.md": "\n".join(track_page(track.label, some)) + "\n" for track, some in by_track if some
    }  # fmt: skip
    return found | {"README.md": "\n".join(index([(track.key, track.label, some) for track, some in by_track])) + "\n"}


def index(tracks: Sequence[tuple[str, str, Sequence[Edition]]]) -> Iterator[str]:
    """The first page: tracks and editions, criteria by confidence, and what nobody confirmed."""
    yield from ("# 认定规则一览", "", INTRO, "")
    yield "条件、分项和得分项按来源分三档计数：" + "、".join(f"{label}" for label in LEVELS.values()) + "。"
    yield from ("条款、原文摘句、网址三者缺一，或没有与原文核对的，一律待核实。", "")
    yield from ("| 认定方向 | 版本 | 施行 | 用于 | " + " | ".join(LEVELS.values()) + " | 数值待定 |", row_line(8))
    for key, label, editions in tracks:
        for edition in editions:
            every = outline.every(edition)
            counts = [sum(clause.source.confidence == level for clause in every) for level in LEVELS]
            pending = sum(PENDING_TEXT in clause.figure for clause in every)
            cells = [f"[{label}]({key}.md)", cell(edition.title), period(edition), kinds(edition), *counts, pending]
            yield f"| {' | '.join(str(one) for one in cells)} |"
    yield from ("", "## 待核实的条目", "")
    for _, label, editions in tracks:
        for edition in editions:
            yield from unconfirmed(label, edition)


def unconfirmed(label: str, edition: Edition) -> Iterator[str]:
    """What of an edition nobody confirmed, one line each."""
    open_ones = [clause for clause in outline.every(edition) if clause.is_unconfirmed]
    if not open_ones:
        return
    yield from (f"### {label} · {edition.title}（{edition.document}）", "")
    for clause in open_ones:
        lacks = "、".join(lacking(clause)) or "尚未与原文核对"
        yield f"- `{clause.key}` {clause.source.says}：{asked(clause)}（{lacks}）"
    yield ""


def lacking(clause: Clause) -> list[str]:
    """Which parts of the source are missing."""
    source = clause.source
    named = {"条款": source.clause, "原文摘句": source.quotation, "网址": source.address}
    return [f"缺{name}" for name, value in named.items() if not value]


def track_page(label: str, editions: Sequence[Edition]) -> Iterator[str]:
    """The page of a track: its editions, latest first."""
    yield from (f"# {label}", "", INTRO, "")
    for edition in editions:
        yield from edition_part(edition)


def edition_part(edition: Edition) -> Iterator[str]:
    """One edition: what it is, its conditions, its score, and where sources disagree."""
    yield from (f"## {edition.title}", "")
    yield f"- 文件：{edition.document}" + (f" <{edition.address}>" if edition.address else "（未登记网址）")
    yield f"- 施行：{period(edition)}；用于{kinds(edition)}；适用地区：{place(edition)}"
    yield f"- 来源：{LEVELS[edition.confidence]}；与原文核对：{edition.checked_on or '尚未核对'}"
    yield f"- 内容摘要 SHA-256：`{edition.sha256}`"
    if edition.notes:
        yield f"- 说明：{flat(edition.notes)}"
    yield from ("", "### 认定条件", "", *HEADER)
    for some in outline.gates(edition).values():
        yield from (line(clause) for clause in some)
    for part in outline.score(edition):
        yield from ("", f"### 评分：{flat(part.block.says)}（合计最多 {part.block.cap} 分）", "", *HEADER)
        yield from (line(clause) for clause in part.items)
    if edition.disputes:
        yield from ("", "### 说法不一之处", "", "| 另一说法 | 出处 | 采用 | 理由 |", row_line(4))
        for dispute in edition.disputes:
            parts = (dispute.claim, dispute.source, dispute.taken, dispute.why)
            yield f"| {' | '.join(cell(one) for one in parts)} |"
    yield ""


HEADER: Final = (
    "| 条 | 内容 | 要求 | 计量 | 谁来办 | 条款 | 原文摘句与网址 | 来源 |",
    "|---|---|---|---|---|---|---|---|",
)


def line(clause: Clause) -> str:
    """One criterion or item as a row; parts stand under their criterion."""
    source = clause.source
    quoted = " ".join(
        part for part in (f"“{source.quotation}”" if source.quotation else "", source.address or "") if part
    )
    cells = (
        f"{'　' * clause.depth}{clause.key}", source.says, asked(clause), clause.measure or "—", WHO[source.who],
        source.clause or "—", quoted or "—", LEVELS[source.confidence or "unconfirmed"],
    )  # fmt: skip
    return f"| {' | '.join(cell(one) for one in cells)} |"


def asked(clause: Clause) -> str:
    """What is asked, with its rows or bands."""
    steps = "；".join(f"{step.reach}：{step.asks}" for step in clause.steps)
    return "：".join(part for part in (clause.figure, steps) if part)


def period(edition: Edition) -> str:
    """From when to when."""
    return f"{edition.effective_from} 至 {edition.effective_to or '今'}"


def kinds(edition: Edition) -> str:
    """For which actions."""
    return "、".join(KINDS[kind] for kind in edition.applies_to)


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def cell(text: str) -> str:
    """Text as a cell of a table."""
    return flat(text).replace("|", "\\|") if text.strip() else "—"


def row_line(columns: int) -> str:
    """The rule under the head of a table."""
    return "|" + "---|" * columns


def main(arguments: Iterable[str]) -> int:
    """Write the pages, or with --check say which are not as the files would make them."""
    made = pages()
    if "--check" in arguments:
        stale = [name for name, text in made.items() if not same(HERE / name, text)]
        print("".join(f"docs/policies/{name} is not what the policy files say\n" for name in stale), end="")
        return 1 if stale else 0
    HERE.mkdir(parents=True, exist_ok=True)
    for old in HERE.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (HERE / name).write_text(text, "utf-8")
    print(f"docs/policies: {len(made)} pages")
    return 0


def same(path: Path, text: str) -> bool:
    """Whether the file says this."""
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
