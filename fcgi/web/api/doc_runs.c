/* What the routes of runs, schedules and the engine take and answer. */

#include <stdint.h>

#include "web/api/doc.h"

/* clang-format off */
static const struct field list_params[] = {
	{ "job",     KIND_LINE, "runs of this job", .min = 1, .max = 120 },
	{ "state",   KIND_LINE, "runs that stand so: queued, running, succeeded, failed, stopped, lost or missed, or several with commas", .min = 1, .max = 100 },
	{ "team",    KIND_LINE, "runs of this team's jobs", .min = 1, .max = 120 },
	{ "trigger", KIND_LINE, "what began them: schedule, manual, parent or api, or several with commas", .min = 1, .max = 100 },
	{ "node",    KIND_LINE, "with an execution on this node", .min = 1, .max = 255 },
	{ "requested_by", KIND_LINE, "that this account asked for", .min = 1, .max = 120 },
	{ "since",   KIND_TIME, "queued then or later" },
	{ "until",   KIND_TIME, "queued before" },
	{ "q",       KIND_LINE, "words in the job's name, or in what was printed (16 KiB at each end) and the reason; the last may be a beginning", .max = 200 },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field execution_fields[] = {
	{ "id",          KIND_LINE, "the engine's" },
	{ "node",        KIND_LINE, "where it ran" },
	{ "attempt",     KIND_INT,  "counts from 1" },
	{ "state",       KIND_LINE, "how it stands", .choices = doc_run_states },
	{ "reason",      KIND_STRING, "why it is lost", .flags = FIELD_NULL },
	{ "started_at",  KIND_TIME, "when", .flags = FIELD_NULL },
	{ "finished_at", KIND_TIME, "null: it runs", .flags = FIELD_NULL },
	{ "exit_code",   KIND_INT,  "of the command, where it is known", .flags = FIELD_NULL },
	{ "output_size", KIND_INT,  "bytes, so far" },
	{ 0 },
};
static const struct shape shape_execution = { "Execution", "One attempt on one node.", execution_fields };

static const struct field run_fields[] = {
	{ "id",           KIND_INT,  "ours" },
	{ "job",          KIND_LINE, "the job's name" },
	{ "team",         KIND_LINE, "that owns it" },
	{ "state",        KIND_LINE, "how it stands", .choices = doc_run_states },
	{ "reason",       KIND_STRING, "why it stands so, where that needs saying", .flags = FIELD_NULL },
	{ "trigger",      KIND_LINE, "what began it", .choices = doc_triggers },
	{ "requested_by", KIND_LINE, "who asked for it", .flags = FIELD_NULL },
	{ "queued_at",    KIND_TIME, "when it was asked for, or fired" },
	{ "started_at",   KIND_TIME, "null: not yet", .flags = FIELD_NULL },
	{ "finished_at",  KIND_TIME, "null: not yet", .flags = FIELD_NULL },
	{ "executions",   KIND_LIST, "its attempts, one for each node and try", .shape = &shape_execution },
	{ 0 },
};
const struct shape shape_run = { "Run", "One firing of a job.", run_fields };

static const struct field output_params[] = {
	{ "offset",    KIND_INT,  "the bytes from here on", .max = INT64_MAX },
	{ "execution", KIND_LINE, "of this execution; else of the last started", .min = 1, .max = 300 },
	{ "generation", KIND_INT, "of which text the offset is, as X-Output-Generation said", .max = INT64_MAX },
	{ 0 },
};

static const struct field output_headers[] = {
	{ "X-Output-Size",      KIND_INT,  "bytes of the whole, so far" },
	{ "X-Output-Complete",  KIND_BOOL, "whether nothing will come behind it" },
	{ "X-Output-Execution", KIND_LINE, "whose output it is" },
	{ "X-Output-Generation", KIND_INT, "grows when the text was replaced by another, so that offsets begin anew" },
	{ "X-Output-Reset",     KIND_BOOL, "true: the text was replaced, and this begins at its first byte", .flags = FIELD_MAYBE },
	{ "X-Output-Removed",   KIND_BOOL, "true: it is no longer kept; X-Output-Size says how much it was", .flags = FIELD_MAYBE },
	{ 0 },
};

static const struct field stats_params[] = {
	{ "days", KIND_INT, "how many days back, 30 unless told", .min = 1, .max = 62 },
	{ 0 },
};

static const struct field stats_day_fields[] = {
	{ "day",       KIND_TIME, "when it began, UTC" },
	{ "succeeded", KIND_INT,  "runs that began then and succeeded" },
	{ "failed",    KIND_INT,  "that failed" },
	{ "stopped",   KIND_INT,  "that a person took back" },
	{ "lost",      KIND_INT,  "of which nobody knows the end" },
	{ "missed",    KIND_INT,  "fires that nothing answered" },
	{ 0 },
};
static const struct shape shape_stats_day = { "StatsDay", "A day of a job.", stats_day_fields };

static const struct field failure_fields[] = {
	{ "id",    KIND_INT,  "of the run" },
	{ "state", KIND_LINE, "failed, lost or missed", .choices = "failed|lost|missed" },
	{ "at",    KIND_TIME, "when it began, or was due" },
	{ 0 },
};
static const struct shape shape_failure = { "Failure", "A run that did not go well.", failure_fields };

static const struct field stats_fields[] = {
	{ "job",       KIND_LINE, "its name" },
	{ "days",      KIND_INT,  "how many days are counted" },
	{ "succeeded", KIND_INT,  "runs that succeeded" },
	{ "failed",    KIND_INT,  "that failed" },
	{ "stopped",   KIND_INT,  "that a person took back" },
	{ "lost",      KIND_INT,  "of which nobody knows the end" },
	{ "missed",    KIND_INT,  "fires that nothing answered" },
	{ "success_permille", KIND_INT, "of those not stopped, in thousandths", .flags = FIELD_NULL },
	{ "p50_ms",    KIND_INT,  "half of those that succeeded took no longer; to 5 %", .flags = FIELD_NULL },
	{ "p95_ms",    KIND_INT,  "nineteen in twenty took no longer", .flags = FIELD_NULL },
	{ "last_failure", KIND_OBJECT, "the last run that did not go well and is still kept", .shape = &shape_failure, .flags = FIELD_NULL },
	{ "by_day",    KIND_LIST, "days with runs, oldest first", .shape = &shape_stats_day },
	{ 0 },
};
static const struct shape shape_stats = { "JobStats", "How a job has done; kept when its runs are not.", stats_fields };

static const struct field schedule_params[] = {
	{ "expression", KIND_LINE, "the schedule", .max = 1024, .flags = FIELD_MUST },
	{ "timezone",   KIND_LINE, "such as Europe/Madrid", .max = 100 },
	{ "count",      KIND_INT,  "how many times, 5 unless told", .min = 1, .max = 100 },
	{ "job",        KIND_LINE, "the job's name, on which ~ depends", .max = 120 },
	{ 0 },
};

static const struct field warning_fields[] = {
	{ "code",    KIND_LINE, "which one, for programs" },
	{ "message", KIND_STRING, "what may surprise" },
	{ 0 },
};
static const struct shape shape_warning = { "Warning", "What about a schedule may surprise.", warning_fields };

static const struct field schedule_fields[] = {
	{ "sentence", KIND_TEXT, "when it fires, in words" },
	{ "next",     KIND_LIST, "the next times, RFC 3339" },
	{ "warnings", KIND_LIST, "what may surprise", .shape = &shape_warning },
	{ 0 },
};
static const struct shape shape_schedule = { "Schedule", "What a schedule means.", schedule_fields };

static const struct field engine_fields[] = {
	{ "engine",     KIND_LINE, "what runs the jobs", .choices = "dkron|embedded" },
	{ "version",    KIND_STRING, "of the engine" },
	{ "reachable",  KIND_BOOL, "whether it answered when it was last asked" },
	{ "reason",     KIND_STRING, "why not", .flags = FIELD_NULL },
	{ "leader",     KIND_STRING, "the node that leads; null: none", .flags = FIELD_NULL },
	{ "nodes",      KIND_ANY,  "its nodes" },
	{ "pending",    KIND_INT,  "changes that the engine has not taken yet" },
	{ "checked_at", KIND_TIME, "when it was last asked" , .flags = FIELD_NULL },
	{ "drifted",    KIND_INT,  "jobs that were changed on the engine and wait for a person" },
	{ "comparison", KIND_OBJECT, "the last comparison of all jobs", .shape = &shape_comparison },
	{ 0 },
};
static const struct shape shape_engine = { "Engine", "What runs the jobs, and how it stands.", engine_fields };
/* clang-format on */

const struct route_doc doc_runs = {
	.id = "listRuns",
	.tag = "Runs",
	.summary = "Runs, newest first",
	.help = "A page may hold fewer than limit although next is set: where no index answers a "
		"combination of filters, a bounded number of runs is looked at each time.",
	.params = list_params,
	.answers = { { 200, .shape = &shape_run, .list = true } },
};

const struct route_doc doc_run = {
	.id = "getRun",
	.tag = "Runs",
	.summary = "One run with its executions",
	.answers = { { 200, .shape = &shape_run } },
};

const struct route_doc doc_run_output = {
	.id = "getRunOutput",
	.tag = "Runs",
	.summary = "What a run printed, from an offset on",
	.help =
	    "At most 1 MiB at once: ask again from where it ended, until X-Output-Complete is "
	    "true. While a job runs its output comes in pieces; the text that is final may differ "
	    "(a failed shell job's begins with its exit status). Who sends the generation of its "
	    "offset is given the text from its first byte in that case, with X-Output-Reset.",
	.params = output_params,
	.answers = { { 200, .type = "text/plain", .headers = output_headers } },
};

const struct route_doc doc_run_stop = {
	.id = "stopRun",
	.tag = "Runs",
	.summary = "Take back a run that is still queued",
	.body = &shape_nothing,
	.answers = { { 202, .shape = &shape_run } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_job_stats = {
	.id = "getJobStats",
	.tag = "Jobs",
	.summary = "How a job has done: results, durations, by day",
	.params = stats_params,
	.answers = { { 200, .shape = &shape_stats } },
};

const struct route_doc doc_schedule = {
	.id = "explainSchedule",
	.tag = "Schedules",
	.summary = "What a schedule means: in words, its next times, what may surprise",
	.params = schedule_params,
	.answers = { { 200, .shape = &shape_schedule } },
};

const struct route_doc doc_engine = {
	.id = "getEngine",
	.tag = "Engine",
	.summary = "What runs the jobs, and how it stands",
	.answers = { { 200, .shape = &shape_engine } },
};
