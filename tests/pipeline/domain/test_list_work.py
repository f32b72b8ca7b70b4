"""A long list is applied by the worker: asked for once, done once, at rest again whatever comes of it."""

import datetime

import pytest
from django.utils import timezone

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import list_apply, list_decisions, list_work, published_lists
from pipeline.models import PublishedList, Title
from tests.pipeline.domain.published import ON, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def published(enterprise: Enterprise, officer: User) -> PublishedList:
    """A list of a known firm and of a short name."""
    return listed(officer, [enterprise.name, "GR202642000001"], ["云泽精密", "GR202642000002"])


def asked(published: PublishedList, by: User, *, ago: int = 0) -> bool:
    """Ask for a list, some seconds ago."""
    at = timezone.now() - datetime.timedelta(seconds=ago)
    return list_work.ask(list_id=published.pk, by=by, version=None, at=at)


def test_the_worker_applies_on_behalf_of_who_asked_and_a_second_task_finds_nothing(
    published: PublishedList, officer: User
):  # fmt: skip
    assert [asked(published, officer), asked(published, officer)] == [True, False]
    for _ in range(2):
        list_work.run(list_id=published.pk, on=ON)

    published.refresh_from_db()
    assert (published.state, published.asked_at, published.progress, published.error) == ("applied", None, 0, "")
    assert Title.objects.count() == 1
    assert AuditEvent.objects.get(what="list.apply").by == officer


def test_while_the_worker_is_at_it_nobody_decides_and_nobody_applies(published: PublishedList, officer: User):
    asked(published, officer)
    row, version = published.rows.get(place=2), published.version

    acts = (
        lambda: list_decisions.decide(
            row_id=row.pk, by=officer, version=version, at=timezone.now(), decision="none", reason="不是"
        ),
        lambda: list_apply.apply(list_id=published.pk, by=officer, version=None, on=ON),
        lambda: published_lists.rematch(list_id=published.pk, by=officer),
    )
    for act in acts:
        with pytest.raises(StepRefused, match="后台正在办理"):
            act()


def test_a_lost_task_may_be_asked_for_again_or_done_by_command(published: PublishedList, officer: User):
    asked(published, officer, ago=90)
    assert asked(published, officer)
    PublishedList.objects.update(moved_at=timezone.now() - datetime.timedelta(seconds=90))

    list_apply.apply(list_id=published.pk, by=officer, version=None, on=ON)
    list_work.run(list_id=published.pk, on=ON)

    published.refresh_from_db()
    assert (published.asked_at, published.state, Title.objects.count()) == (None, "applied", 1)


def test_what_is_refused_is_told_and_the_list_is_at_rest(published: PublishedList, officer: User):
    asked(published, officer)
    PublishedList.objects.update(recognised_on=None)

    list_work.run(list_id=published.pk, on=ON)

    published.refresh_from_db()
    assert (published.asked_at, published.state) == (None, "read")
    assert "认定日期" in published.error


def test_a_list_that_cannot_be_applied_is_not_asked_for(enterprise: Enterprise, county_officer: User):
    srdi = listed(county_officer, [enterprise.name], title="2026年专精特新中小企业认定名单", track="srdi")

    with pytest.raises(StepRefused, match="经信线"):
        asked(srdi, county_officer)
