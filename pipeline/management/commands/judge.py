"""Judge firms from a file by the editions in the repository; needs no database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from enterprises.vocabulary import RULED_BY_KEY
from pipeline.facts.statement import Statement, read
from pipeline.facts.values import StatementError
from pipeline.rules.choose import KINDS, Choice, NoEdition, choose
from pipeline.rules.edition import EditionError
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import Finding, findings
from pipeline.rules.report import checklist, judgement
from pipeline.rules.seeds import seeds

EXAMPLE: Final = "manage.py judge hnte --on 2026-05-01 --kind apply --facts firm.json --json"


class Command(BaseCommand):
    """`judge TRACK --on DATE --kind apply|review --facts FILE.json [--json]`."""

    help = "按指定日期施行的规则版本，判定文件中的企业是否符合某一认定方向。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Track, day, kind and file; `--json` for machines."""
        parser.add_argument("track", help=f"认定方向：{'、'.join(RULED_BY_KEY)}")
        parser.add_argument("--on", required=True, help="办理日期，如 2026-05-01")
        parser.add_argument("--kind", required=True, help="apply（申报）或 review（复核）")
        parser.add_argument("--facts", required=True, help="企业事实的 JSON 文件：一家企业，或企业列表")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, **options: Any) -> None:
        """Choose the edition, judge the whole file in one go, and write the answer."""
        choice = chosen(options["track"], day(options["on"]), options["kind"])
        statement = stated(Path(options["facts"]), options["track"])
        results = judged(choice, statement, day(options["on"]))
        if options["json"]:
            answer = [judgement(choice, name, row, found) for name, row, found in results]
            self.stdout.write(json.dumps(answer[0] if statement.is_one else answer, ensure_ascii=False, indent=2))
            return
        for name, row, found in results:
            self.stdout.write(checklist(choice, name, row, found))


def day(text: str) -> date:
    """The day of the action."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--on：“{text}”不是日期，请写成 2026-05-01 的形式") from error


def chosen(track: str, on: date, kind: str) -> Choice:
    """The edition that judges this track on that day."""
    if track not in RULED_BY_KEY:
        raise CommandError(f"没有“{track}”这个认定方向。可用的有：{', '.join(RULED_BY_KEY)}")
    if kind not in KINDS:
        raise CommandError(f"--kind：“{kind}”应为 apply（申报）或 review（复核）")
    try:
        return choose(seeds(), track=track, on=on, kind=kind)  # type: ignore[arg-type]  # checked above
    except (NoEdition, EditionError) as error:
        raise CommandError(str(error)) from error


def stated(path: Path, track: str) -> Statement:
    """The firms of the file."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"--facts：无法读取 {path}：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"--facts：{path} 不是 UTF-8 文本，请另存为 UTF-8 编码") from error
    rulable: dict[str, dict[str, tuple[int, int] | None]] = {}
    for edition in seeds():
        rulable.setdefault(edition.track, {}).update(edition.rulable)
    try:
        return read(text, track=track, rulable=rulable)
    except StatementError as error:
        raise CommandError(f"--facts：{path.name}，{error}") from error


def judged(choice: Choice, statement: Statement, on: date) -> list[tuple[str, dict[str, Any], list[Finding]]]:
    """Name, row and findings of every firm."""
    frame = evaluate(choice.edition, statement.register, on)
    rows = frame.iter_rows(named=True)
    return [(name, row, findings(choice.edition, row)) for name, row in zip(statement.names, rows, strict=True)]
