"""`manage.py import_ledger FILE [--apply] [--as USER] [--json]`: preview a ledger, or write it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.machine import StepRefused
from accounts.models import Role, User
from enterprises.models import ImportBatch
from pipeline.domain import ledgers
from pipeline.domain.ledgers import Preview, PreviewRow

LABELS = {
    "total": "行",
    "new": "新增",
    "changed": "变更",
    "unchanged": "不变",
    "warned": "有提示",
    "refused": "不导入",
    "titles": "资格",
}


class Command(BaseCommand):
    """Import a ledger; a dry run unless told to apply."""

    help = "识别并预览一份台账；加 --apply 才写入"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --apply, --as, --json, --year."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="写入预览的内容")
        parser.add_argument("--as", dest="username", default="", help="以谁的名义和辖区导入（登录名）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument("--year", type=int, default=None, help="列名没有写年份的指标属于哪一年，默认上一年")

    def handle(self, *_: Any, **options: Any) -> None:
        """Upload, read, show; apply where asked."""
        batch = uploaded(options["file"], importer(options["username"], writes=options["apply"]), options["year"])
        if options["apply"] and batch.state == ImportBatch.State.READ:
            batch = ledgers.apply(batch_id=batch.pk, by=batch.by, on=timezone.localdate())
        found = ledgers.preview(batch, size=ledgers_rows(batch))
        if options["json"]:
            self.stdout.write(json.dumps(as_json(batch, found), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(lines(batch, found)))
        if not options["apply"]:
            batch.delete()


def ledgers_rows(batch: ImportBatch) -> int:
    """How many rows the ledger has."""
    return int(batch.report.get("counts", {}).get("total", 0))


def importer(username: str, *, writes: bool) -> User:
    """Who imports: the one named, else the only city-level user; for a look without writing the first one serves."""
    users = User.objects.filter(is_active=True).select_related("region")
    if username:
        try:
            return users.get(username=username.casefold())
        except User.DoesNotExist:
            raise CommandError(f"没有登录名为 {username} 的启用账号") from None
    cities = list(users.filter(role=Role.CITY).order_by("pk"))
    if not cities or (writes and len(cities) > 1):
        names = "、".join(user.username for user in cities) or "（一个也没有）"
        raise CommandError(f"请用 --as 指明以谁的名义导入；市级账号有：{names}")
    return cities[0]


def uploaded(file: Path, by: User, year: int | None) -> ImportBatch:
    """The file handed in and read."""
    try:
        content = file.read_bytes()
    except OSError as missing:
        raise CommandError(f"打不开文件：{missing.strerror}") from missing
    try:
        batch = ledgers.upload(filename=file.name, content=content, by=by, figures_year=year)
    except StepRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    batch = ledgers.read(batch_id=batch.pk)
    if batch.state == ImportBatch.State.REFUSED and not batch.report:
        raise CommandError(batch.error)
    return batch


def as_json(batch: ImportBatch, found: Preview) -> dict[str, Any]:
    """Everything found, for a program."""
    return {
        "state": batch.state,
        "error": batch.error,
        "note": batch.report.get("note", ""),
        "sheets": [asdict(sheet) for sheet in found.sheets],
        "counts": asdict(found.counts),
        "rows": [asdict(row) for row in found.rows if row.outcome != "unchanged" or row.warnings],
    }


def lines(batch: ImportBatch, found: Preview) -> Iterator[str]:
    """Everything found, for a person."""
    for sheet in found.sheets:
        yield f"工作表“{sheet.name}”：" + (f"{sheet.n_rows} 行" if sheet.is_ledger else f"不导入：{sheet.reason}")
        yield from (f"  {note}" for note in sheet.notes)
        for heading in sheet.headings:
            means = heading.means or "未读入"
            yield f"  {heading.column} {heading.heading} → {means}" + (f"（{heading.note}）" if heading.note else "")
    yield "，".join(f"{label} {getattr(found.counts, name)}" for name, label in LABELS.items())
    for row in found.rows:
        yield from row_lines(row)
    written = batch.state == ImportBatch.State.APPLIED
    yield (
        batch.error
        or batch.report.get("note")
        or ("已写入。" if written else "以上为预览，没有写入任何内容；加 --apply 写入。")
    )


def row_lines(row: PreviewRow) -> Iterator[str]:
    """A refused or warned row with its reasons."""
    place = f"  {row.sheet} 第{row.line}行"
    for reason in row.reasons:
        yield f"{place} 不导入：{reason}"
    for warning in row.warnings:
        yield f"{place} 提示：{warning}"
