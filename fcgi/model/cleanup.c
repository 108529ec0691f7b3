#include "model/cleanup.h"

#include <string.h>

#include "core/time.h"
#include "model/audit.h"
#include "model/job_inside.h"
#include "model/rights.h"
#include "model/spec_inside.h"

enum { BATCH = 500, JOBS_MAX = 10000 };

#define DAY_US (INT64_C(86400) * US_PER_S)

struct candidate {
	const char *name, *spec_text, *team;
	struct db_maybe_int64 from_us, run_finished_us;
	int64_t version, updated_us;
	struct db_maybe run_state;
	bool has_children, spent;
};

static const struct db_field columns[] = {
	DB_FIELD(struct candidate, name),
	DB_FIELD(struct candidate, spec_text),
	DB_FIELD(struct candidate, team),
	DB_FIELD(struct candidate, from_us),
	DB_FIELD(struct candidate, version),
	DB_FIELD(struct candidate, updated_us),
	DB_FIELD(struct candidate, run_state),
	DB_FIELD(struct candidate, run_finished_us),
	DB_FIELD(struct candidate, has_children),
	DB_FIELD(struct candidate, spent),
	DB_END,
};

static int64_t later(int64_t x, int64_t y)
{
	return x > y ? x : y;
}

/* Why a job will not run again by itself, or NULL when it may; *since: from when on. */
static const char *finished(
    struct ctx *c, const struct candidate *k, const struct json *spec, int64_t *since)
{
	const char *schedule = spec_text(spec, "schedule");
	struct fires fires;
	int64_t next_us;

	*since = later(k->updated_us, k->run_finished_us.value);
	if (k->spent)
		return "it was to go after its first success";
	if (spec_text(spec, "parent_job")[0] != '\0' || json_bool(json_get(spec, "disabled")))
		return NULL; /* somebody else decides when it runs */
	fires_init(c, k->name, spec, k->from_us, &fires);
	if (fires.schedule == NULL || fires_next(&fires, c->now_us, &next_us))
		return NULL;
	if (fires.expires_us != 0 && fires.expires_us <= c->now_us) {
		*since = later(*since, fires.expires_us);
		return "it has expired";
	}
	schedule += strspn(schedule, " \t");
	if (strncmp(schedule, "@at", 3) != 0 && strncmp(schedule, "@after", 6) != 0)
		return NULL;
	/* The moment itself: the first fire of all. */
	if (fires_next(&fires, 0, &next_us))
		*since = later(*since, next_us);
	return "its moment is over";
}

/* Not when somebody gave it a new moment since it was looked at. */
static enum err delete_one(struct ctx *c, struct cleanup_job *job, int64_t version)
{
	enum err e = job_delete(c, job->name, version);

	bool asks = e == ERR_FORBIDDEN && c->fault.wanted != NULL; /* others must approve it */
	if (e == ERR_CONFLICT || e == ERR_NOT_FOUND || e == ERR_STALE || asks) {
		job->refused = c->fault.detail;
		return OK;
	}
	return e;
}

static enum err look_at(struct ctx *c, const struct cleanup_query *query, const struct candidate *k,
    struct cleanup *out)
{
	struct json *spec = NULL;
	int64_t since;

	TRY(json_parse(c, k->spec_text, strlen(k->spec_text), &spec));
	const char *because = finished(c, k, spec, &since);
	if (because == NULL || since > c->now_us - query->days * DAY_US || out->n == JOBS_MAX)
		return OK;
	struct cleanup_job *job = &out->jobs[out->n++];
	*job = (struct cleanup_job){
		.name = k->name, .team = k->team, .because = because, .finished_us = since
	};
	if (k->has_children)
		job->refused = "other jobs run after it";
	return job->refused != NULL || query->dry_run ? OK : delete_one(c, job, k->version);
}

static enum err summarise(struct ctx *c, const struct cleanup_query *query, const struct cleanup *r)
{
	struct json *after = json_object(c->arena);
	int64_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->jobs[i].refused == NULL;
	if (query->dry_run || n == 0)
		return OK;
	json_set(after, "days", json_number(c->arena, query->days));
	json_set(after, "jobs", json_number(c->arena, n));
	return audit_add(c, "engine_cleanup", "engine", NULL, after);
}

enum err cleanup_run(struct ctx *c, const struct cleanup_query *query, struct cleanup *out)
{
	struct candidate *batch;
	const char *from = "";
	size_t n = BATCH;

	*out = (struct cleanup){ .n = 0 };
	TRY(rights_admin(c, "cleaning up jobs"));
	out->jobs = arena_alloc(c->arena, JOBS_MAX, sizeof(*out->jobs));
	while (n == BATCH) {
		TRY(db_many(c, SQL_CLEANUP_CANDIDATES, DB_ARGS(db_text(from), db_int(BATCH)),
		    columns, sizeof(*batch), &batch, &n));
		for (size_t i = 0; i < n; i++)
			TRY(look_at(c, query, &batch[i], out));
		if (n > 0)
			from = batch[n - 1].name;
	}
	return summarise(c, query, out);
}

struct json *cleanup_json(struct ctx *c, const struct cleanup_query *query, const struct cleanup *r)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *done = json_array(a), *refused = json_array(a);

	for (size_t i = 0; i < r->n; i++) {
		const struct cleanup_job *job = &r->jobs[i];
		struct json *one = json_object(a);
		json_set(one, "job", json_string(a, job->name));
		json_set(one, "team", json_string(a, job->team));
		json_set(one, "because", json_string(a, job->because));
		json_set(one, "finished_at", json_time(a, job->finished_us));
		if (job->refused != NULL)
			json_set(one, "message", json_string(a, job->refused));
		json_push(job->refused != NULL ? refused : done, one);
	}
	json_set(o, "days", json_number(a, query->days));
	json_set(o, "dry_run", json_boolean(a, query->dry_run));
	json_set(o, "deleted", done);
	json_set(o, "refused", refused);
	return o;
}
