"""The filters of 临界预警; their state is the address."""

from typing import Any, Final, cast

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from console.filtering import Filter, unit_filter
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from pipeline.domain import editions
from pipeline.models import Edge, Title
from pipeline.models.outlook import Side

WITHIN: Final = [
    ("5", "距门槛 5% 以内"),
    ("10", "距门槛 10% 以内"),
    ("15", "距门槛 15% 以内"),
    ("20", "距门槛 20% 以内"),
]
USUAL: Final = 10
HELD: Final = [("held", "持有该资格"), ("lacks", "未持有该资格")]
PACE: Final = [("1", "按增速一年内越线")]
SHOWN: Final = ("unit", "track", "criterion", "side", "within", "held", "pace")

Edges = QuerySet[Edge]


def criterion_choices(edges: Edges) -> list[tuple[str, str]]:
    """The conditions one of these firms is near to, by track."""
    found = edges.order_by("track", "criterion").values_list("track", "criterion").distinct()
    short = {track.key: track.short for track in TRACKS}
    return [(f"{track}:{key}", f"{short.get(track, track)} {key}") for track, key in found]


class EdgeFilter(Filter):
    """Which edges to list; without a choice those within ten percent, and those the pace leads across."""

    unit = unit_filter()
    track = filters.ChoiceFilter(
        choices=lambda: [(track, TRACK_BY_KEY[track].label) for track in editions.judged_tracks()],
        label="认定方向",
        empty_label="全部方向",
    )
    criterion = filters.ChoiceFilter(method="of_criterion", label="条件", empty_label="全部条件")
    side = filters.ChoiceFilter(choices=Side.choices, label="预警", empty_label="全部预警")
    within = filters.ChoiceFilter(
        method="no_further", choices=WITHIN, label="距离", empty_label=f"距门槛 {USUAL}% 以内（默认）"
    )
    held = filters.ChoiceFilter(method="holding", choices=HELD, label="资格", empty_label="资格不限")
    pace = filters.ChoiceFilter(method="crossing", choices=PACE, label="趋势", empty_label="趋势不限")

    class Meta:
        model = Edge
        fields: list[str] = []  # every filter is declared above, none is implied

    def __init__(self, data: QueryDict, **rest: Any) -> None:
        super().__init__(data, **rest)
        seen = cast(Edges, self.queryset)
        self.filters["criterion"].extra["choices"] = lambda: criterion_choices(seen)

    @property
    def choices_shown(self) -> list[Any]:
        """The fields in the bar."""
        return [self.form[name] for name in SHOWN]

    def filter_queryset(self, queryset: Edges) -> Edges:
        """The usual distance where none was chosen."""
        found = cast(Edges, super().filter_queryset(queryset))
        return found if self.form.cleaned_data.get("within") else found.filter(reaching(USUAL))

    def of_criterion(self, edges: Edges, name: str, value: str) -> Edges:
        """One condition of one track."""
        track, _, key = value.partition(":")
        return edges.filter(track=track, criterion=key)

    def no_further(self, edges: Edges, name: str, percent: str) -> Edges:
        """No further from the threshold than that, or led across it by the pace."""
        return edges.filter(reaching(int(percent)))

    def holding(self, edges: Edges, name: str, value: str) -> Edges:
        """Firms with the title of the track in force, or without."""
        today = timezone.localdate()
        held = Exists(Title.objects.in_force(today).filter(enterprise=OuterRef("enterprise"), track=OuterRef("track")))
        return edges.filter(held if value == "held" else ~held)

    def crossing(self, edges: Edges, name: str, value: str) -> Edges:
        """Those the pace leads across within a year."""
        return edges.filter(quarter__isnull=False)


def reaching(percent: int) -> Q:
    """Within so many percent of the threshold, or crossing it at the pace of last year."""
    return Q(distance__range=(-100 * percent, 100 * percent)) | Q(quarter__isnull=False)
