"""The “六有” standard of a research institution: six things it has, each checked at the firm; pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Item:
    """One of the six: its key, its name, and what counts as evidence of it."""

    key: str
    label: str
    evidence: str


# The only official list found names these six (青岛 2021-12 沃土计划); Hubei asks for 六有 without naming them.
ITEMS: Final = (
    Item("site", "研发场地", "地点和面积，房产证明或租赁合同"),
    Item("staff", "研发人员", "人数和花名册，社保或劳动合同"),
    Item("equipment", "研发设备", "设备清单和原值"),
    Item("investment", "研发投入", "上年研发费用，辅助账或专项审计"),
    Item("projects", "研发项目", "在研项目名称和立项文件"),
    Item("rules", "研发制度", "制度名称和印发文件"),
)
ITEM_BY_KEY: Final = {item.key: item for item in ITEMS}
KEYS: Final = tuple(item.key for item in ITEMS)
CHOICES: Final = [(item.key, item.label) for item in ITEMS]
UNCONFIRMED: Final = "六项名称取自青岛市2021年“沃土计划”，尚未见到湖北和本地文件列明六项，待核实。"
