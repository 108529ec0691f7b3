/* What the routes of reconcile take and answer: drift, plan, resync, jobs that are nobody's,
 * cleanup. */

#include "model/cleanup.h"
#include "web/api/doc.h"

/* clang-format off */
static const struct field change_fields[] = {
	{ "field",  KIND_STRING, "its name, with a path inside maps" },
	{ "label",  KIND_STRING, "as the pages call it" },
	{ "engine", KIND_STRING, "what the engine has, in words" },
	{ "ours",   KIND_STRING, "what it should have, in words" },
	{ 0 },
};
static const struct shape shape_change = { "EngineChange", "One field in which the engine's copy of a job differs.", change_fields };

static const struct field drift_fields[] = {
	{ "gone",     KIND_BOOL,   "whether the engine does not have the job at all" },
	{ "changes",  KIND_LIST,   "field by field; none when it is gone", .shape = &shape_change },
	{ "refused",  KIND_STRING, "why the policy could not adopt it", .flags = FIELD_NULL },
	{ "found_at", KIND_TIME,   "when it was first seen so" },
	{ 0 },
};
const struct shape shape_drift = { "Drift", "What the engine has of a job instead of what we wrote.", drift_fields };

static const struct field comparison_fields[] = {
	{ "asked_at",  KIND_TIME, "when somebody last asked for one", .flags = FIELD_NULL },
	{ "began_at",  KIND_TIME, "null: there was none yet", .flags = FIELD_NULL },
	{ "ended_at",  KIND_TIME, "null: there was none yet", .flags = FIELD_NULL },
	{ "jobs",      KIND_INT,  "ours that were held against the engine's" },
	{ "reverted",  KIND_INT,  "put back, by policy" },
	{ "adopted",   KIND_INT,  "taken into a revision of ours, by policy" },
	{ "drifted",   KIND_INT,  "that wait for a person" },
	{ "deleted",   KIND_INT,  "copies of jobs that were deleted here" },
	{ "unmanaged", KIND_INT,  "jobs of the engine that are not ours" },
	{ "problem",   KIND_STRING, "why it did not come to its end", .flags = FIELD_NULL },
	{ 0 },
};
const struct shape shape_comparison = { "Comparison", "What the last comparison of all jobs with the engine found.", comparison_fields };

static const struct field plan_item_fields[] = {
	{ "action",  KIND_LINE,   "what would be done on the engine", .choices = "create|change|delete" },
	{ "job",     KIND_STRING, "our name of it" },
	{ "because", KIND_STRING, "why" },
	{ "changes", KIND_LIST,   "field by field", .shape = &shape_change },
	{ 0 },
};
static const struct shape shape_plan_item = { "PlanItem", "One write to the engine.", plan_item_fields };

static const struct field plan_left_fields[] = {
	{ "job",     KIND_STRING, "our name of it" },
	{ "because", KIND_STRING, "why it is left as it is" },
	{ 0 },
};
static const struct shape shape_plan_left = { "PlanLeft", "A job that differs and is left as it is.", plan_left_fields };

static const struct field plan_fields[] = {
	{ "items",      KIND_LIST,   "in the order in which they would be done", .shape = &shape_plan_item },
	{ "next",       KIND_STRING, "the cursor of the page behind; null: none", .flags = FIELD_NULL },
	{ "total",      KIND_INT,    "how many writes there would be" },
	{ "left",       KIND_LIST,   "what differs and is left, as many as items at most", .shape = &shape_plan_left },
	{ "left_total", KIND_INT,    "how many there are of these" },
	{ "same",       KIND_INT,    "jobs that are as they should be" },
	{ "unmanaged",  KIND_INT,    "jobs of the engine that are not ours" },
	{ 0 },
};
static const struct shape shape_plan = { "Plan", "What reconcile would write now.", plan_fields };
static const struct field plan_params[] = { PARAM_LIMIT, PARAM_AFTER, { 0 } };

