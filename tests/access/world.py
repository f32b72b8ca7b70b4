"""Two counties with a firm each and one of everything an address may name, once within reach and once beyond."""

import datetime
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import policy
from accounts.models import User
from enterprises.domain import materials, statements
from enterprises.models import AboveScaleSpell, Enterprise, ImportBatch, InstitutionGrade
from notifications import channels, feeds, letters, stopping, wishes
from notifications.models import Feed, Message, Obligation, PlanStep, YearlyDuty
from pipeline.domain import candidacies, dossiers, drafts, pools, saved_views
from pipeline.models import Document, Edition, ListRow, MaterialRequirement, PoolPin, PublishedList, Receipt, Round
from tests.access.table import LAST_YEAR, POSTED, QUERIES
from tests.factories import InstitutionFactory


@dataclass(frozen=True)
class Things:
    """One firm's objects, whatever an address may name."""

    enterprise: int
    candidacy: int
    statement: int
    material: int
    batch: int
    message: int
    person: int
    round: int
    paper: int
    edition: int = 987_654_321
    institution: int = 987_654_321
    kind: int = 987_654_321
    spell: int = 987_654_321
    published: int = 987_654_321
    list_row: int = 987_654_321
    pool: int = 987_654_321
    pin: int = 987_654_321
    view: int = 987_654_321
    receipt: int = 987_654_321
    draft: int = 987_654_321
    document: int = 987_654_321
    default: int = 987_654_321
    duty: int = 987_654_321
    yearly: int = 987_654_321
    step: int = 987_654_321
    feed: int = 987_654_321
    notice: int = 987_654_321
    channel: int = 987_654_321
    secret: str = "absent"
    stop: str = "1:absent"

    def address(self, view: str) -> str:
        """The address of a view for this firm."""
        return reverse(view, args=self.arguments(view))

    def arguments(self, view: str) -> list[object]:
        """What stands in the address of a view."""
        by_view: dict[str, list[object]] = {
            "entrance:password_reset": ["MQ", "spent"],
            "entrance:invitation": ["MQ", "spent"],
            "reminders:default_end": [self.default],
            "reminders:stop": [self.stop],
            "reminders:feed_end": [self.feed],
            "reminders:feed": [self.secret],
            "reminders:notice": [self.notice],
            "reminders:channel_switch": [self.channel],
            "console:candidacy_move": [self.candidacy],
            "console:board_case": [self.candidacy],
            "console:statement_accept": [self.statement],
            "console:statement_decline": [self.statement],
            "console:material_accept": [self.material],
            "console:material_withdraw": [self.material],
            "console:import_detail": [self.batch],
            "console:import_apply": [self.batch],
            "console:import_progress": [self.batch],
            "console:import_undo": [self.batch],
            "console:import_export": [self.batch],
            "console:import_refused": [self.batch],
            "console:import_columns": [self.batch, 0],
            "console:mapping_forget": [self.batch],
            "console:list_detail": [self.published],
            "console:list_export": [self.published],
            "console:list_correct": [self.published],
            "console:list_rematch": [self.published],
            "console:list_apply": [self.published],
            "console:list_progress": [self.published],
            "console:list_decide": [self.list_row],
            "console:list_confirm": [self.list_row],
            "console:list_complete": [self.list_row],
            "console:mail_detail": [self.message],
            "console:mail_body": [self.message],
            "console:mail_decide": [self.message],
            "console:mail_address": [self.message],
            "console:rule_detail": [self.edition],
            "console:rule_export": [self.edition],
            "console:rule_part": [self.draft, "H4"],
            **{f"console:rule_{act}": [self.draft] for act in ("edit", "add", "remove", "move")},
            "console:rule_document_edit": [self.document],
            "console:rule_whatif": [self.draft],
            "console:rule_whatif_progress": [self.edition],
            "console:rule_whatif_export": [self.edition],
            "console:user_detail": [self.person],
            "console:receipt_detail": [self.receipt],
            "console:receipt_export": [self.receipt],
            "console:pool_detail": [self.pool],
            "console:pool_export": [self.pool],
            "console:pool_define": [self.pool],
            "console:pool_unpin": [self.pin],
            "console:view_detail": [self.view],
            "console:view_delete": [self.view],
            "console:settings_round_edit": [self.round],
            "console:settings_material_edit": [self.paper],
            "console:settings_material_remove": [self.paper],
            "console:duty_decide": [self.duty],
            "console:settings_yearly_edit": [self.yearly],
            "console:settings_yearly_day": [self.yearly, 2027],
            "console:settings_year_copy": [2026],
            "console:settings_step_edit": [self.step],
            "console:settings_step_remove": [self.step],
            "console:settings_price_edit": ["research"],
            "console:institution_kind_edit": [self.kind],
            "console:spell_end": [self.spell],
            **{f"console:institution_{act}": [self.institution] for act in INSTITUTION_ACTS},
            "portal:figures": [self.enterprise, LAST_YEAR],
        }
        of_firm = view in OF_FIRM
        return by_view.get(view, [self.enterprise] if of_firm else [])


