"""A draft of 认定规则 as an officer begins and changes it on the page."""

import datetime

from django.test import Client

from accounts.models import User
from pipeline.domain import drafts, editions
from pipeline.models import Edition
from tests.console.visit import ON

DAY = ON + datetime.timedelta(30)


def seed(track: str = "hnte") -> Edition:
    return Edition.objects.exclude(slug="").filter(track=track).earliest("effective_from")


def begun(officer: User, track: str = "hnte") -> Edition:
    return drafts.start(by=officer, on=ON, day=DAY, base_id=seed(track).pk)


def rules(edition: Edition):
    return editions.parsed(Edition.objects.get(pk=edition.pk).content)


def form_of(client: Client, address: str) -> dict[str, object]:
    """What the page's form would send if nothing were changed."""
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value is not None}


def send(client: Client, address: str, **changed: object):
    return client.post(address, form_of(client, address) | changed)
