/* Actions that change jobs: a batch of them in a few statements. */

#include <string.h>

#include "model/approval.h"
#include "model/bulk_inside.h"
#include "model/job_batch.h"
#include "model/job_inside.h"
#include "model/quota.h"
#include "model/spec_inside.h"

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
	struct bulk_found found;
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

struct changing {
	struct many *m;
	const char *name;
	struct bulk_outcome *out;
};

static enum err change(struct ctx *c, void *arg)
{
	const struct changing *one = arg;
	struct many *m = one->m;
	struct job job;

	TRY(bulk_take_job(c, &m->found, one->name, &job));
	struct bulk_wish wish = { .team = {
				      .id = job.team_id, .name = job.team, .role = job.role } };
	TRY(job_need(c, &job, ROLE_EDITOR));
	TRY(bulk_action(m->w->action)->wish(c, m->w, &job, &wish));
	one->out->same = wish.team.id == job.team_id && json_equal(wish.spec, job.spec);
	if (one->out->same)
		return OK;
	TRY(check_quota(c, m, &job, &wish));
	TRY(job_check_edit(c, &job, &wish.team, wish.spec,
	    &(struct wanted){ .verb = m->batch.verb, .memo = &m->demand }));
	job_batch_add(
	    &m->batch, c, &(struct batch_change){ &job, &wish.team, wish.spec, NULL }, NULL);
	return OK;
}

enum err bulk_change_many(struct ctx *c, const struct bulk_work *w, const struct bulk_item *items,
    size_t n, struct bulk_outcome *out)
{
	struct many m = { .w = w };

	m.batch = (struct job_batch){
		.c = c, .verb = bulk_action(w->action)->verb, .stale = stale, .arg = &m
	};
	TRY(bulk_find(c, items, n, &m.found));
	for (size_t i = 0; i < n; i++)
		TRY(bulk_judge(
		    c, change, &(struct changing){ &m, items[i].name, &out[i] }, &out[i]));
	return job_batch_write(&m.batch);
}
