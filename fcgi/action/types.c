/* The types that ship. */

#include "action/type.h"

const struct task_type shipped_types[] = {
	{
	    .name = "request-access",
	    .title = "Access to a team",
	    .help = "A role in a team, or another one than now. Its managers decide.",
	    .asker = ASK_ACCOUNT,
	    .steps = { { "add_member", NULL } },
	    .team_field = "team",
	    .title_pattern = "Access to {{team}} as {{role}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .approver_role = ROLE_MANAGER,
	    .duplicates = DUPLICATES_BLOCK,
	    .token_s = INT64_C(86400),
	    .expires_s = 14 * INT64_C(86400),
	},
	{ 0 },
};
