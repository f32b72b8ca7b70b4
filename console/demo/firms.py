"""Invented firms of the demo: what a ledger, a certificate and a statement would say of each; pure and repeatable."""

import datetime
from dataclasses import dataclass, field
from itertools import product
from random import Random

from stdnum.cn import uscc as credit_code

from enterprises.vocabulary import HI_TECH_FIELDS

BRANDS = [
    "云泽",
    "恒砺",
    "澜川",
    "启铄",
    "沐森",
    "拓岚",
    "衡楚",
    "昱辰",
    "砺锋",
    "泓润",
    "晟佑",
    "铭岩",
    "翰屿",
    "柏川",
    "溯源通",
    "临川",
    "景曜",
    "逸航",
    "凌坤",
    "瑞淮",
    "安钧",
    "博楚",
    "承岳",
    "鼎梁",
    "飞鹭",
    "高屿",
    "禾钧",
    "嘉澍",
    "凯汀",
    "联岑",
    "明湛",
    "楠溪",
    "鹏垚",
    "勤朴",
    "荣湛",
    "盛楠",
    "天汐",
    "万砚",
    "新垣",
    "远岫",
]
TRADES = {
    "精密装备": ("先进制造与自动化", "3599", "工业"),
    "智能输送设备": ("先进制造与自动化", "3434", "工业"),
    "换热器": ("先进制造与自动化", "3464", "工业"),
    "模具材料": ("新材料", "3525", "工业"),
    "铜基新材料": ("新材料", "3252", "工业"),
    "复合材料": ("新材料", "3062", "工业"),
    "电子材料": ("电子信息", "3985", "工业"),
    "光电": ("电子信息", "3974", "工业"),
    "信息技术": ("电子信息", "6513", "软件和信息技术服务"),
    "生物科技": ("生物与新医药", "2761", "工业"),
    "保健酒业": ("生物与新医药", "1512", "工业"),
    "环保科技": ("资源与环境", "7722", "其他未列明"),
    "矿山装备": ("资源与环境", "3511", "工业"),
    "新能源": ("新能源与节能", "3841", "工业"),
    "检测技术服务": ("高技术服务", "7452", "其他未列明"),
}
LONG_NAME = "鄂东南临空经济区云泽恒砺高端铜基复合新材料与智能装备产业技术研究院股份有限公司"
# What each profile lacks against 高企 or holds; the weights give an ordinary county.
PROFILES = {
    "sound": 34,
    "thin_research": 34,
    "few_scientists": 16,
    "little_hi_tech_income": 14,
    "income_unknown": 26,
    "domestic_unknown": 16,
    "thin_and_few": 22,
    "ledger_of_names": 20,
    "stale": 18,
}


@dataclass
class DemoFirm:
    """One invented firm as its sources give it; money in whole yuan, years are calendar years."""

    name: str
    uscc: str | None
    profile: str
    registered_on: datetime.date
    hi_tech_field: str
    industry_code: str
    size_trade: str
    above_scale: bool
    has_institution: bool
    figures: dict[int, dict[str, int]] = field(default_factory=dict)
    titles: list[tuple[str, str, datetime.date]] = field(default_factory=list)
    former_name: str = ""
    has_contact: bool = True


def demo_firms(on: datetime.date, count: int = 240) -> list[DemoFirm]:
    """``count`` firms, the same ones every time, with the three years before ``on`` and titles around it."""
    dice = Random(20261122)
    names = [f"{brand}{trade}" for brand, trade in product(BRANDS, TRADES)]
    dice.shuffle(names)
    profiles = dice.choices(list(PROFILES), weights=list(PROFILES.values()), k=count)
    return [_firm(dice, number, names[number], profiles[number], on.year) for number in range(count)]


def _firm(dice: Random, number: int, stem: str, profile: str, this_year: int) -> DemoFirm:
    trade = next(word for word in TRADES if stem.endswith(word))
    area, industry, size_trade = TRADES[trade]
    assert area in HI_TECH_FIELDS
    sales = int(10 ** dice.uniform(6.6, 8.5)) // 10_000 * 10_000
    suffix = dice.choice(["有限公司", "有限公司", "科技有限公司", "股份有限公司"])
    if trade.endswith("科技") or trade.endswith("技术"):
        suffix = "有限公司"
    firm = DemoFirm(
        name=LONG_NAME if number == 7 else f"{stem}{suffix}",
        uscc=None if number % 40 == 39 else code_of(number),
        profile=profile,
        registered_on=datetime.date(dice.randint(2004, 2021), dice.randint(1, 12), dice.randint(1, 28)),
        hi_tech_field=area,
        industry_code=industry,
        size_trade=size_trade,
        above_scale=sales >= 20_000_000 and size_trade == "工业",
        has_institution=dice.random() < 0.62,
        former_name=f"{stem[:-2]}实业有限公司" if number % 29 == 5 else "",
        has_contact=number % 17 != 3,
    )
    if profile != "ledger_of_names":
        firm.figures = _three_years(dice, sales, profile, this_year)
    firm.titles = _titles(dice, number, profile, sales, this_year)
    return firm


