"""The rows of 企业库: what a line says of a firm, for a page of ids in a fixed number of queries."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import concerns, editions, ladder
from pipeline.models import Assessment, Candidacy, Rung, Title
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import CLOSED

SOON = 90  # days
# The columns that a line says something of: the tables have many more, and a page makes some hundred objects
KEEPER = ("name", "is_active", "away_until")
FIRM = (
    *("name", "uscc", "uscc_ok", "region__name", "position__rung"),
    *(f"{keeper}__{part}" for keeper in ("officer", "deputy") for part in KEEPER),
)
TITLE = ("enterprise", "track", "number", "issued_on", "valid_until")
JUDGED = (
    *("enterprise", "track", "edition", "verdict"),
    *("n_unmet", "n_unknown", "n_manual", "unmet_mask", "unknown_mask"),
)
CASE = ("enterprise", "track", "state")
LINES = 4  # verdicts shown of a firm; all of them stand on its page
WORDS = 12  # characters of a condition shown in a line; the whole stands in its tooltip


@dataclass(frozen=True)
class VerdictLine:
    """A verdict in half a line: “高企 差1项 H5 近三个会计年度…”."""

    track: str
    tone: str
    says: str
    condition: str = ""
    in_full: str = ""


@dataclass(frozen=True)
class TitleLine:
    """A title in force and its last day."""

    track: str
    until: datetime.date | None
    is_soon: bool


@dataclass(frozen=True)
class Row:
    """One line of the list; of the verdicts it shows those of the firm's cases and next steps."""

    firm: Enterprise
    rung: str
    titles: Sequence[TitleLine]
    verdicts: Sequence[VerdictLine]
    shown: Sequence[VerdictLine]
    cases: Sequence[Candidacy]


def rows(seen: EnterpriseQuerySet, ids: Sequence[int], on: datetime.date) -> list[Row]:
    """The rows of these firms, in the order given."""
    rungs = ladder.rungs_in_use(on)
    tracks = concerns.of_bureau(rungs)
    firms = (
        seen.filter(pk__in=ids)
        .select_related("region", "officer", "deputy", "position")
        .only(*FIRM)
        .prefetch_related(
            Prefetch("titles", Title.objects.in_force(on).order_by("track").only(*TITLE), to_attr="held"),
            # The text of an edition is long: fetched once, not with every row
            Prefetch(
                "assessments",
                Assessment.objects.filter(track__in=tracks).only(*JUDGED).prefetch_related("edition"),
                to_attr="judged",
            ),
            Prefetch("candidacies", Candidacy.objects.exclude(state__in=CLOSED).only(*CASE), to_attr="open_cases"),
        )
    )
    by_id = {firm.pk: firm for firm in firms}
    return [row(by_id[pk], rungs, on) for pk in ids if pk in by_id]


def row(firm: Enterprise, rungs: Sequence[Rung], on: datetime.date) -> Row:
    """The row of one firm with everything fetched."""
    position = getattr(firm, "position", None)
    standing = position.rung if position else ""
    lines = {one.track: verdict_line(one) for one in firm.judged}  # type: ignore[attr-defined]
    near = concerns.of_firm(rungs, standing, [case.track for case in firm.open_cases])  # type: ignore[attr-defined]
    return Row(
        firm=firm,
        rung=next((rung.name for rung in rungs if rung.key == standing), ""),
        titles=[title_line(title, on) for title in firm.held],  # type: ignore[attr-defined]
        verdicts=[lines[track] for track in TRACK_BY_KEY if track in lines],
        shown=[lines[track] for track in near if track in lines][:LINES],
        cases=firm.open_cases,  # type: ignore[attr-defined]
    )


def title_line(title: Title, on: datetime.date) -> TitleLine:
    """A title in force and whether it ends soon."""
    until = title.valid_until
    is_soon = until is not None and until <= on + datetime.timedelta(days=SOON)
    return TitleLine(TRACK_BY_KEY[title.track].short, until, is_soon)


def verdict_line(judged: Assessment) -> VerdictLine:
    """The verdict with the condition that decides it."""
    track = TRACK_BY_KEY[judged.track].short
    if judged.verdict == Verdict.ELIGIBLE:
        return VerdictLine(track, "ok", "符合")
    if judged.n_unmet == 0:
        return undecided_line(track, judged)
    unmet = gates_of(judged, judged.unmet_mask)
    says = f"差{judged.n_unmet}项" + (f"，另有{judged.n_unknown}项未知" if judged.n_unknown else "")
    if judged.n_unmet > 1:
        return VerdictLine(track, "no", says, "、".join(key for key, _ in unmet), "；".join(text for _, text in unmet))
    (key, text), *_ = unmet
    return VerdictLine(track, "no", says, f"{key} {shortened(text)}", text)


def undecided_line(track: str, judged: Assessment) -> VerdictLine:
    """What keeps an undecided verdict open."""
    if judged.n_unknown:
        unknown = gates_of(judged, judged.unknown_mask)
        keys = "、".join(key for key, _ in unknown)
        return VerdictLine(
            track, "wait", f"待定，{judged.n_unknown}项未知", keys, "；".join(text for _, text in unknown)
        )
    return VerdictLine(track, "wait", f"待定，{judged.n_manual}项待判定")


def gates_of(judged: Assessment, mask: int) -> list[tuple[str, str]]:
    """Keys and wording of the gates whose bit is set."""
    gates = editions.parsed(judged.edition.content).gates
    return [(key, gate.says) for place, (key, gate) in enumerate(gates.items()) if mask >> place & 1]


def shortened(text: str, words: int = WORDS) -> str:
    """The beginning of a long wording."""
    return text if len(text) <= words else f"{text[:words]}…"
