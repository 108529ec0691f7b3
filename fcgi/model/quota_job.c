/* Jobs held against the quota of their team. */

#include <inttypes.h>
#include <string.h>

#include "core/time.h"
#include "model/job_inside.h"
#include "model/quota.h"
#include "model/team.h"
#include "schedule/shortest.h"

/* What ends is looked at fire by fire as far as this. */
enum { FIRES_MAX = 200, SCHEDULE_ARENA = 1024 * 1024 };

struct count {
	int64_t n;
};

static const struct db_field count_fields[] = { DB_FIELD(struct count, n), DB_END };

/* Of a job that ends after few fires; false: there are more of them. */
static bool shortest_of_few(struct ctx *c, const struct fires *f, int64_t *out_s)
{
	int64_t at, next, least = 0;
	int i = 0;

	if (f->expires_us == 0)
		return false;
	for (bool more = fires_next(f, c->now_us, &at); more && fires_next(f, at, &next);
	     at = next) {
		if (i++ == FIRES_MAX)
			return false;
		if (least == 0 || next - at < least)
			least = next - at;
	}
	*out_s = least / US_PER_S;
	return true;
}

/* The shortest time from one fire to the next, in seconds; 0: it never fires twice. Exact when
 * below `below_s`. */
static int64_t shortest_s(const struct ctx *whole, const char *name, const struct json *spec,
    int64_t below_s, int64_t *from_us)
{
	struct ctx c = *whole; /* what is parsed is not kept */
	struct fires fires;
	int64_t least = 0;

	*from_us = 0;
	c.arena = arena_create(SCHEDULE_ARENA);
	fires_init(&c, name, spec, (struct db_maybe_int64){ .set = false }, &fires);
	if (fires.schedule != NULL && !shortest_of_few(&c, &fires, &least))
		least = schedule_shortest(fires.schedule, c.now_us, below_s, from_us);
	arena_destroy(c.arena);
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

/* " (2027-10-31, when the clocks change)" */
static const char *day_of_change(struct ctx *c, int64_t from_us)
{
	if (from_us == 0)
		return "";
	return arena_printf(
	    c->arena, " (on %.10s, when the clocks change)", time_rfc3339(c->arena, from_us));
}

/* A job that was too fast already may be mended in other ways, and slowed down. */
static enum err check_schedule(struct ctx *c, int64_t min_s, const char *name,
    const struct json *before, const struct json *spec)
{
	int64_t from_us, ignored, now_s = shortest_s(c, name, spec, min_s, &from_us), before_s;

	if (now_s == 0 || now_s >= min_s)
		return OK;
	before_s = before != NULL ? shortest_s(c, name, before, now_s + 1, &ignored) : 0;
	if (before_s != 0 && before_s <= now_s)
		return OK;
	return fail(c, ERR_INVALID, "schedule",
	    "fires again after %" PRId64 " s%s, and the quota of its team is %" PRId64
	    " s. Its managers can ask for another one.",
	    now_s, day_of_change(c, from_us), min_s);
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

struct timed {
	const char *name, *spec_text;
};

static const struct db_field timed_fields[] = {
	DB_FIELD(struct timed, name),
	DB_FIELD(struct timed, spec_text),
	DB_END,
};

static enum err fastest(struct ctx *c, int64_t team_id, struct quota_usage *out)
{
	struct timed *rows;
	struct json *spec;
	size_t n;

	TRY(db_many(
	    c, SQL_QUOTA_SPECS, DB_ARGS(db_int(team_id)), timed_fields, sizeof(*rows), &rows, &n));
	for (size_t i = 0; i < n; i++) {
		int64_t ignored, below = out->interval_s != 0 ? out->interval_s : INT64_MAX;
		TRY(json_parse(c, rows[i].spec_text, strlen(rows[i].spec_text), &spec));
		int64_t s = shortest_s(c, rows[i].name, spec, below, &ignored);
		if (s == 0 || s >= below)
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
