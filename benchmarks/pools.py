"""Pools and hand-overs: one refresh of each pool over the whole register, and 5,000 firms handed over.

python -m benchmarks.pools [FIRMS] [HANDED]
"""

import datetime
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from benchmarks.enterprise_list import fill
from scripts.services import scratch

SCALE: Final = """
    INSERT INTO enterprises_abovescalespell (enterprise_id, kind, from_on, source)
    SELECT id, '规上工业', '2025-01-01', '' FROM enterprises_enterprise WHERE id % 10 = 0
"""


def timed(says: str, act: Callable[[], Any]) -> Any:
    """Do it once and say how long it took."""
    start = time.perf_counter()
    result = act()
    print(f"{says:<52} {time.perf_counter() - start:8.2f} s  {result}")
    return result


def run(firms: int, handed: int) -> None:
    """Fill, refresh from nothing, refresh again, touch one firm, hand over."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then

    from accounts.models import User  # noqa: PLC0415 -- as above
    from enterprises.models import Enterprise  # noqa: PLC0415 -- as above
    from pipeline.domain import handovers, membership, pools  # noqa: PLC0415 -- as above
    from pipeline.models import Pool  # noqa: PLC0415 -- as above

    officer = fill(firms)["officer"]
    with connection.cursor() as cursor:
        cursor.execute(SCALE)
        cursor.execute("ANALYZE")
    pools.load_seeds()
    on = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    for pool in Pool.objects.order_by("pk"):
        timed(f"{pool.key}: first refresh", lambda pool=pool: membership.refresh_pool(pool, on=on))
        timed(f"{pool.key}: refreshed again", lambda pool=pool: membership.refresh_pool(pool, on=on))
    ids = list(Enterprise.objects.order_by("pk").values_list("pk", flat=True)[:handed])
    timed("all pools: one firm touched", lambda: membership.refresh(on=on, enterprise_ids=ids[:1]))
    to = User.objects.create_user("to", None, name="接", role="city", region=officer.region, lines=[])
    act = {"enterprise_ids": ids, "to": to, "by": officer, "on": on, "note": "岗位调整", "with_cases": True}
    timed(f"{handed} firms handed over", lambda: len([one for one in handovers.hand_over(**act) if not one.refused]))


def main(firms: int = 300_000, handed: int = 5_000) -> None:
    """On a PostgreSQL of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    with scratch() as services:
        os.environ.update(services.start(redis=False).environment())
        import django  # noqa: PLC0415 -- settings need the address first
        from django.core.management import call_command  # noqa: PLC0415 -- as above

        django.setup()
        call_command("migrate", verbosity=0)
        run(firms, handed)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
