"""Research institutions of a firm (研发机构): their kinds and levels, their machine, the checks of their 六有."""

import datetime
from dataclasses import dataclass
from typing import Any, Final, Self

import django_fsm as fsm
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.machine import guarded
from accounts.models import Line, User
from enterprises import six_haves
from enterprises.models import institution_guards as guards
from enterprises.models.enterprise import Enterprise, seen_by
from enterprises.vocabulary import INSTITUTION_LEVELS

LEVELS: Final = [(level, f"{level}级" if level != "自建" else level) for level in INSTITUTION_LEVELS]
# From which level an institution grows to which (市 → 省 → 国家)
NEXT_LEVEL: Final = {"县": "市", "市": "省部", "省部": "国家"}


def in_words(level: str, kind: str) -> str:
    """A kind with its level, said once: 省部级企业技术中心, 自建研发机构."""
    return kind if kind.startswith(level) else f"{dict(LEVELS).get(level, level)}{kind}"


class InstitutionGrade(models.Model):
    """A kind of institution on a level: who recognises it, what it asks for, how long it lasts; kept by the bureau."""

    kind = models.CharField("种类", max_length=40)
    level = models.CharField("级别", max_length=10, choices=LEVELS)
    line = models.CharField("业务线", max_length=4, choices=Line.choices)
    authority = models.CharField("认定机关", max_length=120, blank=True)
    asks = models.TextField("条件", blank=True)
    valid_years = models.PositiveSmallIntegerField("有效年数", null=True, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verified_on = models.DateField("核实日", null=True, blank=True)
    is_retired = models.BooleanField("停用", default=False)
    order = models.PositiveSmallIntegerField("次序", default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "研发机构种类和级别"
        verbose_name_plural = "研发机构种类和级别"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "level"], name="institution_grade_once")]

    def __str__(self) -> str:
        return in_words(self.level, self.kind)


class State(models.TextChoices):
    """Where an institution stands; one that ended stays on record."""

    CULTIVATING = "cultivating", "培育"
    BUILDING = "building", "建设中"
    COMPLETE = "complete", "六有达标"
    RECOGNISED = "recognised", "认定"
    ENDED = "ended", "终止"


# What the firm reads where it differs
ENTERPRISE_LABELS: Final = {
    State.CULTIVATING: "筹备中",
    State.BUILDING: "建设中",
    State.COMPLETE: "六有已达标",
    State.RECOGNISED: "已认定",
    State.ENDED: "已终止",
}


class InstitutionQuerySet(models.QuerySet["ResearchInstitution"]):
    """Institutions."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Institutions of the firms ``user`` may see, by a join as with cases."""
        seen = seen_by(user, "enterprise__")
        return self.none() if seen is None else self.filter(seen)

    def standing(self, on: datetime.date) -> Self:
        """Set up or recognised by that day, neither ended nor lapsed before it; one in 培育 is only intended."""
        return self.filter(
            Q(established_on__lte=on) | Q(recognised_on__lte=on) | Q(state=State.RECOGNISED, recognised_on=None),
            Q(valid_until=None) | Q(valid_until__gte=on),
            Q(ended_on=None) | Q(ended_on__gte=on),
        )

    def overdue(self, on: datetime.date) -> Self:
        """Whose 六有 were to be looked at again before that day."""
        return self.exclude(state=State.ENDED).filter(recheck_on__lt=on)


@dataclass(frozen=True)
class StepGiven:
    """What a step is taken with: its day, the document it rests on, how long it holds, why."""

    day: datetime.date | None = None
    document: str = ""
    valid_until: datetime.date | None = None
    reason: str = ""


