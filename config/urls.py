"""The table of contents: every page. Who may open which is ``accounts/policy.py``."""

from django.urls import URLPattern, URLResolver, include, path

from console import status, workbench
from console.audit import views as audit
from console.board import bulk as board_bulk
from console.board import export as board_export
from console.board import views as board
from console.calendar import duties, plan
from console.calendar import export as agenda_export
from console.calendar import views as agenda
from console.dossier import views as dossier_views
from console.edges import views as edges
from console.exports import lists as list_exports
from console.firms import acts, as_of, standing
from console.firms import detail as enterprise
from console.firms import export as enterprise_export
from console.firms import saved_views as saved_view_pages
from console.firms import views as enterprises
from console.imports import columns as import_columns
from console.imports import export as import_export
from console.imports import undo as import_undo
from console.imports import views as imports
from console.institutions import coverage, visits
from console.institutions import kinds as institution_kinds
from console.institutions import views as institutions
from console.lists import export as list_export
from console.lists import views as lists
from console.mails import preview as mail_preview
from console.mails import views as mails
from console.owners import views as owners
from console.people import entrance, users
from console.pools import acts as pool_acts
from console.pools import views as pools
from console.quality import conflicts
from console.quality import views as quality
from console.receipts import views as receipts
from console.reminders import channels, defaults, feeds, notices, preferences, stop
from console.rules import compare as rule_comparison
from console.rules import drafting as rule_drafts
from console.rules import graph as rule_graph
from console.rules import ladders as rule_ladders
from console.rules import pages as rules
from console.rules import register as rule_register
from console.rules import whatif
from console.rulings import views as rulings
from console.setup import calendar as work_calendar
from console.setup import escalation as escalations
from console.setup import prices, rounds, steps, yearly
from console.setup import views as settings
from portal import views as portal

ENTRANCE = [
    path("", entrance.home, name="home"),
    path("login/", entrance.login, name="login"),
    path("logout/", entrance.logout, name="logout"),
    path("password/forgot/", entrance.password_forgot, name="password_forgot"),
    path("password/forgot/sent/", entrance.password_forgot_sent, name="password_forgot_sent"),
    path("password/reset/<uidb64>/<token>/", entrance.password_reset, name="password_reset"),
    path("password/change/", entrance.password_change, name="password_change"),
    path("invitation/<uidb64>/<token>/", entrance.invitation, name="invitation"),
    path("healthz", entrance.healthz, name="healthz"),
    path("readyz", entrance.readyz, name="readyz"),
]

