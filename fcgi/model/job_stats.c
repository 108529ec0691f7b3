#include "model/job_stats.h"

#include "model/job.h"

static enum err read_days(struct ctx *c, int64_t job_id, struct job_stats *s)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct job_day, day_us),
		DB_FIELD(struct job_day, succeeded),
		DB_FIELD(struct job_day, failed),
		DB_FIELD(struct job_day, stopped),
		DB_FIELD(struct job_day, lost),
		DB_FIELD(struct job_day, missed),
		DB_END,
	};

	TRY(db_many(c, SQL_JOB_STATS_DAYS,
	    DB_ARGS(db_int(job_id), db_int(c->now_us), db_int(s->days)), fields, sizeof(*s->by_day),
	    &s->by_day, &s->n));
	for (size_t i = 0; i < s->n; i++) {
		s->succeeded += s->by_day[i].succeeded;
		s->failed += s->by_day[i].failed;
		s->stopped += s->by_day[i].stopped;
		s->lost += s->by_day[i].lost;
		s->missed += s->by_day[i].missed;
	}
	return OK;
}

enum err job_stats(struct ctx *c, const char *job_name, int64_t days, struct job_stats *out)
{
	static const struct db_field usual[] = { DB_FIELD(struct job_stats, p50_ms),
		DB_FIELD(struct job_stats, p95_ms), DB_END };
	static const struct db_field failure[] = { DB_FIELD(struct job_stats, failure_id),
		DB_FIELD(struct job_stats, failure_us), DB_FIELD(struct job_stats, failure_state),
		DB_END };
	struct job job;

	*out = (struct job_stats){ .days = days };
	TRY(job_get(c, job_name, &job));
	out->job = job.name;
	TRY(read_days(c, job.id, out));
	TRY(db_one(c, SQL_JOB_STATS_USUAL, DB_ARGS(db_int(job.id), db_int(c->now_us), db_int(days)),
	    usual, out));
	enum err e = db_one(
	    c, SQL_JOB_STATS_FAILURE, DB_ARGS(db_text(job.name), db_int(job.id)), failure, out);
	return e == ERR_NOT_FOUND ? OK : e;
}

int64_t job_stats_counted(const struct job_stats *s)
{
	return s->succeeded + s->failed + s->lost + s->missed;
}

static struct json *day_json(struct arena *a, const struct job_day *d)
{
	struct json *o = json_object(a);

	json_set(o, "day", json_time(a, d->day_us));
	json_set(o, "succeeded", json_number(a, d->succeeded));
	json_set(o, "failed", json_number(a, d->failed));
	json_set(o, "stopped", json_number(a, d->stopped));
	json_set(o, "lost", json_number(a, d->lost));
	json_set(o, "missed", json_number(a, d->missed));
	return o;
}

static struct json *failure_json(struct arena *a, const struct job_stats *s)
{
	struct json *o;

	if (!s->failure_id.set)
		return NULL;
	o = json_object(a);
	json_set(o, "id", json_number(a, s->failure_id.value));
	json_set(o, "state", json_string(a, s->failure_state.text));
	json_set(o, "at", json_time(a, s->failure_us.value));
	return o;
}

struct json *job_stats_json(struct ctx *c, const struct job_stats *s)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *days = json_array(a);
	int64_t counted = job_stats_counted(s);

	json_set(o, "job", json_string(a, s->job));
	json_set(o, "days", json_number(a, s->days));
	json_set(o, "succeeded", json_number(a, s->succeeded));
	json_set(o, "failed", json_number(a, s->failed));
	json_set(o, "stopped", json_number(a, s->stopped));
	json_set(o, "lost", json_number(a, s->lost));
	json_set(o, "missed", json_number(a, s->missed));
	json_set(o, "success_permille",
	    counted == 0 ? NULL : json_number(a, s->succeeded * 1000 / counted));
	json_set(o, "p50_ms", db_maybe_json(a, s->p50_ms));
	json_set(o, "p95_ms", db_maybe_json(a, s->p95_ms));
	json_set(o, "last_failure", failure_json(a, s));
	for (size_t i = 0; i < s->n; i++)
		json_push(days, day_json(a, &s->by_day[i]));
	json_set(o, "by_day", days);
	return o;
}
