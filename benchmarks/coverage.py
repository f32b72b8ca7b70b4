"""建有率 over 300,000 firms: queries and milliseconds of whole pages, every number checked against a planted truth.

python -m benchmarks.coverage [FIRMS] [ROUNDS]
"""

import datetime
import os
import statistics
import sys
import time
from typing import Any, Final

from scripts.services import scratch

UNITS: Final = 17
# Every fifth firm is 规上工业, every third of these has an institution, every tenth has its six checked and found
FIRMS: Final = """
    INSERT INTO enterprises_enterprise (uscc, uscc_ok, old_number, name, region_id, folded_name, search_text,
        search_bigrams, institutions_known_on, created_at)
    SELECT '91420281MA' || lpad(n::text, 8, '0'), true, '', '企业' || n, (%s::bigint[])[1 + n %% 17], '企业' || n, '',
           '{}', CASE WHEN n %% 4 > 0 THEN current_date END, now()
    FROM generate_series(1, %s) n
"""
SPELLS: Final = """
    INSERT INTO enterprises_abovescalespell (enterprise_id, kind, from_on, to_on, source)
    SELECT id, '规上工业', CASE WHEN id % 15 = 0 THEN current_date - 20 ELSE current_date - 900 END,
           CASE WHEN id % 25 = 0 THEN current_date - 10 END, '名单'
    FROM enterprises_enterprise WHERE id % 5 = 0
"""
MEMBERSHIPS: Final = """
    INSERT INTO enterprises_regionmembership (enterprise_id, region_id, from_on)
    SELECT id, region_id, current_date - 1000 FROM enterprises_enterprise
"""
STATEMENTS: Final = """
    INSERT INTO enterprises_firmstatement (enterprise_id, source, state, known_at, note, industry_code, leading_product,
        chain_role, parent_uscc)
    SELECT id, 'ledger', 'accepted', now(), '', CASE WHEN id % 2 = 0 THEN 'C3421' ELSE '6513' END, NULL, NULL, NULL
    FROM enterprises_enterprise
"""
INSTITUTIONS: Final = """
    INSERT INTO enterprises_researchinstitution (enterprise_id, kind, level, name, state, established_on)
    SELECT id, '自建研发机构', '自建', '', 'building', current_date - (id % 700)::int
    FROM enterprises_enterprise WHERE id % 15 = 0
"""
CHECKS: Final = """
    INSERT INTO enterprises_institutioncheck (institution_id, item, state, evidence, document, checked_by_id,
        checked_on, recorded_at)
    SELECT i.id, item, 'has', '见', '', %s, current_date - 30, now()
    FROM enterprises_researchinstitution i,
         unnest(ARRAY['site', 'staff', 'equipment', 'investment', 'projects', 'rules']) item
    WHERE i.enterprise_id %% 10 = 0
"""
CASES: Final = (
    ("规上工业, built", ""),
    ("规上制造业, built", "base=manufacturing"),
    ("规上工业, six found", "rule=six"),
    ("规上制造业, six found, a month", "base=manufacturing&rule=six&since={month}"),
)
FIRM_CASES: Final = (("without one, first page", "part=none"), ("entered since, first page", "part=entered"))


def fill(firms: int) -> Any:
    """Make the register in SQL; the officer who will look at it."""
    from django.db import connection, transaction  # noqa: PLC0415 -- Django is set up by then

    from accounts.models import Line, Region, User  # noqa: PLC0415 -- as above

    city = Region.objects.create(name="云川市", level="city")
    units = [Region.objects.create(name=f"单位{n}", level="county", parent=city) for n in range(UNITS)]
    officer = User.objects.create_user("officer", None, name="周", role="city", region=city, lines=[Line.SCIENCE])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: what is made here is consistent
        cursor.execute(FIRMS, [[unit.pk for unit in units], firms])
        for query in (SPELLS, MEMBERSHIPS, STATEMENTS, INSTITUTIONS):
            cursor.execute(query)
        cursor.execute(CHECKS, [officer.pk])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return officer


def truth(firms: int) -> tuple[int, int]:
    """规上工业 firms of today, and those of them with an institution."""
    standing = [n for n in range(5, firms + 1, 5) if n % 25]
    return len(standing), sum(n % 15 == 0 for n in standing)


def timed(client: Any, address: str, rounds: int) -> tuple[Any, int, float]:
    """The page, its queries, its median milliseconds."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
        number = len(queries)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    return page, number, statistics.median(times)


def measure(firms: int, rounds: int) -> None:
    """Print a line for each page; a number that is not the planted one ends it."""
    from django.test import Client  # noqa: PLC0415 -- Django is set up by then
    from django.utils import timezone  # noqa: PLC0415 -- as above

    client = Client()
    client.force_login(fill(firms))
    month = timezone.localdate() - datetime.timedelta(days=30)
    print(f"{firms:,} firms; queries, median of {rounds} in ms")
    for words, query in CASES:
        page, queries, ms = timed(client, f"/institutions/coverage/?{query.format(month=month)}", rounds)
        if not query:
            found = (page.context["total"].whole.count, page.context["total"].have.count)
            assert found == truth(firms), (found, truth(firms))
        print(f"{words:36} {queries:3} {ms:8.0f}")
    for words, query in FIRM_CASES:
        _, queries, ms = timed(client, f"/institutions/coverage/firms/?{query}", rounds)
        print(f"{words:36} {queries:3} {ms:8.0f}")
    _, queries, ms = timed(client, "/institutions/", rounds)
    print(f"{'研发机构, first page':36} {queries:3} {ms:8.0f}")


def main(firms: int = 300_000, rounds: int = 5) -> None:
    """On a PostgreSQL of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    with scratch() as services:
        os.environ.update(services.start(redis=False).environment())
        import django  # noqa: PLC0415 -- settings need the address first
        from django.core.management import call_command  # noqa: PLC0415 -- as above
        from django.test.utils import setup_test_environment  # noqa: PLC0415 -- as above

        django.setup()
        setup_test_environment()  # the answers keep their context
        call_command("migrate", verbosity=0)
        measure(firms, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
