"""A pool as tests fill it: firms with a 科小 number, and who is in on a day."""

import datetime

from enterprises.models import Enterprise
from pipeline.models import Pool, PoolSpell, Title
from tests.factories import TitleFactory

ON = datetime.date(2026, 11, 23)
DAY = datetime.timedelta(days=1)


def tsme(firm: Enterprise, until: datetime.date = datetime.date(2026, 12, 31)) -> Title:
    """A 科小 number of 2026."""
    return TitleFactory(enterprise=firm, track="tsme", issued_on=datetime.date(2026, 3, 1), valid_until=until)


def members(pool: Pool, on: datetime.date = ON) -> set[int]:
    return set(PoolSpell.objects.on(on).filter(pool=pool).values_list("enterprise_id", flat=True))
