"""Codes that firms wait for: a list completes one when it is certainly the firm's."""

import datetime
from collections.abc import Sequence

import pytest

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from pipeline.models import PublishedList
from tests.factories import EnterpriseFactory, TitleFactory
from tests.pipeline.domain.published import DAY, applied, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
CODE, OTHER_CODE = "91420281MA90000019", "91420281MA9000002C"
WITH_CODE = ["序号", "企业名称", "统一社会信用代码"]


def coded(by: User, *rows: Sequence[object], **given: object) -> PublishedList:
    """A list of names and codes."""
    return listed(by, *rows, head=WITH_CODE, **given)  # type: ignore[arg-type]


def waiting(region: Region, name: str = "芷汀酒业有限公司", **said: object) -> Enterprise:
    """A firm whose code is still to come."""
    return EnterpriseFactory(name=name, region=region, uscc=None, **said)


def test_a_right_code_on_a_list_completes_the_firm_that_waits_for_it(county: Region, officer: User):
    firm = waiting(county)

    published = coded(officer, [firm.name, CODE])
    applied(published, officer)
    applied(published, officer)

    firm.refresh_from_db()
    event = AuditEvent.objects.get(what="enterprise.code")
    assert (firm.uscc, firm.uscc_ok, Enterprise.objects.count()) == (CODE, True, 1)
    assert (event.enterprise_id, event.by, event.after, event.document) == (
        firm.pk, officer, {"uscc": CODE}, "鄂科技发高〔2026〕12号"
    )  # fmt: skip
    assert Enterprise.objects.filter(search_text__contains=CODE.casefold()).get() == firm


def test_a_code_is_completed_although_the_title_stands_already(county: Region, officer: User):
    firm = waiting(county)
    TitleFactory(enterprise=firm, issued_on=DAY, number="", valid_until=datetime.date(2029, 11, 19))

    assert applied(coded(officer, [firm.name, CODE]), officer)[0][0] == "known"

    firm.refresh_from_db()
    assert (firm.uscc, firm.titles.count()) == (CODE, 1)


def test_a_code_that_another_firm_has_is_not_given_twice(county: Region, other_county: Region, officer: User):
    firm = waiting(county)
    EnterpriseFactory(name="远方秘境材料有限公司", region=other_county, uscc=CODE)

    applied(coded(officer, [firm.name, CODE]), officer)

    firm.refresh_from_db()
    assert firm.uscc is None
    assert Enterprise.objects.filter(uscc=CODE).count() == 1


NO_CODES = [
    ([["芷汀酒业有限公司", "91420281MA90000018"]], "a wrong check digit"),
    ([["芷汀酒业", CODE]], "a short name is for an officer"),
    ([["芷汀酒业有限公司", CODE], ["芷汀酒业有限公司", OTHER_CODE]], "two codes for one firm"),
    ([["芷汀酒业有限公司", CODE], ["汀泉酒厂有限公司", CODE]], "one code for two firms"),
]


@pytest.mark.parametrize(("rows", "why"), NO_CODES, ids=[why for _, why in NO_CODES])
def test_a_code_that_is_not_certainly_the_firm_s_is_not_written(county: Region, officer: User, rows: list, why: str):
    firm = waiting(county)
    waiting(county, "汀泉酒厂有限公司")

    applied(coded(officer, *rows), officer)

    firm.refresh_from_db()
    assert firm.uscc is None
    assert not AuditEvent.objects.filter(what="enterprise.code").exists()


def test_a_firm_next_door_gets_no_code(foreign_enterprise: Enterprise, county_officer: User):
    Enterprise.objects.filter(pk=foreign_enterprise.pk).update(uscc=None)

    applied(coded(county_officer, [foreign_enterprise.name, CODE]), county_officer)

    foreign_enterprise.refresh_from_db()
    assert foreign_enterprise.uscc is None
