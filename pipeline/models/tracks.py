"""The recognition tracks, and all that rules are written for, as choices of a column."""

from enterprises.vocabulary import RULED, TRACKS

TRACK_CHOICES = [(track.key, track.label) for track in TRACKS]
RULED_CHOICES = [(track.key, track.label) for track in RULED]