INSTITUTION_ACTS = ("detail", "edit", "move", "raise", "visit")
OF_FIRM = {
    "console:institution_create",
    "console:institution_confirm",
    "console:spell_create",
    "console:enterprise_detail",
    "console:receipt_list",
    "console:enterprise_as_of",
    "console:dossier",
    "console:dossier_print",
    "console:ruling_create",
    "console:candidacy_open",
    "console:material_hand_in",
    "console:officer_assign",
    "console:conflict_settle",
    "console:contact_create",
    "portal:status",
    "portal:material_hand_in",
}
ABSENT = Things(*[987_654_321] * 9)
# Belongs to no firm, so no firm's is foreign
NOBODY_S = {f"console:rule_{act}" for act in ("detail", "export", "part", "edit", "add", "remove", "move", "whatif")}
NOBODY_S |= {"console:rule_document_edit", "console:settings_year_copy", "reminders:default_end"}
NOBODY_S |= {"reminders:stop", "reminders:feed"}  # who has the address is whom it is for
OBJECT_VIEWS = [
    view
    for view in policy.POLICY
    if view not in NOBODY_S and ABSENT.arguments(view) and not view.startswith("entrance:")
]


def things_of(enterprise: Enterprise, person: User, officer: User) -> Things:
    """One of everything for a firm; ``officer`` is its county's."""
    now = timezone.now()
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=timezone.localdate(now))
    figures = {"sales_cny": 1_000_000}
    statement = statements.state_figures(
        enterprise_id=enterprise.pk, year=LAST_YEAR, figures=figures, by=person, at=now
    )
    material = materials.hand_in(enterprise_id=enterprise.pk, kind="审计报告", by=person, at=now)
    batch = ImportBatch.objects.create(
        filename="台账.xlsx", digest="0" * 64, by=officer, state=ImportBatch.State.READ, report={}
    )
    message = letters.invite(user=person, by=officer, link=f"http://127.0.0.1/{person.pk}")
    round_, paper = Round.objects.get(track="hnte", year=2026), MaterialRequirement.objects.filter(track="hnte")[0]
    Message.objects.filter(pk=message.pk).update(state="uncertain")
    pks = (thing.pk for thing in (enterprise, case, statement, material, batch, message, person, round_, paper))
    return Things(
        *pks,
        edition=Edition.objects.filter(track="hnte").values_list("pk", flat=True)[0],
        draft=draft_of_rules(),
        document=Document.objects.values_list("pk", flat=True)[0],
        institution=InstitutionFactory(enterprise=enterprise).pk,
        kind=InstitutionGrade.objects.get(kind="企业技术中心", level="国家").pk,
        spell=AboveScaleSpell.objects.create(enterprise=enterprise, from_on=datetime.date(2026, 1, 1)).pk,
        receipt=receipt_of(enterprise, officer).pk,
        duty=duty_of(enterprise),
        yearly=YearlyDuty.objects.get(slug="hnte").pk,
        step=PlanStep.objects.values_list("pk", flat=True)[0],
        **reminder_things(enterprise, person, officer),
        **pool_things(enterprise, officer),
        **list_of(enterprise, officer),
    )


