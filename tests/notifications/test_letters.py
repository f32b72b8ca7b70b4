"""Who may read a letter after it was made: whoever sees every firm in it, and no neighbour."""

from typing import Any

import pytest

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications import digest, letters, outbox
from notifications.catalogue import DIGEST, Rendered
from notifications.models import Message, Obligation
from tests.factories import ContactFactory, EnterpriseFactory, MemberFactory, UserFactory
from tests.notifications.mondays import ON, ending, letter_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("bureau"),
    pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first"),
]


def put_by_hand(user: User, basis: dict[str, Any]) -> Message:
    """A digest as no run of today writes it."""
    key, words = f"digest:2026-W40:{len(basis)}", Rendered("1 项待办", "文字", "")
    return outbox.put(
        outbox.Draft(key=key, letter=DIGEST, rendered=words, to=user.email, recipients=[user], basis=basis)
    )


def test_a_unit_reads_the_letters_all_of_whose_firms_it_sees(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User,
    other_county_officer: User, member: User, auditor: User,
):  # fmt: skip
    neighbour = MemberFactory(username="both", enterprises=[enterprise, foreign_enterprise])
    UserFactory(username="city2", region=officer.region, email=county_officer.email)
    for firm in (enterprise, foreign_enterprise):
        ending(firm, "2026-12-31")
    digest.run(on=ON)

    seen = {
        reader.username: set(Message.objects.visible_to(reader).values_list("to", flat=True))
        for reader in (officer, county_officer, other_county_officer, member, auditor)
    }

    everybody = set(Message.objects.values_list("to", flat=True))
    assert neighbour.email in everybody
    assert seen == {
        "officer": everybody,
        "county": {member.email},  # their own mailbox is shared with the city: its letter holds the whole city
        "other-county": {other_county_officer.email},
        "member": set(),
        "auditor": set(),
    }


def test_a_letter_goes_with_its_firms_and_not_with_its_reader(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    letter = letter_to(county_officer)

    county_officer.region = foreign_enterprise.region
    county_officer.save()

    assert letter not in Message.objects.visible_to(other_county_officer)
    assert letter not in Message.objects.visible_to(county_officer)

    Enterprise.objects.filter(pk=enterprise.pk).update(region=foreign_enterprise.region)

    assert letter in Message.objects.visible_to(other_county_officer)


def test_a_letter_to_a_contact_is_read_by_the_unit_of_the_firm(
    enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    ContactFactory(enterprise=enterprise, email="contact@example.cn")
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    letter = Message.objects.get(to="contact@example.cn")

    assert letter in Message.objects.visible_to(county_officer)
    assert letter not in Message.objects.visible_to(other_county_officer)


def test_a_letter_one_of_whose_lines_is_gone_is_read_by_no_unit(
    enterprise: Enterprise, officer: User, county_officer: User
):
    ending(enterprise, "2026-12-31")
    ending(enterprise, "2026-11-30", track="tsme")
    digest.run(on=ON)
    Obligation.objects.filter(track="tsme").delete()

    assert not Message.objects.visible_to(county_officer).exists()
    assert Message.objects.visible_to(officer).count() == 2


def test_a_digest_that_lists_nothing_is_read_by_no_unit(officer: User, county_officer: User):
    for basis in ({}, {"obligations": []}):
        put_by_hand(county_officer, basis)

    assert not Message.objects.visible_to(county_officer).exists()
    assert Message.objects.visible_to(officer).count() == 2


def test_a_unit_reads_the_invitations_of_its_own_people(
    officer: User, county_officer: User, other_county_officer: User, member: User
):
    letter = letters.invite(user=member, by=officer, link="https://tidu.example.cn/invitation/1/")

    assert letter in Message.objects.visible_to(county_officer)
    assert letter not in Message.objects.visible_to(other_county_officer)


@pytest.mark.parametrize("firms", [1, 12])
def test_reading_a_page_of_letters_asks_for_units_and_letters_however_many_there_are(
    county: Region, county_officer: User, firms: int, django_assert_num_queries: Any
):
    for firm in EnterpriseFactory.create_batch(firms, region=county):
        MemberFactory(enterprises=[firm])
        ending(firm, "2026-12-31")
    digest.run(on=ON)

    with django_assert_num_queries(2):
        assert len(Message.objects.visible_to(county_officer)) == firms + 1
