"""What is due, and which days are working days."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import Region, User
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.models.enterprise import seen_by
from pipeline.models.tracks import TRACK_CHOICES


class WorkCalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working weekend (调休)."""

    class Kind(models.TextChoices):
        """Off although a weekday or holiday, or worked although a weekend."""

        OFF = "off", "放假"
        WORK = "work", "上班"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=4, choices=Kind.choices)
    name = models.CharField("节日", max_length=30, blank=True)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Timing(models.TextChoices):
    """What kind of deadline it is; each but the first says what it rests on beside its day."""

    DAY = "day", "固定日期"
    HOUR = "hour", "日期和时刻"
    RELATIVE = "relative", "自事件起算"
    OPEN = "open", "未定期限"
    POSTPONED = "postponed", "已延期"


class DutyState(models.TextChoices):
    """How an obligation stands on a day: three are kept, open and overdue follow from the day."""

    OPEN = "open", "待办"
    OVERDUE = "overdue", "逾期"
    DONE = "done", "已完成"
    WAIVED = "waived", "已免除"
    LAPSED = "lapsed", "已失效"


UNSETTLED = Q(satisfied_on__isnull=True, waived_on__isnull=True, lapsed_on__isnull=True)


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations."""

    def open(self) -> Self:
        """Neither satisfied, waived nor lapsed; overdue ones included."""
        return self.filter(UNSETTLED)

    def ended(self) -> Self:
        """Done, waived or lapsed."""
        return self.exclude(UNSETTLED)

    def in_state(self, state: str, at: datetime.datetime) -> Self:
        """Those that stand so at that moment; the same truth as ``Obligation.state``."""
        match DutyState(state):
            case DutyState.DONE:
                return self.filter(satisfied_on__isnull=False)
            case DutyState.WAIVED:
                return self.filter(satisfied_on__isnull=True, waived_on__isnull=False)
            case DutyState.LAPSED:
                return self.filter(satisfied_on__isnull=True, waived_on__isnull=True, lapsed_on__isnull=False)
            case DutyState.OVERDUE:
                return self.open().filter(deadlines.late(at))
        return self.open().exclude(deadlines.late(at))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Obligations of the firms ``user`` may see, and for staff those of the units of their region."""
        seen = seen_by(user, "enterprise__")
        if seen is None:
            return self.none()
        if seen and isinstance(user, User) and user.is_bureau and user.region is not None:
            return self.filter(seen | Q(unit__path__startswith=user.region.path))
        return self.filter(seen)

    def overdue(self, on: datetime.date) -> Self:
        """Whose day has passed when this day begins."""
        return self.filter(due_on__lt=on)


