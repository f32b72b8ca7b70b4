"""Saved views (视图): a state of 企业库's filters under a name, one's own or shared with one's units."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import Region, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Saved views."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own views, and those that somebody of one's unit or of a unit above shares."""
        if not isinstance(user, User) or not user.is_active or not user.is_bureau or user.region is None:
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True, region__path__in=user.region.paths_above))


class SavedView(models.Model):
    """A query of 企业库 as its address holds it; a view shows each reader the firms in *their* sight."""

    name = models.CharField("名称", max_length=60)
    query = models.TextField("筛选条件")
    owner = models.ForeignKey(User, models.CASCADE, verbose_name="保存人", related_name="views")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="共享范围", related_name="+")
    is_shared = models.BooleanField("共享", default=False)
    created_at = models.DateTimeField("保存时间", auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "视图"
        verbose_name_plural = "视图"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_named_once_by_its_owner")]

    def __str__(self) -> str:
        return self.name

    def may_be_changed_by(self, user: User) -> bool:
        """Whether this person may rename, share or delete it: its owner."""
        return self.owner_id == user.pk
