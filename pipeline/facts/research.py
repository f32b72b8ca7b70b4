"""Facts about R&D on the basis of the audit report, each of the last two years a fact of its own."""

import polars as pl

from pipeline.facts.columns import figure, last_year, outside, window_sum
from pipeline.facts.registry import Amount, Levers, Ratio, fact

LEVERS = Levers("研发费用", "营业收入", "cny")


def year_before(name: str) -> pl.Expr:
    """The figure of the year before the one just closed, null where the firm did not exist then."""
    return pl.when(~outside(2)).then(figure(name, 2))


@fact(label="上年度研发费用", unit="cny", basis="上一会计年度，审计口径")
def rd_audit_1() -> Amount:
    """R&D cost by the audit report, year just closed, yuan."""
    return Amount(last_year("rd_cost_audit_cny"), outside(1))


@fact(label="前一年度研发费用", unit="cny", basis="上一会计年度的前一年度，审计口径")
def rd_audit_2() -> Amount:
    """R&D cost by the audit report, the year before the one just closed, yuan."""
    return Amount(year_before("rd_cost_audit_cny"), outside(2))


@fact(label="近两年研发费用合计", unit="cny", basis="近两个会计年度，审计口径")
def rd_audit_two_years() -> Amount:
    """R&D cost by the audit report, the last two fiscal years together, yuan."""
    return Amount(window_sum("rd_cost_audit_cny", 2))


@fact(label="上年度研发费用占营业收入比例", unit="ratio", basis="上一会计年度，审计口径", levers=LEVERS)
def rd_intensity_1() -> Ratio:
    """R&D cost by the audit report over operating revenue, year just closed."""
    return Ratio(last_year("rd_cost_audit_cny"), last_year("operating_revenue_cny"), outside(1))


@fact(
    label="前一年度研发费用占营业收入比例",
    unit="ratio",
    basis="上一会计年度的前一年度，审计口径",
    levers=LEVERS,
)
def rd_intensity_2() -> Ratio:
    """R&D cost by the audit report over operating revenue, the year before the one just closed."""
    return Ratio(year_before("rd_cost_audit_cny"), year_before("operating_revenue_cny"), outside(2))


@fact(
    label="研发人员占职工总数比例",
    unit="ratio",
    basis="上一会计年度，统计或审计口径",
    levers=Levers("研发人员", "职工总数", "headcount"),
)
def rd_staff_share() -> Ratio:
    """R&D staff over all staff, year just closed."""
    return Ratio(last_year("rd_staff_headcount"), last_year("staff_headcount"), outside(1))
