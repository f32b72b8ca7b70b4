"""The saved views above 企业库."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from pipeline.models import SavedView

MOST: Final = 8  # further ones stand on their page


@dataclass(frozen=True)
class Tab:
    """A saved view above the list."""

    view: SavedView
    url: str
    current: bool


def address(view: SavedView) -> str:
    """企业库 as the view keeps it."""
    return f"{reverse('console:enterprise_list')}?{view.query}&view={view.pk}"


def tabs(request: HttpRequest) -> Sequence[Tab]:
    """The first views this reader may open, one's own before those shared."""
    user = cast(User, request.user)
    found = sorted(SavedView.objects.visible_to(user), key=lambda view: view.owner_id != user.pk)
    return [Tab(view, address(view), request.GET.get("view") == str(view.pk)) for view in found[:MOST]]
