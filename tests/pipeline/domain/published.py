"""Published lists as tests hand them in, and what applying one came to."""

import datetime
from collections.abc import Sequence

from accounts.models import User
from pipeline.domain import list_apply, published_lists
from pipeline.domain.published_lists import Given
from pipeline.models import PublishedList
from tests.sheets import Sheet, workbook

ON = datetime.date(2026, 11, 23)
DAY = datetime.date(2026, 11, 20)
HEAD = ["序号", "企业名称", "证书编号"]
TITLE = "湖北省2026年第一批高新技术企业认定名单（鄂科技发高〔2026〕12号）"


def listed(
    by: User,
    *rows: Sequence[object],
    title: str = TITLE,
    head: Sequence[str] = HEAD,
    track: str = "hnte",
    **given: object,
) -> PublishedList:
    """A list handed in."""
    content = workbook(Sheet("名单", [[title], list(head), *[[n, *row] for n, row in enumerate(rows, 1)]]))  # type: ignore[list-item]
    said = {"recognised_on": DAY} | given
    return published_lists.upload(filename="名单.xlsx", content=content, track=track, by=by, given=Given(**said))  # type: ignore[arg-type]


def applied(published: PublishedList, by: User) -> list[tuple[str, str]]:
    """Apply a list; result and words of every row as stored."""
    list_apply.apply(list_id=published.pk, by=by, version=None, on=ON)
    return list(published.rows.order_by("place").values_list("result", "says"))
