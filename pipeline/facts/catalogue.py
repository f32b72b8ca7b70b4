"""Every fact that rules may use; importing this module reads all subjects."""

from collections.abc import Mapping

from pipeline.facts import finance, property, size, staff, standing
from pipeline.facts.registry import FACTS, Fact

SUBJECTS = (finance, size, staff, property, standing)


def facts() -> Mapping[str, Fact]:
    """All facts by name."""
    return FACTS
