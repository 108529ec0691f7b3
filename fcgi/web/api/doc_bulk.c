/* What the routes of bulk actions take and answer. */

#include <stdint.h>

#include "model/bulk.h"
#include "web/api/doc.h"

/* clang-format off */
static const char actions[] = "enable|disable|run|delete|move|stop";
static const char states[] = "waiting|working|stopping|stopped|done";
static const char item_states[] = "waiting|done|unchanged|failed";

static const struct field filter_fields[] = {
	{ "q",       KIND_LINE, "as for the list of jobs", .max = 200 },
	{ "team",    KIND_LINE, "as for the list of jobs", .min = 1, .max = 120 },
	{ "enabled", KIND_LINE, "as for the list of jobs", .choices = "true|false" },
	{ "last",    KIND_LINE, "as for the list of jobs", .choices = doc_run_states },
	{ "sync",    KIND_LINE, "as for the list of jobs", .choices = doc_syncs },
	{ "tag",     KIND_LINE, "as for the list of jobs", .min = 1, .max = 301 },
	{ 0 },
};
static const struct shape shape_filter = { "BulkFilter", "Which jobs: those that the list would show.", filter_fields, .body = true };

static const struct field ask_fields[] = {
	{ "action",   KIND_LINE,   "what to do with each", .choices = "enable|disable|run|delete|move", .flags = FIELD_MUST },
	{ "names",    KIND_LIST,   "which jobs; or else filter" },
	{ "filter",   KIND_OBJECT, "which jobs; or else names", .shape = &shape_filter },
	{ "team",     KIND_LINE,   "where to, for move", .min = 1, .max = 120 },
	{ "expected", KIND_INT,    "how many there should be: 409 when there are more or fewer by now", .min = 1, .max = BULK_MAX },
	{ 0 },
};
static const struct shape shape_ask = { "BulkInput", "One action on many jobs.", ask_fields, .body = true };

static const struct field item_fields[] = {
	{ "job",     KIND_STRING, "its name", .flags = FIELD_MAYBE },
	{ "run",     KIND_STRING, "its number, where runs are stopped", .flags = FIELD_MAYBE },
	{ "state",   KIND_LINE,   "how it went", .choices = item_states },
	{ "code",    KIND_STRING, "of the error", .flags = FIELD_NULL },
	{ "message", KIND_STRING, "what was wrong", .flags = FIELD_NULL },
	{ "run_id",  KIND_INT,    "the run that was asked for", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_item = { "BulkItem", "One of the many.", item_fields };

static const struct field bulk_fields[] = {
	{ "id",           KIND_INT,    "ours" },
	{ "action",       KIND_LINE,   "what is done with each", .choices = actions },
	{ "team",         KIND_STRING, "where to, for move", .flags = FIELD_NULL },
	{ "filter",       KIND_ANY,    "the filter that was asked with; null: names were given" },
	{ "state",        KIND_LINE,   "how far it is", .choices = states },
	{ "total",        KIND_INT,    "how many there are" },
	{ "done",         KIND_INT,    "how many were changed" },
	{ "unchanged",    KIND_INT,    "how many were so already" },
	{ "failed",       KIND_INT,    "how many could not be changed" },
	{ "requested_by", KIND_LINE,   "who asked" },
	{ "requested_at", KIND_TIME,   "when" },
	{ "finished_at",  KIND_TIME,   "null: not yet", .flags = FIELD_NULL },
	{ "failures",     KIND_LIST,   "the first hundred that failed", .shape = &shape_item },
	{ 0 },
};
static const struct shape shape_bulk = { "Bulk", "One action on many, and how far it is.", bulk_fields };

static const struct field item_params[] = {
	{ "state", KIND_LINE, "only those", .choices = item_states },
	PARAM_LIMIT,
	{ "after", KIND_INT, "where to go on: `next` of the page before", .max = INT64_MAX },
	{ 0 },
};

static const struct field begun_headers[] = {
	{ "Location", KIND_LINE, "where to see how far it is" },
	{ 0 },
};
/* clang-format on */

const struct route_doc doc_jobs_bulk = {
	.id = "beginBulk",
	.tag = "Bulk",
	.summary = "One action on many jobs",
	.help =
	    "Which ones is frozen when it is asked for. Each is changed with the rights that the "
	    "account has then, and one that fails does not hold up the others.",
	.body = &shape_ask,
	.answers = { { 202, "It has begun.", &shape_bulk, .headers = begun_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_bulk = {
	.id = "getBulk",
	.tag = "Bulk",
	.summary = "How far a bulk action is",
	.answers = { { 200, .shape = &shape_bulk } },
};

const struct route_doc doc_bulk_items = {
	.id = "listBulkItems",
	.tag = "Bulk",
	.summary = "What became of each",
	.params = item_params,
	.answers = { { 200, .shape = &shape_item, .list = true } },
};

const struct route_doc doc_bulk_stop = {
	.id = "stopBulk",
	.tag = "Bulk",
	.summary = "Leave what is not done yet as it is",
	.body = &shape_nothing,
	.answers = { { 202, .shape = &shape_bulk } },
	.may = MAY_CONFLICT,
};
