"""The tree of responsibility units (责任单位)."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.memory import forget, once


class RegionQuerySet(models.QuerySet["Region"]):
    """Units of the tree."""

    def within(self, region: "Region") -> Self:
        """``region`` and every unit below it."""
        return self.filter(path__startswith=region.path)

    def is_whole(self, region: "Region") -> bool:
        """Whether every unit there is lies within ``region``."""
        beside = self.exclude(path__startswith=region.path)
        return region.parent_id is None and not once(f"units beside {region.path}", beside.exists)

    def keys_within(self, region: "Region") -> list[int]:
        """The keys of ``region`` and every unit below it, asked for at once.

        A long table is scoped by keys that the planner sees, not by a prefix of a path in another table: it then knows
        how many rows to expect and which index serves.
        """
        keys = self.within(region).values_list("pk", flat=True)
        return once(f"units within {region.path}", lambda: list(keys))

    def update(self, **values: Any) -> int:
        """Update, which may move units."""
        forget()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete units."""
        forget()
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list["Region"]:
        """Create units at once."""
        forget()
        return super().bulk_create(*args, **kwargs)


class Region(models.Model):
    """A responsibility unit: city, county, township, park or zone.

    Units are not GB/T 2260 regions (大冶湖高新区 has no code), so the tree uses its own ids: ``path`` is the ids
    from the root down, each closed by a slash (``1/7/``), so that a prefix never matches a neighbour.
    """

    class Level(models.TextChoices):
        """How high a unit stands; a park may stand beside a township."""

        PROVINCE = "province", "省"
        CITY = "city", "市州"
        COUNTY = "county", "县市区"
        TOWNSHIP = "township", "乡镇街道园区"

    name = models.CharField("名称", max_length=60)
    code = models.CharField("区划代码", max_length=9, blank=True, help_text="GB/T 2260 或统计用区划代码,功能区可空")
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=120, unique=True, editable=False)
    aliases = ArrayField(models.CharField(max_length=60), verbose_name="别名", default=list, blank=True)
    order = models.PositiveIntegerField("排序", default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "责任单位"
        verbose_name_plural = "责任单位"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="region_name_once_under_its_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and give a new unit its path, which needs its own id."""
        forget()
        if self.pk is None:
            self.path = "new"
            super().save(*args, **kwargs)
            self.path = f"{self.parent.path if self.parent else ''}{self.pk}/"
            super().save(update_fields=["path"])
            return
        super().save(*args, **kwargs)

    @property
    def paths_above(self) -> list[str]:
        """The paths of this unit and of every unit above it, from the root down."""
        ids = self.path.rstrip("/").split("/")
        return ["/".join(ids[: depth + 1]) + "/" for depth in range(len(ids))]
