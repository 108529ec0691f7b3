#include "model/comparison.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "core/time.h"
#include "model/audit.h"
#include "model/job_spec.h"
#include "model/outbox.h"
#include "model/rights.h"

enum { OURS_MAX = 2000, NAME_BYTES = 1024, PAGE_ARENA = 400 * 1024 * 1024 };

/* One page of the engine's list while it is gone through. */
struct walk {
	struct ctx *c;
	const struct comparison *how;
	const struct json *jobs;
	size_t n, at;
	int64_t read_us;
};

static const char *engine_name_at(const struct walk *w, size_t i)
{
	return json_text(json_get(json_at(w->jobs, i), "name"));
}

const char *comparison_our_name(const struct ctx *c, const char *engine_name)
{
	return text_starts(engine_name, c->config->namespace)
		   ? engine_name + strlen(c->config->namespace)
		   : NULL;
}

static enum err tell(const struct walk *w, const struct finding *f)
{
	return w->how->found(w->c, w->how->arg, f);
}

static enum err tell_theirs(const struct walk *w, const struct json *theirs)
{
	struct {
		bool stray;
	} row = { false };
	static const struct db_field fields[] = { { "stray", DB_BOOL_, 0 }, DB_END };
	struct finding f = { .kind = FINDING_UNMANAGED,
		.engine_name = json_text(json_get(theirs, "name")),
		.theirs = theirs };
	const char *name = comparison_our_name(w->c, f.engine_name);

	if (name != NULL)
		TRY(db_one(w->c, SQL_OUTBOX_IS_STRAY,
		    DB_ARGS(db_text(name), db_bool(spec_is_labelled(w->c, theirs))), fields, &row));
	if (row.stray)
		f.kind = FINDING_STRAY;
	return tell(w, &f);
}

/* Moves on to the engine's job `until` (NULL: the end of the page); those before it are not ours.
 */
static enum err advance(struct walk *w, const char *until, const struct json **theirs)
{
	*theirs = NULL;
	for (; w->at < w->n; w->at++) {
		const struct json *job = json_at(w->jobs, w->at);
		int order = until == NULL ? -1 : strcmp(engine_name_at(w, w->at), until);
		if (order > 0)
			return OK;
		if (order == 0) {
			w->at++;
			*theirs = job;
			return OK;
		}
		TRY(tell_theirs(w, job));
	}
	return OK;
}

static bool is_namesake(const struct walk *w, const struct finding *f)
{
	return f->ours->done == 0 && !f->ours->taken_over && !spec_is_labelled(w->c, f->theirs);
}

static enum err hold_one(struct walk *w, const struct outbox_job *ours)
{
	struct finding f = { .ours = ours };
	struct json *spec = NULL;

	TRY(json_parse(w->c, ours->spec_text, strlen(ours->spec_text), &spec));
	f.spec = spec;
	f.engine_name = arena_printf(w->c->arena, "%s%s", w->c->config->namespace, ours->name);
	TRY(advance(w, f.engine_name, &f.theirs));
	if (f.theirs == NULL) {
		f.kind = FINDING_ABSENT;
		return tell(w, &f);
	}
	TRY(spec_engine_differs(
	    w->c, spec_for_engine(w->c, ours->name, spec), f.theirs, &f.fields));
	f.kind = is_namesake(w, &f)    ? FINDING_NAMESAKE
		 : f.fields[0] != '\0' ? FINDING_DIFFERS
				       : FINDING_SAME;
	return tell(w, &f);
}

/* Where our names begin and end that can lie between two of the engine's. "" = no bound; false:
 * none can. */
static bool our_stretch(
    const struct ctx *c, const struct comparison_stretch *s, const char **from, const char **to)
{
	const char *space = c->config->namespace;
	size_t len = strlen(space);

	*from = text_starts(s->from, space)  ? s->from + len
		: strcmp(s->from, space) < 0 ? ""
					     : NULL;
	*to = text_starts(s->to, space) ? s->to + len : "";
	return *from != NULL &&
	       (*s->to == '\0' || text_starts(s->to, space) || strcmp(s->to, space) > 0);
}

static enum err hold_ours(struct walk *w, const struct comparison_stretch *s)
{
	struct outbox_stretch stretch = { .read_us = w->read_us, .max = OURS_MAX };
	struct outbox_job *ours;
	size_t n = OURS_MAX;

	if (!our_stretch(w->c, s, &stretch.from, &stretch.to))
		return OK;
	while (n == OURS_MAX) {
		TRY(outbox_page(w->c, &stretch, &ours, &n));
		for (size_t i = 0; i < n; i++)
			TRY(hold_one(w, &ours[i]));
		if (n > 0)
			stretch.from = ours[n - 1].name;
	}
	return OK;
}

