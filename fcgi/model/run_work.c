#include "model/run_work.h"

#include <string.h>

struct id_row {
	int64_t id;
};

static const struct db_field id_fields[] = { DB_FIELD(struct id_row, id), DB_END };

struct state_row {
	const char *state;
};

static const struct db_field state_fields[] = { DB_FIELD(struct state_row, state), DB_END };

enum err run_ready(struct ctx *c, size_t max, struct run_ready **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_ready, id),
		DB_FIELD(struct run_ready, job_name),
		DB_FIELD(struct run_ready, schedule),
		DB_FIELD(struct run_ready, timezone),
		DB_END,
	};

	return db_many(c, SQL_DISPATCH_READY, DB_ARGS(db_int((int64_t)max)), fields,
	    sizeof(struct run_ready), out, n);
}

enum err run_waiting(struct ctx *c)
{
	return db_exec(c, SQL_DISPATCH_WAITING, DB_NO_ARGS, NULL);
}

enum err run_mark(struct ctx *c, int64_t id, bool *mine)
{
	struct id_row row;
	enum err e = db_one(c, SQL_DISPATCH_MARK, DB_ARGS(db_int(id)), id_fields, &row);

	*mine = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err run_unmark(struct ctx *c, int64_t id, const char *why)
{
	return db_exec(c, SQL_DISPATCH_UNMARK, DB_ARGS(db_int(id), db_text(why)), NULL);
}

enum err run_answered(struct ctx *c, int64_t id, int64_t status, bool blocking)
{
	struct state_row row;

	return db_one(c, SQL_RUN_ANSWERED, DB_ARGS(db_int(id), db_int(status), db_bool(blocking)),
	    state_fields, &row);
}

enum err run_refused(struct ctx *c, int64_t id, int64_t status, const char *why)
{
	return db_exec(c, SQL_RUN_REFUSED, DB_ARGS(db_int(id), db_text(why), db_int(status)), NULL);
}

enum err run_expire(struct ctx *c, int64_t limit_ms, struct run_given_up **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_given_up, id),
		DB_FIELD(struct run_given_up, job_name),
		{ "reason", DB_TEXT_, offsetof(struct run_given_up, why) },
		DB_END,
	};

	return db_many(c, SQL_SETTLE_WAITED, DB_ARGS(db_int(limit_ms)), fields,
	    sizeof(struct run_given_up), out, n);
}

struct unstarted {
	int64_t id, answer;
	const char *job_name;
};

/* A clause for a person: why a run that was handed over counts as lost. */
static const char *unstarted_why(const struct unstarted *u)
{
	return u->answer == 200
		   ? "the engine took the request, but nothing began: it found no node that could "
		     "run it, or the node died"
		   : "it was handed to the engine, but the answer was lost and nothing began";
}

static enum err give_up(
    struct ctx *c, const struct unstarted *u, struct run_given_up *out, bool *lost)
{
	struct {
		bool tied;
	} row;
	static const struct db_field fields[] = { { "tied", DB_BOOL_, 0 }, DB_END };

	*out = (struct run_given_up){ u->id, u->job_name, unstarted_why(u) };
	TRY(db_one(c, SQL_RUN_RETIE, DB_ARGS(db_int(u->id)), fields, &row));
	*lost = !row.tied;
	return row.tied ? OK
			: db_exec(c, SQL_RUN_LOST, DB_ARGS(db_int(u->id), db_text(out->why)), NULL);
}

enum err run_unstarted(
    struct ctx *c, int64_t answered_ms, int64_t silent_ms, struct run_given_up **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct unstarted, id),
		DB_FIELD(struct unstarted, answer),
		DB_FIELD(struct unstarted, job_name),
		DB_END,
	};
	struct unstarted *all;
	size_t found;

	*n = 0;
	TRY(db_many(c, SQL_SETTLE_UNSTARTED, DB_ARGS(db_int(answered_ms), db_int(silent_ms)),
	    fields, sizeof(struct unstarted), &all, &found));
	*out = arena_alloc(c->arena, found, sizeof(struct run_given_up));
	for (size_t i = 0; i < found; i++) {
		bool lost;
		TRY(give_up(c, &all[i], &(*out)[*n], &lost));
		*n += lost;
	}
	return OK;
}

