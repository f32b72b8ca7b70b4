"""What the words around a list say: which recognition, which kind of act, how many, when, by which document. Pure."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.lists.writing import simplified

RECOGNITION, REVIEW, PROPOSAL, FAILED, REVOCATION = "recognition", "review", "proposal", "failed", "revocation"
KIND_LABELS: Final = {
    RECOGNITION: "认定公布",
    REVIEW: "复核通过",
    PROPOSAL: "公示（拟认定）",
    FAILED: "申报未通过",
    REVOCATION: "撤销或取消",
}
NEW_SPECIES: Final = frozenset({"gazelle", "potential_unicorn", "unicorn", "moose"})
PROVINCIAL: Final = NEW_SPECIES | {"isme", "srdi", "champion_hubei", "etc_hubei", "erc_hubei", "joint_centre"}
# What lists are also about, and no track is; each before the words of a track that it contains.
_OTHERS: Final = (
    (r"省(?:级)?(?:科技)?[“\"]?小巨人|省级专精特新[“\"]?小巨人", "省级小巨人（旧称）"),
    (r"科技小巨人", "科技小巨人"),
    (r"未来之鹰", "市级未来之鹰"),
    (r"技术创新示范企业", "技术创新示范企业"),
    (r"示范平台|示范基地|双创", "示范平台（基地）"),
    (r"技术创新中心", "技术创新中心"),
    (r"民营企业100强|民企百强|百强", "百强企业"),
    (r"科技奖|创新奖励|科学技术奖", "科技奖励"),
    (r"奖补|奖励资金|补助资金", "奖补资金"),
)
# First come, first served: what a match covers is not looked at again.
_TRACKS: Final = (
    (r"重点[“\"]?小巨人", "key_little_giant"),
    (r"(?:专精特新)?[“\"]?小巨人[”\"]?", "little_giant"),
    (r"创新型中小企业", "isme"),
    (r"专精特新", "srdi"),
    (r"(?:省级?|湖北省)制造业单项冠军|省级单项冠军", "champion_hubei"),
    (r"单项冠军", "champion_national"),
    (r"科技型中小企业|科小", "tsme"),
    (r"高新技术企业|高企", "hnte"),
    (r"种子独角兽", "seed_unicorn_lib"),
    (r"潜在独角兽", "potential_unicorn"),
    (r"独角兽", "unicorn"),
    (r"瞪羚", "gazelle"),
    (r"驼鹿", "moose"),
    (r"国家(?:级|认定)?企业技术中心", "etc_national"),
    (r"企业技术中心", "etc_hubei"),
    (r"工程研究中心", "erc_hubei"),
    (r"企校联合创新中心", "joint_centre"),
)
_LIBRARY: Final = {"potential_unicorn": "potential_unicorn_lib", "unicorn": "unicorn_lib"}
_PROVINCES: Final = (
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖南|广东|广西|海南|重庆|四川|"
    "贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆"
)
_ELSEWHERE: Final = re.compile(rf"(?:{_PROVINCES})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)")
_KINDS: Final = (
    (REVOCATION, r"撤销|取消|注销"),
    (FAILED, r"未通过|不通过|不予|未获|落选|不合格"),
    (PROPOSAL, r"拟(?:认定|入库|推荐|通过|复核|公布|命名|批准|确定|支持|备案|上报|列入)|公示"),
    (REVIEW, r"复核|复审"),
    (RECOGNITION, r"认定|公布|入库|备案|新增|入选|上榜|获评|获批|命名|榜单|通过|第[一二三四五六七八九十百\d]+批"),
)
_WITH_REVIEW: Final = re.compile(
    r"[^〇一二三四五六七八九十\d](?:及|和|与|、|暨).{0,8}(?:复核|复审)|(?:复核|复审).{0,6}(?:及|和|与|、|暨)"
)
_STANDING: Final = re.compile(r"截[至止]")
_DIGITS: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_COUNT: Final = r"(\d{1,6}|[〇零一二两三四五六七八九十百]{1,7})"
_WHOLE: Final = re.compile(rf"(?:共计|总计|合计|总共|共)[:：为有]?{_COUNT}(?:家|户|个|项)")
_PARTS: Final = re.compile(rf"(?:新增|新认定|认定|复核通过|复核)(?:企业)?{_COUNT}家")
_NAMED: Final = re.compile(rf"{_COUNT}(?:家|户)(?:企业|单位)?")
_DOCUMENT: Final = re.compile(r"[\u4e00-\u9fff]{1,14}[〔\[(（【]\d{4}[〕\])）】]\s*第?\d{1,5}\s*号")
_ISSUER: Final = re.compile(
    r"(?:发布单位|公布单位|发文单位|发文机关|发布机构|公示单位|来源)[:：]\s*(\S[^\s,，;；]{1,80})"
)
_DAY: Final = r"((?:19|20)\d\d)[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?"
_GIVEN_ON: Final = re.compile(rf"(?:认定|批准|发证|入库)(?:日期|时间)[:：]\s*{_DAY}")
_TOLD_ON: Final = re.compile(rf"(?:公布|公告|发布|公示|印发|落款)?(?:日期|时间)[:：]\s*{_DAY}")


@dataclass(frozen=True)
class About:
    """What a text says a list is: tracks it names, or something that is no track here."""

    tracks: frozenset[str] = frozenset()
    other: str = ""


def bare(text: str) -> str:
    """The text in simple characters without white space."""
    return "".join(simplified(text).split())


def about(text: str) -> About:
    """The recognitions a text names; 新物种 without a grade may be any of its four."""
    text = bare(text)
    if other := other_than_tracks(text):
        return About(other=other)
    found, rest = set(), text
    for pattern, track in _TRACKS:
        if re.search(pattern, rest):
            found.add(track)
            rest = re.sub(pattern + r"(?:企业|中小企业)?", "＊", rest)
    if "培育发展库" in text:
        found = {_LIBRARY.get(track, track) for track in found}
    if not found and "新物种" in text:
        found = set(NEW_SPECIES)
    return About(frozenset(found))


def other_than_tracks(text: str) -> str:
    """What a text names that is no track here; money for firms is no recognition, except for 重点“小巨人”."""
    if re.search(r"重点[“\"]?小巨人", text):
        return ""
    *others, money = _OTHERS
    wanted = [money] if "国家" in text else [*others, money]
    return next((label for pattern, label in wanted if re.search(pattern, text)), "")


def against_track(text: str, track: str, *, said: About | None = None) -> str:
    """Why a list with these words is none of the track; empty means it may be."""
    said = said or about(text)
    wanted = TRACK_BY_KEY[track].label
    if said.other:
        return f"这是“{said.other}”名单，不是“{wanted}”"
    if said.tracks and track not in said.tracks:
        labels = "、".join(sorted(TRACK_BY_KEY[one].label for one in said.tracks))
        return f"这是“{labels}”名单，不是“{wanted}”"
    place = _ELSEWHERE.search(bare(text)) if track in PROVINCIAL else None
    return f"这是{place[0]}的名单，“{wanted}”由湖北省认定" if place else ""


def kind_of(text: str) -> str:
    """The kind of list; empty where the words do not tell, or tell two kinds."""
    text = bare(text)
    for kind, pattern in _KINDS:
        if re.search(pattern, text):
            if kind == REVIEW and _WITH_REVIEW.search(text):
                return ""
            return "" if kind == RECOGNITION and _STANDING.search(text) else kind
    return ""


def kind_note(text: str) -> str:
    """Why the kind is left to the officer."""
    text = bare(text)
    if _WITH_REVIEW.search(text) and kind_of(text) == "":
        return "名单既有新认定又有复核：写明的行按各行，没有写明的行须您选定种类"
    if _STANDING.search(text):
        return "标题写“截至”某日，是累计名单，不是一次认定：请选定种类，认定日期不取公布日期"
    return ""


def is_standing(text: str) -> bool:
    """Whether a list tells what had been given until a day, not one act."""
    return _STANDING.search(bare(text)) is not None


def number(text: str) -> int:
    """A whole number in digits or in Chinese, below a thousand."""
    if text.isdigit():
        return int(text)
    whole, digit = 0, 0
    for character in text:
        if character in "百十":
            whole, digit = whole + (digit or 1) * (100 if character == "百" else 10), 0
        else:
            digit = _DIGITS[character]
    return whole + digit


def stated_total(texts: Iterable[str]) -> int | None:
    """How many firms the list says it has: 共41家, or 新增8家 and 复核8家 together, or 16家企业."""
    found = [bare(text) for text in texts]
    for text in found:
        if whole := _WHOLE.search(text):
            return number(whole[1])
    for text in found:
        if parts := _PARTS.findall(text):
            return sum(map(number, parts))
    named = next((match for text in found if len(text) <= 60 and (match := _NAMED.search(text))), None)
    return number(named[1]) if named else None


def document_in(text: str) -> str:
    """The number of the document (文号)."""
    found = _DOCUMENT.search("".join(text.split()))
    return re.sub(r"^(?:关于|根据|按照|依据)", "", found[0]) if found else ""


def publisher_in(text: str) -> str:
    """Who published the list, as it says itself."""
    found = _ISSUER.search(text)
    return found[1] if found else ""


def day_in(text: str, *, given: bool) -> datetime.date | None:
    """The day of recognition (``given``) or of publication; a month alone is no day."""
    found = (_GIVEN_ON if given else _TOLD_ON).search(bare(text))
    if found is None or not found[3]:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def is_elsewhere(region: str) -> bool:
    """Whether a region is one of another province."""
    return _ELSEWHERE.search(bare(region)) is not None
