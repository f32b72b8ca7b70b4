"""The first day: reference data, the bureau, its ladder, its calendar, the first administrator."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import audit
from accounts.domain import regions
from accounts.models import Region, Role, User
from enterprises.domain import institution_grades
from notifications import escalation, plans, workdays, yearly
from pipeline.domain import documents, editions, ladder, pools, rounds
from pipeline.models import Bureau, Ladder


class Command(BaseCommand):
    """`manage.py setup`: run as often as you like; what is there already stays."""

    help = "第一天:载入责任单位、规则版本、梯队、申报批次、工作日历,设定本局,建立管理员。可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The bureau's name, unit and ladder, and the administrator's login name."""
        parser.add_argument("--name", help="单位名称,例如 大冶市科学技术局")
        parser.add_argument("--region", help="辖区,例如 大冶市;同名时写全,例如 黄石市/大冶市")
        parser.add_argument(
            "--ladder", default="mission", help="梯队标识,例如 mission、daye、national-2026(默认 mission)"
        )
        parser.add_argument("--admin", help="管理员登录名")
        parser.add_argument("--admin-password", help="管理员口令;不写则不设口令,用 manage.py changepassword 设置")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Load what every bureau needs, then what this one said."""
        load_reference_data()
        self.stdout.write(
            f"责任单位 {Region.objects.count()} 个,梯队 {Ladder.objects.count()} 套,"
            f"工作日历覆盖 {workdays.coverage() or '（未录入）'}"
        )
        if options["admin"]:
            self.stdout.write(first_administrator(options["admin"], options["admin_password"]))
        self.stdout.write(self.bureau(options))

    def bureau(self, options: dict[str, Any]) -> str:
        """Set the bureau up where there is none; one that stands is changed on its page, with an audit line."""
        standing = Bureau.objects.select_related("region", "ladder").first()
        if standing is not None:
            said = f"本局:{standing.name},辖区 {standing.region},梯队“{standing.ladder}”"
            return said + ("(已设定,未改动;改名称或梯队请在“设置”页办理)" if options["name"] else "")
        if not (options["name"] and options["region"]):
            return "尚未设定本局:请加 --name 单位名称 --region 辖区"
        made = set_bureau(name=options["name"], region=region_named(options["region"]), slug=options["ladder"])
        return f"本局:{made.name},辖区 {made.region},梯队“{made.ladder}”"


def load_reference_data() -> None:
    """Units, editions, ladders, rounds, yearly duties and the work calendar; loading again changes nothing."""
    regions.load_seeds()
    editions.load_seeds()
    documents.load_seeds()
    ladder.load_seeds()
    rounds.load_seeds()
    pools.load_seeds()
    institution_grades.load_seeds()
    yearly.load_seeds()
    escalation.load_seeds()
    plans.load_seeds()
    workdays.load_calendar()


def region_named(text: str) -> Region:
    """The one unit of this name, or of this path of names; CommandError when there is none or several."""
    *above, name = text.split("/")
    found = Region.objects.filter(name=name)
    for parent in above[::-1]:
        found = found.filter(parent__name=parent)
    if not found:
        raise CommandError(f"没有名为“{text}”的责任单位。请写全称,例如 大冶市、荆州市、咸宁市。")
    if len(found) > 1:
        names = "、".join(f"{region.parent}/{region.name}" for region in found)
        raise CommandError(f"名为“{text}”的责任单位有 {len(found)} 个:{names}。请写全,例如 {names.split('、')[0]}。")
    return found[0]


def set_bureau(*, name: str, region: Region, slug: str) -> Bureau:
    """The one bureau of this installation, with the ladder it chose."""
    chosen = Ladder.objects.filter(slug=slug).first()
    if chosen is None:
        slugs = "、".join(Ladder.objects.values_list("slug", flat=True))
        raise CommandError(f"没有标识为“{slug}”的梯队。可选:{slugs}。")
    bureau = Bureau.objects.create(pk=1, name=name, region=region, ladder=chosen)
    audit.record("bureau.establish", bureau, by=None, after={"name": name, "region": region.pk, "ladder": slug})
    return bureau


def first_administrator(username: str, password: str | None) -> str:
    """Create the administrator unless the login name is taken; says what was done."""
    if User.objects.filter(username=username.casefold()).exists():
        return f"登录名 {username} 已存在,未改动"
    user = User.objects.create_superuser(username, password, name="管理员", role=Role.ADMIN)
    audit.record("user.create", user, by=None, after={"role": user.role})
    return f"管理员 {username} 已建立" + ("" if password else f";请执行 manage.py changepassword {username} 设置口令")
