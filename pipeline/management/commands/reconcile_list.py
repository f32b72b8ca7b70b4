"""`manage.py reconcile_list FILE --track T [--apply] [--as USER] [--json]`: match a published list, or apply it."""

import datetime
import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from pipeline.domain import list_apply, list_plans, list_totals, published_lists
from pipeline.domain.list_plans import Outcome
from pipeline.domain.published_lists import CORRECTABLE, Given
from pipeline.lists.words import KIND_LABELS
from pipeline.management.commands.import_ledger import importer
from pipeline.models import ListRow, PublishedList

Match = ListRow.Match


class Command(BaseCommand):
    """Reconcile a published list with the register; a dry run unless told to apply."""

    help = "核对一份公示或认定名单；加 --apply 才登记确定的和已核定的各行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --track, --apply, --as, --json; what the list does not say itself: --kind, --on, --document."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--track", required=True, choices=[track.key for track in TRACKS], metavar="TRACK")
        parser.add_argument("--apply", action="store_true", help="登记确定的和已核定的各行")
        parser.add_argument("--as", dest="username", default="", help="以谁的名义和辖区办理（登录名）")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument("--kind", choices=list(KIND_LABELS), default="", help="名单种类，识别不出或不对时指明")
        parser.add_argument("--on", type=datetime.date.fromisoformat, default=None, help="认定日期，名单没有写时指明")
        parser.add_argument("--document", default="", help="文号，名单没有写时指明")

    @transaction.atomic
    def handle(self, *_: Any, **options: Any) -> None:
        """Read, match, show; apply where asked, else leave nothing behind."""
        by, on = importer(options["username"], writes=options["apply"]), timezone.localdate()
        try:
            published = reconciled(options, by)
            outcomes = (
                list_apply.apply(list_id=published.pk, by=by, version=None, on=on)
                if options["apply"]
                else list_plans.plan(published, by=by, on=on)
            )
        except StepRefused as refusal:
            raise CommandError(words_of(refusal.reasons)) from refusal
        published.refresh_from_db()
        if options["json"]:
            told = as_json(published, outcomes, applied=options["apply"])
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(lines(published, outcomes, applied=options["apply"])))
        transaction.set_rollback(not options["apply"])


def words_of(reasons: Sequence[Reason]) -> str:
    """Every reason on a line."""
    return "\n".join(map(str, reasons))


def reconciled(options: dict[str, Any], by: User) -> PublishedList:
    """The list read and matched, with what the command line says of it."""
    file: Path = options["file"]
    try:
        content = file.read_bytes()
    except OSError as missing:
        raise CommandError(f"打不开文件：{missing.strerror}") from missing
    said = {"kind": options["kind"], "recognised_on": options["on"], "document": options["document"]}
    given = Given(**{name: value for name, value in said.items() if value})
    published = published_lists.upload(filename=file.name, content=content, track=options["track"], by=by, given=given)
    whole = Given(**{name: getattr(given, name) or getattr(published, name) for name in CORRECTABLE})
    return published_lists.correct(list_id=published.pk, by=by, version=published.version, given=whole)


def as_json(published: PublishedList, outcomes: Sequence[Outcome], *, applied: bool) -> dict[str, Any]:
    """Everything found, for a program."""
    totals = list_totals.totals(published, [one.row for one in outcomes])
    return {
        "list": published.pk if applied else None,
        "track": published.track,
        "kind": published.kind,
        "title": published.title,
        "document": published.document,
        "recognised_on": published.recognised_on and published.recognised_on.isoformat(),
        "applied": applied,
        "stated_total": totals.stated,
        "rows_total": totals.n,
        "difference": totals.difference,
        "parts": published.notes["parts"],
        "counts": totals.by_match,
        "results": list_totals.results(outcomes),
        "rows": [row_json(one) for one in outcomes],
    }


def row_json(one: Outcome) -> dict[str, Any]:
    """One row; of a firm outside one's units nothing but what the list itself says."""
    row = one.row
    return {
        "place": row.place,
        "sheet": row.sheet,
        "line": row.line,
        "name": row.name,
        "match": row.match,
        "why": row.why,
        "kind": row.kind_in_force,
        "enterprise": one.firm,
        "candidates": [candidate["firm"] for candidate in row.candidates],
        "decision": row.decision,
        "result": one.result or row.result,
        "says": one.says,
        "repeats": row.repeats,
    }


def lines(published: PublishedList, outcomes: Sequence[Outcome], *, applied: bool) -> Iterator[str]:
    """Everything found, for a person."""
    totals = list_totals.totals(published, [one.row for one in outcomes])
    kind = published.get_kind_display() or "未判明，用 --kind 指明"
    day = published.recognised_on or "未写明，用 --on 指明"
    yield f"{published.title}（{TRACK_BY_KEY[published.track].label}，{kind}，认定日期 {day}）"
    for part in published.notes["parts"]:
        yield f"“{part['name']}”：" + (part["reason"] or f"读入 {part['used']} 家")
        yield from (f"  {note}" for note in (*part["notes"], *part["skipped"]))
    yield totals.says
    yield "，".join(f"{Match(match).label} {number}" for match, number in totals.by_match.items())
    yield from (row_line(one) for one in outcomes)
    results = list_totals.results(outcomes)
    yield "，".join(f"{list_totals.LABELS[name]} {number}" for name, number in results.items()) or "没有可办理的行"
    yield "已办理。" if applied else "以上为核对结果，没有写入任何内容；加 --apply 办理。"


def row_line(one: Outcome) -> str:
    """A row with what it was matched with and what becomes of it."""
    row = one.row
    names = f"→ {row.enterprise.name}" if row.enterprise_id and row.enterprise and one.firm else ""
    some = f"候选 {len(row.candidates)} 家" if row.match == Match.DOUBTFUL and not row.decision else ""
    result = ListRow.Result(one.result).label if one.result else row.get_result_display()
    told = "；".join(part for part in (row.why, some, result, one.says) if part)
    return f"  {row.sheet} 第{row.line}行 {row.name} [{row.get_match_display()}] {names} {told}".rstrip()
