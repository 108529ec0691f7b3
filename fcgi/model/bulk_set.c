/* Actions that leave definitions as they are: a batch of them in a few statements. */

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/approval.h"
#include "model/array.h"
#include "model/bulk_inside.h"
#include "model/job_batch.h"
#include "model/job_inside.h"
#include "model/run_inside.h"

enum { ITEM_ARENA = 32 * 1024 * 1024, NAMES_BYTES = 1024 * 1024 };

/* ---- what all actions share */

enum err bulk_judge(struct ctx *whole, enum err (*judge)(struct ctx *c, void *arg), void *arg,
    struct bulk_outcome *out)
{
	struct ctx c = *whole;

	*out = (struct bulk_outcome){ .e = OK };
	c.arena = arena_create(ITEM_ARENA);
	enum err e = judge(&c, arg);
	out->e = e;
	if (e != OK)
		out->detail = arena_strdup(whole->arena, c.fault.detail);
	arena_destroy(c.arena);
	return e != ERR_UNAVAILABLE ? OK : fail(whole, e, NULL, "%s", out->detail);
}

static const char *lines(struct ctx *c, const struct bulk_item *items, size_t n)
{
	struct buf names;

	buf_init(&names, c->arena, NAMES_BYTES);
	for (size_t i = 0; i < n; i++)
		buf_printf(&names, "%s%s", i > 0 ? "\n" : "", items[i].name);
	return names.data;
}

enum err bulk_find(struct ctx *c, const struct bulk_item *items, size_t n, struct bulk_found *out)
{
	size_t found = 0;

	TRY(job_batch_seen(c, lines(c, items, n), &out->jobs, &found));
	out->places = json_object(c->arena);
	for (size_t i = 0; i < found; i++)
		json_set(out->places, out->jobs[i].name, json_number(c->arena, (int64_t)i));
	return OK;
}

enum err bulk_take_job(
    struct ctx *c, const struct bulk_found *found, const char *name, struct job *out)
{
	const struct json *place = json_get(found->places, name);

	if (place == NULL)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no job %s.", name);
	*out = found->jobs[json_int(place)];
	return json_parse(c, out->spec_text, strlen(out->spec_text), &out->spec);
}

struct id_row {
	int64_t id, run_id;
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct id_row, id),
	DB_END,
};
static const struct db_field run_id_fields[] = {
	DB_FIELD(struct id_row, id),
	DB_FIELD(struct id_row, run_id),
	DB_END,
};

static const char *account(const struct ctx *c)
{
	return c->actor.account != NULL ? c->actor.account : "nobody";
}

static const char *address(const struct ctx *c)
{
	return c->actor.address != NULL ? c->actor.address : "";
}

/* Judged, and to be done together. */
struct set {
	struct bulk_found found;
	struct json *parents; /* names of jobs that others run after, as keys */
	struct approval_demand demand;
	int64_t *ids;   /* of jobs, or runs */
	size_t *places; /* of their items */
	size_t n;
};

struct judged {
	struct set *set;
	const char *name;
	size_t place;
};

static void set_add(struct set *s, int64_t id, size_t place)
{
	s->ids[s->n] = id;
	s->places[s->n++] = place;
}

static void set_init(struct ctx *c, struct set *s, size_t n)
{
	*s = (struct set){ .ids = arena_alloc(c->arena, n, sizeof(*s->ids)),
		.places = arena_alloc(c->arena, n, sizeof(*s->places)) };
}

struct parent {
	const char *name;
};

static enum err set_of_jobs(struct ctx *c, struct set *s, const struct bulk_item *items, size_t n)
{
	static const struct db_field fields[] = { DB_FIELD(struct parent, name), DB_END };
	struct parent *parents;
	size_t nparents;

	set_init(c, s, n);
	TRY(bulk_find(c, items, n, &s->found));
	TRY(db_many(c, SQL_JOB_BATCH_PARENTS, DB_ARGS(db_text(lines(c, items, n))), fields,
	    sizeof(*parents), &parents, &nparents));
	s->parents = json_object(c->arena);
	for (size_t i = 0; i < nparents; i++)
		json_set(s->parents, parents[i].name, json_boolean(c->arena, true));
	return OK;
}

/* ---- run */

static enum err judge_run(struct ctx *c, void *arg)
{
	const struct judged *one = arg;
	struct set *s = one->set;
	struct job job;

	TRY(bulk_take_job(c, &s->found, one->name, &job));
	TRY(run_check(c, &(struct runnable){ .id = job.id,
			     .team_id = job.team_id,
			     .version = job.version,
			     .role = job.role,
			     .approvals = json_int(json_get(job.spec, "approvals")),
			     .disabled = job.disabled,
			     .name = job.name,
			     .team = job.team,
			     .alone = json_get(s->parents, job.name) == NULL,
			     .memo = &s->demand }));
	set_add(s, job.id, one->place);
	return OK;
}

enum err bulk_run_many(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
    size_t n, struct bulk_outcome *out)
{
	struct id_row *made;
	struct set s;
	size_t nmade;

	TRY(set_of_jobs(c, &s, items, n));
	for (size_t i = 0; i < n; i++)
		TRY(bulk_judge(c, judge_run, &(struct judged){ &s, items[i].name, i }, &out[i]));
	TRY(db_many(c, SQL_RUN_REQUEST_MANY,
	    DB_ARGS(db_text(array_of_ints(c->arena, s.ids, s.n)),
		db_text(w->token_id != 0 ? "api" : "manual"), db_text(account(c)),
		db_int(c->now_us), db_maybe_int(c->actor.account_id), db_text(c->req_id),
		db_text(address(c))),
	    run_id_fields, sizeof(*made), &made, &nmade));
	for (size_t i = 0; i < nmade; i++)
		for (size_t k = 0; k < s.n; k++)
			if (s.ids[k] == made[i].id)
				out[s.places[k]].run_id = made[i].run_id;
	return db_exec(c, SQL_RUN_WAKE, DB_NO_ARGS, NULL);
}

