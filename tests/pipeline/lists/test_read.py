"""Published lists as they are printed: titles, sections, footnotes, two lists side by side, several sheets, CSV."""

import pytest

from enterprises.imports.archive import Unreadable
from pipeline.lists.child import read_apart
from pipeline.lists.name_cells import named
from pipeline.lists.read import Part, read_list
from tests.sheets import Sheet, code, workbook


def part(*rows: list, name: str = "名单", **sheet: object) -> Part:
    """The one part of a sheet with these rows."""
    (found,) = read_list("名单.xlsx", workbook(Sheet(name, rows, **sheet)))  # type: ignore[arg-type]
    return found


def names(found: Part) -> list[str]:
    """The names read."""
    return [row.name for row in found.rows]


def test_titles_notes_totals_and_serials_are_no_firms():
    found = part(
        ["湖北省2026年第一批专精特新中小企业名单（共3家）"], ["公布日期：2026年3月5日"],
        ["序号", "企业名称", "备注"], [1, "云泽精密装备有限公司", None], ["**", "远岑新材料有限公司*", "见注1"],
        [None, None, None], [3, "3、青麓食品厂", None], ["合计", 3, None], ["注1：按抽签顺序排列。"],
        ["来源：省厅网站"],
    )  # fmt: skip

    assert names(found) == ["云泽精密装备有限公司", "远岑新材料有限公司", "青麓食品厂"]
    assert [row.line for row in found.rows] == [4, 5, 7]
    assert found.words[:2] == ["湖北省2026年第一批专精特新中小企业名单（共3家）", "公布日期：2026年3月5日"]
    assert [line.split("：")[-1] for line in found.skipped] == ["合计", "说明，不是企业", "说明，不是企业"]


def test_two_lines_of_headings_with_codes_days_and_numbers():
    found = part(
        ["序号", "企业名称", "统一社会信用代码", "证书", None, "有效期"],
        [None, None, None, "证书编号", "发证日期", None],
        [1, "云泽精密装备有限公司", f" {code(1).lower()} ", "GR202642000001", "2026/11/20", "2026.11.20至2029.11.19"],
        [2, "远岑新材料有限公司", "91420281MA9000009?", None, "2026.11", None],
    )  # fmt: skip

    first, second = found.rows
    assert (first.uscc, first.number, first.issued_on) == (code(1), "GR202642000001", "2026-11-20")
    assert (first.valid_from, first.valid_until) == ("2026-11-20", "2029-11-19")
    assert (second.uscc, second.issued_on) == ("", "")
    assert "不是18位代码" in second.code_note


def test_sections_say_what_the_rows_below_them_are():
    found = part(
        ["专精特新中小企业名单"], ["序号", "企业名称"], ["一、新认定企业（1家）"], [1, "云泽精密装备有限公司"],
        ["二、复核通过企业（1家）"], [1, "远岑新材料有限公司"], ["三、复核未通过企业"], [1, "青麓食品有限公司"],
    )  # fmt: skip

    assert [(row.name[:2], row.kind) for row in found.rows] == [
        ("云泽", "recognition"), ("远岑", "review"), ("青麓", "failed")
    ]  # fmt: skip


def test_two_lists_side_by_side():
    found = part(
        ["序号", "企业名称", "序号", "企业名称"],
        [1, "云泽精密装备有限公司", 3, "青麓食品有限公司"],
        [2, "远岑新材料有限公司", None, None],
    )

    assert [(row.serial, row.name) for row in found.rows] == [
        ("1", "云泽精密装备有限公司"), ("3", "青麓食品有限公司"), ("2", "远岑新材料有限公司")
    ]  # fmt: skip


def test_a_sheet_of_bare_names_needs_no_headings():
    found = part(["拟认定名单如下"], ["云泽精密装备有限公司"], ["远岑新材料有限公司"])

    assert names(found) == ["云泽精密装备有限公司", "远岑新材料有限公司"]


def test_the_region_of_merged_cells_holds_for_each_of_its_lines():
    rows = [
        ["地区", "企业名称"],
        ["东溪县", "云泽精密装备有限公司"],
        [None, "远岑新材料有限公司"],
        ["西岭县", "青麓食品厂"],
    ]
    found = part(*rows, merged=[(1, 0, 2, 0, "东溪县")])

    assert [row.region for row in found.rows] == ["东溪县", "东溪县", "西岭县"]


NAMES = [
    ("云泽装备有限公司（原名：云泽机械厂）", "云泽装备有限公司", "云泽机械厂", ""),
    ("云泽装备有限公司(原云泽(湖北)机械有限公司)", "云泽装备有限公司", "云泽(湖北)机械有限公司", ""),
    ("云泽机械厂（现更名为云泽装备有限公司）", "云泽装备有限公司", "云泽机械厂", ""),
    ("云泽装备（湖北）有限公司", "云泽装备（湖北）有限公司", "", ""),
    ("智芯装备有限公司（湖北）", "智芯装备有限公司（湖北）", "", ""),
    ("12.云泽装备有限公司（复核通过）", "云泽装备有限公司", "", "复核通过"),
    ("云泽装备有限公司①", "云泽装备有限公司", "", ""),
    ("云泽装备\n有限公司", "云泽装备有限公司", "", ""),
]


@pytest.mark.parametrize(("cell", "name", "former", "remark"), NAMES)
def test_what_hangs_on_to_a_name_is_taken_off(cell: str, name: str, former: str, remark: str):
    assert named(cell) == (name, former, remark)


def test_every_sheet_is_a_part_and_one_without_firms_says_why():
    book = workbook(
        Sheet("名单", [["企业名称", "备注"], ["云泽有限公司", "新增"]]),
        Sheet("目标", [["乡镇", "目标"], ["灵乡镇", 3]]),
    )

    found = read_list("名单.xlsx", book)

    assert [(part.name, len(part.rows), part.reason) for part in found] == [
        ("名单", 1, ""), ("目标", 0, "没有“企业名称”一列，也不是逐行列名的名单")
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_file_of_several_lists_is_split_by_their_titles(encoding: str):
    text = "企业名称,来源标题,公布总数\n云泽有限公司,高新技术企业名单,2\n远岑有限公司,瞪羚企业名单,1\n"

    found = read_apart("名单.csv", text.encode(encoding))

    assert [(part.words[0], names(part), part.rows[0].stated) for part in found] == [
        ("高新技术企业名单", ["云泽有限公司"], "2"), ("瞪羚企业名单", ["远岑有限公司"], "1")
    ]  # fmt: skip


@pytest.mark.parametrize(("filename", "content"), [("名单.xlsx", b"no workbook"), ("名单.docx", b"PK\x03\x04"),
                                                   ("名单.csv", b"\x00\x01"), ("名单.csv", b"")])  # fmt: skip
def test_what_is_no_list_is_refused_in_words(filename: str, content: bytes):
    with pytest.raises(Unreadable):
        read_apart(filename, content)
