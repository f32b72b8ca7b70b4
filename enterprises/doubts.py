"""Figures that can hardly be right together: a part that exceeds its whole is doubted, never refused."""

from collections.abc import Mapping
from decimal import Decimal

from enterprises.vocabulary import FIGURE_BY_NAME, WITHIN


def doubts(figures: Mapping[str, int | Decimal]) -> list[str]:
    """What to check of one year's figures, in words; an unknown figure exceeds nothing."""
    return [
        f"{FIGURE_BY_NAME[part].label}大于{FIGURE_BY_NAME[whole].label}，请核对单位"
        for part, whole in WITHIN
        if part in figures and whole in figures and figures[part] > figures[whole]
    ]
