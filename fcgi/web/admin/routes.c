/* The map of the pages, and their allow-list. */

#include "model/import.h"
#include "web/admin/admin.h"
#include "web/admin/pages.h"
#include "web/who.h"

#define SMALL (4 * KIB)
#define JOB   (256 * KIB)
#define BULK  (64 * KIB) /* a page of picked rows */

static const char sign_in_why[] = "who signs in has no session yet; a rate limit stands before it";

static const char token_why[] =
    "the token is the right to submit it; a rate limit stands before it";
static const char request_why[] =
    "strangers ask for an account or a new password; a rate limit stands before it, "
    "and who has a session must send its token";

/* clang-format off */
static const struct route routes[] = {
	{ GET,  "/",                              admin_overview,               ACCESS_ACCOUNT },
	{ GET,  "/sign-in",                       admin_sign_in_form,           ACCESS_PUBLIC },
	{ POST, "/sign-in",                       admin_sign_in,                ACCESS_PUBLIC, .body = BODY_FORM, .limit = SMALL, .why = sign_in_why },
	{ POST, "/sign-out",                      admin_sign_out,               ACCESS_ACCOUNT },
	{ GET,  "/token/{token}",                 admin_token,                  ACCESS_PUBLIC },
	{ POST, "/token/{token}",                 admin_token_submit,           ACCESS_PUBLIC, .body = BODY_FORM, .limit = SMALL, .why = token_why },

	{ GET,  "/jobs",                          admin_jobs,                   ACCESS_ACCOUNT },
	{ GET,  "/jobs/new",                      admin_job_new,                ACCESS_ACCOUNT },
	{ POST, "/jobs/new",                      admin_job_add,                ACCESS_ACCOUNT, .body = BODY_FORM, .limit = JOB },
	{ POST, "/jobs/check",                    admin_job_check,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = JOB },
	{ GET,  "/jobs/bulk",                     admin_bulks,                  ACCESS_ACCOUNT },
	{ POST, "/jobs/bulk",                     admin_jobs_bulk,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = BULK },
	{ GET,  "/jobs/bulk/{id}",                admin_bulk,                   ACCESS_ACCOUNT },
	{ POST, "/jobs/bulk/{id}/stop",           admin_bulk_stop,              ACCESS_ACCOUNT },
	{ POST, "/runs/bulk",                     admin_runs_bulk,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = BULK },
	{ GET,  "/jobs/import",                   admin_import,                 ACCESS_ACCOUNT },
	{ POST, "/jobs/import",                   admin_import_post,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = IMPORT_BYTES_MAX },
	{ GET,  "/jobs/export",                   admin_export,                 ACCESS_ACCOUNT },
	{ GET,  "/jobs/{name}",                   admin_job,                    ACCESS_ACCOUNT },
	{ GET,  "/jobs/{name}/edit",              admin_job_edit,               ACCESS_ACCOUNT },
	{ POST, "/jobs/{name}/edit",              admin_job_save,               ACCESS_ACCOUNT, .body = BODY_FORM, .limit = JOB },
	{ POST, "/jobs/{name}/enable",            admin_job_enable,             ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/jobs/{name}/disable",           admin_job_disable,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/jobs/{name}/delete",            admin_job_delete,             ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/jobs/{name}/run",               admin_job_run,                ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/jobs/{name}/revisions",         admin_revisions,              ACCESS_ACCOUNT },
	{ POST, "/jobs/{name}/revisions/{n}/restore", admin_restore,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/jobs/{name}/adopt",             admin_job_adopt,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/jobs/{name}/revert",            admin_job_revert,             ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/schedule",                      admin_schedule,               ACCESS_ACCOUNT },

	{ GET,  "/calendar",                      admin_calendar,               ACCESS_ACCOUNT },
	{ GET,  "/runs",                          admin_runs,                   ACCESS_ACCOUNT },
	{ GET,  "/runs/{id}",                     admin_run,                    ACCESS_ACCOUNT },
	{ GET,  "/runs/{id}/compare/{other}",     admin_run_compare,            ACCESS_ACCOUNT },
	{ GET,  "/runs/{id}/output",              admin_run_output,             ACCESS_ACCOUNT },
	{ POST, "/runs/{id}/stop",                admin_run_stop,               ACCESS_ACCOUNT },

	{ GET,  "/tasks",                         admin_tasks,                  ACCESS_ACCOUNT },
	{ GET,  "/tasks/{id}",                    admin_task,                   ACCESS_ACCOUNT },
	{ POST, "/tasks/{id}",                    admin_task_decide,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = 4 * SMALL },
	{ POST, "/tasks/{id}/token",              admin_task_token,             ACCESS_ACCOUNT },
	{ GET,  "/tasks/{id}/edit",               admin_task_edit,              ACCESS_ACCOUNT },
	{ POST, "/tasks/{id}/edit",               admin_task_save,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = JOB },
	{ POST, "/notifications/acknowledge",     admin_notifications_acknowledge, ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/notifications/{id}",            admin_notification,           ACCESS_ACCOUNT },
	{ POST, "/notifications/{id}/acknowledge", admin_notification_acknowledge, ACCESS_ACCOUNT },
	{ GET,  "/requests",                      admin_requests,               ACCESS_ACCOUNT },
	{ GET,  "/requests/new/{type}",           admin_request_form,           ACCESS_PUBLIC },
	{ POST, "/requests/new/{type}",           admin_request_send,           ACCESS_PUBLIC, .body = BODY_FORM, .limit = BULK, .why = request_why },

	{ GET,  "/settings/engine",               admin_engine,                 ACCESS_ADMIN },
	{ POST, "/settings/engine/resync",        admin_engine_resync,          ACCESS_ADMIN },
	{ GET,  "/settings/engine/plan",          admin_plan,                   ACCESS_ADMIN },
	{ GET,  "/settings/engine/unmanaged",     admin_unmanaged,              ACCESS_ADMIN },
	{ POST, "/settings/engine/unmanaged",     admin_unmanaged_adopt,        ACCESS_ADMIN, .body = BODY_FORM, .limit = 64 * KIB },
	{ GET,  "/settings/engine/cleanup",       admin_cleanup,                ACCESS_ADMIN },
	{ POST, "/settings/engine/cleanup",       admin_cleanup_do,             ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },

	{ GET,  "/account",                       admin_account,                ACCESS_ACCOUNT },
	{ POST, "/account",                       admin_preferences,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/account/password",              admin_password,               ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/account/sessions/revoke-others", admin_sessions_revoke_others, ACCESS_ACCOUNT },
	{ POST, "/account/sessions/{id}/revoke",  admin_session_revoke,         ACCESS_ACCOUNT },
	{ POST, "/account/tokens",                admin_token_add,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/account/tokens/{id}/revoke",    admin_token_revoke,           ACCESS_ACCOUNT },

	{ GET,  "/teams/{team}/alerts",           admin_alerts,                 ACCESS_ACCOUNT },
	{ POST, "/teams/{team}/alerts",           admin_alert_add,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = 2 * SMALL },
	{ POST, "/teams/{team}/alerts/messages/{id}/again", admin_message_again, ACCESS_ACCOUNT },
	{ GET,  "/teams/{team}/alerts/{id}",      admin_alert,                  ACCESS_ACCOUNT },
	{ POST, "/teams/{team}/alerts/{id}",      admin_alert_save,             ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/teams/{team}/alerts/{id}/delete", admin_alert_delete,         ACCESS_ACCOUNT },
	{ POST, "/teams/{team}/alerts/{id}/secret", admin_alert_secret,         ACCESS_ACCOUNT },
	{ POST, "/teams/{team}/alerts/{id}/test", admin_alert_test,             ACCESS_ACCOUNT },

	{ GET,  "/teams",                         admin_teams,                  ACCESS_ACCOUNT },
	{ POST, "/teams",                         admin_team_add,               ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/teams/{name}",                  admin_team,                   ACCESS_ACCOUNT },
	{ POST, "/teams/{name}",                  admin_team_save,              ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/teams/{name}/approvals",        admin_team_approvals,         ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/teams/{name}/quota",            admin_team_quota,             ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/teams/{name}/rename",           admin_team_rename,            ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/teams/{name}/delete",           admin_team_delete,            ACCESS_ADMIN },
	{ POST, "/teams/{name}/members",          admin_team_member,            ACCESS_ACCOUNT, .body = BODY_FORM, .limit = SMALL },

	{ GET,  "/accounts",                      admin_accounts,               ACCESS_ADMIN },
	{ POST, "/accounts",                      admin_account_add,            ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/accounts/{name}",               admin_person,                 ACCESS_ADMIN },
	{ POST, "/accounts/{name}",               admin_person_save,            ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/accounts/{name}/disable",       admin_person_disable,         ACCESS_ADMIN },
	{ POST, "/accounts/{name}/enable",        admin_person_enable,          ACCESS_ADMIN },
	{ POST, "/accounts/{name}/password",      admin_person_password,        ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/accounts/{name}/teams",         admin_person_team,            ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/accounts/{name}/sign-out",      admin_person_sign_out,        ACCESS_ADMIN },
	{ POST, "/accounts/{name}/sessions/{id}/revoke", admin_person_session_revoke, ACCESS_ADMIN },
	{ POST, "/accounts/{name}/tokens/{id}/revoke", admin_person_token_revoke, ACCESS_ADMIN },
	{ GET,  "/audit",                         admin_audit,                  ACCESS_ADMIN },
	{ GET,  "/audit.jsonl",                   admin_audit_lines,            ACCESS_ADMIN },

	{ GET,  "/settings/groups",               admin_groups,                 ACCESS_ADMIN },
	{ POST, "/settings/groups",               admin_group_add,              ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ GET,  "/settings/groups/{name}",        admin_group,                  ACCESS_ADMIN },
	{ POST, "/settings/groups/{name}",        admin_group_save,             ACCESS_ADMIN, .body = BODY_FORM, .limit = SMALL },
	{ POST, "/settings/groups/{name}/delete", admin_group_delete,           ACCESS_ADMIN },
	{ GET,  "/settings/types",                admin_types,                  ACCESS_ADMIN },
	{ GET,  "/settings/types/new",            admin_type_new,               ACCESS_ADMIN },
	{ POST, "/settings/types/new",            admin_type_add,               ACCESS_ADMIN, .body = BODY_FORM, .limit = 2 * JOB },
	{ GET,  "/settings/types/{type}",         admin_type,                   ACCESS_ADMIN },
	{ POST, "/settings/types/{type}",         admin_type_do,                ACCESS_ADMIN, .body = BODY_FORM, .limit = 2 * JOB },
	{ GET,  "/settings",                      admin_settings,               ACCESS_ADMIN },

	{ GET,  "/healthz",                       admin_healthz,                ACCESS_PUBLIC },
	{ GET,  "/readyz",                        admin_readyz,                 ACCESS_PUBLIC },
	{ GET,  "/version",                       admin_version,                ACCESS_PUBLIC },
};
/* clang-format on */

const struct site admin_site = {
	.name = "admin",
	.routes = routes,
	.nroutes = LENGTH(routes),
	.who = web_who,
	.refuse = admin_refuse,
};
