"""Which firm a name of a list means: a table of names, sure, doubtful and unknown."""

import polars as pl
import pytest

from enterprises.search import folded
from pipeline.lists import match, writing
from pipeline.lists.match import DOUBTFUL, OUTSIDE, SURE, UNKNOWN, Candidate, Match, Named, Register

RIGHT, OTHER_RIGHT = "91420281MA90000010", "91420281MA9000002X"
# firm, code, name, path; the reader's units are 1/2/
FIRMS = [
    (1, RIGHT, "湖北云泽精密装备股份有限公司", "1/2/"),
    (2, None, "智芯远岑（湖北）科技有限公司", "1/2/4/"),
    (3, None, "云川市青麓新能源科技有限责任公司", "1/2/4/"),
    (4, None, "芷汀酒业有限公司", "1/2/5/"),
    (5, None, "同名机械有限公司", "1/2/4/"),
    (6, None, "同名机械有限公司", "1/2/5/"),
    (7, None, "远方秘境材料有限公司", "1/3/"),
    (8, OTHER_RIGHT, "岚桥化工有限公司", "1/2/"),
    (9, None, "禾序换热器有限公司", "1/2/"),
    (10, None, "澄朴生物医药研发有限公司", "1/2/5/"),
    (11, None, "岚序制药股份有限公司", "1/2/5/"),
    (12, None, "芯桥科技（湖北）有限公司", "1/2/5/"),
    (13, None, "湖北芯垣科技有限公司", "1/2/5/"),
]
FORMER = [(4, "汀泉酒厂"), (5, "老岚桥机械厂"), (10, "岚桥化工有限公司旧址")]


@pytest.fixture(scope="module")
def register() -> Register:
    """The firms above; 1/2/ is the reader's."""
    firms = pl.DataFrame(
        [(firm, code, folded(name), path, path.startswith("1/2/")) for firm, code, name, path in FIRMS],
        schema=match.FIRMS, orient="row",
    )  # fmt: skip
    former = pl.DataFrame([(firm, folded(name)) for firm, name in FORMER], schema=match.FORMER, orient="row")
    return Register(firms, writing.prefix_of(["云川市", "东溪县"]), former)


def matched(register: Register, name: str, **said: object) -> Match:
    """The answer for one row."""
    return match.match([Named(1, name, **said)], register)[1]  # type: ignore[arg-type]


SURE_NAMES = [
    ("湖北云泽精密装备股份有限公司", 1, "名称一致"),
    ("湖北云泽精密装备股份有限公司 ", 1, "名称一致"),
    ("湖北雲澤精密裝備股份有限公司", 1, "名称一致"),
    ("智芯远岑(湖北)科技有限公司", 2, "名称一致"),
    ("智芯远岑〔湖北〕科技有限公司", 2, "名称一致"),
    ("智芯远岑湖北科技有限公司", 2, "名称一致"),
    ("汀泉酒厂", 4, "曾用名：名单用的是企业以前的名称"),
]


@pytest.mark.parametrize(("name", "firm", "why"), SURE_NAMES)
def test_one_name_in_whichever_writing_is_sure(register: Register, name: str, firm: int, why: str):
    assert matched(register, name) == Match(SURE, firm, why)


DOUBTFUL_NAMES = [
    ("湖北云泽精密装备有限公司", 1, "字号相同，地名或企业类型不同"),
    ("云川市云泽精密装备股份有限公司", 1, "字号相同，地名或企业类型不同"),
    ("湖北智芯远岑科技有限公司", 2, "字号相同，地名或企业类型不同"),
    ("智芯远岑（云川）科技股份有限公司", 2, "字号相同，地名或企业类型不同"),
    ("云泽精密", 1, "名单写的是其中一段，可能是简称"),
    ("青麓科技", 3, "可能是简称（依次含有各字）"),
    ("芷汀", 4, "名单写的是其中一段，可能是简称"),
    ("湖北云择精密装备股份有限公司", 1, "一字之差"),
    ("湖北云泽精密装股份有限公司", 1, "名单写的是其中一段，可能是简称"),
    ("湖北云泽精密大装备股份有限公司", 1, "一字之差"),
    ("禾序换热器股份有限公司黄石分公司", 9, "登记名称是名单名称的一段"),
]


@pytest.mark.parametrize(("name", "firm", "how"), DOUBTFUL_NAMES)
def test_what_is_near_a_name_is_for_an_officer(register: Register, name: str, firm: int, how: str):
    found = matched(register, name)

    assert (found.verdict, found.firm, found.why) == (DOUBTFUL, None, how)
    assert found.candidates[0] == Candidate(firm, how)


