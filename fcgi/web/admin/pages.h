#ifndef WEB_ADMIN_PAGES_H
#define WEB_ADMIN_PAGES_H

/* Every handler of the admin pool. routes.c is the map. */

#include "http/http.h"

enum err admin_sign_in_form(struct req *r, struct resp *w);
enum err admin_sign_in(struct req *r, struct resp *w);
enum err admin_sign_out(struct req *r, struct resp *w);

enum err admin_task_token(struct req *r, struct resp *w);
enum err admin_token(struct req *r, struct resp *w);
enum err admin_token_submit(struct req *r, struct resp *w);

enum err admin_overview(struct req *r, struct resp *w);

enum err admin_jobs(struct req *r, struct resp *w);
enum err admin_import(struct req *r, struct resp *w);
enum err admin_import_post(struct req *r, struct resp *w);
enum err admin_export(struct req *r, struct resp *w);
enum err admin_job_new(struct req *r, struct resp *w);
enum err admin_job_add(struct req *r, struct resp *w);
enum err admin_job(struct req *r, struct resp *w);
enum err admin_job_edit(struct req *r, struct resp *w);
enum err admin_job_check(struct req *r, struct resp *w);
enum err admin_job_save(struct req *r, struct resp *w);
enum err admin_job_enable(struct req *r, struct resp *w);
enum err admin_job_disable(struct req *r, struct resp *w);
enum err admin_job_delete(struct req *r, struct resp *w);
enum err admin_revisions(struct req *r, struct resp *w);
enum err admin_restore(struct req *r, struct resp *w);
enum err admin_job_run(struct req *r, struct resp *w);
enum err admin_job_adopt(struct req *r, struct resp *w);
enum err admin_job_revert(struct req *r, struct resp *w);
enum err admin_schedule(struct req *r, struct resp *w);

enum err admin_jobs_bulk(struct req *r, struct resp *w);
enum err admin_runs_bulk(struct req *r, struct resp *w);
enum err admin_bulks(struct req *r, struct resp *w);
enum err admin_bulk(struct req *r, struct resp *w);
enum err admin_bulk_stop(struct req *r, struct resp *w);

enum err admin_tasks(struct req *r, struct resp *w);
enum err admin_task(struct req *r, struct resp *w);
enum err admin_task_decide(struct req *r, struct resp *w);
enum err admin_task_edit(struct req *r, struct resp *w);
enum err admin_task_save(struct req *r, struct resp *w);
enum err admin_notifications_acknowledge(struct req *r, struct resp *w);
enum err admin_notification(struct req *r, struct resp *w);
enum err admin_notification_acknowledge(struct req *r, struct resp *w);
enum err admin_requests(struct req *r, struct resp *w);
enum err admin_request_form(struct req *r, struct resp *w);
enum err admin_request_send(struct req *r, struct resp *w);

enum err admin_run_compare(struct req *r, struct resp *w);
enum err admin_calendar(struct req *r, struct resp *w);
enum err admin_runs(struct req *r, struct resp *w);
enum err admin_run(struct req *r, struct resp *w);
enum err admin_run_output(struct req *r, struct resp *w);
enum err admin_run_stop(struct req *r, struct resp *w);

enum err admin_engine(struct req *r, struct resp *w);
enum err admin_engine_resync(struct req *r, struct resp *w);
enum err admin_plan(struct req *r, struct resp *w);
enum err admin_unmanaged(struct req *r, struct resp *w);
enum err admin_unmanaged_adopt(struct req *r, struct resp *w);
enum err admin_cleanup(struct req *r, struct resp *w);
enum err admin_cleanup_do(struct req *r, struct resp *w);

enum err admin_account(struct req *r, struct resp *w);
enum err admin_preferences(struct req *r, struct resp *w);
enum err admin_password(struct req *r, struct resp *w);
enum err admin_session_revoke(struct req *r, struct resp *w);
enum err admin_sessions_revoke_others(struct req *r, struct resp *w);
enum err admin_token_add(struct req *r, struct resp *w);
enum err admin_token_revoke(struct req *r, struct resp *w);

enum err admin_alerts(struct req *r, struct resp *w);
enum err admin_alert_add(struct req *r, struct resp *w);
enum err admin_alert(struct req *r, struct resp *w);
enum err admin_alert_save(struct req *r, struct resp *w);
enum err admin_alert_delete(struct req *r, struct resp *w);
enum err admin_alert_secret(struct req *r, struct resp *w);
enum err admin_alert_test(struct req *r, struct resp *w);
enum err admin_message_again(struct req *r, struct resp *w);

enum err admin_teams(struct req *r, struct resp *w);
enum err admin_team_add(struct req *r, struct resp *w);
enum err admin_team(struct req *r, struct resp *w);
enum err admin_team_save(struct req *r, struct resp *w);
enum err admin_team_quota(struct req *r, struct resp *w);
enum err admin_team_approvals(struct req *r, struct resp *w);
enum err admin_groups(struct req *r, struct resp *w);
enum err admin_group_add(struct req *r, struct resp *w);
enum err admin_group(struct req *r, struct resp *w);
enum err admin_group_save(struct req *r, struct resp *w);
enum err admin_group_delete(struct req *r, struct resp *w);
enum err admin_team_rename(struct req *r, struct resp *w);
enum err admin_team_delete(struct req *r, struct resp *w);
enum err admin_team_member(struct req *r, struct resp *w);

enum err admin_accounts(struct req *r, struct resp *w);
enum err admin_account_add(struct req *r, struct resp *w);
enum err admin_person(struct req *r, struct resp *w);
enum err admin_person_save(struct req *r, struct resp *w);
enum err admin_person_disable(struct req *r, struct resp *w);
enum err admin_person_enable(struct req *r, struct resp *w);
enum err admin_person_password(struct req *r, struct resp *w);
enum err admin_person_team(struct req *r, struct resp *w);
enum err admin_person_sign_out(struct req *r, struct resp *w);
enum err admin_person_session_revoke(struct req *r, struct resp *w);
enum err admin_person_token_revoke(struct req *r, struct resp *w);

enum err admin_audit(struct req *r, struct resp *w);
enum err admin_audit_lines(struct req *r, struct resp *w);
enum err admin_settings(struct req *r, struct resp *w);
enum err admin_types(struct req *r, struct resp *w);
enum err admin_type_new(struct req *r, struct resp *w);
enum err admin_type_add(struct req *r, struct resp *w);
enum err admin_type(struct req *r, struct resp *w);
enum err admin_type_do(struct req *r, struct resp *w);

enum err admin_healthz(struct req *r, struct resp *w);
enum err admin_readyz(struct req *r, struct resp *w);
enum err admin_version(struct req *r, struct resp *w);

/* The site's refusals: an error as a page; to somebody unknown, the way to the sign-in. */
void admin_refuse(struct req *r, enum err e, struct resp *w);

#endif
