"""Importing a ledger of 50,000 rows x 40 columns, 2 % of them wrong, beside calamine rows + COPY unchecked.

python -m benchmarks.importing [ROWS] [ROUNDS]

Both contestants read the same file in the same run into a PostgreSQL of the run's own. Ours reads in its limited child
process, checks every cell, matches firms and units, compares with the register and writes firms, memberships,
statements, contacts and the trail in one transaction; judging afterwards is shown apart, for the other does none.
"""

import csv
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.services import scratch

YEARS = (2025, 2024)
FIGURES = (
    "营业收入",
    "主营业务收入",
    "销售收入",
    "研发费用（高企归集口径）",
    "研发费用（加计扣除口径）",
    "净利润",
    "资产总额",
    "负债总额",
    "净资产",
    "实缴税费",
    "职工总数",
    "研发人员",
)
FIRST = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所属县市区",
    "成立日期",
    "行业代码",
    "划型行业",
    "高新技术领域",
    "境内居民企业",
    "规上",
    "入规时间",
    "主导产品",
    "失信与事故情况",
    "联络员",
    "联络员电话",
    "备注",
)
SYLLABLES = "云泽远岑青麓江芷北汀岚桥沐川星垣禾序拓原澄朴石精密新材料生物软件环保铸造机电光电农业能源智能建"


def headings() -> list[str]:
    """Forty headings."""
    money = dict.fromkeys(FIGURES[:-2], "（万元）")
    return [*FIRST, *(f"{year}年{name}{money.get(name, '（人）')}" for year in YEARS for name in FIGURES)]


def row(number: int) -> list[Any]:
    """A firm; every fiftieth is wrong in one of four ways."""
    from stdnum.cn import uscc  # noqa: PLC0415 -- only the writing process needs it

    body = f"91420281MA{number:07}"
    name = "".join(SYLLABLES[(number * step) % len(SYLLABLES)] for step in (7, 11, 13)) + f"{number}科技有限公司"
    unit = ("大冶市", "陈贵镇", "灵乡镇", "还地桥镇")[number % 4]
    above = ("是", "2021-12-01") if number % 3 else ("否", None)
    firm = [number, name, body + uscc.calc_check_digit(body), unit, f"201{number % 9}-0{number % 9 + 1}-15"]
    kind = ["C3525", "工业", "新材料", "是", *above, "精密铸件", "无"]
    contact = [f"联络员{number % 500}", f"139{number:08}", None]
    sales = 500 + number % 90_000
    shares = (1, 0.9, 0.95, 0.06, 0.055, 0.071, 1.3, 0.4, 0.9, 0.03)
    figures = [*(round(sales * share, 2) for share in shares), 20 + number % 300, number % 19]
    whole = [*firm, *kind, *contact, *figures, *figures]
    if number % 50 == 0:
        column, wrong = ((2, body + "1?"), (4, "去年"), (17, "390(万美元)"), (3, "无名镇"))[number // 50 % 4]
        whole[column] = wrong
    return whole


def write_workbook(path: Path, rows: int) -> None:
    """The ledger, written once by a process of its own."""
    import xlsxwriter  # noqa: PLC0415 -- only the writing process needs it

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, headings())
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, row(number))
    book.close()


def unchecked(path: Path) -> None:
    """The other contestant: calamine's rows, COPYed as text into one table."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- a contestant, not a dependency

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    text = io.StringIO()
    csv.writer(text).writerows(rows[1:])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'c{place} text' for place in range(len(rows[0])))})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getvalue())


class Clock:
    """Seconds of each named part, over the rounds."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time one part."""
        start = time.perf_counter()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)

    def median(self, name: str) -> float:
        """The middle round."""
        return statistics.median(self.seconds[name])


def ours(path: Path, clock: Clock, case: str) -> dict[str, int]:
    """Read apart, check, match, compare, write; then judge. The parts are the product's own functions."""
    from django.db import transaction  # noqa: PLC0415 -- after django.setup()

    from accounts.models import User  # noqa: PLC0415 -- as above
    from enterprises.imports import save  # noqa: PLC0415 -- as above
    from enterprises.imports.child import read_apart  # noqa: PLC0415 -- as above
    from enterprises.models import ImportBatch  # noqa: PLC0415 -- as above
    from pipeline.domain import judge, ladder, ledger_plans, ledgers  # noqa: PLC0415 -- as above

    officer, on = User.objects.select_related("region").get(), ledgers.timezone.localdate()
    batch = ImportBatch.objects.create(filename=path.name, digest="", by=officer)
    with clock.part(f"{case}: read and check, apart"):
        ledger = read_apart(filename=path.name, content=path.read_bytes(), year=2025)
    with transaction.atomic():
        with clock.part(f"{case}: match and compare"):
            save.lock_imports()
            plan = ledger_plans.plan(ledger, by=officer, on=on)
        with clock.part(f"{case}: write"):
            touched = ledgers.save_plan(plan, batch, on)["id"].to_list()
    with clock.part(f"{case}: judge and settle"):
        judge.judge(on=on, enterprise_ids=touched)
        ladder.settle_all(on, touched)
    return plan.counts()


