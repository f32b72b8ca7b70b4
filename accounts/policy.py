"""Who may open which view: the one table; a view it does not name is open to nobody."""

from collections.abc import Iterator
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver

from accounts.models import Role, User

ANONYMOUS: Final = "anonymous"

Roles = frozenset[str]

ALL_ROLES: Final[Roles] = frozenset(Role.values)
EVERYBODY: Final[Roles] = ALL_ROLES | {ANONYMOUS}
AUDITED: Final[Roles] = frozenset({Role.CITY, Role.UNIT, Role.AUDITOR, Role.ADMIN})  # 操作日志, each what is theirs
READERS: Final[Roles] = frozenset({Role.CITY, Role.UNIT, Role.AUDITOR})  # of firms, each in its region
OFFICERS: Final[Roles] = frozenset({Role.CITY, Role.UNIT})  # they also change what they see
FIRMS: Final[Roles] = frozenset({Role.ENTERPRISE})
TOLD: Final[Roles] = frozenset({Role.CITY, Role.UNIT, Role.ENTERPRISE})  # they get the weekly mail
NOTICED: Final[Roles] = TOLD | {Role.ADMIN}  # they are sent messages
SETTINGS: Final[Roles] = frozenset({Role.CITY, Role.ADMIN})
LISTS: Final[Roles] = frozenset({Role.CITY})  # rounds and papers; each line keeps those of its tracks
ACCOUNTS: Final[Roles] = frozenset({Role.CITY, Role.UNIT, Role.ADMIN})

