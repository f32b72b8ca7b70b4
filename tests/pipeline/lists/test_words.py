"""What the words around a list say."""

import datetime

import pytest

from pipeline.lists import words

KINDS = [
    ("关于公布2026年度湖北省创新型中小企业名单的通知", "recognition"),
    ("湖北省2026年第一批拟认定高新技术企业公示名单", "proposal"),
    ("2023年拟入库湖北省科创“新物种”企业", "proposal"),
    ("2026年专精特新中小企业复核通过名单", "review"),
    ("湖北省第七批专精特新中小企业及第三、四批复核", ""),
    ("2026年高新技术企业申报未通过企业名单", "failed"),
    ("复核不通过企业名单", "failed"),
    ("撤销2023年度科技型中小企业入库登记编号", "revocation"),
    ("取消高新技术企业资格公告", "revocation"),
    ("国家级专精特新“小巨人”企业（截至2021-09）", ""),
    ("第五批制造业单项冠军", "recognition"),
    ("高新技术企业", ""),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_a_list_is_what_its_words_say(text: str, kind: str):
    assert words.kind_of(text) == kind


TRACKS = [
    ("第五批专精特新“小巨人”企业名单", {"little_giant"}, ""),
    ("第三批重点“小巨人”企业", {"key_little_giant"}, ""),
    ("2022年中央奖补 第三批重点“小巨人”", {"key_little_giant"}, ""),
    ("湖北省第七批专精特新中小企业", {"srdi"}, ""),
    ("创新型中小企业", {"isme"}, ""),
    ("科技型中小企业、高新技术企业", {"tsme", "hnte"}, ""),
    ("第五批制造业单项冠军", {"champion_national"}, ""),
    ("湖北省级制造业单项冠军", {"champion_hubei"}, ""),
    ("新物种-潜在独角兽", {"potential_unicorn"}, ""),
    ("科创“新物种”独角兽", {"unicorn"}, ""),
    ("科创“新物种”企业", {"gazelle", "potential_unicorn", "unicorn", "moose"}, ""),
    ("獨角獸企業", {"unicorn"}, ""),
    ("2020年湖南省小巨人企业", set(), "省级小巨人（旧称）"),
    ("2021年中央专精特新奖补", set(), "奖补资金"),
    ("武汉第二批30家未来之鹰企业", set(), "市级未来之鹰"),
    ("省技术创新中心", set(), "技术创新中心"),
    ("企业名单", set(), ""),
]


@pytest.mark.parametrize(("text", "tracks", "other"), TRACKS)
def test_which_recognition_a_text_names(text: str, tracks: set[str], other: str):
    assert words.about(text) == words.About(frozenset(tracks), other)


def test_a_list_of_another_track_or_province_is_refused_with_words():
    assert "不是“高新技术企业”" in words.against_track("第五批专精特新“小巨人”企业名单", "hnte")
    assert "江苏省的名单" in words.against_track("2022年度江苏省企业技术中心", "etc_hubei")
    assert words.against_track("2022年湖北省企业技术中心", "etc_hubei") == ""
    assert words.against_track("江苏省高新技术企业", "hnte") == ""


TOTALS = [
    (["共41家"], 41),
    (["名单（共计四十一家）"], 41),
    (["新增8家全;复核8家仅见3家"], 16),
    (["武汉第二批30家未来之鹰企业"], 30),
    (["合计：120家"], 120),
    (["附件：名单"], None),
    (["推进" + "很长的一段说明" * 10 + "5家企业"], None),
]


@pytest.mark.parametrize(("texts", "total"), TOTALS)
def test_the_total_a_list_states(texts: list[str], total: int | None):
    assert words.stated_total(texts) == total


def test_document_and_days_are_what_stands_there_and_a_month_is_no_day():
    assert words.document_in("根据鄂科技发高〔2026〕12号，现予公布") == "鄂科技发高〔2026〕12号"
    assert words.document_in("名单") == ""
    assert words.day_in("公布日期:2021-09-25", given=False) == datetime.date(2021, 9, 25)
    assert words.day_in("认定日期：2026年3月5日", given=True) == datetime.date(2026, 3, 5)
    assert words.day_in("公布日期:2025-05", given=False) is None
    assert words.day_in("公布日期:2025-13-40", given=False) is None
