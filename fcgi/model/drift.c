#include "model/drift.h"

#include <string.h>

#include "model/audit.h"
#include "model/comparison.h"
#include "model/job_inside.h"
#include "model/missed.h"
#include "model/outbox.h"
#include "model/spec_inside.h"

static const char *object(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "job:%s", name);
}

/* {"schedule":"@daily",...} of those fields in which the two differ, as they are in `from`. */
static struct json *differing(struct ctx *c, const struct json *from, const struct json *wanted,
    const struct json *engine_job)
{
	struct json *o = json_object(c->arena);

	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		if (!f->ours && !spec_same_field(f, wanted, engine_job))
			json_set(o, f->name, json_get(from, f->name));
	}
	return o;
}

static enum err audit(struct ctx *c, const char *verb, const char *name, const struct json *wanted,
    const struct json *engine_job)
{
	struct json *gone = NULL;

	if (engine_job == NULL) {
		gone = json_object(c->arena);
		json_set(gone, "gone", json_boolean(c->arena, true));
		return audit_add(c, verb, object(c, name), gone, NULL);
	}
	return audit_add(c, verb, object(c, name), differing(c, engine_job, wanted, engine_job),
	    differing(c, wanted, wanted, engine_job));
}

/* ---- reading */

enum err drift_get(struct ctx *c, const struct job *job, struct drift *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct drift, version),
		DB_FIELD(struct drift, engine_text),
		DB_FIELD(struct drift, fields),
		DB_FIELD(struct drift, refused),
		DB_FIELD(struct drift, found_us),
		DB_END,
	};
	enum err e = db_one(c, SQL_DRIFT_GET, DB_ARGS(db_text(job->name)), fields, out);

	if (e == ERR_NOT_FOUND)
		return fail(
		    c, e, NULL, "The engine's copy of %s is not known to differ.", job->name);
	TRY(e);
	out->engine = NULL;
	if (out->engine_text.text != NULL)
		TRY(json_parse(
		    c, out->engine_text.text, strlen(out->engine_text.text), &out->engine));
	out->nchanges = 0;
	if (out->engine != NULL)
		out->nchanges = spec_engine_diff(
		    c, out->engine, spec_for_engine(c, job->name, job->spec), &out->changes);
	return OK;
}

static struct json *change_json(struct ctx *c, const struct spec_change *change)
{
	struct json *o = json_object(c->arena);

	json_set(o, "field", json_string(c->arena, change->field));
	json_set(o, "label", json_string(c->arena, change->label));
	json_set(o, "engine", json_string(c->arena, change->before));
	json_set(o, "ours", json_string(c->arena, change->after));
	return o;
}

enum err drift_json(struct ctx *c, const struct job *job, struct json **out)
{
	struct json *o = json_object(c->arena), *changes = json_array(c->arena);
	struct drift d;

	*out = NULL;
	if (strcmp(job->sync, "drifted") != 0)
		return OK;
	enum err e = drift_get(c, job, &d);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	for (size_t i = 0; i < d.nchanges; i++)
		json_push(changes, change_json(c, &d.changes[i]));
	json_set(o, "gone", json_boolean(c->arena, d.engine == NULL));
	json_set(o, "changes", changes);
	json_set(o, "refused", json_string(c->arena, d.refused.text));
	json_set(o, "found_at", json_time(c->arena, d.found_us));
	*out = o;
	return OK;
}

/* ---- settling it by hand */

struct settling {
	const char *name, *reason;
	int64_t version;
	struct job *out;
};

static enum err begin(struct ctx *c, const struct settling *s, struct job *job, struct drift *d)
{
	TRY(job_get_locked(c, s->name, job));
	TRY(job_need(c, job, ROLE_EDITOR));
	TRY(job_check_version(c, job, s->version));
	enum err e = drift_get(c, job, d);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL,
		    "There is nothing to settle: the engine's copy of %s is not known to differ.",
		    s->name);
	return e;
}

/* A parent outside our namespace is none of our jobs, though one of ours may bear its name. */
static enum err check_parent(struct ctx *c, const struct json *engine)
{
	const char *theirs = json_text(json_get(engine, "parent_job"));

