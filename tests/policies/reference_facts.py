"""The facts of the reference evaluator, plain Python: none of this is shared with the product's own facts."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.policies.reference_firm import ABSENT, UNKNOWN, Firm
from tests.policies.reference_ladder import Ladder
from tests.policies.reference_lists import Lists
from tests.policies.reference_size import is_sme, size_of


class Facts(Lists, Ladder):
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
