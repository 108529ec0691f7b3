/*
 * Missed runs over random weeks of a job's life: edits, pauses, an end, drift, zones and their
 * changes of the clock, an engine that is away, begins anew or takes another leader, hooks that get
 * lost. Nothing that ran may be missed, and nothing that should have run and did not may be left
 * out.
 */

#include "work/given_story.h"

/* ---- what is true */

static struct fires fires_of(struct world *w, const struct plan *p)
{
	struct fires f = { .starts_us = p->starts_us, .expires_us = p->expires_us };

	if (!p->disabled)
		IS(schedule_parse(w->c, p->schedule, p->zone, "hello", &f.schedule), OK);
	return f;
}

static int64_t begins(const struct part *p)
{
	if (p->held_us != 0 && p->held_us + AROUND_S * S < p->from_us + GRACE_S * S)
		return p->held_us + AROUND_S * S;
	return p->from_us + GRACE_S * S;
}

static bool is_missed(const struct world *w, int64_t at_us)
{
	for (size_t i = 0; i < w->nmissed; i++)
		if (w->missed[i] == at_us)
			return true;
	return false;
}

/* A run of this very fire, or one of other moments that may have been taken for it. */
static bool is_answered(const struct world *w, const struct schedule *s, int64_t due_us)
{
	for (size_t i = 0; i < w->nruns; i++) {
		const struct fire *r = &w->runs[i];
		if (r->due_us == due_us ||
		    (r->at_us >= due_us - S && r->at_us < due_us + 2 * GRACE_S * S &&
			!schedule_fires_at(s, r->due_us)))
			return true;
	}
	return false;
}

/* Fires at moments that drift made uncertain before anybody looked. */
static bool is_uncertain(const struct world *w, int64_t at_us)
{
	for (size_t i = 0; i < w->nparts; i++)
		if (w->parts[i].blind_from_us != 0 && at_us >= w->parts[i].blind_from_us &&
		    at_us <= w->parts[i].to_us)
			return true;
	return false;
}

static void none_is_left_out(struct world *w, const struct part *p)
{
	enum { LISTED = 45 }; /* so many in a row have a row each */
	struct fires f = fires_of(w, &p->plan);
	int64_t at_us = begins(p), row = 0;
	int64_t end_us = p->to_us - AROUND_S * S;

	if (end_us > w->looked_us - (GRACE_S + 1) * S)
		end_us = w->looked_us - (GRACE_S + 1) * S;
	if (f.schedule == NULL || schedule_kind(f.schedule) != SCHEDULE_CRON)
		return;
	while (fires_next(&f, at_us, &at_us) && at_us <= end_us) {
		row = is_answered(w, f.schedule, at_us) ? 0 : row + 1;
		if (row > 0 && row < LISTED && !is_uncertain(w, at_us) && !is_missed(w, at_us))
			FAIL("%s did not run and is not missed:%s",
			    time_rfc3339(w->c->arena, at_us), w->story);
	}
}

/* The end of a stretch without runs or events. */
static int64_t silence(const struct world *w, int64_t from_us)
{
	int64_t until_us = w->looked_us;

	for (size_t i = 0; i < w->nruns; i++)
		if (w->runs[i].at_us > from_us && w->runs[i].at_us < until_us)
			until_us = w->runs[i].at_us;
	for (size_t i = 0; i < w->nevents; i++)
		if (w->events[i] > from_us && w->events[i] < until_us)
			until_us = w->events[i];
	return until_us;
}

/* Of @every: where four intervals passed without anything, something is missed. */
static void no_silence_is_left_out(struct world *w, const struct part *p)
{
	struct fires f = fires_of(w, &p->plan);
	int64_t from_us = begins(p), end_us = p->to_us - AROUND_S * S, until_us;

	if (f.schedule == NULL || schedule_kind(f.schedule) != SCHEDULE_EVERY)
		return;
	if (f.expires_us != 0 && f.expires_us < end_us)
		end_us = f.expires_us;
	if (f.starts_us > from_us)
		from_us = f.starts_us;
	for (; from_us < end_us; from_us = until_us) {
		bool found = false;
		until_us = silence(w, from_us);
		if (until_us <= from_us)
			return;
		int64_t last_us = until_us < end_us ? until_us : end_us;
		if (last_us - from_us < 4 * f.schedule->every_us + (GRACE_S + 60) * S ||
		    is_uncertain(w, from_us) || is_uncertain(w, last_us))
			continue;
		for (size_t i = 0; i < w->nmissed; i++)
			found = found || (w->missed[i] >= from_us && w->missed[i] <= last_us);
		if (!found)
			FAIL("nothing from %s to %s, and nothing is missed:%s",
			    time_rfc3339(w->c->arena, from_us), time_rfc3339(w->c->arena, last_us),
			    w->story);
	}
}

static bool ran_between(const struct world *w, int64_t from_us, int64_t to_us)
{
	for (size_t i = 0; i < w->nruns; i++)
		if (w->runs[i].at_us > from_us && w->runs[i].at_us < to_us)
			return true;
	return false;
}

