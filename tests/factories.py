"""Factories for every test: invented people, units, firms and what is recorded of them."""

import datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.machine import state_change_allowed
from accounts.models import Line, Region, Role, User
from enterprises.models import (
    Contact,
    Enterprise,
    FirmStatement,
    IntellectualProperty,
    Material,
    ResearchInstitution,
    Source,
    YearFigures,
)
from pipeline.models import Bureau, Candidacy, Ladder, Round, Rung, Title

KNOWN_AT = datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.UTC)


class RegionFactory(DjangoModelFactory[Region]):
    """A county-level unit; give ``parent`` to hang it into a tree."""

    class Meta:
        model = Region

    name = factory.Sequence(lambda n: f"云川{n}区")
    level = Region.Level.COUNTY


class UserFactory(DjangoModelFactory[User]):
    """A city-level officer of every line, unless told otherwise; the password is ``password``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"测试用户{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.cn")
    role = Role.CITY
    lines = factory.LazyFunction(lambda: list(Line.values))
    region = factory.SubFactory(RegionFactory, level=Region.Level.CITY)
    password = "password"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)


class UnitOfficerFactory(UserFactory):
    """An officer of a county or township, of the science line."""

    role = Role.UNIT
    lines = factory.LazyFunction(lambda: [Line.SCIENCE])
    region = factory.SubFactory(RegionFactory)


class AuditorFactory(UserFactory):
    """Somebody who reads everything of a region and changes nothing."""

    role = Role.AUDITOR
    lines = factory.LazyFunction(list)


class AdministratorFactory(UserFactory):
    """The administrator: users, units, settings, no firms."""

    role = Role.ADMIN
    lines = factory.LazyFunction(list)
    region = None


class MemberFactory(UserFactory):
    """Somebody of a firm: ``MemberFactory(enterprises=[firm])``."""

    role = Role.ENTERPRISE
    lines = factory.LazyFunction(list)
    region = None

    @factory.post_generation
    def enterprises(self, create: bool, extracted: Any, **_: Any) -> None:
        for enterprise in extracted or ():
            enterprise.members.add(self)


class EnterpriseFactory(DjangoModelFactory[Enterprise]):
    """A firm with an invented name and no code."""

    class Meta:
        model = Enterprise

    name = factory.Sequence(lambda n: f"云泽精密装备{n}有限公司")
    region = factory.SubFactory(RegionFactory)


class ContactFactory(DjangoModelFactory[Contact]):
    """Whom to call at a firm."""

    class Meta:
        model = Contact

    enterprise = factory.SubFactory(EnterpriseFactory)
    name = factory.Sequence(lambda n: f"联络员{n}")
    email = factory.Sequence(lambda n: f"contact{n}@example.cn")


class FirmStatementFactory(DjangoModelFactory[FirmStatement]):
    """What the ledger says of the firm itself; accepted."""

    class Meta:
        model = FirmStatement

    enterprise = factory.SubFactory(EnterpriseFactory)
    source = Source.LEDGER
    known_at = KNOWN_AT


class YearFiguresFactory(DjangoModelFactory[YearFigures]):
    """What the ledger says of one year; accepted."""

    class Meta:
        model = YearFigures

    enterprise = factory.SubFactory(EnterpriseFactory)
    year = 2025
    source = Source.LEDGER
    known_at = KNOWN_AT


class PropertyFactory(DjangoModelFactory[IntellectualProperty]):
    """A granted invention patent of the firm's own, used for its main product."""

    class Meta:
        model = IntellectualProperty

    enterprise = factory.SubFactory(EnterpriseFactory)
    property_class = "I"
    kind = "发明专利"
    number = factory.Sequence(lambda n: f"ZL{n:012}")
    granted_on = datetime.date(2023, 5, 1)
    expires_on = datetime.date(2041, 5, 1)
    obtained = "自主研发"
    main_product = True
    in_use = True
    owner_rank = 1


class MaterialFactory(DjangoModelFactory[Material]):
    """A paper handed in and accepted."""

    class Meta:
        model = Material

    enterprise = factory.SubFactory(EnterpriseFactory)
    kind = "近三年研究开发费用专项审计报告"
    year = 2025
    accepted_at = KNOWN_AT


class RoundFactory(DjangoModelFactory[Round]):
    """A round of 高企 that is open all of 2026."""

    class Meta:
        model = Round

    track = "hnte"
    name = factory.Sequence(lambda n: f"2026年测试批次{n}")
    year = 2026
    opens_on = datetime.date(2026, 1, 1)
    closes_on = datetime.date(2026, 12, 31)


class TitleFactory(DjangoModelFactory[Title]):
    """A 高企 title of 2025; the ladder follows when it is settled."""

    class Meta:
        model = Title

    enterprise = factory.SubFactory(EnterpriseFactory)
    track = "hnte"
    number = factory.Sequence(lambda n: f"GR2025{n:08}")
    issued_on = datetime.date(2025, 11, 1)
    valid_from = factory.SelfAttribute("issued_on")
    valid_until = datetime.date(2028, 10, 31)


class CandidacyFactory(DjangoModelFactory[Candidacy]):
    """A case for 高企; ``state=`` puts it where the test starts, the way the door would."""

    class Meta:
        model = Candidacy

    enterprise = factory.SubFactory(EnterpriseFactory)
    track = "hnte"

    @classmethod
    def _create(cls, model_class: type[Candidacy], *args: Any, **kwargs: Any) -> Candidacy:
        with state_change_allowed():
            return model_class.objects.create(*args, **kwargs)


class LadderFactory(DjangoModelFactory[Ladder]):
    """A ladder without rungs."""

    class Meta:
        model = Ladder

    slug = factory.Sequence(lambda n: f"ladder-{n}")
    name = factory.Sequence(lambda n: f"测试梯队{n}")


class RungFactory(DjangoModelFactory[Rung]):
    """A rung carried by the 高企 title."""

    class Meta:
        model = Rung

    ladder = factory.SubFactory(LadderFactory)
    order = 1
    key = factory.Sequence(lambda n: f"rung-{n}")
    name = "高新技术企业"
    tracks = factory.LazyFunction(lambda: ["hnte"])


class BureauFactory(DjangoModelFactory[Bureau]):
    """The bureau of this installation."""

    class Meta:
        model = Bureau

    pk = 1
    name = "云川市科学技术局"
    region = factory.SubFactory(RegionFactory, level=Region.Level.CITY)
    ladder = factory.SubFactory(LadderFactory)


class InstitutionFactory(DjangoModelFactory[ResearchInstitution]):
    """A firm's own institution in 培育; ``state=`` puts it where the test starts, the way the door would."""

    class Meta:
        model = ResearchInstitution

    enterprise = factory.SubFactory(EnterpriseFactory)
    kind = "自建研发机构"
    level = "自建"

    @classmethod
    def _create(cls, model_class: type[ResearchInstitution], *args: Any, **kwargs: Any) -> ResearchInstitution:
        with state_change_allowed():
            return model_class.objects.create(*args, **kwargs)
