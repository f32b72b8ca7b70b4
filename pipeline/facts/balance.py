"""Facts from the accounts as the tracks of 经信 read them: revenue, its main part, debt, margin, equity raised."""

from pipeline.facts.columns import last_year, outside, window_sum
from pipeline.facts.registry import Amount, Levers, Ratio, fact


@fact(label="上年度营业收入", unit="cny", basis="上一会计年度")
def operating_revenue() -> Amount:
    """Operating revenue of the year just closed, yuan."""
    return Amount(last_year("operating_revenue_cny"), outside(1))


@fact(label="近三年主营业务收入合计", unit="cny", basis="近三个会计年度")
def main_revenue_three_years() -> Amount:
    """Main revenue of the last three fiscal years together, yuan; a third of it is their mean."""
    return Amount(window_sum("main_revenue_cny"))


@fact(
    label="主营业务收入占营业收入比例",
    unit="ratio",
    basis="上一会计年度",
    levers=Levers("主营业务收入", "营业收入", "cny"),
)
def main_revenue_share() -> Ratio:
    """Main revenue over operating revenue, year just closed."""
    return Ratio(last_year("main_revenue_cny"), last_year("operating_revenue_cny"), outside(1))


@fact(label="资产负债率", unit="ratio", basis="上一会计年度末", levers=Levers("负债总额", "资产总额", "cny"))
def debt_ratio() -> Ratio:
    """Liabilities over total assets at the end of the year just closed."""
    return Ratio(last_year("liabilities_cny"), last_year("total_assets_cny"), outside(1))


@fact(label="净利润率", unit="ratio", basis="上一会计年度，净利润与营业收入之比")
def net_margin() -> Ratio:
    """Net profit over operating revenue, year just closed."""
    return Ratio(last_year("net_profit_cny"), last_year("operating_revenue_cny"), outside(1))


@fact(label="近两年新增股权融资", unit="cny", basis="合格机构投资者实缴额，近两个会计年度合计")
def equity_two_years() -> Amount:
    """Equity paid in by qualified institutions in the last two fiscal years, yuan."""
    return Amount(window_sum("equity_raised_cny", 2))


@fact(label="近三年新增股权融资", unit="cny", basis="合格机构投资者实缴额，近三个会计年度合计")
def equity_three_years() -> Amount:
    """Equity paid in by qualified institutions in the last three fiscal years, yuan."""
    return Amount(window_sum("equity_raised_cny"))
