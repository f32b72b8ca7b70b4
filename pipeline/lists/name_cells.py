"""The cell of a name taken apart: what is the name, what was hung on to it. Pure."""

import re
from typing import Final

_FORMER: Final = re.compile(
    r"[(（](?:企业)?(?:原名称?|曾用名|原企业名称|更名前|原)[:：为是]?[“\"]?([^()（）“”\"]{2,}(?:[(（][^()（）]+[)）][^()（）“”\"]*)?)[”\"]?[)）]"
)
_LATER: Final = re.compile(r"[(（](?:现更名为|现名|已更名为|更名为)[:：]?([^()（）]{4,})[)）]")
_LAST_BRACKET: Final = re.compile(r"[(（]([^()（）]+)[)）]$")
_MARKS: Final = re.compile(r"(?:[*＊※#△▲★☆①-⑳]|\[\d{1,2}\]|注\d)+$")
_REMARK: Final = re.compile(
    r"新增|复核|复审|未通过|撤销|取消|瞪羚|独角兽|驼鹿|小巨人|第.{1,3}批|注\d*|牵头|属地|简称|[省市县区]级"
)


def named(cell: str) -> tuple[str, str, str]:
    """A name cell taken apart: the name, the former name in brackets, another remark in brackets."""
    name = "".join(cell.split("\n")).strip()
    name = re.sub(r"^[(（]?\d{1,4}[)）]?[、.．]\s*", "", name)
    name, former, remark = _MARKS.sub("", name).strip(), "", ""
    if found := _FORMER.search(name):
        former, name = found[1], name[: found.start()] + name[found.end() :]
    elif later := _LATER.search(name):
        former, name = name[: later.start()], later[1]
    if (last := _LAST_BRACKET.search(name)) and _REMARK.search(last[1]):
        remark, name = last[1], name[: last.start()]
    return name.strip()[:200], former.strip()[:200], remark
