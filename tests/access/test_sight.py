"""A foreign firm's name reaches nobody, on no page, in no file and no mail; rights are read with every request."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import policy
from accounts.models import Region, Role, User
from enterprises.models import Enterprise
from notifications import digest, obligations
from notifications.models import Channel, Message
from tests.access.world import NOBODY_S, OBJECT_VIEWS, Things, World
from tests.factories import TitleFactory

CANARY = "秘境"
PLACES = ["/board/", "/board/?q=远岑", "/board/cards/?state=pooled", "/workbench/",
          "/enterprises/", "/enterprises/?q=远岑", "/enterprises/?q=ycmj", "/imports/", "/lists/", "/mails/",
          "/mails/preview/", "/mails/preview/?silent=nobody", "/mails/preview/?silent=idle",
          "/rules/", "/audit/", "/calendar/", "/calendar/?view=list",
          "/users/", "/setup/", "/setup/rounds/", "/setup/materials/", "/status/", "/my/"]  # fmt: skip
PLACES += [
    "/institutions/", "/institutions/?q=远岑", "/institutions/coverage/", "/institutions/coverage/firms/",
    "/institutions/new/?q=远岑", "/institutions/kinds/",
]  # fmt: skip
FILES = [reverse(view) for view in policy.POLICY if view.endswith("_export") and view not in {*OBJECT_VIEWS, *NOBODY_S}]
PLACES += [f"/reminders/{page}" for page in ("", "feeds/", "notices/", "channels/", "defaults/")]
PLACES += ["/rules/compare/", "/rules/compare/?q=远岑", "/rules/documents/"]
PLACES += ["/setup/yearly/", "/setup/calendar/", "/calendar/duties/"]
PLACES += ["/calendar/plan/", "/setup/steps/", "/setup/escalation/"]
PLACES += ["/pools/", "/pools/pin/?q=远岑", "/views/", "/owners/", "/owners/handover/?q=远岑"]


def readable(world: World, role: str, things: Things) -> str:
    """Every page and every file a role can read, of these things and without any."""
    addresses = PLACES + FILES + [things.address(view) for view in OBJECT_VIEWS]
    if role == "admin":  # opens and closes the accounts of firms, and therefore reads there whose they are
        addresses = [address for address in addresses if not address.startswith("/users/")]
    return read(world.client(role), addresses)


def read(client: Client, addresses: list[str]) -> str:
    """These pages, one after the other; a workbook as the words in it."""
    return "\n".join(words(client.get(address, follow=True)) for address in addresses)


def words(response: HttpResponse) -> str:
    """What a person reads in an answer: a page's text, or the parts of a workbook."""
    if "spreadsheet" not in response.headers.get("Content-Type", ""):
        return response.text
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        return "\n".join(archive.read(part).decode() for part in archive.namelist())


@pytest.mark.parametrize("role", ["unit", "firm", "admin", "nobody"])
def test_the_name_of_a_foreign_firm_reaches_nobody(role: str, world: World):
    monday(world)

    assert CANARY not in readable(world, role, world.foreign) + readable(world, role, world.own)


def test_the_administrator_reads_firms_only_as_the_owners_of_accounts(world: World):
    pages = read(world.client("admin"), ["/users/", world.foreign.address("console:user_detail")])

    assert pages.count(CANARY) == 2
    assert "/enterprises/" not in pages


@pytest.mark.parametrize("role", ["elsewhere", "other_firm", "city", "auditor"])
def test_the_name_is_seen_by_those_it_belongs_to(role: str, world: World):
    assert CANARY in readable(world, role, world.foreign)


def test_monday_s_mail_names_a_firm_only_to_those_it_belongs_to(world: World):
    monday(world)

    digests = Message.objects.filter(kind=Message.Kind.DIGEST)
    told = {message.addressee for message in digests if CANARY in message.text}

    group = Channel.objects.get(pk=world.foreign.channel)
    assert told == {world.people[role].email for role in ("city", "elsewhere", "other_firm")} | {str(group)}


def monday(world: World) -> None:
    """A title of each firm ends soon, and the week's mails are made."""
    on = timezone.localdate()
    for things in (world.own, world.foreign):
        end = on + timedelta(days=20)
        TitleFactory(
            enterprise_id=things.enterprise, enterprise=None, issued_on=on.replace(year=on.year - 3), valid_until=end
        )
    obligations.refresh(on=on)
    digest.run(on=on)


# Rights are read with every request


def test_a_moved_officer_sees_the_other_county_with_the_next_request(world: World, county: Region):
    reader, there = world.client("unit"), world.foreign.address("console:enterprise_detail")
    assert reader.get(there).status_code == 404

    User.objects.filter(pk=world.people["unit"].pk).update(region=world.people["elsewhere"].region)

    assert reader.get(there).status_code == 200
    assert reader.get(world.own.address("console:enterprise_detail")).status_code == 404


def test_a_moved_firm_leaves_the_sight_of_its_county_with_the_next_request(world: World):
    reader, page = world.client("unit"), world.own.address("console:enterprise_detail")
    assert reader.get(page).status_code == 200

    Enterprise.objects.filter(pk=world.own.enterprise).update(region=world.people["elsewhere"].region)

    assert reader.get(page).status_code == 404
    assert world.client("elsewhere").get(page).status_code == 200


def test_a_changed_role_holds_with_the_next_request(world: World):
    reader = world.client("unit")

    User.objects.filter(pk=world.people["unit"].pk).update(role=Role.AUDITOR)

    assert reader.get("/workbench/").status_code == 200
    assert reader.post(world.own.address("console:contact_create"), {"name": "李联络"}).status_code == 404


def test_a_person_who_left_a_firm_no_longer_sees_it(world: World):
    reader = world.client("firm")

    Enterprise.objects.get(pk=world.own.enterprise).members.clear()

    assert reader.get(world.own.address("portal:status")).status_code == 404
