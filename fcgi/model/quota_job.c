/* Jobs held against the quota of their team. */

#include <inttypes.h>
#include <string.h>

#include "core/time.h"
#include "model/job_inside.h"
#include "model/quota.h"
#include "model/team.h"
#include "schedule/schedule.h"

/* How far it is looked: over a week, for the steps from hour to hour and from day to day; some
 * fires of what fires rarely; and never more than an hour has of what fires all the time. */
enum { FIRES_MIN = 40, FIRES_MAX = 4000 };
#define LOOKED_AT_US (8 * 86400 * US_PER_S)

struct count {
	int64_t n;
};

static const struct db_field count_fields[] = { DB_FIELD(struct count, n), DB_END };

/* The shortest time from one fire to the next; 0: it never fires twice. No shorter one is looked
 * for once one below `enough_us` is found. */
static int64_t shortest_us(
    struct ctx *c, const char *name, const struct json *spec, int64_t enough_us)
{
	struct fires fires;
	int64_t at, next, first, least = 0;

	fires_init(c, name, spec, (struct db_maybe_int64){ .set = false }, &fires);
	if (fires.schedule != NULL && schedule_kind(fires.schedule) == SCHEDULE_EVERY)
		return fires.schedule->every_us;
	if (!fires_next(&fires, c->now_us, &at))
		return 0;
	first = at;
	for (int i = 0; i < FIRES_MAX && fires_next(&fires, at, &next); i++, at = next) {
		if (least == 0 || next - at < least)
			least = next - at;
		if (least < enough_us || (i >= FIRES_MIN && next - first > LOOKED_AT_US))
			break;
	}
	return least;
}

enum err quota_bounds(struct ctx *c, int64_t team_id, struct quota_bounds *bounds)
{
	struct quota q;

	if (bounds->team_id == team_id)
		return OK;
	TRY(quota_get(c, team_id, &q));
	*bounds = (struct quota_bounds){ team_id, q.max_jobs, q.min_interval_s };
	return OK;
}

static enum err check_room(struct ctx *c, const struct team *team)
{
	struct count max, jobs;

	TRY(db_one(c, SQL_QUOTA_LOCK, DB_ARGS(db_int(team->id)), count_fields, &max));
	TRY(db_one(c, SQL_QUOTA_JOBS, DB_ARGS(db_int(team->id)), count_fields, &jobs));
	if (max.n == 0 || jobs.n < max.n)
		return OK;
	return fail(c, ERR_CONFLICT, "team",
	    "%s has %" PRId64 " job%s, and its quota is %" PRId64
	    ". Its managers can ask for another one.",
	    team->name, jobs.n, jobs.n == 1 ? "" : "s", max.n);
}

/* A job that was too fast already may be mended in other ways, and slowed down. */
static enum err check_schedule(struct ctx *c, int64_t min_s, const char *name,
    const struct json *before, const struct json *spec)
{
	int64_t min_us = min_s * US_PER_S, now_us = shortest_us(c, name, spec, min_us), before_us;

	if (now_us == 0 || now_us >= min_us)
		return OK;
	before_us = before != NULL ? shortest_us(c, name, before, now_us + 1) : 0;
	if (before_us != 0 && before_us <= now_us)
		return OK;
	return fail(c, ERR_INVALID, "schedule",
	    "fires again after %" PRId64 " s, and the quota of its team is %" PRId64
	    " s. Its managers can ask for another one.",
	    now_us / US_PER_S, min_s);
}

enum err quota_check(struct ctx *c, struct quota_bounds *bounds, const struct team *team,
    const char *name, const struct json *before, const struct json *spec)
{
	TRY(quota_bounds(c, team->id, bounds));
	if (bounds->min_interval_s.set)
		TRY(check_schedule(c, bounds->min_interval_s.value, name, before, spec));
	return before == NULL && bounds->max_jobs.set ? check_room(c, team) : OK;
}

/* ---- what a team uses */

struct spec_row {
	const char *name, *spec_text;
};

static const struct db_field spec_fields_[] = {
	DB_FIELD(struct spec_row, name),
	DB_FIELD(struct spec_row, spec_text),
	DB_END,
};

static enum err fastest(struct ctx *c, int64_t team_id, struct quota_usage *out)
{
	struct spec_row *rows;
	struct json *spec;
	size_t n;

	TRY(db_many(
	    c, SQL_QUOTA_SPECS, DB_ARGS(db_int(team_id)), spec_fields_, sizeof(*rows), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		TRY(json_parse(c, rows[i].spec_text, strlen(rows[i].spec_text), &spec));
		int64_t s = shortest_us(c, rows[i].name, spec, 2 * US_PER_S) / US_PER_S;
		if (s == 0 || (out->interval_s != 0 && s >= out->interval_s))
			continue;
		out->interval_s = s;
		out->fastest = rows[i].name;
	}
	return OK;
}

enum err quota_running(struct ctx *c, int64_t team_id, int64_t *out)
{
	struct count running;

	TRY(db_one(c, SQL_QUOTA_RUNNING, DB_ARGS(db_int(team_id)), count_fields, &running));
	*out = running.n;
	return OK;
}

enum err quota_usage(struct ctx *c, int64_t team_id, struct quota_usage *out)
{
	struct count jobs;

	TRY(db_one(c, SQL_QUOTA_JOBS, DB_ARGS(db_int(team_id)), count_fields, &jobs));
	*out = (struct quota_usage){ .jobs = jobs.n, .fastest = "" };
	return fastest(c, team_id, out);
}

const char *quota_exceeded(struct ctx *c, const struct quota *q, const struct quota_usage *usage)
{
	if (q->max_jobs.set && usage->jobs > q->max_jobs.value)
		return arena_printf(c->arena, "There are %" PRId64 " jobs, more than %" PRId64 ".",
		    usage->jobs, q->max_jobs.value);
	if (q->min_interval_s.set && usage->interval_s != 0 &&
	    usage->interval_s < q->min_interval_s.value)
		return arena_printf(c->arena,
		    "The job %s fires again after %" PRId64 " s, sooner than %" PRId64 " s.",
		    usage->fastest, usage->interval_s, q->min_interval_s.value);
	return NULL;
}