POLICY: Final[dict[str, Roles]] = {
    # The front door
    "entrance:home": ALL_ROLES,
    "entrance:login": EVERYBODY,
    "entrance:logout": ALL_ROLES,
    "entrance:password_forgot": EVERYBODY,
    "entrance:password_forgot_sent": EVERYBODY,
    "entrance:password_reset": EVERYBODY,
    "entrance:invitation": EVERYBODY,
    "entrance:password_change": ALL_ROLES,
    "entrance:healthz": EVERYBODY,
    "entrance:readyz": EVERYBODY,
    # Reminders: what one wants to be told, and the one click that stops them
    "reminders:preferences": TOLD,
    "reminders:defaults": frozenset({Role.ADMIN}),
    "reminders:default_end": frozenset({Role.ADMIN}),
    "reminders:stop": EVERYBODY,
    "reminders:feeds": TOLD,
    "reminders:feed_end": TOLD,
    "reminders:feed": EVERYBODY,
    "reminders:channels": SETTINGS,
    "reminders:channel_switch": SETTINGS,
    "reminders:notices": NOTICED,
    "reminders:notice": NOTICED,
    "reminders:notice_read": NOTICED,
    # The bureau: what it reads of firms
    "console:workbench": READERS,
    "console:enterprise_list": READERS,
    "console:enterprise_detail": READERS,
    "console:enterprise_export": READERS,
    "console:board": READERS,
    "console:board_cards": READERS,
    "console:dossier": READERS,
    "console:dossier_print": OFFICERS,
    "console:enterprise_as_of": READERS,
    "console:receipt_list": READERS,
    "console:receipt_detail": READERS,
    "console:receipt_export": READERS,
    "console:board_export": READERS,
    "console:quality": READERS,
    "console:quality_export": READERS,
    "console:quality_conflicts": READERS,
    "console:quality_conflicts_export": READERS,
    "console:edge_list": READERS,
    "console:edge_export": READERS,
    # The bureau: what it does with firms
    "console:conflict_settle": OFFICERS,
    "console:board_case": OFFICERS,
    "console:board_bulk": OFFICERS,
    "console:ruling_create": OFFICERS,
    "console:candidacy_open": OFFICERS,
    "console:candidacy_move": OFFICERS,
    "console:statement_accept": OFFICERS,
    "console:statement_decline": OFFICERS,
    "console:material_hand_in": OFFICERS,
    "console:material_accept": OFFICERS,
    "console:material_withdraw": OFFICERS,
    "console:officer_assign": OFFICERS,
    "console:contact_create": OFFICERS,
    "console:import_list": OFFICERS,
    "console:import_detail": OFFICERS,
    "console:import_apply": OFFICERS,
    "console:import_progress": OFFICERS,
    "console:import_undo": OFFICERS,
    "console:import_columns": OFFICERS,
    "console:import_export": OFFICERS,
    "console:import_refused": OFFICERS,
    "console:mapping_forget": OFFICERS,
    # Published lists: read by whoever reads firms, changed by officers
    "console:list_list": READERS,
    "console:list_detail": READERS,
    "console:list_export": READERS,
    "console:list_correct": OFFICERS,
    "console:list_rematch": OFFICERS,
    "console:list_apply": OFFICERS,
    "console:list_progress": READERS,
    "console:list_decide": OFFICERS,
    "console:list_confirm": OFFICERS,
    "console:list_complete": OFFICERS,
    "console:mail_list": OFFICERS,
    "console:mail_detail": OFFICERS,
    "console:mail_body": OFFICERS,
    "console:mail_export": OFFICERS,
    "console:mail_decide": OFFICERS,
    "console:mail_address": OFFICERS,
    "console:mail_preview": OFFICERS,
    "console:mail_preview_letter": OFFICERS,
    "console:mail_preview_body": OFFICERS,
    "console:calendar": READERS,
    "console:calendar_export": READERS,
    "console:calendar_duties": READERS,
    "console:calendar_duties_export": READERS,
    "console:calendar_plan": READERS,
    "console:duty_decide": OFFICERS,
    "console:ruling_list": READERS,
    "console:ruling_export": READERS,
    "console:rule_list": READERS,
    "console:rule_graph": READERS,
    "console:rule_compare": READERS,
    "console:rule_documents": READERS,
    "console:rule_document_create": LISTS,
    "console:rule_document_edit": LISTS,
    "console:rule_draft": LISTS,
    "console:rule_ladders": READERS,
    "console:rule_detail": READERS,
    "console:rule_export": READERS,
    "console:rule_edit": LISTS,
    "console:rule_part": LISTS,
    "console:rule_add": LISTS,
    "console:rule_remove": LISTS,
    "console:rule_move": LISTS,
    "console:rule_whatif": OFFICERS,
    "console:rule_whatif_progress": OFFICERS,
    "console:rule_whatif_export": OFFICERS,
    "console:audit_list": AUDITED,
    "console:audit_export": AUDITED,
    # The bureau: research institutions
    "console:institution_list": READERS,
    "console:institution_export": READERS,
    "console:institution_coverage": READERS,
    "console:institution_coverage_firms": READERS,
    "console:institution_coverage_export": READERS,
    "console:institution_new": OFFICERS,
    "console:institution_kinds": READERS,
    "console:institution_kind_create": LISTS,
    "console:institution_kind_edit": LISTS,
    "console:institution_detail": READERS,
    "console:institution_edit": OFFICERS,
    "console:institution_move": OFFICERS,
    "console:institution_raise": OFFICERS,
    "console:institution_visit": OFFICERS,
    "console:institution_create": OFFICERS,
    "console:institution_confirm": OFFICERS,
    "console:spell_create": OFFICERS,
    "console:spell_end": OFFICERS,
    # The bureau: accounts and settings
    "console:user_list": ACCOUNTS,
    "console:user_invite": ACCOUNTS,
    "console:user_detail": ACCOUNTS,
    "console:user_export": ACCOUNTS,
    # The bureau: pools, owners, saved views
    "console:pool_list": READERS,
    "console:pool_detail": READERS,
    "console:pool_export": READERS,
    "console:pool_create": OFFICERS,
    "console:pool_define": OFFICERS,
    "console:pool_pin": OFFICERS,
    "console:pool_unpin": OFFICERS,
    "console:view_list": READERS,
    "console:view_detail": READERS,
    "console:view_delete": READERS,
    "console:owner_list": READERS,
    "console:owner_handover": OFFICERS,
    # The bureau: settings
    "console:status": SETTINGS,
    "console:status_mail": SETTINGS,
    "console:settings": SETTINGS,
    "console:settings_rounds": SETTINGS,
    "console:settings_round_create": LISTS,
    "console:settings_round_edit": LISTS,
    "console:settings_materials": SETTINGS,
    "console:settings_material_create": LISTS,
    "console:settings_material_edit": LISTS,
    "console:settings_material_remove": LISTS,
    "console:settings_yearly": SETTINGS,
    "console:settings_yearly_create": LISTS,
    "console:settings_yearly_edit": LISTS,
    "console:settings_yearly_day": LISTS,
    "console:settings_year_copy": LISTS,
    "console:settings_calendar": SETTINGS,
    "console:settings_calendar_load": LISTS,
    "console:settings_steps": SETTINGS,
    "console:settings_step_create": LISTS,
    "console:settings_step_edit": LISTS,
    "console:settings_step_remove": LISTS,
    "console:settings_escalation": SETTINGS,
    "console:settings_escalation_save": LISTS,
    "console:settings_prices": SETTINGS,
    "console:settings_price_edit": LISTS,
    # The enterprise
    "portal:home": FIRMS,
    "portal:status": FIRMS,
    "portal:figures": FIRMS,
    "portal:material_hand_in": FIRMS,
}


def role_of(user: User | AnonymousUser) -> str:
    """The word the table uses for ``user``; a deactivated account is nobody."""
    return user.role if isinstance(user, User) and user.is_active else ANONYMOUS


def may_open(user: User | AnonymousUser, view_name: str) -> bool:
    """Whether the table lets ``user`` open this view; pages show only links that it does."""
    return role_of(user) in POLICY.get(view_name, frozenset())


def view_names(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    """Every view of the address table by its full name; one without a name is given as its pattern."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from view_names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}"
