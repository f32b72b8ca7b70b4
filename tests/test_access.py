"""Who may open what: every address, every role, both methods; the expected answers are written by hand."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import policy
from accounts.models import Region, Role, User
from enterprises.domain import materials, statements
from enterprises.models import AboveScaleSpell, Enterprise, ImportBatch, InstitutionGrade
from notifications import digest, letters, obligations
from notifications.models import Message
from pipeline.domain import candidacies, dossiers, drafts, pools, saved_views
from pipeline.models import (
    Bureau,
    Document,
    Edition,
    ListRow,
    MaterialRequirement,
    PoolPin,
    PublishedList,
    Receipt,
    Round,
)  # fmt: skip
from tests.console.visit import unnumbered
from tests.factories import EnterpriseFactory, InstitutionFactory, MemberFactory, TitleFactory

ROLES = ("nobody", "city", "unit", "elsewhere", "firm", "other_firm", "auditor", "admin")

# 302 from nobody is the way to the login page; 404 is a page the role lacks, or a firm out of sight;
# 405 a page that only shows or an act that only posts; 422 a form sent with what cannot stand.
EXPECTED = """
view                            method nobody city unit elsewhere firm other_firm auditor admin
entrance:home                   GET       302  302  302       302  302        302     302   302
entrance:home                   POST      302  405  405       405  405        405     405   405
entrance:login                  GET       200  302  302       302  302        302     302   302
entrance:login                  POST      200  302  302       302  302        302     302   302
entrance:logout                 GET       302  405  405       405  405        405     405   405
entrance:logout                 POST      302  302  302       302  302        302     302   302
entrance:password_forgot        GET       200  200  200       200  200        200     200   200
entrance:password_forgot        POST      200  200  200       200  200        200     200   200
entrance:password_forgot_sent   GET       200  200  200       200  200        200     200   200
entrance:password_forgot_sent   POST      405  405  405       405  405        405     405   405
entrance:password_reset         GET       200  200  200       200  200        200     200   200
entrance:password_reset         POST      200  200  200       200  200        200     200   200
entrance:invitation             GET       200  200  200       200  200        200     200   200
entrance:invitation             POST      200  200  200       200  200        200     200   200
entrance:password_change        GET       302  200  200       200  200        200     200   200
entrance:password_change        POST      302  200  200       200  200        200     200   200
entrance:healthz                GET       200  200  200       200  200        200     200   200
entrance:healthz                POST      405  405  405       405  405        405     405   405
entrance:readyz                 GET       503  503  503       503  503        503     503   503
entrance:readyz                 POST      405  405  405       405  405        405     405   405
console:workbench               GET       302  200  200       200  404        404     200   404
console:workbench               POST      302  405  405       405  404        404     405   404
console:enterprise_list         GET       302  200  200       200  404        404     200   404
console:enterprise_list         POST      302  405  405       405  404        404     405   404
console:enterprise_detail       GET       302  200  200       404  404        404     200   404
console:enterprise_detail       POST      302  405  405       405  404        404     405   404
console:enterprise_export       GET       302  200  200       200  404        404     200   404
console:enterprise_export       POST      302  405  405       405  404        404     405   404
console:board                   GET       302  200  200       200  404        404     200   404
console:board                   POST      302  405  405       405  404        404     405   404
console:board_cards             GET       302  200  200       200  404        404     200   404
console:board_cards             POST      302  405  405       405  404        404     405   404
console:dossier                 GET       302  200  200       404  404        404     200   404
console:dossier                 POST      302  405  405       405  404        404     405   404
console:dossier_print           GET       302  405  405       405  404        404     404   404
console:dossier_print           POST      302  302  302       404  404        404     404   404
console:enterprise_as_of        GET      302  200  200       404  404        404     200   404
console:enterprise_as_of        POST     302  405  405       405  404        404     405   404
console:receipt_list            GET      302  200  200       404  404        404     200   404
console:receipt_list            POST     302  405  405       405  404        404     405   404
console:receipt_detail          GET      302  200  200       404  404        404     200   404
console:receipt_detail          POST     302  405  405       405  404        404     405   404
console:receipt_export          GET      302  200  200       404  404        404     200   404
console:receipt_export          POST     302  405  405       405  404        404     405   404
console:board_export            GET       302  200  200       200  404        404     200   404
console:board_export            POST      302  405  405       405  404        404     405   404
console:quality                 GET       302  200  200       200  404        404     200   404
console:quality                 POST      302  405  405       405  404        404     405   404
console:quality_export          GET       302  200  200       200  404        404     200   404
console:quality_export          POST      302  405  405       405  404        404     405   404
console:quality_conflicts       GET       302  200  200       200  404        404     200   404
console:quality_conflicts       POST      302  405  405       405  404        404     405   404
console:quality_conflicts_export GET       302  200  200       200  404        404     200   404
console:quality_conflicts_export POST      302  405  405       405  404        404     405   404
console:edge_list               GET       302  200  200       200  404        404     200   404
console:edge_list               POST      302  405  405       405  404        404     405   404
console:edge_export             GET       302  200  200       200  404        404     200   404
console:edge_export             POST      302  405  405       405  404        404     405   404
console:conflict_settle         GET       302  405  405       405  404        404     404   404
console:conflict_settle         POST      302  422  422       404  404        404     404   404
console:board_case              GET       302  200  200       404  404        404     404   404
console:board_case              POST      302  405  405       405  404        404     404   404
console:board_bulk              GET       302  200  200       200  404        404     404   404
console:board_bulk              POST      302  422  422       422  404        404     404   404
console:ruling_create           GET       302  405  405       405  404        404     404   404
console:ruling_create           POST      302  302  302       404  404        404     404   404
console:candidacy_open          GET       302  405  405       405  404        404     404   404
console:candidacy_open          POST      302  302  302       404  404        404     404   404
console:candidacy_move          GET       302  405  405       405  404        404     404   404
console:candidacy_move          POST      302  302  302       404  404        404     404   404
console:statement_accept        GET       302  405  405       405  404        404     404   404
console:statement_accept        POST      302  302  302       404  404        404     404   404
console:statement_decline       GET       302  405  405       405  404        404     404   404
console:statement_decline       POST      302  302  302       404  404        404     404   404
console:material_hand_in        GET       302  405  405       405  404        404     404   404
console:material_hand_in        POST      302  302  302       404  404        404     404   404
console:material_accept         GET       302  405  405       405  404        404     404   404
console:material_accept         POST      302  302  302       404  404        404     404   404
console:material_withdraw       GET      302  405  405       405  404        404     404   404
console:material_withdraw       POST     302  422  422       404  404        404     404   404
console:officer_assign          GET       302  405  405       405  404        404     404   404
console:officer_assign          POST      302  302  302       404  404        404     404   404
console:contact_create          GET       302  405  405       405  404        404     404   404
console:contact_create          POST      302  302  302       404  404        404     404   404
console:import_list             GET       302  200  200       200  404        404     404   404
console:import_list             POST      302  422  422       422  404        404     404   404
console:import_detail           GET       302  404  200       404  404        404     404   404
console:import_detail           POST      302  405  405       405  404        404     404   404
console:import_apply            GET       302  405  405       405  404        404     404   404
console:import_apply            POST      302  404  302       404  404        404     404   404
console:import_progress         GET       302  404  200       404  404        404     404   404
console:import_progress         POST      302  405  405       405  404        404     404   404
console:import_undo             GET       302  404  200       404  404        404     404   404
console:import_undo             POST      302  404  403       404  404        404     404   404
console:import_columns          GET       302  404  404       404  404        404     404   404
console:import_columns          POST      302  404  404       404  404        404     404   404
console:import_export           GET       302  404  200       404  404        404     404   404
console:import_export           POST      302  405  405       405  404        404     404   404
console:import_refused          GET       302  404  200       404  404        404     404   404
console:import_refused          POST      302  405  405       405  404        404     404   404
console:mapping_forget          GET       302  405  405       405  404        404     404   404
console:mapping_forget          POST      302  404  404       404  404        404     404   404
console:list_list               GET       302  200  200       200  404        404     200   404
console:list_list               POST      302  422  422       422  404        404     422   404
console:list_detail             GET       302  200  200       404  404        404     200   404
console:list_detail             POST      302  405  405       405  404        404     405   404
console:list_export             GET       302  200  200       404  404        404     200   404
console:list_export             POST      302  405  405       405  404        404     405   404
console:list_correct            GET       302  405  405       405  404        404     404   404
console:list_correct            POST      302  302  302       404  404        404     404   404
console:list_rematch            GET       302  405  405       405  404        404     404   404
console:list_rematch            POST      302  302  302       404  404        404     404   404
console:list_apply              GET       302  405  405       405  404        404     404   404
console:list_apply              POST      302  302  302       404  404        404     404   404
console:list_progress           GET       302  200  200       404  404        404     200   404
console:list_progress           POST      302  405  405       405  404        404     405   404
console:list_decide             GET       302  405  405       405  404        404     404   404
console:list_decide             POST      302  302  302       404  404        404     404   404
console:list_confirm            GET       302  405  405       405  404        404     404   404
console:list_confirm            POST      302  403  403       404  404        404     404   404
console:list_complete           GET       302  405  405       405  404        404     404   404
console:list_complete           POST      302  302  302       404  404        404     404   404
console:mail_list               GET       302  200  200       200  404        404     404   404
console:mail_list               POST      302  405  405       405  404        404     404   404
console:mail_detail             GET       302  200  200       404  404        404     404   404
console:mail_detail             POST      302  405  405       405  404        404     404   404
console:mail_body               GET       302  200  200       404  404        404     404   404
console:mail_body               POST      302  405  405       405  404        404     404   404
console:mail_export             GET       302  200  200       200  404        404     404   404
console:mail_export             POST      302  405  405       405  404        404     404   404
console:mail_decide             GET       302  405  405       405  404        404     404   404
console:mail_decide             POST      302  302  302       404  404        404     404   404
console:mail_address            GET       302  405  405       405  404        404     404   404
console:mail_address            POST      302  302  302       404  404        404     404   404
console:mail_preview            GET       302  200  200       200  404        404     404   404
console:mail_preview            POST      302  405  405       405  404        404     404   404
console:mail_preview_letter     GET       302  404  404       404  404        404     404   404
console:mail_preview_letter     POST      302  405  405       405  404        404     404   404
console:mail_preview_body       GET       302  404  404       404  404        404     404   404
console:mail_preview_body       POST      302  405  405       405  404        404     404   404
console:calendar                GET       302  200  200       200  404        404     200   404
console:calendar                POST      302  405  405       405  404        404     405   404
console:calendar_export         GET       302  200  200       200  404        404     200   404
console:calendar_export         POST      302  405  405       405  404        404     405   404
console:ruling_list             GET      302  200  200       200  404        404     200   404
console:ruling_list             POST     302  405  405       405  404        404     405   404
console:ruling_export           GET      302  200  200       200  404        404     200   404
console:ruling_export           POST     302  405  405       405  404        404     405   404
console:rule_list               GET       302  200  200       200  404        404     200   404
console:rule_list               POST      302  405  405       405  404        404     405   404
console:rule_graph              GET       302  200  200       200  404        404     200   404
console:rule_graph              POST      302  405  405       405  404        404     405   404
console:rule_compare            GET       302  200  200       200  404        404     200   404
console:rule_compare            POST      302  405  405       405  404        404     405   404
console:rule_documents          GET       302  200  200       200  404        404     200   404
console:rule_documents          POST      302  405  405       405  404        404     405   404
console:rule_document_create    GET       302  200  404       404  404        404     404   404
console:rule_document_create    POST      302  302  404       404  404        404     404   404
console:rule_document_edit      GET       302  200  404       404  404        404     404   404
console:rule_document_edit      POST      302  302  404       404  404        404     404   404
console:rule_draft              GET       302  200  404       404  404        404     404   404
console:rule_draft              POST      302  302  404       404  404        404     404   404
console:rule_ladders            GET       302  200  200       200  404        404     200   404
console:rule_ladders            POST      302  405  405       405  404        404     405   404
console:rule_detail             GET       302  200  200       200  404        404     200   404
console:rule_detail             POST      302  405  405       405  404        404     405   404
console:rule_export             GET       302  200  200       200  404        404     200   404
console:rule_export             POST      302  405  405       405  404        404     405   404
console:rule_edit               GET       302  200  404       404  404        404     404   404
console:rule_edit               POST      302  302  404       404  404        404     404   404
console:rule_part               GET       302  200  404       404  404        404     404   404
console:rule_part               POST      302  302  404       404  404        404     404   404
console:rule_add                GET       302  200  404       404  404        404     404   404
console:rule_add                POST      302  302  404       404  404        404     404   404
console:rule_remove             GET       302  405  404       404  404        404     404   404
console:rule_remove             POST      302  302  404       404  404        404     404   404
console:rule_move               GET       302  405  404       404  404        404     404   404
console:rule_move               POST      302  302  404       404  404        404     404   404
console:rule_whatif             GET       302  200  200       200  404        404     404   404
console:rule_whatif             POST      302  302  302       302  404        404     404   404
console:rule_whatif_progress    GET       302  404  404       404  404        404     404   404
console:rule_whatif_progress    POST      302  405  405       405  404        404     404   404
console:rule_whatif_export      GET       302  404  404       404  404        404     404   404
console:rule_whatif_export      POST      302  405  405       405  404        404     404   404
console:audit_list              GET       302  200  200       200  404        404     200   200
console:audit_list              POST      302  405  405       405  404        404     405   405
console:audit_export            GET       302  200  200       200  404        404     200   200
console:audit_export            POST      302  405  405       405  404        404     405   405
console:institution_list        GET       302  200  200       200  404        404     200   404
console:institution_list        POST      302  405  405       405  404        404     405   404
console:institution_export      GET       302  200  200       200  404        404     200   404
console:institution_export      POST      302  405  405       405  404        404     405   404
console:institution_coverage    GET       302  200  200       200  404        404     200   404
console:institution_coverage    POST      302  405  405       405  404        404     405   404
console:institution_coverage_firms GET    302  200  200       200  404        404     200   404
console:institution_coverage_firms POST   302  405  405       405  404        404     405   404
console:institution_coverage_export GET   302  200  200       200  404        404     200   404
console:institution_coverage_export POST  302  405  405       405  404        404     405   404
console:institution_new         GET       302  200  200       200  404        404     404   404
console:institution_new         POST      302  405  405       405  404        404     404   404
console:institution_kinds       GET       302  200  200       200  404        404     200   404
console:institution_kinds       POST      302  405  405       405  404        404     405   404
console:institution_kind_create GET       302  200  404       404  404        404     404   404
console:institution_kind_create POST      302  302  404       404  404        404     404   404
console:institution_kind_edit   GET       302  200  404       404  404        404     404   404
console:institution_kind_edit   POST      302  302  404       404  404        404     404   404
console:institution_detail      GET       302  200  200       404  404        404     200   404
console:institution_detail      POST      302  405  405       405  404        404     405   404
console:institution_edit        GET       302  200  200       404  404        404     404   404
console:institution_edit        POST      302  302  302       404  404        404     404   404
console:institution_move        GET       302  405  405       405  404        404     404   404
console:institution_move        POST      302  302  302       404  404        404     404   404
console:institution_raise       GET       302  405  405       405  404        404     404   404
console:institution_raise       POST      302  403  403       404  404        404     404   404
console:institution_visit       GET       302  200  200       404  404        404     404   404
console:institution_visit       POST      302  302  302       404  404        404     404   404
console:institution_create      GET       302  200  200       404  404        404     404   404
console:institution_create      POST      302  302  302       404  404        404     404   404
console:institution_confirm     GET       302  405  405       405  404        404     404   404
console:institution_confirm     POST      302  302  302       404  404        404     404   404
console:spell_create            GET       302  405  405       405  404        404     404   404
console:spell_create            POST      302  302  302       404  404        404     404   404
console:spell_end               GET       302  405  405       405  404        404     404   404
console:spell_end               POST      302  302  302       404  404        404     404   404
console:user_list               GET       302  200  200       200  404        404     404   200
console:user_list               POST      302  405  405       405  404        404     404   405
console:user_invite             GET       302  200  200       200  404        404     404   200
console:user_invite             POST      302  200  200       200  404        404     404   200
console:user_detail             GET       302  200  200       404  404        404     404   200
console:user_detail             POST      302  302  302       404  404        404     404   302
console:user_export             GET       302  200  200       200  404        404     404   200
console:user_export             POST      302  405  405       405  404        404     404   405
console:pool_list               GET       302  200  200       200  404        404     200   404
console:pool_list               POST      302  405  405       405  404        404     405   404
console:pool_detail             GET       302  200  200       404  404        404     200   404
console:pool_detail             POST      302  405  405       405  404        404     405   404
console:pool_export             GET       302  200  200       404  404        404     200   404
console:pool_export             POST      302  405  405       405  404        404     405   404
console:pool_create             GET       302  200  200       200  404        404     404   404
console:pool_create             POST      302  422  422       422  404        404     404   404
console:pool_define             GET       302  200  200       404  404        404     404   404
console:pool_define             POST      302  422  422       404  404        404     404   404
console:pool_pin                GET       302  200  200       200  404        404     404   404
console:pool_pin                POST      302  422  422       422  404        404     404   404
console:pool_unpin              GET       302  405  405       405  404        404     404   404
console:pool_unpin              POST      302  302  302       404  404        404     404   404
console:view_list               GET       302  200  200       200  404        404     200   404
console:view_list               POST      302  422  422       422  404        404     422   404
console:view_detail             GET       302  404  302       404  404        404     404   404
console:view_detail             POST      302  404  302       404  404        404     404   404
console:view_delete             GET       302  405  405       405  404        404     405   404
console:view_delete             POST      302  404  302       404  404        404     404   404
console:owner_list              GET       302  200  200       200  404        404     200   404
console:owner_list              POST      302  405  405       405  404        404     405   404
console:owner_handover          GET       302  200  200       200  404        404     404   404
console:owner_handover          POST      302  422  422       422  404        404     404   404
console:status                  GET      302  200  404       404  404        404     404   200
console:status                  POST     302  405  404       404  404        404     404   405
console:status_mail             GET       302  405  404       404  404        404     404   405
console:status_mail             POST      302  302  404       404  404        404     404   302
console:settings                GET       302  200  404       404  404        404     404   200
console:settings                POST      302  302  404       404  404        404     404   302
console:settings_rounds         GET       302  200  404       404  404        404     404   200
console:settings_rounds         POST      302  405  404       404  404        404     404   405
console:settings_round_create   GET       302  200  404       404  404        404     404   404
console:settings_round_create   POST      302  302  404       404  404        404     404   404
console:settings_round_edit     GET       302  200  404       404  404        404     404   404
console:settings_round_edit     POST      302  302  404       404  404        404     404   404
console:settings_materials      GET       302  200  404       404  404        404     404   200
console:settings_materials      POST      302  405  404       404  404        404     404   405
console:settings_material_create GET      302  200  404       404  404        404     404   404
console:settings_material_create POST     302  302  404       404  404        404     404   404
console:settings_material_edit  GET       302  200  404       404  404        404     404   404
console:settings_material_edit  POST      302  302  404       404  404        404     404   404
console:settings_material_remove GET      302  405  404       404  404        404     404   404
console:settings_material_remove POST     302  302  404       404  404        404     404   404
console:settings_prices         GET       302  200  404       404  404        404     404   200
console:settings_prices         POST      302  405  404       404  404        404     404   405
console:settings_price_edit     GET       302  200  404       404  404        404     404   404
console:settings_price_edit     POST      302  302  404       404  404        404     404   404
portal:home                     GET       302  404  404       404  302        302     404   404
portal:home                     POST      302  404  404       404  405        405     404   404
portal:status                   GET       302  404  404       404  200        404     404   404
portal:status                   POST      302  404  404       404  405        405     404   404
portal:figures                  GET       302  404  404       404  200        404     404   404
portal:figures                  POST      302  404  404       404  302        404     404   404
portal:material_hand_in         GET       302  404  404       404  405        405     404   404
portal:material_hand_in         POST      302  404  404       404  302        404     404   404
"""

# What is posted: acts that would succeed, so that a refusal is never mere chance
POSTED = {
    "console:mail_decide": {"act": "sent", "seen": "uncertain:0"},
    "console:ruling_create": {"track": "hnte", "criterion": "H3.core", "value": "yes", "basis": "专家意见"},
    "console:candidacy_open": {"track": "tsme"},
    "console:candidacy_move": {"step": "coach", "version": "0"},
    "console:statement_decline": {"reason": "与审计报告不一致"},
    "console:material_hand_in": {"kind": "审计报告"},
    "console:contact_create": {"name": "李联络"},
    "console:institution_kind_create": {"kind": "产业创新中心", "level": "省部", "line": "发改", "version": "0"},
    "console:institution_kind_edit": {"kind": "企业技术中心", "level": "国家", "line": "发改", "version": "0"},
    "console:institution_edit": {"grade": "自建研发机构|自建", "name": "研发中心", "version": "0"},
    "console:institution_move": {"step": "build", "version": "0", "day": "2026-01-05"},
    "console:institution_visit": {"only": "site", "checked_on": "2026-01-05", "site-state": "lacks", "site-seen": "0"},
    "console:institution_create": {"grade": "自建研发机构|自建", "version": "0"},
    "console:spell_create": {"kind": "规上服务业", "from_on": "2026-01-05", "source": "名单"},
    "console:spell_end": {"to_on": "2026-02-05"},
    "console:list_correct": {"version": "0", "kind": "recognition", "recognised_on": "2026-11-20"},
    "console:list_apply": {"version": "0"},
    "console:list_decide": {"version": "0", "choice": "none", "reason": "不是"},
    "console:list_confirm": {"version": "0", "reason": "按公告"},
    "console:list_complete": {"version": "0", "number": "GR202642000001"},
    "console:user_detail": {"act": "deactivate"},
    "console:settings": {"name": "云川市科学技术局", "ladder": "mission", "phone": ""},
    "console:settings_round_create": {"track": "hnte", "name": "2026年第二批", "year": "2026"},
    "console:settings_round_edit": {"name": "2026年高新技术企业认定", "year": "2026", "closes_on": "2026-12-20"},
    "console:settings_material_create": {"track": "hnte", "kind": "营业执照", "order": "9"},
    "console:settings_material_edit": {"kind": "近三年审计报告", "order": "1"},
    "console:settings_price_edit": {"money": "30000", "note": "三家报价平均", "is_offered": "on"},
    "portal:figures": {"staff_headcount": "80"},
    "portal:material_hand_in": {"track": "hnte", "kind": "知识产权清单及证明"},
}
POSTED |= {
    "console:rule_document_create": {"number": "试拟〔2026〕1号"},
    "console:rule_document_edit": {"number": "试拟〔2026〕2号"},
    "console:rule_draft": {
        "track": "moose", "title": "驼鹿", "document": "待核实", "effective_from": "2099-01-01", "says": "年度名单",
        "manual": "由科技厅公布",
    },
    "console:rule_edit": {
        "title": "高企", "document": "待核实", "effective_from": "2099-01-01", "applies_to": "apply",
        "confidence": "unconfirmed", "version": "0",
    },
    "console:rule_part": {
        "says": "科技人员占比", "who": "enterprise", "fact": "tech_staff_share_hnte", "sign": "at_least", "need": "12%",
        "confidence": "unconfirmed", "version": "0",
    },
    "console:rule_add": {
        "says": "职工总数", "who": "enterprise", "fact": "staff_headcount", "sign": "at_least", "need": "5人",
        "confidence": "unconfirmed", "version": "0",
    },
    "console:rule_remove": {"place": "H4", "version": "0"},
    "console:rule_move": {"step": "send", "version": "0"},
}  # fmt: skip
QUERIES = {"console:board_cards": "?state=pooled"}  # pages that show something only when asked for it
LAST_YEAR = timezone.localdate().year - 1


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

    def address(self, view: str) -> str:
        """The address of a view for this firm."""
        return reverse(view, args=self.arguments(view))

    def arguments(self, view: str) -> list[object]:
        """What stands in the address of a view."""
        by_view: dict[str, list[object]] = {
            "entrance:password_reset": ["MQ", "spent"],
            "entrance:invitation": ["MQ", "spent"],
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
NOBODY_S |= {"console:rule_document_edit"}
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
        **pool_things(enterprise, officer),
        **list_of(enterprise, officer),
    )


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


@pytest.fixture
def world(
    reference_data: Bureau,
    officer: User,
    county_officer: User,
    other_county_officer: User,
    member: User,
    enterprise: Enterprise,
    auditor: User,
    administrator: User,
) -> World:
    """Everything an address may name, once within reach of the unit and once beyond."""
    far = EnterpriseFactory(name="远岑秘境新材料有限公司", region=other_county_officer.region)
    other = MemberFactory(username="other-member", name="钱外企", enterprises=[far])
    people: dict[str, User | None] = {
        "nobody": None,
        "city": officer,
        "unit": county_officer,
        "elsewhere": other_county_officer,
        "firm": member,
        "other_firm": other,
        "auditor": auditor,
        "admin": administrator,
    }
    return World(
        people,
        own=things_of(enterprise, member, county_officer),
        foreign=things_of(far, other, other_county_officer),
    )


def rows() -> Iterator[tuple[str, str, dict[str, int]]]:
    """The lines of the table above."""
    head, *lines = EXPECTED.strip().splitlines()
    assert head.split()[2:] == list(ROLES)
    for line in lines:
        view, method, *codes = line.split()
        yield view, method, dict(zip(ROLES, map(int, codes), strict=True))


TABLE = list(rows())


def test_the_table_has_every_view_with_both_methods():
    assert [(view, method) for view, method, _ in TABLE] == [
        (view, method) for view in policy.POLICY for method in ("GET", "POST")
    ]


@pytest.mark.parametrize("view", policy.POLICY)
def test_every_role_gets_the_answers_written_down(view: str, world: World):
    expected = {method: codes for name, method, codes in TABLE if name == view}

    found = {method: {role: answer(world, role, view, method) for role in ROLES} for method in ("GET", "POST")}

    assert found == expected


def answer(world: World, role: str, view: str, method: str) -> int:
    """The code of one request; whatever it changed is undone, so that the roles do not meet."""
    with transaction.atomic():
        code = ask(world.client(role), view, method, world.own).status_code
        transaction.set_rollback(True)
    return code


def ask(client: Client, view: str, method: str, things: Things) -> HttpResponse:
    """One request for these things; a POST brings what would succeed."""
    address = things.address(view) + QUERIES.get(view, "")
    return client.post(address, POSTED.get(view, {})) if method == "POST" else client.get(address)


# What is not one's own is not there at all


@pytest.mark.parametrize("view", OBJECT_VIEWS)
def test_a_foreign_object_is_an_absent_one_to_the_byte(view: str, world: World):
    reader = world.client("firm" if view.startswith("portal:") else "unit")

    for method in ("GET", "POST"):
        foreign, absent = (ask(reader, view, method, things) for things in (world.foreign, ABSENT))

        assert (foreign.status_code, unnumbered(foreign)) == (absent.status_code, unnumbered(absent))
        assert foreign.status_code in {404, 405}


CANARY = "秘境"
PLACES = ["/board/", "/board/?q=远岑", "/board/cards/?state=pooled", "/workbench/",
          "/enterprises/", "/enterprises/?q=远岑", "/enterprises/?q=ycmj", "/imports/", "/lists/", "/mails/",
          "/mails/preview/", "/mails/preview/?silent=nobody", "/mails/preview/?silent=idle",
          "/rules/", "/audit/", "/calendar/", "/calendar/?view=list",
          "/users/", "/setup/", "/setup/rounds/", "/setup/materials/", "/status/", "/my/"]  # fmt: skip
PLACES += [
    "/institutions/", "/institutions/?q=远岑", "/institutions/coverage/", "/institutions/coverage/firms/",
    "/institutions/new/?q=远岑", "/institutions/kinds/",
]  # fmt: skip
FILES = [reverse(view) for view in policy.POLICY if view.endswith("_export") and view not in {*OBJECT_VIEWS, *NOBODY_S}]
PLACES += ["/rules/compare/", "/rules/compare/?q=远岑", "/rules/documents/"]
PLACES += ["/pools/", "/pools/pin/?q=远岑", "/views/", "/owners/", "/owners/handover/?q=远岑"]


def readable(world: World, role: str, things: Things) -> str:
    """Every page and every file a role can read, of these things and without any."""
    addresses = PLACES + FILES + [things.address(view) for view in OBJECT_VIEWS]
    if role == "admin":  # opens and closes the accounts of firms, and therefore reads there whose they are
        addresses = [address for address in addresses if not address.startswith("/users/")]
    return read(world.client(role), addresses)


def read(client: Client, addresses: list[str]) -> str:
    """These pages, one after the other; a workbook as the words in it."""
    return "\n".join(words(client.get(address, follow=True)) for address in addresses)


def words(response: HttpResponse) -> str:
    """What a person reads in an answer: a page's text, or the parts of a workbook."""
    if "spreadsheet" not in response.headers.get("Content-Type", ""):
        return response.text
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        return "\n".join(archive.read(part).decode() for part in archive.namelist())


