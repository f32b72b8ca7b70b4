"""The form of one part of a draft: a condition, a score item or a block, in the reader's words and units."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.forms import BoundField

from console.firms.conditions import CONFIDENCE
from enterprises.vocabulary import TRACKS
from pipeline.facts.catalogue import facts
from pipeline.facts.registry import FactUnit
from pipeline.rules import amounts
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.messages import Complaint
from pipeline.rules.report import WHO
from pipeline.rules.revise import JOINS, Content
from pipeline.rules.schema import COMPARISONS
from pipeline.rules.thresholds import exactly
from pipeline.rules.wording import WORDS

TESTS: Final = {"fact": "按指标", "manual": "人工判断", "title": "按资格", "total": "按总分", "points": "按评分项得分"}
SIGNS: Final[dict[str, str]] = {
    **{str(sign): words for sign, words in WORDS.items()},
    "yes": "须为“是”",
    "no": "须为“否”",
    "word": "须为以下文字",
    "not_in": "不属于以下各项",
}
MARKS: Final = {"at_least": WORDS["at_least"], "more_than": WORDS["more_than"]}
BAND_MARKS: Final = {**MARKS, "at_most": WORDS["at_most"]}
UNITS: Final[dict[FactUnit, str]] = {
    "cny": "金额", "ratio": "比例", "headcount": "人数", "count": "数量", "mean": "平均数", "days": "天数",
    "years": "年数", "rank": "名次", "bodies": "家数", "score": "得分", "flag": "是或否", "text": "文字",
}  # fmt: skip
JOINED: Final = {"all": "以下各项须全部符合", "any": "以下各项符合一项即可"}
IF_ZERO: Final = {"met": "视为符合", "unmet": "视为不符合"}
SOURCE: Final = ("says", "who", "clause", "quotation", "address", "confidence")
SPARE, MOST_LINES = 2, 20


def choices(known: Mapping[str, str], empty: str = "") -> list[tuple[str, str]]:
    """Options of a select, the empty one first."""
    return [("", empty or "请选择"), *known.items()]


def picked(label: str, known: Mapping[str, str], empty: str = "", help_text: str = "") -> forms.ChoiceField:
    """A select that may stay empty."""
    return forms.ChoiceField(label=label, choices=choices(known, empty), required=False, help_text=help_text)


def typed(
    label: str, *, most: int = 200, rows: int = 0, help_text: str = "", required: bool = False
) -> forms.CharField:
    """A text."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=help_text)


