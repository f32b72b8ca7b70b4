"""Every line of a letter says why it came and leads to the one page where it is done."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from enterprises.domain import scale
from enterprises.models import Enterprise, FormerName, StatementState, YearFigures
from enterprises.models.institution import State as Institution
from notifications import obligations
from notifications.contents import Contents, Line
from notifications.models import Bounce, Message, Obligation
from notifications.readers import ContactOf
from notifications.workdays import load_calendar
from pipeline.domain import candidacies
from pipeline.models import Assessment, Bureau, Edition, MaterialRequirement
from pipeline.models.candidacy import State
from tests.factories import (
    CandidacyFactory,
    ContactFactory,
    InstitutionFactory,
    MaterialFactory,
    RoundFactory,
    TitleFactory,
    YearFiguresFactory,
)

Kind = Obligation.Kind
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.feature(51, partial="every line stores why you got this"),
]


@pytest.fixture
def busy(
    reference_data: Bureau, enterprise: Enterprise, member: User, officer: User, county_officer: User
) -> datetime.date:
    """A firm that owes something of every kind on the present day."""
    load_calendar()
    on = timezone.localdate()
    TitleFactory(enterprise=enterprise, issued_on=on.replace(year=on.year - 2), valid_until=on)
    TitleFactory(
        enterprise=enterprise,
        track="srdi",
        issued_on=on - datetime.timedelta(days=9),
        valid_until=datetime.date(2030, 1, 1),
    )
    window = RoundFactory(track="isme", closes_on=on + datetime.timedelta(days=20))
    MaterialRequirement.objects.create(track="isme", kind="自评表")
    case = CandidacyFactory(enterprise=enterprise, track="isme", state=State.FILED, round=window)
    candidacies.move(candidacy_id=case.pk, step="give_back", by=officer, version=0, on=on, reason="缺附注")
    CandidacyFactory(enterprise=enterprise, state=State.FILED, round=RoundFactory(closes_on=on))
    MaterialRequirement.objects.create(track="isme", kind="审计报告")
    MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=on)
    FormerName.objects.create(enterprise=enterprise, name="云泽机械", until=on - datetime.timedelta(days=9))
    undecided(enterprise, on)
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED, source="enterprise", year=on.year - 2)
    MaterialFactory(enterprise=enterprise, accepted_at=None)
    InstitutionFactory(enterprise=enterprise, state=Institution.CULTIVATING, recheck_on=on)
    Enterprise.objects.filter(pk=enterprise.pk).update(institutions_known_on=on)
    scale.begin(enterprise_id=enterprise.pk, kind=scale.INDUSTRY, from_on=on, source="名单", by=county_officer, on=on)
    bounced(member.email)
    bounced(ContactFactory(enterprise=enterprise, email="lianluo@example.cn").email)
    obligations.refresh(on=on)
    return on


def undecided(enterprise: Enterprise, on: datetime.date) -> None:
    """The case lacks one figure."""
    Assessment.objects.filter(enterprise=enterprise).delete()
    Assessment.objects.create(
        enterprise=enterprise, track="isme", kind="apply", judged_on=on, verdict="undecided", wants=["sales_cny"],
        edition=Edition.objects.filter(track="isme")[0], n_unmet=0, n_unknown=1, n_manual=0, n_na=0,
        unmet_mask=0, unknown_mask=1, manual_mask=0,
    )  # fmt: skip


def bounced(address: str) -> None:
    """The mailbox refused a letter for good."""
    message = Message.objects.create(
        key=address, kind=Message.Kind.DIGEST, to=address, message_id=address, next_try_at=timezone.now()
    )
    Bounce.objects.create(message=message, address=address, permanent=True, report=address, at=timezone.now())


def lines(reader: Any, on: datetime.date) -> dict[str, Line]:
    """One line of each kind."""
    part = Contents(on).part(reader)
    assert part is not None
    return {line.obligation.kind: line for bucket in part.buckets for line in bucket.lines}


def opened(reader: User, address: str) -> tuple[int, str, str]:
    """The page of a line as its reader finds it: code, text, and the place on it."""
    client = Client()
    client.force_login(reader)
    path, _, place = address.removeprefix("http://127.0.0.1:8000").partition("#")
    answer = client.get(path)
    return answer.status_code, answer.text, place


def test_every_line_of_an_officer_opens_the_page_where_it_is_done(busy: datetime.date, officer: User):
    found = lines(officer, busy)

    assert set(found) == set(Kind) - {Kind.DISPATCH}  # a unit's own
    for line in found.values():
        code, text, place = opened(officer, line.url)
        assert (line.obligation.kind, code) == (line.obligation.kind, 200)
        assert not place or f'id="{place}"' in text, (line.obligation.kind, place)
        assert line.obligation.because
        assert line.why == "属您的辖区和业务线"


def test_every_line_of_a_firm_opens_a_page_of_the_firm(busy: datetime.date, member: User, enterprise: Enterprise):
    found = lines(member, busy)

    assert Kind.FIGURES_WANTED in found
    for line in found.values():
        code, text, place = opened(member, line.url)
        assert (line.obligation.kind, code) == (line.obligation.kind, 200)
        assert not place or f'id="{place}"' in text, (line.obligation.kind, place)
        assert f"/my/{enterprise.pk}/" in line.url
        assert line.why == "您为该企业填报"
    assert f"/figures/{busy.year - 1}/" in found[Kind.FIGURES_WANTED].url


def test_a_statement_waits_at_its_own_place(busy: datetime.date, officer: User):
    waiting = YearFigures.objects.get(state=StatementState.SUBMITTED)

    assert lines(officer, busy)[Kind.FIGURES_TO_ACCEPT].url.endswith(f"#statement-{waiting.pk}")


def test_a_contact_without_account_gets_the_reason_and_no_link(busy: datetime.date, enterprise: Enterprise):
    found = lines(ContactOf(frozenset({enterprise.pk})), busy)

    assert {(line.url, line.why) for line in found.values()} == {("", "您是企业联络员")}


@pytest.mark.parametrize(("officer_of", "why"), [("officer", "责任人周市级"), ("", "暂无责任人")])
def test_a_head_reads_whose_each_line_is(
    busy: datetime.date, enterprise: Enterprise, officer: User, county_officer: User, officer_of: str, why: str
):
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=officer if officer_of else None)
    county_officer.leads = True

    assert {line.why for line in lines(county_officer, busy).values()} == {why}