static void it_was_expected(struct world *w, int64_t at_us)
{
	const struct part *p = &w->parts[0];

	while (p + 1 < w->parts + w->nparts && p->to_us < at_us)
		p++;
	struct fires f = fires_of(w, &p->plan);
	const char *when = time_rfc3339(w->c->arena, at_us);
	if (f.schedule == NULL || at_us < p->from_us || at_us > p->to_us || at_us < f.starts_us ||
	    (f.expires_us != 0 && at_us >= f.expires_us))
		FAIL("%s is missed, and should not have run:%s", when, w->story);
	if (schedule_kind(f.schedule) == SCHEDULE_EVERY) {
		int64_t every_us = f.schedule->every_us;
		if (ran_between(w, at_us - every_us + S, at_us + every_us - S))
			FAIL("%s is missed, and it ran beside it:%s", when, w->story);
		return;
	}
	if (!schedule_fires_at(f.schedule, at_us))
		FAIL("%s is missed, and no fire of ours:%s", when, w->story);
	for (size_t i = 0; i < w->nruns; i++)
		if (w->runs[i].due_us == at_us)
			FAIL("%s is missed, and ran:%s", when, w->story);
}

static void read_missed(struct world *w)
{
	struct run *runs;
	size_t n;

	act_as_cli(w->c);
	IS(run_recent(w->c, "hello", RUNS_MAX, &runs, &n), OK);
	for (size_t i = 0; i < n; i++)
		if (strcmp(runs[i].state, "missed") == 0)
			w->missed[w->nmissed++] = runs[i].queued_us;
}

/* ---- the stories */

static void begin(struct world *w)
{
	/* Days at which clocks change in Europe and America, and one on which none does. */
	static const int64_t days[] = { 1774728000, 1772870400, 1792843200, 1780056000 };
	static const int64_t paces[] = { 60 * S, 600 * S, 7200 * S, 30000 * S };
	struct job job;

	w->step_us = paces[one_of(LENGTH(paces))];
	w->now_us = days[one_of(LENGTH(days))] * S + one_of(36000) * S + one_of(1000) * MS;
	w->looked_us = w->now_us;
	w->table = timetable_create();
	pick_schedule(&w->ours, w->step_us);
	set_clock(w);
	act_as_cli(w->c);
	IS(job_add(w->c, "hello", "crew", json_of(w->c, plan_json(w->c, &w->ours, "")), NULL, &job),
	    OK);
	w->version = job.version;
	w->waiting = true;
	next_part(w, false);
	note(w, plan_json(w->c, &w->ours, ""));
	arrive(w);
}

static void go_on(struct world *w, bool happens)
{
	pass(w, S + one_of(1000) * (w->step_us / 500));
	if (happens)
		happen(w);
	pass(w, one_of(20000) * MS);
	if (one_of(3) > 0)
		compare(w);
	if (one_of(3) > 0)
		look(w);
}

static void tell(struct ctx *c, long seed)
{
	struct world w = { .c = c, .story = arena_printf(c->arena, " seed %ld", seed) };

	srandom((unsigned)seed);
	IS(db_script(c, "DELETE FROM run; DELETE FROM job; DELETE FROM outbox; DELETE FROM drift; "
			"DELETE FROM engine_past; DELETE FROM turn; DELETE FROM watch"),
	    OK);
	begin(&w);
	given_past(&w, "n1", true);
	for (int i = 0; i < 25; i++)
		go_on(&w, one_of(3) > 0);
	w.paused = false;
	if (w.down)
		fall(&w);
	arrive(&w);
	for (int i = 0; i < 3; i++)
		go_on(&w, false);
	pass(&w, 15 * S);
	look(&w);
	read_missed(&w);
	for (size_t i = 0; i < w.nmissed; i++)
		it_was_expected(&w, w.missed[i]);
	for (size_t i = 0; i < w.nparts; i++) {
		none_is_left_out(&w, &w.parts[i]);
		no_silence_is_left_out(&w, &w.parts[i]);
	}
	if (getenv("TEST_LOG") != NULL)
		printf("# seed %ld: %zu changes, %zu ran, %zu missed\n", seed, w.nparts, w.nruns,
		    w.nmissed);
	timetable_destroy(w.table);
}

SITE_TEST(random_stories_of_a_job_give_every_miss_and_no_false_one)
{
	const char *more = getenv("STORIES");
	long n = more != NULL ? strtol(more, NULL, 10) : 12;
	struct arena *whole = c->arena;

	given_team(c, "crew");
	given_clock(c);
	IS(db_script(c,
	       "INSERT INTO engine_state (kind, version, leader, nodes, reachable) VALUES "
	       "('dkron', '4.1.2', 'n1', '[{\"name\":\"n1\",\"status\":\"alive\",\"tags\":{}}]'"
	       ", true)"),
	    OK);
	for (long seed = 1; seed <= n; seed++) {
		c->arena = arena_create((size_t)128 << 20);
		tell(c, seed);
		arena_destroy(c->arena);
		c->arena = whole;
	}
}
