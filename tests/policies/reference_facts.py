"""The facts of the reference evaluator, plain Python: none of this is shared with the product's own facts."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.policies.reference_ladder import Ladder
from tests.policies.reference_size import is_sme, size_of

UNKNOWN, ABSENT = "unknown", "not_applicable"


@dataclass(frozen=True)
class Span:
    """A count that rows in doubt may raise."""

    low: int
    high: int


CLASSES = {
    "I": "发明专利 发明 植物新品种 国家级农作物品种 国家新药 国家一级中药保护品种"
    " 集成电路布图设计专有权 集成电路布图设计",
    "II": "实用新型专利 外观设计专利 软件著作权 实用新型 外观设计 计算机软件著作权 软著",
}


@dataclass
class Firm:
    """One firm: its own fields, its years, its lists (None is unknown) and the rulings on it."""

    own: dict[str, Any] = field(default_factory=dict)
    years: dict[int, dict[str, int | None]] = field(default_factory=dict)
    property: list[dict[str, Any]] | None = None
    honours: list[dict[str, Any]] | None = None
    institutions: list[dict[str, Any]] | None = None
    titles: list[dict[str, Any]] | None = None
    negatives: list[dict[str, Any]] | None = None
    above_scale: list[dict[str, Any]] | None = None
    parents: list[dict[str, Any]] | None = None
    values: dict[str, bool] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)


class Facts(Ladder):
    """What is known of one firm on one day."""

    def __init__(self, firm: Firm, on: date) -> None:
        self.firm, self.on = firm, on

    # Facts: a number, a flag, a word, "zero" for a ratio over zero, or why there is none

    def fact(self, name: str) -> Any:
        if name.startswith("title_"):
            return self.some(self.firm.titles, lambda row: self.title_counts(row, name.removeprefix("title_")))
        if name.startswith("six_") and name != "six_complete":
            return self.six(name.removeprefix("six_"))
        return getattr(self, name)()

    def existed(self, back: int) -> bool:
        born = self.firm.own.get("registered_on")
        return born is None or born.year <= self.on.year - back

    def figure(self, name: str, back: int = 1) -> int | None:
        return self.firm.years.get(self.on.year - back, {}).get(name)

    def amount(self, name: str) -> Any:
        if not self.existed(1):
            return ABSENT
        value = self.figure(name)
        return UNKNOWN if value is None else Fraction(value)

    def share(self, part: str, whole: str) -> Any:
        if not self.existed(1):
            return ABSENT
        return self.quotient(self.figure(part), self.figure(whole))

    def quotient(self, part: int | None, whole: int | None) -> Any:
        if whole == 0:
            return "zero"
        # Over less than nothing a share says nothing.
        return UNKNOWN if part is None or whole is None or whole < 0 else Fraction(part, whole)

    def summed(self, name: str) -> int | None:
        values = [self.figure(name, back) for back in (1, 2, 3) if self.existed(back)]
        return None if None in values else sum(value for value in values if value is not None)

    def sales_last_year(self) -> Any:
        return self.amount("sales_cny")

    def total_assets(self) -> Any:
        return self.amount("total_assets_cny")

    def staff_headcount(self) -> Any:
        return self.amount("staff_headcount")

    def size_class(self) -> Any:
        return size_of(*self.measured()) if self.existed(1) else ABSENT

    def is_sme(self) -> Any:
        return is_sme(*self.measured()) if self.existed(1) else ABSENT

    def measured(self) -> tuple[str | None, int | None, int | None]:
        trade = self.firm.own.get("size_trade")
        return trade, self.figure("staff_headcount"), self.figure("operating_revenue_cny")

    def rd_to_sales_tsme(self) -> Any:
        return self.share("rd_cost_deduction_cny", "sales_cny")

    def rd_to_cost_tsme(self) -> Any:
        return self.share("rd_cost_deduction_cny", "cost_expense_cny")

    def tech_staff_share_tsme(self) -> Any:
        return self.share("tech_staff_tsme_headcount", "staff_headcount")

    def tech_staff_share_hnte(self) -> Any:
        return self.share("tech_staff_hnte_headcount", "staff_hnte_headcount")

    def hi_tech_income_share(self) -> Any:
        return self.share("hi_tech_income_cny", "total_income_cny")

    def rd_intensity_hnte(self) -> Any:
        return self.quotient(self.summed("rd_cost_hnte_cny"), self.summed("sales_cny"))

    def rd_domestic_share_hnte(self) -> Any:
        return self.quotient(self.summed("rd_cost_hnte_domestic_cny"), self.summed("rd_cost_hnte_cny"))

    def conversions_mean(self) -> Any:
        return self.quotient(self.summed("result_conversions"), sum(self.existed(back) for back in (1, 2, 3)))

    def growth_net_assets(self) -> Any:
        return self.growth("net_assets_cny")

    def growth_sales(self) -> Any:
        return self.growth("sales_cny")

    def growth(self, name: str) -> Any:
        """½(Y2/Y1 + Y3/Y2) − 1, written as the text has it; the exceptions of the text one by one."""
        if not self.existed(2):
            return ABSENT
        y3, y2, y1 = (self.figure(name, back) for back in (1, 2, 3))
        if not self.existed(3) or y1 == 0:
            if y2 == 0:
                return "zero"
            if y3 is None or y2 is None:
                return UNKNOWN
            return "expert" if y2 < 0 else Fraction(y3, y2) - 1
        if y1 is None or y2 is None:
            return UNKNOWN
        if y1 < 0 or y2 < 0:
            return UNKNOWN if y3 is None else "expert"
        if y2 == 0:
            return "zero"
        return UNKNOWN if y3 is None else (Fraction(y2, y1) + Fraction(y3, y2)) / 2 - 1

    def days_registered(self) -> Any:
        born = self.firm.own.get("registered_on")
        return UNKNOWN if born is None else (self.on - born).days

    def age_years(self) -> Any:
        born = self.firm.own.get("registered_on")
        if born is None:
            return UNKNOWN
        years = self.on.year - born.year
        return years + ((self.on.month, self.on.day) > (born.month, born.day))

    def is_listed(self) -> Any:
        flag = self.firm.own.get("is_listed")
        return UNKNOWN if flag is None else flag

    def scale_trade(self) -> Any:
        division = self.industry_division()
        if division == UNKNOWN or (self.firm.own.get("industry_code") or "").isalpha():
            return UNKNOWN
        if 6 <= int(division) <= 46:
            return "工业"
        return {"51": "批发业", "52": "零售业", "61": "住宿业", "62": "餐饮业"}.get(division, "其他")

    def main_revenue(self) -> Any:
        return self.amount("main_revenue_cny")

    def rd_spend_stat(self) -> Any:
        return self.amount("rd_spend_stat_cny")

    def rd_staff(self) -> Any:
        return self.amount("rd_staff_headcount")

    def is_resident(self) -> Any:
        flag = self.firm.own.get("is_resident")
        return UNKNOWN if flag is None else flag

    def industry_division(self) -> Any:
        code = self.firm.own.get("industry_code") or ""
        if code in ("F", "H", "K", "L"):
            return {"F": "51", "H": "61", "K": "70", "L": "71"}[code]
        digits = code[1:] if code[:1] in tuple("ABCDEFGHIJKLMNOPQRST") else code
        return digits[:2] if digits.isdigit() and 2 <= len(digits) <= 4 else UNKNOWN

    def hi_tech_field_stated(self) -> Any:
        eight = [
            "电子信息",
            "生物与新医药",
            "航空航天",
            "新材料",
            "高技术服务",
            "新能源与节能",
            "资源与环境",
            "先进制造与自动化",
        ]
        stated = self.firm.own.get("hi_tech_field")
        return UNKNOWN if stated is None else stated in eight

    # Lists

    def valid(self, row: dict[str, Any]) -> bool | None:
        granted, expires = row.get("granted_on"), row.get("expires_on")
        if (granted is not None and granted > self.on) or (expires is not None and expires < self.on):
            return False
        if row.get("main_product") is False or row.get("in_use") is False:
            return False
        kind = row.get("kind")
        if kind is not None and kind not in CLASSES[row["class"]].split():
            return False
        return None if granted is None else True

    def counted(self, stated: str | None, keep: Any) -> Any:
        if self.firm.property is not None:
            found = [both(self.valid(row), keep(row)) for row in self.firm.property]
            return Span(found.count(True), found.count(True) + found.count(None))
        value = self.figure(stated) if stated and self.existed(1) else None
        return UNKNOWN if value is None else Span(value, value)

    def class_one(self) -> Any:
        return self.counted("class_one_count", lambda row: row["class"] == "I")

    def class_two(self) -> Any:
        return self.counted("class_two_count", lambda row: row["class"] == "II")

    def class_two_hnte(self) -> Any:
        return self.counted("class_two_count", lambda row: row["class"] == "II" and not row.get("used_for_hnte"))

    def property_self_developed(self) -> Any:
        if self.firm.property is None and self.property_hnte() == Span(0, 0):
            return Span(0, 0)

        def own(row: dict[str, Any]) -> bool | None:
            if row["class"] == "II" and row.get("used_for_hnte"):
                return False
            return None if row.get("obtained") is None else row["obtained"] == "自主研发"

        return self.counted(None, own)

    def property_hnte(self) -> Any:
        one, two = self.class_one(), self.class_two_hnte()
        if UNKNOWN not in (one, two):
            return Span(one.low + two.low, one.high + two.high)
        known = [Span(count.low, count.low) for count in (one, two) if count != UNKNOWN and count.low > 0]
        return known[0] if known else UNKNOWN

    def events(self, kinds: str, start: date) -> Any:
        if self.firm.negatives is None:
            return UNKNOWN
        return sum(
            row["kind"] in kinds.split()
            and row["from_on"] <= self.on
            and ((row["to_on"] or row["from_on"]) >= start or (row["kind"] == "科研失信" and row["to_on"] is None))
            for row in self.firm.negatives
        )

    def serious_events_two_years(self) -> Any:
        return self.events("安全事故 质量事故 环境违法 弄虚作假 科研失信", date(self.on.year - 1, 1, 1))

    def accidents_one_year(self) -> Any:
        return self.events("安全事故 质量事故 环境违法", self.earlier(1))

    def earlier(self, years: int) -> date:
        try:
            return self.on.replace(year=self.on.year - years)
        except ValueError:
            return self.on.replace(year=self.on.year - years, day=28)

    def on_bad_lists(self) -> Any:
        if self.firm.negatives is None:
            return UNKNOWN
        return sum(
            row["kind"] in ("经营异常", "严重违法失信")
            and row["from_on"] <= self.on
            and (row["to_on"] is None or row["to_on"] >= self.on)
            for row in self.firm.negatives
        )

    def some(self, rows: list[dict[str, Any]] | None, counts: Any) -> Any:
        """True when a row surely counts, unknown when one might, else false."""
        if rows is None:
            return UNKNOWN
        results = [counts(row) for row in rows]
        return True if True in results else (UNKNOWN if None in results else False)

    def recent(self, row: dict[str, Any]) -> bool | None:
        given = row.get("given_on")
        return None if given is None else self.earlier(5) <= given <= self.on

    def national_prize(self) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            level, rank = row.get("level"), row.get("rank")
            national: bool | None = row["kind"] in ("国家级科技奖励", "国家科技奖励", "国家科学技术奖")
            if row["kind"] in ("科技奖励", "科学技术奖"):
                national = None if level is None else level == "国家"
            return both(national, both(self.recent(row), None if rank is None else rank <= 3))

        return self.some(self.firm.honours, counts)

    def led_standard(self) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            if row["kind"] != "主导标准":
                return False
            level, rank = row.get("level"), row.get("rank")
            return both(
                None if level is None else level in ("国际", "国家", "行业"),
                both(self.recent(row), rank is None or rank <= 5),
            )

        return self.some(self.firm.honours, counts)

    def provincial_institution(self) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            start, end = row.get("recognised_on"), row.get("valid_until")
            stands = None if start is None else start <= self.on
            recognised = row.get("recognised") is not False and row["level"] in ("国家", "省部")
            return both(recognised, both(stands, end is None or end >= self.on))

        return self.some(self.firm.institutions, counts)

    def six(self, *keys: str) -> Any:
        """Whether one institution that has not ended was found to have all of these."""

        def counts(row: dict[str, Any]) -> bool | None:
            start, end = row.get("recognised_on"), row.get("valid_until")
            found: bool | None = (start is None or start <= self.on) and (end is None or end >= self.on)
            for key in keys:
                found = both(found, row.get(f"six_{key}"))
            return found

        return self.some(self.firm.institutions, counts)

    def six_complete(self) -> Any:
        return self.six("site", "staff", "equipment", "investment", "projects", "rules")

    def is_above_scale(self) -> Any:
        return self.on_the_list(lambda row: True)

    def is_above_scale_industry(self) -> Any:
        return self.on_the_list(lambda row: row["kind"] == "规上工业")

    def on_the_list(self, counts: Any) -> Any:
        spells = self.firm.above_scale
        if spells is None:
            return UNKNOWN
        return any(
            counts(row) and row["from_on"] <= self.on and (row["to_on"] is None or self.on <= row["to_on"])
            for row in spells
        )

    def span(self, low: int, high: int) -> Span:
        return Span(low, high)

    def title_counts(self, row: dict[str, Any], track: str) -> bool | None:
        start, end = row.get("valid_from"), row.get("valid_until")
        dates = both(None if start is None else start <= self.on, None if end is None else end >= self.on)
        stopped = bool(row.get("revoked") or row.get("suspended"))
        return both(row["track"] == track and not stopped, dates)

    def given(self, name: str) -> Any:
        """Points experts gave; they give none for a year the firm did not exist in, and nothing asks why."""
        points = self.amount(name)
        return UNKNOWN if points == ABSENT else points

    def expert_property(self) -> Any:
        return self.given("hnte_expert_property")

    def expert_conversion(self) -> Any:
        return self.given("hnte_expert_conversion")

    def expert_organisation(self) -> Any:
        return self.given("hnte_expert_organisation")


def both(left: bool | None, right: bool | None) -> bool | None:
    """And, in three values."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
