"""推进看板 over 300,000 firms and 30,000 open cases: queries and milliseconds of whole pages, beside bare SQL.

python -m benchmarks.board [FIRMS] [OPEN CASES] [ROUNDS]
"""

import os
import sys
from typing import Any, Final

from benchmarks.enterprise_list import fill, milliseconds
from scripts.services import scratch

# Nine ended cases for each open one: what a board gathers in some years
ROUNDS: Final = """
    INSERT INTO pipeline_round (track, name, year, opens_on, closes_on, township_cutoff_on, county_cutoff_on,
                                city_cutoff_on, document, source, postponed_by)
    SELECT track, '第' || n || '批', 2020 + n, current_date - 90, current_date + n * 7 - 14, current_date + n * 7 - 34,
           current_date + n * 7 - 28, current_date + n * 7 - 21, '', '', ''
    FROM unnest(ARRAY['hnte','tsme','srdi','isme']) track, generate_series(1, 6) n
"""
CASES: Final = """
    INSERT INTO pipeline_candidacy
        (enterprise_id, track, kind, round_id, state, officer_id, version, opened_at, moved_at)
    SELECT e.id, track, 'apply',
           CASE WHEN e.id %% 3 > 0 THEN (SELECT id FROM pipeline_round r WHERE r.track = t.track
                                         AND r.year = 2021 + e.id %% 6) END,
           CASE WHEN n < %(open)s THEN (ARRAY['pooled','coaching','preparing','filed','recommended','publicised'])
                                       [1 + (e.id %% 6)::int]
                ELSE (ARRAY['recognised','rejected','withdrawn'])[1 + (e.id %% 3)::int] END,
           %(officer)s, 0, now(), now()
    FROM (SELECT id, row_number() OVER (ORDER BY id * 7919 %% 1000003) - 1 AS n FROM enterprises_enterprise) e,
         LATERAL (SELECT (ARRAY['hnte','tsme','srdi','isme'])[1 + (e.id %% 4)::int] AS track) t
    WHERE n < 10 * %(open)s
"""
DUTIES: Final = """
    INSERT INTO notifications_obligation (key, kind, enterprise_id, track, says, because, due_on, verified,
                                          for_enterprise, created_on, waived_because, timing, event, postponed_by,
                                          satisfied_because, acknowledged_because, level)
    SELECT 'title-expiry:' || t.enterprise_id, 'title_expiry', t.enterprise_id, t.track, '资格到期', '', t.valid_until,
           true, true, current_date, '', 'day', '', '', '', '', 0
    FROM pipeline_title t WHERE t.valid_until <= current_date + 180
"""
BARE: Final = """
    SELECT c.id FROM pipeline_candidacy c JOIN enterprises_enterprise e ON e.id = c.enterprise_id
    JOIN accounts_region r ON r.id = e.region_id
    WHERE r.path LIKE '{path}%%' AND c.state IN ('pooled','coaching','preparing','filed','recommended','publicised')
"""


def cases(words: dict[str, Any], open_cases: int) -> None:
    """Rounds, cases and the obligations of titles that end."""
    from django.db import connection, transaction  # noqa: PLC0415 -- Django is set up by then

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: what is made here is consistent
        cursor.execute(ROUNDS)
        cursor.execute(CASES, {"open": open_cases, "officer": words["officer"].pk})
        cursor.execute(DUTIES)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def bare(words: dict[str, Any]) -> None:
    """The keys of the open cases in sight, by hand: less than any board needs."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then

    with connection.cursor() as cursor:
        cursor.execute(BARE.format(**words), [])
        cursor.fetchall()


def run(firms: int, open_cases: int, rounds: int) -> None:
    """Fill, look, print."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then
    from django.test import Client  # noqa: PLC0415 -- as above
    from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: PLC0415 -- as above

    setup_test_environment()  # the answers keep their context
    words = fill(firms)
    cases(words, open_cases)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(words["officer"])
    sql = milliseconds(lambda: bare(words), rounds)
    print(f"{firms:,} firms, {open_cases:,} open cases, ten times as many in all; median of {rounds}, milliseconds")
    print(
        f"bare SQL, the keys of the open cases: {sql:.0f}\n\n{'':34}{'cases':>8}{'queries':>9}{'page':>8}{'ratio':>8}"
    )
    after = client.get("/board/").context["columns"][0].shown.after
    for label, address in addresses(words, after):
        with CaptureQueriesContext(connection) as asked:
            answer, queries = client.get(address), len(asked)
        count = answer.context["total"] if "total" in answer.context else len(answer.context["stretch"].cards)
        page = milliseconds(lambda address=address: client.get(address), rounds)
        print(f"{label:34}{count:>8}{queries:>9}{page:>8.0f}{page / sql:>8.1f}")


def addresses(words: dict[str, Any], after: str) -> list[tuple[str, str]]:
    """What is looked at."""
    return [
        ("board, no filter", "/board/"),
        ("one unit", f"/board/?unit={words['unit']}"),
        ("one track, one officer", f"/board/?track=hnte&officer={words['officer'].pk}"),
        ("overdue only", "/board/?overdue=1"),
        ("two characters of a name", "/board/?q=澜川"),
        ("the next cards of a column", f"/board/cards/?state=pooled&after={after}"),
    ]


def main(firms: int = 300_000, open_cases: int = 30_000, rounds: int = 9) -> None:
    """On a PostgreSQL of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    with scratch() as services:
        os.environ.update(services.start(redis=False).environment())
        import django  # noqa: PLC0415 -- settings need the address first
        from django.core.management import call_command  # noqa: PLC0415 -- as above

        django.setup()
        call_command("migrate", verbosity=0)
        run(firms, open_cases, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
