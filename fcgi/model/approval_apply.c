/* What others said yes to is done: exactly that, or nothing. */

#include <inttypes.h>
#include <string.h>

#include "model/approval.h"
#include "model/job_inside.h"
#include "model/job_spec.h"
#include "model/run.h"
#include "model/unmanaged.h"

/* ---- as a task holds it */

struct json *wanted_json(struct ctx *c, const struct wanted *wanted)
{
	struct json *o = json_object(c->arena);

	json_set(o, "job", json_string(c->arena, wanted->name));
	json_set(o, "team", json_string(c->arena, wanted->team));
	json_set(o, "job_id", json_number(c->arena, wanted->job_id));
	json_set(o, "version", json_number(c->arena, wanted->version));
	if (strcmp(wanted->verb, "run_request") == 0)
		return o;
	json_set(o, "verb", json_string(c->arena, wanted->verb));
	if (wanted->spec != NULL)
		json_set(o, "definition", (struct json *)wanted->spec);
	if (wanted->before != NULL)
		json_set(o, "before", (struct json *)wanted->before);
	if (wanted->engine_name != NULL)
		json_set(o, "engine_name", json_string(c->arena, wanted->engine_name));
	if (wanted->along != NULL)
		json_set(o, "along", (struct json *)wanted->along);
	return o;
}

void wanted_read(const struct json *data, struct wanted *out)
{
	const struct json *verb = json_get(data, "verb");
	const char *engine_name = json_text(json_get(data, "engine_name"));

	*out = (struct wanted){
		.verb = verb != NULL ? json_text(verb) : "run_request",
		.name = json_text(json_get(data, "job")),
		.team = json_text(json_get(data, "team")),
		.job_id = json_int(json_get(data, "job_id")),
		.version = json_int(json_get(data, "version")),
		.spec = json_get(data, "definition"),
		.before = json_get(data, "before"),
		.along = json_get(data, "along"),
		.engine_name = engine_name[0] != '\0' ? engine_name : NULL,
	};
}

/* ---- doing it */

/* What our rules make of it now must be what was approved, to the letter. */
static enum err check_same(struct ctx *c, const struct wanted *w, const struct job *job)
{
	if (json_equal(job->spec, w->spec) && strcmp(job->team, w->team) == 0)
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    "What would come of it is no longer what was approved; ask for it anew.");
}

/* The same of those that come along; another one there by now is not what was approved either. */
static enum err check_along(struct ctx *c, const struct wanted *w, const struct json *along)
{
	size_t n = json_length(w->along);

	if (n == json_length(along) && (n == 0 || json_equal(along, w->along)))
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    "What runs after %s on the engine is no longer what was approved with it; ask for it "
	    "anew.",
	    w->name);
}

enum err approval_adopt(struct ctx *c, const struct wanted *w, struct json **along, struct job *out)
{
	struct unmanaged_how how = {
		.team = w->team, .reason = w->reason, .with = w->along, .along = along
	};

	if (w->engine_name == NULL)
		return unmanaged_adopt_as(c, w->name, &how, out);
	how.as = w->name;
	return unmanaged_adopt(c, w->engine_name, &how, out);
}

static enum err apply_new(struct ctx *c, const struct wanted *w, int64_t *done)
{
	struct json *along = NULL;
	struct job job;

	if (strcmp(w->verb, "job_adopt") == 0)
		TRY(approval_adopt(c, w, &along, &job));
	else
		TRY(job_add(c, w->name, w->team, w->spec, w->reason, &job));
	*done = job.version;
	TRY(check_same(c, w, &job));
	return check_along(c, w, along);
}

static enum err apply_edit(struct ctx *c, const struct wanted *w, int64_t *done)
{
	struct job_edit edit = {
		.name = w->name,
		.version = w->version,
		.how = JOB_REPLACE,
		.team = w->team,
		.input = w->spec,
		.reason = w->reason,
	};
	struct job job;

	TRY(job_edit_as(c, &edit, w->verb, &job));
	*done = job.version;
	return check_same(c, w, &job);
}

static enum err apply_run(struct ctx *c, const struct wanted *w, int64_t *done)
{
	struct run run;

	TRY(run_request(c, w->name, c->actor.token_id != 0 ? "api" : "manual", &run));
	*done = run.id;
	return OK;
}

static enum err apply_end(struct ctx *c, const struct wanted *w, int64_t *done)
{
	*done = w->version;
	return job_delete(c, w->name, w->version);
}

struct applying {
	const struct wanted *wanted;
	int64_t *done;
};

/* Under lock: nobody changes it between the look and the deed. Another one may have its name, and
 * the number of its version. */
static enum err lock_the_same(struct ctx *c, const struct wanted *w)
{
	struct job job;

	TRY(job_get_locked(c, w->name, &job));
	if (job.id != w->job_id)
		return fail(c, ERR_STALE, NULL,
		    "%s is not the job any more that this was asked for.", w->name);
	return job_check_version(c, &job, w->version);
}

static enum err apply(struct ctx *c, void *arg)
{
	const struct applying *a = arg;
	const struct wanted *w = a->wanted;

	if (w->version != 0)
		TRY(lock_the_same(c, w));
	if (strcmp(w->verb, "run_request") == 0)
		return apply_run(c, w, a->done);
	if (strcmp(w->verb, "job_delete") == 0)
		return apply_end(c, w, a->done);
	return w->version == 0 ? apply_new(c, w, a->done) : apply_edit(c, w, a->done);
}

enum err approval_apply(struct ctx *c, const struct wanted *wanted, int64_t *done)
{
	return db_atomically(c, apply, &(struct applying){ wanted, done });
}

/* ---- the same on what stands there by now */

/* Keys that went become null, as a merge patch says it. */
static struct json *map_patch(
    struct ctx *c, const struct json *before, const struct json *after, int depth)
{
	struct json *patch = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(after, i, &key, &value); i++) {
		const struct json *was = json_get(before, key);
		if (json_equal(was, value))
			continue;
		bool inner = depth > 0 && json_type(was) == JSON_OBJECT &&
			     json_type(value) == JSON_OBJECT;
		json_set(patch, key, inner ? map_patch(c, was, value, depth - 1) : value);
	}
	for (size_t i = 0; json_member(before, i, &key, &value); i++)
		if (json_get(after, key) == NULL)
			json_set(patch, key, NULL);
	return patch;
}

struct json *approval_patch(struct ctx *c, const struct wanted *wanted)
{
	enum { MAPS_DEPTH = 2 }; /* processors: a processor's name, and its settings */
	struct json *patch = map_patch(c, wanted->before, wanted->spec, MAPS_DEPTH);

	json_remove(patch, "team"); /* stands beside the fields */
	return patch;
}