enum err run_vanished(struct ctx *c, int64_t grace_ms, struct run_given_up **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_given_up, id),
		DB_FIELD(struct run_given_up, job_name),
		DB_END,
	};
	struct run_given_up *all;
	size_t found;

	*n = 0;
	TRY(db_many(
	    c, SQL_SETTLE_MISSING, DB_ARGS(db_int(grace_ms)), fields, sizeof(*all), &all, &found));
	*out = all;
	for (size_t i = 0; i < found; i++) {
		struct state_row row;
		TRY(db_one(c, SQL_RUN_LOSE, DB_ARGS(db_int(all[i].id), db_int(grace_ms)),
		    state_fields, &row));
		if (strcmp(row.state, "lost") == 0 || strcmp(row.state, "failed") == 0) {
			all[*n] = all[i];
			all[(*n)++].why = "the engine no longer knows it as running";
		}
	}
	return OK;
}

enum err run_close_outputs(struct ctx *c)
{
	return db_exec(c, SQL_SETTLE_OUTPUT, DB_NO_ARGS, NULL);
}

enum err run_open(struct ctx *c, struct run_open **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_open, engine_id),
		DB_FIELD(struct run_open, job_name),
		DB_FIELD(struct run_open, run_id),
		DB_FIELD(struct run_open, started_us),
		DB_FIELD(struct run_open, missing),
		DB_END,
	};

	return db_many(c, SQL_HARVEST_OPEN, DB_NO_ARGS, fields, sizeof(struct run_open), out, n);
}

enum err run_missing(struct ctx *c, const struct run_open *e)
{
	return db_exec(c, SQL_RUN_MISSING,
	    DB_ARGS(db_int(e->run_id), db_text(e->engine_id), db_bool(true)), NULL);
}

enum err harvest_runs(struct ctx *c, int64_t every_ms)
{
	return db_exec(c, SQL_HARVEST_RUNS, DB_ARGS(db_int(every_ms)), NULL);
}

enum err harvest_listed(struct ctx *c, const struct json *list)
{
	return db_exec(c, SQL_HARVEST_LISTED, DB_ARGS(db_text(json_write(c->arena, list))), NULL);
}

enum err harvest_take(struct ctx *c, size_t max, struct harvest **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct harvest, job_name),
		DB_FIELD(struct harvest, latest),
		DB_FIELD(struct harvest, kept_from_us),
		DB_END,
	};

	return db_many(c, SQL_HARVEST_TAKE, DB_ARGS(db_int((int64_t)max)), fields,
	    sizeof(struct harvest), out, n);
}

enum err harvest_read(struct ctx *c, const struct harvest *h, int64_t began_us)
{
	return db_exec(c, SQL_HARVEST_READ,
	    DB_ARGS(db_text(h->job_name), db_text(h->latest), db_int(began_us)), NULL);
}

enum err harvest_later(struct ctx *c, const char *job_name, int64_t ms)
{
	return db_exec(c, SQL_HARVEST_LATER, DB_ARGS(db_text(job_name), db_int(ms)), NULL);
}

enum err run_known(
    struct ctx *c, const char *job_name, int64_t since_us, struct run_known **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct run_known, engine_id),
		DB_FIELD(struct run_known, state),
		DB_FIELD(struct run_known, run_state),
		DB_FIELD(struct run_known, run_id),
		DB_FIELD(struct run_known, group_ns),
		DB_FIELD(struct run_known, settled),
		DB_FIELD(struct run_known, complete),
		DB_END,
	};

	return db_many(c, SQL_HARVEST_KNOWN, DB_ARGS(db_text(job_name), db_int(since_us)), fields,
	    sizeof(struct run_known), out, n);
}

static bool contains(const int64_t *groups, size_t n, int64_t group)
{
	for (size_t i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return false;
}

enum err run_settle_ended(struct ctx *c, const char *job_name, const int64_t *busy, size_t n)
{
	struct ended {
		int64_t id, group_ns;
	} * all;
	static const struct db_field fields[] = {
		DB_FIELD(struct ended, id),
		DB_FIELD(struct ended, group_ns),
		DB_END,
	};
	size_t found;

	TRY(db_many(c, SQL_HARVEST_UNSETTLED, DB_ARGS(db_text(job_name)), fields, sizeof(*all),
	    &all, &found));
	for (size_t i = 0; i < found; i++) {
		struct state_row row;
		if (contains(busy, n, all[i].group_ns))
			continue;
		TRY(db_one(c, SQL_RUN_OVER, DB_ARGS(db_int(all[i].id)), state_fields, &row));
	}
	return OK;
}
