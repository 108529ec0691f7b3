/* What the routes of tokens take and answer. */

#include "web/api/doc.h"

/* clang-format off */
static const struct field token_fields[] = {
	{ "task",       KIND_LINE,   "the task's UUID" },
	{ "task_type",  KIND_LINE,   "of the task" },
	{ "title",      KIND_STRING, "what it is about" },
	{ "created_at", KIND_TIME,   "when it was issued" },
	{ "expires_at", KIND_TIME,   "until when it is good" },
	{ "expired",    KIND_BOOL,   "whether it is not any more" },
	{ 0 },
};
static const struct shape shape_token = { "TaskToken", "A token that was sent to somebody; never the token itself.", token_fields };

static const struct field need_fields[] = {
	{ "task_type",       KIND_LINE,   "of the task" },
	{ "title",           KIND_STRING, "what it is about" },
	{ "actions",         KIND_LIST,   "names of what it does" },
	{ "required_fields", KIND_LIST,   "what to send: password, confirm" },
	{ "requires_authentication", KIND_BOOL, "whether one must be signed in to submit it" },
	{ "expires_at",      KIND_TIME,   "until when it is good" },
	{ 0 },
};
static const struct shape shape_need = { "TokenNeed", "What the holder of a token is to give.", need_fields };

static const struct field reissue_fields[] = {
	{ "task", KIND_LINE, "the task's UUID", .min = 1, .max = 36, .flags = FIELD_MUST },
	{ 0 },
};
static const struct shape shape_reissue = { "TokenReissue", "Which task.", reissue_fields, .body = true };

static const struct field purged_fields[] = {
	{ "purged", KIND_INT, "how many there were" },
	{ 0 },
};
static const struct shape shape_purged = { "TokensPurged", "What went.", purged_fields };

static const struct field message_fields[] = {
	{ "message", KIND_STRING, "for people" },
	{ 0 },
};
static const struct shape shape_message = { "Message", "A sentence.", message_fields };

static const struct shape shape_given = { "TokenInput", "The required fields.", (const struct field[]){ { 0 } }, .body = true, .open = true };

static const struct field list_params[] = {
	{ "filters", KIND_TEXT, "conditions, as JSON; fields of the task as task__<field>", .max = 8000 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field task_headers[] = {
	{ "Location", KIND_LINE, "of the task" },
	{ 0 },
};
/* clang-format on */

const struct route_doc doc_tokens = {
	.id = "listTaskTokens",
	.tag = "Tokens",
	.summary = "Tokens of tasks, newest task first",
	.help = doc_filters_help,
	.params = list_params,
	.answers = { { 200, .shape = &shape_token, .list = true } },
};

const struct route_doc doc_token_reissue = {
	.id = "reissueTaskToken",
	.tag = "Tokens",
	.summary = "Issue the token of a task again",
	.help = "The former one is dead, the new one is on its way by mail. For who asked, for "
		"managers of the task's team, and for admins.",
	.body = &shape_reissue,
	.answers = { { 202, .shape = &shape_task, .headers = task_headers } },
	.may = MAY_CONFLICT | MAY_NOT_FIND,
};

const struct route_doc doc_tokens_purge = {
	.id = "purgeTaskTokens",
	.tag = "Tokens",
	.summary = "Forget expired tokens",
	.answers = { { 200, .shape = &shape_purged } },
};

const struct route_doc doc_token = {
	.id = "getTaskToken",
	.tag = "Tokens",
	.summary = "What the holder of a token is to give",
	.help = "A token that is expired, used, or none at all is the same: 404.",
	.answers = { { 200, .shape = &shape_need } },
	.may = MAY_CONFLICT | MAY_TOO_MANY,
};

const struct route_doc doc_token_submit = {
	.id = "submitTaskToken",
	.tag = "Tokens",
	.summary = "Use a token, once",
	.body = &shape_given,
	.answers = { { 200, "The task goes on.", &shape_message } },
	.may = MAY_CONFLICT | MAY_TOO_MANY | MAY_REFUSE,
};
