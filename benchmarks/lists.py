"""Every list over 300,000 firms: whole pages beside the stock admin changelist of the same table, in the same run.

python -m benchmarks.lists [FIRMS] [ROUNDS]
DATABASE_URL=… python -m benchmarks.lists FIRMS ROUNDS [TRUTH]

On a PostgreSQL of its own, filled by `seed_province`, or on a register that `seed_province --truth TRUTH` made, which
is only looked at. First every number of 工作台 and every count of 企业库 is held
against the planted truth. Then each list is called in process (view, template, middleware): milliseconds of
processor, queries, the ratio to the admin changelist with the same filter and page, and far pages beside first ones.
"""

import gc
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from scripts.services import scratch

GOAL: Final = 0.2  # of the stock changelist's time
PLACES: Final = {"shengji": "湖北省", "shiji": "湖北省/黄石市", "xianji": "湖北省/黄石市/大冶市"}


@dataclass(frozen=True)
class Case:
    """One list: what it is, our address, and the changelist's with the same rows."""

    label: str
    ours: str
    stock: str = ""


FIRMS_LIST: Final = "enterprises/enterprise/"
CASES: Final = (
    Case("企业库", "/enterprises/", FIRMS_LIST),
    Case("企业库: one unit", "/enterprises/?unit={unit}", FIRMS_LIST + "?region__id__exact={unit}"),
    Case("企业库: rung 高企", "/enterprises/?rung=hnte", FIRMS_LIST),
    Case("企业库: one short of 高企", "/enterprises/?one_short=hnte", FIRMS_LIST),
    Case("企业库: undecided for 高企", "/enterprises/?track=hnte&verdict=undecided", FIRMS_LIST),
    Case("企业库: wants a figure", "/enterprises/?wants=hi_tech_income_cny", FIRMS_LIST),
    Case("企业库: title ends in 90 days", "/enterprises/?expiring=90", FIRMS_LIST),
    Case("企业库: title lapsed", "/enterprises/?lapsed=1", FIRMS_LIST),
    Case("企业库: new 高企 this year", "/enterprises/?new=hnte", FIRMS_LIST),
    Case("企业库: 专精特新 filed", "/enterprises/?way=srdi:filed", FIRMS_LIST),
    Case("企业库: statement waits", "/enterprises/?pending=1", FIRMS_LIST),
    Case("企业库: 规上 without institution", "/enterprises/?institution=none", FIRMS_LIST),
    Case("企业库: no contact", "/enterprises/?contact=none", FIRMS_LIST),
    Case("search, 1 character", "/enterprises/?q=云", FIRMS_LIST + "?q=云"),
    Case("search, 2 characters", "/enterprises/?q=云源", FIRMS_LIST + "?q=云源"),
    Case("search, 3 characters", "/enterprises/?q=云源精", FIRMS_LIST + "?q=云源精"),
    Case("search, 4 characters", "/enterprises/?q=云源精密", FIRMS_LIST + "?q=云源精密"),
    Case("search, a former name", "/enterprises/?q=云源实业", FIRMS_LIST + "?q=云源实业"),
    Case("search, pinyin initials", "/enterprises/?q=yyjmzb", FIRMS_LIST + "?q=yyjmzb"),
    Case("search, a whole code", "/enterprises/?q={code}", FIRMS_LIST + "?q={code}"),
    Case("search, 1 firm in 4", "/enterprises/?q=湖北", FIRMS_LIST + "?q=湖北"),
    Case("search, all firms", "/enterprises/?q=有限公司", FIRMS_LIST + "?q=有限公司"),
    Case("search in one unit", "/enterprises/?q=湖北&unit={unit}", FIRMS_LIST + "?q=湖北&region__id__exact={unit}"),
    Case("推进看板", "/board/", "pipeline/candidacy/"),
    Case("研发机构", "/institutions/", "enterprises/researchinstitution/"),
    Case("数据质量", "/quality/", FIRMS_LIST),
    Case("数据质量: conflicts", "/quality/conflicts/", FIRMS_LIST),
    Case("后备库", "/pools/", "pipeline/poolspell/"),
    Case("后备库: one pool", "/pools/{pool}/", "pipeline/poolspell/?pool__id__exact={pool}"),
    Case("后备库: who came", "/pools/{pool}/?show=joined", "pipeline/poolspell/?pool__id__exact={pool}"),
    Case("时限日历", "/calendar/", "notifications/obligation/"),
    Case("提醒邮件", "/mails/", "notifications/message/"),
    Case("提醒邮件: failed", "/mails/?state=failed", "notifications/message/?state__exact=failed"),
    Case("操作日志", "/audit/", "accounts/auditevent/"),
    Case("公示名单", "/lists/", ""),
    Case("认定规则", "/rules/", ""),
    Case("导入", "/imports/", "enterprises/importbatch/"),
    Case("用户", "/users/", "accounts/user/"),
)


