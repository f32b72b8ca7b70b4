"""Which column of a published list is what, and where its rows begin. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from enterprises.imports.headings import folded, meaning_of
from pipeline.lists.words import bare

HIGHEST_HEADING: Final = 30
Cells = Sequence[str]

# Longer words first: a heading means the first whose word it is, or with which it begins or ends.
_COLUMNS: Final = (
    ("uscc", "统一社会信用代码|社会信用代码|信用代码|组织机构代码"),
    ("list_id", "清单id|名单编号|名单id"),
    ("list_title", "来源标题|名单名称|名单标题|所属名单"),
    ("stated", "公布总数|名单总数"),
    ("told_on", "公布日期|公告日期|公示日期|发布日期"),
    ("issued_on", "认定日期|认定时间|发证日期|发证时间|批准日期|颁证日期|入库日期|获证时间"),
    ("valid_until", "有效期至|有效期止|有效截止日期|有效期截止|截止日期"),
    ("valid_from", "有效期自|有效期起|有效起始日期"),
    ("validity", "有效期|有效期限"),
    ("number", "证书编号|入库登记编号|登记编号|入库编号|证书号|编号|撤销编号|登记号"),
    ("former", "曾用名|原企业名称|原名称|更名前名称|原名"),
    ("name", "企业名称|单位名称|申报单位|申报企业|申报企业名称|认定企业|认定企业名称|企业全称|公司名称|名称|企业"
             "|入选企业|依托单位|建设单位|承担单位|单位"),
    ("region", "所属地区|所属区域|所在地区|所属县市区|县市区|县(市、区)|市州|所在地|地区|区域|推荐单位|属地"
               "|所属市州|市县"),
    ("track", "梯次|认定类型|认定类别|企业类型|拟认定类型|级别|层级|类别|等级|称号"),
    ("result", "评审结果|审核结果|认定结果|复核结果|结果|结论|申报类型|类型|办理类型|处理意见"),
    ("note", "备注|附注|说明|批次"),
    ("serial", "序号|序|no|编码"),
)  # fmt: skip
_WORDS: Final = {folded(word): column for column, words in _COLUMNS for word in words.split("|")}
_NUMBER_OR_DAY: Final = re.compile(r"^[-+]?[\d,.]+%?$|^\d{4}[-/.年]\d{1,2}.*$|^[0-9A-Za-z]{15,18}$")
FIRM_END: Final = re.compile(
    r"(?:公司|厂|中心|研究院|研究所|合作社|商行|经营部|事务所|集团|分院|农场|医院|学校|合伙\)?)(?:[(（][^()（）]*[)）])?$"
)


@dataclass(frozen=True)
class Block:
    """Columns side by side that make up one row of the list: what each is, by its place."""

    places: dict[str, int] = field(default_factory=dict)

    def cell(self, row: Cells, column: str) -> str:
        """The cell of a column, empty where the block has none."""
        place = self.places.get(column)
        return row[place] if place is not None and place < len(row) else ""


@dataclass(frozen=True)
class Head:
    """The blocks of a sheet (two lists may be printed side by side), the row of its headings, the first row below."""

    blocks: list[Block] = field(default_factory=list)
    top: int = 0
    first_row: int = 0


def column_of(heading: str) -> str:
    """What a heading means; empty when nobody knows."""
    word = folded(bare(heading))
    if word in _WORDS:
        return _WORDS[word]
    meaning = meaning_of(bare(heading))
    if meaning.kind == "firm" and meaning.name in {"name", "uscc", "region"}:
        return meaning.name
    if meaning.kind == "title":
        return {"number": "number", "issued_on": "issued_on", "valid_until": "valid_until"}.get(meaning.part, "")
    return ""


def head_of(rows: Sequence[Cells]) -> Head:
    """Find the headings; a sheet of bare names has none, and its column of firms is found by their endings."""
    for number, row in enumerate(rows[:HIGHEST_HEADING]):
        meanings = [column_of(cell) if 0 < len(cell) < 30 else "" for cell in row]
        filled = sum(map(bool, row))
        if "name" not in meanings or (filled == 1 and not is_followed(rows, number)):
            continue
        depth = 2 if has_second_line(rows, number, meanings) else 1
        if depth == 2:
            meanings = below(row, rows[number + 1], meanings)
        return Head(blocks_of(meanings), number, number + depth)
    return bare_names(rows)


def is_followed(rows: Sequence[Cells], number: int) -> bool:
    """Whether a lone 企业名称 stands over names, as a heading does."""
    return any(FIRM_END.search(cell) for row in rows[number + 1 : number + 3] for cell in row)


def has_second_line(rows: Sequence[Cells], number: int, meanings: list[str]) -> bool:
    """Whether the next row continues the headings: nothing under the name, words elsewhere."""
    if number + 1 >= len(rows):
        return False
    row = rows[number + 1]
    cells = [cell for cell in row if cell]
    names = [place for place, meaning in enumerate(meanings) if meaning == "name"]
    if len(cells) < 1 or any(row[place] for place in names):
        return False
    # A single cell is the title of a section, unless it stands under another heading than the first.
    if len(cells) == 1 and (row[0] or not column_of(cells[0])):
        return False
    return not any(_NUMBER_OR_DAY.match(cell) or FIRM_END.search(cell) for cell in cells)


def below(first: Cells, second: Cells, meanings: list[str]) -> list[str]:
    """What two lines of headings mean: the lower one, alone or below what is merged above it."""
    found, last = [], ""
    for place, upper in enumerate(first):
        last = upper or last
        lower = second[place] if place < len(second) else ""
        found.append((column_of(lower) or column_of(last + lower)) if lower else meanings[place])
    return found


def blocks_of(meanings: list[str]) -> list[Block]:
    """The blocks: a new one begins where 序号 or 企业名称 stands a second time."""
    blocks: list[dict[str, int]] = [{}]
    for place, meaning in enumerate(meanings):
        if not meaning:
            continue
        if meaning in blocks[-1]:
            if meaning not in {"serial", "name"} or "name" not in blocks[-1]:
                continue
            blocks.append({})
        blocks[-1][meaning] = place
    return [Block(one) for one in blocks if "name" in one]


def bare_names(rows: Sequence[Cells]) -> Head:
    """A sheet without headings: the column in which most cells end like a firm's name."""
    width = max((len(row) for row in rows), default=0)
    counts = [sum(1 for row in rows if place < len(row) and FIRM_END.search(row[place])) for place in range(width)]
    if not counts or max(counts) < 2 or max(counts) * 3 < sum(1 for row in rows if any(row)):
        return Head()
    place = counts.index(max(counts))
    first = next(number for number, row in enumerate(rows) if place < len(row) and FIRM_END.search(row[place]))
    return Head([Block({"name": place} | ({"serial": 0} if place else {}))], first, first)
