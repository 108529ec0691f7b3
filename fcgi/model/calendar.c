#include "model/calendar.h"

#include <string.h>

#include "model/array.h"
#include "model/job_inside.h"
#include "model/team.h"

static const struct db_field run_fields_of_lane[] = {
	DB_FIELD(struct lane_run, lane),
	DB_FIELD(struct lane_run, id),
	DB_FIELD(struct lane_run, state),
	DB_FIELD(struct lane_run, at_us),
	DB_FIELD(struct lane_run, started_us),
	DB_FIELD(struct lane_run, finished_us),
	DB_END,
};

struct first {
	int64_t lane, at_us;
};

static enum err read_lanes(
    struct ctx *c, const struct calendar_query *q, struct lane **out, size_t *n, bool *more)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct lane, id),
		DB_FIELD(struct lane, name),
		DB_FIELD(struct lane, team),
		DB_FIELD(struct lane, spec_text),
		DB_FIELD(struct lane, from_us),
		DB_FIELD(struct lane, next_us),
		DB_END,
	};

	TRY(db_many(c, SQL_CALENDAR_LANES,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(q->team),
		db_text(q->job), db_text(q->after_team), db_text(q->after_job),
		db_int(q->limit + 1)),
	    fields, sizeof(**out), out, n));
	*more = *n > (size_t)q->limit;
	*n -= *more;
	return OK;
}

/* Gives each lane its part of a list that is sorted by lane; `which` maps the list's lanes to ours.
 */
static void share_out(struct lane *lanes, const size_t *which, struct lane_run *runs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct lane *l = &lanes[which[runs[i].lane - 1]];
		if (l->nruns == 0)
			l->runs = &runs[i];
		l->nruns++;
	}
}

static const char *names_of(struct ctx *c, const struct lane *lanes, const size_t *which, size_t n)
{
	const char **names = arena_alloc(c->arena, n, sizeof(const char *));

	for (size_t i = 0; i < n; i++)
		names[i] = lanes[which[i]].name;
	return array_of_texts(c->arena, names, n);
}

/* Lanes with more runs than can be drawn: from when to when, and what did not go well. */
static enum err read_often(struct ctx *c, const struct calendar_query *q, struct lane *lanes,
    const size_t *which, size_t n)
{
	static const struct db_field fields[] = { DB_FIELD(struct first, lane),
		DB_FIELD(struct first, at_us), DB_END };
	const char *names = names_of(c, lanes, which, n);
	struct lane_run *odd;
	struct first *first;
	size_t nodd, nfirst;

	if (n == 0)
		return OK;
	for (size_t i = 0; i < n; i++) {
		struct lane *l = &lanes[which[i]];
		l->often = true;
		l->last_us = l->runs[l->nruns - 1].at_us;
		l->nruns = 0;
	}
	TRY(db_many(c, SQL_CALENDAR_FIRST,
	    DB_ARGS(db_text(names), db_int(q->since_us), db_int(q->until_us)), fields,
	    sizeof(*first), &first, &nfirst));
	for (size_t i = 0; i < nfirst; i++)
		lanes[which[first[i].lane - 1]].first_us = first[i].at_us;
	TRY(db_many(c, SQL_CALENDAR_ODD,
	    DB_ARGS(db_text(names), db_int(q->since_us), db_int(q->until_us), db_int(LANE_MAX)),
	    run_fields_of_lane, sizeof(*odd), &odd, &nodd));
	share_out(lanes, which, odd, nodd);
	return OK;
}

static enum err read_runs(
    struct ctx *c, const struct calendar_query *q, struct lane *lanes, size_t n)
{
	size_t *which = arena_alloc(c->arena, n, sizeof(*which)), often = 0, found;
	struct lane_run *runs;

	for (size_t i = 0; i < n; i++)
		which[i] = i;
	TRY(db_many(c, SQL_CALENDAR_RUNS,
	    DB_ARGS(db_text(names_of(c, lanes, which, n)), db_int(q->since_us), db_int(q->until_us),
		db_int(LANE_MAX + 1)),
	    run_fields_of_lane, sizeof(*runs), &runs, &found));
	share_out(lanes, which, runs, found);
	for (size_t i = 0; i < n; i++)
		if (lanes[i].nruns > LANE_MAX)
			which[often++] = i;
	return read_often(c, q, lanes, which, often);
}

/* The stored next fire spares the search where it lies behind the window. */
static enum err find_fires(struct ctx *c, const struct calendar_query *q, struct lane *l)
{
	int64_t after_us = c->now_us > q->since_us - 1 ? c->now_us : q->since_us - 1, us;
	struct json *spec = NULL;
	struct fires fires;

	if (!l->next_us.set || l->next_us.value >= q->until_us || c->now_us >= q->until_us)
		return OK;
	TRY(json_parse(c, l->spec_text, strlen(l->spec_text), &spec));
	fires_init(c, l->name, spec, l->from_us, &fires);
	l->fires = arena_alloc(c->arena, LANE_MAX + 1, sizeof(*l->fires));
	while (l->nfires <= LANE_MAX && fires_next(&fires, after_us, &us) && us < q->until_us)
		after_us = l->fires[l->nfires++] = us;
	l->fires_often = l->nfires > LANE_MAX;
	return OK;
}

enum err calendar_read(
    struct ctx *c, const struct calendar_query *q, struct lane **out, size_t *n, bool *more)
{
	TRY(team_check_filter(c, q->team));
	TRY(read_lanes(c, q, out, n, more));
	TRY(read_runs(c, q, *out, *n));
	for (size_t i = 0; i < *n; i++)
		TRY(find_fires(c, q, &(*out)[i]));
	return OK;
}
