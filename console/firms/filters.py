"""The filters of 企业库; their state is the address, and each number of 工作台 is one of these."""

import datetime
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, cast

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Region
from console.filtering import OPENED, unit_filter
from console.firms.care_filters import CareFilters
from console.firms.offered import BY_RUNG, judged_choices, short_choices
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import FIGURES, FIRM_FIELDS, LISTS, TRACKS, label_of
from notifications import agenda
from pipeline.domain import concerns, conditions, ladder, stock
from pipeline.models import Rung
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import IN_FLIGHT, State

Firms = EnterpriseQuerySet
TRACK_LABELS: Final = [(track.key, track.label) for track in TRACKS]
EXPIRING: Final = [("30", "30 天内到期"), ("90", "90 天内到期"), ("180", "180 天内到期")]
MAIN: Final = ("unit", "officer", "track", "verdict", "one_short")
MORE: Final = (
    "pool", "near", "holds", "lacks", "above_scale", "deputy", "keeper", "overdue",
    "one_short_if", "wants", "expiring", "lapsed", "new", "way", "flight", "state", "institution", "pending", "contact",
    "quality", "alone", "settles",
)  # fmt: skip
WAYS: Final = {"coaching": IN_FLIGHT[:2], "filed": IN_FLIGHT[2:]}

BAR: Final = ("q", *MAIN)

# Three filters look at cases; each says at what
HELP: Final = {
    "way": "按目标梯队：培育中指培育、拟申报，申报中指已申报至公示",
    "flight": "培育至公示之间，不限方向",
    "state": "逐个环节，含储备和已办结",
}


def track_and_day(value: str) -> tuple[str, datetime.date]:
    """``hnte:2026-12-31`` as a track and a day."""
    track, _, day = value.partition(":")
    try:
        return track, datetime.date.fromisoformat(day)
    except ValueError:
        raise ValidationError("到期日应写作“方向:年-月-日”。") from None


def condition_asked(value: str) -> conditions.Condition:
    """``hnte@3:H5:unmet`` as a condition of an edition and its outcome."""
    condition = conditions.parsed(value)
    if condition is None:
        raise ValidationError("没有这个规则版本或条件，请从认定规则页点开家数。")
    return condition


def condition_words(value: str) -> str:
    """The condition an address asks for, in words; what makes no sense stays as it is."""
    condition = conditions.parsed(value)
    return condition.words if condition else value


def due_asked(value: str) -> agenda.Asked:
    """``title:hnte:2026-12-31`` as an entry of 时限日历."""
    asked = agenda.parsed(value, [track.key for track in TRACKS])
    if asked is None:
        raise ValidationError("没有这样的时限，请从时限日历点开。")
    return asked


def due_words(value: str) -> str:
    """The entry an address asks for, in words; what makes no sense stays as it is."""
    asked = agenda.parsed(value, [track.key for track in TRACKS])
    if asked is None:
        return value
    when = {agenda.OVERDUE: "已逾期", agenda.UNDATED: "未定期限"}.get(asked.when, asked.when)
    return " ".join(part for part in (dict(TRACK_LABELS).get(asked.track, ""), agenda.LABELS[asked.key], when) if part)


ASKED: Final = [name for name in FIRM_FIELDS if name not in {"uscc", "name", "region"}]
WANTED: Final = [(name, label_of(name)) for name in [*(figure.name for figure in FIGURES), *ASKED, *LISTS]]


