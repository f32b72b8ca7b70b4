"""推进看板 as a workbook: exactly the cases that the board counts."""

import datetime
from typing import Any

import pytest

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.models.candidacy import State
from tests.console.exported import Exported
from tests.console.visit import as_
from tests.factories import CandidacyFactory, EnterpriseFactory, RoundFactory

pytestmark = pytest.mark.django_db


def test_the_cases_on_the_board_are_the_rows_of_the_file(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User
):
    late = RoundFactory(closes_on=datetime.date(2020, 1, 1))
    CandidacyFactory(enterprise=enterprise, state=State.FILED, round=late, officer=officer)
    CandidacyFactory(enterprise=foreign_enterprise)
    CandidacyFactory(enterprise=EnterpriseFactory(region=enterprise.region), state=State.RECOGNISED)
    client = as_(officer)

    file = Exported(client.get("/board/export/"))

    board = client.get("/board/").context
    assert len(file.table) == board["total"] == 2
    assert [row[0] for row in file.table] == ["储备", "已申报"]
    filed = dict(zip(file.headings, file.table[1], strict=True))
    assert (filed["企业名称"], filed["责任人"], filed["时限依据"]) == (enterprise.name, "周市级", "待核实")
    assert int(filed["超期"]) > 2000
    assert filed["应有材料"] is None
    assert AuditEvent.objects.filter(what="export.board").count() == 1


def test_the_filters_of_the_board_are_those_of_the_file(enterprise: Enterprise, officer: User):
    for track in ("hnte", "srdi"):
        CandidacyFactory(enterprise=enterprise, track=track)
    client = as_(officer)

    file = Exported(client.get("/board/export/", {"track": "srdi"}))

    assert [row[4] for row in file.table] == ["专精特新中小企业"]
    assert file.rows[1][0] == "筛选条件：认定方向：专精特新中小企业"
    assert client.get("/board/export/", {"unit": "x"}).status_code == 422


def test_a_unit_exports_no_case_from_next_door(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    CandidacyFactory(enterprise=enterprise)
    CandidacyFactory(enterprise=foreign_enterprise)

    file = Exported(as_(county_officer).get("/board/export/"))

    assert [row[1] for row in file.table] == [enterprise.name]
    assert foreign_enterprise.name not in "".join(file.parts.values())


def test_queries_do_not_grow_with_the_cases(enterprise: Enterprise, officer: User, django_assert_max_num_queries: Any):
    client = as_(officer)
    CandidacyFactory(enterprise=enterprise)
    with django_assert_max_num_queries(40) as one:
        client.get("/board/export/")
    for _ in range(2):
        CandidacyFactory(enterprise=EnterpriseFactory(region=enterprise.region))

    with django_assert_max_num_queries(len(one)):
        client.get("/board/export/")
