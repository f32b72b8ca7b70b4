"""Receipts cannot be changed; every night some are replayed, the result is kept and a mismatch raises an alarm."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, User
from config.schedule import SCHEDULE
from enterprises.models import Enterprise, YearFigures
from pipeline import tasks
from pipeline.domain import dossiers, receipts, replays
from pipeline.models import Edition, Receipt, ReceiptCheck
from tests import firms
from tests.factories import EnterpriseFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
ROOT = Path(__file__).parents[3]
NIGHT = datetime.datetime(2026, 11, 24, 3, 30, tzinfo=datetime.UTC)


@pytest.fixture
def kept(enterprise: Enterprise, officer: User) -> list[Receipt]:
    """Receipts of a fit firm, a spoilt one and one of which nothing is known, for every track."""
    spoilt, bare = EnterpriseFactory(region=enterprise.region), EnterpriseFactory(region=enterprise.region)
    firms.make_fit(enterprise)
    firms.rule_what_is_manual(enterprise, officer)
    firms.make_fit(spoilt, tech_staff_hnte_headcount=1, hi_tech_income_cny=None)
    for firm in (enterprise, spoilt, bare):
        dossiers.hand_out(enterprise_id=firm.pk, by=officer, on=ON)
    return list(Receipt.objects.order_by("pk"))


@contextmanager
def without_triggers() -> Iterator[None]:
    """As somebody with all rights over the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def test_every_receipt_is_replayed_to_the_byte(kept: list[Receipt]) -> None:
    assert {receipt.verdict for receipt in kept} == {"ineligible", "undecided"}
    assert len(kept) == 6

    assert replays.replay_sample(at=NIGHT, size=len(kept)) == 0

    checks = ReceiptCheck.objects.order_by("receipt")
    assert [(check.receipt, check.checked_at, check.problems) for check in checks] == [
        (receipt, NIGHT, []) for receipt in kept
    ]
    assert not AuditEvent.objects.filter(what="receipt.mismatch").exists()


def test_a_sample_is_some_of_them(kept: list[Receipt]) -> None:
    replays.replay_sample(at=NIGHT, size=2)

    assert ReceiptCheck.objects.values("receipt").distinct().count() == 2


def test_what_changes_later_in_the_register_changes_no_replay(kept: list[Receipt], enterprise: Enterprise) -> None:
    YearFigures.objects.filter(enterprise=enterprise).delete()
    enterprise.rulings.all().delete()
    Enterprise.objects.filter(pk=enterprise.pk).update(name="改名公司")
    with without_triggers():
        Edition.objects.update(status="withdrawn")

    assert replays.replay_sample(at=NIGHT) == 0


def altered_fact(receipt: Receipt) -> None:
    """A figure in the receipt's text, digest included."""
    said = receipt.said
    next(row for row in said["facts"]["years"] if row["year"] == 2025)["tech_staff_hnte_headcount"] = 1
    rewrite(receipt, said)


def altered_finding(receipt: Receipt) -> None:
    """An outcome in the receipt's text, digest included."""
    said = receipt.said
    said["findings"][0]["outcome"] = "unmet"
    rewrite(receipt, said)


def altered_edition(receipt: Receipt) -> None:
    """A threshold of the edition."""
    content = receipt.edition.content
    assert "10%" in content
    Edition.objects.filter(pk=receipt.edition_id).update(content=content.replace("10%", "1%"))


def altered_digest(receipt: Receipt) -> None:
    """The digest alone."""
    Receipt.objects.filter(pk=receipt.pk).update(digest="0" * 64)


def altered_row(receipt: Receipt) -> None:
    """The verdict that lists show, not the text."""
    Receipt.objects.filter(pk=receipt.pk).update(verdict="eligible")


def altered_bytes(receipt: Receipt) -> None:
    """A blank in the text."""
    Receipt.objects.filter(pk=receipt.pk).update(content=receipt.content.replace(",", ", ", 1))


def rewrite(receipt: Receipt, said: dict[str, Any]) -> None:
    """Another text with its own digest."""
    text = receipts.replay.canonical(said)
    Receipt.objects.filter(pk=receipt.pk).update(content=text, digest=receipts.replay.digest(text))


ALTERATIONS = [altered_fact, altered_finding, altered_edition, altered_digest, altered_row, altered_bytes]


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_whatever_is_altered_is_found_and_raises_an_alarm(
    kept: list[Receipt], enterprise: Enterprise, alter: Callable[[Receipt], None]
) -> None:
    receipt = next(one for one in kept if one.enterprise == enterprise and one.track == "hnte")
    with without_triggers():
        alter(receipt)

    assert replays.replay_sample(at=NIGHT) >= 1

    check = ReceiptCheck.objects.get(receipt=receipt)
    event = AuditEvent.objects.get(what="receipt.mismatch", object_id=receipt.pk)
    assert check.problems
    assert event.after == {"problems": check.problems}
    assert (event.by, event.enterprise_id) == (None, enterprise.pk)
    assert receipt.pk in {alarm.receipt_id for alarm in replays.health(now=NIGHT).alarms}