/* ---- delete */

/* Those whose end was judged go. */
static enum err end_all(struct ctx *c, struct set *s)
{
	const char *ids = array_of_ints(c->arena, s->ids, s->n);

	if (s->n == 0)
		return OK;
	TRY(db_exec(c, SQL_JOB_BATCH_OUT, DB_ARGS(db_text(ids)), NULL));
	TRY(db_exec(c, SQL_JOB_BATCH_LOCK_END, DB_ARGS(db_text(ids)), NULL));
	TRY(db_exec(c, SQL_JOB_BATCH_LEAVE_RUNS,
	    DB_ARGS(db_text(ids), db_text("The job was deleted before this run began."),
		db_int(c->now_us)),
	    NULL));
	s->n = 0;
	return db_exec(c, SQL_JOB_BATCH_END,
	    DB_ARGS(db_text(ids), db_maybe_int(c->actor.account_id), db_text(account(c)),
		db_text(c->req_id), db_text(address(c))),
	    NULL);
}

/* Its children may be among those before it, and then they go first. */
static enum err check_children(struct ctx *c, struct set *s, const char *name)
{
	if (json_get(s->parents, name) == NULL)
		return OK;
	TRY(end_all(c, s));
	return family_has_none(c, name);
}

static enum err judge_end(struct ctx *c, void *arg)
{
	const struct judged *one = arg;
	struct set *s = one->set;
	struct job job;

	TRY(bulk_take_job(c, &s->found, one->name, &job));
	TRY(job_need(c, &job, ROLE_EDITOR));
	TRY(check_children(c, s, job.name));
	TRY(job_check_end(c, &job, &s->demand));
	set_add(s, job.id, one->place);
	return OK;
}

enum err bulk_delete_many(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
    size_t n, struct bulk_outcome *out)
{
	struct set s;

	(void)w;
	TRY(family_lock(c));
	TRY(set_of_jobs(c, &s, items, n));
	for (size_t i = 0; i < n; i++)
		TRY(bulk_judge(c, judge_end, &(struct judged){ &s, items[i].name, i }, &out[i]));
	TRY(end_all(c, &s));
	return db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL);
}

/* ---- stop */

struct stopping {
	struct set set;
	struct run *runs;
	size_t nruns;
	const struct run **of; /* of each item */
};

static enum err seen_runs(
    struct ctx *c, struct stopping *s, const struct bulk_item *items, size_t n)
{
	int64_t *ids = arena_alloc(c->arena, n, sizeof(*ids));

	set_init(c, &s->set, n);
	s->of = arena_alloc(c->arena, n, sizeof(struct run *));
	for (size_t i = 0; i < n; i++)
		(void)text_int64(items[i].name, 1, INT64_MAX, &ids[i]); /* looked at when asked */
	TRY(db_many(c, SQL_RUN_SHOW,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin),
		db_text(array_of_ints(c->arena, ids, n))),
	    run_fields, sizeof(*s->runs), &s->runs, &s->nruns));
	for (size_t i = 0; i < n; i++) {
		s->of[i] = NULL;
		for (size_t k = 0; k < s->nruns; k++)
			if (s->runs[k].id == ids[i])
				s->of[i] = &s->runs[k];
	}
	return OK;
}

struct judged_run {
	struct stopping *s;
	const char *name;
	size_t place;
};

static enum err judge_stop(struct ctx *c, void *arg)
{
	const struct judged_run *one = arg;
	const struct run *run = one->s->of[one->place];

	if (run == NULL)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no run %s, or you may not see it.",
		    one->name);
	TRY(run_check_stop(c, run));
	set_add(&one->s->set, run->id, one->place);
	return OK;
}

static bool is_among(const struct id_row *rows, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].id == id)
			return true;
	return false;
}

enum err bulk_stop_many(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
    size_t n, struct bulk_outcome *out)
{
	struct id_row *rows;
	struct stopping s;
	size_t nrows;

	(void)w;
	TRY(seen_runs(c, &s, items, n));
	for (size_t i = 0; i < n; i++)
		TRY(bulk_judge(
		    c, judge_stop, &(struct judged_run){ &s, items[i].name, i }, &out[i]));
	TRY(db_many(c, SQL_RUN_STOP_MANY,
	    DB_ARGS(db_text(array_of_ints(c->arena, s.set.ids, s.set.n)),
		db_text(arena_printf(c->arena, "taken back by %s", account(c))), db_int(c->now_us),
		db_maybe_int(c->actor.account_id), db_text(account(c)), db_text(c->req_id),
		db_text(address(c))),
	    id_fields, sizeof(*rows), &rows, &nrows));
	for (size_t i = 0; i < s.set.n; i++) {
		struct bulk_outcome *o = &out[s.set.places[i]];
		if (is_among(rows, nrows, s.set.ids[i]))
			continue;
		o->e = run_not_stopped(c, s.of[s.set.places[i]]);
		o->detail = c->fault.detail;
	}
	return OK;
}