def fact_options() -> list[Any]:
    """The known facts under their unit, each with its basis."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, fact in facts().items():
        if not name.startswith("title_"):
            groups.setdefault(UNITS.get(fact.unit, fact.unit), []).append((name, with_basis(fact.label, fact.basis)))
    return [("", "请选择指标"), *groups.items()]


def with_basis(label: str, basis: str) -> str:
    """A fact as the list names it."""
    return f"{label}（{basis}）" if basis else label


def kind_of(place: str, node: Content) -> str:
    """Which form a part needs."""
    if place.startswith("block:"):
        return "block"
    if place.startswith("item:"):
        return next((name for name in ("expert", "best_of") if name in node), "bands")
    return "join" if any(name in node for name in JOINS) else next(name for name in TESTS if name in node)


class PartForm(forms.Form):
    """What a part says, where that stands, and how it is decided."""

    says = typed("内容", most=400, rows=2, required=True)
    who = picked("由谁解决", WHO)
    clause = typed("条款", help_text="例如 第十一条（五）。没有核到的留空。")
    quotation = typed("原文摘句", most=400, rows=2)
    address = typed("网址", most=300)
    confidence = picked("可信程度", CONFIDENCE, "与上级相同")

    def __init__(self, *args: Any, kind: str, node: Content, rules: Rules, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.kind, self.node, self.rules = kind, node, rules
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        self.fields.update(getattr(self, f"fields_of_{kind}")())
        self.initial.update({name: node.get(name, "") for name in SOURCE}, **getattr(self, f"initial_of_{kind}")())

    # Fields by the way a part is decided

    def fields_of_fact(self) -> dict[str, forms.Field]:
        """A fact against a limit, plain or in rows."""
        known = {name: fact.label for name, fact in facts().items() if fact.unit not in ("flag", "text", "ratio")}
        own: dict[str, forms.Field] = {
            "fact": forms.ChoiceField(label="指标", choices=fact_options()),
            "sign": forms.ChoiceField(label="比较", choices=choices(SIGNS)),
            "need": typed("数值", help_text="金额写万元或亿元，比例写百分数，如 500万元、6%；还不知道的写“待定”。"),
            "words": typed("文字或代码", most=400, help_text="只用于“须为以下文字”“不属于以下各项”，用顿号分开。"),
            "if_zero": picked("基数为零时", IF_ZERO, "不适用", "只对比例。"),
            "by": picked("按哪一项分档", known, "不分档"),
        }
        for number in range(self.count("row", len(self.rows()))):
            own[f"row-{number}-up_to"] = typed(f"第{number + 1}档上限（含）")
            own[f"row-{number}-need"] = typed(f"第{number + 1}档数值")
        return own

    def fields_of_manual(self) -> dict[str, forms.Field]:
        """Somebody's answer."""
        return {"manual": typed("由谁如何判断", required=True, help_text="例如 由科技部门组织专家核定。")}

    def fields_of_title(self) -> dict[str, forms.Field]:
        """A recognition in force."""
        known = {track.key: track.label for track in TRACKS}
        return {
            "title": forms.ChoiceField(label="资格", choices=choices(known)),
            "held": forms.ChoiceField(label="要求", choices=[("yes", "在有效期内"), ("no", "不得在有效期内")]),
        }

    def fields_of_total(self) -> dict[str, forms.Field]:
        """The total against a mark."""
        return {
            "sign": forms.ChoiceField(label="比较", choices=list(MARKS.items())),
            "need": typed("分数", required=True),
        }

    def fields_of_points(self) -> dict[str, forms.Field]:
        """The points of an item or a block against a mark."""
        score = self.rules.score
        known = {f"item:{each.key}": f"{each.key} {each.says}" for each in (score.items() if score else ())}
        known |= {f"block:{each.key}": f"板块 {each.says}" for each in (score.blocks if score else ())}
        return {"points": forms.ChoiceField(label="评分项", choices=choices(known)), **self.fields_of_total()}

    def fields_of_join(self) -> dict[str, forms.Field]:
        """All or any of the parts below."""
        return {"joined": forms.ChoiceField(label="组合方式", choices=list(JOINED.items()))}

    def fields_of_block(self) -> dict[str, forms.Field]:
        """A block's cap."""
        return {"cap": forms.IntegerField(label="最高分", min_value=0, max_value=1000)}

    def fields_of_expert(self) -> dict[str, forms.Field]:
        """An expert's range."""
        return {
            "low": forms.IntegerField(label="最低分", min_value=0, max_value=1000),
            "high": forms.IntegerField(label="最高分", min_value=0, max_value=1000),
        }

    def fields_of_best_of(self) -> dict[str, forms.Field]:
        """The best of the items below."""
        return {}

    def fields_of_bands(self) -> dict[str, forms.Field]:
        """Bands of points over a fact."""
        own: dict[str, forms.Field] = {
            "fact": forms.ChoiceField(label="指标", choices=fact_options()),
            "if_zero": picked("基数为零时", {"unmet": "得最低档"}, "不适用", "只对比例。"),
        }
        for number in range(self.count("band", len(self.node.get("bands", ())))):
            label = f"第{number + 1}档"
            own[f"band-{number}-sign"] = picked(f"{label}比较", BAND_MARKS, "其余")
            own[f"band-{number}-floor"] = typed(f"{label}界限")
            own[f"band-{number}-low"] = forms.IntegerField(label=f"{label}最低分", required=False)
            own[f"band-{number}-high"] = forms.IntegerField(label=f"{label}最高分", required=False)
        return own

    def count(self, name: str, standing: int) -> int:
        """How many lines to show: those that stand and two to spare, or as many as were sent."""
        sent = [int(found[1]) for key in self.data if (found := re.fullmatch(rf"{name}-(\d\d?)-\w+", key))]
        return min(max([standing + SPARE, *(number + 1 for number in sent)]), MOST_LINES)

    # What stands, as it would be typed

    def rows(self) -> list[Content]:
        """The rows of the limit that stands."""
        limit = next((self.node[name] for name in COMPARISONS if name in self.node), None)
        return limit if isinstance(limit, list) else []

    def unit(self, name: str | None) -> FactUnit:
        """The unit of a fact."""
        fact = facts().get(name or "")
        return fact.unit if fact else "count"

    def initial_of_fact(self) -> Content:
        """The test that stands."""
        node = self.node
        sign = next((name for name in COMPARISONS if name in node), "")
        limit = node.get(sign)
        known: Content = {"fact": node.get("fact"), "by": node.get("by", ""), "if_zero": node.get("if_zero", "")}
        if isinstance(node.get("is"), bool):
            sign = "yes" if node["is"] else "no"
        elif "is" in node:
            sign, known["words"] = "word", node["is"]
        elif "not_in" in node:
            sign, known["words"] = "not_in", "、".join(node["not_in"])
        elif limit is not None and not isinstance(limit, list):
            known["need"] = shown(limit, self.unit(node.get("fact")))
        for number, row in enumerate(self.rows()):
            known[f"row-{number}-up_to"] = shown(row.get("up_to"), self.unit(node.get("by")))
            known[f"row-{number}-need"] = shown(row["need"], self.unit(node.get("fact")))
        return {**known, "sign": sign}

    def initial_of_manual(self) -> Content:
        """The words that stand."""
        return {"manual": self.node.get("manual", "")}

    def initial_of_title(self) -> Content:
        """The title that stands."""
        return {"title": self.node.get("title"), "held": "no" if self.node.get("is") is False else "yes"}

    def initial_of_total(self) -> Content:
        """The mark that stands."""
        return mark(self.node.get("total") or {})

    def initial_of_points(self) -> Content:
        """The mark that stands, and of what."""
        test = self.node.get("points") or {}
        subject = next((f"{name}:{test[name]}" for name in ("item", "block") if test.get(name)), "")
        return {**mark(test), "points": subject}

    def initial_of_join(self) -> Content:
        """How the parts are joined."""
        return {"joined": next((name for name in JOINS if name in self.node), "all")}

    def initial_of_block(self) -> Content:
        """The cap that stands."""
        return {"cap": self.node.get("cap")}

    def initial_of_expert(self) -> Content:
        """The range that stands."""
        low, high = self.node.get("expert", (0, 0))
        return {"low": low, "high": high}

    def initial_of_best_of(self) -> Content:
        """Nothing of its own."""
        return {}

    def initial_of_bands(self) -> Content:
        """The bands that stand."""
        unit = self.unit(self.node.get("fact"))
        known: Content = {"fact": self.node.get("fact"), "if_zero": self.node.get("if_zero", "")}
        for number, band in enumerate(self.node.get("bands", ())):
            sign = next((name for name in BAND_MARKS if name in band), "")
            points = band["points"] if isinstance(band["points"], list) else [band["points"]] * 2
            known[f"band-{number}-sign"], known[f"band-{number}-floor"] = sign, shown(band.get(sign), unit)
            known[f"band-{number}-low"], known[f"band-{number}-high"] = points
        return known

    # For the page

    @property
    def plain_fields(self) -> list[BoundField]:
        """The fields that stand alone."""
        return [self[name] for name in self.fields if "-" not in name]

    @property
    def lines(self) -> list[list[BoundField]]:
        """The fields of rows or bands, line by line."""
        grouped: dict[str, list[BoundField]] = {}
        for name in self.fields:
            if "-" in name:
                grouped.setdefault(name.rpartition("-")[0], []).append(self[name])
        return list(grouped.values())

    def complain(self, complaints: Iterable[Complaint]) -> None:
        """Each complaint at the field it concerns."""
        first = {"rows": "row-0-up_to", "bands": "band-0-floor", "expert": "high", "need": "need"}
        for complaint in complaints:
            field = first.get(complaint.field, complaint.field)
            self.add_error(field if field in self.fields else None, f"{complaint.says}。")


def shown(value: Any, unit: FactUnit) -> str:
    """A threshold of plain content as it would be typed."""
    if value is None:
        return ""
    return amounts.PENDING if value == amounts.PENDING else amounts.shown(exactly(value), unit)


def mark(test: Content) -> Content:
    """A mark of the score as it would be typed."""
    sign = next((name for name in MARKS if name in test), "at_least")
    return {"sign": sign, "need": shown(test.get(sign), "score")}
