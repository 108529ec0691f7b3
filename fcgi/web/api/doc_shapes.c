/* The shapes of a job, made from the table of its fields that also validates them. */

#include <string.h>

#include "model/job_spec.h"
#include "web/api/doc.h"

enum { FIELDS_MAX = 64 };

const char doc_run_states[] = "queued|running|succeeded|failed|stopped|lost|missed";
const char doc_triggers[] = "schedule|manual|parent|api";
const char doc_syncs[] = "in_sync|pending|failing|drifted";

/* clang-format off */
const struct field doc_version_headers[] = {
	{ "ETag", KIND_LINE, "the version, for If-Match" },
	{ 0 },
};

const struct field doc_task_headers[] = {
	{ "Location", KIND_LINE, "the address of the task" },
	{ 0 },
};

const struct field doc_reason_params[] = {
	{ "reason", KIND_LINE, "why; it stands in the history", .max = 500 },
	{ 0 },
};

static const struct field sync_fields[] = {
	{ "state",  KIND_LINE, "whether the engine has the job as it stands here", .choices = doc_syncs },
	{ "reason", KIND_STRING, "why it is failing or drifted", .flags = FIELD_NULL },
	{ "drift",  KIND_OBJECT, "of one job, when drifted: what the engine has instead", .shape = &shape_drift, .flags = FIELD_MAYBE },
	{ 0 },
};
static const struct shape shape_sync = { "Sync", "Where the engine's copy of a job stands.", sync_fields };

static const struct field last_run_fields[] = {
	{ "id",          KIND_INT,  "of the run" },
	{ "state",       KIND_LINE, "how it stands", .choices = doc_run_states },
	{ "started_at",  KIND_TIME, "null: not yet", .flags = FIELD_NULL },
	{ "finished_at", KIND_TIME, "null: not yet", .flags = FIELD_NULL },
	{ 0 },
};
static const struct shape shape_last_run = { "LastRun", "The last run of a job.", last_run_fields };

static const struct field job_head[] = {
	{ "name", KIND_LINE, "lower-case letters, digits, - and _; fixed once the job is made", .min = 1, .max = 120 },
	{ "team", KIND_LINE, "the team that owns it; may be left out by whoever has exactly one", .min = 1, .max = 120 },
	{ 0 },
};

static const struct field job_tail[] = {
	{ "version",    KIND_INT,    "grows by one with every change; also the ETag", .flags = FIELD_READ },
	{ "next",       KIND_TIME,   "the next fire, computed by us; null: none", .flags = FIELD_READ | FIELD_NULL },
	{ "sync",       KIND_OBJECT, "where the engine's copy stands", .shape = &shape_sync, .flags = FIELD_READ },
	{ "last_run",   KIND_OBJECT, "null: it never ran", .shape = &shape_last_run, .flags = FIELD_READ | FIELD_NULL },
	{ "created_at", KIND_TIME,   "when it was made", .flags = FIELD_READ },
	{ "updated_at", KIND_TIME,   "when it was last changed", .flags = FIELD_READ },
	{ "updated_by", KIND_LINE,   "by whom", .flags = FIELD_READ },
	{ 0 },
};

const struct shape shape_nothing = { "Nothing", "An empty object, or no body at all.", (const struct field[]){ { 0 } }, .body = true };
/* clang-format on */

static struct field of_spec(const struct spec_field *f)
{
	static const enum kind kinds[] = { [SPEC_LINE] = KIND_LINE,
		[SPEC_TEXT] = KIND_TEXT,
		[SPEC_BOOL] = KIND_BOOL,
		[SPEC_INT] = KIND_INT,
		[SPEC_MAP] = KIND_MAP,
		[SPEC_MAPS] = KIND_MAPS,
		[SPEC_TIME] = KIND_TIME };
	unsigned flags = f->kind == SPEC_TIME ? FIELD_NULL : 0;

	if (f->choices != NULL)
		flags |= FIELD_EMPTY;
	return (struct field){ f->name, kinds[f->kind], f->help, f->min, f->max, f->choices,
		.flags = flags };
}

static const struct field *job_fields(void)
{
	static struct field fields[FIELDS_MAX];
	size_t n = 0;

	if (fields[0].name != NULL)
		return fields;
	for (const struct field *f = job_head; f->kind != KIND_END; f++)
		fields[n++] = *f;
	for (size_t i = 0; i < nspec_fields; i++)
		fields[n++] = of_spec(&spec_fields[i]);
	for (const struct field *f = job_tail; f->kind != KIND_END; f++)
		fields[n++] = *f;
	return fields;
}

/* A null takes the default. */
static const struct field *input_fields(void)
{
	static struct field fields[FIELDS_MAX];

	if (fields[0].name != NULL)
		return fields;
	memcpy(fields, job_fields(), sizeof(fields));
	for (struct field *f = fields; f->kind != KIND_END; f++)
		if (field_find(job_head, f->name) == NULL)
			f->flags |= FIELD_NULL;
	return fields;
}

const struct shape shape_job = { "Job", "A job as it stands.", .make = job_fields };
const struct shape shape_job_input = { "JobInput",
	"A job as it shall be. What is left out keeps its default, or in a patch what it is.",
	.make = input_fields, .body = true, .open = true };
