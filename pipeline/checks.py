"""`manage.py check`: every policy file reads, names only known facts, and leaves no gap."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, register

from pipeline.rules.edition import EditionError, load
from pipeline.rules.seeds import paths
from pipeline.rules.soundness import faults


@register("policies")
def policies_are_sound(**_options: Any) -> list[CheckMessage]:
    """Refuse a policy file that cannot judge."""
    return [error for path in paths() for error in errors_in(path)]


def errors_in(path: Path) -> Iterator[CheckMessage]:
    """What is wrong with one policy file."""
    name = f"{path.parent.name}/{path.name}"
    try:
        edition = load(path.read_text("utf-8"), name=name)
    except EditionError as error:
        yield Error(str(error), id="pipeline.E001")
        return
    if edition.track != path.parent.name:
        yield Error(f"{name}: lies in the folder of another track than {edition.track}", id="pipeline.E002")
    for fault in faults(edition):
        yield Error(f"{name}: {fault}", id="pipeline.E003")
