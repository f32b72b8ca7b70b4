"""Hubei's divisions and Daye's units, from ``accounts/regions.yaml`` into the register."""

import uuid
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from ruamel.yaml import YAML

from accounts.models import Region

SEEDS = Path(__file__).resolve().parent.parent / "regions.yaml"
LEVELS = {level: place for place, level in enumerate(Region.Level.values)}


class Seed(NamedTuple):
    """One line of the file; ``under`` is the code of the unit above."""

    name: str
    level: str
    code: str = ""
    under: str = ""
    aliases: Sequence[str] = ()


@cache
def seeds() -> tuple[Seed, ...]:
    """The lines of the file, higher levels first, otherwise in their order."""
    lines = (Seed(**line) for line in YAML(typ="safe").load(SEEDS))
    return tuple(sorted(lines, key=lambda seed: LEVELS[seed.level]))


@transaction.atomic
def load_seeds() -> int:
    """Add the units that are missing, whole levels at a time; nothing that stands is renamed or moved."""
    standing = list(Region.objects.select_for_update())
    by_code = {region.code: region for region in standing if region.code}
    by_name = {(region.parent_id, region.name) for region in standing}
    added = 0
    for _, level in groupby(enumerate(seeds(), 1), key=lambda numbered: numbered[1].level):
        missing = [
            (order, seed)
            for order, seed in level
            if seed.code not in by_code and (parent_id(seed, by_code), seed.name) not in by_name
        ]
        new = add(missing, by_code)
        by_code |= {region.code: region for region in new if region.code}
        added += len(new)
    return added


def parent_id(seed: Seed, by_code: dict[str, Region]) -> int | None:
    """The key of the unit above, if there is one."""
    return by_code[seed.under].pk if seed.under else None


def add(missing: Sequence[tuple[int, Seed]], by_code: dict[str, Region]) -> list[Region]:
    """Create units of one level; a path needs the id, so it is written in a second statement."""
    regions = [
        Region(
            name=seed.name,
            code=seed.code,
            level=seed.level,
            parent=by_code[seed.under] if seed.under else None,
            path=f"new-{uuid.uuid4()}",
            aliases=list(seed.aliases),
            order=order,
        )
        for order, seed in missing
    ]
    Region.objects.bulk_create(regions)
    for region in regions:
        region.path = f"{region.parent.path if region.parent else ''}{region.pk}/"
    Region.objects.bulk_update(regions, ["path"])
    return regions
