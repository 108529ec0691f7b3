/* One definition: write, show, delete, switch. */

#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "engine/answer.h"
#include "engine/gotext.h"
#include "engine/handlers.h"
#include "engine/job.h"
#include "engine/job_body.h"
#include "engine/job_rules.h"
#include "engine/node.h"

enum {
	MESSAGE_MAX = 4194304
}; /* of Dkron's internal messages; a larger definition cannot be sent */

/* What is saved, inside one transaction. */
struct saving {
	const char *name, *parent, *document;
	bool run;
};

struct truth {
	bool found;
};

static const struct db_field truth_fields[] = { DB_FIELD(struct truth, found), DB_END };

static enum err tell_clock(struct ctx *c, const char *name)
{
	TRY(db_exec(c, SQL_ENGINE_CHANGED, DB_ARGS(db_text(name)), NULL));
	return db_exec(c, SQL_ENGINE_WAKE, DB_NO_ARGS, NULL);
}

/* Dkron takes a circle of parents and then runs in it for ever. */
static enum err check_parents(struct ctx *c, const struct saving *s)
{
	struct truth circle;

	if (*s->parent == '\0')
		return OK;
	TRY(db_exec(c, SQL_ENGINE_PARENTS_LOCK, DB_NO_ARGS, NULL));
	TRY(db_one(c, SQL_ENGINE_PARENT_CIRCLE, DB_ARGS(db_text(s->name), db_text(s->parent)),
	    truth_fields, &circle));
	if (circle.found)
		return fail(c, ERR_INVALID, "parent_job",
		    "Job validation failed: the job is among the parents of its parent.");
	return OK;
}

static enum err save(struct ctx *c, void *arg)
{
	const struct saving *s = arg;
	int64_t run;
	bool waits;

	TRY(check_parents(c, s));
	enum err e = db_exec(
	    c, SQL_ENGINE_JOB_SAVE, DB_ARGS(db_text(s->document), db_int(c->now_us)), NULL);
	if (e == ERR_CONFLICT)
		return fail(c, ERR_NOT_FOUND, "parent_job", "specified parent job not found");
	TRY(e);
	if (s->run)
		TRY(engine_run_ask(c, s->name, 0, &run, &waits));
	return tell_clock(c, s->name);
}

/* A map is kept as the text that it is; an empty one is as good as none. */
static struct json *as_text(struct arena *a, const struct json *map)
{
	return json_string(a, json_length(map) == 0 ? NULL : json_write(a, map));
}

static struct json *as_number(struct arena *a, const struct json *moment, bool in_ns)
{
	int64_t n;

	if (json_type(moment) != JSON_STRING)
		return json_string(a, NULL);
	bool read = in_ns ? time_parse_rfc3339_ns(json_text(moment), &n)
			  : time_parse_rfc3339(json_text(moment), &n);
	return read ? json_number(a, n) : json_string(a, NULL);
}

/* The definition in the form that SQL_ENGINE_JOB_SAVE takes apart. */
static const char *document(struct ctx *c, const struct json *job)
{
	static const char *const maps[] = { "tags", "metadata", "processors", "executor_config" };
	struct arena *a = c->arena;
	struct json *copy = json_object(a), *v;
	const char *key;

	for (size_t i = 0; json_member(job, i, &key, &v); i++)
		json_set(copy, key, v);
	for (size_t i = 0; i < LENGTH(maps); i++)
		json_set(copy, maps[i], as_text(a, json_get(job, maps[i])));
	json_set(copy, "last_success", as_number(a, json_get(job, "last_success"), true));
	json_set(copy, "last_error", as_number(a, json_get(job, "last_error"), true));
	json_set(copy, "starts_at", as_number(a, json_get(job, "starts_at"), false));
	json_set(copy, "expires_at", as_number(a, json_get(job, "expires_at"), false));
	if (*json_text(json_get(job, "parent_job")) == '\0')
		json_set(copy, "parent_job", json_string(a, NULL));
	json_set(copy, "here", json_boolean(a, node_fits(a, json_get(job, "tags"))));
	return json_write(a, copy);
}

enum err engine_is_paused(struct ctx *c, bool *paused)
{
	struct truth row;

	TRY(db_one(c, SQL_ENGINE_PAUSED, DB_NO_ARGS, truth_fields, &row));
	*paused = row.found;
	return OK;
}