	if (theirs[0] == '\0' || comparison_our_name(c, theirs) != NULL)
		return OK;
	return fail(c, ERR_INVALID, "parent_job",
	    "is %s on the engine, which is not a job of ours: take that one over first, or revert",
	    theirs);
}

static enum err adopt(struct ctx *c, void *arg)
{
	const struct settling *s = arg;
	struct job job;
	struct drift d;

	TRY(begin(c, s, &job, &d));
	if (d.engine == NULL)
		return fail(c, ERR_CONFLICT, NULL,
		    "%s is gone from the engine, and to adopt that would delete it here. "
		    "Revert puts it back; to let it go, delete it.",
		    s->name);
	TRY(check_parent(c, d.engine));
	struct job_edit edit = {
		.name = s->name,
		.how = JOB_REPLACE,
		.input = spec_adopted(c, s->name, job.spec, d.engine),
		.reason = s->reason,
	};
	if (s->reason == NULL || s->reason[0] == '\0')
		edit.reason = arena_printf(c->arena, "adopted from the engine: %s", d.fields);
	TRY(job_edit_as(c, &edit, "job_adopt", s->out));
	/* Only our label or the like differed: nothing to adopt, so ours is written. */
	if (s->out->version == job.version)
		TRY(outbox_put(c, s->name, job.id, job.version));
	return job_get(c, s->name, s->out);
}

enum err drift_adopt(
    struct ctx *c, const char *name, int64_t version, const char *reason, struct job *out)
{
	return db_atomically(c, adopt, &(struct settling){ name, reason, version, out });
}

static enum err revert(struct ctx *c, void *arg)
{
	const struct settling *s = arg;
	struct job job;
	struct drift d;

	TRY(begin(c, s, &job, &d));
	TRY(db_exec(c, SQL_OUTBOX_AGAIN,
	    DB_ARGS(db_text(s->name), db_int(d.version), db_text("is written to the engine again")),
	    NULL));
	TRY(db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL));
	TRY(audit(
	    c, "job_drift_reverted", s->name, spec_for_engine(c, s->name, job.spec), d.engine));
	return job_get(c, s->name, s->out);
}

enum err drift_revert(struct ctx *c, const char *name, int64_t version, struct job *out)
{
	return db_atomically(c, revert, &(struct settling){ name, NULL, version, out });
}

/* ---- what the comparison found */

struct found {
	const struct outbox_job *job;
	const struct json *spec, *engine; /* engine: NULL when gone */
	const char *fields, *refused;
	enum drift_end end;
};

static enum err put(struct ctx *c, const struct found *f)
{
	const char *text = f->engine != NULL ? json_write(c->arena, f->engine) : NULL;

	return db_exec(c, SQL_DRIFT_PUT,
	    DB_ARGS(db_text(f->job->name), db_int(f->job->done), db_text(text), db_text(f->fields),
		db_text(f->refused)),
	    NULL);
}

static enum err open_it(struct ctx *c, struct found *f)
{
	const char *reason = f->engine == NULL
				 ? "it is gone from the engine"
				 : arena_printf(c->arena, "changed on the engine: %s", f->fields);

	TRY(put(c, f));
	f->end = DRIFT_SHOWN;
	return db_exec(c, SQL_DRIFT_OPEN,
	    DB_ARGS(db_text(f->job->name), db_int(f->job->done), db_text(reason)), NULL);
}

static enum err put_back(struct ctx *c, struct found *f)
{
	int64_t changed = 0;

	TRY(put(c, f));
	TRY(db_exec(c, SQL_OUTBOX_AGAIN,
	    DB_ARGS(db_text(f->job->name), db_int(f->job->done),
		db_text(arena_printf(
		    c->arena, "the engine's copy was changed (%s) and is put back", f->fields))),
	    &changed));
	if (changed == 0)
		return OK; /* saved meanwhile: that decides */
	f->end = DRIFT_REVERTED;
	return audit(c, "job_drift_reverted", f->job->name,
	    spec_for_engine(c, f->job->name, f->spec), f->engine);
}

/* In a savepoint of its own: a refusal must leave nothing behind. */
static enum err take_in(struct ctx *c, void *arg)
{
	const struct found *f = arg;
	struct job job;
	struct job_edit edit = {
		.name = f->job->name,
		.version = f->job->done,
		.how = JOB_REPLACE,
		.input = spec_adopted(c, f->job->name, f->spec, f->engine),
		.reason = arena_printf(c->arena, "adopted from the engine: %s", f->fields),
	};

