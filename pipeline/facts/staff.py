"""Facts about people, by the basis each text counts them on."""

from pipeline.facts.columns import last_year, outside
from pipeline.facts.registry import Amount, Levers, Ratio, fact


@fact(label="职工总数", unit="headcount", basis="上一会计年度")
def staff_headcount() -> Amount:
    """All staff of the year just closed, part-timers from six months included (国科发政〔2017〕115号)."""
    return Amount(last_year("staff_headcount"), outside(1))


@fact(label="研发人员", unit="headcount", basis="上一年度，统计或审计口径")
def rd_staff() -> Amount:
    """R&D staff of the year just closed, full-time or not: no more than these can be full-time."""
    return Amount(last_year("rd_staff_headcount"), outside(1))


@fact(
    label="科技人员占职工总数比例",
    unit="ratio",
    basis="上一会计年度，科小口径",
    levers=Levers("科技人员", "职工总数", "headcount"),
)
def tech_staff_share_tsme() -> Ratio:
    """Science and technology staff (six months) over all staff (国科发政〔2017〕115号)."""
    return Ratio(last_year("tech_staff_tsme_headcount"), last_year("staff_headcount"), outside(1))


@fact(
    label="科技人员占职工总数比例",
    unit="ratio",
    basis="上一会计年度，高企口径，月平均",
    clause="第十一条",
    levers=Levers("科技人员", "职工总数", "headcount"),
)
def tech_staff_share_hnte() -> Ratio:
    """Science and technology staff (183 days) over all staff, both monthly means (国科发火〔2016〕32号)."""
    return Ratio(last_year("tech_staff_hnte_headcount"), last_year("staff_hnte_headcount"), outside(1))
