#include "model/run.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/time.h"
#include "model/audit.h"
#include "model/team.h"

enum { LIST_MAX = 500, RECENT_MAX = 1000, PATTERN_MAX = 200 };

static const struct db_field run_fields[] = {
	DB_FIELD(struct run, id),
	DB_FIELD(struct run, job_name),
	DB_FIELD(struct run, team),
	DB_FIELD(struct run, state),
	DB_FIELD(struct run, trigger),
	DB_FIELD(struct run, reason),
	DB_FIELD(struct run, requested_by),
	DB_FIELD(struct run, queued_us),
	DB_FIELD(struct run, started_us),
	DB_FIELD(struct run, finished_us),
	DB_FIELD(struct run, job_version),
	DB_FIELD(struct run, node),
	DB_FIELD(struct run, executions),
	DB_FIELD(struct run, job_exists),
	DB_FIELD(struct run, dispatched),
	DB_FIELD(struct run, role),
	DB_END,
};

static const char *const states[] = { "queued", "running", "succeeded", "failed", "stopped", "lost",
	"missed" };
static const char *const triggers[] = { "schedule", "manual", "parent", "api" };

static struct db_arg actor_id(const struct ctx *c)
{
	return db_int(c->actor.account_id);
}

static struct db_arg actor_admin(const struct ctx *c)
{
	return db_bool(c->actor.admin);
}

enum err run_get(struct ctx *c, int64_t id, struct run *out)
{
	enum err e = db_one(
	    c, SQL_RUN_GET, DB_ARGS(actor_id(c), actor_admin(c), db_int(id)), run_fields, out);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL, "There is no run %" PRId64 ", or you may not see it.", id);
	return e;
}

static enum err check_word(
    struct ctx *c, const char *field, const char *value, const char *const *known, size_t n)
{
	if (value == NULL)
		return OK;
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, known[i]) == 0)
			return OK;
	return fail(c, ERR_INVALID, field, "is not one of the words that stand there");
}

/* Words anywhere in the text, in the order given: a LIKE pattern in which only our own signs count.
 */
static enum err pattern(struct ctx *c, const char *q, const char **out)
{
	struct buf b;

	*out = NULL;
	if (q == NULL || q[strspn(q, " ")] == '\0')
		return OK;
	if (!text_is_line(q, 1, PATTERN_MAX))
		return fail(
		    c, ERR_INVALID, "q", "must be one line of at most %d characters", PATTERN_MAX);
	buf_init(&b, c->arena, (size_t)8 * PATTERN_MAX);
	buf_text(&b, "%");
	for (; *q != '\0'; q++) {
		if (strchr("%_\\", *q) != NULL)
			buf_text(&b, "\\");
		buf_add(&b, *q == ' ' ? "%" : q, 1);
	}
	buf_text(&b, "%");
	*out = b.data;
	return OK;
}

struct listing {
	const struct run_query *query;
	const char *words; /* a LIKE pattern */
	int64_t after, limit;
	struct run **out;
	size_t *n;
};

static enum err list(struct ctx *c, void *arg)
{
	const struct listing *l = arg;
	const struct run_query *q = l->query;

	TRY(db_exec(c, SQL_JOB_LIST_PLANS, DB_NO_ARGS, NULL));
	return db_many(c, SQL_RUN_LIST,
	    DB_ARGS(actor_id(c), actor_admin(c), db_text(q->job), db_text(q->team),
		db_text(q->state), db_text(q->trigger), db_text(l->words), db_int(q->since_us),
		db_int(q->until_us), db_int(l->after), db_int(l->limit + 1)),
	    run_fields, sizeof(struct run), l->out, l->n);
}

enum err run_list(
    struct ctx *c, const struct run_query *q, struct run **out, size_t *n, const char **next)
{
	struct listing l = { .query = q, .out = out, .n = n, .limit = LIST_MAX };

	*next = NULL;
	if (q->limit > 0 && q->limit < LIST_MAX)
		l.limit = q->limit;
	TRY(check_word(c, "state", q->state, states, LENGTH(states)));
	TRY(check_word(c, "trigger", q->trigger, triggers, LENGTH(triggers)));
	TRY(team_check_filter(c, q->team));
	TRY(pattern(c, q->q, &l.words));
	if (q->after != NULL && !text_int64(q->after, 1, INT64_MAX, &l.after))
		return fail(c, ERR_INVALID, "after", "is not a cursor that a list gave");
	TRY(db_atomically(c, list, &l));
	if (*n > (size_t)l.limit) {
		*n = (size_t)l.limit;
		*next = arena_printf(c->arena, "%" PRId64, (*out)[*n - 1].id);
	}
	return OK;
}

enum err run_recent(struct ctx *c, const char *job_name, size_t max, struct run **out, size_t *n)
{
	struct run_query q = { .job = job_name,
		.limit = (int64_t)(max < RECENT_MAX ? max : RECENT_MAX) };
	const char *next;

	return run_list(c, &q, out, n, &next);
}

