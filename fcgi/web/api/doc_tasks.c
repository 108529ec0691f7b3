/* What the routes of tasks take and answer. */

#include "model/task.h"
#include "web/api/doc.h"

/* clang-format off */
static const char task_states[] = "requested|approved|awaiting_token|completed|rejected|cancelled|expired|failed";
static const char action_states[] = "pending|prepared|approved|done|failed";
static const char kinds[] = "line|text|email|number|flag|choice|names|account|team|role|job|object|password|confirm";

static const struct field input_fields[] = {
	{ "name",     KIND_LINE,   "under which it is sent" },
	{ "label",    KIND_STRING, "for people" },
	{ "help",     KIND_STRING, "what belongs there" },
	{ "kind",     KIND_LINE,   "what it holds", .choices = kinds },
	{ "required", KIND_BOOL,   "whether it must be sent" },
	{ "rule",     KIND_STRING, "a regular expression that the whole text must match", .flags = FIELD_NULL },
	{ "choices",  KIND_LIST,   "what it may be", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_input = { "TaskField", "A field of a request.", input_fields };

static const struct field step_fields[] = {
	{ "name", KIND_LINE,   "of the action" },
	{ "help", KIND_STRING, "what it does" },
	{ 0 },
};
static const struct shape shape_step = { "TaskTypeAction", "An action of a type.", step_fields };

static const struct field rule_fields[] = {
	{ "required",     KIND_INT,    "how many people must approve" },
	{ "role",         KIND_STRING, "with this role in the team, or a higher one; admin: admins only", .flags = FIELD_NULL },
	{ "group",        KIND_STRING, "members of this group", .flags = FIELD_NULL },
	{ "auto_approve", KIND_BOOL,   "whether its actions may approve it themselves" },
	{ 0 },
};
static const struct shape shape_rule = { "TaskTypeApprovals", "Who approves.", rule_fields };

static const struct field type_fields[] = {
	{ "name",      KIND_LINE,   "for the address" },
	{ "title",     KIND_STRING, "for people" },
	{ "help",      KIND_STRING, "what it is for" },
	{ "fields",    KIND_LIST,   "what to send", .shape = &shape_input },
	{ "actions",   KIND_LIST,   "what it does, in this order", .shape = &shape_step },
	{ "approvals", KIND_OBJECT, "who approves", .shape = &shape_rule },
	{ "anonymous", KIND_BOOL,   "whether it needs no account" },
	{ 0 },
};
static const struct shape shape_type = { "TaskType", "Something that one may ask for.", type_fields };

static const struct field note_fields[] = {
	{ "at",   KIND_TIME,   "when" },
	{ "kind", KIND_LINE,   "note: of the system; comment: of a person; step: on its way", .choices = "note|comment|step", .flags = FIELD_MAYBE },
	{ "by",   KIND_STRING, "whose", .flags = FIELD_MAYBE },
	{ "text", KIND_STRING, "what it says" },
	{ 0 },
};
static const struct shape shape_note = { "TaskNote", "What was said of a task or an action.", note_fields };

static const struct field action_fields[] = {
	{ "name",         KIND_LINE, "of the action" },
	{ "state",        KIND_LINE, "how far it is", .choices = action_states },
	{ "valid",        KIND_BOOL, "whether it could be done" },
	{ "auto_approve", KIND_BOOL, "what it says of approving by itself; null: nothing", .flags = FIELD_NULL },
	{ "data",         KIND_ANY,  "what it is to do; of an address that is called, only admins see more than its host" },
	{ "notes",        KIND_LIST, "what it said", .shape = &shape_note },
	{ 0 },
};
static const struct shape shape_action = { "TaskAction", "An action of a task.", action_fields };

static const struct field approval_fields[] = {
	{ "account", KIND_LINE,   "who" },
	{ "at",      KIND_TIME,   "when" },
	{ "comment", KIND_STRING, "what was said" },
	{ "hash",    KIND_LINE,   "of what was seen" },
	{ "as",      KIND_STRING, "as what it counts: manager of a team, group of approvers, or admin; null: it is older than this", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_approval = { "TaskApproval", "Somebody who said yes.", approval_fields };

#define TASK_FIELDS(f) \
	{ "id",           KIND_LINE,   "a UUID", .flags = (f) }, \
	{ "type",         KIND_LINE,   "of the task", .flags = (f) }, \
	{ "title",        KIND_STRING, "what is asked for", .flags = (f) }, \
	{ "state",        KIND_LINE,   "how far it is", .choices = task_states, .flags = (f) }, \
	{ "requester",    KIND_STRING, "who asked; null: somebody without an account", .flags = (f) | FIELD_NULL }, \
	{ "team",         KIND_STRING, "whose it is", .flags = (f) | FIELD_NULL }, \
	{ "reason",       KIND_STRING, "why it is asked for", .flags = (f) }, \
	{ "created_at",   KIND_TIME,   "when it was asked for", .flags = (f) }, \
	{ "approved_at",  KIND_TIME,   "when the last approval came", .flags = (f) | FIELD_NULL }, \
	{ "completed_at", KIND_TIME,   "when it was done", .flags = (f) | FIELD_NULL }, \
	{ "expires_at",   KIND_TIME,   "until when it must be decided", .flags = (f) }, \
	{ "ended_at",     KIND_TIME,   "when it was done, rejected, withdrawn or ran out", .flags = (f) | FIELD_NULL }, \
	{ "approved",     KIND_BOOL,   "whether enough people, or its rules, said yes", .flags = (f) }, \
	{ "completed",    KIND_BOOL,   "whether it is done", .flags = (f) }, \
	{ "cancelled",    KIND_BOOL,   "whether it ended undone: rejected, withdrawn or run out", .flags = (f) }, \
	{ "approved_by",  KIND_STRING, "who approved it last; system: itself", .flags = (f) | FIELD_NULL }, \
	{ "failure",      KIND_STRING, "why it stands still", .flags = (f) | FIELD_NULL }, \
	{ "valid",        KIND_BOOL,   "whether it could be done", .flags = (f) }, \
	{ "hash",         KIND_LINE,   "of what would be applied: to be sent with an approval; null: still being prepared", .flags = (f) | FIELD_NULL }, \
	{ "data",         KIND_ANY,    "the fields as they were sent", .flags = (f) }, \
	{ "required_approvals", KIND_INT, "how many are needed", .flags = (f) }, \
	{ "given_approvals",    KIND_INT, "how many there are", .flags = (f) }, \
	{ "version",            KIND_INT, "grows by one whenever it is changed; also the ETag", .flags = (f) }

#define TASK_LISTS(f) \
	{ "approvals", KIND_LIST, "who said yes to what would be applied", .shape = &shape_approval, .flags = (f) }, \
	{ "actions",   KIND_LIST, "what it does", .shape = &shape_action, .flags = (f) }, \
	{ "notes",     KIND_LIST, "what was said of it", .shape = &shape_note, .flags = (f) }

static const struct field task_fields[] = { TASK_FIELDS(0), TASK_LISTS(0), { 0 } };
static const struct field asked_fields[] = {
	TASK_FIELDS(FIELD_MAYBE), TASK_LISTS(FIELD_MAYBE),
	{ "message", KIND_STRING, "of types for strangers: all that there is to say", .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct field entry_fields[] = { TASK_FIELDS(0), { 0 } };

const struct shape shape_task = { "Task", "Something that somebody asked for.", task_fields };
const struct shape shape_task_entry = { "TaskEntry", "A task in a list.", entry_fields };
static const struct shape shape_asked = { "TaskAsked", "The task; or, where nobody is to learn more, a message.", asked_fields };

static const struct shape shape_task_input = { "TaskInput", "The fields of the type.", (const struct field[]){ { 0 } }, .body = true, .open = true };

static const struct field decision_fields[] = {
	{ "comment", KIND_TEXT, "why", .max = TASK_COMMENT_MAX },
	{ "hash",    KIND_LINE, "to approve: the hash that was seen", .max = 64 },
	{ 0 },
};
static const struct shape shape_decision = { "TaskDecision", "What a person says.", decision_fields, .body = true };

static const struct field comment_fields[] = {
	{ "comment", KIND_TEXT, "what to say", .min = 1, .max = TASK_COMMENT_MAX, .flags = FIELD_MUST },
	{ 0 },
};
static const struct shape shape_comment = { "TaskComment", "What a person says.", comment_fields, .body = true };

static const struct field asked_headers[] = {
	{ "Location", KIND_LINE, "of the task", .flags = FIELD_MAYBE },
	{ 0 },
};
/* clang-format on */

const char doc_filters_help[] =
    "As JSON: {\"field\":{\"operation\":value}}, all of which must hold, such as "
    "{\"state\":{\"in\":[\"failed\",\"requested\"]},\"created_at\":{\"gte\":\"2026-11-01\"}}. "
    "Operations: exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, "
    "in, gt, gte, lt, lte, range, date, year, month, day, week_day, hour, minute, second, isnull, "
    "regex, iregex; which fit is said by the kind of the field: text, number, true or false, time. "
    "Fields are those that the list shows; of tasks also about, data_hash (two open tasks with the "
    "same ask for the same), notes; action__ with name, order, state, valid, auto_approve, "
    "need_token, created_at, notes; token__ with task, created_at, expires_at, expired; "
    "notification__ with id, task, error, acknowledged, acknowledged_at, created_at; and for "
    "admins address, action__data, action__cache, notification__notes and "
    "notification__acknowledged_by. Of tokens and notifications also task__ and any of these of "
    "their task. Names of StackTask are taken, too: pk, uuid, task_type, hash_key, keystone_user, "
    "project_id, task_notes, action_notes, created_on, approved_on, completed_on, ip_address, "
    "action__action_name, action__action_data, action__created, token__expires. No token can be "
    "looked for. Where there are several, one must fit; all that is said of an action, of a token "
    "or of a notification is "
    "said of one and the same. A page may hold fewer than limit although "
    "next is set: a bounded number of them is held against these conditions each time.";

/* clang-format off */
static const struct field put_params[] = {
	{ "reason", KIND_TEXT, "why; what was said before stays unless told", .max = TASK_REASON_MAX },
	{ "hash",   KIND_LINE, "of the task as it was seen: 412 when it is another by now", .max = 64 },
	{ 0 },
};
static const struct field list_params[] = {
	{ "whose",     KIND_LINE, "me: what waits for me; mine: what I asked for; unless told, all that I may see", .choices = "me|mine" },
	{ "state",     KIND_LINE, "open, a state, or several with commas between", .max = 100 },
	{ "type",      KIND_LINE, "only those of this type", .max = 63 },
	{ "team",      KIND_LINE, "only those of this team", .max = 120 },
	{ "requester", KIND_LINE, "only what this account asked for", .max = 63 },
	{ "job",       KIND_LINE, "only those about this job", .max = 120 },
	{ "q",         KIND_LINE, "words of title, requester or reason", .max = 200 },
	{ "filters",   KIND_TEXT, "conditions, as JSON", .max = 8000 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};
/* clang-format on */

const struct route_doc doc_tasks = {
	.id = "listTasks",
	.tag = "Tasks",
	.summary = "Tasks, newest first",
	.help = doc_filters_help,
	.params = list_params,
	.answers = { { 200, .shape = &shape_task_entry, .list = true } },
};

const struct route_doc doc_task_types = {
	.id = "listTaskTypes",
	.tag = "Tasks",
	.summary = "What one may ask for",
	.answers = { { 200, .shape = &shape_type, .list = true } },
};

const struct route_doc doc_task_type = {
	.id = "getTaskType",
	.tag = "Tasks",
	.summary = "One type, with its fields",
	.help = "To a stranger there are only the types that strangers may ask for.",
	.answers = { { 200, .shape = &shape_type } },
	.may = MAY_REFUSE,
};

const struct route_doc doc_task_ask = {
	.id = "requestTask",
	.tag = "Tasks",
	.summary = "Ask for something",
	.help = "It is stored, and prepared right behind that; what people or the rules approve is "
		"then done. A type for strangers answers the same to everybody.",
	.params = doc_reason_params,
	.body = &shape_task_input,
	.answers = { { 202, "It was stored.", &shape_asked, .headers = asked_headers } },
	.may = MAY_CONFLICT | MAY_TOO_MANY | MAY_REFUSE,
};

const struct route_doc doc_task = {
	.id = "getTask",
	.tag = "Tasks",
	.summary = "One task",
	.answers = { { 200, .shape = &shape_task, .headers = doc_version_headers } },
};

const struct route_doc doc_task_put = {
	.id = "replaceTask",
	.tag = "Tasks",
	.summary = "Ask for something else, before approval",
	.help = "It is prepared anew; approvals that were given are void. Of a change of a job "
		"definition is the whole job, team where it is to be, and version the job that it "
		"was made on, the request's unless told; the rest of its data is read only. For "
		"who asked, and for admins. With If-Match, or with the hash that was seen, nothing "
		"is changed that somebody else has changed meanwhile.",
	.params = put_params,
	.body = &shape_task_input,
	.answers = { { 200, .shape = &shape_task, .headers = doc_version_headers } },
	.may = MAY_CONFLICT | MAY_STALE | MAY_STALE_BODY,
};

const struct route_doc doc_task_approve = {
	.id = "approveTask",
	.tag = "Tasks",
	.summary = "Say yes to what would be applied",
	.help = "An approved task may be approved again: one that failed is resumed, and of one "
		"whose token ran out a new one is sent. Where all is done, or being done, nothing "
		"changes; a comment is kept. Nobody counts twice.",
	.body = &shape_decision,
	.answers = { { 200, .shape = &shape_task } },
	.may = MAY_CONFLICT | MAY_STALE_BODY,
};

const struct route_doc doc_task_reject = {
	.id = "rejectTask",
	.tag = "Tasks",
	.summary = "Say no, and why",
	.body = &shape_comment,
	.answers = { { 200, .shape = &shape_task } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_task_cancel = {
	.id = "cancelTask",
	.tag = "Tasks",
	.summary = "Withdraw or cancel",
	.help = "For who asked, for managers of its team, and for admins. Its token dies with it.",
	.body = &shape_decision,
	.answers = { { 200, .shape = &shape_task } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_task_renew = {
	.id = "renewTask",
	.tag = "Tasks",
	.summary = "Ask for a change of a job anew",
	.help = "On the job as it stands now, when it changed since: nobody has approved that yet. "
		"The old request ends. Only for whoever asked.",
	.body = &shape_nothing,
	.answers = { { 200,
			 "Nobody has to approve it any more: it is done, and the old request has "
			 "ended.",
			 .shape = &shape_task },
	    { 202, "The new request.", .shape = &shape_task, .headers = doc_task_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_task_comment = {
	.id = "commentTask",
	.tag = "Tasks",
	.summary = "Say something",
	.body = &shape_comment,
	.answers = { { 200, .shape = &shape_task } },
};