def test_an_alarm_stands_and_is_asked_again_until_the_receipt_agrees(kept: list[Receipt]) -> None:
    receipt = kept[0]
    with without_triggers():
        altered_digest(receipt)
    replays.replay_sample(at=NIGHT)
    replays.replay_sample(at=NIGHT + datetime.timedelta(days=1), size=0)
    assert ReceiptCheck.objects.filter(receipt=receipt).count() == 2
    assert AuditEvent.objects.filter(what="receipt.mismatch").count() == 1
    assert not replays.health(now=NIGHT).is_well

    with without_triggers():
        Receipt.objects.filter(pk=receipt.pk).update(digest=receipt.digest)
    later = NIGHT + datetime.timedelta(days=2)
    replays.replay_sample(at=later, size=0)

    assert replays.health(now=later).is_well


def test_a_night_that_was_missed_is_said(kept: list[Receipt]) -> None:
    replays.replay_sample(at=NIGHT)

    assert not replays.health(now=NIGHT + datetime.timedelta(hours=30)).is_late
    assert replays.health(now=NIGHT + datetime.timedelta(hours=37)).is_late


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pipeline_receipt SET verdict = 'eligible'",
        "UPDATE pipeline_receipt SET content = content",
        "DELETE FROM pipeline_receipt",
        "UPDATE pipeline_receiptcheck SET problems = '{}'",
        "DELETE FROM pipeline_receiptcheck",
    ],
)
def test_the_database_refuses_to_change_receipts_and_replays(kept: list[Receipt], statement: str) -> None:
    replays.replay_sample(at=NIGHT)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_tables_can_only_be_emptied_in_tests() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname IN"
            " ('receipts_are_never_emptied', 'receipt_checks_are_never_emptied') AND tgtype & 32 <> 0"
        )
        assert cursor.fetchone() == (2,)


def test_the_night_s_task_replays(kept: list[Receipt]) -> None:
    assert SCHEDULE["receipts, replayed"]["task"] == tasks.replay_receipts.name

    tasks.replay_receipts()

    assert ReceiptCheck.objects.count() == len(kept)


# The command


def exported(receipt: Receipt, tmp_path: Path, **changes: Any) -> Path:
    """The receipt's file, with something changed in it."""
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps({**receipts.document(receipt), **changes}, ensure_ascii=False), "utf-8")
    return path


def verified(asked: object) -> str:
    """What the command says."""
    out = StringIO()
    call_command("verify_receipt", str(asked), stdout=out)
    return out.getvalue()


def test_a_number_is_verified_in_the_register(kept: list[Receipt], enterprise: Enterprise) -> None:
    said = verified(kept[1].pk)

    assert f"评估凭证 {kept[1].pk} · {enterprise.name} · 高新技术企业" in said
    assert kept[1].digest in said
    assert "核验通过" in said


def test_a_number_that_does_not_agree_ends_with_one(kept: list[Receipt]) -> None:
    with without_triggers():
        altered_digest(kept[0])

    with pytest.raises(CommandError, match="核验不通过") as refused:
        verified(kept[0].pk)
    assert refused.value.returncode == 1


def test_a_number_nobody_gave_ends_with_two() -> None:
    with pytest.raises(CommandError, match="没有编号为 987654321 的评估凭证") as refused:
        verified(987654321)
    assert refused.value.returncode == 2


def test_a_file_without_its_edition_is_verified_by_the_seed_of_that_hash(kept: list[Receipt], tmp_path: Path) -> None:
    assert "与本系统自带的文本相同" in verified(exported(kept[0], tmp_path, edition=None))


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "不是 JSON 文件"), ("[]", "不是评估凭证文件"), ("{}", "缺少 content 或 digest")],
)
def test_what_is_no_receipt_ends_with_two(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)

    with pytest.raises(CommandError, match=says) as refused:
        verified(path)
    assert refused.value.returncode == 2


def test_a_file_whose_edition_nobody_has_ends_with_two(kept: list[Receipt], tmp_path: Path) -> None:
    content = {**kept[0].said, "edition": "0" * 64}

    with pytest.raises(CommandError, match="找不到凭证所记的规则版本") as refused:
        verified(exported(kept[0], tmp_path, edition=None, content=content))
    assert refused.value.returncode == 2


@pytest.mark.parametrize(("verdict", "code"), [("", 0), ("eligible", 1)])
def test_a_file_is_verified_from_a_bare_shell_without_a_database(
    kept: list[Receipt], tmp_path: Path, verdict: str, code: int
) -> None:
    content = kept[1].said | ({"verdict": verdict} if verdict else {})
    path = exported(kept[1], tmp_path, content=content)
    nowhere = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    nowhere |= {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "manage.py", "verify_receipt", str(path)]

    done = subprocess.run(command, cwd=ROOT, env=nowhere, capture_output=True, check=False)

    assert done.returncode == code, done.stderr.decode()
    assert ("核验通过" in done.stdout.decode()) is (code == 0)
    assert ("核验不通过" in done.stderr.decode()) is (code == 1)
