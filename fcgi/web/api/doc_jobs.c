/* What the routes of jobs take and answer. */

#include "web/api/doc.h"

/* clang-format off */
static const char sorts[] = "name|-name|next|-next|last_run|-last_run|updated_at|-updated_at";

static const struct field list_params[] = {
	{ "q",       KIND_LINE, "words, all of which the name, description or command holds", .max = 200 },
	{ "team",    KIND_LINE, "jobs of this team", .min = 1, .max = 120 },
	{ "enabled", KIND_BOOL, "only jobs whose schedule fires, or only the others" },
	{ "last",    KIND_LINE, "jobs whose last run stands so", .choices = doc_run_states },
	{ "sync",    KIND_LINE, "jobs whose copy in the engine stands so", .choices = doc_syncs },
	{ "tag",     KIND_LINE, "jobs that carry it: a tag's name, or name:value", .min = 1, .max = 301 },
	{ "sort",    KIND_LINE, "the order; - for descending", .choices = sorts },
	PARAM_LIMIT,
	PARAM_AFTER,
	{ 0 },
};

static const struct field made_headers[] = {
	{ "Location", KIND_LINE, "the address of what was made" },
	{ "ETag", KIND_LINE, "the version, for If-Match" },
	{ 0 },
};

static const struct field run_headers[] = {
	{ "Location", KIND_LINE, "the address of the run, or of the task" },
	{ 0 },
};

static const struct field revision_fields[] = {
	{ "version", KIND_INT,  "of the job; counts from 1" },
	{ "made_at", KIND_TIME, "when" },
	{ "made_by", KIND_LINE, "by whom" },
	{ "reason",  KIND_STRING, "why, when somebody said so" },
	{ "task",    KIND_LINE,   "the request that others approved", .flags = FIELD_NULL },
	{ "approved_by", KIND_STRING, "who they were, a comma between" },
	{ "job",     KIND_ANY,  "the job's fields as they were then" },
	{ 0 },
};
static const struct shape shape_revision = { "Revision", "A job as it once stood.", revision_fields };

static const struct field tag_value_fields[] = {
	{ "value", KIND_STRING, "without its count of nodes" },
	{ "jobs",  KIND_INT,    "how many carry it so" },
	{ 0 },
};
static const struct shape shape_tag_value = { "TagValue", "A value of a tag.", tag_value_fields };

static const struct field tag_fields[] = {
	{ "name",   KIND_STRING, "of the tag" },
	{ "jobs",   KIND_INT,    "how many carry it" },
	{ "values", KIND_LIST,   "with which values", .shape = &shape_tag_value },
	{ 0 },
};
static const struct shape shape_tag = { "Tag", "A tag that jobs carry.", tag_fields };
/* clang-format on */

const struct route_doc doc_jobs = {
	.id = "listJobs",
	.tag = "Jobs",
	.summary = "The jobs that one may see",
	.params = list_params,
	.answers = { { 200, .shape = &shape_job, .list = true } },
};

const struct route_doc doc_job_add = {
	.id = "createJob",
	.tag = "Jobs",
	.summary = "Make a job",
	.help =
	    "The body must hold at least a name, a schedule and an executor. Needs the role editor "
	    "in the team.",
	.params = doc_reason_params,
	.body = &shape_job_input,
	.answers = { { 201, .shape = &shape_job, .headers = made_headers }, ANSWER_ASKED },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_job = {
	.id = "getJob",
	.tag = "Jobs",
	.summary = "One job",
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers } },
};

const struct route_doc doc_job_put = {
	.id = "replaceJob",
	.tag = "Jobs",
	.summary = "Replace a job's definition",
	.help = "What GET answered can be sent back as it is; what the server computes is ignored.",
	.params = doc_reason_params,
	.body = &shape_job_input,
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers }, ANSWER_ASKED },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_job_patch = {
	.id = "patchJob",
	.tag = "Jobs",
	.summary = "Change some fields of a job",
	.help =
	    "A JSON merge patch: null takes a field back to its default, or a key out of a map.",
	.params = doc_reason_params,
	.body = &shape_job_input,
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers }, ANSWER_ASKED },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_job_delete = {
	.id = "deleteJob",
	.tag = "Jobs",
	.summary = "Delete a job",
	.help = "Its runs stay. A job after which others run is refused with their names.",
	.params = doc_reason_params,
	.answers = { { 204, "The job is gone." }, ANSWER_ASKED },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_job_run = {
	.id = "runJob",
	.tag = "Jobs",
	.summary = "Run a job now",
	.params = doc_reason_params,
	.body = &shape_nothing,
	.answers = { { 202, "The run, queued; or, when others have to approve it, the task.",
	    .shape = &shape_run, .other = &shape_task, .headers = run_headers } },
	.may = MAY_CONFLICT,
};

const struct route_doc doc_revisions = {
	.id = "listRevisions",
	.tag = "Jobs",
	.summary = "How a job stood before, newest first",
	.answers = { { 200, .shape = &shape_revision, .list = true } },
};

/* clang-format off */
static const struct field warning_fields[] = {
	{ "code",    KIND_LINE,   "the same for the same thing" },
	{ "field",   KIND_LINE,   "of the definition" },
	{ "message", KIND_STRING, "one or two sentences" },
	{ "note",    KIND_BOOL,   "good to know, and nothing to look at twice" },
	{ 0 },
};
/* clang-format on */
static const struct shape shape_warning = { "Warning",
	"What a job does that its author may not expect.", warning_fields };

const struct route_doc doc_job_warnings = {
	.id = "listWarnings",
	.tag = "Jobs",
	.summary = "What a job does that its author may not expect",
	.answers = { { 200, .shape = &shape_warning, .list = true } },
};

const struct route_doc doc_restore = {
	.id = "restoreRevision",
	.tag = "Jobs",
	.summary = "Take a job back to an earlier revision",
	.params = doc_reason_params,
	.body = &shape_nothing,
	.answers = { { 200, .shape = &shape_job, .headers = doc_version_headers }, ANSWER_ASKED },
	.may = MAY_CONFLICT | MAY_STALE,
};

const struct route_doc doc_tags = {
	.id = "listTags",
	.tag = "Jobs",
	.summary = "The tags that jobs carry, and how many do",
	.answers = { { 200, .shape = &shape_tag, .list = true } },
};
