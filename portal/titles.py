"""The firm's titles with their dates, as it reads them."""

import datetime
from dataclasses import dataclass

from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.models import Title
from pipeline.models.title import Standing

SOON = 90  # days


@dataclass(frozen=True)
class Held:
    """One title: what it is, when it was recognised, since when and until when it holds, and how it stands today."""

    label: str
    number: str
    issued_on: datetime.date
    valid_from: datetime.date
    valid_until: datetime.date | None
    says: str
    tone: str


def held(enterprise: Enterprise, on: datetime.date) -> list[Held]:
    """All titles, the latest first."""
    return [in_words(title, on) for title in enterprise.titles.all()]


def in_words(title: Title, on: datetime.date) -> Held:
    """One title with its state of the day."""
    says, tone = state(title, on)
    label = TRACK_BY_KEY[title.track].label
    return Held(label, title.number, title.issued_on, title.valid_from, title.valid_until, says, tone)


def state(title: Title, on: datetime.date) -> tuple[str, str]:
    """How a title stands on that day, and the tone of its tag."""
    if title.standing == Standing.REVOKED:
        return "已撤销", "no"
    if title.standing == Standing.SUSPENDED:
        return "已暂停", "no"
    if title.valid_from > on:
        return "未生效", ""
    if deadlines.is_past(title.valid_until, on):
        return "已到期", "no"
    if deadlines.is_within(title.valid_until, on, SOON):
        return "即将到期", "wait"
    return ("复核中", "wait") if title.standing == Standing.UNDER_REVIEW else ("有效", "ok")
