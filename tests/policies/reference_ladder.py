"""The reference's facts for 创新型, 专精特新, 小巨人 and 单项冠军, plain Python; mixed into `reference_facts.Facts`."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.policies.reference_firm import ABSENT, UNKNOWN, Span


def yearly(name: str, back: int = 1) -> Callable[[Any], Any]:
    """One figure of one year."""

    def read(self: Any) -> Any:
        if not self.existed(back):
            return ABSENT
        value = self.figure(name, back)
        return UNKNOWN if value is None else Fraction(value)

    return read


def share(part: str, whole: str, back: int = 1) -> Callable[[Any], Any]:
    """One figure over another of the same year."""

    def read(self: Any) -> Any:
        if not self.existed(back):
            return ABSENT
        return self.quotient(self.figure(part, back), self.figure(whole, back))

    return read


def together(name: str, years: int) -> Callable[[Any], Any]:
    """A figure summed over years, those before the firm existed left out."""

    def read(self: Any) -> Any:
        values = [self.figure(name, back) for back in range(1, years + 1) if self.existed(back)]
        if None in values:
            return UNKNOWN
        return Fraction(sum(values))

    return read


def score(back: int) -> Callable[[Any], Any]:
    """A score of the platform, exact with its decimals."""
    return yearly("srdi_platform_score", back)


def prize(kind: str, rank: int | None) -> Callable[[Any], Any]:
    """A prize of the last three years that reaches so far, ranked well enough."""

    def read(self: Any) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            level = row.get("level")
            wide: bool | None = row["kind"] in ("国家级科技奖励", "国家科技奖励", "国家科学技术奖")
            if row["kind"] == "省级科技奖励":
                wide = kind == "provincial"
            if row["kind"] in ("科技奖励", "科学技术奖"):
                reach = ("国家", "省") if kind == "provincial" else ("国家",)
                wide = None if level is None else level in reach
            if kind == "maker":
                wide = row["kind"] == "创客中国" and (None if level is None else level == "国家")
            place = row.get("rank")
            near: bool | None = True if rank is None else (None if place is None else place <= rank)
            given = row.get("given_on")
            recent = None if given is None else self.earlier(3) <= given <= self.on
            return every(wide, near, recent)

        return self.some(self.firm.honours, counts)

    return read


def every(*parts: bool | None) -> bool | None:
    """And, in three values."""
    if False in parts:
        return False
    return None if None in parts else True


class Ladder:
    """Facts from the accounts, of R&D, of the niche, of honours and of the record."""

    firm: Any
    on: date
    some: Any
    existed: Any
    figure: Any
    quotient: Any
    growth: Any
    events: Any
    earlier: Any
    counted: Any
    span: Any
    title_counts: Any

    operating_revenue = yearly("operating_revenue_cny")
    rd_audit_1 = yearly("rd_cost_audit_cny")
    rd_audit_2 = yearly("rd_cost_audit_cny", 2)
    rd_audit_two_years = together("rd_cost_audit_cny", 2)
    equity_two_years = together("equity_raised_cny", 2)
    equity_three_years = together("equity_raised_cny", 3)
    main_revenue_three_years = together("main_revenue_cny", 3)
    main_revenue_share = share("main_revenue_cny", "operating_revenue_cny")
    debt_ratio = share("liabilities_cny", "total_assets_cny")
    net_margin = share("net_profit_cny", "operating_revenue_cny")
    rd_intensity_1 = share("rd_cost_audit_cny", "operating_revenue_cny")
    rd_intensity_2 = share("rd_cost_audit_cny", "operating_revenue_cny", 2)
    rd_staff_share = share("rd_staff_headcount", "staff_headcount")
    platform_score_1 = score(1)
    platform_score_2 = score(2)
    provincial_prize = prize("provincial", None)
    provincial_prize_top_three = prize("provincial", 3)
    national_prize_top_three = prize("national", 3)
    national_prize_top_five = prize("national", 5)
    maker_top_fifty = prize("maker", 50)
    maker_top_five_hundred = prize("maker", 500)

    def main_revenue_growth(self) -> Any:
        if not self.existed(2):
            return ABSENT
        now, before = self.figure("main_revenue_cny", 1), self.figure("main_revenue_cny", 2)
        if before == 0:
            return "zero"
        return UNKNOWN if now is None or before is None or before < 0 else Fraction(now, before) - 1

    def main_revenue_mean_growth(self) -> Any:
        return self.growth("main_revenue_cny")

    def revenue_compound_growth(self) -> Any:
        """The quotient over two years; `reference.Judge.compare` squares the threshold."""
        if not self.existed(3):
            return ABSENT
        return self.quotient(self.figure("operating_revenue_cny", 1), self.figure("operating_revenue_cny", 3))

    def niche_years(self) -> Any:
        since = self.firm.own.get("niche_since")
        if since is None:
            return UNKNOWN
        # A year is full where it began by 1 January and so ended by the last 31 December.
        return Fraction(self.on.year - since.year - (since > date(since.year, 1, 1)))

    def market_share(self) -> Any:
        text = self.firm.own.get("market_share")
        if text is None:
            return UNKNOWN
        return Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)

    def national_rank(self) -> Any:
        rank = self.firm.own.get("national_rank")
        return UNKNOWN if rank is None else Fraction(rank)

    def is_six_bases(self) -> Any:
        flag = self.firm.own.get("is_six_bases")
        return UNKNOWN if flag is None else flag

    def class_one_by(self, keep: Any) -> Any:
        if self.firm.property is not None:
            return self.counted(None, keep)
        stated = self.figure("class_one_count") if self.existed(1) else None
        return UNKNOWN if stated is None else Span(0, stated)

    def class_one_self_developed(self) -> Any:
        return self.class_one_by(lambda row: every(row["class"] == "I", own(row)))

    def class_one_own(self) -> Any:
        def keep(row: dict[str, Any]) -> bool | None:
            rank = row.get("owner_rank")
            return every(row["class"] == "I", own(row), None if rank is None else rank <= 3)

        return self.class_one_by(keep)

    def model_firm(self) -> Any:
        kinds = ("国家技术创新示范企业", "知识产权优势企业", "知识产权示范企业")

        def counts(row: dict[str, Any]) -> bool | None:
            given = row.get("given_on")
            return every(row["kind"] in kinds, None if given is None else given <= self.on)

        return self.some(self.firm.honours, counts)

    def institutions(self, counts: Any) -> Any:
        if self.firm.institutions is None:
            return UNKNOWN
        found = [counts(row) for row in self.firm.institutions]
        return Span(found.count(True), found.count(True) + found.count(None))

    def recognised(self, level: str) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            start, end = row.get("recognised_on"), row.get("valid_until")
            begun = None if start is None else start <= self.on
            stands = end is None or end >= self.on
            return every(row.get("recognised") is not False and row["level"] == level, begun, stands)

        return self.institutions(counts)

    def institutions_national(self) -> Any:
        return self.recognised("国家")

    def institutions_provincial(self) -> Any:
        return self.recognised("省部")

    def institutions_city(self) -> Any:
        return self.recognised("市")

    def institutions_of_any_level(self) -> Any:
        def counts(row: dict[str, Any]) -> bool:
            start, end = row.get("recognised_on"), row.get("valid_until")
            return (start is None or start <= self.on) and (end is None or end >= self.on)

        return self.institutions(counts)

    def incidents_three_years(self) -> Any:
        return self.events("安全事故 质量事故 环境违法 网络与数据安全事件", self.earlier(3))

    def frauds_three_years(self) -> Any:
        return self.events("弄虚作假", self.earlier(3))

    def revoked_this_year(self, track: str) -> Any:
        def counts(row: dict[str, Any]) -> bool | None:
            day = row.get("revoked_on")
            this_year = None if day is None else day.year == self.on.year and day <= self.on
            return every(row["track"] == track and bool(row.get("revoked")), this_year)

        return self.some(self.firm.titles or [], counts)

    def tsme_revoked_this_year(self) -> Any:
        return self.revoked_this_year("tsme")

    def hnte_revoked_this_year(self) -> Any:
        return self.revoked_this_year("hnte")

    def parent_is_little_giant(self) -> Any:
        return self.some(self.firm.parents, lambda row: self.title_counts(row, "little_giant"))


def own(row: dict[str, Any]) -> bool | None:
    """Whether the firm developed the right itself."""
    return None if row.get("obtained") is None else row["obtained"] == "自主研发"
