"""Random firms around every edge: figures on and beside the thresholds, missing ones, zeros, losses, odd rows."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from enterprises.vocabulary import LISTS
from pipeline.facts.register import Register, from_rows
from tests.policies.reference_firm import Firm
from tests.policies.reference_size import SIZES

ON = date(2026, 5, 1)
# Published thresholds of all tracks in percent, and the sums that decide which of them applies.
SHARES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 30, 35, 50, 55, 60, 70, 75, 80, 90)
MONEY = (0, 1, 1_000, 49_999_999, 50_000_000, 50_000_001, 199_999_999, 200_000_000, 200_000_001, 10**12)
STAFF = (0, 1, 10, 19, 20, 60, 299, 300, 499, 500, 501, 999, 1000)
REVENUE = (0, 2_999_999, 3_000_000, 14_999_999, 15_000_000, 49_999_999, 50_000_000, 55_125_000, 10**8, 4 * 10**8)
AUDIT = (0, 999_999, 1_000_000, 6_000_000, 5_999_999, 10_000_000, 30_000_000)
EQUITY = (0, 0, 4_999_999, 5_000_000, 20_000_000, 40_000_000)
MAIN = (0, 1_999_999, 2_000_000, 4_999_999, 5_000_000, 19_999_999, 20_000_000, 400_000_000, 10**12)
POINTS_OF_PLATFORM = tuple(Decimal(points) for points in ("0", "49.99", "50", "50.01", "59.99", "60", "100"))
NET_ASSETS = (-5, 0, 100, 105, 110, 115, 120, 125, 135, 150, 175, 10**13)
DAYS = (
    ON,
    ON + timedelta(1),
    ON - timedelta(1),
    date(2025, 5, 1),
    date(2025, 4, 30),
    date(2025, 1, 1),
    date(2024, 12, 31),
    date(2023, 5, 1),
    date(2023, 4, 30),
    date(2021, 5, 1),
    date(2021, 4, 30),
)
BORN = (
    date(2015, 3, 1),
    date(2016, 4, 30),
    date(2016, 5, 1),
    date(2021, 4, 30),
    date(2021, 5, 1),
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2025, 5, 1),
    date(2025, 5, 2),
    ON,
)
FLAGS = (None, True, False)
NICHE = (date(2016, 1, 1), date(2016, 1, 2), date(2023, 1, 1), date(2023, 1, 2), date(2024, 1, 1), date(2024, 1, 2), ON)
MARKET = ("0.1", "0.100000", "10%", "9.99%", "0.0999", "1", "0.2")
SIX = ("site", "staff", "equipment", "investment", "projects", "rules")
ANSWERS = ("T1", "T1.accounts", "T3", "T3.catalogue", "T4", "H2", "H2.core", "H3", "H5", "H8", "H9", "I1", "I1.person")
ANSWERS += (
    "S0",
    "S0.person",
    "S1",
    "S2",
    "S6",
    "S7",
    "S8",
    "S9",
    "L0.person",
    "L4",
    "L8",
    "L9.key",
    "L11",
    "L12",
    "L13",
)
ANSWERS += ("registered", "worth", "worth.young.valuation", "staff.full_time", "equipment", "floor.other.revenue")
ANSWERS += ("C1", "C1.new.product", "C3", "C4.province", "K3", "K4")
POINTS = (
    "property",
    "digital",
    "features",
    "strategic",
    "ip_advanced",
    "ip_core",
    "ip_quantity",
    "conversion",
    "org_management",
    "growth_sales",
    "A",
    "B",
)


class Maker:
    """Makes firms from a seed; the same seed makes the same firms."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.doubt = self.random.choice([0.0, 0.1, 0.3])  # how often a figure is missing
        # Well-ordered firms pass most gates, so that single gates and the score decide.
        self.order = self.random.choice([0.3, 0.9])

    def maybe(self, values: Sequence[Any]) -> Any:
        return None if self.random.random() < self.doubt else self.random.choice(values)

    def good(self, value: Any, others: Callable[[], Any]) -> Any:
        return value if self.random.random() < self.order else others()

    def part(self, whole: int | None) -> int | None:
        """A part on or beside a published share of the whole."""
        if whole is None or self.random.random() < 0.1:
            return self.maybe([0, 1, 7, 10**6])  # type: ignore[no-any-return]
        share = self.random.choice(SHARES) if self.random.random() > self.order / 2 else 60
        return self.maybe([max(0, whole * share // 100 + self.random.choice([0, 0, -1, 1]))])  # type: ignore[no-any-return]

    def year(self) -> dict[str, int | None]:
        """One year's figures, the wholes first and their parts beside the edges."""
        sales, cost, income = (self.maybe(MONEY) for _ in range(3))
        staff, staff_hnte = self.maybe(STAFF), self.maybe(STAFF)
        rd = self.part(sales)
        assets, revenue = self.maybe(MONEY), self.maybe((*MONEY, *REVENUE, 399_999_999))
        return {
            "sales_cny": sales,
            "cost_expense_cny": cost,
            "total_income_cny": income,
            "hi_tech_income_cny": self.part(income),
            "rd_cost_deduction_cny": self.part(self.random.choice([sales, cost])),
            "rd_cost_hnte_cny": rd,
            "rd_cost_hnte_domestic_cny": self.part(rd),
            "total_assets_cny": assets,
            "liabilities_cny": self.part(assets),
            "operating_revenue_cny": revenue,
            "net_profit_cny": self.maybe([None, -5, self.part(revenue)]),
            "rd_cost_audit_cny": self.maybe([self.part(revenue), *AUDIT]),
            "equity_raised_cny": self.maybe(EQUITY),
            "srdi_platform_score": self.maybe(POINTS_OF_PLATFORM),
            "net_assets_cny": self.maybe(NET_ASSETS),
            "main_revenue_cny": self.maybe([self.part(revenue), *MAIN]),
            "rd_spend_stat_cny": self.maybe((0, 4_999_999, 5_000_000, 29_999_999, 30_000_000)),
            "rd_staff_headcount": self.maybe((0, 19, 20, 39, 40, 49, 50, 149, 150)),
            "staff_headcount": staff,
            "tech_staff_tsme_headcount": self.part(staff),
            "staff_hnte_headcount": staff_hnte,
            "tech_staff_hnte_headcount": self.part(staff_hnte),
            "result_conversions": self.maybe(range(8)),
            "hnte_expert_property": self.random.choice([None, None, 0, 24, 30, 31]),
            "hnte_expert_conversion": self.random.choice([None, None, 26]),
            "hnte_expert_organisation": self.random.choice([None, None, 15]),
            "class_one_count": self.maybe(range(3)),
            "class_two_count": self.maybe(range(7)),
        }

    def rows(self, **choices: Sequence[Any]) -> list[dict[str, Any]] | None:
        """A list of rows, or an unknown one."""
        if self.random.random() < self.doubt:
            return None
        count = self.good(0, lambda: self.random.randint(0, 3))
        return [{name: self.random.choice(values) for name, values in choices.items()} for _ in range(count)]

    def titles(self, *tracks: str) -> list[dict[str, Any]] | None:
        """Titles, or an unknown list."""
        return self.rows(
            track=tracks,
            valid_from=(None, *DAYS),
            valid_until=(None, *DAYS),
            revoked=FLAGS,
            revoked_on=(None, *DAYS),
            suspended=FLAGS,
        )

    def firm(self) -> Firm:
        """One random firm."""
        choice = self.random.choice
        kinds = ("安全事故", "环境违法", "网络与数据安全事件", "科研失信", "弄虚作假", "经营异常", "严重违法失信")
        return Firm(
            own={
                "registered_on": self.good(BORN[0], lambda: self.maybe(BORN)),
                "is_resident": self.good(True, lambda: choice(FLAGS)),
                "industry_code": choice(
                    [None, "C3525", "3525", "35", "C", "F", "F5", "制造业", "F5175", "7011", "90", "C1620"]
                ),
                "is_listed": self.good(False, lambda: choice(FLAGS)),
                "size_trade": choice([None, *SIZES]),
                "niche_since": self.good(date(2015, 6, 1), lambda: choice([None, *NICHE])),
                "market_share": self.good("0.1", lambda: choice([None, *MARKET])),
                "national_rank": choice([None, 1, 3, 4]),
                "is_six_bases": choice(FLAGS),
                "hi_tech_field": self.good("新材料", lambda: choice([None, "餐饮"])),
            },
            years={each: self.year() for each in (2023, 2024, 2025) if self.random.random() > self.doubt / 3},
            property=self.rows(
                **{"class": ("I", "II", "II")},
                kind=(None, None, "发明专利", "实用新型", "软件著作权", "商标"),
                granted_on=(None, *DAYS),
                expires_on=(None, *DAYS),
                obtained=(None, "自主研发", "受让"),
                main_product=FLAGS,
                in_use=FLAGS,
                used_for_hnte=FLAGS,
                owner_rank=(None, 1, 3, 4),
            ),
            honours=self.rows(
                kind=(
                    "国家级科技奖励",
                    "省级科技奖励",
                    "科技奖励",
                    "主导标准",
                    "质量奖",
                    "创客中国",
                    "知识产权优势企业",
                ),
                level=(None, "国家", "国家", "行业", "团体", "省"),
                rank=(None, 1, 3, 4, 5, 6, 50, 51, 500, 501),
                given_on=(None, *DAYS),
            ),
            institutions=self.rows(
                level=("国家", "省部", "市"),
                recognised=FLAGS,
                recognised_on=(None, *DAYS),
                valid_until=(None, *DAYS),
                **{f"six_{key}": (True, True, True, None, False) for key in SIX},
            ),
            above_scale=self.rows(kind=("规上工业", "规上服务业"), from_on=DAYS, to_on=(None, *DAYS)),
            titles=self.titles("hnte", "tsme", "isme", "srdi", "little_giant", "champion_national"),
            parents=self.titles("little_giant", "srdi"),
            negatives=self.rows(kind=kinds, from_on=DAYS, to_on=(None, *DAYS)),
            values={key: choice([True, True, False]) for key in ANSWERS if self.random.random() < self.order / 2},
            points={key: self.random.randint(0, 10) for key in POINTS if self.random.random() < 0.15},
        )


def firms(seed: int, count: int) -> list[Firm]:
    """So many firms from one seed."""
    maker = Maker(seed)
    return [maker.firm() for _ in range(count)]


def register_of(many: list[Firm], track: str) -> Register:
    """The same firms as the product takes them."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("firms", "years", *LISTS, "rulings")}
    for number, firm in enumerate(many):
        known = {f"{name}_known": getattr(firm, name) is not None for name in LISTS}
        rows["firms"].append({"firm": number, **firm.own, **known})
        rows["years"] += [{"firm": number, "year": year, **figures} for year, figures in firm.years.items()]
        for name in LISTS:
            rows[name] += [{"firm": number, **row} for row in getattr(firm, name) or []]
        ruling = {"firm": number, "track": track}
        rows["rulings"] += [{**ruling, "criterion": key, "value": value} for key, value in firm.values.items()]
        rows["rulings"] += [{**ruling, "criterion": key, "points": points} for key, points in firm.points.items()]
    return from_rows(rows)