	TRY(check_parent(c, f->engine));
	TRY(job_edit_as(c, &edit, "job_adopt", &job));
	return job.version != f->job->done ? OK : outbox_put(c, f->job->name, job.id, job.version);
}

static enum err adopt_found(struct ctx *c, struct found *f)
{
	TRY(put(c, f)); /* a save ends a stretch of what is expected: what the engine had in it */
	enum err e = db_atomically(c, take_in, f);

	if (e == OK)
		f->end = DRIFT_ADOPTED;
	bool asks = e == ERR_FORBIDDEN && c->fault.wanted != NULL; /* by itself nobody is asked */
	if (e != ERR_INVALID && e != ERR_CONFLICT && !asks)
		return e == ERR_STALE ? OK : e;
	f->refused = c->fault.field != NULL
			 ? arena_printf(c->arena, "%s %s", c->fault.field, c->fault.detail)
			 : c->fault.detail;
	return open_it(c, f);
}

static enum err settle(struct ctx *c, void *arg)
{
	struct found *f = arg;
	const char *policy = f->job->policy;

	if (strcmp(policy, "revert") == 0)
		return put_back(c, f);
	if (strcmp(policy, "adopt") == 0 && f->engine != NULL)
		return adopt_found(c, f);
	return open_it(c, f);
}

/* Found before and left open; policy, too, is what it was. */
static bool is_known(struct ctx *c, const struct found *f)
{
	const struct outbox_job *job = f->job;
	struct json *before = NULL;

	if (strcmp(job->state, "drifted") != 0 || !job->known ||
	    strcmp(job->policy, "revert") == 0 ||
	    (strcmp(job->policy, "adopt") == 0 && f->engine != NULL && job->refused.text == NULL))
		return false;
	if (f->engine == NULL || job->drift_text.text == NULL)
		return f->engine == NULL && job->drift_text.text == NULL;
	return json_parse(c, job->drift_text.text, strlen(job->drift_text.text), &before) == OK &&
	       json_equal(before, f->engine);
}

enum err drift_found(struct ctx *c, const struct outbox_job *job, const struct json *spec,
    const struct json *engine, enum drift_end *end)
{
	struct found f = { .job = job, .spec = spec, .fields = "it was gone", .end = DRIFT_SAME };

	if (engine != NULL) {
		f.engine = spec_of_engine(c, engine);
		TRY(spec_engine_differs(
		    c, spec_for_engine(c, job->name, spec), f.engine, &f.fields));
	}
	if (!is_known(c, &f))
		TRY(db_atomically(c, settle, &f));
	*end = f.end;
	return OK;
}

enum err drift_over(struct ctx *c, const struct outbox_job *job)
{
	return db_exec(c, SQL_DRIFT_OVER, DB_ARGS(db_text(job->name)), NULL);
}

enum err drift_overwritten(
    struct ctx *c, const struct outbox_item *item, const struct json *engine_job)
{
	struct json *spec = NULL;
	const char *fields;

	if (item->known || item->taken_over || item->done_text.text == NULL)
		return OK;
	TRY(json_parse(c, item->done_text.text, strlen(item->done_text.text), &spec));
	struct json *wrote = spec_for_engine(c, item->job_name, spec);
	TRY(spec_engine_differs(c, wrote, engine_job, &fields));
	if (fields[0] == '\0')
		return OK;
	TRY(watch_overwritten(c, item->job_id.value, spec_of_engine(c, engine_job), fields));
	return audit(c, "job_drift_overwritten", item->job_name, wrote, engine_job);
}

enum err drift_list(struct ctx *c, size_t max, struct drift_line **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct drift_line, name),
		DB_FIELD(struct drift_line, fields),
		DB_FIELD(struct drift_line, gone),
		DB_FIELD(struct drift_line, refused),
		DB_FIELD(struct drift_line, found_us),
		DB_END,
	};

	return db_many(
	    c, SQL_DRIFT_LIST, DB_ARGS(db_int((int64_t)max)), fields, sizeof(**out), out, n);
}