CONSOLE = [
    path("workbench/", workbench.workbench, name="workbench"),
    path("enterprises/", enterprises.enterprise_list, name="enterprise_list"),
    path("enterprises/export/", enterprise_export.enterprise_export, name="enterprise_export"),
    path("enterprises/<int:pk>/", enterprise.enterprise_detail, name="enterprise_detail"),
    path("enterprises/<int:pk>/dossier/", dossier_views.dossier_page, name="dossier"),
    path("enterprises/<int:pk>/dossier/print/", dossier_views.dossier_print, name="dossier_print"),
    path("enterprises/<int:pk>/as-of/", as_of.enterprise_as_of, name="enterprise_as_of"),
    path("enterprises/<int:pk>/receipts/", receipts.receipt_list, name="receipt_list"),
    path("receipts/<int:pk>/", receipts.receipt_detail, name="receipt_detail"),
    path("receipts/<int:pk>/export/", receipts.receipt_export, name="receipt_export"),
    path("enterprises/<int:pk>/rulings/", acts.ruling_create, name="ruling_create"),
    path("enterprises/<int:pk>/candidacies/", acts.candidacy_open, name="candidacy_open"),
    path("enterprises/<int:pk>/materials/", acts.material_hand_in, name="material_hand_in"),
    path("enterprises/<int:pk>/officer/", acts.officer_assign, name="officer_assign"),
    path("enterprises/<int:pk>/contacts/", acts.contact_create, name="contact_create"),
    path("board/", board.board, name="board"),
    path("board/cards/", board.board_cards, name="board_cards"),
    path("board/export/", board_export.board_export, name="board_export"),
    path("board/bulk/", board_bulk.board_bulk, name="board_bulk"),
    path("board/cases/<int:pk>/", board.board_case, name="board_case"),
    path("candidacies/<int:pk>/move/", acts.candidacy_move, name="candidacy_move"),
    path("statements/<int:pk>/accept/", acts.statement_accept, name="statement_accept"),
    path("statements/<int:pk>/decline/", acts.statement_decline, name="statement_decline"),
    path("materials/<int:pk>/accept/", acts.material_accept, name="material_accept"),
    path("materials/<int:pk>/withdraw/", acts.material_withdraw, name="material_withdraw"),
    path("institutions/", institutions.institution_list, name="institution_list"),
    path("institutions/export/", institutions.institution_export, name="institution_export"),
    path("institutions/coverage/", coverage.institution_coverage, name="institution_coverage"),
    path("institutions/coverage/firms/", coverage.institution_coverage_firms, name="institution_coverage_firms"),
    path("institutions/coverage/export/", coverage.institution_coverage_export, name="institution_coverage_export"),
    path("institutions/new/", institutions.institution_new, name="institution_new"),
    path("institutions/kinds/", institution_kinds.institution_kinds, name="institution_kinds"),
    path("institutions/kinds/new/", institution_kinds.institution_kind_create, name="institution_kind_create"),
    path("institutions/kinds/<int:pk>/", institution_kinds.institution_kind_edit, name="institution_kind_edit"),
    path("institutions/<int:pk>/", institutions.institution_detail, name="institution_detail"),
    path("institutions/<int:pk>/edit/", institutions.institution_edit, name="institution_edit"),
    path("institutions/<int:pk>/move/", institutions.institution_move, name="institution_move"),
    path("institutions/<int:pk>/raise/", institutions.institution_raise, name="institution_raise"),
    path("institutions/<int:pk>/visit/", visits.institution_visit, name="institution_visit"),
    path("enterprises/<int:pk>/institutions/new/", institutions.institution_create, name="institution_create"),
    path("enterprises/<int:pk>/institutions/confirm/", standing.institution_confirm, name="institution_confirm"),
    path("enterprises/<int:pk>/scale/", standing.spell_create, name="spell_create"),
    path("scale/<int:pk>/end/", standing.spell_end, name="spell_end"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/undo/", import_undo.import_undo, name="import_undo"),
    path("imports/<int:pk>/export/", import_export.import_export, name="import_export"),
    path("imports/<int:pk>/refused/", import_export.import_refused, name="import_refused"),
    path("imports/<int:pk>/columns/<int:place>/", import_columns.import_columns, name="import_columns"),
    path("imports/mappings/<int:pk>/forget/", import_columns.mapping_forget, name="mapping_forget"),
    path("quality/", quality.quality_page, name="quality"),
    path("quality/export/", quality.quality_export, name="quality_export"),
    path("quality/conflicts/", conflicts.conflict_list, name="quality_conflicts"),
    path("quality/conflicts/export/", conflicts.conflict_export, name="quality_conflicts_export"),
    path("edges/", edges.edge_list, name="edge_list"),
    path("edges/export/", edges.edge_export, name="edge_export"),
    path("enterprises/<int:pk>/conflicts/", conflicts.conflict_settle, name="conflict_settle"),
    path("lists/", lists.list_list, name="list_list"),
    path("lists/<int:pk>/", lists.list_detail, name="list_detail"),
    path("lists/<int:pk>/export/", list_export.list_export, name="list_export"),
    path("lists/<int:pk>/correct/", lists.list_correct, name="list_correct"),
    path("lists/<int:pk>/rematch/", lists.list_rematch, name="list_rematch"),
    path("lists/<int:pk>/apply/", lists.list_apply_view, name="list_apply"),
    path("lists/<int:pk>/progress/", lists.list_progress, name="list_progress"),
    path("lists/rows/<int:pk>/decide/", lists.list_decide, name="list_decide"),
    path("lists/rows/<int:pk>/confirm/", lists.list_confirm, name="list_confirm"),
    path("lists/rows/<int:pk>/complete/", lists.list_complete, name="list_complete"),
    path("mails/", mails.mail_list, name="mail_list"),
    path("mails/export/", list_exports.mail_export, name="mail_export"),
    path("mails/<int:pk>/", mails.mail_detail, name="mail_detail"),
    path("mails/<int:pk>/body/", mails.mail_body, name="mail_body"),
    path("calendar/", agenda.calendar, name="calendar"),
    path("calendar/duties/", duties.duty_list, name="calendar_duties"),
    path("calendar/duties/export/", duties.duty_export, name="calendar_duties_export"),
    path("calendar/plan/", plan.plan_page, name="calendar_plan"),
    path("duties/<int:pk>/decide/", acts.duty_decide, name="duty_decide"),
    path("calendar/export/", agenda_export.calendar_export, name="calendar_export"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("mails/<int:pk>/decide/", mails.mail_decide, name="mail_decide"),
    path("mails/<int:pk>/address/", mails.mail_address, name="mail_address"),
    path("mails/preview/", mail_preview.mail_preview, name="mail_preview"),
    path("mails/preview/letter/", mail_preview.mail_preview_letter, name="mail_preview_letter"),
    path("mails/preview/body/", mail_preview.mail_preview_body, name="mail_preview_body"),
    path("rulings/", rulings.ruling_list, name="ruling_list"),
    path("rulings/export/", rulings.ruling_export, name="ruling_export"),
    path("rules/", rules.rule_list, name="rule_list"),
    path("rules/graph/", rule_graph.rule_graph, name="rule_graph"),
    path("rules/compare/", rule_comparison.rule_compare, name="rule_compare"),
    path("rules/documents/", rule_register.rule_documents, name="rule_documents"),
    path("rules/documents/new/", rule_register.rule_document_create, name="rule_document_create"),
    path("rules/documents/<int:pk>/", rule_register.rule_document_edit, name="rule_document_edit"),
    path("rules/new/", rule_drafts.rule_draft, name="rule_draft"),
    path("rules/ladders/", rule_ladders.rule_ladders, name="rule_ladders"),
    path("rules/<int:pk>/", rules.rule_detail, name="rule_detail"),
    path("rules/<int:pk>/export/", rules.rule_export, name="rule_export"),
    path("rules/<int:pk>/edit/", rule_drafts.rule_edit, name="rule_edit"),
    path("rules/<int:pk>/edit/<str:place>/", rule_drafts.rule_part, name="rule_part"),
    path("rules/<int:pk>/add/", rule_drafts.rule_add, name="rule_add"),
    path("rules/<int:pk>/remove/", rule_drafts.rule_remove, name="rule_remove"),
    path("rules/<int:pk>/move/", rule_drafts.rule_move, name="rule_move"),
    path("rules/<int:pk>/what-if/", whatif.rule_whatif, name="rule_whatif"),
    path("rules/<int:pk>/what-if/progress/", whatif.rule_whatif_progress, name="rule_whatif_progress"),
    path("rules/<int:pk>/what-if/export/", whatif.rule_whatif_export, name="rule_whatif_export"),
    path("users/", users.user_list, name="user_list"),
    path("users/invite/", users.user_invite, name="user_invite"),
    path("users/export/", list_exports.user_export, name="user_export"),
    path("users/<int:pk>/", users.user_detail, name="user_detail"),
    path("pools/", pools.pool_list, name="pool_list"),
    path("pools/new/", pool_acts.pool_create, name="pool_create"),
    path("pools/pin/", pool_acts.pool_pin, name="pool_pin"),
    path("pools/pins/<int:pk>/end/", pool_acts.pool_unpin, name="pool_unpin"),
    path("pools/<int:pk>/", pools.pool_detail, name="pool_detail"),
    path("pools/<int:pk>/export/", pools.pool_export, name="pool_export"),
    path("pools/<int:pk>/rule/", pool_acts.pool_define, name="pool_define"),
    path("views/", saved_view_pages.view_list, name="view_list"),
    path("views/<int:pk>/", saved_view_pages.view_detail, name="view_detail"),
    path("views/<int:pk>/delete/", saved_view_pages.view_delete, name="view_delete"),
    path("owners/", owners.owner_list, name="owner_list"),
    path("owners/handover/", owners.owner_handover, name="owner_handover"),
    path("status/", status.status, name="status"),
    path("status/mail/", status.status_mail, name="status_mail"),
    path("setup/", settings.settings_page, name="settings"),
    path("setup/rounds/", rounds.round_list, name="settings_rounds"),
    path("setup/rounds/new/", rounds.round_create, name="settings_round_create"),
    path("setup/rounds/<int:pk>/", rounds.round_edit, name="settings_round_edit"),
    path("setup/materials/", rounds.material_list, name="settings_materials"),
    path("setup/materials/new/", rounds.material_create, name="settings_material_create"),
    path("setup/materials/<int:pk>/", rounds.material_edit, name="settings_material_edit"),
    path("setup/materials/<int:pk>/remove/", rounds.material_remove, name="settings_material_remove"),
    path("setup/yearly/", yearly.duty_list, name="settings_yearly"),
    path("setup/yearly/new/", yearly.duty_create, name="settings_yearly_create"),
    path("setup/yearly/<int:pk>/", yearly.duty_edit, name="settings_yearly_edit"),
    path("setup/yearly/<int:pk>/<int:year>/", yearly.day_edit, name="settings_yearly_day"),
    path("setup/yearly/copy/<int:year>/", yearly.year_copy, name="settings_year_copy"),
    path("setup/calendar/", work_calendar.calendar_list, name="settings_calendar"),
    path("setup/calendar/load/", work_calendar.calendar_load, name="settings_calendar_load"),
    path("setup/steps/", steps.step_list, name="settings_steps"),
    path("setup/steps/new/", steps.step_create, name="settings_step_create"),
    path("setup/steps/<int:pk>/", steps.step_edit, name="settings_step_edit"),
    path("setup/steps/<int:pk>/remove/", steps.step_remove, name="settings_step_remove"),
    path("setup/escalation/", escalations.rule_list, name="settings_escalation"),
    path("setup/escalation/save/", escalations.rules_save, name="settings_escalation_save"),
    path("setup/prices/", prices.price_list, name="settings_prices"),
    path("setup/prices/<slug:lever>/", prices.price_edit, name="settings_price_edit"),
]

REMINDERS = [
    path("reminders/", preferences.preferences, name="preferences"),
    path("reminders/defaults/", defaults.defaults, name="defaults"),
    path("reminders/defaults/<int:pk>/end/", defaults.default_end, name="default_end"),
    path("reminders/stop/<str:token>/", stop.stop, name="stop"),
    path("reminders/feeds/", feeds.feed_list, name="feeds"),
    path("reminders/feeds/<int:pk>/end/", feeds.feed_end, name="feed_end"),
    path("calendars/<str:secret>.ics", feeds.feed, name="feed"),
    path("reminders/channels/", channels.channel_list, name="channels"),
    path("reminders/channels/<int:pk>/", channels.channel_switch, name="channel_switch"),
    path("reminders/notices/", notices.notice_list, name="notices"),
    path("reminders/notices/read/", notices.notice_read, name="notice_read"),
    path("reminders/notices/<int:pk>/", notices.notice_detail, name="notice"),
]

PORTAL = [
    path("my/", portal.home, name="home"),
    path("my/<int:pk>/", portal.status, name="status"),
    path("my/<int:pk>/figures/<int:year>/", portal.figures, name="figures"),
    path("my/<int:pk>/materials/", portal.material_hand_in, name="material_hand_in"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((ENTRANCE, "entrance"))),
    path("", include((CONSOLE, "console"))),
    path("", include((PORTAL, "portal"))),
    path("", include((REMINDERS, "reminders"))),
]

handler400 = "console.errors.bad_request"
handler403 = "console.errors.forbidden"
handler404 = "console.errors.not_found"
handler500 = "console.errors.server_error"
