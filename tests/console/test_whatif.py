"""试算 as an officer sees it: begun by a click, counted, listed by turn, exported; nobody else's is seen."""

from unittest.mock import patch

import pytest
import time_machine
from kombu.exceptions import OperationalError

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from pipeline.domain import whatif
from pipeline.models import Assessment, Bureau, Edition, Flip, Forecast
from tests import firms
from tests.console.exported import Exported
from tests.console.visit import MORNING, as_, text
from tests.drafted import edition
from tests.factories import EnterpriseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def draft(reference_data: Bureau, county: Region, officer: User) -> Edition:
    """A draft by which two of three firms lose."""
    for share in (65, 69, 75):
        firm = EnterpriseFactory(region=county)
        firms.make_fit(firm, total_income_cny=100_000_000, hi_tech_income_cny=share * 1_000_000)
        firms.rule_what_is_manual(firm, officer)
    return edition(income="70%")


def page_of(draft: Edition) -> str:
    """Its address."""
    return f"/rules/{draft.pk}/what-if/"


def test_before_the_first_trial_the_page_says_what_it_would_do(draft: Edition, officer: User) -> None:
    page = text(as_(officer).get(page_of(draft)))

    assert "开始试算" in page
    assert "不测算金额" in page


def test_who_loses_is_counted_by_unit_and_named(draft: Edition, officer: User, county: Region) -> None:
    answer = as_(officer).post(page_of(draft), follow=True)

    page = text(answer)
    assert "3家中2家变动" in page
    assert "评估截至" in page
    ((unit, numbers),) = answer.context["by_unit"]
    assert (unit, sum(numbers)) == (county.name, 2)
    names = {flip.enterprise.name for flip, *_ in answer.context["lines"]}
    assert names == set(Flip.objects.values_list("enterprise__name", flat=True))
    assert len(names) == 2
    assert not Assessment.objects.filter(edition=draft).exists()  # nobody is judged by it


def test_a_turn_lists_its_firms_and_the_file_has_exactly_these(draft: Edition, officer: User) -> None:
    client = as_(officer)
    client.post(page_of(draft))
    counted = {key: count for key, _, _, count in client.get(page_of(draft)).context["turns"]}

    for turn, count in counted.items():
        assert len(client.get(f"{page_of(draft)}?turn={turn}").context["lines"]) == count
    turn = next(key for key, count in counted.items() if count)
    sheet = Exported(client.get(f"{page_of(draft)}export/?turn={turn}"))
    assert sum("贵公司" in str(cell) for row in sheet.rows for cell in row) == counted[turn]
    assert AuditEvent.objects.filter(what="export.whatif_list").count() == 1


def test_nobody_sees_another_officer_s_trial(draft: Edition, officer: User, county_officer: User) -> None:
    as_(officer).post(page_of(draft))

    assert "开始试算" in text(as_(county_officer).get(page_of(draft)))
    assert as_(county_officer).get(f"{page_of(draft)}export/").status_code == 404
    assert as_(county_officer).get(f"{page_of(draft)}progress/").status_code == 404


def test_a_long_trial_goes_to_the_worker(
    draft: Edition, officer: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(whatif, "AT_THE_PAGE", 1)
    client = as_(officer)
    with patch("pipeline.tasks.try_edition.apply_async") as queued:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page_of(draft))
        (found,) = Forecast.objects.all()
        queued.assert_called_once_with((found.pk,), retry=False)
    assert 'role="status"' in client.get(page_of(draft)).content.decode()
    assert "HX-Refresh" not in client.get(f"{page_of(draft)}progress/")

    whatif.run(forecast_id=found.pk)

    assert client.get(f"{page_of(draft)}progress/")["HX-Refresh"] == "true"


def test_a_queue_that_does_not_answer_leaves_no_trial(
    draft: Edition, officer: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    monkeypatch.setattr(whatif, "AT_THE_PAGE", 1)
    queue = patch("pipeline.tasks.try_edition.apply_async", side_effect=OperationalError)
    with queue, django_capture_on_commit_callbacks(execute=True):
        as_(officer).post(page_of(draft))

    assert not Forecast.objects.exists()


def test_a_failed_trial_says_so(draft: Edition, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = whatif.ask(edition_id=draft.pk, by=officer, on=MORNING.date())
    monkeypatch.setattr(whatif, "write", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        whatif.run(forecast_id=begun.pk)

    assert whatif.FAILED in text(as_(officer).get(page_of(draft)))
    assert as_(officer).get(f"{page_of(draft)}progress/")["HX-Refresh"] == "true"


def test_the_page_takes_as_many_queries_for_many_firms_as_for_few(
    draft: Edition, officer: User, county: Region, django_assert_max_num_queries: object
) -> None:
    for _ in range(20):
        firms.make_fit(EnterpriseFactory(region=county), total_income_cny=100, hi_tech_income_cny=65)
    client = as_(officer)
    client.post(page_of(draft))
    assert Enterprise.objects.count() == 23

    with django_assert_max_num_queries(20):
        client.get(page_of(draft))
