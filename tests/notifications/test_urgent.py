"""What a reader of a firm is told is the same, read for many at once or asked of the database for one."""

import datetime
import random

import pytest

from accounts.models import User
from enterprises.models import Enterprise
from notifications import digest, recheck, urgent
from notifications.contents import Contents
from notifications.models import Message, Obligation
from notifications.readers import ContactOf, obligations_of, read_ahead
from tests.factories import EnterpriseFactory, MemberFactory
from tests.notifications.posting import letter

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 11, 23)


def duties(firm: Enterprise, number: int, dice: random.Random) -> None:
    """Open, satisfied, waived, dated and undated obligations of a firm."""
    days = [None, *(ON + datetime.timedelta(days=ahead) for ahead in (-400, -9, -9, -1, 0, 1, 6, 7, 30, 31, 200))]
    Obligation.objects.bulk_create(
        Obligation(
            key=f"{firm.pk}:{one}",
            kind=dice.choice(Obligation.Kind.values),
            enterprise=firm,
            track=dice.choice(["", "hnte", "tsme"]),
            says=f"事项{one}",
            due_on=dice.choice(days),
            for_enterprise=dice.random() < 0.8,
            created_on=ON,
            satisfied_on=ON if dice.random() < 0.1 else None,
            waived_on=ON if dice.random() < 0.1 else None,
        )
        for one in range(number)
    )


@pytest.mark.parametrize("seed", range(6))
def test_gathered_and_asked_tell_the_same(seed: int, county_officer: User):
    dice = random.Random(seed)
    firms = EnterpriseFactory.create_batch(3, region=county_officer.region)
    for firm in firms:
        duties(firm, dice.choice([0, 3, 8, 40]), dice)
    readers = [MemberFactory(enterprises=firms[:2]), MemberFactory(enterprises=[firms[2]]), MemberFactory()]
    contact = ContactOf(frozenset({firms[0].pk, firms[2].pk}))

    ahead = read_ahead([*readers, contact, county_officer])

    assert county_officer not in ahead
    for reader in (*readers, contact):
        pk = reader.pk if isinstance(reader, User) else None
        assert urgent.gathered(ahead[reader], ON) == urgent.asked(obligations_of(reader), ON, pk)
        assert Contents(ON, ahead).part(reader) == Contents(ON).part(reader)


def test_reading_ahead_costs_the_same_for_one_reader_and_for_many(django_assert_num_queries):
    people = MemberFactory.create_batch(8)
    for person in people:
        firm = EnterpriseFactory()
        firm.members.add(person)
        duties(firm, 3, random.Random(person.pk))

    people = list(digest.readers_of_mail(ON))

    for some in (people[:1], people):
        with django_assert_num_queries(2):
            read_ahead(some)


@pytest.mark.parametrize("change", ["nothing", "satisfied", "waived", "left the firm", "left", "off", "moved"])
def test_a_whole_batch_is_looked_at_again_as_one_letter_is(change: str):
    """item dropped if satisfied since"""
    batch, firm = [], EnterpriseFactory()
    for number in range(3):
        person = MemberFactory(enterprises=[firm, EnterpriseFactory()])
        line = Obligation.objects.create(key=f"{number}", kind="title_expiry", enterprise=firm, created_on=ON)
        message = letter(f"digest:{number}")
        message.recipients.set([person])
        basis = {"on": ON.isoformat(), "obligations": [line.pk], "told": {str(person.pk): [line.pk]}}
        Message.objects.filter(pk=message.pk).update(kind="digest", to=person.email, basis=basis)
        batch.append((Message.objects.get(pk=message.pk), person, line))
    message, person, line = batch[1]
    match change:
        case "satisfied" | "waived":
            Obligation.objects.filter(pk=line.pk).update(**{f"{change}_on": ON})
        case "left the firm":
            firm.members.remove(person)
        case "left" | "off":
            User.objects.filter(pk=person.pk).update(**{"is_active" if change == "left" else "receives_digest": False})
        case "moved":
            User.objects.filter(pk=person.pk).update(email="moved@example.cn")

    found = recheck.standing([one for one, _, _ in batch], ON)

    one_by_one = {one.pk for one, _, _ in batch if recheck.stands(one, recheck.present_readers(one, ON))}
    assert found == one_by_one
    assert (message.pk in found) == (change == "nothing")
    assert len(found) >= 2