def milliseconds(act: Callable[[], Any], rounds: int) -> float:
    """Milliseconds of processor a call, ours and the database's together, after one call to warm up.

    Not of the clock: on a machine that others use as well the clock says more of them than of the page.
    """
    import psutil  # noqa: PLC0415 -- only the benchmark needs it
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then

    with connection.cursor() as cursor:  # what workers of their own would do could not be counted
        cursor.execute("SELECT pg_backend_pid(), set_config('max_parallel_workers_per_gather', '0', false)")
        backend = psutil.Process(cursor.fetchone()[0])
    act()
    gc.collect()
    start = used(backend)
    for _ in range(rounds):
        act()
    return (used(backend) - start) / rounds * 1000


def used(backend: Any) -> float:
    """Seconds of processor that this process and its database connection have used."""
    times = backend.cpu_times()
    return float(time.process_time() + times.user + times.system)


def client_of(username: str) -> Any:
    """A browser in which this person is logged in."""
    from django.test import Client  # noqa: PLC0415 -- Django is set up by then

    from accounts.models import User  # noqa: PLC0415 -- as above

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def check_truth(truth: dict[str, Any]) -> None:
    """Every number of 工作台 and every count of 企业库 beside the planted one; a difference ends the run."""
    from pipeline.domain import concerns  # noqa: PLC0415 -- Django is set up by then

    checked, wrong = 0, []
    concerns.of_bureau = lambda rungs: ("tsme", "hnte")  # what was planted is known of these two
    for who, place in PLACES.items():
        planted, client = truth["numbers"][place], client_of(who)
        for label, url, count in workbench_numbers(client.get("/workbench/").context):
            name = "&".join(f"{key}={value}" for key, value in parse_qsl(urlsplit(url).query))
            checked += 1
            if count != planted.get(name, 0):
                wrong.append(f"{who} 工作台 {label}: {count}, planted {planted.get(name, 0)}")
        for name, count in planted.items():
            if name.startswith(("held=", "officer=")):
                continue
            page = client.get(f"/enterprises/?{name}").context["page"]
            checked += 1
            if count <= page.count if page.is_capped else count != page.count:
                wrong.append(f"{who} 企业库 {name}: {page.count_text}, planted {count}")
    print(f"{checked} numbers compared with the planted truth, {len(wrong)} differ\n")
    if wrong:
        raise SystemExit("\n".join(wrong))


def workbench_numbers(context: Any) -> list[tuple[str, str, int]]:
    """Label, address and count of every number on 工作台."""
    numbers = [*context["numbers"], context["off_ladder"], *context["wanted"], *context["gaps"]]
    numbers += [each for rung in context["rungs"] for each in (rung.stock, rung.new, rung.coaching, rung.filed)]
    numbers += [each for line in context["near"] for each in line.numbers]
    return [(each.label, each.url, each.count) for each in numbers]


def words() -> dict[str, Any]:
    """What stands in the addresses: a unit with firms, somebody's code, a pool."""
    from accounts.models import Region  # noqa: PLC0415 -- Django is set up by then
    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above
    from pipeline.models import Pool  # noqa: PLC0415 -- as above

    firm = Enterprise.objects.exclude(uscc=None).order_by("pk")[100]
    return {"unit": Region.objects.get(name="江岸区").pk, "code": firm.uscc, "pool": Pool.objects.earliest("pk").pk}