class ResearchInstitution(fsm.FSMModelMixin, models.Model):
    """An institution of a kind and level; recognised from ``recognised_on`` until ``valid_until``, open if null.

    Days are inclusive: it stands on ``valid_until`` and on ``ended_on``, and no longer the day after. ``haves``,
    ``lacks`` and ``recheck_on`` repeat the last check of each item, for lists; an item in neither is 未核.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="institutions")
    kind = models.CharField("种类", max_length=40)
    level = models.CharField("级别", max_length=10)
    name = models.CharField("名称", max_length=120, blank=True)
    state = fsm.FSMField("状态", choices=State.choices, default=State.CULTIVATING, protected=True)
    host = models.CharField("依托单位", max_length=120, blank=True)
    partner_school = models.CharField("依托高校院所", max_length=120, blank=True)
    established_on = models.DateField("组建日", null=True, blank=True)
    recognised_on = models.DateField("认定日", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    ended_on = models.DateField("终止日", null=True, blank=True)
    document = models.CharField("文号或文件", max_length=120, blank=True)
    grown_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="grown_into")
    haves = ArrayField(models.CharField(max_length=10), verbose_name="六有已有", default=list, editable=False)
    lacks = ArrayField(models.CharField(max_length=10), verbose_name="六有缺少", default=list, editable=False)
    recheck_on = models.DateField("复查日", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0)

    objects = InstitutionQuerySet.as_manager()

    # What the guards look at; filled by the door before a step is asked about, never stored.
    on: datetime.date
    given: StepGiven = StepGiven()

    class Meta:
        verbose_name = "研发机构"
        verbose_name_plural = "研发机构"
        indexes = [
            models.Index(fields=["recheck_on"], condition=~Q(state="ended"), name="institution_by_recheck"),
        ]

    def __str__(self) -> str:
        return self.name or self.grade

    @property
    def grade(self) -> str:
        """Kind and level in words."""
        return in_words(self.level, self.kind)

    def get_level_display(self) -> str:
        """The level in words: 省部级."""
        return dict(LEVELS).get(self.level, self.level)

    @property
    def unchecked(self) -> list[str]:
        """Items of the 六有 that nobody checked: neither had nor lacking."""
        return [key for key in six_haves.KEYS if key not in self.haves and key not in self.lacks]

    @property
    def has_all_six(self) -> bool:
        """Whether the last check of each of the six found it."""
        return set(six_haves.KEYS) <= set(self.haves)

    # CULTIVATING -> BUILDING -> COMPLETE -> RECOGNISED; ENDED from everywhere

    @guarded(guards.day_given, field=state, source=State.CULTIVATING, target=State.BUILDING)
    def build(self) -> None:
        """The firm set the institution up (开始建设)."""
        self.established_on = self.given.day

    @guarded(guards.six_found, field=state, source=State.BUILDING, target=State.COMPLETE)
    def complete(self) -> None:
        """All six were found at the firm (六有达标)."""

    @guarded(guards.recognition_given, field=state, source=State.COMPLETE, target=State.RECOGNISED)
    def recognise(self) -> None:
        """Recognised after its 六有 were found (认定)."""
        self.take_recognition()

    @guarded(
        guards.recognition_given, guards.recognised_above,
        field=state, source=[State.CULTIVATING, State.BUILDING], target=State.RECOGNISED,
    )  # fmt: skip
    def record(self) -> None:
        """A city, province or ministry recognised it; our own 六有 check is still to come (登记上级认定)."""
        self.take_recognition()

    @guarded(guards.reason_given, field=state, source=State.COMPLETE, target=State.BUILDING)
    def give_back(self) -> None:
        """A later check found something missing (退回建设)."""

    @guarded(
        guards.day_given, guards.reason_given,
        field=state, source=[State.CULTIVATING, State.BUILDING, State.COMPLETE, State.RECOGNISED], target=State.ENDED,
    )  # fmt: skip
    def end(self) -> None:
        """Revoked by its authority, or given up by the firm (终止)."""
        self.ended_on = self.given.day

    def take_recognition(self) -> None:
        """Day, document and last day of the recognition."""
        self.recognised_on, self.valid_until = self.given.day, self.given.valid_until
        self.established_on = self.established_on or self.given.day
        self.document = self.given.document

    def describe(self) -> dict[str, Any]:
        """The institution as the audit trail keeps it."""
        return {
            "name": str(self),
            "state": self.state,
            "label": State(self.state).label,
            "document": self.document,
            "valid_until": str(self.valid_until or ""),
            "version": self.version,
        }


class CheckState(models.TextChoices):
    """What a check of one item found; 未核 is not 无."""

    HAS = "has", "有"
    LACKS = "lacks", "无"
    UNCHECKED = "unchecked", "未核"


class InstitutionCheck(models.Model):
    """One look at one of the six, never overwritten: the latest by day, then by row, is what stands."""

    institution = models.ForeignKey(ResearchInstitution, models.CASCADE, related_name="checks")
    item = models.CharField("项目", max_length=10, choices=six_haves.CHOICES)
    state = models.CharField("核查结果", max_length=10, choices=CheckState.choices)
    evidence = models.CharField("依据", max_length=300, blank=True)
    document = models.CharField("材料或照片编号", max_length=120, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="核查人")
    checked_on = models.DateField("核查日")
    recheck_on = models.DateField("复查日", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        verbose_name = "六有核查"
        verbose_name_plural = "六有核查"
        ordering = ["-checked_on", "-pk"]
        indexes = [models.Index(fields=["institution", "item", "-checked_on", "-id"], name="institution_check_latest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="has") | ~Q(evidence="", document=""), name="institution_check_has_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.item} {self.checked_on}"
