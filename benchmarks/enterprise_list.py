"""企业库 over 100,000 firms: queries and milliseconds of whole pages, beside bare SQL for the same rows and counts.

python -m benchmarks.enterprise_list [FIRMS] [ROUNDS]
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from scripts.services import scratch

UNITS: Final = 17

FIRMS: Final = """
    INSERT INTO enterprises_enterprise
        (uscc, uscc_ok, old_number, name, region_id, folded_name, search_text, search_bigrams, created_at)
    SELECT code, true, '', name, region, name, name || E'\\n' || lower(code),
           ARRAY(SELECT DISTINCT substr(name || E'\\n' || lower(code), place, 2)
                 FROM generate_series(1, length(name) + length(code)) place),
           now()
    FROM (
        SELECT '91420281MA' || lpad(n::text, 8, '0') AS code,
               (ARRAY['云泽','恒砺','澜川','启铄','沐森','拓岚','衡楚','昱辰','砺锋','泓润'])[1 + n %% 10]
               || chr(19968 + n %% 4999) || chr(19968 + n / 23 %% 4999)
               || (ARRAY['精密装备','新材料','光电','生物科技','环保','智能制造'])[1 + n %% 6] || '有限公司' AS name,
               (%s::bigint[])[1 + n %% 17] AS region
        FROM generate_series(1, %s) n
    ) made
"""
ASSESSMENTS: Final = """
    INSERT INTO pipeline_assessment
        (enterprise_id, track, kind, edition_id, judged_on, verdict, score_low, score_high, n_unmet, n_unknown,
         n_manual, n_na, unmet_mask, unknown_mask, manual_mask, wants)
    SELECT e.id, %s, 'apply', %s, now(),
           CASE WHEN e.id %% 5 = 0 THEN 'eligible' WHEN e.id %% 5 < 3 THEN 'ineligible' ELSE 'undecided' END,
           40, 80, CASE WHEN e.id %% 5 IN (1, 2) THEN 1 + e.id %% 3 ELSE 0 END,
           CASE WHEN e.id %% 7 < 3 THEN 1 ELSE 0 END,
           2, 0, CASE WHEN e.id %% 5 IN (1, 2) THEN (1 << (e.id %% 5)::int) ELSE 0 END,
           CASE WHEN e.id %% 7 < 3 THEN 2 ELSE 0 END, 6,
           CASE WHEN e.id %% 7 < 3 THEN ARRAY['hi_tech_income_cny'] ELSE ARRAY[]::varchar[] END
    FROM enterprises_enterprise e
"""
TITLES: Final = """
    INSERT INTO pipeline_title
        (enterprise_id, track, number, issued_on, valid_from, valid_until, document, standing, version, recorded_at)
    SELECT e.id, 'hnte', 'GR' || e.id, d, d, d + 1095, '', 'normal', 0, now()
    FROM enterprises_enterprise e, LATERAL (SELECT current_date - (e.id % 1090)::int AS d) days
    WHERE e.id % 3 = 0
"""
POSITIONS: Final = """
    INSERT INTO pipeline_ladderposition (enterprise_id, rung, "order", since, version)
    SELECT e.id, CASE WHEN e.id % 3 = 0 THEN 'hnte' ELSE '' END, CASE WHEN e.id % 3 = 0 THEN 2 ELSE 0 END, now(), 0
    FROM enterprises_enterprise e