class EnterpriseFilter(CareFilters):
    """Which firms to list; ``on`` is the day on which titles are in force, expiring or lapsed."""

    words = {"condition": condition_words, "due": due_words}

    q = filters.CharFilter(method="named", label="名称、曾用名、拼音首字母或代码")
    unit = unit_filter()
    rung = filters.MultipleChoiceFilter(method="on_rungs", label="梯队层级", widget=forms.CheckboxSelectMultiple)
    track = filters.ChoiceFilter(method="passed", choices=judged_choices, label="认定方向", empty_label="全部方向")
    verdict = filters.ChoiceFilter(method="judged", choices=Verdict.choices, label="评估结论", empty_label="全部结论")
    one_short = filters.ChoiceFilter(method="short", choices=short_choices, label="只差一项", empty_label="不限差几项")
    one_short_if = filters.ChoiceFilter(
        method="short_if", choices=judged_choices, label="只差一项（另有未知）", empty_label="不限"
    )
    wants = filters.ChoiceFilter(method="wanting", choices=lambda: WANTED, label="因缺少指标待定", empty_label="不限")
    expiring = filters.ChoiceFilter(method="ending", choices=EXPIRING, label="资格到期", empty_label="不限")
    ends = filters.CharFilter(method="ending_on", label="到期日", validators=[track_and_day])
    lapsed = filters.ChoiceFilter(method="ended", choices=[("1", "资格已到期未续")], label="已到期", empty_label="不限")
    new = filters.ChoiceFilter(method="recognised", label="本年新增", empty_label="不限")
    way = filters.ChoiceFilter(method="on_the_way", label="在途去向", empty_label="不限")
    flight = filters.ChoiceFilter(
        method="in_flight", choices=[("1", "在途申报（任一方向）")], label="在途申报", empty_label="不限"
    )
    state = filters.ChoiceFilter(method="in_state", choices=State.choices, label="申报环节", empty_label="全部状态")
    institution = filters.ChoiceFilter(
        method="without_institution",
        choices=[("none", "规上工业无研发机构（清单已核对）"), ("unknown", "规上工业未登记研发机构（清单未核对）")],
        label="规上研发机构",
        empty_label="不限",
    )
    pending = filters.ChoiceFilter(
        method="with_pending", choices=[("1", "有待采纳填报")], label="企业填报", empty_label="不限"
    )
    contact = filters.ChoiceFilter(
        method="no_contact", choices=[("none", "缺联络员")], label="联络员", empty_label="不限"
    )

    due = filters.CharFilter(method="falling_due", label="时限", validators=[due_asked])
    condition = filters.CharFilter(method="meeting", label="认定条件", validators=[condition_asked])

    class Meta:
        model = Enterprise
        fields: list[str] = []  # every filter is declared above, none is implied

    def __init__(self, data: QueryDict, *, on: datetime.date, **rest: Any) -> None:
        self.is_open = bool(data.get(OPENED))
        if not self.is_open:  # thirty filters are made only for who looks at them
            asked = {*BAR, *data}
            wanted = ((name, one) for name, one in type(self).base_filters.items() if name in asked)
            self.base_filters = OrderedDict(wanted)
        super().__init__(data, **rest)
        self.on = on
        for name in BY_RUNG.keys() & self.filters.keys():
            self.filters[name].extra["choices"] = self.choices_of(name)

    @cached_property
    def rungs(self) -> dict[str, Rung]:
        """The rungs of the bureau's ladder by key."""
        return {rung.key: rung for rung in ladder.rungs_in_use(self.on)}

    @cached_property
    def bureau_tracks(self) -> tuple[str, ...]:  # type: ignore[override]  # declared by the filters of quality
        """The tracks of the bureau's ladder."""
        return concerns.of_bureau(self.rungs.values())

    def choices_of(self, name: str) -> Callable[[], list[tuple[str, str]]]:
        """What a filter that asks by a rung offers, once somebody looks."""
        return lambda: BY_RUNG[name](self.rungs.values())

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What stands in the bar."""
        return [self.form[name] for name in MAIN]

    @property
    def more_fields(self) -> list[tuple[forms.BoundField, str]]:
        """What stands under 更多条件, each with what tells it from its neighbours."""
        return [(self.form[name], HELP.get(name, "")) for name in MORE]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address asks for that no field on the page holds, so that the form asks for it again."""
        shown = {*BAR, *MORE, "rung"} if self.is_open else set(BAR)
        data = cast(QueryDict, self.data)
        return [(name, value) for name in self.filters if name not in shown for value in data.getlist(name) if value]

    def named(self, firms: Firms, name: str, text: str) -> Firms:
        """Name, former name, initials or code contains the text."""
        return firms.named(text)

    def of_unit(self, firms: Firms, name: str, unit: Region) -> Firms:
        """The unit and those below."""
        return firms.of_units(unit)

    def on_rungs(self, firms: Firms, name: str, rungs: list[str]) -> Firms:
        """Standing on one of the rungs."""
        return stock.on_rungs(firms, rungs) if rungs else firms

    def passed(self, firms: Firms, name: str, track: str) -> Firms:
        """A track alone narrows nothing; it says which track's verdict is meant."""
        return firms

    def judged(self, firms: Firms, name: str, verdict: str) -> Firms:
        """With this verdict for the chosen track, or for any of the bureau's."""
        chosen = self.form.cleaned_data.get("track")
        return stock.judged(firms, [chosen] if chosen else self.bureau_tracks, verdict)

    def short(self, firms: Firms, name: str, track: str) -> Firms:
        """One condition short."""
        return stock.one_short(firms, track)

    def short_if(self, firms: Firms, name: str, track: str) -> Firms:
        """One condition short as far as is known."""
        return stock.one_short_if_unknowns_hold(firms, track)

    def wanting(self, firms: Firms, name: str, figure: str) -> Firms:
        """Undecided for want of the figure."""
        return stock.wanting(firms, figure, self.bureau_tracks)

    def ending(self, firms: Firms, name: str, days: str) -> Firms:
        """A title ends within so many days."""
        return stock.expiring(firms, self.on, int(days))

    def ending_on(self, firms: Firms, name: str, value: str) -> Firms:
        """A title of the track ends on the very day."""
        return stock.ending_on(firms, self.on, *track_and_day(value))

    def ended(self, firms: Firms, name: str, value: str) -> Firms:
        """A title ended and none followed."""
        return stock.lapsed(firms, self.on)

    def recognised(self, firms: Firms, name: str, rung: str) -> Firms:
        """Recognised this year with a title of the rung."""
        return stock.newly_recognised(firms, self.rungs[rung].tracks, self.on.year)

    def on_the_way(self, firms: Firms, name: str, value: str) -> Firms:
        """With a case in flight for a title of the rung."""
        rung, way = value.split(":")
        return stock.with_case(firms, self.rungs[rung].tracks, WAYS[way])

    def in_flight(self, firms: Firms, name: str, value: str) -> Firms:
        """With a case in flight, of any track."""
        return stock.with_case(firms)

    def in_state(self, firms: Firms, name: str, state: str) -> Firms:
        """With a case in the state."""
        return stock.with_case(firms, states=[state])

    def without_institution(self, firms: Firms, name: str, value: str) -> Firms:
        """规上 without a research institution on record."""
        return stock.without_institution(firms, self.on, checked=value == "none")

    def with_pending(self, firms: Firms, name: str, value: str) -> Firms:
        """With statements awaiting an officer."""
        return stock.with_pending_statements(firms)

    def no_contact(self, firms: Firms, name: str, value: str) -> Firms:
        """Without a contact."""
        return stock.without_contact(firms)

    def falling_due(self, firms: Firms, name: str, value: str) -> Firms:
        """For which an entry of the calendar falls due."""
        return agenda.firms_due(firms, due_asked(value), self.on)

    def meeting(self, firms: Firms, name: str, value: str) -> Firms:
        """Of which a condition of an edition came out so."""
        return conditions.meeting(firms, condition_asked(value))
