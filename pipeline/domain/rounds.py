"""Rounds and material lists as seeded; what the bureau changed afterwards stays as it is."""

from django.db import transaction

from pipeline import seeds
from pipeline.models import MaterialRequirement, Round


@transaction.atomic
def load_seeds() -> int:
    """Add the seeded rounds and material lists that are not there yet; how many were added."""
    return add_rounds() + add_materials()


def add_rounds() -> int:
    """Seeded rounds by track, year and name."""
    known = set(Round.objects.values_list("track", "year", "name"))
    new = [Round(**row) for row in seeds.rounds() if (row["track"], row["year"], row["name"]) not in known]
    Round.objects.bulk_create(new)
    return len(new)


def add_materials() -> int:
    """Seeded papers by track and kind."""
    known = set(MaterialRequirement.objects.values_list("track", "kind"))
    new = [
        MaterialRequirement(track=track, order=order, **row)
        for track, rows in seeds.materials().items()
        for order, row in enumerate(rows, 1)
        if (track, row["kind"]) not in known
    ]
    MaterialRequirement.objects.bulk_create(new)
    return len(new)
