"""Every fact that rules may use; importing this module reads all subjects."""

from collections.abc import Mapping

from pipeline.facts import balance, finance, growth, honours, market, property, record, research, size, staff, standing
from pipeline.facts.registry import FACTS, Fact

SUBJECTS = (finance, balance, research, growth, size, staff, property, market, standing, honours, record)


def facts() -> Mapping[str, Fact]:
    """All facts by name."""
    return FACTS
