"""Who may open what, written by hand: every address, every role, both methods; and what is posted."""

from collections.abc import Iterator

from django.utils import timezone

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
reminders:preferences           GET       302  200  200       200  200        200     404   404
reminders:preferences           POST      302  302  302       302  302        302     404   404
reminders:defaults              GET       302  404  404       404  404        404     404   200
reminders:defaults              POST      302  404  404       404  404        404     404   422
reminders:default_end           GET       302  404  404       404  404        404     404   405
reminders:default_end           POST      302  404  404       404  404        404     404   302
reminders:stop                  GET       200  200  200       200  200        200     200   200
reminders:stop                  POST      200  200  200       200  200        200     200   200
reminders:feeds                 GET       302  200  200       200  200        200     404   404
reminders:feeds                 POST      302  302  302       302  302        302     404   404
reminders:feed_end              GET       302  405  405       405  405        405     404   404
reminders:feed_end              POST      302  404  404       404  302        404     404   404
reminders:feed                  GET       200  200  200       200  200        200     200   200
reminders:feed                  POST      405  405  405       405  405        405     405   405
reminders:channels              GET       302  200  404       404  404        404     404   200
reminders:channels              POST      302  422  404       404  404        404     404   422
reminders:channel_switch        GET       302  405  404       404  404        404     404   405
reminders:channel_switch        POST      302  302  404       404  404        404     404   302
reminders:notices               GET       302  200  200       200  200        200     404   200
reminders:notices               POST      302  405  405       405  405        405     404   405
reminders:notice                GET       302  404  404       404  200        404     404   404
reminders:notice                POST      302  405  405       405  405        405     404   405
reminders:notice_read           GET       302  405  405       405  405        405     404   405
reminders:notice_read           POST      302  302  302       302  302        302     404   302
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
console:calendar_duties         GET       302  200  200       200  404        404     200   404
console:calendar_duties         POST      302  405  405       405  404        404     405   404
console:calendar_duties_export  GET       302  200  200       200  404        404     200   404
console:calendar_duties_export  POST      302  405  405       405  404        404     405   404
console:calendar_plan           GET       302  200  200       200  404        404     200   404
console:calendar_plan           POST      302  405  405       405  404        404     405   404
console:duty_decide             GET       302  405  405       405  404        404     404   404
console:duty_decide             POST      302  302  302       404  404        404     404   404
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
console:settings_yearly         GET       302  200  404       404  404        404     404   200
console:settings_yearly         POST      302  405  404       404  404        404     404   405
console:settings_yearly_create  GET       302  200  404       404  404        404     404   404
console:settings_yearly_create  POST      302  302  404       404  404        404     404   404
console:settings_yearly_edit    GET       302  200  404       404  404        404     404   404
console:settings_yearly_edit    POST      302  302  404       404  404        404     404   404
console:settings_yearly_day     GET       302  200  404       404  404        404     404   404
console:settings_yearly_day     POST      302  302  404       404  404        404     404   404
console:settings_year_copy      GET       302  405  404       404  404        404     404   404
console:settings_year_copy      POST      302  302  404       404  404        404     404   404
console:settings_calendar       GET       302  200  404       404  404        404     404   200
console:settings_calendar       POST      302  405  404       404  404        404     404   405
console:settings_calendar_load  GET       302  200  404       404  404        404     404   404
console:settings_calendar_load  POST      302  422  404       404  404        404     404   404
console:settings_steps          GET       302  200  404       404  404        404     404   200
console:settings_steps          POST      302  405  404       404  404        404     404   405
console:settings_step_create    GET       302  200  404       404  404        404     404   404
console:settings_step_create    POST      302  302  404       404  404        404     404   404
console:settings_step_edit      GET       302  200  404       404  404        404     404   404
console:settings_step_edit      POST      302  302  404       404  404        404     404   404
console:settings_step_remove    GET       302  405  404       404  404        404     404   404
console:settings_step_remove    POST      302  302  404       404  404        404     404   404
console:settings_escalation     GET       302  200  404       404  404        404     404   200
console:settings_escalation     POST      302  405  404       404  404        404     404   405
console:settings_escalation_save GET      302  405  404       404  404        404     404   404
console:settings_escalation_save POST     302  302  404       404  404        404     404   404
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

YEARLY = {
    "name": "年度报表", "track": "hnte", "whom": "holders", "rhythm": "yearly", "month": "5", "day": "31",
    "because": "按通知", "is_active": "on",
}  # fmt: skip

# What is posted: acts that would succeed, so that a refusal is never mere chance
POSTED = {
    "reminders:feeds": {"scope": "person"},
    "console:mail_decide": {"act": "sent", "seen": "uncertain:0"},
    "console:ruling_create": {"track": "hnte", "criterion": "H3.core", "value": "yes", "basis": "专家意见"},
    "console:candidacy_open": {"track": "tsme"},
    "console:candidacy_move": {"step": "coach", "version": "0"},
    "console:statement_decline": {"reason": "与审计报告不一致"},
    "console:material_hand_in": {"kind": "审计报告"},
    "console:contact_create": {"name": "李联络"},
    "console:duty_decide": {"act": "waive", "reason": "企业已搬迁"},
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
    "console:settings_step_create": {"name": "专家评审", "workdays": "5", "order": "9"},
    "console:settings_step_edit": {"name": "专家评审", "workdays": "5", "order": "9"},
    "console:settings_yearly_create": YEARLY,
    "console:settings_yearly_edit": YEARLY,
    "console:settings_yearly_day": {"due_on": "2027-05-31"},
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


def rows() -> Iterator[tuple[str, str, dict[str, int]]]:
    """The lines of the table above."""
    head, *lines = EXPECTED.strip().splitlines()
    assert head.split()[2:] == list(ROLES)
    for line in lines:
        view, method, *codes = line.split()
        yield view, method, dict(zip(ROLES, map(int, codes), strict=True))


TABLE = list(rows())
