"""The recognition tracks as choices of a column."""

from enterprises.vocabulary import TRACKS

TRACK_CHOICES = [(track.key, track.label) for track in TRACKS]
