#include "model/import.h"
#include "web/api/api.h"
#include "web/api/doc.h"
#include "web/who.h"

enum { JOB_LIMIT = 256 * 1024 }; /* bytes of a definition: commands may be whole scripts */

enum { BULK_LIMIT = 1024 * 1024 }; /* bytes: the names of some 20,000 jobs; a filter is short */

/* clang-format off */
static const struct route routes[] = {
	{ GET,    "/api/v1/openapi.json",                      api_openapi,    ACCESS_PUBLIC,  .doc = &doc_openapi },
	{ GET,    "/api/v1/jobs",                              api_jobs,       ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_jobs },
	{ POST,   "/api/v1/jobs",                              api_job_add,    ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, JOB_LIMIT, .doc = &doc_job_add },
	{ POST,   "/api/v1/jobs/bulk",                         api_jobs_bulk,  ACCESS_ACCOUNT, SCOPE_RUN,   BODY_JSON, BULK_LIMIT, .doc = &doc_jobs_bulk },
	{ GET,    "/api/v1/bulk/{id}",                         api_bulk,       ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_bulk },
	{ GET,    "/api/v1/bulk/{id}/items",                   api_bulk_items, ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_bulk_items },
	{ POST,   "/api/v1/bulk/{id}/stop",                    api_bulk_stop,  ACCESS_ACCOUNT, SCOPE_RUN,   BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_bulk_stop },
	{ POST,   "/api/v1/jobs/import",                       api_jobs_import, ACCESS_ACCOUNT, SCOPE_WRITE, BODY_RAW, IMPORT_BYTES_MAX, .doc = &doc_jobs_import },
	{ GET,    "/api/v1/jobs/export",                       api_jobs_export, ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_jobs_export },
	{ GET,    "/api/v1/jobs/{name}",                       api_job,        ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_job },
	{ PUT,    "/api/v1/jobs/{name}",                       api_job_put,    ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, JOB_LIMIT, .doc = &doc_job_put },
	{ PATCH,  "/api/v1/jobs/{name}",                       api_job_patch,  ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, JOB_LIMIT, .doc = &doc_job_patch },
	{ DELETE, "/api/v1/jobs/{name}",                       api_job_delete, ACCESS_ACCOUNT, SCOPE_WRITE, .doc = &doc_job_delete },
	{ POST,   "/api/v1/jobs/{name}/run",                   api_job_run,    ACCESS_ACCOUNT, SCOPE_RUN,   BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_job_run },
	{ GET,    "/api/v1/jobs/{name}/warnings",              api_job_warnings, ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_job_warnings },
	{ GET,    "/api/v1/jobs/{name}/revisions",             api_revisions,  ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_revisions },
	{ POST,   "/api/v1/jobs/{name}/revisions/{n}/restore", api_restore,    ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_restore },
	{ POST,   "/api/v1/jobs/{name}/adopt",                 api_adopt,      ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_adopt },
	{ POST,   "/api/v1/jobs/{name}/revert",                api_revert,     ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_revert },
	{ GET,    "/api/v1/jobs/{name}/stats",                 api_job_stats,  ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_job_stats },
	{ GET,    "/api/v1/tags",                              api_tags,       ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_tags },
	{ GET,    "/api/v1/runs",                              api_runs,       ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_runs },
	{ GET,    "/api/v1/runs/{id}",                         api_run,        ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_run },
	{ GET,    "/api/v1/runs/{id}/output",                  api_run_output, ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_run_output },
	{ POST,   "/api/v1/runs/{id}/stop",                    api_run_stop,   ACCESS_ACCOUNT, SCOPE_RUN,   BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_run_stop },
	{ GET,    "/api/v1/account",                           api_me,         ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_me },
	{ GET,    "/api/v1/account/tokens",                    api_my_tokens,  ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_my_tokens },
	{ DELETE, "/api/v1/account/tokens/{id}",               api_my_token_revoke, ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_my_token_revoke },
	{ GET,    "/api/v1/accounts",                          api_accounts,   ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_accounts },
	{ POST,   "/api/v1/accounts",                          api_account_add, ACCESS_ADMIN,  SCOPE_ADMIN, BODY_JSON, 4 * KIB, .doc = &doc_account_add },
	{ GET,    "/api/v1/accounts/{name}",                   api_account,    ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_account },
	{ PATCH,  "/api/v1/accounts/{name}",                   api_account_patch, ACCESS_ADMIN, SCOPE_ADMIN, BODY_JSON, 16 * KIB, .doc = &doc_account_patch },
	{ PUT,    "/api/v1/accounts/{name}/password",          api_account_password, ACCESS_ADMIN, SCOPE_ADMIN, BODY_JSON, 4 * KIB, .doc = &doc_account_password },
	{ GET,    "/api/v1/accounts/{name}/tokens",            api_account_tokens, ACCESS_ADMIN, SCOPE_ADMIN, .doc = &doc_account_tokens },
	{ POST,   "/api/v1/accounts/{name}/tokens",            api_account_token_add, ACCESS_ADMIN, SCOPE_ADMIN, BODY_JSON, 4 * KIB, .doc = &doc_account_token_add },
	{ DELETE, "/api/v1/accounts/{name}/tokens/{id}",       api_account_token_revoke, ACCESS_ADMIN, SCOPE_ADMIN, .doc = &doc_account_token_revoke },
	{ GET,    "/api/v1/teams",                             api_teams,      ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_teams },
	{ POST,   "/api/v1/teams",                             api_team_add,   ACCESS_ADMIN,   SCOPE_ADMIN, BODY_JSON, 16 * KIB, .doc = &doc_team_add },
	{ GET,    "/api/v1/teams/{name}",                      api_team,       ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_team },
	{ PATCH,  "/api/v1/teams/{name}",                      api_team_patch, ACCESS_ACCOUNT, SCOPE_ADMIN, BODY_JSON, 16 * KIB, .doc = &doc_team_patch },
	{ DELETE, "/api/v1/teams/{name}",                      api_team_delete, ACCESS_ADMIN,  SCOPE_ADMIN, .doc = &doc_team_delete },
	{ GET,    "/api/v1/groups",                            api_groups,     ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_groups },
	{ GET,    "/api/v1/groups/{name}",                     api_group,      ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_group },
	{ PUT,    "/api/v1/groups/{name}",                     api_group_put,  ACCESS_ADMIN,   SCOPE_ADMIN, BODY_JSON, 32 * KIB, .doc = &doc_group_put },
	{ DELETE, "/api/v1/groups/{name}",                     api_group_delete, ACCESS_ADMIN, SCOPE_ADMIN, .doc = &doc_group_delete },
	{ GET,    "/api/v1/teams/{name}/members",              api_members,    ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_members },
	{ GET,    "/api/v1/teams/{name}/invites",              api_invites,    ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_invites },
	{ PUT,    "/api/v1/teams/{name}/members/{account}",    api_member_put, ACCESS_ACCOUNT, SCOPE_ADMIN, BODY_JSON, 4 * KIB, .doc = &doc_member_put },
	{ DELETE, "/api/v1/teams/{name}/members/{account}",    api_member_delete, ACCESS_ACCOUNT, SCOPE_ADMIN, .doc = &doc_member_delete },
	{ GET,    "/api/v1/teams/{name}/alerts",               api_alerts,        ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_alerts },
	{ POST,   "/api/v1/teams/{name}/alerts",               api_alert_add,     ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_alert_add },
	{ GET,    "/api/v1/teams/{name}/alerts/messages",      api_messages,      ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_messages },
	{ POST,   "/api/v1/teams/{name}/alerts/messages/{id}/again", api_message_again, ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_message_again },
	{ GET,    "/api/v1/teams/{name}/alerts/{id}",          api_alert,         ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_alert },
	{ PATCH,  "/api/v1/teams/{name}/alerts/{id}",          api_alert_patch,   ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_alert_patch },
	{ DELETE, "/api/v1/teams/{name}/alerts/{id}",          api_alert_delete,  ACCESS_ACCOUNT, SCOPE_WRITE, .doc = &doc_alert_delete },
	{ POST,   "/api/v1/teams/{name}/alerts/{id}/secret",   api_alert_secret,  ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_alert_secret },
	{ POST,   "/api/v1/teams/{name}/alerts/{id}/test",     api_alert_test,    ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_alert_test },
	{ GET,    "/api/v1/task-types",                        api_task_types,   ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_task_types },
	{ GET,    "/api/v1/task-types/{type}",                 api_task_type,    ACCESS_PUBLIC,  SCOPE_READ, .doc = &doc_task_type },
	{ POST,   "/api/v1/task-types/{type}",                 api_task_ask,     ACCESS_PUBLIC,  SCOPE_WRITE, BODY_JSON, 64 * KIB, .why = "strangers sign up and reset passwords; every other type asks who it is itself", .doc = &doc_task_ask },
	{ GET,    "/api/v1/task-types/{type}/definition",        api_type_definition,        ACCESS_ADMIN, SCOPE_ADMIN, .doc = &doc_type_definition },
	{ PUT,    "/api/v1/task-types/{type}/definition",        api_type_definition_put,    ACCESS_ADMIN, SCOPE_ADMIN, BODY_JSON, 64 * KIB, .doc = &doc_type_definition_put },
	{ POST,   "/api/v1/task-types/{type}/definition/secret", api_type_secret,            ACCESS_ADMIN, SCOPE_ADMIN, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_type_secret },
	{ DELETE, "/api/v1/task-types/{type}/definition",        api_type_definition_delete, ACCESS_ADMIN, SCOPE_ADMIN, .doc = &doc_type_definition_delete },
	{ GET,    "/api/v1/tasks",                             api_tasks,        ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_tasks },
	{ GET,    "/api/v1/tasks/{id}",                        api_task,         ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_task },
	{ PUT,    "/api/v1/tasks/{id}",                        api_task_put,     ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 2 * JOB_LIMIT, .doc = &doc_task_put },
	{ POST,   "/api/v1/tasks/{id}/approve",                api_task_approve, ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_task_approve },
	{ POST,   "/api/v1/tasks/{id}/reject",                 api_task_reject,  ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_task_reject },
	{ POST,   "/api/v1/tasks/{id}/cancel",                 api_task_cancel,  ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 16 * KIB, .doc = &doc_task_cancel },
	{ POST,   "/api/v1/tasks/{id}/renew",                  api_task_renew,   ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_task_renew },
	{ POST,   "/api/v1/tasks/{id}/comment",                api_task_comment, ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_task_comment },
	{ GET,    "/api/v1/tokens",                            api_tokens,        ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_tokens },
	{ POST,   "/api/v1/tokens",                            api_token_reissue, ACCESS_ACCOUNT, SCOPE_WRITE, BODY_JSON, 4 * KIB, .doc = &doc_token_reissue },
	{ DELETE, "/api/v1/tokens",                            api_tokens_purge,  ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_tokens_purge },
	{ GET,    "/api/v1/tokens/{token}",                    api_token,         ACCESS_PUBLIC,  SCOPE_READ, .doc = &doc_token },
	{ POST,   "/api/v1/tokens/{token}",                    api_token_submit,  ACCESS_PUBLIC,  SCOPE_WRITE, BODY_JSON, 16 * KIB, .why = "who holds a token needs nothing else; a type may ask for more", .doc = &doc_token_submit },
	{ GET,    "/api/v1/notifications",                     api_notifications, ACCESS_ADMIN,   SCOPE_READ, .doc = &doc_notifications },
	{ POST,   "/api/v1/notifications/acknowledge",         api_notifications_acknowledge, ACCESS_ADMIN, SCOPE_WRITE, BODY_JSON, 16 * KIB, .doc = &doc_notifications_acknowledge },
	{ GET,    "/api/v1/notifications/{id}",                api_notification,  ACCESS_ADMIN,   SCOPE_READ, .doc = &doc_notification },
	{ POST,   "/api/v1/notifications/{id}/acknowledge",    api_notification_acknowledge, ACCESS_ADMIN, SCOPE_WRITE, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_notification_acknowledge },
	{ GET,    "/api/v1/status",                            api_status,        ACCESS_ADMIN,   SCOPE_READ, .doc = &doc_status },
	{ GET,    "/api/v1/schedule",                          api_schedule,   ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_schedule },
	{ GET,    "/api/v1/engine",                            api_engine,     ACCESS_ACCOUNT, SCOPE_READ, .doc = &doc_engine },
	{ GET,    "/api/v1/audit",                             api_audit,         ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_audit },
	{ GET,    "/api/v1/engine/plan",                       api_plan,       ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_plan },
	{ GET,    "/api/v1/engine/unmanaged",                  api_unmanaged,  ACCESS_ADMIN,   SCOPE_ADMIN, .doc = &doc_unmanaged },
	{ POST,   "/api/v1/engine/resync",                     api_resync,     ACCESS_ADMIN,   SCOPE_ADMIN, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_resync },
	{ POST,   "/api/v1/engine/cleanup",                    api_cleanup,    ACCESS_ADMIN,   SCOPE_ADMIN, BODY_JSON_MAYBE, 4 * KIB, .doc = &doc_cleanup },
};
/* clang-format on */

/* Under /api/ a stranger is told to show a token before he is told which addresses there are; where
 * he may be, he is told what is not. */
static void refuse(struct req *r, enum err e, struct resp *w)
{
	bool open = r->route != NULL && r->route->access == ACCESS_PUBLIC;

	if (!open && (e == ERR_NOT_FOUND || e == ERR_METHOD) && r->ctx->actor.account_id == 0)
		e = guard_stranger(r);
	json_fault(r, e, w);
}

const struct site api_site = {
	.name = "api",
	.routes = routes,
	.nroutes = LENGTH(routes),
	.who = web_who,
	.refuse = refuse,
};
