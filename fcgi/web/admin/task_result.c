/* Where the way of a change of a job, or of a run, leads: the revision that it became and what the
 * engine has of it, or the run. */

#include <inttypes.h>
#include <string.h>

#include "model/approval.h"
#include "model/job.h"
#include "model/outbox.h"
#include "model/run.h"
#include "web/admin/link.h"
#include "web/admin/task_page.h"
#include "web/admin/task_way.h"

struct result {
	const struct task_shown *s;
	struct view *v;
	struct wanted wanted;
	int64_t done, at_us; /* the revision or the run that came of it, and when; 0: not yet */
};

static bool is_run(const struct result *r)
{
	return strcmp(r->wanted.verb, "run_request") == 0;
}

static bool is_end(const struct result *r)
{
	return strcmp(r->wanted.verb, "job_delete") == 0;
}

static enum err read(const struct task_shown *s, struct view *v, struct result *out)
{
	const struct task_action *a = &s->actions[0];
	struct json *data;

	*out = (struct result){ .s = s, .v = v };
	TRY(json_parse(s->p.c, s->task.data_text, strlen(s->task.data_text), &data));
	wanted_read(data, &out->wanted);
	out->done = json_int(json_get(json_stored(s->p.c, a->cache_text), "done"));
	for (size_t i = 0; i < s->nnotes && out->done != 0; i++)
		if (s->notes[i].ord.set)
			out->at_us = s->notes[i].at_us;
	return OK;
}

/* ---- what the engine has of it */

static struct way_step sync_step(const struct job *job)
{
	if (strcmp(job->sync, "in_sync") == 0)
		return (struct way_step){ .css = "in-sync",
			.words = "In sync with the engine",
			.at_us = job->synced_us.value };
	if (strcmp(job->sync, "drifted") == 0)
		return (struct way_step){ .css = "drifted",
			.words = "Drifted: it was changed on the engine itself" };
	if (strcmp(job->sync, "failing") == 0)
		return (struct way_step){ .css = "failed",
			.words = "Not in sync with the engine yet",
			.more = job->sync_reason.text };
	return (
	    struct way_step){ .css = "pending", .words = "Waits to be in sync with the engine" };
}

/* Of a job that went on since, or that the reader may not see, only what holds of this change. */
static enum err show_sync(const struct result *r, bool *moves)
{
	struct ctx *c = r->s->p.c;
	struct job job;
	enum err e = job_get(c, r->wanted.name, &job);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	struct way_step step = sync_step(&job);
	if (job.version != r->done)
		step = (struct way_step){ .css = "next",
			.words = "Followed by",
			.link = arena_printf(c->arena, "revision %" PRId64, job.version),
			.href = link_revision(c, job.name, job.version) };
	else
		*moves = strcmp(job.sync, "pending") == 0 || strcmp(job.sync, "failing") == 0;
	if (job.created_us <= r->at_us && job.version >= r->done)
		way_show(r->s, r->v, &step);
	return OK;
}

static enum err show_gone(const struct result *r, bool *moves)
{
	struct outbox_leaving leaving;

	TRY(outbox_leaving(r->s->p.c, r->wanted.name, &leaving));
	*moves = leaving.there;
	struct way_step step = { .css = leaving.there ? "pending" : "succeeded",
		.words = leaving.there ? "The engine has it still" : "Gone from the engine",
		.more = leaving.reason.text };
	way_show(r->s, r->v, &step);
	return OK;
}

/* ---- what became of it */

static void show_applied(const struct result *r)
{
	struct ctx *c = r->s->p.c;
	struct way_step step = { .css = "succeeded", .words = "Deleted", .at_us = r->at_us };

	if (!is_end(r)) {
		step.words = "Applied as";
		step.link = arena_printf(c->arena, "revision %" PRId64, r->done);
		step.href = link_revision(c, r->wanted.name, r->done);
	}
	way_show(r->s, r->v, &step);
}

/* Old runs are forgotten one day. */
static enum err show_run(const struct result *r, bool *moves)
{
	struct ctx *c = r->s->p.c;
	const char *name = arena_printf(c->arena, "run %" PRId64, r->done);
	struct way_step step = { .css = "succeeded", .words = "Became", .at_us = r->at_us };
	struct run run;
	enum err e = run_get(c, r->done, &run);

	if (e == ERR_NOT_FOUND)
		step.words = arena_printf(c->arena, "Became %s", name);
	else if (e == OK) {
		const struct state_words *state = words_state(run.state);
		*moves = !run_has_ended(&run);
		step.css = state->css;
		step.link = name;
		step.href = link_run(c, run.id);
		step.more = state->word;
	} else
		return e;
	way_show(r->s, r->v, &step);
	return OK;
}

static enum err show_done(const struct result *r, bool *moves)
{
	if (is_run(r))
		return show_run(r, moves);
	show_applied(r);
	return is_end(r) ? show_gone(r, moves) : show_sync(r, moves);
}

/* ---- what will */

static void show_to_come(const struct result *r)
{
	struct arena *a = r->s->p.c->arena;
	struct way_step first = { .css = "next" }, then = { .css = "next" };

	first.words = is_run(r) ? "Runs once"
		      : is_end(r)
			  ? "Deleted"
			  : arena_printf(a, "Applied as revision %" PRId64, r->wanted.version + 1);
	then.words = is_end(r) ? "Gone from the engine" : "In sync with the engine";
	way_show(r->s, r->v, &first);
	if (!is_run(r))
		way_show(r->s, r->v, &then);
}

enum err task_result(const struct task_shown *s, struct view *v, bool *moves)
{
	struct result r;

	*moves = false;
	TRY(read(s, v, &r));
	if (r.done != 0)
		return show_done(&r, moves);
	if (task_is_open(&s->task) && strcmp(s->task.state, "failed") != 0 && s->task.valid)
		show_to_come(&r);
	return OK;
}

/* What was looked at before it was shown to anybody; true of all that have come so far. */
const char *task_checked(const struct task_shown *s)
{
	struct result r;

	if (read(s, NULL, &r) != OK)
		return NULL;
	if (is_run(&r) || is_end(&r) || strcmp(r.wanted.verb, "job_enable") == 0 ||
	    strcmp(r.wanted.verb, "job_disable") == 0)
		return arena_printf(
		    s->p.c->arena, "revision %" PRId64 " was the present one", r.wanted.version);
	if (r.wanted.version == 0)
		return "definition valid, name free, quota kept";
	return arena_printf(s->p.c->arena,
	    "definition valid, quota kept, made on revision %" PRId64, r.wanted.version);
}
