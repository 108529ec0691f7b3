/* Running a job by hand. */

#include <time.h>

#include "core/config.h"
#include "core/time.h"
#include "engine/answer.h"
#include "engine/gotext.h"
#include "engine/handlers.h"
#include "engine/job.h"

#define WAIT_US       (5 * US_PER_S)
#define FIRST_LOOK_US 5000
#define LAST_LOOK_US  100000

struct asked {
	int64_t id;
	bool waits;
};

struct truth {
	bool found;
};

/* The group is the moment of asking, as in Dkron. */
enum err engine_run_ask(struct ctx *c, const char *name, int64_t waiters, int64_t *run, bool *waits)
{
	static const struct db_field fields[] = { DB_FIELD(struct asked, id),
		DB_FIELD(struct asked, waits), DB_END };
	struct asked row;

	TRY(db_one(c, SQL_ENGINE_RUN_ASK,
	    DB_ARGS(db_text(name), db_int(gotext_now_ns()), db_int(WAIT_US), db_int(waiters)),
	    fields, &row));
	*run = row.id;
	*waits = row.waits;
	return OK;
}

static void nap(int64_t us)
{
	struct timespec t = { .tv_sec = us / US_PER_S, .tv_nsec = us % US_PER_S * 1000 };

	nanosleep(&t, NULL); /* woken early it only looks early */
}

static enum err wait_for(struct ctx *c, int64_t run)
{
	static const struct db_field fields[] = { DB_FIELD(struct truth, found), DB_END };
	int64_t until = time_monotonic_us() + WAIT_US, pause = FIRST_LOOK_US;
	struct truth over = { false };

	while (!over.found && time_monotonic_us() < until) {
		nap(pause);
		pause = pause * 2 < LAST_LOOK_US ? pause * 2 : LAST_LOOK_US;
		TRY(db_one(c, SQL_ENGINE_RUN_OVER, DB_ARGS(db_int(run)), fields, &over));
	}
	return OK;
}

struct start {
	const char *name;
	int64_t waiters, run;
	bool waits;
};

static enum err start(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct truth, found), DB_END };
	struct start *s = arg;
	struct truth may_count;

	TRY(db_one(c, SQL_ENGINE_RUN_GATE, DB_NO_ARGS, fields, &may_count));
	TRY(engine_run_ask(c, s->name, may_count.found ? s->waiters : 0, &s->run, &s->waits));
	return db_exec(c, SQL_ENGINE_WAKE, DB_NO_ARGS, NULL);
}

/* Disabled jobs do not run, children do all the same; nor one whose tags name another node. */
static bool runs(const struct engine_job *job)
{
	return (!job->disabled || job->parent_job.text != NULL) && job->here;
}

enum err engine_jobs_run(struct req *r, struct resp *w)
{
	struct ctx *c = r->ctx;
	struct start s = { .name = req_var(r, "name") };
	struct engine_job job;
	struct json *v;
	int64_t since;
	bool works;

	enum err e = engine_job_get(c, s.name, &job);
	if (e == ERR_NOT_FOUND || (e == OK && !runs(&job))) {
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	TRY(engine_clock(c, &works, &since));
	engine_job_plan(c, &job, since);
	TRY(engine_job_json(c, &job, &v)); /* as it was before the run */
	s.waiters = works ? config_int(c->config->workers) - 1 : 0;
	e = db_atomically(c, start, &s);
	if (e == ERR_CONFLICT) { /* deleted just now */
		answer_status(r, w, 404);
		return OK;
	}
	TRY(e);
	if (s.waits)
		TRY(wait_for(c, s.run));
	resp_header(r, w, "Location", r->target);
	answer_json(r, w, 200, v);
	return OK;
}