"""

FROM: Final = "FROM enterprises_enterprise e JOIN accounts_region r ON r.id = e.region_id WHERE r.path LIKE '{path}%%'"
# Each case: what it is, the address, and what bare SQL asks beside the region
CASES: Final = (
    ("no filter", "", "TRUE"),
    (
        "one unit, on the rung 高企",
        "unit={unit}&rung=hnte",
        "e.region_id = {unit} AND EXISTS (SELECT 1 FROM pipeline_ladderposition p"
        " WHERE p.enterprise_id = e.id AND p.rung = 'hnte')",
    ),
    (
        "one short of 高企",
        "one_short=hnte",
        "EXISTS (SELECT 1 FROM pipeline_assessment a WHERE a.enterprise_id = e.id AND a.track = 'hnte'"
        " AND a.n_unmet = 1 AND a.n_unknown = 0 AND a.n_na = 0)",
    ),
    (
        "undecided for want of a figure",
        "wants=hi_tech_income_cny",
        "EXISTS (SELECT 1 FROM pipeline_assessment a WHERE a.enterprise_id = e.id AND a.verdict = 'undecided'"
        " AND a.wants @> ARRAY['hi_tech_income_cny']::varchar[])",
    ),
    (
        "title ends within 90 days",
        "expiring=90",
        "EXISTS (SELECT 1 FROM pipeline_title t WHERE t.enterprise_id = e.id AND t.valid_until <= current_date + 90"
        " AND t.valid_until >= current_date AND t.valid_from <= current_date AND t.standing = 'normal'"
        " AND NOT EXISTS (SELECT 1 FROM pipeline_title l WHERE l.enterprise_id = t.enterprise_id"
        " AND l.track = t.track AND l.valid_until > t.valid_until AND l.standing <> 'revoked'))",
    ),
    (
        "two characters of a name",
        "q=澜川",
        "e.search_bigrams @> ARRAY['澜川']::varchar[] AND e.search_text LIKE '%%澜川%%'",
    ),
)


def fill(firms: int) -> dict[str, Any]:
    """Make the register in SQL; the officer who will look at it, and the words that stand in the cases."""
    from django.db import connection, transaction  # noqa: PLC0415 -- Django is set up by then

    from accounts.models import Line, Region, User  # noqa: PLC0415 -- as above
    from pipeline.domain import editions, ladder  # noqa: PLC0415 -- as above
    from pipeline.models import Bureau, Edition, Ladder  # noqa: PLC0415 -- as above

    editions.load_seeds(), ladder.load_seeds()
    city = Region.objects.create(name="云川市", level="city")
    units = [Region.objects.create(name=f"单位{n}", level="county", parent=city) for n in range(UNITS)]
    Bureau.objects.create(pk=1, name="云川市科学技术局", region=city, ladder=Ladder.objects.get(slug="mission"))
    officer = User.objects.create_user("officer", None, name="周", role="city", region=city, lines=[Line.SCIENCE])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: what is made here is consistent
        cursor.execute(FIRMS, [[unit.pk for unit in units], firms])
        for edition in Edition.objects.all():
            cursor.execute(ASSESSMENTS, [edition.track, edition.pk])
        cursor.execute(TITLES), cursor.execute(POSITIONS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"officer": officer, "path": city.path, "unit": units[3].pk}


def milliseconds(act: Callable[[], Any], rounds: int) -> float:
    """The median time of an act after one to warm up."""
    act()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def bare(where: str, words: dict[str, Any]) -> None:
    """One page and the capped count, by hand."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then

    source = f"{FROM} AND {where}".format(**words)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id, e.name, e.uscc {source} ORDER BY e.name, e.id LIMIT 51", [])
        cursor.fetchall()
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 {source} LIMIT 10001) found", [])
        cursor.fetchall()


def run(firms: int, rounds: int) -> None:
    """Fill, look, print."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then
    from django.test import Client  # noqa: PLC0415 -- as above
    from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: PLC0415 -- as above

    setup_test_environment()  # the answers keep their context
    start = time.perf_counter()
    words = fill(firms)
    print(f"{firms:,} firms made in {time.perf_counter() - start:.0f} s; median of {rounds}, milliseconds\n")
    client = Client()
    client.force_login(words["officer"])
    print(f"{'':34}{'firms':>8}{'queries':>9}{'page':>8}{'bare SQL':>10}{'ratio':>8}")
    for label, query, where in CASES:
        address = f"/enterprises/?{query.format(**words)}"
        with CaptureQueriesContext(connection) as asked:
            count, queries = client.get(address).context["page"].count_text, len(asked)
        page = milliseconds(lambda address=address: client.get(address), rounds)
        sql = milliseconds(lambda where=where: bare(where, words), rounds)
        print(f"{label:34}{count:>8}{queries:>9}{page:>8.1f}{sql:>10.1f}{page / sql:>8.1f}")
    far_pages(client, firms, rounds)
    print(f"{'工作台 (every number counted)':29}{milliseconds(lambda: client.get('/workbench/'), rounds):>27.1f}")


def far_pages(client: Any, firms: int, rounds: int) -> None:
    """The last page but one, reached as a reader reaches it: by where the page before ended."""
    from console.pages import SIZE  # noqa: PLC0415 -- Django is set up by then
    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above

    for number in (1, firms // SIZE - 1):
        before = (number - 1) * SIZE - 1
        edge = Enterprise.objects.order_by("name", "pk")[before].pk if before > 0 else ""
        address = f"/enterprises/?page={number}&after={edge}"
        print(f"page {number:<29}{milliseconds(lambda address=address: client.get(address), rounds):>25.1f}")


def main(firms: int = 100_000, rounds: int = 9) -> None:
    """On a PostgreSQL of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    with scratch() as services:
        os.environ.update(services.start(redis=False).environment())
        import django  # noqa: PLC0415 -- settings need the address first
        from django.core.management import call_command  # noqa: PLC0415 -- as above

        django.setup()
        call_command("migrate", verbosity=0)
        run(firms, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
