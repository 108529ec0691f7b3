#include "model/alert.h"

#include <string.h>

#include "core/config.h"
#include "model/checkin.h"

static const struct db_field turned_fields[] = {
	DB_FIELD(struct alert_turned, run_id),
	DB_FIELD(struct alert_turned, job_id),
	DB_FIELD(struct alert_turned, was),
	DB_FIELD(struct alert_turned, state),
	DB_END,
};

static const struct db_field alert_fields[] = {
	DB_FIELD(struct alert, event),
	DB_FIELD(struct alert, state),
	DB_FIELD(struct alert, healed),
	DB_FIELD(struct alert, failures),
	DB_FIELD(struct alert, since_us),
	DB_FIELD(struct alert, job),
	DB_FIELD(struct alert, team),
	DB_FIELD(struct alert, team_id),
	DB_FIELD(struct alert, run_id),
	DB_FIELD(struct alert, run_state),
	DB_FIELD(struct alert, run_trigger),
	DB_FIELD(struct alert, run_reason),
	DB_FIELD(struct alert, run_started_us),
	DB_FIELD(struct alert, run_finished_us),
	DB_FIELD(struct alert, exit_code),
	DB_END,
};

static bool is_bad(const char *state)
{
	return strcmp(state, "failed") == 0 || strcmp(state, "lost") == 0 ||
	       strcmp(state, "missed") == 0;
}

static enum err look(struct ctx *c, int64_t job_id, int64_t bad)
{
	struct alert alert;
	enum err e = db_one(
	    c, SQL_ALERT_LOOK, DB_ARGS(db_int(job_id), db_int(bad)), alert_fields, &alert);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return alert.event.text == NULL ? OK : alert_tell(c, job_id, &alert);
}

/* Each job once, however many of its runs turned. */
static enum err look_at_jobs(struct ctx *c, struct alert_turned *turned, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t job_id = turned[i].job_id, bad = 0;
		for (size_t k = i; job_id != 0 && k < n; k++) {
			if (turned[k].job_id != job_id)
				continue;
			bad += is_bad(turned[k].state) - is_bad(turned[k].was);
			turned[k].job_id = 0;
		}
		if (job_id != 0)
			TRY(look(c, job_id, bad));
	}
	return OK;
}

struct turn {
	size_t max, n;
	bool mine;
};

static enum err turn(struct ctx *c, void *arg)
{
	struct turn *t = arg;
	struct alert_turned *turned;
	struct {
		bool mine;
	} row;
	static const struct db_field mine[] = { { "mine", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_ALERT_TURN, DB_NO_ARGS, mine, &row));
	t->mine = row.mine;
	t->n = 0;
	if (!t->mine)
		return OK;
	TRY(db_many(c, SQL_ALERT_TAKEN, DB_ARGS(db_int((int64_t)t->max)), turned_fields,
	    sizeof(*turned), &turned, &t->n));
	for (size_t i = 0; *c->config->sentry_url != '\0' && i < t->n; i++)
		TRY(checkin_add(c, &turned[i]));
	return look_at_jobs(c, turned, t->n);
}

enum err alert_turn(struct ctx *c, size_t max, bool *mine, bool *more)
{
	struct turn t = { .max = max };
	enum err e = db_atomically(c, turn, &t);

	*mine = t.mine;
	*more = e == OK && t.n == max;
	return e;
}

enum err alert_starts(struct ctx *c, bool wanted)
{
	return db_exec(c, SQL_ALERT_STARTS, DB_ARGS(db_bool(wanted)), NULL);
}

enum err alert_state_get(struct ctx *c, int64_t job_id, struct alert_state *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct alert_state, state),
		DB_FIELD(struct alert_state, told),
		DB_FIELD(struct alert_state, failures),
		DB_FIELD(struct alert_state, since_us),
		DB_END,
	};
	enum err e = db_one(c, SQL_ALERT_STATE_GET, DB_ARGS(db_int(job_id)), fields, out);

	if (e != ERR_NOT_FOUND)
		return e;
	*out = (struct alert_state){ .state = "ok", .told = "ok" };
	return OK;
}
