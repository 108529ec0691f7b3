/* What the routes of accounts, teams, members and tokens take and answer. */

#include <stdint.h>

#include "model/account.h"
#include "model/team.h"
#include "web/api/doc.h"

/* clang-format off */
static const char roles[] = "viewer|operator|editor|manager";
static const char scopes[] = "read|run|write|admin";
static const char policies[] = "show|revert|adopt";

/* ---- accounts */

static const struct field membership_fields[] = {
	{ "name", KIND_LINE, "the team" },
	{ "role", KIND_LINE, "what the account is there", .choices = roles },
	{ 0 },
};
static const struct shape shape_membership = { "Membership", "A team that an account is in.", membership_fields };

#define ACCOUNT \
	{ "name",       KIND_LINE, "fixed once made" }, \
	{ "email",      KIND_LINE, "may be empty" }, \
	{ "admin",      KIND_BOOL, "stands above all teams" }, \
	{ "dashboard",  KIND_BOOL, "may open Dkron's own dashboard, which shows every job of every team" }, \
	{ "disabled",   KIND_BOOL, "refused everywhere" }, \
	{ "timezone",   KIND_LINE, "of its pages" }, \
	{ "created_at", KIND_TIME, "when it was made" }, \
	{ "seen_at",    KIND_TIME, "when it last asked for anything, to the minute; null: never", .flags = FIELD_NULL }, \
	{ "teams",      KIND_LIST, "its teams, and what it is there", .shape = &shape_membership }

static const struct field account_fields[] = { ACCOUNT, { 0 } };
static const struct shape shape_account = { "Account", "A person or program that may sign in.", account_fields };

static const struct field me_fields[] = {
	ACCOUNT,
	{ "scope", KIND_LINE, "the most that this credential may do", .choices = scopes },
	{ "by",    KIND_LINE, "which kind of credential it is", .choices = "session|token|jwt" },
	{ 0 },
};
static const struct shape shape_me = { "Me", "Who asks.", me_fields };

#define EMAIL     { "email", KIND_LINE, "may be empty", .max = 254 }
#define ADMIN     { "admin", KIND_BOOL, "stands above all teams" }
#define DASHBOARD { "dashboard", KIND_BOOL, "may open Dkron's own dashboard" }

static const struct field new_account_fields[] = {
	{ "name",     KIND_LINE, "a-z, 0-9, - _ and dots, a letter or digit first", .min = 1, .max = 63, .flags = FIELD_MUST },
	EMAIL, ADMIN, DASHBOARD,
	{ "password", KIND_LINE, "without one it cannot sign in yet", .min = PASSWORD_MIN, .max = PASSWORD_MAX },
	{ 0 },
};
static const struct shape shape_new_account = { "AccountInput", "A new account.", new_account_fields, .body = true };

static const struct field account_change_fields[] = {
	EMAIL, ADMIN, DASHBOARD,
	{ "disabled",   KIND_BOOL, "refused everywhere, from its next request on" },
	{ "name",       KIND_LINE, "not changed", .flags = FIELD_READ },
	{ "timezone",   KIND_LINE, "not changed", .flags = FIELD_READ },
	{ "created_at", KIND_TIME, "not changed", .flags = FIELD_READ },
	{ "seen_at",    KIND_TIME, "not changed", .flags = FIELD_READ | FIELD_NULL },
	{ "teams",      KIND_LIST, "not changed: members are changed at their team", .shape = &shape_membership, .flags = FIELD_READ },
	{ 0 },
};
static const struct shape shape_account_change = { "AccountChange", "What to change; what is left out stays.", account_change_fields, .body = true };

static const struct field password_fields[] = {
	{ "password", KIND_LINE, "the new one", .min = PASSWORD_MIN, .max = PASSWORD_MAX, .flags = FIELD_MUST },
	{ 0 },
};
static const struct shape shape_password = { "PasswordInput", "A new password.", password_fields, .body = true };

