#include "model/run_inside.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/time.h"
#include "model/approval.h"
#include "model/array.h"
#include "model/audit.h"
#include "model/team.h"

const struct db_field run_fields[] = {
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

bool run_has_ended(const struct run *run)
{
	return strcmp(run->state, "queued") != 0 && strcmp(run->state, "running") != 0;
}

#define EXECUTION_FIELDS                                                                     \
	DB_FIELD(struct execution, id), DB_FIELD(struct execution, engine_id),               \
	    DB_FIELD(struct execution, node), DB_FIELD(struct execution, state),             \
	    DB_FIELD(struct execution, reason), DB_FIELD(struct execution, attempt),         \
	    DB_FIELD(struct execution, started_us), DB_FIELD(struct execution, finished_us), \
	    DB_FIELD(struct execution, exit_code), DB_FIELD(struct execution, output_size),  \
	    DB_FIELD(struct execution, output_complete), DB_FIELD(struct execution, output_gone)

enum err run_executions(struct ctx *c, int64_t run_id, struct execution **out, size_t *n)
{
	static const struct db_field fields[] = { EXECUTION_FIELDS, DB_END };
	struct run run;

	TRY(run_get(c, run_id, &run));
	return db_many(c, SQL_RUN_EXECUTIONS, DB_ARGS(db_int(run_id)), fields,
	    sizeof(struct execution), out, n);
}

enum err run_executions_of(
    struct ctx *c, const struct run *runs, size_t nruns, struct execution ***out, size_t **counts)
{
	static const struct db_field fields[] = { EXECUTION_FIELDS,
		DB_FIELD(struct execution, run_id), DB_END };
	int64_t *ids = arena_alloc(c->arena, nruns, sizeof(*ids));
	struct execution *all;
	size_t n;

	*out = arena_alloc(c->arena, nruns, sizeof(struct execution *));
	*counts = arena_alloc(c->arena, nruns, sizeof(**counts));
	for (size_t i = 0; i < nruns; i++)
		ids[i] = runs[i].id;
	TRY(db_many(c, SQL_RUN_EXECUTIONS_OF, DB_ARGS(db_text(array_of_ints(c->arena, ids, nruns))),
	    fields, sizeof(*all), &all, &n));
	for (size_t i = 0; i < nruns; i++) {
		size_t first = 0, end;
		while (first < n && all[first].run_id != runs[i].id)
			first++;
		for (end = first; end < n && all[end].run_id == runs[i].id; end++)
			;
		(*out)[i] = &all[first];
		(*counts)[i] = end - first;
	}
	return OK;
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
		DB_FIELD(struct run_counts, missed_day),
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
		DB_FIELD(struct runnable, approvals),
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

static enum err check_approval(struct ctx *c, const struct runnable *job)
{
	return approval_check(c,
	    &(struct approval_case){ APPROVE_RUN, job->approvals, job->team_id, job->team_id,
		job->memo, job->alone ? NULL : job->name },
	    &(struct wanted){ .verb = "run_request",
		.name = job->name,
		.team = job->team,
		.job_id = job->id,
		.version = job->version });
}

enum err run_check(struct ctx *c, const struct runnable *job)
{
	if (job->role < ROLE_OPERATOR)
		return fail(c, ERR_FORBIDDEN, NULL,
		    "Running %s needs the role operator in team %s.", job->name, job->team);
	if (job->disabled)
		return fail(
		    c, ERR_CONFLICT, NULL, "%s is switched off; enable it first.", job->name);
	return check_approval(c, job);
}

static enum err request(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct run, id), DB_END };
	struct request *r = arg;
	struct runnable job = { .alone = false };
	struct run made;

	TRY(runnable_get(c, r->job_name, &job));
	job.name = r->job_name;
	TRY(run_check(c, &job));
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

enum err run_check_stop(struct ctx *c, const struct run *run)
{
	if (run->role < ROLE_OPERATOR)
		return fail(c, ERR_FORBIDDEN, NULL,
		    "Stopping a run needs the role operator in team %s.", run->team);
	return OK;
}

enum err run_not_stopped(struct ctx *c, const struct run *run)
{
	if (run_has_ended(run))
		return fail(c, ERR_CONFLICT, NULL, "It has ended already: %s.", run->state);
	return fail(
	    c, ERR_CONFLICT, NULL, "The engine runs it already and cannot stop an execution.");
}

static enum err stop(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { DB_FIELD(struct run, id), DB_END };
	struct stop *s = arg;
	struct run *run = s->out, stopped;

	TRY(run_get(c, s->id, run));
	TRY(run_check_stop(c, run));
	enum err e = db_one(c, SQL_RUN_STOP,
	    DB_ARGS(db_int(s->id),
		db_text(arena_printf(c->arena, "taken back by %s", c->actor.account)),
		db_int(c->now_us)),
	    fields, &stopped);
	if (e == ERR_NOT_FOUND)
		return run_not_stopped(c, run);
	TRY(e);
	TRY(run_get(c, s->id, run));
	return audit(c, "run_stop", run);
}

enum err run_stop(struct ctx *c, int64_t id, struct run *out)
{
	return db_atomically(c, stop, &(struct stop){ id, out });
}