def code_of(number: int) -> str:
    """A well-formed code in a series that no registrar gave out (大冶 420281, body MA000…)."""
    body = f"MA{number:06d}"
    digits = [int(character, 36) for character in body]
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    stem = f"91420281{body}{'X' if check == 10 else 0 if check == 11 else check}"
    return stem + str(credit_code.calc_check_digit(stem))


def _three_years(dice: Random, sales: int, profile: str, this_year: int) -> dict[int, dict[str, int]]:
    growth = [1.0, 1 + dice.uniform(-0.05, 0.4), 0.0]
    growth[2] = growth[1] * (1 + dice.uniform(-0.05, 0.4))
    thin = profile in {"thin_research", "thin_and_few"}
    usual = dice.uniform(0.019, 0.028) if thin else dice.uniform(0.053, 0.08)  # of sales, about the same every year
    years = {}
    for year, factor in zip(range(this_year - 3, this_year), growth, strict=True):
        years[year] = _one_year(dice, int(sales * factor) // 1000 * 1000, usual, profile)
    latest = years[this_year - 1]
    if profile == "income_unknown":
        del latest["hi_tech_income_cny"]
    if profile == "domestic_unknown":
        for figures in years.values():
            del figures["rd_cost_hnte_domestic_cny"]
    if profile == "stale":
        del years[this_year - 1]
    return years


def _one_year(dice: Random, sales: int, usual: float, profile: str) -> dict[str, int]:
    research = int(sales * (usual + dice.uniform(-0.001, 0.001))) // 100 * 100
    staff = max(8, sales // dice.randint(500_000, 1_100_000))
    few = profile in {"few_scientists", "thin_and_few"}
    scientists = max(1, int(staff * (dice.uniform(0.05, 0.09) if few else dice.uniform(0.13, 0.34))))
    share = dice.uniform(0.35, 0.58) if profile == "little_hi_tech_income" else dice.uniform(0.63, 0.92)
    assets = int(sales * dice.uniform(0.7, 1.3)) // 1000 * 1000
    debts = int(assets * dice.uniform(0.25, 0.7)) // 1000 * 1000
    return {
        "operating_revenue_cny": sales,
        "main_revenue_cny": int(sales * 0.94) // 1000 * 1000,
        "sales_cny": sales,
        "total_income_cny": int(sales * 1.01) // 1000 * 1000,
        "hi_tech_income_cny": int(sales * share) // 1000 * 1000,
        "cost_expense_cny": int(sales * dice.uniform(0.86, 0.97)) // 1000 * 1000,
        "rd_cost_deduction_cny": int(research * 0.93) // 100 * 100,
        "rd_cost_hnte_cny": research,
        "rd_cost_hnte_domestic_cny": research,
        "net_profit_cny": int(sales * dice.uniform(-0.02, 0.11)) // 1000 * 1000,
        "total_assets_cny": assets,
        "liabilities_cny": debts,
        "net_assets_cny": assets - debts,
        "staff_headcount": staff,
        "tech_staff_tsme_headcount": scientists,
        "staff_hnte_headcount": staff,
        "tech_staff_hnte_headcount": scientists,
        "result_conversions": dice.randint(3, 7),
        "class_one_count": dice.choice([0, 1, 1, 2, 4]),
        "class_two_count": dice.randint(1, 12),
    }


def _titles(
    dice: Random, number: int, profile: str, sales: int, this_year: int
) -> list[tuple[str, str, datetime.date]]:
    titles: list[tuple[str, str, datetime.date]] = []
    if profile == "ledger_of_names" and dice.random() < 0.7:
        return titles
    if sales < 180_000_000 and dice.random() < 0.62:
        day = datetime.date(this_year, dice.choice([7, 8, 9]), dice.randint(1, 28))
        titles.append(("tsme", f"{this_year}42028100{number:06d}", day))
    if dice.random() < {"sound": 0.62, "domestic_unknown": 0.4, "income_unknown": 0.3}.get(profile, 0.12):
        year = this_year - dice.choice([4, 3, 3, 2, 1, 1])
        titles.append(("hnte", f"GR{year}42{number:06d}", datetime.date(year, dice.choice([11, 12]), 29)))
    if titles and sales > 25_000_000 and dice.random() < 0.3:
        issued = datetime.date(this_year - dice.choice([0, 1, 2]), 5, 20)
        titles.append(("srdi", f"鄂专精特新{number:04d}", issued))
        if sales > 70_000_000 and dice.random() < 0.6:
            titles.append(("little_giant", f"国小巨人{number:04d}", datetime.date(this_year - 2, 9, 2)))
    if len(titles) > 1 and dice.random() < 0.16:
        titles.append(("gazelle", f"瞪羚{number:04d}", datetime.date(this_year - 1, 8, 28)))
    return titles
