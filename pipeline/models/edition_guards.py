"""Guards of a rule edition: each returns its reasons against a step; empty means go.

The door (``pipeline.domain.drafts``) hands a guard what it needs as attributes of the edition at hand: ``on`` (the
day), ``taken_by`` (who acts), ``hands`` (who drafted or changed it), ``faults_against``, ``twins`` (published editions
that say or claim the same), ``orphaned`` (documents it cites that will have expired), ``left_without``.
"""

from typing import TYPE_CHECKING

from accounts.machine import Reason

if TYPE_CHECKING:
    from pipeline.models.edition import Edition


def is_sound(edition: "Edition") -> list[Reason]:
    """The schema and the facts have nothing against the content."""
    return list(edition.faults_against)


def is_new(edition: "Edition") -> list[Reason]:
    """No published edition says exactly the same, or begins on the same day for the same firms."""
    return [Reason("twin", twin_words(edition, twin), who="bureau") for twin in edition.twins]


def twin_words(edition: "Edition", twin: "Edition") -> str:
    """What is the same."""
    if twin.digest == edition.digest:
        return f"内容与已发布的“{twin.title}”（{twin.document}）完全相同，没有改动"
    day = f"{edition.effective_from:%Y年%-m月%-d日}"
    return f"已发布的“{twin.title}”（{twin.document}）也自{day}起施行，请改施行日或先撤回该版本"


def by_a_second_person(edition: "Edition") -> list[Reason]:
    """Whoever drafted, changed or sent it does not publish it."""
    if edition.taken_by is not None and edition.taken_by.pk in edition.hands:
        return [Reason("second", "起草或修改过这份草稿的人不能审定，请由另一位有权限的人审定发布", who="bureau")]
    return []


def day_to_come(edition: "Edition") -> list[Reason]:
    """It takes effect on a day to come: nobody was judged by it yet."""
    if edition.effective_from > edition.on:
        return []
    day = f"{edition.effective_from:%Y年%-m月%-d日}"
    return [Reason("effective_from", "施行日须晚于今天", actual=day, required="明天或以后", who="bureau")]


def documents_standing(edition: "Edition") -> list[Reason]:
    """No document it cites has expired on the day it takes effect."""
    return list(edition.orphaned)


def something_remains(edition: "Edition") -> list[Reason]:
    """After it is taken back some edition still judges whom it judges today."""
    return [
        Reason("remains", f"撤回后{kind}没有可用的规则版本，请先发布替代版本", who="bureau")
        for kind in edition.left_without
    ]
