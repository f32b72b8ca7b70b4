"""Facts about money as 科小 and 高企 read it: sales, costs, R&D by the basis of each text."""

from pipeline.facts.columns import last_year, outside, window_sum
from pipeline.facts.registry import Amount, Levers, Ratio, fact


@fact(label="最近一年销售收入", unit="cny", basis="上一会计年度")
def sales_last_year() -> Amount:
    """Sales of the year just closed, yuan."""
    return Amount(last_year("sales_cny"), outside(1))


@fact(label="主营业务收入", unit="cny", basis="上一会计年度")
def main_revenue() -> Amount:
    """Revenue of the main business of the year just closed, yuan."""
    return Amount(last_year("main_revenue_cny"), outside(1))


@fact(label="研究与试验发展经费支出", unit="cny", basis="上一年度，统计口径")
def rd_spend_stat() -> Amount:
    """R&D spending on the statistical basis, year just closed, yuan."""
    return Amount(last_year("rd_spend_stat_cny"), outside(1))


@fact(label="资产总额", unit="cny", basis="上一会计年度末")
def total_assets() -> Amount:
    """Total assets at the end of the year just closed, yuan."""
    return Amount(last_year("total_assets_cny"), outside(1))


@fact(
    label="研发费用总额占销售收入总额比例",
    unit="ratio",
    basis="上一会计年度，加计扣除口径",
    levers=Levers("研发费用", "销售收入", "cny"),
)
def rd_to_sales_tsme() -> Ratio:
    """R&D cost on the super-deduction basis over sales, year just closed (国科发政〔2017〕115号)."""
    return Ratio(last_year("rd_cost_deduction_cny"), last_year("sales_cny"), outside(1))


@fact(
    label="研发费用总额占成本费用支出总额比例",
    unit="ratio",
    basis="上一会计年度，加计扣除口径",
    levers=Levers("研发费用", "成本费用支出", "cny"),
)
def rd_to_cost_tsme() -> Ratio:
    """R&D cost on the super-deduction basis over all cost and expense, year just closed (国科发政〔2017〕115号)."""
    return Ratio(last_year("rd_cost_deduction_cny"), last_year("cost_expense_cny"), outside(1))


@fact(
    label="近三年研发费用总额占同期销售收入总额比例",
    unit="ratio",
    basis="近三个会计年度，高企归集口径",
    clause="第十一条",
    levers=Levers("近三年研发费用", "近三年销售收入合计", "cny"),
)
def rd_intensity_hnte() -> Ratio:
    """R&D cost (高企 collection) over sales, each summed over the last three fiscal years (国科发火〔2016〕32号).

    A ratio of sums, not the mean of yearly ratios; a younger firm counts the years it existed.
    """
    return Ratio(window_sum("rd_cost_hnte_cny"), window_sum("sales_cny"))


@fact(
    label="境内研发费用占全部研发费用比例",
    unit="ratio",
    basis="近三个会计年度，高企归集口径",
    clause="第十一条",
    levers=Levers("境内研发费用", "全部研发费用", "cny"),
)
def rd_domestic_share_hnte() -> Ratio:
    """R&D cost incurred in mainland China over all R&D cost, three fiscal years (国科发火〔2016〕32号)."""
    return Ratio(window_sum("rd_cost_hnte_domestic_cny"), window_sum("rd_cost_hnte_cny"))


@fact(
    label="高新技术产品（服务）收入占总收入比例",
    unit="ratio",
    basis="上一会计年度",
    clause="第十一条",
    levers=Levers("高新技术产品（服务）收入", "总收入", "cny"),
)
def hi_tech_income_share() -> Ratio:
    """High-tech product and service income over total income, year just closed (国科发火〔2016〕32号)."""
    return Ratio(last_year("hi_tech_income_cny"), last_year("total_income_cny"), outside(1))
