/* Every action there is. */

#include "action/action.h"

extern const struct action action_add_member;
extern const struct action action_invite;
extern const struct action action_change_email;
extern const struct action action_edit_roles;
extern const struct action action_grant_dashboard;
extern const struct action action_new_team;
extern const struct action action_reset_password;
extern const struct action action_set_quota;
extern const struct action action_job_change;
extern const struct action action_job_run;

const struct action *const actions[] = {
	&action_add_member,
	&action_invite,
	&action_change_email,
	&action_edit_roles,
	&action_grant_dashboard,
	&action_new_team,
	&action_reset_password,
	&action_set_quota,
	&action_job_change,
	&action_job_run,
	NULL,
};
