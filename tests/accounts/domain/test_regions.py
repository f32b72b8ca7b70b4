"""Hubei's divisions and Daye's 14 units, loaded once and again."""

import pytest

from accounts.domain import regions
from accounts.models import Region

pytestmark = pytest.mark.django_db


def test_hubei_has_thirteen_prefectures_and_four_counties_of_its_own():
    regions.load_seeds()

    hubei = Region.objects.get(code="420000")
    below = Region.objects.filter(parent=hubei)

    assert below.filter(level=Region.Level.CITY).count() == 13
    assert set(below.filter(level=Region.Level.COUNTY).values_list("name", flat=True)) == {
        "仙桃市", "潜江市", "天门市", "神农架林区",
    }  # fmt: skip
    assert Region.objects.filter(level=Region.Level.COUNTY).count() == 105


def test_daye_has_the_fourteen_units_of_its_target_table():
    regions.load_seeds()

    units = Region.objects.filter(parent__code="420281")

    assert list(units.values_list("name", flat=True)) == [
        "大冶湖高新区", "临空区·还地桥镇", "灵乡镇", "陈贵镇", "金湖街道", "保安镇", "大箕铺镇",
        "金山店镇", "金牛镇", "东岳街道", "刘仁八镇", "殷祖镇", "茗山乡", "东风农场",
    ]  # fmt: skip
    assert units.get(name="大冶湖高新区").code == ""
    assert units.get(name="东岳街道").aliases == ["东岳路街道"]


def test_a_former_county_code_is_an_alias_of_its_county():
    regions.load_seeds()

    assert Region.objects.get(aliases__contains=["420821"]).name == "京山市"
    assert Region.objects.get(aliases__contains=["421023"]).name == "监利市"


def test_every_unit_lies_on_the_path_of_the_unit_above():
    regions.load_seeds()

    for region in Region.objects.exclude(parent=None).select_related("parent"):
        assert region.path == f"{region.parent.path}{region.pk}/"


def test_loading_again_adds_nothing_and_renames_nothing():
    first = regions.load_seeds()
    Region.objects.filter(code="420281").update(name="大冶")

    again = regions.load_seeds()

    assert first == Region.objects.count()
    assert again == 0
    assert Region.objects.get(code="420281").name == "大冶"


def test_loading_takes_a_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        regions.load_seeds()
