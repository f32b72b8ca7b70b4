"""The first day's command: sets up what is missing, and touches nothing that stands."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, User
from pipeline.models import Bureau


def setup(**options: str) -> str:
    """Run the command; what it printed."""
    said = StringIO()
    call_command("setup", stdout=said, **options)
    return said.getvalue()


@pytest.mark.django_db
def test_the_first_day_makes_bureau_and_administrator_and_says_so():
    said = setup(name="云川市科学技术局", region="大冶市", ladder="daye", admin="guanli")

    bureau = Bureau.objects.get()
    assert (bureau.name, bureau.region.name, bureau.ladder.slug) == ("云川市科学技术局", "大冶市", "daye")
    assert not User.objects.get(username="guanli").has_usable_password()
    assert "changepassword guanli" in said
    assert set(AuditEvent.objects.values_list("what", flat=True)) == {"bureau.establish", "user.create"}


@pytest.mark.django_db
def test_a_second_run_leaves_the_bureau_as_it_stands():
    setup(name="云川市科学技术局", region="大冶市", ladder="daye")

    said = setup(name="另一个局", region="荆州市")

    bureau = Bureau.objects.get()
    assert (bureau.name, bureau.region.name, bureau.ladder.slug) == ("云川市科学技术局", "大冶市", "daye")
    assert "已设定,未改动" in said


@pytest.mark.django_db
def test_an_unknown_unit_is_named_with_what_to_write():
    with pytest.raises(CommandError, match="没有名为“大冶”的责任单位"):
        setup(name="云川市科学技术局", region="大冶")
