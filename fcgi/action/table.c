/* Every action there is. */

#include "action/action.h"

extern const struct action action_add_member;
extern const struct action action_http_call;
extern const struct action action_invite;
extern const struct action action_change_email;
extern const struct action action_edit_roles;
extern const struct action action_grant_dashboard;
extern const struct action action_new_team;
extern const struct action action_reset_password;
extern const struct action action_set_quota;
extern const struct action action_job_change;
extern const struct action action_job_run;
extern const struct action action_run_job;
extern const struct action action_send_mail;

const struct action *const actions[] = {
	&action_add_member,
	&action_http_call,
	&action_invite,
	&action_change_email,
	&action_edit_roles,
	&action_grant_dashboard,
	&action_new_team,
	&action_reset_password,
	&action_set_quota,
	&action_job_change,
	&action_job_run,
	&action_run_job,
	&action_send_mail,
	NULL,
};
