"""How a sender's columns are read: an officer says it once, and sheets with the same headings are read so again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.imports import mapping
from enterprises.imports.headings import half_width
from enterprises.imports.mapping import Choice
from enterprises.models import HeadingMapping, ImportBatch

State = ImportBatch.State
MAPPABLE: Final = (State.READ, State.REFUSED, State.FAILED)


def remembered(batch: ImportBatch) -> dict[str, Mapping[str, Any]]:
    """What was said of sheets of this sender, by the signature of their headings."""
    own = HeadingMapping.objects.filter(region=batch.by.region_id, sender=batch.sender)
    return dict(own.values_list("signature", "choices"))


def sheet_of(batch: ImportBatch, place: int) -> dict[str, Any] | None:
    """A sheet of the report whose headings can be mapped."""
    sheets = batch.report.get("sheets", [])
    if not 0 <= place < len(sheets) or not sheets[place].get("signature"):
        return None
    found: dict[str, Any] = sheets[place]
    return found


def is_mappable(batch: ImportBatch) -> bool:
    """Whether the file can still be read anew."""
    return batch.state in MAPPABLE


@transaction.atomic
def remember(*, batch_id: int, place: int, choices: Mapping[str, Choice], by: User, at: datetime) -> ImportBatch:
    """Keep what an officer says of the columns of one sheet, and have the workbook read anew; the batch, to be queued.

    ``choices`` are by the words of the headings; those it does not name are recognised as they are written.
    """
    batch = ImportBatch.objects.defer("content", "frame", "preview").select_for_update().get(pk=batch_id, by=by)
    sheet = sheet_of(batch, place)
    if reasons := against(batch, by, choices, sheet):
        raise StepRefused(reasons)
    assert sheet is not None, "a sheet without a signature was refused"
    stored = {half_width(text): choice.as_json() for text, choice in choices.items()}
    HeadingMapping.objects.update_or_create(
        region=by.region, sender=batch.sender, signature=sheet["signature"],
        defaults={"choices": stored, "headings": [one["heading"] for one in sheet["headings"]], "by": by},
    )  # fmt: skip
    batch.state, batch.progress, batch.error, batch.moved_at = State.UPLOADED, 0, "", at
    batch.save(update_fields=["state", "progress", "error", "moved_at"])
    audit.record("ledger.map", batch, by=by, after={"sheet": sheet["name"], **stored}, on=timezone.localdate(at))
    return batch


def against(batch: ImportBatch, by: User, choices: Mapping[str, Choice], sheet: dict[str, Any] | None) -> list[Reason]:
    """Reasons against: a file that went on, a sheet without headings, a column or unit that does not exist."""
    if not by.may_write or by.region is None:
        return [Reason("right", "当前账号不能设定列对应", who="bureau")]
    if not is_mappable(batch):
        return [Reason("state", f"文件“{batch.get_state_display()}”，不能再改列对应", who="bureau")]
    if sheet is None:
        return [Reason("sheet", "这张工作表没有认出表头，不能设定列对应", who="bureau")]
    known = set(mapping.columns().values()) | {""}
    wrong = [text for text, one in choices.items() if one.means not in known or one.unit not in {"", *mapping.UNITS}]
    wrong += [
        text for text, one in choices.items() if one.year and not mapping.FIRST_YEAR <= one.year <= mapping.LAST_YEAR
    ]
    return [Reason("column", f"列“{text}”的对应不成立", who="bureau") for text in wrong]


@transaction.atomic
def forget(*, mapping_id: int, by: User, at: datetime) -> None:
    """Read such sheets by their headings alone again."""
    found = HeadingMapping.objects.visible_to(by).select_for_update(of=("self",)).get(pk=mapping_id)
    said = {"sender": found.sender, "headings": found.headings, "choices": found.choices}
    audit.record("ledger.forget", found, by=by, before=said, on=timezone.localdate(at))
    found.delete()
