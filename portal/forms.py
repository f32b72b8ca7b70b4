"""The form in which a firm states a year's figures: only what it changes, money in 万元, exact to the yuan."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms import BoundField

from enterprises.domain.statements import Known
from enterprises.doubts import doubts
from enterprises.vocabulary import FIGURE_BY_NAME, Figure
from pipeline.rules.wording import plain

WAN: Final = 10_000
MOST: Final = {"cny": 10**13, "headcount": 10**6, "count": 10**5}  # beyond these it is a slip of the pen
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?")
UNITS: Final = ("亿元", "万元", "元", "人", "项", "件")

GROUPS: Final = (
    (
        "收入与利润",
        (
            "operating_revenue_cny",
            "main_revenue_cny",
            "sales_cny",
            "total_income_cny",
            "hi_tech_income_cny",
            "new_product_sales_cny",
            "cost_expense_cny",
            "net_profit_cny",
            "tax_paid_cny",
        ),
    ),
    ("资产", ("total_assets_cny", "liabilities_cny", "net_assets_cny", "equity_raised_cny")),
    (
        "研发投入",
        (
            "rd_cost_deduction_cny",
            "rd_cost_hnte_cny",
            "rd_cost_hnte_domestic_cny",
            "rd_cost_audit_cny",
            "rd_spend_stat_cny",
        ),
    ),
    (
        "人员",
        (
            "staff_headcount",
            "tech_staff_tsme_headcount",
            "staff_hnte_headcount",
            "tech_staff_hnte_headcount",
            "rd_staff_headcount",
        ),
    ),
    ("成果", ("class_one_count", "class_two_count", "result_conversions", "tech_contract_cny")),
)
STATED: Final = tuple(FIGURE_BY_NAME[name] for _, names in GROUPS for name in names)


def unit_asked(figure: Figure) -> str:
    """The unit a firm writes in."""
    return "万元" if figure.unit == "cny" else figure.unit_label


def shown(figure: Figure, value: int | Decimal) -> str:
    """A value in the unit a firm writes in; nothing is rounded."""
    return plain(Decimal(value) / WAN if figure.unit == "cny" else Decimal(value))


class FigureField(forms.CharField):
    """One figure as people type it: full-width digits, separators of thousands, the unit behind it."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=figure.label, required=False, max_length=40, widget=widget)

    def clean(self, value: Any) -> int | None:
        """Whole yuan, heads or pieces, or nothing where nothing was typed."""
        typed = "".join(unicodedata.normalize("NFKC", super().clean(value)).replace(",", "").split())
        if not typed:
            return None
        unit = unit_asked(self.figure)
        bare = typed.removesuffix(unit)
        if bare.endswith(UNITS):
            raise forms.ValidationError(f"请换算为{unit}后填写数字。")
        if not NUMBER.fullmatch(bare):
            raise forms.ValidationError(f"“{value}”不是数字，请填写{unit}数，例如 1,234.5。")
        return self.whole(Decimal(bare))

    def whole(self, number: Decimal) -> int:
        """In the unit of the register; money is converted here and nowhere else."""
        exact = number * WAN if self.figure.unit == "cny" else number
        if exact != exact.to_integral_value():
            finest = "最多四位小数（精确到元）" if self.figure.unit == "cny" else "须为整数"
            raise forms.ValidationError(f"{self.figure.label}{finest}。")
        if self.figure.min is not None and exact < self.figure.min:
            raise forms.ValidationError(f"{self.figure.label}不能为负数。")
        if abs(exact) > MOST[self.figure.unit]:
            raise forms.ValidationError(f"数值过大，请核对单位是否为{unit_asked(self.figure)}。")
        return int(exact)


@dataclass(frozen=True)
class Line:
    """One figure on the page: its input beside what is known and what waits to be accepted."""

    field: BoundField
    unit: str
    basis: str
    known: str
    source: str
    waiting: str


class FiguresForm(forms.Form):
    """A year's figures; empty means unchanged."""

    def __init__(self, data: Any = None, *, known: Mapping[str, Known], waiting: Mapping[str, int | Decimal]) -> None:
        super().__init__(data)
        self.known, self.waiting = known, waiting
        self.fields.update({figure.name: FigureField(figure) for figure in STATED})

    def clean(self) -> dict[str, Any]:
        """Something must have been stated."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.figures():
            raise forms.ValidationError("没有填写任何数据；只需填写有变化或尚缺的项目。")
        return given

    def figures(self) -> dict[str, int]:
        """What was stated."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def doubts(self) -> list[str]:
        """What can hardly be right of the year's figures, were all that waits or was just typed accepted."""
        typed = self.figures() if self.is_bound and hasattr(self, "cleaned_data") else {}
        return doubts({name: known.value for name, known in self.known.items()} | dict(self.waiting) | typed)

    def groups(self) -> Iterator[tuple[str, list[Line]]]:
        """The lines of the page, by subject."""
        for title, names in GROUPS:
            yield title, [self.line(FIGURE_BY_NAME[name]) for name in names]

    def line(self, figure: Figure) -> Line:
        """One line; an unknown value is said, never shown as nought."""
        known = self.known.get(figure.name)
        waits = self.waiting.get(figure.name)
        return Line(
            field=self[figure.name],
            unit=unit_asked(figure),
            basis=figure.basis,
            known=shown(figure, known.value) if known else "",
            source=f"{known.source_label} {known.known_at:%Y-%m-%d}" if known else "",
            waiting=shown(figure, waits) if waits is not None else "",
        )
