"""The size of a firm in plain Python, beside the product's own: 工信部联企业〔2011〕300号."""

# 工信部联企业〔2011〕300号: of each class its least staff and least revenue in 万元, from large to small.
SIZES = {
    "工业": (("大型", 1000, 40000), ("中型", 300, 2000), ("小型", 20, 300)),
    "软件和信息技术服务": (("大型", 300, 10000), ("中型", 100, 1000), ("小型", 10, 50)),
    "信息传输": (("大型", 2000, 100000), ("中型", 100, 1000), ("小型", 10, 100)),
    "农林牧渔": (("大型", 0, 20000), ("中型", 0, 500), ("小型", 0, 50)),
    "其他未列明": (("大型", 300, 0), ("中型", 100, 0), ("小型", 10, 0)),
}


def size_of(trade: str | None, staff: int | None, revenue: int | None) -> str:
    """The first class of which both floors are surely reached; unknown as soon as one might be."""
    if trade is None:
        return "unknown"
    for name, heads, money in SIZES[trade]:
        staffed = True if heads == 0 else None if staff is None else staff >= heads
        earning = True if money == 0 else None if revenue is None else revenue >= money * 10_000
        if False in (staffed, earning):
            continue
        return "unknown" if None in (staffed, earning) else name
    return "微型"


def is_sme(trade: str | None, staff: int | None, revenue: int | None) -> bool | str:
    """Not large: decided as soon as one floor of large is missed."""
    found = size_of(trade, staff, revenue)
    if found != "unknown" or trade is None:
        return found if found == "unknown" else found != "大型"
    _, heads, money = SIZES[trade][0]
    missed = (staff is not None and staff < heads, revenue is not None and revenue < money * 10_000)
    return True if any(missed) else "unknown"
