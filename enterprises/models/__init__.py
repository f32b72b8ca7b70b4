"""Firms and all that is recorded of them."""

from enterprises.models.batch import ImportBatch
from enterprises.models.contact import Contact
from enterprises.models.enterprise import AboveScaleSpell, Enterprise, FormerName, NegativeFact, RegionMembership
from enterprises.models.held import Honour, IntellectualProperty
from enterprises.models.institution import InstitutionCheck, InstitutionGrade, ResearchInstitution
from enterprises.models.material import Material
from enterprises.models.statement import FirmStatement, Source, StatementState, YearFigures

__all__ = [
    "AboveScaleSpell",
    "Contact",
    "Enterprise",
    "FirmStatement",
    "FormerName",
    "Honour",
    "ImportBatch",
    "InstitutionCheck",
    "InstitutionGrade",
    "IntellectualProperty",
    "Material",
    "NegativeFact",
    "RegionMembership",
    "ResearchInstitution",
    "Source",
    "StatementState",
    "YearFigures",
]
