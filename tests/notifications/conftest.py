"""What the tests of mails stand on."""

import pytest

from accounts.models import Region
from notifications.workdays import load_calendar
from tests.factories import BureauFactory


@pytest.fixture
def bureau(city: Region) -> None:
    """The calendar of working days is known, and the city has its bureau."""
    load_calendar()
    BureauFactory(region=city)
