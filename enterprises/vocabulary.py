"""The words of the register: every figure, kind and track by its one name; pure data, no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["cny", "headcount", "count", "score"]


@dataclass(frozen=True)
class Figure:
    """One yearly figure: its name, official label, unit, measuring basis and least possible value."""

    name: str
    label: str
    unit: Unit
    basis: str = ""
    min: int | None = 0

    @property
    def is_decimal(self) -> bool:
        """Whether the figure is a score with two decimal places; every other figure is a whole number."""
        return self.name == "srdi_platform_score"

    @property
    def unit_label(self) -> str:
        """The unit as a reader writes it."""
        return {"cny": "元", "headcount": "人", "count": "项", "score": "分"}[self.unit]


FIGURES: Final[tuple[Figure, ...]] = (
    Figure("operating_revenue_cny", "营业收入", "cny", "会计口径"),
    Figure("main_revenue_cny", "主营业务收入", "cny", "会计口径"),
    Figure("sales_cny", "销售收入", "cny", "主营业务收入与其他业务收入之和"),
    Figure("total_income_cny", "总收入", "cny", "收入总额减去不征税收入"),
    Figure("hi_tech_income_cny", "高新技术产品（服务）收入", "cny", "高企口径"),
    Figure("cost_expense_cny", "成本费用支出总额", "cny", "会计口径"),
    Figure("rd_cost_deduction_cny", "研发费用（加计扣除口径）", "cny", "财税〔2015〕119号"),
    Figure("rd_cost_hnte_cny", "研发费用（高企归集口径）", "cny", "国科发火〔2016〕195号，委托外部按80%计入"),
    Figure("rd_cost_hnte_domestic_cny", "其中境内研发费用", "cny", "国科发火〔2016〕195号"),
    Figure("rd_cost_audit_cny", "研发费用（审计口径）", "cny", "审计报告"),
    Figure("rd_spend_stat_cny", "R&D经费（统计口径）", "cny", "107-2表"),
    Figure("net_profit_cny", "净利润", "cny", "会计口径", None),
    Figure("total_assets_cny", "资产总额", "cny", "会计口径，年末"),
    Figure("liabilities_cny", "负债总额", "cny", "会计口径，年末"),
    Figure("net_assets_cny", "净资产", "cny", "会计口径，年末", None),
    Figure("equity_raised_cny", "当年新增股权融资", "cny", "合格机构投资者实缴"),
    Figure("new_product_sales_cny", "新产品销售收入", "cny", "统计口径"),
    Figure("tech_contract_cny", "技术合同成交额", "cny", "合同登记口径"),
    Figure("tax_paid_cny", "实缴税费", "cny", "税务口径"),
    Figure("staff_headcount", "职工总数", "headcount", "含当年累计工作6个月以上的兼职和临时人员"),
    Figure("tech_staff_tsme_headcount", "科技人员（科小口径）", "headcount", "当年累计工作6个月以上"),
    Figure("staff_hnte_headcount", "职工总数（高企口径）", "headcount", "累计工作183天以上，全年月平均"),
    Figure("tech_staff_hnte_headcount", "科技人员（高企口径）", "headcount", "累计工作183天以上，全年月平均"),
    Figure("rd_staff_headcount", "研发人员", "headcount", "统计或审计口径"),
    Figure("result_conversions", "科技成果转化数", "count", "高企口径"),
    Figure("srdi_platform_score", "专精特新发展评价得分", "score", "全国平台给出，不自行重算"),
    Figure("hnte_expert_property", "高企专家评分：知识产权", "score", "专家给出，满分30分"),
    Figure("hnte_expert_conversion", "高企专家评分：科技成果转化能力", "score", "专家给出，满分30分"),
    Figure("hnte_expert_organisation", "高企专家评分：研究开发组织管理水平", "score", "专家给出，满分20分"),
    Figure("class_one_count", "有效Ⅰ类知识产权", "count", "年末台账件数，未附清单"),
    Figure("class_two_count", "有效Ⅱ类知识产权", "count", "年末台账件数，未附清单"),
)
FIGURE_BY_NAME: Final[Mapping[str, Figure]] = {figure.name: figure for figure in FIGURES}

# The nested form of the three expert scores in JSON, `hnte_expert_scores`.
EXPERT_SCORES: Final[Mapping[str, str]] = {
    "property": "hnte_expert_property",
    "conversion": "hnte_expert_conversion",
    "organisation": "hnte_expert_organisation",
}

# What the experts can give at most, 国科发火〔2016〕195号.
EXPERT_MOST: Final[Mapping[str, int]] = {
    "hnte_expert_property": 30,
    "hnte_expert_conversion": 30,
    "hnte_expert_organisation": 20,
}
# Of one year, what cannot exceed what.
WITHIN: Final = (
    ("tech_staff_tsme_headcount", "staff_headcount"),
    ("tech_staff_hnte_headcount", "staff_hnte_headcount"),
    ("rd_cost_hnte_domestic_cny", "rd_cost_hnte_cny"),
    ("main_revenue_cny", "operating_revenue_cny"),
    ("hi_tech_income_cny", "total_income_cny"),
)

FieldType = Literal["text", "date", "boolean", "whole", "ratio"]


@dataclass(frozen=True)
class FirmField:
    """One fact about the firm itself: its label and the type of its value."""

    label: str
    type: FieldType


FIRM_FIELDS: Final[Mapping[str, FirmField]] = {
    "uscc": FirmField("统一社会信用代码", "text"),
    "name": FirmField("企业名称", "text"),
    "region": FirmField("责任单位", "text"),
    "registered_on": FirmField("成立日期", "date"),
    "industry_code": FirmField("国民经济行业代码", "text"),
    "size_trade": FirmField("划型行业", "text"),
    "is_resident": FirmField("境内注册居民企业", "boolean"),
    "hi_tech_field": FirmField("国家重点支持的高新技术领域", "text"),
    "niche_since": FirmField("从事特定细分市场起始日", "date"),
    "leading_product": FirmField("主导产品", "text"),
    "market_share_ratio": FirmField("细分市场占有率", "ratio"),
    "national_rank": FirmField("全国排名", "whole"),
    "is_six_bases": FirmField("属于工业六基", "boolean"),
    "chain_role": FirmField("产业链作用", "text"),
    "is_listed": FirmField("已上市", "boolean"),
    "parent_uscc": FirmField("控股企业代码", "text"),
}

# A firm that nobody controls says so in the place of its parent's code.
NO_PARENT: Final = "无"

# What is held by a firm as a list; a list nobody checked is wanted under this name.
LISTS: Final[Mapping[str, str]] = {
    "property": "知识产权清单",
    "honours": "荣誉清单",
    "institutions": "研发机构清单",
    "titles": "资格清单",
    "negatives": "失信与事故核对",
    "parents": "控股企业及其资格",
    "above_scale": "规上登记",
}


def label_of(name: str) -> str:
    """What a figure, a fact about the firm or a list is called."""
    if name in FIGURE_BY_NAME:
        return FIGURE_BY_NAME[name].label
    return FIRM_FIELDS[name].label if name in FIRM_FIELDS else LISTS.get(name, name)


HI_TECH_FIELDS: Final = (
    "电子信息",
    "生物与新医药",
    "航空航天",
    "新材料",
    "高技术服务",
    "新能源与节能",
    "资源与环境",
    "先进制造与自动化",
)

# 工信部联企业〔2011〕300号, the trades that figures of the register use.
SIZE_TRADES: Final = ("工业", "软件和信息技术服务", "信息传输", "农林牧渔", "其他未列明")
# Other words for the same trades, as ledgers write them.
SIZE_TRADE_ALIASES: Final[Mapping[str, str]] = {"软件": "软件和信息技术服务", "制造": "工业", "农业": "农林牧渔"}

NEGATIVE_KINDS: Final = (
    "经营异常",
    "严重违法失信",
    "安全事故",
    "质量事故",
    "环境违法",
    "网络与数据安全事件",
    "弄虚作假",
    "科研失信",
)
# Other words for the same kinds, as sources write them.
NEGATIVE_ALIASES: Final[Mapping[str, str]] = {
    "安全/质量事故": "安全事故",
    "重大安全事故": "安全事故",
    "重大质量事故": "质量事故",
    "严重环境违法": "环境违法",
    "严重弄虚作假": "弄虚作假",
    "严重失信": "严重违法失信",
}

CLASS_ONE: Final = (
    "发明专利",
    "植物新品种",
    "国家级农作物品种",
    "国家新药",
    "国家一级中药保护品种",
    "集成电路布图设计专有权",
)
CLASS_TWO: Final = ("实用新型专利", "外观设计专利", "软件著作权")
PROPERTY_CLASSES: Final[Mapping[str, tuple[str, ...]]] = {"I": CLASS_ONE, "II": CLASS_TWO}
# Other words for the same kinds; a 商标 is of neither class.
PROPERTY_ALIASES: Final[Mapping[str, str]] = {
    "发明": "发明专利",
    "集成电路布图设计": "集成电路布图设计专有权",
    "实用新型": "实用新型专利",
    "外观设计": "外观设计专利",
    "计算机软件著作权": "软件著作权",
    "软著": "软件著作权",
}
OBTAINED: Final = ("自主研发", "受让", "受赠", "并购")

INSTITUTION_LEVELS: Final = ("国家", "省部", "市", "县", "自建")
INSTITUTION_KINDS: Final = (
    "企业技术中心",
    "工程研究中心",
    "企校联合创新中心",
    "重点实验室",
    "工程技术研究中心",
    "产业技术研究院",
    "新型研发机构",
    "专家工作站",
    "自建研发机构",
)

# 科技奖励 and 科学技术奖 leave it to the level how far the prize reaches.
HONOUR_KINDS: Final = (
    "国家级科技奖励",
    "省级科技奖励",
    "科技奖励",
    "科学技术奖",
    "主导标准",
    "质量奖",
    "创客中国",
    "国家技术创新示范企业",
    "知识产权优势企业",
    "知识产权示范企业",
)
HONOUR_ALIASES: Final[Mapping[str, str]] = {"国家科技奖励": "国家级科技奖励", "国家科学技术奖": "国家级科技奖励"}
# How far a standard or an honour reaches.
HONOUR_LEVELS: Final = ("国际", "国家", "行业", "省", "市", "县", "团体", "企业")
HONOUR_LEVEL_ALIASES: Final[Mapping[str, str]] = {
    "国家级": "国家",
    "省级": "省",
    "省部级": "省",
    "市级": "市",
    "县级": "县",
}

Line = Literal["科技", "经信", "发改"]


@dataclass(frozen=True)
class Track:
    """A recognition a firm can hold: its key, official label, short label and the line that runs it."""

    key: str
    label: str
    short: str
    line: Line


TRACKS: Final[tuple[Track, ...]] = (
    Track("tsme", "科技型中小企业", "科小", "科技"),
    Track("hnte", "高新技术企业", "高企", "科技"),
    Track("isme", "创新型中小企业", "创新型", "经信"),
    Track("srdi", "专精特新中小企业", "专精特新", "经信"),
    Track("little_giant", "专精特新“小巨人”企业", "小巨人", "经信"),
    Track("key_little_giant", "重点“小巨人”企业", "重点小巨人", "经信"),
    Track("champion_national", "制造业单项冠军（国家）", "国家单项冠军", "经信"),
    Track("champion_hubei", "制造业单项冠军（湖北省级）", "省级单项冠军", "经信"),
    Track("gazelle", "湖北科创“新物种”瞪羚企业", "瞪羚", "科技"),
    Track("potential_unicorn", "湖北科创“新物种”潜在独角兽企业", "潜在独角兽", "科技"),
    Track("unicorn", "湖北科创“新物种”独角兽企业", "独角兽", "科技"),
    Track("moose", "湖北科创“新物种”驼鹿企业", "驼鹿", "科技"),
    Track("seed_unicorn_lib", "独角兽企业培育发展库（种子）", "种子独角兽（库）", "经信"),
    Track("potential_unicorn_lib", "独角兽企业培育发展库（潜在）", "潜在独角兽（库）", "经信"),
    Track("unicorn_lib", "独角兽企业培育发展库（独角兽）", "独角兽（库）", "经信"),
    Track("rd_six_haves", "规上工业企业研发机构“六有”", "六有", "科技"),
    Track("etc_national", "国家企业技术中心", "国家技术中心", "发改"),
    Track("etc_hubei", "湖北省企业技术中心", "省技术中心", "发改"),
    Track("erc_hubei", "湖北省工程研究中心", "省工程中心", "发改"),
    Track("joint_centre", "湖北省企校联合创新中心", "企校中心", "科技"),
)
TRACK_BY_KEY: Final[Mapping[str, Track]] = {track.key: track for track in TRACKS}

# What rules measure but nobody is given: no titles, so no track of the ladder, of lists or of filters.
STANDARDS: Final[tuple[Track, ...]] = (
    Track("above_scale", "规模以上企业标准", "规上", "经信"),
    Track("sme", "中小企业划型标准", "划型", "经信"),
    Track("innovation_points", "企业创新积分制", "创新积分", "科技"),
)
# Everything an edition of the rules can be written for.
RULED: Final[tuple[Track, ...]] = (*TRACKS, *STANDARDS)
RULED_BY_KEY: Final[Mapping[str, Track]] = {track.key: track for track in RULED}
