/* run_retain: runs that the policy of their job or team no longer keeps. */

#include "core/json.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/run_tally.h"

/* Of one step: jobs looked at, runs removed at once, and in all. */
enum { JOBS = 100, BATCH = 500, STEP_MAX = 2000 };

struct policy {
	const char *job_name;
	int64_t days, runs;
	bool due;
};

struct gone {
	int64_t gone;
};

static const struct db_field gone_fields[] = { DB_FIELD(struct gone, gone), DB_END };

static enum err retain_one(struct ctx *c, const struct policy *p, int64_t *gone)
{
	struct gone g;

	TRY(db_one(c, SQL_RUN_RETAIN,
	    DB_ARGS(db_text(p->job_name), db_int(p->days), db_int(p->runs), db_int(BATCH)),
	    gone_fields, &g));
	*gone += g.gone;
	return OK;
}

enum err run_retain(
    struct ctx *c, const struct run_keep *keep, const char *after, const char **next, int64_t *gone)
{
	static const struct db_field fields[] = { DB_FIELD(struct policy, job_name),
		DB_FIELD(struct policy, days), DB_FIELD(struct policy, runs),
		DB_FIELD(struct policy, due), DB_END };
	struct policy *jobs;
	size_t n;

	*next = NULL;
	*gone = 0;
	TRY(db_many(c, SQL_RETAIN_JOBS,
	    DB_ARGS(db_text(after), db_int(JOBS), db_int(keep->days), db_int(keep->runs)), fields,
	    sizeof(*jobs), &jobs, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t before = *gone;
		if (*gone >= STEP_MAX)
			return OK;
		if (jobs[i].due)
			TRY(retain_one(c, &jobs[i], gone));
		if (*gone - before == BATCH) { /* the same again: there may be more of it */
			*next = i == 0 ? after : jobs[i - 1].job_name;
			return OK;
		}
		*next = jobs[i].job_name;
	}
	if (n < JOBS)
		*next = NULL;
	return OK;
}

enum err run_retain_outputs(struct ctx *c, const struct run_keep *keep, int64_t *gone)
{
	struct gone g = { 0 };

	if (keep->output_days > 0)
		TRY(db_one(c, SQL_RUN_RETAIN_OUTPUTS,
		    DB_ARGS(db_int(keep->output_days), db_int(BATCH)), gone_fields, &g));
	*gone = g.gone;
	return OK;
}

struct told {
	const char *day;
	int64_t runs, outputs;
};

static enum err tell(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct told, day),
		DB_FIELD(struct told, runs), DB_FIELD(struct told, outputs), DB_END };
	struct told *days;
	size_t n;

	(void)arg;
	TRY(db_many(
	    c, SQL_RETAIN_UNTOLD, DB_ARGS(db_int(c->now_us)), fields, sizeof(*days), &days, &n));
	for (size_t i = 0; i < n; i++) {
		struct json *what = json_object(c->arena);
		json_set(what, "day", json_string(c->arena, days[i].day));
		json_set(what, "runs", json_number(c->arena, days[i].runs));
		json_set(what, "outputs", json_number(c->arena, days[i].outputs));
		TRY(audit_add(c, "run_retain", "runs", NULL, what));
	}
	return db_exec(c, SQL_RETAIN_TIDY, DB_NO_ARGS, NULL);
}

enum err run_retain_tell(struct ctx *c)
{
	return db_atomically(c, tell, NULL);
}
