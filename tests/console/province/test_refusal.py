"""seed_province writes into an empty register or not at all."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from enterprises.models import Enterprise
from tests.factories import EnterpriseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("there", [EnterpriseFactory, UserFactory])
def test_a_register_in_use_is_refused(there: Any, tmp_path: Path):
    there()
    before = (Enterprise.objects.count(), User.objects.count())

    with pytest.raises(CommandError, match="只写入空库"):
        call_command("seed_province", firms=3, truth=tmp_path / "truth.json")

    assert (Enterprise.objects.count(), User.objects.count()) == before
    assert not (tmp_path / "truth.json").exists()
