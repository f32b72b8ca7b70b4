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
        regions = list(Region.objects.all())
        by_id = {region.pk: region for region in regions}
        for region in regions:
            for spelling in set(spellings(region, by_id)):
                self.known[spelling].append(region)

    def resolve(self, text: str) -> Place:
        """The unit a text means; the highest one within sight when several nested ones share the name."""
        wanted = folded(text)
        found = self.known.get(wanted, [])
        inside = sorted((one for one in found if one.path.startswith(self.root.path)), key=lambda one: len(one.path))
        if inside and all(other.path.startswith(inside[0].path) for other in inside):
            return Place(inside[0].pk, inside[0].path)
        if inside:
            return Place(warning=f"责任单位“{text}”有多个，未采用，请在企业页指定")
        if found:
            return Place(refusal=OUTSIDE)
        return Place(warning=f"没有名为“{text}”的责任单位，未采用")


def spellings(region: Region, by_id: dict[int, Region]) -> Iterator[str]:
    """Every folded writing of a unit."""
    line = [by_id[int(one)] for one in region.path.rstrip("/").split("/")]
    for name in (region.name, *region.aliases):
        own = folded(name)
        for start in range(len(line)):
            yield "".join(folded(above.name) for above in line[start:-1]) + own
        if len(own) > 2 and own[-1] in "省市县区州":
            yield own[:-1]
