"""What 时限日历 and 提醒邮件 show on a demo day: cut-offs, papers that expire, re-checks, letters that went wrong."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, Material, ResearchInstitution
from notifications import digest
from notifications.models import Message
from pipeline.models import Round

KINDS = ("质量管理体系认证证书", "安全生产许可证")


def fill_calendar(*, firms: Sequence[Enterprise], by: User, on: datetime.date) -> None:
    """Invented rounds with every cut-off, one verified and one not; papers and re-checks over two months."""
    ahead = [on + datetime.timedelta(days=days) for days in range(60)]
    said = {"document": "演示通知〔2026〕3号", "source": "演示数据，不是真实通知"}
    Round.objects.create(
        track="isme", name="演示批次：创新型中小企业评价", year=on.year, opens_on=ahead[2], closes_on=ahead[40],
        city_cutoff_on=ahead[33], county_cutoff_on=ahead[26], township_cutoff_on=ahead[19],
        verified_on=on, verified_by=by, **said,
    )  # fmt: skip
    Round.objects.create(
        track="srdi",
        name="演示批次：专精特新复核",
        year=on.year,
        closes_on=ahead[26],
        county_cutoff_on=ahead[12],
        **said,
    )
    now = timezone.now()
    Material.objects.bulk_create(
        Material(
            enterprise=firm, kind=KINDS[number % 2], stated_by=by, accepted_by=by, accepted_at=now,
            valid_until=ahead[(number * 7) % 60],
        )
        for number, firm in enumerate(firms[::9])
    )  # fmt: skip
    for number, institution in enumerate(ResearchInstitution.objects.order_by("pk")[:24]):
        day = ahead[(number * 5) % 50] - datetime.timedelta(days=8)
        ResearchInstitution.objects.filter(pk=institution.pk).update(recheck_on=day)


def tell_of_the_week_before(on: datetime.date) -> None:
    """The letters of the week before, all of them read: this week's say what is new since."""
    run = digest.run(on=on - datetime.timedelta(days=7))
    run.letters.update(state=Message.State.SENT, attempts=1, sent_at=timezone.now() - datetime.timedelta(days=7))


def spoil_letters() -> None:
    """Of this week's letters some were sent, one failed, one may have come twice, one was settled meanwhile."""
    State, now = Message.State, timezone.now()
    fates = [
        {"state": State.FAILED, "attempts": 1, "error": "550 5.1.1 User unknown"},
        {"state": State.FAILED, "attempts": 8, "error": "451 4.7.1 Greylisted, try again later"},
        {"state": State.SENT, "attempts": 2, "possibly_twice": True, "sent_at": now},
        {"state": State.DROPPED, "attempts": 1},
        {"state": State.SENT, "attempts": 1, "sent_at": now},
        {"state": State.UNCERTAIN, "attempts": 1, "error": "投递中断，不清楚是否送达"},
    ]
    letters = Message.objects.order_by("-pk").values_list("pk", flat=True)
    for pk, fate in zip(list(letters[: len(fates)]), fates, strict=False):
        Message.objects.filter(pk=pk).update(**fate)
