"""What-if: an edition tried on the register before it judges anybody, beside the texts that stand without it.

The firms are judged by the same jobs that store assessments, so the list is what publishing would bring. A text that is
yet to come is tried as if it were in force today: of its own day nobody has the figures yet.
"""

import datetime
import hashlib
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

import polars as pl
from django.db import connection, transaction

from accounts.models import User
from enterprises.frame import Reads
from enterprises.models import Enterprise
from pipeline.domain import editions, judge, progress, registers
from pipeline.domain.editions import Choice
from pipeline.facts.columns import WINDOW
from pipeline.facts.register import Register
from pipeline.models import Edition, Flip, Forecast
from pipeline.rules import forecast
from pipeline.rules.evaluate import many

AT_ONCE: Final = 100_000  # firms between two moves of the bar
AT_THE_PAGE: Final = 5_000  # so many are tried while the page waits; more by the worker
MOVE: Final = "UPDATE pipeline_forecast SET progress = %s, moved_at = now() WHERE id = %s"
FAILED: Final = "试算时出错，没有结果；请再试一次，仍不成功请联系管理员"
Say = Callable[[int], None]


def day_of(row: Edition, on: datetime.date) -> datetime.date:
    """The day to judge for: today, or the last day of a text that is over."""
    return min(on, row.effective_to or datetime.date.max)


def standing(row: Edition, on: datetime.date) -> list[Edition]:
    """The editions of its track that stand on the day without it."""
    return [other for other in editions.by_track(on).get(row.track, []) if other.pk != row.pk]


def verdicts(
    register: Register, track: str, rows: Sequence[Edition], on: datetime.date, tried: Edition | None = None
) -> pl.DataFrame:
    """Firm and verdict by these editions, and by the one that is tried for all it is made for; else no row."""
    chosen = judge.choices(track, rows, on)
    if tried:
        rules = editions.rules_of(tried)
        chosen |= dict.fromkeys(rules.applies_to, Choice(tried, rules, ""))
    jobs = list(judge.jobs(register, track, chosen))
    found = many([job.choice.rules for job in jobs], register, on, [job.firms for job in jobs]) if jobs else []
    none = pl.DataFrame(schema={"firm": pl.Int64, "verdict": pl.String})
    return pl.concat([none, *(each.select("firm", "verdict") for each in found)])


def reads(rows: Collection[Edition], on: datetime.date) -> Reads:
    """What of the register the editions look at."""
    names = forecast.read_by([editions.rules_of(row) for row in rows])
    return Reads(names | {"parent_uscc"}, (on.year - WINDOW, on.year - 1))


def both_ways(row: Edition, firms: Sequence[int], on: datetime.date) -> Iterator[pl.DataFrame]:
    """Both verdicts of the firms, some at a time."""
    without = standing(row, on)
    kept = [other for other in without if not (row.slug and other.slug == row.slug)]  # a corrected text gives way
    looked_at = reads([*without, row], on)
    for start in range(0, len(firms), AT_ONCE):
        register = registers.load(firms[start : start + AT_ONCE], reads=looked_at)
        before = verdicts(register, row.track, without, on)
        yield forecast.beside(before, verdicts(register, row.track, kept, on, row))


@transaction.atomic
def ask(*, edition_id: int, by: User, on: datetime.date) -> Forecast:
    """Begin anew: what an officer tried before with this edition is gone."""
    row = Edition.objects.get(pk=edition_id)
    Forecast.objects.visible_to(by).filter(edition=row).delete()
    tried = day_of(row, on)
    against = "、".join(other.title for other in standing(row, tried) if covers(other, tried))
    return Forecast.objects.create(edition=row, by=by, on=tried, digest=digest(row), against=against[:300])


def covers(row: Edition, on: datetime.date) -> bool:
    """Whether the day lies in the edition's period."""
    return row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)


def digest(row: Edition) -> str:
    """The text that was tried."""
    return hashlib.sha256(row.content.encode()).hexdigest()


def is_outdated(tried: Forecast) -> bool:
    """Whether the draft was changed since it was tried."""
    return tried.digest != digest(tried.edition)


def in_sight(by: User) -> list[int]:
    """The firms that an officer may try an edition on."""
    firms = Enterprise.objects.visible_to(by).filter(deregistered_on__isnull=True)
    return list(firms.order_by("pk").values_list("pk", flat=True))


def run(*, forecast_id: int) -> None:
    """Try the edition on all firms in the officer's sight; a forecast that is done, or gone, is left alone."""
    tried = Forecast.objects.select_related("edition", "by__region").filter(pk=forecast_id, progress__lt=100).first()
    if tried is None:
        return
    try:
        write(tried, in_sight(tried.by), lambda percent: progress.say(MOVE, tried.pk, percent))
    except Exception:
        Forecast.objects.filter(pk=forecast_id).update(error=FAILED)
        raise


@transaction.atomic
def write(tried: Forecast, firms: Sequence[int], say: Say) -> None:
    """Count every firm and keep those that would be judged otherwise; all of it or nothing."""
    kept = Forecast.objects.select_for_update(no_key=True).filter(pk=tried.pk, progress__lt=100).exists()
    if not kept:
        return
    Flip.objects.filter(forecast=tried).delete()
    counts: dict[str, int] = {}
    for done, both in enumerate(both_ways(tried.edition, firms, tried.on), 1):
        for (before, after), number in forecast.counts(both).items():
            counts[f"{before}>{after}"] = counts.get(f"{before}>{after}", 0) + number
        keep(tried, forecast.flips(both))
        if done * AT_ONCE < len(firms):
            say(100 * done * AT_ONCE // len(firms))
    Forecast.objects.filter(pk=tried.pk).update(counts=counts, progress=100, digest=digest(tried.edition))


def keep(tried: Forecast, flips: pl.DataFrame) -> None:
    """COPY the firms that would be judged otherwise."""
    content = io.BytesIO()
    flips.select(pl.lit(tried.pk).alias("forecast"), "firm", "before", "after").write_csv(
        content, include_header=False, quote_style="non_numeric"
    )
    statement = "COPY pipeline_flip (forecast_id, enterprise_id, before, after) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        target.write(content.getvalue())