static const struct field unmanaged_fields[] = {
	{ "name",     KIND_STRING, "as the engine has it" },
	{ "blocked",  KIND_STRING, "why it cannot be adopted; null: it can", .flags = FIELD_NULL },
	{ "task",     KIND_STRING, "of the request to adopt it that waits for approval; null: none does", .flags = FIELD_NULL },
	{ "becomes",  KIND_STRING, "its name on the engine once it is adopted; null: it keeps its own", .flags = FIELD_NULL },
	{ "found_at", KIND_TIME,   "when a comparison first saw it" },
	{ "job",      KIND_ANY,    "its definition there" },
	{ 0 },
};
static const struct shape shape_unmanaged = { "UnmanagedJob", "A job of the engine that is not ours.", unmanaged_fields };
static const struct field unmanaged_params[] = {
	{ "q", KIND_LINE, "part of the name", .max = 120 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field asked_fields[] = {
	{ "asked_at", KIND_TIME, "the comparison that GET /engine reports is the one asked for once its began_at is later" },
	{ 0 },
};
static const struct shape shape_asked = { "ResyncAsked", "A comparison that was asked for.", asked_fields };
static const struct field asked_headers[] = { { "Location", KIND_LINE, "where the report will stand" }, { 0 } };

static const struct field adopt_fields[] = {
	{ "team", KIND_LINE, "where an unmanaged job goes; may be left out by whoever has exactly one", .min = 1, .max = 120 },
	{ "as",   KIND_LINE, "what an unmanaged job is to be called here; its own name unless told", .min = 1, .max = 120 },
	{ 0 },
};
static const struct shape shape_adopt = { "AdoptInput", "For a job of the engine that is not ours.", adopt_fields, .body = true };

static const struct field cleanup_input_fields[] = {
	{ "days",    KIND_INT,  "finished at least that long ago; 30 unless told", .max = CLEANUP_DAYS_MAX },
	{ "dry_run", KIND_BOOL, "say what would go, and delete nothing" },
	{ 0 },
};
static const struct shape shape_cleanup_input = { "CleanupInput", "Which finished jobs go.", cleanup_input_fields, .body = true };

static const struct field cleanup_job_fields[] = {
	{ "job",         KIND_STRING, "its name" },
	{ "team",        KIND_STRING, "its team" },
	{ "because",     KIND_STRING, "why it will not run again" },
	{ "finished_at", KIND_TIME,   "since when" },
	{ "message",     KIND_STRING, "why it could not be deleted", .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_cleanup_job = { "CleanupJob", "A job that has run its last.", cleanup_job_fields };

static const struct field cleanup_fields[] = {
	{ "days",    KIND_INT,  "as asked" },
	{ "dry_run", KIND_BOOL, "whether nothing was deleted" },
	{ "deleted", KIND_LIST, "that went, or would", .shape = &shape_cleanup_job },
	{ "refused", KIND_LIST, "that could not", .shape = &shape_cleanup_job },
	{ 0 },
};
static const struct shape shape_cleanup = { "Cleanup", "Finished jobs that were deleted.", cleanup_fields };
/* clang-format on */

const struct route_doc doc_adopt = {
	.id = "adoptJob",
	.tag = "Engine",
	.summary = "Take over what the engine has",
	.help =
	    "Of a job of ours that was changed on the engine: its values become a new revision. "
	    "With the engine's own name of a job that is not ours: it becomes one of ours in the "
	    "team, with its history; admins only. Outside our namespace, or under another name "
	    "(as), "
	    "it is written anew, with all jobs that run after it; the old one is switched off as "
	    "soon as the new one stands, and deleted when its history has been read.",
	.params = doc_reason_params,
	.body = &shape_adopt,
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers }, ANSWER_ASKED },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_revert = {
	.id = "revertJob",
	.tag = "Engine",
	.summary = "Write our definition over a change on the engine",
	.body = &shape_nothing,
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers } },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_plan = {
	.id = "getPlan",
	.tag = "Engine",
	.summary = "What reconcile would write to the engine, without doing it",
	.help = "Asks the engine itself, for eight seconds at most.",
	.params = plan_params,
	.answers = { { 200, .shape = &shape_plan } },
};

const struct route_doc doc_unmanaged = {
	.id = "listUnmanagedJobs",
	.tag = "Engine",
	.summary = "Jobs of the engine that are not ours",
	.help = "As the last comparison saw them.",
	.params = unmanaged_params,
	.answers = { { 200, .shape = &shape_unmanaged, .list = true } },
};

const struct route_doc doc_resync = {
	.id = "resync",
	.tag = "Engine",
	.summary = "Compare all jobs with the engine now",
	.body = &shape_nothing,
	.answers = { { 202, .shape = &shape_asked, .headers = asked_headers } },
};

const struct route_doc doc_cleanup = {
	.id = "cleanUp",
	.tag = "Engine",
	.summary = "Delete jobs that have run their last",
	.help =
	    "One-off jobs that succeeded, @at and @after jobs whose moment is over, expired jobs. "
	    "Their runs stay.",
	.body = &shape_cleanup_input,
	.answers = { { 200, .shape = &shape_cleanup } },
};
