#ifndef WEB_API_DOC_H
#define WEB_API_DOC_H

/*
 * doc: the documentation of the API's routes, a row for each, and the shapes that they share.
 *
 * To document a route: a `const struct route_doc doc_x` in the doc_*.c of its family, declared
 * here, and `.doc = &doc_x` in its row of routes.c. dispatch() then judges query and body by it, so
 * the handler reads with param_text() and its like, and needs no query_only().
 */

#include "http/doc.h"

/* The choices of several parameters. */
extern const char doc_filters_help[];
extern const char doc_run_states[], doc_triggers[], doc_syncs[];

/* Tables of headers, and of parameters of changes. */
extern const struct field doc_version_headers[], doc_reason_params[], doc_task_headers[];

extern const struct shape shape_job, shape_job_input, shape_nothing, shape_run, shape_drift,
    shape_comparison, shape_task;

/* A change that others have to approve. */
/* clang-format off */
#define ANSWER_ASKED { 202, "Others have to approve it: the task, and nothing is changed yet.", .shape = &shape_task, .headers = doc_task_headers }
/* clang-format on */

extern const struct route_doc doc_openapi, doc_audit;

extern const struct route_doc doc_jobs, doc_job_add, doc_job, doc_job_put, doc_job_patch,
    doc_job_delete, doc_job_run, doc_job_warnings, doc_revisions, doc_restore, doc_tags;

extern const struct route_doc doc_jobs_bulk, doc_bulk, doc_bulk_items, doc_bulk_stop;

extern const struct route_doc doc_jobs_import, doc_jobs_export;

extern const struct route_doc doc_runs, doc_run, doc_run_output, doc_run_stop, doc_job_stats;

extern const struct route_doc doc_me, doc_my_tokens, doc_my_token_revoke, doc_accounts,
    doc_account_add, doc_account, doc_account_patch, doc_account_password, doc_account_tokens,
    doc_account_token_add, doc_account_token_revoke;

extern const struct route_doc doc_teams, doc_team_add, doc_team, doc_team_patch, doc_team_delete,
    doc_members, doc_member_put, doc_member_delete, doc_invites;
extern const struct route_doc doc_alerts, doc_alert_add, doc_alert, doc_alert_patch,
    doc_alert_delete, doc_alert_secret, doc_alert_test, doc_messages, doc_message_again;

extern const struct route_doc doc_type_definition, doc_type_definition_put,
    doc_type_definition_delete, doc_type_secret;
extern const struct shape shape_task, shape_task_entry;
extern const struct route_doc doc_task_types, doc_task_type, doc_task_ask, doc_tasks, doc_task,
    doc_task_put, doc_task_approve, doc_task_reject, doc_task_cancel, doc_task_comment,
    doc_task_renew;

extern const struct route_doc doc_groups, doc_group, doc_group_put, doc_group_delete;

extern const struct route_doc doc_tokens, doc_token_reissue, doc_tokens_purge, doc_token,
    doc_token_submit;

extern const struct route_doc doc_notifications, doc_notification, doc_notification_acknowledge,
    doc_notifications_acknowledge, doc_status;

extern const struct route_doc doc_schedule, doc_engine;

extern const struct route_doc doc_adopt, doc_revert, doc_plan, doc_unmanaged, doc_resync,
    doc_cleanup;

#endif