class Obligation(models.Model):
    """Something a firm or officer must do by a day (应办事项); reminders ask for *due, not satisfied, not waived*.

    ``key`` names rule, firm and period (``title-expiry:12:hnte:2026-12-31``), so that computing again changes nothing.
    """

    class Kind(models.TextChoices):
        """Which dated rule it comes from."""

        TITLE_EXPIRY = "title_expiry", "资格到期"
        ROUND_CLOSING = "round_closing", "申报截止"
        MATERIAL_MISSING = "material_missing", "材料待补"
        FIGURES_WANTED = "figures_wanted", "指标待补"
        FIGURES_TO_ACCEPT = "figures_to_accept", "填报待采纳"
        MATERIAL_TO_ACCEPT = "material_to_accept", "材料待核收"
        ANNUAL_DUTY = "annual_duty", "年度报送"
        INSTITUTION_WANTED = "institution_wanted", "研发机构待建"
        SIX_RECHECK = "six_recheck", "六有复查"
        ADDRESS_WANTED = "address_wanted", "邮箱待更正"
        TO_RECOMMEND = "to_recommend", "待推荐上报"
        RETURNED = "returned", "退回待补正"
        MATERIAL_EXPIRING = "material_expiring", "材料将到期"
        RENAME_REPORT = "rename_report", "更名报告"
        DISPATCH = "dispatch", "每旬调度"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="obligations", null=True, blank=True)
    unit = models.ForeignKey(
        Region, models.CASCADE, related_name="+", null=True, blank=True, verbose_name="责任单位",
        help_text="由责任单位自己办理、不属哪家企业的事项",
    )  # fmt: skip
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES, blank=True)
    says = models.CharField("内容", max_length=200)
    because = models.CharField("缘由", max_length=200, blank=True)
    due_on = models.DateField("截止", null=True, blank=True)
    due_time = models.TimeField("截止时刻", null=True, blank=True)
    timing = models.CharField("期限类别", max_length=10, choices=Timing.choices, default=Timing.DAY)
    event_on = models.DateField("事件日", null=True, blank=True)
    event = models.CharField("事件", max_length=120, blank=True)
    postponed_from = models.DateField("原截止", null=True, blank=True)
    postponed_by = models.CharField("延期依据", max_length=200, blank=True)
    verified = models.BooleanField("时限已核实", default=False)
    for_enterprise = models.BooleanField("需企业办理", default=True)
    created_on = models.DateField("产生日")
    satisfied_on = models.DateField("办结日", null=True, blank=True)
    satisfied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记办结人",
        help_text="由人登记办结的；空为系统据事实认定",
    )  # fmt: skip
    satisfied_because = models.CharField("办结说明", max_length=200, blank=True)
    waived_on = models.DateField("免除日", null=True, blank=True)
    waived_because = models.CharField("免除理由", max_length=200, blank=True)
    waived_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="免除人")
    lapsed_on = models.DateField("失效日", null=True, blank=True)
    level = models.PositiveSmallIntegerField("上报到", default=0, help_text="escalation.Level；0 为责任人")
    acknowledged_on = models.DateField("知悉日", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="知悉人"
    )
    acknowledged_because = models.CharField("办理打算", max_length=200, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "应办事项"
        verbose_name_plural = "应办事项"
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "enterprise"],
                condition=UNSETTLED,
                name="obligation_open_by_day",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False, unit__isnull=True)
                | Q(enterprise__isnull=True, unit__isnull=False, for_enterprise=False),
                name="obligation_of_a_firm_or_a_unit",
            ),
            models.CheckConstraint(
                condition=~Q(timing=Timing.HOUR) | Q(due_on__isnull=False, due_time__isnull=False),
                name="obligation_of_an_hour_has_one",
            ),
            models.CheckConstraint(
                condition=~Q(timing=Timing.RELATIVE) | Q(due_on__isnull=False, event_on__isnull=False) & ~Q(event=""),
                name="obligation_after_an_event_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(timing=Timing.OPEN) | Q(due_on__isnull=True), name="obligation_of_open_end_has_no_day"
            ),
            models.CheckConstraint(
                condition=~Q(timing=Timing.POSTPONED)
                | Q(due_on__isnull=False, postponed_from__isnull=False) & ~Q(postponed_by=""),
                name="obligation_postponed_names_its_notice",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def state(self, at: datetime.datetime) -> DutyState:
        """How it stands at a moment of local time."""
        return self.state_kept or (DutyState.OVERDUE if self.is_late(at) else DutyState.OPEN)

    @staticmethod
    def ended_on() -> Coalesce:
        """The day on which it ended, as a column; null while it is open."""
        return Coalesce("satisfied_on", "waived_on", "lapsed_on")

    @property
    def state_kept(self) -> DutyState | None:
        """How it ended; None while it is open."""
        ended = (
            (DutyState.DONE, self.satisfied_on),
            (DutyState.WAIVED, self.waived_on),
            (DutyState.LAPSED, self.lapsed_on),
        )
        return next((state for state, day in ended if day is not None), None)

    def is_late(self, at: datetime.datetime) -> bool:
        """Whether the deadline has passed."""
        return deadlines.is_late(self.due_on, self.due_time, at)

    @property
    def whose(self) -> str:
        """The firm, or the unit whose own it is."""
        return str(self.enterprise or self.unit)

    @property
    def when(self) -> str:
        """The deadline in words, and whether anybody verified it."""
        if self.due_on is None:
            return "未定期限"
        hour = f" {self.due_time:%H:%M}" if self.due_time else ""
        return f"{dated(self.due_on)}{hour}{'' if self.verified else '（待核实）'}"

    @property
    def reckoned(self) -> str:
        """How the deadline came about, where it is not simply a day."""
        if self.timing == Timing.RELATIVE and self.event_on:
            return f"自{dated(self.event_on)}{self.event}起算"
        if self.timing == Timing.POSTPONED and self.postponed_from:
            return f"原截止{dated(self.postponed_from)}，依据{self.postponed_by}延期"
        return ""


def dated(day: datetime.date) -> str:
    """A day in words."""
    return f"{day.year}年{day.month}月{day.day}日"
