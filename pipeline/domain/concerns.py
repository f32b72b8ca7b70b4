"""Which tracks concern whom: the bureau's are those of its ladder, a firm's those of its next steps and its cases."""

from collections.abc import Iterable, Sequence

from django.db.models import Prefetch

from enterprises.vocabulary import TRACKS
from pipeline.domain import editions
from pipeline.models import Assessment, Candidacy, Edition, Rung
from pipeline.models.assessment import AssessmentQuerySet


def of_bureau(rungs: Iterable[Rung]) -> tuple[str, ...]:
    """The judged tracks on the rungs, lowest first; all judged ones before there is a ladder."""
    judged = editions.judged_tracks()
    on_ladder = tuple(dict.fromkeys(track for rung in rungs for track in rung.tracks if track in judged))
    return on_ladder or judged


def assessments(tracks: Iterable[str]) -> AssessmentQuerySet:
    """The answers for these tracks, with their editions; of firms that a reader sees, which the caller says."""
    return Assessment.objects.filter(track__in=list(tracks)).prefetch_related("edition")


def assessments_of_cases(ids: Sequence[int]) -> AssessmentQuerySet:
    """The answers for the tracks of these cases."""
    tracks = Candidacy.objects.filter(pk__in=ids).values("track")
    # The text of an edition is long and read once a process
    edition = Prefetch("edition", Edition.objects.defer("content"))
    return Assessment.objects.filter(track__in=tracks).prefetch_related(edition)


def of_firm(rungs: Sequence[Rung], standing: str, cases: Iterable[str]) -> tuple[str, ...]:
    """The judged tracks of the firm's cases first, then of the rung it stands on (``standing``) and of those beside it.

    The one below stays in view, for some titles are to be had every year; who stands on none looks at the first two.
    """
    cases = set(cases)
    keys = [rung.key for rung in rungs]
    place = keys.index(standing) if standing in keys else 0
    near = [track for rung in rungs[max(place - 1, 0) : place + 2] for track in rung.tracks]
    wanted, judged = {*cases, *near}, editions.judged_tracks()
    if not near:
        return judged
    every = [track.key for track in TRACKS if track.key in wanted and track.key in judged]
    return tuple(sorted(every, key=lambda track: track not in cases))
