"""Addresses of the benchmark: the product's own, and the stock admin changelist over the same tables."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import include, path

from accounts.middleware import PolicyMiddleware
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, ImportBatch, ResearchInstitution
from notifications.models import Message, Obligation
from pipeline.models import Candidacy, PoolSpell


class PolicyBesideAdmin(PolicyMiddleware):
    """The product's policy for the product's pages; it knows nothing of the admin's."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
        """Let the admin pass."""
        if request.path.startswith("/stock/"):
            return None
        return super().process_view(request, view, args, kwargs)


class Site(admin.AdminSite):
    """An admin site that lets in whoever measures."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Everybody."""
        return True


class Changelist(admin.ModelAdmin):
    """The stock list of a table, as `startproject` users write it: columns, filters, a search box, 50 rows."""

    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody."""
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody."""
        return True

    has_change_permission = has_add_permission = has_delete_permission = has_view_permission


COLUMNS: dict[type[models.Model], tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # columns, filters of the sidebar, searched columns, order
    Enterprise: (("name", "uscc", "region", "officer", "position"), ("region",), ("name", "uscc"), ("name", "pk")),
    Candidacy: (("enterprise", "track", "state", "officer", "moved_at"), ("track", "state"), ("enterprise__name",), ()),
    AuditEvent: (("recorded_at", "by", "what", "object_type", "object_id"), ("what",), ("what",), ()),
    Message: (("to", "kind", "subject", "state", "created_at"), ("state", "kind"), ("to",), ()),
    Obligation: (("enterprise", "kind", "says", "due_on"), ("kind", "track"), ("says",), ()),
    ImportBatch: (("filename", "by", "state", "uploaded_at"), ("state",), ("filename",), ()),
    PoolSpell: (("enterprise", "pool", "entered_on", "left_on"), ("pool",), ("enterprise__name",), ()),
    ResearchInstitution: (
        ("enterprise", "kind", "level", "recognised_on"),
        ("kind", "level"),
        ("enterprise__name",),
        (),
    ),
    User: (("username", "name", "role", "region"), ("role",), ("username", "name"), ()),
}
site = Site(name="stock")
for model, (columns, filters, searched, order) in COLUMNS.items():
    options = {"list_display": columns, "list_filter": filters, "search_fields": searched}
    options |= {"list_select_related": True} | ({"ordering": order} if order else {})
    site.register(model, type(f"{model.__name__}List", (Changelist,), options))

urlpatterns = [path("stock/", site.urls), path("", include("config.urls"))]
