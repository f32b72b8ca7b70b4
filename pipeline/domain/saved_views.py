"""Saved views: kept, changed and dropped by their owner; each act with its audit line."""

from urllib.parse import urlencode

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from pipeline.domain import selection
from pipeline.models import SavedView


def cleaned(query: str) -> str:
    """The question in an address, without the page it stood on and what was left empty."""
    return urlencode([(name, value) for name, values in selection.read(query).items() for value in values])


@transaction.atomic
def save(*, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keep the filters under a name of one's own; the same name again keeps the newer filters."""
    if by.region is None:
        raise StepRefused([Reason("right", "没有辖区的账号不能保存视图", who="bureau")])
    view, _ = SavedView.objects.update_or_create(
        owner=by, name=name, defaults={"query": cleaned(query), "is_shared": is_shared, "region": by.region}
    )
    audit.record("view.save", view, by=by, after=described(view))
    return view


@transaction.atomic
def change(*, view_id: int, name: str, is_shared: bool, by: User) -> SavedView:
    """Rename or share a view, or take it back for oneself."""
    view = own(view_id, by)
    if SavedView.objects.filter(owner=by, name=name).exclude(pk=view_id).exists():
        raise StepRefused([Reason("name", f"您已有名为“{name}”的视图", who="bureau")])
    before = described(view)
    view.name, view.is_shared = name, is_shared
    view.save(update_fields=["name", "is_shared"])
    audit.record("view.change", view, by=by, before=before, after=described(view))
    return view


@transaction.atomic
def delete(*, view_id: int, by: User) -> None:
    """Drop a view; pools made from it stay."""
    view = own(view_id, by)
    audit.record("view.delete", view, by=by, before=described(view))
    view.delete()


def own(view_id: int, by: User) -> SavedView:
    """The view, locked; one's own, for a shared one is changed by who shares it."""
    view = SavedView.objects.visible_to(by).select_for_update(of=("self",)).get(pk=view_id)
    if not view.may_be_changed_by(by):
        raise StepRefused([Reason("owner", f"这个视图由{view.owner.name}共享，只有本人可以更改或删除", who="bureau")])
    return view


def described(view: SavedView) -> dict[str, object]:
    """A view as the audit trail keeps it."""
    return {"name": view.name, "query": view.query, "is_shared": view.is_shared}
