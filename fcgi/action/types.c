/* The types that ship. */

#include "action/type.h"

#define DAY INT64_C(86400)

/* For oneself only: an admin who wants it for others edits members. */
static const struct input access_fields[] = {
	{ "team", "Team", "the team to join", INPUT_TEAM, true, 0, 0, NULL, NULL },
	{ "role", "Role", "what for", INPUT_ROLE, true, 0, 0, NULL, NULL },
	{ 0 },
};

static const struct input none[] = { { 0 } };

const struct task_type shipped_types[] = {
	{
	    .name = "request-access",
	    .title = "Access to a team",
	    .help = "A role in a team, or another one than now. Its managers decide.",
	    .asker = ASK_ACCOUNT,
	    .fields = access_fields,
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
	{
	    .name = "sign-up",
	    .title = "Sign up",
	    .help = "A team of your own, with you as its manager. Admins look at it first.",
	    .asker = ASK_ANYBODY,
	    .steps = { { "new_team", NULL } },
	    .title_pattern = "Sign-up of {{team}} by {{email}}",
	    .required = 1,
	    .duplicates = DUPLICATES_BLOCK,
	    .token_s = 3 * DAY,
	    .expires_s = 30 * DAY,
	    .mails = { [MAIL_INITIAL] = { .subject = "Your sign-up has arrived" },
		[MAIL_TOKEN] = { .subject = "Your sign-up is approved" },
		[MAIL_COMPLETED] = { .subject = "Your team is ready" } },
	    .constant_answer = "Thank you. Admins look at it, and you get a mail.",
	},
	{
	    .name = "edit-roles",
	    .title = "Change a role",
	    .help = "What somebody is in your team. It holds at once.",
	    .asker = ASK_MANAGER,
	    .steps = { { "edit_roles", NULL } },
	    .team_field = "team",
	    .title_pattern = "{{account}} becomes {{role}} in {{team}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .approver_role = ROLE_MANAGER,
	    .duplicates = DUPLICATES_CANCEL,
	    .token_s = DAY,
	    .expires_s = 14 * DAY,
	    .mails = { { .off = true }, { .off = true }, { .off = true } },
	},
	{
	    .name = "reset-password",
	    .title = "Set a new password",
	    .help = "A mail with a link goes to the address of your account.",
	    .asker = ASK_ANYBODY,
	    .steps = { { "reset_password", NULL } },
	    .title_pattern = "New password for {{email}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .duplicates = DUPLICATES_CANCEL,
	    .token_s = DAY,
	    .expires_s = 2 * DAY,
	    .mails = { [MAIL_INITIAL] = { .off = true } },
	    .constant_answer =
		"If there is an account with this address, a mail is on its way to it.",
	},
	{
	    .name = "change-email",
	    .title = "Change your address",
	    .help =
		"A mail goes to the new address, and one to the old. It changes when the new one "
		"answers.",
	    .asker = ASK_ACCOUNT,
	    .steps = { { "change_email", NULL } },
	    .title_pattern = "Another address: {{new_email}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .duplicates = DUPLICATES_CANCEL,
	    .token_s = DAY,
	    .expires_s = 7 * DAY,
	    .mails = { [MAIL_INITIAL] = { .off = true } },
	},
	{
	    .name = "request-dashboard",
	    .title = "Access to Dkron's dashboard",
	    .help = "It shows every job of every team. Admins decide.",
	    .asker = ASK_ACCOUNT,
	    .fields = none,
	    .steps = { { "grant_dashboard", NULL } },
	    .title_pattern = "Access to Dkron's dashboard",
	    .required = 1,
	    .duplicates = DUPLICATES_BLOCK,
	    .token_s = DAY,
	    .expires_s = 14 * DAY,
	},
	{
	    .name = "quota",
	    .title = "Another quota for a team",
	    .help =
		"How many jobs it may have, how soon they may fire again, and how many may run at "
		"the same time. A smaller one holds at once, one step up once in 30 days, too; "
		"else admins decide.",
	    .asker = ASK_MANAGER,
	    .steps = { { "set_quota", NULL } },
	    .team_field = "team",
	    .title_pattern = "Quota {{size}} for {{team}}",
	    .allow_auto_approve = true,
	    .required = 1,
	    .duplicates = DUPLICATES_CANCEL,
	    .token_s = DAY,
	    .expires_s = 30 * DAY,
	    .mails = { [MAIL_INITIAL] = { .off = true },
		[MAIL_COMPLETED] = { .subject = "The quota of your team" } },
	},
	{ 0 },
};
