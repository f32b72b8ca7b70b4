"""Rules in force, titles, cases, positions, assessments."""

from pipeline.models.assessment import Assessment, Receipt, ReceiptCheck, Ruling, Sweep
from pipeline.models.bureau import Bureau
from pipeline.models.candidacy import Candidacy
from pipeline.models.document import Document
from pipeline.models.edition import Edition
from pipeline.models.forecast import Flip, Forecast
from pipeline.models.ladder import Ladder, Rung
from pipeline.models.lever_price import LeverPrice
from pipeline.models.outlook import Edge, Settling
from pipeline.models.pool import Pool, PoolDefinition, PoolPin, PoolPlace, PoolSpell
from pipeline.models.position import LadderPosition
from pipeline.models.published import ListRow, PublishedList
from pipeline.models.round import MaterialRequirement, Round
from pipeline.models.saved_view import SavedView
from pipeline.models.title import Title

__all__ = [
    "Assessment",
    "Bureau",
    "Candidacy",
    "Document",
    "Edge",
    "Edition",
    "Flip",
    "Forecast",
    "Ladder",
    "LadderPosition",
    "LeverPrice",
    "ListRow",
    "MaterialRequirement",
    "Pool",
    "PoolDefinition",
    "PoolPin",
    "PoolPlace",
    "PoolSpell",
    "PublishedList",
    "Receipt",
    "ReceiptCheck",
    "Round",
    "Ruling",
    "Rung",
    "SavedView",
    "Settling",
    "Sweep",
    "Title",
]
