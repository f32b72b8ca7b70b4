"""The ledger of the walk: twelve invented firms, the first one condition short of 高新技术企业."""

from collections.abc import Sequence

from tests.sheets import Cell, Sheet, code, workbook

# The workbook of the walk: what an officer imports on the first day.
WALK_FIRM = "云泽精密装备有限公司"
WALK_FIGURES = (
    "销售收入",
    "营业收入",
    "研发费用（高企归集口径）",
    "其中：境内研发费用",
    "研发费用（加计扣除口径）",
    "成本费用支出总额",
    "净资产",
    "科技成果转化数",
)
WALK_NOW = (
    "总收入",
    "高新技术产品（服务）收入",
    "资产总额",
    "职工总数（高企口径）",
    "科技人员（高企口径）",
    "职工总数",
    "科技人员（科小口径）",
    "Ⅰ类知识产权件数",
    "Ⅱ类知识产权件数",
)
WALK_FIRST = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "所属县市区",
    "成立日期",
    "行业代码",
    "划型行业",
    "高新技术领域",
    "境内居民企业",
    "失信与事故情况",
    "规上",
    "联络员",
    "联络员邮箱",
)
# Name, technical field, sales and R&D of three years in 万元, the last year first.
OTHERS = (
    ("远岑新材料有限公司", "新材料", (8200, 7600, 7000), (420, 380, 350)),
    ("青麓生物科技有限公司", "生物与新医药", (2600, 2100, 1500), (210, 170, 130)),
    ("江芷软件有限公司", "电子信息", (1800, 1500, 1100), (260, 200, 160)),
    ("北汀环保装备有限公司", "资源与环境", (3900, 4000, 4200), (60, 55, 50)),
    ("岚桥铸造有限公司", None, (12500, 11800, 11000), (None, 300, 280)),
    ("沐川机电有限公司", "先进制造与自动化", (5600, 5100, 4700), (250, 230, 210)),
    ("星垣光电有限公司", "电子信息", (22500, 19800, 17000), (900, 800, 700)),
    ("禾序农业科技有限公司", "生物与新医药", (900, 700, 500), (30, 25, 20)),
    ("拓原新能源有限公司", "新能源与节能", (4700, 4300, 3600), (None, None, None)),
    ("澄江智能科技有限公司", "先进制造与自动化", (1500, 1100, 600), (150, 120, 90)),
    ("朴石建材有限公司", None, (3300, 3500, 3400), (20, 20, 20)),
)


def walk(*, year: int = 2025, units: Sequence[str] = ("东溪县", "西岭县")) -> bytes:
    """A ledger in 万元 of three years to ``year``. Its first firm meets all of 高企 that can be counted, but one:

    R&D of 651.7万元 over sales of 13,300万元 is 4.9 %, where 5 % are asked for. The firm's own figure of ``year`` is
    260万元 (5.15 %), not the 226.7万元 of the ledger.
    """
    years = (year, year - 1, year - 2)
    top: list[Cell] = [*WALK_FIRST]
    below: list[Cell] = [None] * len(WALK_FIRST)
    for name in WALK_FIGURES:
        top += [name, None, None]
        below += [f"{one}年" for one in years]
    top += WALK_NOW
    below += [None] * len(WALK_NOW)
    rows = [walk_row(1, WALK_FIRM, units[0], "先进制造与自动化", (4800, 4500, 4000), (226.7, 225, 200))]
    for number, (name, area, sales, spent) in enumerate(OTHERS, 2):
        rows.append(walk_row(number, name, units[number % len(units)], area, sales, spent))
    title = f"{year}年度科技企业培育台账"
    sheet = [
        (title,),
        ("填报单位：科技局", None, None, None, None, "单位：万元"),
        top,
        below,
        *rows,
        ("合计",),
        ("填表说明：金额以审计报告为准。",),
    ]
    return workbook(Sheet("培育台账", sheet, [(0, 0, 0, 20, title)]))


def walk_row(
    number: int, name: str, unit: str, area: str | None, sales: Sequence[Cell], spent: Sequence[Cell]
) -> list[Cell]:
    """One firm of the walk's ledger."""
    costs = [round(float(one or 0) * 0.9) for one in sales]
    assets = [round(float(one or 0) * share) for one, share in zip(sales, (0.9, 0.8, 0.7), strict=True)]
    staff = max(12, round(float(sales[0] or 0) / 40))
    first = [
        number,
        name,
        code(number),
        unit,
        f"201{number % 8}-03-0{number % 9 + 1}",
        "C3525",
        "工业",
        area,
        "是",
        "无",
    ]
    contact = ["是" if float(sales[0] or 0) > 2000 else "否", f"联络员{number}", f"contact{number}@example.cn"]
    figures = [*sales, *sales, *spent, *spent, *spent, *costs, *assets, 6, 5, 5]
    now = [sales[0], round(float(sales[0] or 0) * 0.7), assets[0] * 1.2, staff, staff // 5, staff, staff // 5, 2, 6]
    return [*first, *contact, *figures, *now]
