/* What the routes of definitions of task types take and answer. */

#include "web/api/doc.h"

/* clang-format off */
static const struct field definition_fields[] = {
	{ "type",       KIND_LINE,   "its name" },
	{ "own",        KIND_BOOL,   "whether an admin made it; false: it ships, and has settings and additional actions alone" },
	{ "version",    KIND_INT,    "grows by one with every change; 0: one that ships, as it ships" },
	{ "updated_at", KIND_TIME,   "when it was changed last", .flags = FIELD_NULL },
	{ "updated_by", KIND_LINE,   "by whom", .flags = FIELD_NULL },
	{ "signs",      KIND_BOOL,   "whether there is a secret that its calls are signed with" },
	{ "broken",     KIND_STRING, "why it cannot be read any more", .flags = FIELD_NULL },
	{ "definition", KIND_ANY,    "all that is in effect; null: it is broken" },
	{ "secret",     KIND_LINE,   "what its calls are signed with from now on, this once", .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_definition = { "TaskTypeDefinition", "A task type as it is defined.", definition_fields };

static const struct shape shape_definition_input = { "TaskTypeDefinitionInput",
	"Of a type of one's own: title, help, asker, fields, actions, title_pattern, team_field, duplicates; of one that ships: "
	"additional_actions, which follow behind its own in their order; of any type: approvals, allow_auto_approve, token_s, "
	"token_sign_in, expires_s, mails, notifications, disabled. A stage of mails may hold emails, a list of several, "
	"from, the envelope's sender, in which {{task_uuid}} becomes the task, and reply_to, whom the mail is from; with off it is "
	"not sent and keeps its words, null is off without any; "
	"notifications.standard and .errors take mails, webhook, template, from, reply_to, and silent: nobody is told. "
	"Under the name defaults stand the mails and notifications of every type that says nothing itself: mails.<stage>.subject, "
	"template, text, from, reply_to and off, or null, and notifications without approvers.",
	(const struct field[]){ { 0 } }, .body = true, .open = true };
/* clang-format on */

const struct route_doc doc_type_definition = {
	.id = "getTaskTypeDefinition",
	.tag = "Tasks",
	.summary = "What a task type does, in full",
	.answers = { { 200, .shape = &shape_definition, .headers = doc_version_headers } },
};

const struct route_doc doc_type_definition_put = {
	.id = "replaceTaskTypeDefinition",
	.tag = "Tasks",
	.summary = "Make a task type, or change one",
	.help =
	    "What is wrong names the way to it, such as fields[2].rule. Of a type that ships, only "
	    "settings and additional_actions are taken, and what is left out is as it ships. Calls "
	    "of other systems are signed as Standard Webhooks describes, with the secret of the "
	    "answer, which is shown "
	    "when it is made.",
	.body = &shape_definition_input,
	.answers = { { 200, .shape = &shape_definition, .headers = doc_version_headers },
	    { 201, .shape = &shape_definition, .headers = doc_version_headers } },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_type_definition_delete = {
	.id = "deleteTaskTypeDefinition",
	.tag = "Tasks",
	.summary = "Delete a task type, or have one as it ships",
	.help = "A type with open tasks is disabled instead: with disabled in its definition.",
	.answers = { { 204 } },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_type_secret = {
	.id = "newTaskTypeSecret",
	.tag = "Tasks",
	.summary = "Sign calls with another secret from now on",
	.may = MAY_CONFLICT,
	.body = &shape_nothing,
	.answers = { { 200, .shape = &shape_definition, .headers = doc_version_headers } },
};
