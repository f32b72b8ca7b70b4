"""Whoever controls a firm, as far as the reader may know: the other side of an exclusion across firms."""

import datetime
from dataclasses import dataclass

from accounts.models import User
from enterprises.domain import statements
from enterprises.models import Enterprise
from enterprises.vocabulary import NO_PARENT
from pipeline.models import Title

GIANT = "little_giant"


@dataclass(frozen=True)
class Controller:
    """Who controls the firm: named only in sight; ``title`` is its 小巨人 of the day, wherever it is."""

    code: str
    firm: Enterprise | None
    is_registered: bool
    is_looked_up: bool
    title: Title | None


def controller(enterprise: Enterprise, user: User, on: datetime.date) -> Controller | None:
    """Who the firm says controls it; nothing where it says nothing, or that nobody does."""
    known = statements.current_firm(enterprise).get("parent_uscc")
    code = str(known.value) if known else NO_PARENT
    if code == NO_PARENT:
        return None
    other = Enterprise.objects.filter(uscc=code).first()
    if other is None:
        return Controller(code, None, is_registered=False, is_looked_up=False, title=None)
    return Controller(
        code=code,
        firm=Enterprise.objects.visible_to(user).filter(pk=other.pk).first(),
        is_registered=True,
        is_looked_up=other.titles_known_on is not None,
        title=Title.objects.filter(enterprise=other, track=GIANT).in_force(on).first(),
    )
