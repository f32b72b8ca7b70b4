"""列对应: corrected once, remembered for the sender, said so on the page, removable; it never bypasses a check."""

from typing import Any

import pytest

from accounts.models import AuditEvent, User
from enterprises.imports import mapping
from enterprises.models import Enterprise, HeadingMapping, ImportBatch, YearFigures
from pipeline.models import Bureau
from tests import workbooks
from tests.console.test_imports import uploaded
from tests.console.visit import as_, text

pytestmark = pytest.mark.django_db(transaction=True)

HEADINGS = ("序号", "企业名称", "统一社会信用代码", "所属县市区", "去年做了多少", "人手", "2025年净利润（元）")


def odd(*cells: Any) -> bytes:
    """A ledger whose columns nobody knows."""
    return workbooks.ledger([1, "云泽第1精密有限公司", workbooks.code(1), "东溪县", *cells], headings=HEADINGS)


def columns(batch: ImportBatch, **said: str) -> dict[str, str]:
    """The form as it stands, with what is said of some columns."""
    form = {}
    for place, heading in enumerate(batch.report["sheets"][0]["headings"]):
        form[f"means-{place}"] = mapping.label_of(heading["name"])
        form[f"unit-{place}"] = heading["unit"] if mapping.is_money(heading["name"]) else ""
        form[f"year-{place}"] = str(heading["year"] or "")
    return form | {name.replace("_", "-"): value for name, value in said.items()}


def mapped(user: User, batch: ImportBatch, **said: str) -> Any:
    """What is said of the columns, sent."""
    return as_(user).post(f"/imports/{batch.pk}/columns/0/", columns(batch, **said), follow=True)


SAID = {"means_4": "营业收入", "unit_4": "万元", "year_4": "2025", "means_5": "职工总数", "year_5": "2025"}


@pytest.mark.feature(3)
def test_a_column_is_corrected_once_and_read_so_the_next_time(reference_data: Bureau, county_officer: User):
    """Remembered mapping per sender; preview, row errors, undo: see the neighbouring tests."""
    batch = uploaded(county_officer, odd(4800, 120, 5))
    assert "2列没有认出" in text(as_(county_officer).get(f"/imports/{batch.pk}/"))

    page = mapped(county_officer, batch, **SAID)

    assert "2列按上次的对应" in text(page)
    again = uploaded(county_officer, odd(5100, 121, 5))
    assert "2列按上次的对应" in text(as_(county_officer).get(f"/imports/{again.pk}/"))
    as_(county_officer).post(f"/imports/{again.pk}/apply/")
    figures = YearFigures.objects.get()
    assert (figures.operating_revenue_cny, figures.staff_headcount, figures.net_profit_cny) == (51_000_000, 121, 5)
    assert AuditEvent.objects.filter(what="ledger.map", by=county_officer).exists()


def test_a_column_is_put_aside_and_a_unit_set(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, odd(4800, 120, 5))

    mapped(county_officer, batch, means_6="净利润", unit_6="万元", means_3="")

    headings = ImportBatch.objects.get(pk=batch.pk).report["sheets"][0]["headings"]
    assert (headings[6]["unit"], headings[6]["is_mapped"]) == ("万元", True)
    assert (headings[3]["means"], headings[3]["note"]) == ("", "按上次的对应，不读入")
    assert not headings[1]["is_mapped"]


def test_every_check_stays(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, odd("约五百万", "好多", -3))

    mapped(county_officer, batch, **SAID)

    (row,) = as_(county_officer).get(f"/imports/{batch.pk}/").context["preview"].rows
    assert [warning.partition("：")[0] for warning in row.warnings][:2] == ["去年做了多少", "人手"]


def test_two_columns_cannot_mean_the_same(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, odd(4800, 120, 5))

    mapped(county_officer, batch, means_4="净利润", year_4="2025", unit_4="元")

    headings = ImportBatch.objects.get(pk=batch.pk).report["sheets"][0]["headings"]
    assert "重复，未读入" in headings[6]["note"]


def test_words_that_name_nothing_are_refused_with_the_form(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, odd(4800, 120, 5))

    answer = mapped(county_officer, batch, means_4="营收")

    assert answer.status_code == 422
    assert "没有名为“营收”的数据项" in text(answer)
    assert not HeadingMapping.objects.exists()


def test_a_written_file_is_not_mapped_any_more(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.plain(1))
    as_(county_officer).post(f"/imports/{batch.pk}/apply/")

    answer = mapped(county_officer, batch, means_5="")

    assert answer.status_code == 403
    assert "不能再改列对应" in text(answer)


def test_another_sender_and_another_unit_are_read_by_their_headings(
    reference_data: Bureau, county_officer: User, other_county_officer: User
):
    mapped(county_officer, uploaded(county_officer, odd(4800, 120, 5)), **SAID)
    ImportBatch.objects.all().update(sender="")

    theirs = uploaded(other_county_officer, odd(4800, 120, 5))

    assert "按上次的对应" not in text(as_(other_county_officer).get(f"/imports/{theirs.pk}/"))
    mine = HeadingMapping.objects.get()
    assert as_(other_county_officer).post(f"/imports/mappings/{mine.pk}/forget/").status_code == 404
    assert as_(other_county_officer).get("/imports/").context["mappings"].count() == 0


def test_it_is_listed_and_can_be_removed(reference_data: Bureau, county_officer: User):
    mapped(county_officer, uploaded(county_officer, odd(4800, 120, 5)), **SAID)
    client = as_(county_officer)
    assert "记住的列对应" in text(client.get("/imports/"))

    client.post(f"/imports/mappings/{HeadingMapping.objects.get().pk}/forget/")

    assert not HeadingMapping.objects.exists()
    assert AuditEvent.objects.get(what="ledger.forget").before["choices"]
    again = uploaded(county_officer, odd(4800, 120, 5))
    assert "2列没有认出" in text(client.get(f"/imports/{again.pk}/"))


def test_a_sheet_of_names_alone_can_be_mapped(reference_data: Bureau, county_officer: User):
    bare = workbooks.ledger([1, "云泽第1精密有限公司", 4800], headings=("序", "企业名称", "做了多少"))
    batch = uploaded(county_officer, bare)
    assert batch.state == "refused"

    mapped(county_officer, batch, means_2="营业收入", unit_2="万元", year_2="2025")

    as_(county_officer).post(f"/imports/{batch.pk}/apply/")
    assert YearFigures.objects.get(enterprise=Enterprise.objects.get()).operating_revenue_cny == 48_000_000
