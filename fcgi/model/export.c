/* Jobs as a list that Dkron, or another one of us, takes. */

#include <string.h>

#include "core/buf.h"
#include "model/import.h"
#include "model/job_inside.h"

enum { JOBS_MAX = 20000, BYTES_MAX = 64 * 1024 * 1024, ITEM_ARENA = 4 * 1024 * 1024 };

/* With our own fields; without what only Dkron's copy carries. */
static struct json *as_ours(struct ctx *c, const struct exported_job *job, const struct json *spec)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, job->name));
	json_set(o, "team", json_string(c->arena, job->team));
	for (size_t i = 0; i < nspec_fields; i++)
		json_set(o, spec_fields[i].name, json_get(spec, spec_fields[i].name));
	return o;
}

static enum err add(struct ctx *whole, const struct exported_job *job, bool dkron, struct buf *b)
{
	struct ctx c = *whole;
	struct json *spec;

	c.arena = arena_create(ITEM_ARENA);
	enum err e = json_parse(&c, job->spec_text, strlen(job->spec_text), &spec);
	if (e == OK)
		buf_printf(b, "%s\n%s", b->len > 1 ? "," : "",
		    json_write(c.arena,
			dkron ? spec_for_engine(&c, job->name, spec) : as_ours(&c, job, spec)));
	else
		e = fail(
		    whole, ERR_INTERNAL, NULL, "a stored definition is no JSON: %s", job->name);
	arena_destroy(c.arena);
	return e;
}

enum err job_export(
    struct ctx *c, const struct job_query *query, bool dkron, const char **out, size_t *len)
{
	struct exported_job *jobs;
	struct buf b;
	size_t n;

	TRY(job_exported(c, query, JOBS_MAX + 1, &jobs, &n));
	buf_init(&b, c->arena, BYTES_MAX);
	buf_text(&b, "[");
	for (size_t i = 0; i < n; i++)
		TRY(add(c, &jobs[i], dkron, &b));
	buf_text(&b, "\n]\n");
	if (n > JOBS_MAX || b.full)
		return fail(c, ERR_TOO_LARGE, NULL,
		    "These are more than %d jobs, or more than %d MiB: export them team by team.",
		    JOBS_MAX, BYTES_MAX / 1024 / 1024);
	*out = b.data;
	*len = b.len;
	return OK;
}