def product(path: Path, clock: Clock) -> None:
    """As an officer does it: upload, preview, apply, judged at the end; then the same file again."""
    from accounts.models import User  # noqa: PLC0415 -- after django.setup()
    from pipeline.domain import ledgers  # noqa: PLC0415 -- as above

    officer = User.objects.get()
    for name in ("first import, previewed and judged", "same file again"):
        with clock.part(name):
            batch = ledgers.upload(filename=path.name, content=path.read_bytes(), by=officer)
            ledgers.read(batch_id=batch.pk)
            batch = ledgers.apply(batch_id=batch.pk, by=officer, on=ledgers.timezone.localdate())
    assert batch.report["counts"]["new"] == batch.report["counts"]["changed"] == 0, batch.report["counts"]


def forget(*tables: str) -> None:
    """Empty tables; the trail's own trigger is switched off for it."""
    from django.db import connection  # noqa: PLC0415 -- after django.setup()

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditevent DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


REGISTER = ("enterprises_enterprise", "enterprises_importbatch", "accounts_auditevent")
NEW, KNOWN = "all firms new", "all firms known, new figures"


def prepare() -> None:
    """Tables, units, rules, ladder, one officer of Hubei."""
    import django  # noqa: PLC0415 -- once the address of the database is known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- after django.setup()

    from accounts.domain import regions  # noqa: PLC0415 -- as above
    from accounts.models import Region, Role, User  # noqa: PLC0415 -- as above
    from pipeline.domain import editions, ladder  # noqa: PLC0415 -- as above
    from pipeline.models import Bureau, Ladder  # noqa: PLC0415 -- as above

    call_command("migrate", verbosity=0)
    regions.load_seeds(), editions.load_seeds(), ladder.load_seeds()
    region = Region.objects.get(name="大冶市")
    Bureau.objects.create(pk=1, name="大冶市科学技术局", region=region, ladder=Ladder.objects.get(slug="mission"))
    User.objects.create_user("officer", "a password for nobody", name="周市级", role=Role.CITY, region=region)


def peak_of_reading(path: Path) -> int:
    """Peak resident memory of the reading process, MiB; asked while this process is small, whose own would count."""
    from enterprises.imports.child import handed  # noqa: PLC0415 -- only this part needs it

    with tempfile.TemporaryFile() as content, open(os.devnull, "wb") as nowhere:
        content.write(handed({}) + path.read_bytes())
        content.seek(0)
        argv = [sys.executable, "-m", "enterprises.imports.child", path.name, "2025", "0"]
        child = subprocess.Popen(argv, stdin=content, stdout=nowhere)
        _, status, used = os.wait4(child.pid, 0)
    assert status == 0
    return used.ru_maxrss // 1024


def report(clock: Clock, counts: dict[str, int], rows: int, rounds: int) -> None:
    """What it took, and the ratio the goal speaks of."""
    bare = clock.median("calamine rows + COPY unchecked")
    print(f"{rows} rows x {len(headings())} columns, median of {rounds} rounds; {counts}")
    for name in clock.seconds:
        print(f"  {name:50} {clock.median(name):7.2f} s")
    for case in (NEW, KNOWN):
        checked = sum(clock.median(f"{case}: {part}") for part in ("read and check, apart", "match and compare"))
        whole = checked + clock.median(f"{case}: write")
        print(f"{case}: read, checked, matched {checked:.2f} s = {checked / bare:.2f} x;", end=" ")
        print(f"and written {whole:.2f} s = {whole / bare:.2f} x (goal 1.5 x)")


def measured(run: Callable[[], None], clock: Clock, name: str) -> None:
    """Time a contestant."""
    with clock.part(name):
        run()


def main(rows: int = 50_000, rounds: int = 3) -> None:
    """Write the workbook, then let both work on it in turn."""
    with tempfile.TemporaryDirectory() as folder, scratch() as services:
        path = Path(folder) / "ledger.xlsx"
        argv = [sys.executable, "-m", "benchmarks.importing", "--write", str(path), str(rows)]
        subprocess.run(argv, check=True)
        print(f"{path.stat().st_size / 2**20:.1f} MiB; the reading process took {peak_of_reading(path)} MiB at most")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "DATABASE_URL": services.start(redis=False).database,
        }
        prepare()
        clock = Clock()
        for _ in range(rounds):
            measured(lambda: unchecked(path), clock, "calamine rows + COPY unchecked")
            forget(*REGISTER)
            counts = ours(path, clock, NEW)
            forget("enterprises_yearfigures")
            ours(path, clock, KNOWN)
        forget(*REGISTER)
        product(path, clock)
        report(clock, counts, rows, rounds)
        close()


def close() -> None:
    """Let go of the database before it is stopped."""
    from django.db import connections  # noqa: PLC0415 -- after django.setup()

    connections.close_all()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_workbook(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