@pytest.mark.parametrize("role", ["unit", "firm", "admin", "nobody"])
def test_the_name_of_a_foreign_firm_reaches_nobody(role: str, world: World):
    monday(world)

    assert CANARY not in readable(world, role, world.foreign) + readable(world, role, world.own)


def test_the_administrator_reads_firms_only_as_the_owners_of_accounts(world: World):
    pages = read(world.client("admin"), ["/users/", world.foreign.address("console:user_detail")])

    assert pages.count(CANARY) == 2
    assert "/enterprises/" not in pages


@pytest.mark.parametrize("role", ["elsewhere", "other_firm", "city", "auditor"])
def test_the_name_is_seen_by_those_it_belongs_to(role: str, world: World):
    assert CANARY in readable(world, role, world.foreign)


def test_monday_s_mail_names_a_firm_only_to_those_it_belongs_to(world: World):
    monday(world)

    told = {message.to for message in Message.objects.filter(kind=Message.Kind.DIGEST) if CANARY in message.text}

    assert told == {world.people[role].email for role in ("city", "elsewhere", "other_firm")}


def monday(world: World) -> None:
    """A title of each firm ends soon, and the week's mails are made."""
    on = timezone.localdate()
    for things in (world.own, world.foreign):
        end = on + timedelta(days=20)
        TitleFactory(
            enterprise_id=things.enterprise, enterprise=None, issued_on=on.replace(year=on.year - 3), valid_until=end
        )
    obligations.refresh(on=on)
    digest.run(on=on)


