"""What the tests of doors stand on."""

import datetime

import pytest

from pipeline.domain import pools
from pipeline.models import Bureau, Pool, PoolDefinition


@pytest.fixture
def pool(reference_data: Bureau) -> Pool:
    """小升高 as it is seeded, defined since the beginning of the year."""
    pools.load_seeds()
    pool = Pool.objects.get(key="tsme-to-hnte")
    PoolDefinition.objects.create(pool=pool, query="holds=tsme&lacks=hnte", from_on=datetime.date(2026, 1, 1))
    return pool
