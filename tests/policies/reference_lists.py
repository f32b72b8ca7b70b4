"""The reference's facts read from lists: property, events, honours; mixed into `reference_facts.Facts`."""

from datetime import date
from typing import Any

from tests.policies.reference_firm import UNKNOWN, Firm, Span, both

CLASSES = {
    "I": "发明专利 发明 植物新品种 国家级农作物品种 国家新药 国家一级中药保护品种"
    " 集成电路布图设计专有权 集成电路布图设计",
    "II": "实用新型专利 外观设计专利 软件著作权 实用新型 外观设计 计算机软件著作权 软著",
}


class Lists:
    """What a firm's lists say on one day: a row that surely counts, one that might, or none."""

    firm: Firm
    on: date

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

    def title_counts(self, row: dict[str, Any], track: str) -> bool | None:
        start, end = row.get("valid_from"), row.get("valid_until")
        dates = both(None if start is None else start <= self.on, None if end is None else end >= self.on)
        stopped = bool(row.get("revoked") or row.get("suspended"))
        return both(row["track"] == track and not stopped, dates)