def reminder_things(enterprise: Enterprise, person: User, officer: User) -> dict[str, int | str]:
    """A letter that can be declined, a calendar feed of the firm's person, what the county has its people told."""
    letter = Message.objects.create(
        key=f"digest:{person.pk}", kind=Message.Kind.DIGEST, to=person.email, message_id=f"<{person.pk}@x>",
        next_try_at=timezone.now(), state=Message.State.SENT,
    )  # fmt: skip
    letter.recipients.add(person)
    feed, secret = feeds.make(owner=person, scope=Feed.Scope.FIRM, enterprise=enterprise)
    default = wishes.choose_for(region=officer.region, role=person.role, receives=True, muted=[], by=officer)
    channel = channels.make(
        by=officer, kind="wecom", name=f"{officer.region}群", region=officer.region,
        address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
    )  # fmt: skip
    keys = {"default": default.pk, "feed": feed.pk, "notice": letter.pk, "channel": channel.pk}
    return {**keys, "secret": secret, "stop": stopping.SIGNER.sign(str(letter.pk))}


def duty_of(enterprise: Enterprise) -> int:
    """Something the firm has to do."""
    said = {"kind": "figures_wanted", "timing": "open", "says": "补报2025年销售收入", "track": "hnte"}
    return Obligation.objects.create(
        key=f"test:{enterprise.pk}", enterprise=enterprise, created_on="2026-11-01", **said
    ).pk


def receipt_of(enterprise: Enterprise, officer: User) -> Receipt:
    """What was kept when the firm's sheet was printed."""
    dossiers.hand_out(enterprise_id=enterprise.pk, by=officer, on=timezone.localdate())
    return Receipt.objects.filter(enterprise=enterprise).latest("pk")


def draft_of_rules() -> int:
    """A draft of the rules of 高企, by an officer of the city."""
    base, by, on = Edition.objects.filter(track="hnte")[0], User.objects.get(username="officer"), timezone.localdate()
    return drafts.start(by=by, on=on, day=on + timedelta(60), base_id=base.pk).pk


def list_of(enterprise: Enterprise, officer: User) -> dict[str, int]:
    """A published list that names the firm."""
    published = PublishedList.objects.create(
        filename="名单.xlsx", digest="0" * 64, track="hnte", kind="recognition", recognised_on="2026-11-20",
        title=f"{enterprise.name}等认定名单", region=officer.region, by=officer, notes={"parts": []},
    )  # fmt: skip
    row = ListRow.objects.create(
        published_list=published, place=1, sheet="名单", line=3, text=enterprise.name, name=enterprise.name,
        match="sure", enterprise=enterprise,
    )  # fmt: skip
    return {"published": published.pk, "list_row": row.pk}


def pool_things(enterprise: Enterprise, officer: User) -> dict[str, int]:
    """A pool of the county, the firm pinned into it, and a view of the officer's own."""
    on = timezone.localdate()
    pool = pools.create(name="本县后备", track="hnte", query="lacks=hnte", by=officer, on=on)
    ids = [enterprise.pk]
    pools.pin(pool_id=pool.pk, enterprise_ids=ids, kind="include", reason="骨干企业", by=officer, on=on)
    view = saved_views.save(name="我的视图", query="lacks=hnte", is_shared=False, by=officer)
    return {"pool": pool.pk, "pin": PoolPin.objects.get(enterprise=enterprise).pk, "view": view.pk}


@dataclass(frozen=True)
class World:
    """Two counties with a firm each, one account of each role."""

    people: dict[str, User | None]
    own: Things
    foreign: Things

    def client(self, role: str) -> Client:
        """A browser in which somebody of this role is logged in."""
        client = Client()
        user = self.people[role]
        if user is not None:
            client.force_login(user)
        return client


def ask(client: Client, view: str, method: str, things: Things) -> HttpResponse:
    """One request for these things; a POST brings what would succeed."""
    address = things.address(view) + QUERIES.get(view, "")
    return client.post(address, POSTED.get(view, {})) if method == "POST" else client.get(address)
