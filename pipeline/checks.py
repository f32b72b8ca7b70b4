"""`manage.py check`: every policy file reads, names only known facts, leaves no gap, asks for titles that exist."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, register

from pipeline.rules import graph
from pipeline.rules.edition import EditionError, load
from pipeline.rules.seeds import paths, seeds
from pipeline.rules.soundness import faults


@register("policies")
def policies_are_sound(**_options: Any) -> list[CheckMessage]:
    """Refuse a policy file that cannot judge."""
    found = [error for path in paths() for error in errors_in(path)]
    return found or [Error(fault, id="pipeline.E004") for fault in graph.faults(seeds())]


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
