"""Which unit the words of a 责任单位 column mean, within the importer's units."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Region
from enterprises.search import folded

OUTSIDE = "不在本辖区"


@dataclass(frozen=True)
class Place:
    """A unit found, or why not: ``refusal`` shuts the row out, ``warning`` leaves the unit open."""

    region_id: int | None = None
    path: str | None = None
    warning: str = ""
    refusal: str = ""


class Places:
    """Names and aliases of all units, also below their superiors' (黄石市大冶市) and without 市, 县, 区."""

    def __init__(self, root: Region) -> None:
        self.root = root
        self.known: dict[str, list[Region]] = defaultdict(list)
        self.short: dict[str, list[Region]] = defaultdict(list)
        regions = list(Region.objects.all())
        by_id = {region.pk: region for region in regions}
        for region in regions:
            for spelling in set(spellings(region, by_id)):
                self.known[spelling].append(region)
            for spelling in set(short_spellings(region)):
                self.short[spelling].append(region)

    def resolve(self, text: str) -> Place:
        """The unit a text means; the highest one within sight when several nested ones share the name."""
        wanted = without_office(folded(text))
        found = self.known.get(wanted, [])
        inside = self.within_sight(found) or ([] if found else self.within_sight(self.short.get(wanted, [])))
        if inside and all(other.path.startswith(inside[0].path) for other in inside):
            return Place(inside[0].pk, inside[0].path)
        if inside:
            return Place(warning=f"责任单位“{text}”有多个，未采用，请在企业页指定")
        if found:
            return Place(refusal=OUTSIDE)
        return Place(warning=f"没有名为“{text}”的责任单位，未采用")

    def within_sight(self, found: list[Region]) -> list[Region]:
        """Those of the units that are the importer's, the highest first."""
        return sorted((one for one in found if one.path.startswith(self.root.path)), key=lambda one: len(one.path))


def without_office(name: str) -> str:
    """A unit's name without the office that sits there: 金湖街道办事处 → 金湖街道."""
    return name.removesuffix("人民政府").removesuffix("办事处")


def short_spellings(region: Region) -> Iterator[str]:
    """The names of a township without 镇, 乡, 街道; they say less, so they count only within the importer's sight."""
    for name in (region.name, *region.aliases):
        own = folded(name)
        for end in ("街道", "镇", "乡"):
            if own.endswith(end) and len(own) >= len(end) + 2:
                yield own.removesuffix(end)


def spellings(region: Region, by_id: dict[int, Region]) -> Iterator[str]:
    """Every folded writing of a unit."""
    line = [by_id[int(one)] for one in region.path.rstrip("/").split("/")]
    for name in (region.name, *region.aliases):
        own = folded(name)
        for start in range(len(line)):
            yield "".join(folded(above.name) for above in line[start:-1]) + own
        if len(own) > 2 and own[-1] in "省市县区州":
            yield own[:-1]
