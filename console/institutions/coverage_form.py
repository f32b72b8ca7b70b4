"""What 建有率 is asked: which day, which firms, which institutions count, of which unit, compared with which day."""

import datetime
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict

from accounts.models import Region, User
from console.filtering import units_in_sight
from console.firms.forms import day_field
from enterprises.domain import coverage
from enterprises.domain.coverage import Question


def last_december(day: str, on: datetime.date) -> datetime.date:
    """The last day of the year before, which a rate is usually compared with."""
    try:
        year = datetime.date.fromisoformat(day).year
    except ValueError:
        year = on.year
    return datetime.date(year - 1, 12, 31)


class CoverageForm(forms.Form):
    """What is asked: which day, which firms, which institutions count, of which unit, compared with which day."""

    day = day_field("统计日")
    base = forms.ChoiceField(label="分母", choices=list(coverage.BASES.items()), required=False)
    rule = forms.ChoiceField(label="算作有机构", choices=list(coverage.RULES.items()), required=False)
    unit = forms.ModelChoiceField(Region.objects.none(), label="责任单位", required=False, empty_label="本辖区")
    since = day_field("对比日")

    def __init__(self, data: QueryDict, *, request: HttpRequest, on: datetime.date) -> None:
        asked = data.copy()
        if not asked.get("day"):
            asked["day"] = on.isoformat()
        if not asked.get("since"):
            asked["since"] = last_december(str(asked["day"]), on).isoformat()
        super().__init__(asked)
        self.on, self.own = on, cast(User, request.user).region
        self.fields["unit"].queryset = units_in_sight(request)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days that have come, the earlier one first."""
        given = super().clean() or self.cleaned_data
        day, since = given.get("day"), given.get("since")
        if day and day > self.on:
            self.add_error("day", "统计日不能晚于今天。")
        if day and since and since >= day:
            self.add_error("since", "对比日须早于统计日。")
        return given

    def asked(self, name: str) -> Any:
        """What was asked, or what is usual: 规上工业, set up, the reader's own unit."""
        usual = {"base": "industry", "rule": "built", "unit": self.own}
        return self.cleaned_data.get(name) or usual[name]

    def question(self, name: str = "day") -> Question:
        """The question of one of the two days."""
        return Question(self.asked(name), self.asked("base"), self.asked("rule"))

    def address(self) -> dict[str, str]:
        """The state of the page, written out."""
        return {
            "day": str(self.asked("day")), "since": str(self.asked("since")), "base": self.asked("base"),
            "rule": self.asked("rule"), "unit": str(self.asked("unit").pk),
        }  # fmt: skip