# Rights are read with every request


def test_a_moved_officer_sees_the_other_county_with_the_next_request(world: World, county: Region):
    reader, there = world.client("unit"), world.foreign.address("console:enterprise_detail")
    assert reader.get(there).status_code == 404

    User.objects.filter(pk=world.people["unit"].pk).update(region=world.people["elsewhere"].region)

    assert reader.get(there).status_code == 200
    assert reader.get(world.own.address("console:enterprise_detail")).status_code == 404


def test_a_moved_firm_leaves_the_sight_of_its_county_with_the_next_request(world: World):
    reader, page = world.client("unit"), world.own.address("console:enterprise_detail")
    assert reader.get(page).status_code == 200

    Enterprise.objects.filter(pk=world.own.enterprise).update(region=world.people["elsewhere"].region)

    assert reader.get(page).status_code == 404
    assert world.client("elsewhere").get(page).status_code == 200


def test_a_changed_role_holds_with_the_next_request(world: World):
    reader = world.client("unit")

    User.objects.filter(pk=world.people["unit"].pk).update(role=Role.AUDITOR)

    assert reader.get("/workbench/").status_code == 200
    assert reader.post(world.own.address("console:contact_create"), {"name": "李联络"}).status_code == 404


def test_a_person_who_left_a_firm_no_longer_sees_it(world: World):
    reader = world.client("firm")

    Enterprise.objects.get(pk=world.own.enterprise).members.clear()

    assert reader.get(world.own.address("portal:status")).status_code == 404