/* Dkron runs a job on creation only when it could be run by hand; a failure is for its log. */
static bool may_run(const struct req *r, const struct json *job)
{
	bool child = *json_text(json_get(job, "parent_job")) != '\0';

	return answer_asked(r, "runoncreate") && (child || !json_bool(json_get(job, "disabled"))) &&
	       node_fits(r->ctx->arena, json_get(job, "tags"));
}

static enum err refusal(struct req *r, struct resp *w, enum err e)
{
	const char *why = r->ctx->fault.detail;

	if (e == ERR_INVALID)
		answer_text(r, w, 400, why);
	else if (e == ERR_NOT_FOUND)
		answer_text(r, w, 404, why);
	else
		return e;
	return OK;
}

static enum err checked(struct req *r, struct json **job)
{
	struct ctx *c = r->ctx;
	enum err e = job_body_read(c, r->body, r->body_len, job);

	if (e == ERR_INVALID)
		return fail(c, e, NULL, "Unable to parse payload: %s.", c->fault.detail);
	TRY(e);
	e = job_rules_check(c, *job);
	if (e == ERR_INVALID)
		return fail(c, e, NULL, "Job validation failed: %s.", c->fault.detail);
	return e;
}

enum err engine_jobs_save(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct json *job;
	bool paused;

	TRY(engine_is_paused(c, &paused));
	if (paused) {
		answer_text(r, w, 503, "New job submissions are currently paused");
		return OK;
	}
	enum err e = checked(r, &job);
	if (e != OK)
		return refusal(r, w, e);
	struct saving s = { json_text(json_get(job, "name")),
		json_text(json_get(job, "parent_job")), document(c, job), may_run(r, job) };
	if (strlen(s.document) > MESSAGE_MAX)
		return fail(c, ERR_TOO_LARGE, NULL, "too large");
	e = db_atomically(c, save, &s);
	if (e != OK)
		return refusal(r, w, e);
	const char *self = text_urlencode(c->arena, s.name);
	resp_header(r, w, "Location", arena_printf(c->arena, "%s/%s", r->target, self));
	answer_json(r, w, 201, job);
	return OK;
}

static enum err answer_job(struct req *r, struct resp *w, struct engine_job *job)
{
	struct json *v;
	int64_t since;
	bool works;

	TRY(engine_clock(r->ctx, &works, &since));
	engine_job_plan(r->ctx, job, since);
	TRY(engine_job_json(r->ctx, job, &v));
	answer_json(r, w, 200, v);
	return OK;
}

enum err engine_jobs_show(struct req *r, struct resp *w)
{
	struct engine_job job;
	enum err e = engine_job_get(r->ctx, req_var(r, "name"), &job);

	if (e == ERR_NOT_FOUND) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	return answer_job(r, w, &job);
}

struct named {
	const char *name;
	struct engine_job job;
};

static enum err delete (struct ctx *c, void *arg) {
	struct named *d = arg;

	TRY(db_one(
	    c, SQL_ENGINE_JOB_DELETE, DB_ARGS(db_text(d->name)), engine_job_fields, &d->job));
	return tell_clock(c, d->name);
}

/* 404 also when others depend on it: Dkron says no more than that. */
enum err engine_jobs_delete(struct req *r, struct resp *w)
{
	struct named d = { .name = req_var(r, "name") };
	enum err e = db_atomically(r->ctx, delete, &d);

	if (e == ERR_NOT_FOUND || e == ERR_CONFLICT) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	return answer_job(r, w, &d.job);
}

static enum err toggle(struct ctx *c, void *arg)
{
	struct named *d = arg;

	TRY(db_exec(c, SQL_ENGINE_JOB_TOGGLE, DB_ARGS(db_text(d->name), db_int(c->now_us)), NULL));
	TRY(engine_job_get(c, d->name, &d->job));
	return tell_clock(c, d->name);
}

enum err engine_jobs_toggle(struct req *r, struct resp *w)
{
	struct named d = { .name = req_var(r, "name") };
	enum err e = db_atomically(r->ctx, toggle, &d);

	if (e == ERR_NOT_FOUND) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	resp_header(r, w, "Location", r->target);
	return answer_job(r, w, &d.job);
}