/* The whole comparison rests on the order of names. */
static enum err check_order(const struct walk *w, const char *before)
{
	for (size_t i = 0; i < w->n; i++) {
		const char *name = engine_name_at(w, i);
		if (strcmp(before, name) >= 0 || strlen(name) >= NAME_BYTES)
			return fail(w->c, ERR_UNAVAILABLE, NULL,
			    "the engine's list is not in the order of names");
		before = name;
	}
	return OK;
}

static enum err one_page(struct ctx *c, const struct comparison *how, char *from, bool *last)
{
	struct comparison_page page;
	const struct json *none;

	TRY(how->fetch(c, how->arg, &page));
	struct walk w = { .c = c,
		.how = how,
		.jobs = page.jobs,
		.n = json_length(page.jobs),
		.read_us = page.read_us };
	*last = page.last;
	TRY(check_order(&w, from));
	struct comparison_stretch s = { from, *last ? "" : engine_name_at(&w, w.n - 1), page.jobs };
	TRY(hold_ours(&w, &s));
	TRY(advance(&w, NULL, &none));
	TRY(how->stretch(c, how->arg, &s));
	if (!*last)
		snprintf(from, NAME_BYTES, "%s", s.to);
	return OK;
}

static void keep_fault(struct ctx *c, const struct fault *f)
{
	c->fault = *f;
	if (f->field != NULL)
		c->fault.field = arena_strdup(c->arena, f->field);
	if (f->detail != NULL)
		c->fault.detail = arena_strdup(c->arena, f->detail);
	if (f->cause != NULL)
		c->fault.cause = arena_strdup(c->arena, f->cause);
}

enum err comparison_run(struct ctx *c, const struct comparison *how)
{
	char from[NAME_BYTES] = "";
	struct ctx inner = *c;
	bool last = false;
	enum err e = OK;

	inner.arena = arena_create((size_t)PAGE_ARENA);
	while (e == OK && !last) {
		e = one_page(&inner, how, from, &last);
		if (e != OK)
			keep_fault(c, &inner.fault);
		arena_reset(inner.arena);
	}
	arena_destroy(inner.arena);
	return e;
}

/* ---- the report */

enum err comparison_get(struct ctx *c, struct comparison_report *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct comparison_report, asked_us),
		DB_FIELD(struct comparison_report, asked_by),
		DB_FIELD(struct comparison_report, began_us),
		DB_FIELD(struct comparison_report, ended_us),
		DB_FIELD(struct comparison_report, took_us),
		DB_FIELD(struct comparison_report, jobs),
		DB_FIELD(struct comparison_report, reverted),
		DB_FIELD(struct comparison_report, adopted),
		DB_FIELD(struct comparison_report, drifted),
		DB_FIELD(struct comparison_report, strays),
		DB_FIELD(struct comparison_report, unmanaged),
		DB_FIELD(struct comparison_report, problem),
		DB_END,
	};

	return db_one(c, SQL_COMPARISON_GET, DB_NO_ARGS, fields, out);
}

struct json *comparison_json(struct ctx *c, const struct comparison_report *r)
{
	struct json *o = json_object(c->arena);

	json_set(o, "asked_at", json_time(c->arena, r->asked_us.value));
	json_set(o, "began_at", json_time(c->arena, r->began_us.value));
	json_set(o, "ended_at", json_time(c->arena, r->ended_us.value));
	json_set(o, "jobs", json_number(c->arena, r->jobs));
	json_set(o, "reverted", json_number(c->arena, r->reverted));
	json_set(o, "adopted", json_number(c->arena, r->adopted));
	json_set(o, "drifted", json_number(c->arena, r->drifted));
	json_set(o, "deleted", json_number(c->arena, r->strays));
	json_set(o, "unmanaged", json_number(c->arena, r->unmanaged));
	json_set(o, "problem", json_string(c->arena, r->problem.text));
	return o;
}

static enum err ask(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { { "asked_us", DB_INT64_, 0 }, DB_END };

	TRY(db_one(c, SQL_COMPARISON_ASK, DB_ARGS(db_text(c->actor.account)), fields, arg));
	TRY(audit_add(c, "engine_resync", "engine", NULL, NULL));
	return db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL);
}

enum err comparison_ask(struct ctx *c, int64_t *asked_us)
{
	TRY(rights_admin(c, "comparing all jobs with the engine"));
	return db_atomically(c, ask, asked_us);
}

enum err comparison_wanted(struct ctx *c, bool *out)
{
	static const struct db_field fields[] = { { "wanted", DB_BOOL_, 0 }, DB_END };

	return db_one(c, SQL_COMPARISON_WANTED, DB_NO_ARGS, fields, out);
}

enum err comparison_put(struct ctx *c, const struct comparison_report *r)
{
	return db_exec(c, SQL_COMPARISON_PUT,
	    DB_ARGS(db_int(r->began_us.value), db_int(r->took_us), db_int(r->jobs),
		db_int(r->reverted), db_int(r->adopted), db_int(r->drifted), db_int(r->strays),
		db_int(r->unmanaged), db_text(r->problem.text)),
	    NULL);
}
