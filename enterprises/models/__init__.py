"""Firms and all that is recorded of them."""

from enterprises.models.batch import ImportBatch
from enterprises.models.change import BatchChange
from enterprises.models.conflict import FigureConflict
from enterprises.models.contact import Contact
from enterprises.models.enterprise import AboveScaleSpell, Enterprise, FormerName, NegativeFact, RegionMembership
from enterprises.models.held import Honour, IntellectualProperty
from enterprises.models.institution import InstitutionCheck, InstitutionGrade, ResearchInstitution
from enterprises.models.mapping import HeadingMapping
from enterprises.models.material import Material
from enterprises.models.statement import FirmStatement, Source, StatementState, YearFigures

__all__ = [
    "AboveScaleSpell",
    "BatchChange",
    "Contact",
    "Enterprise",
    "FigureConflict",
    "FirmStatement",
    "FormerName",
    "HeadingMapping",
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
