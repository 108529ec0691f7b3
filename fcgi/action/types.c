/* The types that ship. */

#include "action/type.h"

#define DAY INT64_C(86400)

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
	    .token_s = DAY,
	    .expires_s = 14 * DAY,
	},
	{
	    .name = "invite",
	    .title = "Invite somebody",
	    .help =
		"A role in your team for somebody, with an account or without one yet. It holds "
		"once the mail is answered.",
	    .asker = ASK_MANAGER,
	    .steps = { { "invite", NULL } },
	    .team_field = "team",
	    .title_pattern = "Invite {{email}} to {{team}} as {{role}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .approver_role = ROLE_MANAGER,
	    .duplicates = DUPLICATES_BLOCK,
	    .token_s = 3 * DAY,
	    .expires_s = 30 * DAY,
	    .mails = { [MAIL_INITIAL] = { .off = true } },
	},
	{ 0 },
};
