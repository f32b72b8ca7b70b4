"""Verify a receipt without the web application: from its file without a database, or by its number in the register."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.rules import replay
from pipeline.rules.report import VERDICTS
from pipeline.rules.seeds import text_of

KINDS: Final = {"apply": "认定", "review": "复核"}
CANNOT: Final = 2  # exit code: nothing could be verified; 1 is: verified, and it does not agree
MOST: Final = 20_000_000  # bytes; a receipt has some tens of thousands


class Command(BaseCommand):
    """`verify_receipt NUMBER|FILE.json`; exit code 0: agrees, 1: does not, 2: cannot be verified."""

    help = "核验评估凭证：重算摘要，按凭证所记规则版本重新判定，并与凭证逐字节比较。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to verify."""
        parser.add_argument("receipt", help="凭证编号（在登记库中核验），或导出的凭证文件（不需要数据库）")

    def handle(self, **options: Any) -> None:
        """Verify, and say what agrees and what does not."""
        asked: str = options["receipt"]
        is_number = asked.isascii() and asked.isdigit()
        head, lines, found = by_number(asked) if is_number else by_file(Path(asked))
        self.stdout.write(head)
        for line in lines:
            self.stdout.write(f"  {line}")
        if found:
            self.stdout.write("\n".join(f"  ✗ {problem}" for problem in found))
            raise CommandError(f"核验不通过：{len(found)} 处不一致", returncode=1)
        self.stdout.write("核验通过：按所记规则重新判定，结论、得分和每项判定逐字节一致。")


Answer = tuple[str, list[str], list[str]]


def by_number(asked: str) -> Answer:
    """A receipt of the register."""
    from pipeline.domain import receipts  # noqa: PLC0415 -- a file is verified where no database can be had
    from pipeline.models import Receipt  # noqa: PLC0415 -- as above

    try:
        receipt = Receipt.objects.select_related("edition").filter(pk=int(asked[:18])).first()
        if receipt is None:
            raise CommandError(f"没有编号为 {asked} 的评估凭证", returncode=CANNOT)
        found = receipts.problems(receipt)
    except (DatabaseError, ImproperlyConfigured) as error:
        says = "连接不上数据库；没有数据库时请用导出的凭证文件核验"
        raise CommandError(says, returncode=CANNOT) from error
    return head(receipt.pk, receipt.said), lines(receipt.said, receipt.digest, "登记库中的文本"), found


def by_file(path: Path) -> Answer:
    """An exported receipt; its edition's text is in the file, or known here by its hash."""
    document = read(path)
    content, kept = document.get("content"), document.get("digest")
    if not isinstance(content, dict) or not isinstance(kept, str):
        raise CommandError(f"{path.name} 不是评估凭证文件：缺少 content 或 digest", returncode=CANNOT)
    own = text_of(str(content.get("edition")))
    carried = document.get("edition")
    edition = carried if isinstance(carried, str) else own
    if edition is None:
        raise CommandError(
            "找不到凭证所记的规则版本：文件中没有规则文本，本系统也没有同一哈希的文本", returncode=CANNOT
        )
    origin = "与本系统自带的文本相同" if edition == own else "文本随凭证文件，不在本系统自带文本之内"
    says = [*lines(content, kept, origin), "请将上面的摘要与纸质凭证或登记库中的摘要核对；编号、用途不在摘要之内。"]
    return head(document.get("number", "?"), content), says, replay.problems(content, kept_digest=kept, edition=edition)


def read(path: Path) -> Mapping[str, Any]:
    """The file as an object."""
    try:
        if path.stat().st_size > MOST:
            raise CommandError(f"{path.name} 太大，不是评估凭证文件", returncode=CANNOT)
        document = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise CommandError(f"无法读取 {path}：{error.strerror}", returncode=CANNOT) from error
    except ValueError as error:
        raise CommandError(f"{path.name} 不是 JSON 文件", returncode=CANNOT) from error
    if not isinstance(document, dict):
        raise CommandError(f"{path.name} 不是评估凭证文件", returncode=CANNOT)
    return document


def head(number: object, content: Mapping[str, Any]) -> str:
    """评估凭证 12 · 云泽精密 · 高新技术企业（认定） · 评估日 2026-11-23 · 待定."""
    firm = content.get("enterprise")
    name = firm.get("name") if isinstance(firm, dict) else f"企业 {firm}"
    track = TRACK_BY_KEY.get(str(content.get("track")))
    kind = KINDS.get(str(content.get("kind")), "?")
    verdict = VERDICTS.get(str(content.get("verdict")), "?")
    return (
        f"评估凭证 {number} · {name} · {track.label if track else '?'}（{kind}）"
        f" · 评估日 {content.get('judged_on')} · {verdict}"
    )


def lines(content: Mapping[str, Any], kept: str, origin: str) -> list[str]:
    """The two hashes."""
    return [f"摘要 {kept}", f"规则版本 {content.get('edition')}（{origin}）"]
