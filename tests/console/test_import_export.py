"""What a ledger did leaves as a workbook; refused rows come back once they are corrected."""

import io
from typing import Any

import fastexcel
import pytest

from accounts.models import AuditEvent, Region, User
from enterprises.imports.read import read_workbook
from enterprises.models import Enterprise, YearFigures
from pipeline.models import Bureau
from tests import workbooks
from tests.console.test_imports import uploaded
from tests.console.visit import as_
from tests.factories import EnterpriseFactory

pytestmark = pytest.mark.django_db(transaction=True)


def content(response: Any) -> bytes:
    """The file of an answer."""
    assert response.status_code == 200
    return bytes(response.getvalue())


def cells(response: Any) -> list[tuple[Any, ...]]:
    """Every row of the file's first sheet."""
    sheet = fastexcel.read_excel(content(response)).load_sheet(0, header_row=None, dtypes="string")
    return list(sheet.to_polars().rows())


@pytest.mark.feature(3, partial="undo, remembered mapping")
def test_what_changed_leaves_from_and_to(reference_data: Bureau, county_officer: User, county: Region):
    """Preview, row errors; exported after the ledger was applied."""
    client = as_(county_officer)
    first = uploaded(county_officer, workbooks.plain(3))
    client.post(f"/imports/{first.pk}/apply/")
    batch = uploaded(county_officer, workbooks.ledger(workbooks.firm(1), workbooks.firm(2, revenue=5000)))
    client.post(f"/imports/{batch.pk}/apply/")

    rows = cells(client.get(f"/imports/{batch.pk}/export/?only=changed"))

    found = [row for row in rows if row[2] == "云泽第2精密有限公司"]
    assert [row[3:7] for row in found] == [("变更", "2025年营业收入", "48,000,000 元", "50,000,000 元")]
    assert not [row for row in rows if row[2] == "云泽第1精密有限公司"]
    assert AuditEvent.objects.filter(what="export.import_rows", by=county_officer).exists()


def test_refused_rows_are_corrected_and_come_back(reference_data: Bureau, county_officer: User, county: Region):
    """Unmatched and refused rows leave under headings that an import knows again."""
    EnterpriseFactory(name="青麓生物有限公司", region=county, uscc=workbooks.code(8), uscc_ok=True)
    batch = uploaded(
        county_officer,
        workbooks.ledger(workbooks.firm(1), (2, "青麓生物有限公司", workbooks.code(9), "东溪县", "2016-05-01", 77.5)),
    )
    client = as_(county_officer)

    file = content(client.get(f"/imports/{batch.pk}/refused/"))

    ledger = read_workbook(filename="更正.xlsx", content=file, year=2020)
    (row,) = ledger.rows.rows(named=True)
    assert (row["name"], row["uscc"]) == ("青麓生物有限公司", workbooks.code(9))
    assert row["operating_revenue_cny@2025"] == 775_000
    assert str(row["registered_on"]) == "2016-05-01"
    assert ledger.sheets[0].n_unrecognised == 0

    EnterpriseFactory._meta.model.objects.filter(uscc=workbooks.code(8)).update(uscc=workbooks.code(9))
    again = uploaded(county_officer, file, "更正.xlsx")
    client.post(f"/imports/{again.pk}/apply/")
    assert YearFigures.objects.get(enterprise__uscc=workbooks.code(9)).operating_revenue_cny == 775_000


def test_a_firm_of_others_leaves_no_value(reference_data: Bureau, county_officer: User, other_county: Region):
    EnterpriseFactory(name="云泽第1精密有限公司", uscc=workbooks.code(1), region=other_county)
    batch = uploaded(county_officer, workbooks.ledger(workbooks.firm(1, unit=None), workbooks.firm(2)))

    for part in ("refused", "export"):
        text = str(cells(as_(county_officer).get(f"/imports/{batch.pk}/{part}/")))
        assert "不在本辖区" in text
        assert workbooks.code(1) not in text
        assert "云泽第1" not in text


def test_nobody_else_takes_them(reference_data: Bureau, county_officer: User, officer: User):
    batch = uploaded(county_officer, workbooks.plain(1))

    assert [as_(officer).get(f"/imports/{batch.pk}/{part}/").status_code for part in ("export", "refused")] == [
        404,
        404,
    ]
    assert not Enterprise.objects.exists()


def test_nothing_refused_is_an_empty_file(reference_data: Bureau, county_officer: User):
    batch = uploaded(county_officer, workbooks.plain(1))

    assert io.BytesIO(content(as_(county_officer).get(f"/imports/{batch.pk}/refused/"))).read(2) == b"PK"