def test_a_firm_whose_name_has_the_short_one_stands_before_one_with_another_character(register: Register):
    assert [one.firm for one in matched(register, "芯桥科技").candidates] == [12, 13]


UNKNOWN_NAMES = [
    "湖北星垣铸造有限公司",  # nothing alike
    "湖北云川科技有限公司",  # place and trade alone
    "泽云精密装备配件厂",  # other order
    "科技有限公司",
    "精装云泽",  # the characters, but in another order
    "新青麓能科",
    "湖北云川制药有限公司",  # what is left beside the place is a trade
]


@pytest.mark.parametrize("name", UNKNOWN_NAMES)
def test_what_is_like_no_name_is_unknown(register: Register, name: str):
    assert matched(register, name) == Match(UNKNOWN, why="登记簿中没有这家企业")


def test_the_code_is_stronger_than_the_name(register: Register):
    assert matched(register, "湖北云泽精密装备股份有限公司", uscc=RIGHT, uscc_ok=True) == Match(
        SURE, 1, "代码和名称一致"
    )
    assert matched(register, "", uscc=RIGHT, uscc_ok=True) == Match(SURE, 1, "代码一致")

    other = matched(register, "芷汀酒业有限公司", uscc=RIGHT, uscc_ok=True)

    assert other == Match(
        DOUBTFUL,
        why="代码与名称指向不同",
        candidates=(Candidate(1, "代码一致而名称不同"), Candidate(4, "名称一致而代码不同")),
    )


def test_a_name_with_another_right_code_is_doubtful(register: Register):
    found = matched(register, "岚桥化工有限公司", uscc="91420281MA9000003D", uscc_ok=True)

    assert found == Match(DOUBTFUL, why="名称一致而代码不同", candidates=(Candidate(8, "名称一致"),))


def test_a_code_with_a_wrong_check_digit_neither_finds_a_firm_alone_nor_is_taken_for_right(register: Register):
    found = matched(register, "岚桥化工有限公司", uscc="91420281MA90000099", uscc_ok=False)

    assert found == Match(DOUBTFUL, why="名称一致，名单的代码校验位不符", candidates=(Candidate(8, "名称一致"),))


def test_a_code_for_a_firm_that_waits_for_one_leaves_the_name_sure(register: Register):
    assert matched(register, "芷汀酒业有限公司", uscc="91420281MA9000003D", uscc_ok=True).firm == 4


def test_two_firms_of_one_name_are_doubtful_the_one_in_the_list_s_region_first(register: Register):
    found = matched(register, "同名机械有限公司", paths=("1/2/5/",))

    assert found == Match(
        DOUBTFUL, why="同名企业有2家", candidates=(Candidate(6, "名称一致"), Candidate(5, "名称一致"))
    )


PLACED = [
    (("1/2/5/",), SURE),
    (("1/",), SURE),
    (("1/2/5/9/",), SURE),
    ((), SURE),
    (("1/2/4/",), DOUBTFUL),
    (("1/3/",), DOUBTFUL),
]


@pytest.mark.parametrize(("paths", "verdict"), PLACED)
def test_a_name_is_sure_unless_the_list_places_it_elsewhere(register: Register, paths: tuple, verdict: str):
    assert matched(register, "芷汀酒业有限公司", paths=paths).verdict == verdict


def test_a_former_name_that_is_another_firm_s_present_one_is_doubtful(register: Register):
    register.by_former["芷汀酒业有限公司"] = [9]

    found = matched(register, "芷汀酒业有限公司")

    del register.by_former["芷汀酒业有限公司"]
    assert found.verdict == DOUBTFUL
    assert [one.firm for one in found.candidates] == [4, 9]


def test_the_former_name_a_list_notes_finds_the_firm(register: Register):
    found = matched(register, "汀泉集团有限公司", former="芷汀酒业有限公司")

    assert found == Match(SURE, 4, "曾用名：登记的是名单注明的原名")


@pytest.mark.parametrize("name", ["远方秘境材料有限公司", "遠方秘境材料有限公司"])
def test_a_firm_outside_the_reader_s_units_shows_nothing(register: Register, name: str):
    assert matched(register, name) == Match(OUTSIDE, why="不在本辖区")


def test_a_short_name_never_leads_out_of_the_reader_s_units(register: Register):
    assert matched(register, "远方秘境").verdict == UNKNOWN


def test_a_name_placed_elsewhere_by_the_list_is_not_guessed_at(register: Register):
    assert matched(register, "云泽精密", is_elsewhere=True) == Match(OUTSIDE, why="名单写明的地区不在本辖区")
    assert matched(register, "芷汀酒业有限公司", is_elsewhere=True).verdict == DOUBTFUL