static const struct field account_params[] = {
	{ "q",     KIND_LINE, "part of the name or the e-mail address", .max = 200 },
	{ "state", KIND_LINE, "only those", .choices = "enabled|disabled" },
	{ "right", KIND_LINE, "admin: admins; dashboard: that right without being admin; none: neither", .choices = "admin|dashboard|none" },
	{ "team",  KIND_LINE, "members of this team", .min = 1, .max = 120 },
	PARAM_LIMIT, PARAM_AFTER,
	{ 0 },
};

/* ---- tokens */

static const struct field token_fields[] = {
	{ "id",         KIND_INT,  "ours" },
	{ "name",       KIND_LINE, "what it is for" },
	{ "scope",      KIND_LINE, "the most that it may do", .choices = scopes },
	{ "created_at", KIND_TIME, "when it was made" },
	{ "expires_at", KIND_TIME, "when it ends" },
	{ "used_at",    KIND_TIME, "when it was last used, to the minute; null: never", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_token = { "Token", "What a program shows instead of a password.", token_fields };

static const struct field token_input_fields[] = {
	{ "name",  KIND_LINE, "what it is for", .min = 1, .max = 80, .flags = FIELD_MUST },
	{ "scope", KIND_LINE, "the most that it may do; read unless told; admin only through the pages", .choices = scopes },
	{ "days",  KIND_INT,  "until it ends; 90 unless told", .min = 1, .max = 365 },
	{ 0 },
};
static const struct shape shape_token_input = { "TokenInput", "A new token.", token_input_fields, .body = true };

static const struct field made_token_fields[] = {
	{ "token", KIND_LINE, "shown this once" },
	{ 0 },
};
static const struct shape shape_made_token = { "MadeToken", "The token itself.", made_token_fields };

/* ---- teams */

#define KEEP_DAYS { "keep_days", KIND_INT, "runs older than this many days may go; null: as the configuration says", .min = 1, .max = TEAM_DAYS_MAX, .flags = FIELD_NULL }
#define KEEP_RUNS { "keep_runs", KIND_INT, "so many of the newest runs of each job stay; null: as the configuration says", .min = 1, .max = TEAM_RUNS_MAX, .flags = FIELD_NULL }
#define DRIFT     { "drift", KIND_LINE, "what happens when a job was changed on the engine itself; null: as the configuration says", .choices = policies, .flags = FIELD_NULL }
#define QUOTA_ { "quota", KIND_LINE, "how much it may have; each size has its own numbers; null: no bounds", .choices = "small|medium|large|custom", .flags = FIELD_NULL }, \
	{ "max_jobs", KIND_INT, "so many jobs at most; null: no bound", .min = 1, .max = 1000000, .flags = FIELD_NULL }, \
	{ "min_interval_s", KIND_INT, "so many seconds at least between two fires of a job; null: no bound", .min = 1, .max = 31536000, .flags = FIELD_NULL }, \
	{ "max_running", KIND_INT, "so many runs at the same time; more wait in the queue; null: no bound", .min = 1, .max = 1000000, .flags = FIELD_NULL }
#define TEAM_SAYS { "description", KIND_LINE, "what the team is for", .max = TEAM_DESCRIPTION_MAX }, KEEP_DAYS, KEEP_RUNS, DRIFT, QUOTA_

#define APPROVALS_(more) \
	{ "approvals", KIND_INT, "how many others must approve before its jobs change or run; of one team, not in lists", .max = 9, .flags = (more) }, \
	{ "approvals_for", KIND_LIST, "before what: create, edit, enable, delete, run (a change by which a job, or one behind it, fires at other times is a run, too)", .flags = (more) }, \
	{ "approver_role", KIND_LINE, "who may approve: this role in the team, or a higher one", .choices = "operator|editor|manager", .flags = (more) }, \
	{ "approver_group", KIND_LINE, "instead of the role: members of this group; null: none", .flags = FIELD_NULL | (more) }, \
	{ "approver_mails", KIND_BOOL, "whether they are told by mail that something waits for them; true unless told", .flags = (more) }

static const struct field team_fields[] = {
	{ "name",    KIND_LINE, "its name" },
	TEAM_SAYS,
	APPROVALS_(FIELD_MAYBE),
	{ "role",    KIND_LINE, "what who asks is there", .choices = roles },
	{ "members", KIND_INT,  "how many" },
	{ "jobs",    KIND_INT,  "how many" },
	{ 0 },
};
static const struct shape shape_team = { "Team", "What owns jobs.", team_fields };

#define TEAM_READ \
	{ "role",    KIND_LINE, "not changed", .choices = roles, .flags = FIELD_READ }, \
	{ "members", KIND_INT,  "not changed", .flags = FIELD_READ }, \
	{ "jobs",    KIND_INT,  "not changed", .flags = FIELD_READ }

static const struct field new_team_fields[] = {
	{ "name", KIND_LINE, "a-z, 0-9, - and _, a letter or digit first", .min = 1, .max = 63, .flags = FIELD_MUST },
	TEAM_SAYS, APPROVALS_(0), TEAM_READ,
	{ 0 },
};
static const struct shape shape_new_team = { "TeamInput", "A new team.", new_team_fields, .body = true };

static const struct field team_change_fields[] = {
	{ "name", KIND_LINE, "another name: for admins", .min = 1, .max = 63 },
	TEAM_SAYS, APPROVALS_(0), TEAM_READ,
	{ 0 },
};
static const struct shape shape_team_change = { "TeamChange", "What to change; what is left out stays.", team_change_fields, .body = true };

static const struct field team_params[] = {
	{ "q", KIND_LINE, "part of the name or the description", .max = 200 },
	PARAM_LIMIT, PARAM_AFTER,
	{ 0 },
};

static const struct field member_fields[] = {
	{ "account",  KIND_LINE, "who" },
	{ "role",     KIND_LINE, "as what", .choices = roles },
	{ "admin",    KIND_BOOL, "stands above all teams anyway" },
	{ "disabled", KIND_BOOL, "refused everywhere" },
	{ 0 },
};
static const struct shape shape_member = { "Member", "An account in a team.", member_fields };

static const struct field member_input_fields[] = {
	{ "role",     KIND_LINE, "as what", .choices = roles, .flags = FIELD_MUST },
	{ "account",  KIND_LINE, "not changed", .flags = FIELD_READ },
	{ "admin",    KIND_BOOL, "not changed", .flags = FIELD_READ },
	{ "disabled", KIND_BOOL, "not changed", .flags = FIELD_READ },
	{ 0 },
};
static const struct shape shape_member_input = { "MemberInput", "A role in a team.", member_input_fields, .body = true };

static const struct field invite_fields[] = {
	{ "task",       KIND_LINE, "the request; it can be withdrawn, or its token issued again" },
	{ "email",      KIND_LINE, "where the mail went" },
	{ "role",       KIND_LINE, "as what", .choices = roles },
	{ "status",     KIND_LINE, "how it stands", .choices = "invited|expired|failed|invalid" },
	{ "requester",  KIND_LINE, "who invites" },
	{ "asked_at",   KIND_TIME, "when" },
	{ "expires_at", KIND_TIME, "until when its token holds; null: there is none", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_invite = { "Invite", "Somebody who was asked into a team and has not answered yet.", invite_fields };

static const struct field member_params[] = { PARAM_LIMIT, PARAM_AFTER, { 0 } };

static const struct field made_headers[] = {
	{ "Location", KIND_LINE, "where it is" },
	{ 0 },
};
/* clang-format on */

const struct route_doc doc_me = {
	.id = "getMe",
	.tag = "Accounts",
	.summary = "Who I am, my teams, and what this credential may do",
	.answers = { { 200, .shape = &shape_me } },
};

const struct route_doc doc_my_tokens = {
	.id = "listMyTokens",
	.tag = "Accounts",
	.summary = "My tokens",
	.answers = { { 200, .shape = &shape_token, .list = true } },
};

const struct route_doc doc_my_token_revoke = {
	.id = "revokeMyToken",
	.tag = "Accounts",
	.summary = "Revoke one of my tokens",
	.help = "A token may revoke itself, whatever its scope; another one only with the scope "
		"admin.",
	.answers = { { 204 } },
};

const struct route_doc doc_accounts = {
	.id = "listAccounts",
	.tag = "Accounts",
	.summary = "Accounts by name",
	.params = account_params,
	.answers = { { 200, .shape = &shape_account, .list = true } },
};

const struct route_doc doc_account_add = {
	.id = "addAccount",
	.tag = "Accounts",
	.summary = "A new account",
	.body = &shape_new_account,
	.answers = { { 201, .shape = &shape_account, .headers = made_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_account = {
	.id = "getAccount",
	.tag = "Accounts",
	.summary = "One account",
	.answers = { { 200, .shape = &shape_account } },
};

const struct route_doc doc_account_patch = {
	.id = "changeAccount",
	.tag = "Accounts",
	.summary = "Change address and rights of an account",
	.help = "It bites on the account's next request. The last enabled admin stays one, and "
		"nobody disables or strips himself: 409.",
	.body = &shape_account_change,
	.answers = { { 200, .shape = &shape_account } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_account_password = {
	.id = "setPassword",
	.tag = "Accounts",
	.summary = "Set the password of an account, and end its sessions",
	.body = &shape_password,
	.answers = { { 204 } },
};

const struct route_doc doc_account_tokens = {
	.id = "listTokens",
	.tag = "Accounts",
	.summary = "The tokens of an account",
	.answers = { { 200, .shape = &shape_token, .list = true } },
};

const struct route_doc doc_account_token_add = {
	.id = "addToken",
	.tag = "Accounts",
	.summary = "A new token for an account",
	.help = "Its scope is at most write: so a token of the scope admin that fell into wrong "
		"hands cannot make itself last.",
	.body = &shape_token_input,
	.answers = { { 201, .shape = &shape_made_token } },
};

const struct route_doc doc_account_token_revoke = {
	.id = "revokeToken",
	.tag = "Accounts",
	.summary = "Revoke a token of an account",
	.answers = { { 204 } },
};

const struct route_doc doc_teams = {
	.id = "listTeams",
	.tag = "Teams",
	.summary = "The teams that one may see, by name",
	.params = team_params,
	.answers = { { 200, .shape = &shape_team, .list = true } },
};

const struct route_doc doc_team_add = {
	.id = "addTeam",
	.tag = "Teams",
	.summary = "A new team",
	.body = &shape_new_team,
	.answers = { { 201, .shape = &shape_team, .headers = made_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_team = {
	.id = "getTeam",
	.tag = "Teams",
	.summary = "One team",
	.answers = { { 200, .shape = &shape_team } },
};

const struct route_doc doc_team_patch = {
	.id = "changeTeam",
	.tag = "Teams",
	.summary = "Change what a team says, how its jobs are kept, or its name",
	.help = "For its managers; the name and the quota for admins. Managers ask for another "
		"quota: POST "
		"/task-types/quota.",
	.body = &shape_team_change,
	.answers = { { 200, .shape = &shape_team } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_team_delete = {
	.id = "deleteTeam",
	.tag = "Teams",
	.summary = "Delete a team that has no jobs",
	.help = "Its past runs stay, for admins to see. 409 while it has jobs.",
	.answers = { { 204 } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_members = {
	.id = "listMembers",
	.tag = "Teams",
	.summary = "Who is in a team, by name",
	.params = member_params,
	.answers = { { 200, .shape = &shape_member, .list = true } },
};

const struct route_doc doc_member_put = {
	.id = "setMember",
	.tag = "Teams",
	.summary = "Give an account a role in a team",
	.help = "For managers of the team. Only admins change the role of an admin, and no manager "
		"takes his own role away: 409.",
	.body = &shape_member_input,
	.answers = { { 200, .shape = &shape_member } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_member_delete = {
	.id = "removeMember",
	.tag = "Teams",
	.summary = "Take an account out of a team",
	.answers = { { 204 } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_invites = {
	.id = "listInvites",
	.tag = "Teams",
	.summary = "Who was asked into a team and has not answered",
	.help = "For its managers; the newest 200. Inviting: POST /task-types/invite.",
	.answers = { { 200, .shape = &shape_invite, .list = true } },
};
