#ifndef WEB_API_API_H
#define WEB_API_API_H

/*
 * The JSON API, version 1. routes.c is the map; shapes are those of job_json() and run_json().
 */

#include "http/http.h"
#include "model/job.h"

extern const struct site api_site;

enum err api_openapi(struct req *r, struct resp *w);
enum err api_audit(struct req *r, struct resp *w);

enum err api_jobs(struct req *r, struct resp *w);
enum err api_tags(struct req *r, struct resp *w);
enum err api_jobs_import(struct req *r, struct resp *w);
enum err api_jobs_export(struct req *r, struct resp *w);
enum err api_job_add(struct req *r, struct resp *w);
enum err api_job(struct req *r, struct resp *w);
enum err api_job_put(struct req *r, struct resp *w);
enum err api_job_patch(struct req *r, struct resp *w);
enum err api_job_delete(struct req *r, struct resp *w);
enum err api_job_run(struct req *r, struct resp *w);
enum err api_job_warnings(struct req *r, struct resp *w);
enum err api_revisions(struct req *r, struct resp *w);
enum err api_restore(struct req *r, struct resp *w);

enum err api_adopt(struct req *r, struct resp *w);
enum err api_revert(struct req *r, struct resp *w);

enum err api_job_stats(struct req *r, struct resp *w);
enum err api_runs(struct req *r, struct resp *w);
enum err api_run(struct req *r, struct resp *w);
enum err api_run_output(struct req *r, struct resp *w);
enum err api_run_stop(struct req *r, struct resp *w);

enum err api_jobs_bulk(struct req *r, struct resp *w);
enum err api_bulk(struct req *r, struct resp *w);
enum err api_bulk_items(struct req *r, struct resp *w);
enum err api_bulk_stop(struct req *r, struct resp *w);

enum err api_alerts(struct req *r, struct resp *w);
enum err api_alert(struct req *r, struct resp *w);
enum err api_alert_add(struct req *r, struct resp *w);
enum err api_alert_patch(struct req *r, struct resp *w);
enum err api_alert_delete(struct req *r, struct resp *w);
enum err api_alert_secret(struct req *r, struct resp *w);
enum err api_alert_test(struct req *r, struct resp *w);
enum err api_messages(struct req *r, struct resp *w);
enum err api_message_again(struct req *r, struct resp *w);

enum err api_me(struct req *r, struct resp *w);
enum err api_my_tokens(struct req *r, struct resp *w);
enum err api_my_token_revoke(struct req *r, struct resp *w);
enum err api_accounts(struct req *r, struct resp *w);
enum err api_account_add(struct req *r, struct resp *w);
enum err api_account(struct req *r, struct resp *w);
enum err api_account_patch(struct req *r, struct resp *w);
enum err api_account_password(struct req *r, struct resp *w);
enum err api_account_tokens(struct req *r, struct resp *w);
enum err api_account_token_add(struct req *r, struct resp *w);
enum err api_account_token_revoke(struct req *r, struct resp *w);

enum err api_teams(struct req *r, struct resp *w);
enum err api_team_add(struct req *r, struct resp *w);
enum err api_team(struct req *r, struct resp *w);
enum err api_team_patch(struct req *r, struct resp *w);
enum err api_team_delete(struct req *r, struct resp *w);
enum err api_groups(struct req *r, struct resp *w);
enum err api_group(struct req *r, struct resp *w);
enum err api_group_put(struct req *r, struct resp *w);
enum err api_group_delete(struct req *r, struct resp *w);
enum err api_members(struct req *r, struct resp *w);
enum err api_invites(struct req *r, struct resp *w);
enum err api_member_put(struct req *r, struct resp *w);
enum err api_member_delete(struct req *r, struct resp *w);

enum err api_task_types(struct req *r, struct resp *w);
enum err api_task_type(struct req *r, struct resp *w);
enum err api_task_ask(struct req *r, struct resp *w);
enum err api_type_definition(struct req *r, struct resp *w);
enum err api_type_definition_put(struct req *r, struct resp *w);
enum err api_type_definition_delete(struct req *r, struct resp *w);
enum err api_type_secret(struct req *r, struct resp *w);
enum err api_tasks(struct req *r, struct resp *w);
enum err api_task(struct req *r, struct resp *w);
enum err api_task_put(struct req *r, struct resp *w);
enum err api_task_approve(struct req *r, struct resp *w);
enum err api_task_reject(struct req *r, struct resp *w);
enum err api_task_cancel(struct req *r, struct resp *w);
enum err api_task_renew(struct req *r, struct resp *w);
enum err api_task_comment(struct req *r, struct resp *w);
/* 202, Location and the task: for everything that makes one instead of acting at once. */
struct task;
enum err api_answer_task(struct req *r, struct resp *w, const struct task *t);

enum err api_tokens(struct req *r, struct resp *w);
enum err api_token_reissue(struct req *r, struct resp *w);
enum err api_tokens_purge(struct req *r, struct resp *w);
enum err api_token(struct req *r, struct resp *w);
enum err api_token_submit(struct req *r, struct resp *w);

enum err api_notifications(struct req *r, struct resp *w);
enum err api_notification(struct req *r, struct resp *w);
enum err api_notification_acknowledge(struct req *r, struct resp *w);
enum err api_notifications_acknowledge(struct req *r, struct resp *w);
enum err api_status(struct req *r, struct resp *w);

enum err api_schedule(struct req *r, struct resp *w);
enum err api_engine(struct req *r, struct resp *w);
enum err api_plan(struct req *r, struct resp *w);
enum err api_resync(struct req *r, struct resp *w);
enum err api_unmanaged(struct req *r, struct resp *w);
enum err api_cleanup(struct req *r, struct resp *w);

/* 200 with {"items":[...],"next":...}; `next` is a cursor, NULL: that was all. */
void api_answer_list(struct req *r, struct resp *w, struct json *items, const char *next);
/* A job with its ETag. */
void api_answer_job(struct req *r, struct resp *w, int status, const struct job *job);
/* A change of a job that was refused: 202 and the task when others have to approve it, and are
 * asked by this; else the error as it is. */
MUST_USE enum err api_ask_others(struct req *r, struct resp *w, enum err e);
/* The ETag of something with versions. */
void api_version(struct req *r, struct resp *w, int64_t version);
/* The version that If-Match names; 0 when any will do. */
MUST_USE enum err api_if_match(struct req *r, int64_t *version);

#endif