enum err run_executions(struct ctx *c, int64_t run_id, struct execution **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct execution, id),
		DB_FIELD(struct execution, engine_id),
		DB_FIELD(struct execution, node),
		DB_FIELD(struct execution, state),
		DB_FIELD(struct execution, reason),
		DB_FIELD(struct execution, attempt),
		DB_FIELD(struct execution, started_us),
		DB_FIELD(struct execution, finished_us),
		DB_FIELD(struct execution, exit_code),
		DB_FIELD(struct execution, output_size),
		DB_FIELD(struct execution, output_complete),
		DB_END,
	};
	struct run run;

	TRY(run_get(c, run_id, &run));
	return db_many(c, SQL_RUN_EXECUTIONS, DB_ARGS(db_int(run_id)), fields,
	    sizeof(struct execution), out, n);
}

enum err run_counts(struct ctx *c, struct run_counts *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_counts, running),
		DB_FIELD(struct run_counts, queued),
		DB_FIELD(struct run_counts, failed_day),
		DB_FIELD(struct run_counts, succeeded_day),
		DB_FIELD(struct run_counts, ended_day),
		DB_FIELD(struct run_counts, lost_day),
		DB_END,
	};

	return db_one(c, SQL_RUN_COUNTS,
	    DB_ARGS(actor_id(c), actor_admin(c), db_int(c->now_us - 86400 * US_PER_S)), fields,
	    out);
}

static enum err audit(struct ctx *c, const char *verb, const struct run *run)
{
	struct json *after = json_object(c->arena);

	json_set(after, "job", json_string(c->arena, run->job_name));
	json_set(after, "trigger", json_string(c->arena, run->trigger));
	return audit_add(c, verb, arena_printf(c->arena, "run:%" PRId64, run->id), NULL, after);
}

/* The job as far as asking for a run must know it. */
struct runnable {
	int64_t id, team_id, version, role;
	bool disabled;
	const char *team;
};

struct request {
	const char *job_name, *trigger;
	struct run *out;
};

static enum err runnable_get(struct ctx *c, const char *name, struct runnable *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct runnable, id),
		DB_FIELD(struct runnable, team_id),
		DB_FIELD(struct runnable, version),
		DB_FIELD(struct runnable, role),
		DB_FIELD(struct runnable, disabled),
		DB_FIELD(struct runnable, team),
		DB_END,
	};
	enum err e = db_one(c, SQL_RUN_REQUEST_JOB,
	    DB_ARGS(actor_id(c), actor_admin(c), db_text(name)), fields, out);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL, "There is no job %s, or you may not see it.", name);
	return e;
}

static enum err request(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct run, id), DB_END };
	struct request *r = arg;
	struct runnable job;
	struct run made;

	TRY(runnable_get(c, r->job_name, &job));
	if (job.role < ROLE_OPERATOR)
		return fail(c, ERR_FORBIDDEN, NULL,
		    "Running %s needs the role operator in team %s.", r->job_name, job.team);
	if (job.disabled)
		return fail(
		    c, ERR_CONFLICT, NULL, "%s is switched off; enable it first.", r->job_name);
	TRY(db_one(c, SQL_RUN_REQUEST,
	    DB_ARGS(
		db_int(job.id), db_text(r->trigger), db_text(c->actor.account), db_int(c->now_us)),
	    fields, &made));
	TRY(run_get(c, made.id, r->out));
	TRY(audit(c, "run_request", r->out));
	return db_exec(c, SQL_RUN_WAKE, DB_NO_ARGS, NULL);
}

enum err run_request(struct ctx *c, const char *job_name, const char *trigger, struct run *out)
{
	return db_atomically(c, request, &(struct request){ job_name, trigger, out });
}

struct stop {
	int64_t id;
	struct run *out;
};

static enum err stop(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct run, id), DB_END };
	struct stop *s = arg;
	struct run *run = s->out, stopped;

	TRY(run_get(c, s->id, run));
	if (run->role < ROLE_OPERATOR)
		return fail(c, ERR_FORBIDDEN, NULL,
		    "Stopping a run needs the role operator in team %s.", run->team);
	enum err e = db_one(c, SQL_RUN_STOP,
	    DB_ARGS(db_int(s->id),
		db_text(arena_printf(c->arena, "taken back by %s", c->actor.account)),
		db_int(c->now_us)),
	    fields, &stopped);
	if (e == ERR_NOT_FOUND &&
	    (strcmp(run->state, "running") == 0 || strcmp(run->state, "queued") == 0))
		return fail(c, ERR_CONFLICT, NULL,
		    "The engine runs it already and cannot stop an execution.");
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL, "It has ended already: %s.", run->state);
	TRY(e);
	TRY(run_get(c, s->id, run));
	return audit(c, "run_stop", run);
}

enum err run_stop(struct ctx *c, int64_t id, struct run *out)
{
	return db_atomically(c, stop, &(struct stop){ id, out });
}