def measure(rounds: int) -> None:
    """One line a list."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    client, given = client_of("shengji"), words()
    print(f"{'milliseconds of processor a page':36}{'queries':>9}{'page':>9}{'stock':>9}{'ratio':>7}")
    for case in CASES:
        ours = case.ours.format(**given)
        if (status := client.get(ours).status_code) != 200:
            print(f"{case.label:36}{'no such page' if status == 404 else status:>18}")
            continue
        with CaptureQueriesContext(connection) as asked:
            client.get(ours)
            queries = len(asked)
        page = milliseconds(lambda ours=ours: client.get(ours), rounds)
        line = f"{case.label:36}{queries:>9}{page:>9.0f}"
        if case.stock:
            address = "/stock/" + case.stock.format(**given)
            stock = milliseconds(lambda address=address: client.get(address), max(1, rounds // 2))
            line += f"{stock:>9.0f}{page / stock:>7.2f}{'' if page <= stock * GOAL else '  above 1/5'}"
        print(line, flush=True)


def far_pages(firms: int, rounds: int) -> None:
    """Page 3,000 (or the last but one), reached as a reader does: by where the page before ended; and the stock one."""
    from console.pages import SIZE  # noqa: PLC0415 -- Django is set up by then
    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above

    client, far = client_of("shengji"), min(3000, firms // SIZE - 1)
    edge = Enterprise.objects.order_by("name", "pk").values_list("pk", flat=True)[(far - 1) * SIZE - 1]
    first = milliseconds(lambda: client.get("/enterprises/"), rounds)
    late = milliseconds(lambda: client.get(f"/enterprises/?page={far}&after={edge}"), rounds)
    stock = milliseconds(lambda: client.get(f"/stock/{FIRMS_LIST}?p={far}"), max(1, rounds // 2))
    ratio = f"{late / first:.2f} of page 1; stock {stock:.0f} ms"
    print(f"\n企业库 page 1 {first:.0f} ms, page {far:,} {late:.0f} ms ({ratio})")


def workbench(rounds: int) -> None:
    """工作台 as each sees it."""
    for who, place in PLACES.items():
        client = client_of(who)
        print(f"工作台 of {place}: {milliseconds(lambda client=client: client.get('/workbench/'), rounds):.0f} ms")


def nightly() -> None:
    """The nightly work once more, on a register that knows its verdicts: seconds and the peak of memory so far."""
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up by then

    from notifications import obligations  # noqa: PLC0415 -- as above
    from pipeline.domain import judge, ladder  # noqa: PLC0415 -- as above

    on = timezone.localdate()
    steps = (("judge", judge.judge), ("settle the ladder", ladder.settle_all), ("obligations", obligations.refresh))
    for name, act in steps:
        start = time.perf_counter()
        act(on=on)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{name}: {time.perf_counter() - start:.0f} s, peak memory of the process until then {peak:,} MB",
            flush=True,
        )


def main(firms: int = 300_000, rounds: int = 5, truth: Path | None = None) -> None:
    """On the register of DATABASE_URL, or on a PostgreSQL of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.stock_settings"
    if os.environ.get("DATABASE_URL"):
        import django  # noqa: PLC0415 -- settings need the address first

        django.setup()
        report(truth, firms, rounds)
        return
    with scratch() as services, tempfile.TemporaryDirectory() as folder:
        os.environ.update(services.start(redis=False).environment())
        import django  # noqa: PLC0415 -- settings need the address first
        from django.core.management import call_command  # noqa: PLC0415 -- as above

        django.setup()
        call_command("migrate", verbosity=0)
        truth = Path(folder) / "truth.json"
        call_command("seed_province", firms=firms, truth=truth)
        report(truth, firms, rounds)
        nightly()


def report(truth: Path | None, firms: int, rounds: int) -> None:
    """Everything that only looks, on the register at hand."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    if truth:
        setup_test_environment()  # the answers keep their context
        check_truth(json.loads(truth.read_text("utf-8")))
        teardown_test_environment()
    measure(rounds)
    far_pages(firms, rounds)
    workbench(rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *map(Path, sys.argv[3:4]))
