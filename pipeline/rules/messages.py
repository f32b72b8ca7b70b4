"""What the schema and the facts have against an edition, in Chinese and at the field it concerns."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from pipeline.facts.catalogue import facts
from pipeline.rules import writing
from pipeline.rules.edition import Edition
from pipeline.rules.soundness import faults

# The words of the schema, the field of the editor they concern ("" for the form as a whole), and how an officer reads
# them. A test holds this list against every message the schema and the facts can give.
SAID: Final[tuple[tuple[str, str, str], ...]] = (
    (r"a criterion is exactly one of .*", "", "一个条件只能有一种判定方式，请选定其中一种并填写完整"),
    (r"a fact needs exactly one of .*", "sign", "请为指标选择一种比较方式并填写数值"),
    (r"a limit in rows needs `by`.*", "by", "分档的标准须选定按哪一项指标分档，不分档的不要选"),
    (r"the last row, and only the last, has no up_to", "rows", "只有最后一档不填上限，其余各档都要填"),
    (r"the rows must rise by up_to", "rows", "各档上限须从小到大排列，不能重复"),
    (r"this criterion has no plain limit", "need", "请填写数值"),
    (r"unknown track .*", "track", "没有这个认定方向"),
    (r"effective_to lies before effective_from", "effective_to", "失效日早于施行日"),
    (r"gate (?P<key>\S+): needs `says` and `who`", "says", "{key}：请写明条件内容和由谁解决"),
    (
        r"(?P<key>\S+): clause, quotation or address missing, so confidence must be unconfirmed",
        "confidence",
        "{key}：条款、原文摘句、网址没有填齐，可信程度只能选“待核实”",
    ),
    (
        r"(?P<key>\S+): a threshold is 待定, so confidence must be unconfirmed",
        "confidence",
        "{key}：数值待定，可信程度只能选“待核实”",
    ),
    (r"give either at_least or more_than", "sign", "请在“不低于”和“大于”中选一种"),
    (r"give either item or block", "points", "请选定一个评分项或评分板块"),
    (r"the threshold .* is no number", "need", "数值待定，不能计算"),
    (r"a band has one of at_least, more_than, at_most", "bands", "一档只能选“不低于”“大于”“不超过”中的一种"),
    (r"at_most does not stand beside other bands", "bands", "各档须同用“不超过”，或都不用"),
    (r"the last band, and only the last, has no threshold", "bands", "只有最后一档不填界限，其余各档都要填"),
    (
        r"the thresholds of the bands must fall, those of at_most rise",
        "bands",
        "各档界限须从高到低排列（“不超过”的从低到高），不能重复",
    ),
    (r"the points of a band go from low to high", "bands", "每档得分的低分不能大于高分"),
    (r"the points of two bands overlap", "bands", "相邻两档的得分不能重叠，上一档须高于下一档"),
    (r"an item has exactly one of .*", "", "评分项只能有一种计分方式"),
    (r"fact and bands go together", "bands", "选了指标的评分项须填写分档得分"),
    (r"an expert range goes from low to high", "expert", "专家评分的低分不能大于高分"),
    (r"a threshold is a whole number or text .*", "need", "数值须为整数、小数或百分数"),
    (r"cannot read the threshold '?(?P<key>.*?)'?; write .*", "need", "看不懂数值“{key}”"),
    (r"(?P<key>\S+): two score items bear this key", "", "评分项编号 {key} 重复"),
    (r"(?P<key>\S+): a gate and a score item bear this key", "", "条件和评分项不能同用编号 {key}"),
    (r"(?P<key>\S+): unknown fact (?P<thing>.*)", "fact", "{key}：没有“{thing}”这项指标"),
    (r"(?P<key>\S+): the prerequisite (?P<thing>.*) is no track", "title", "{key}：没有“{thing}”这个认定方向"),
    (r"(?P<key>\S+): tests a total, but the edition has no score", "", "{key}：本版本没有评分，不能按总分判定"),
    (
        r"(?P<key>\S+): tests the points of (?P<thing>.*), which is no (score item|block of the score)",
        "points",
        "{key}：本版本没有评分项“{thing}”，请先改掉用到它的条件",
    ),
    (r"(?P<key>\S+): (?P<fact>\S+) is no number and .*", "sign", "{key}：“{fact}”不是数值，不能与数值比较"),
    (r"(?P<key>\S+): (?P<fact>\S+) is a number and .*", "sign", "{key}：“{fact}”是数值，请选择比较方式"),
    (r"(?P<key>\S+): if_zero is for ratios, .*", "if_zero", "{key}：只有比例指标才填“基数为零时”"),
    (r"(?P<key>\S+): a zero whole cannot earn .*", "if_zero", "{key}：评分项基数为零时不能视为得分"),
)
# What pydantic itself says, by the type of its error.
OF_TYPE: Final = {
    "missing": "请填写",
    "literal_error": "不在可选的范围内",
    "too_short": "至少要有一项",
    "too_long": "项数过多，最多 62 项",
    "extra_forbidden": "没有这个项目",
    "date_from_datetime_parsing": "日期不对",
    "date_parsing": "日期不对",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "string_type": "应为文字",
}


@dataclass(frozen=True)
class Complaint:
    """One thing against an edition: the editor's field, and what is wrong."""

    field: str
    says: str


class Unsound(ValueError):
    """Content that cannot judge; ``complaints`` say why, field by field."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("；".join(complaint.says for complaint in complaints))
        self.complaints = list(complaints)


def checked(content: Mapping[str, Any]) -> Edition:
    """The edition that plain content says; ``Unsound`` where schema or facts have something against it."""
    try:
        edition = Edition.model_validate({**content, "sha256": ""})
    except ValidationError as error:
        raise Unsound(list(dict.fromkeys(of_schema(dict(each)) for each in error.errors()))) from error
    if found := faults(edition):
        raise Unsound([in_chinese(fault) for fault in found])
    # Editions are compiled once a hash: two texts must never share one.
    return edition.model_copy(update={"sha256": hashlib.sha256(writing.write(edition).encode()).hexdigest()})


def of_schema(error: Mapping[str, Any]) -> Complaint:
    """One of pydantic's errors."""
    if error["type"] == "value_error":
        return in_chinese(str(error["msg"]).removeprefix("Value error, "))
    names = [step for step in error["loc"] if isinstance(step, str)]
    field = names[-1] if names else ""
    return Complaint(field, OF_TYPE.get(error["type"], "填写的内容不符合要求"))


def in_chinese(said: str) -> Complaint:
    """A message of the schema or of the facts."""
    for pattern, field, words in SAID:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            return Complaint(field, words.format(**{name: label(text) for name, text in found.groupdict().items()}))
    return Complaint("", f"填写的内容不符合要求（{said}）")


def label(text: str) -> str:
    """A fact by its label, anything else as it is."""
    fact = facts().get(text)
    return fact.label if fact else text
