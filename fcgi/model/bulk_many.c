/* Actions that change jobs: a batch of them in a few statements. */

#include <string.h>

#include "core/buf.h"
#include "model/approval.h"
#include "model/bulk_inside.h"
#include "model/job_batch.h"
#include "model/job_inside.h"
#include "model/quota.h"
#include "model/spec_inside.h"

enum { ITEM_ARENA = 32 * 1024 * 1024, NAMES_BYTES = 1024 * 1024 };

static enum err set_disabled(
    struct ctx *c, const struct job *job, bool disabled, struct bulk_wish *out)
{
	struct json *input = json_object(c->arena);

	json_set(input, "disabled", json_boolean(c->arena, disabled));
	return spec_make(c, job->name, job->spec, input, &out->spec);
}

enum err bulk_enable(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out)
{
	(void)w;
	return set_disabled(c, job, false, out);
}

enum err bulk_disable(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out)
{
	(void)w;
	return set_disabled(c, job, true, out);
}

enum err bulk_move(
    struct ctx *c, const struct bulk_work *w, const struct job *job, struct bulk_wish *out)
{
	if (strcmp(w->team.text, job->team) != 0)
		TRY(job_team(c, w->team.text, &out->team));
	return spec_make(c, job->name, job->spec, json_object(c->arena), &out->spec);
}

struct many {
	const struct bulk_work *w;
	struct job_batch batch;
	struct job *jobs;
	struct json *places; /* name → index into jobs */
	struct quota_bounds bounds;
	struct approval_demand demand;
};

/* The jobs are locked: nobody else can have changed one. */
static enum err stale(void *arg, const char *name, int64_t version, void *mark)
{
	struct many *m = arg;

	(void)version, (void)mark;
	return fail(m->batch.c, ERR_UNAVAILABLE, NULL, "%s changed while it was locked.", name);
}

static enum err find(struct ctx *c, struct many *m, const struct bulk_item *items, size_t n)
{
	struct buf names;
	size_t found = 0;

	buf_init(&names, c->arena, NAMES_BYTES);
	for (size_t i = 0; i < n; i++)
		buf_printf(&names, "%s%s", i > 0 ? "\n" : "", items[i].name);
	TRY(job_batch_seen(c, names.data, &m->jobs, &found));
	m->places = json_object(c->arena);
	for (size_t i = 0; i < found; i++)
		json_set(m->places, m->jobs[i].name, json_number(c->arena, (int64_t)i));
	return OK;
}

/* Those that moved before it are written first, where they are counted. */
static enum err check_quota(
    struct ctx *c, struct many *m, const struct job *job, const struct bulk_wish *wish)
{
	bool moved = wish->team.id != job->team_id;

	TRY(quota_bounds(c, wish->team.id, &m->bounds));
	enum err e = moved && m->bounds.max_jobs.set ? job_batch_write(&m->batch) : OK;
	if (e != OK)
		return fail(c, e, NULL, "%s", m->batch.c->fault.detail);
	return quota_check(
	    c, &m->bounds, &wish->team, job->name, moved ? NULL : job->spec, wish->spec);
}

static enum err change(struct ctx *c, struct many *m, const char *name, struct bulk_outcome *out)
{
	const struct json *place = json_get(m->places, name);

	if (place == NULL)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no job %s.", name);
	struct job job = m->jobs[json_int(place)];
	struct bulk_wish wish = { .team = {
				      .id = job.team_id, .name = job.team, .role = job.role } };
	TRY(job_need(c, &job, ROLE_EDITOR));
	TRY(json_parse(c, job.spec_text, strlen(job.spec_text), &job.spec));
	TRY(bulk_action(m->w->action)->wish(c, m->w, &job, &wish));
	out->same = wish.team.id == job.team_id && json_equal(wish.spec, job.spec);
	if (out->same)
		return OK;
	TRY(check_quota(c, m, &job, &wish));
	TRY(job_check_edit(c, &job, &wish.team, wish.spec,
	    &(struct wanted){ .verb = m->batch.verb, .memo = &m->demand }));
	job_batch_add(
	    &m->batch, c, &(struct batch_change){ &job, &wish.team, wish.spec, NULL }, NULL);
	return OK;
}

/* In an arena of its own: definitions can be large. */
static enum err change_one(
    struct ctx *whole, struct many *m, const char *name, struct bulk_outcome *out)
{
	struct ctx c = *whole;

	c.arena = arena_create(ITEM_ARENA);
	out->e = change(&c, m, name, out);
	if (out->e != OK)
		out->detail = arena_strdup(whole->arena, c.fault.detail);
	arena_destroy(c.arena);
	if (out->e == ERR_UNAVAILABLE)
		return fail(whole, ERR_UNAVAILABLE, NULL, "%s", out->detail);
	return OK;
}

enum err bulk_change_many(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
    size_t n, struct bulk_outcome *out)
{
	struct many m = { .w = w };

	m.batch = (struct job_batch){
		.c = c, .verb = bulk_action(w->action)->verb, .stale = stale, .arg = &m
	};
	TRY(find(c, &m, items, n));
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct bulk_outcome){ .e = OK };
		TRY(change_one(c, &m, items[i].name, &out[i]));
	}
	return job_batch_write(&m.batch);
}
