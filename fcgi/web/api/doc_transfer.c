/* What import and export take and answer. */

#include "web/api/doc.h"

/* clang-format off */
static const char flags[] = "1|0|true|false";

static const struct field import_params[] = {
	{ "format",      KIND_LINE, "what the body is", .choices = "dkron|crontab", .flags = FIELD_MUST },
	{ "team",        KIND_LINE, "where new jobs go; jobs of other teams are refused", .min = 1, .max = 120 },
	{ "preview",     KIND_LINE, "only say what would be done", .choices = flags },
	{ "user_column", KIND_LINE, "a system's crontab: a user stands in front of each command", .choices = flags },
	{ "reason",      KIND_LINE, "stands in the revisions", .max = 500 },
	{ 0 },
};

static const struct field export_params[] = {
	{ "q",       KIND_LINE, "as for the list of jobs", .max = 200 },
	{ "team",    KIND_LINE, "as for the list of jobs", .min = 1, .max = 120 },
	{ "enabled", KIND_BOOL, "as for the list of jobs" },
	{ "last",    KIND_LINE, "as for the list of jobs", .choices = doc_run_states },
	{ "sync",    KIND_LINE, "as for the list of jobs", .choices = doc_syncs },
	{ "tag",     KIND_LINE, "as for the list of jobs", .min = 1, .max = 301 },
	{ "format",  KIND_LINE, "dkron: as Dkron is given them, with namespace and mark; signalbox: with our own fields", .choices = "dkron|signalbox" },
	{ 0 },
};

static const struct field item_fields[] = {
	{ "line", KIND_INT,    "of the crontab, from 1; of a list the index, from 0" },
	{ "name", KIND_STRING, "of the job", .flags = FIELD_NULL },
	{ "team", KIND_STRING, "where it is" },
	{ 0 },
};
static const struct shape shape_item = { "ImportItem", "A job that is made, or stays as it is.", item_fields };

static const struct field change_fields[] = {
	{ "field",  KIND_STRING, "which, with a path inside maps" },
	{ "label",  KIND_STRING, "as the pages call it" },
	{ "before", KIND_STRING, "as people read it; empty: nothing" },
	{ "after",  KIND_STRING, "likewise" },
	{ 0 },
};
static const struct shape shape_change = { "FieldChange", "What changes in one field.", change_fields };

static const struct field changed_fields[] = {
	{ "line",    KIND_INT,    "of the crontab, from 1; of a list the index, from 0" },
	{ "name",    KIND_STRING, "of the job" },
	{ "team",    KIND_STRING, "where it is" },
	{ "changes", KIND_LIST,   "field by field", .shape = &shape_change },
	{ 0 },
};
static const struct shape shape_changed = { "ImportChange", "A job that is there and changes.", changed_fields };

static const struct field refused_fields[] = {
	{ "line",    KIND_INT,    "of the crontab, from 1; of a list the index, from 0" },
	{ "name",    KIND_STRING, "of the job, where there is one", .flags = FIELD_NULL },
	{ "field",   KIND_STRING, "what is at fault", .flags = FIELD_NULL },
	{ "message", KIND_STRING, "why" },
	{ 0 },
};
static const struct shape shape_refused = { "ImportRefusal", "What cannot be taken.", refused_fields };

static const struct field note_fields[] = {
	{ "line",    KIND_INT,    "of the crontab, from 1; of a list the index, from 0" },
	{ "message", KIND_STRING, "what is taken, but not as it was" },
	{ 0 },
};
static const struct shape shape_note = { "ImportNote", "What is different here.", note_fields };

static const struct field error_fields[] = {
	{ "code",    KIND_STRING, "always invalid" },
	{ "field",   KIND_STRING, "which input is at fault; null: single jobs are", .flags = FIELD_NULL },
	{ "message", KIND_STRING, "one sentence" },
	{ 0 },
};
static const struct shape shape_error = { "ImportError", "Why nothing was done.", error_fields };

static const struct field plan_fields[] = {
	{ "create",  KIND_LIST,   "new jobs", .shape = &shape_item },
	{ "change",  KIND_LIST,   "jobs that change", .shape = &shape_changed },
	{ "same",    KIND_LIST,   "jobs that are so already", .shape = &shape_item },
	{ "refused", KIND_LIST,   "while one is refused nothing is done", .shape = &shape_refused },
	{ "notes",   KIND_LIST,   "what is taken, but not as it was", .shape = &shape_note },
	{ 0 },
};
static const struct shape shape_plan = { "ImportPlan", "What an import does, or did.", plan_fields };

/* The request itself may be wrong as well: then there is the error alone. */
static const struct field not_done_fields[] = {
	{ "error",   KIND_OBJECT, "why", .shape = &shape_error },
	{ "create",  KIND_LIST,   "as in the plan", .shape = &shape_item, .flags = FIELD_MAYBE },
	{ "change",  KIND_LIST,   "as in the plan", .shape = &shape_changed, .flags = FIELD_MAYBE },
	{ "same",    KIND_LIST,   "as in the plan", .shape = &shape_item, .flags = FIELD_MAYBE },
	{ "refused", KIND_LIST,   "what has to be mended", .shape = &shape_refused, .flags = FIELD_MAYBE },
	{ "notes",   KIND_LIST,   "as in the plan", .shape = &shape_note, .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_not_done = { "ImportNotDone", "Why nothing was imported.", not_done_fields };
/* clang-format on */

const struct route_doc doc_jobs_import = {
	.id = "importJobs",
	.tag = "Jobs",
	.summary = "Many jobs at once, from Dkron's list or a crontab",
	.help =
	    "All or nothing: with one entry refused the answer is 422, says which, and nothing was "
	    "done. A list may hold what Dkron's GET /v1/jobs answers; what only Dkron computes is "
	    "ignored. Jobs of a crontab are named by their commands.",
	.params = import_params,
	.body_type = "text/plain",
	.answers = { { 200, "What was done, or would be.", &shape_plan },
	    { 422, "Nothing was done.", &shape_not_done } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_jobs_export = {
	.id = "exportJobs",
	.tag = "Jobs",
	.summary = "Jobs in Dkron's own list format",
	.help = "What Dkron's POST /v1/restore takes, and the import here. The parents of what the "
		"filters leave come along, because Dkron takes no job without its parent.",
	.params = export_params,
	.answers = { { 200, "A JSON list of jobs.", .type = "application/json" } },
};
