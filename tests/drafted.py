"""A second text of 高企 for the tests: the one in force, from another day on, with a threshold moved or not."""

import datetime
import hashlib

from accounts.machine import state_change_allowed
from pipeline.domain import editions
from pipeline.models import Edition
from tests.firms import ON

WORDS = {"income": ('\n    at_least: "60%"', '\n    at_least: "70%"')}


def edition(status: str = "draft", day: datetime.date = ON, **changed: str) -> Edition:
    """A second text of 高企, from a day on, with words of the first one exchanged."""
    row = editions.in_force("hnte", ON, "apply").row
    content = row.content.replace("effective_from: 2016-01-01", f"effective_from: {day}")
    for old, new in changed.items():
        content = content.replace(*WORDS[old], 1) if new else content
    assert content != row.content
    with state_change_allowed():
        return Edition.objects.create(
            track="hnte", title="高企试行", document="试行", content=content, status=status, effective_from=day,
            digest=hashlib.sha256(content.encode()).hexdigest(),
        )  # fmt: skip
