#ifndef TESTS_WORK_GIVEN_WORLD_H
#define TESTS_WORK_GIVEN_WORLD_H

/*
 * A world with one job, here and on an engine, and a clock of its own.
 *
 * The embedded engine's own timetable says what fires; what is stored, drifts and is judged goes
 * the product's way, with the clock of Postgres's triggers put back.
 */

#include <inttypes.h>
#include <stdlib.h>

#include "engine/timetable.h"
#include "model/drift.h"
#include "model/outbox_work.h"
#include "schedule/schedule.h"
#include "work/given_missed.h"

#define S  US_PER_S
#define MS (US_PER_S / 1000)

enum {
	RUNS_MAX = 4000,
	PARTS_MAX = 200,
	EVENTS_MAX = 400,
	HISTORY = 100,
	GRACE_S = 60,
	AROUND_S = 3
};

/* A definition, here or there. */
struct plan {
	const char *schedule, *zone;
	bool disabled;
	int64_t starts_us, expires_us;
};

/* From one change to the next. */
struct part {
	struct plan plan;
	int64_t from_us, to_us, held_us; /* held 0: it did not get there */
	int64_t blind_from_us;           /* since the engine fires at other moments nobody looked
					    behind this; 0: it never did */
};

struct fire {
	int64_t at_us, due_us;
};

struct world {
	struct ctx *c;
	const char *story; /* for who reads of a failure */
	int64_t now_us, step_us;
	struct plan ours, theirs;
	struct timetable *table;
	int64_t resting_until_us;
	bool down, paused, waiting, deaf;
	int64_t version;
	struct fire runs[RUNS_MAX];
	size_t nruns;
	struct part parts[PARTS_MAX];
	size_t nparts;
	int64_t events[EVENTS_MAX]; /* what begins intervals anew, or keeps them from it */
	size_t nevents;
	int64_t looked_us;
	int64_t missed[RUNS_MAX];
	size_t nmissed;
};

GIVEN void note(struct world *w, const char *what)
{
	w->story = arena_printf(
	    w->c->arena, "%s\n  %s %s", w->story, time_rfc3339(w->c->arena, w->now_us), what);
}

GIVEN void event(struct world *w)
{
	if (w->nevents < EVENTS_MAX)
		w->events[w->nevents++] = w->now_us;
}

GIVEN long one_of(long n)
{
	return random() % n;
}

/* ---- the clock */

GIVEN void set_clock(struct world *w)
{
	IS(db_script(w->c, arena_printf(w->c->arena,
			       "SELECT set_config('sim.now', '%" PRId64 "', true)", w->now_us)),
	    OK);
}

/* The triggers ask for the time of the story. What is asked for by statements lies ahead of it. */
GIVEN void given_clock(struct ctx *c)
{
	IS(db_script(c,
	       "CREATE FUNCTION sim_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT "
	       "at(current_setting('sim.now')::bigint) $$;"
	       "DO $do$ DECLARE f text; BEGIN FOREACH f IN ARRAY ARRAY['watch_follows', "
	       "'watch_renew'] LOOP EXECUTE replace(replace(pg_get_functiondef(f::regproc), "
	       "'clock_timestamp()', 'now()'), 'now()', 'sim_now()'); END LOOP; END $do$;"
	       "ALTER TABLE watch ALTER from_at SET DEFAULT sim_now(), ALTER judged_at SET DEFAULT "
	       "sim_now(), ALTER due_at SET DEFAULT sim_now();"
	       "ALTER TABLE engine_state DISABLE TRIGGER engine_remembers"),
	    OK);
}

GIVEN void given_past(struct world *w, const char *leader, bool there)
{
	IS(db_script(w->c,
	       arena_printf(w->c->arena,
		   "INSERT INTO engine_past (at, watched, reachable, leader, reason, nodes) VALUES "
		   "(at(%" PRId64 "), true, %s, '%s', %s, '[{\"name\":\"n1\",\"status\":\"alive\","
		   "\"tags\":{}}]'); UPDATE engine_state SET reachable = %s, checked_at = now()",
		   w->now_us, there ? "true" : "false", there ? leader : "",
		   there ? "NULL" : "'refused'", there ? "true" : "false")),
	    OK);
}

/* ---- the engine */

GIVEN const char *moment(struct ctx *c, int64_t us)
{
	return us == 0 ? "null" : arena_printf(c->arena, "\"%s\"", time_rfc3339(c->arena, us));
}

GIVEN const char *plan_json(struct ctx *c, const struct plan *p, const char *more)
{
	return arena_printf(c->arena,
	    "{\"schedule\":\"%s\",\"timezone\":\"%s\",\"disabled\":%s,\"starts_at\":%s,\"expires_"
	    "at\":%s,"
	    "\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}%s}",
	    p->schedule, p->zone, p->disabled ? "true" : "false", moment(c, p->starts_us),
	    moment(c, p->expires_us), more);
}

GIVEN const char *theirs_json(struct world *w)
{
	return plan_json(
	    w->c, &w->theirs, ",\"name\":\"hello\",\"metadata\":{\"signalbox\":\"signalbox\"}");
}

/* It takes the job on, anew or for the first time. */
GIVEN void enter(struct world *w, int64_t at_us)
{
	w->c->now_us = at_us;
	event(w);
	timetable_remove(w->table, "hello");
	timetable_set(w->c, w->table, "hello", w->theirs.schedule, w->theirs.zone, at_us);
}

GIVEN void run(struct world *w, int64_t due_us)
{
	int64_t at_us = due_us + one_of(300) * MS;
	const struct plan *p = &w->theirs;

	if (w->down || p->disabled || at_us < p->starts_us ||
	    (p->expires_us != 0 && at_us > p->expires_us) || w->nruns == RUNS_MAX)
		return;
	w->runs[w->nruns++] = (struct fire){ at_us, due_us };
	if (w->deaf)
		return;
	IS(db_script(w->c, arena_printf(w->c->arena,
			       "INSERT INTO run (job_id, job_name, team_id, group_ns, state, "
			       "trigger, queued_at) "
			       "SELECT id, name, team_id, %" PRId64
			       ", 'succeeded', 'schedule', at(%" PRId64 ") FROM job",
			       at_us * 1000, at_us)),
	    OK);
}

GIVEN void go_to(struct world *w, int64_t to_us)
{
	struct timetable_entry *e;

	if (w->resting_until_us != 0 && w->resting_until_us <= to_us) {
		enter(w, w->resting_until_us);
		w->resting_until_us = 0;
	}
	while (w->resting_until_us == 0 && !w->down && (e = timetable_first(w->table)) != NULL &&
	       e->next_us <= to_us) {
		int64_t due_us = e->next_us;
		w->c->now_us = due_us;
		timetable_advance(w->c, w->table, e);
		run(w, due_us);
	}
	w->now_us = to_us;
	set_clock(w);
}

GIVEN void pass(struct world *w, int64_t us)
{
	go_to(w, w->now_us + us);
}

/* ---- what is expected */

GIVEN struct part *part_now(struct world *w)
{
	return &w->parts[w->nparts - 1];
}

GIVEN void next_part(struct world *w, bool held)
{
	if (w->nparts > 0)
		part_now(w)->to_us = w->now_us;
	if (w->nparts == PARTS_MAX)
		FAIL("more than %d changes", PARTS_MAX);
	w->parts[w->nparts++] = (struct part){ .plan = w->ours,
		.from_us = w->now_us,
		.to_us = INT64_MAX,
		.held_us = held ? w->now_us : 0 };
}

/* ---- what happens */

GIVEN void arrive(struct world *w)
{
	if (w->paused || w->down || !w->waiting)
		return;
	pass(w, one_of(1500) * MS);
	w->theirs = w->ours;
	enter(w, w->now_us);
	w->waiting = false;
	part_now(w)->held_us = w->now_us;
	IS(db_script(w->c, "UPDATE outbox SET state = 'in_sync', done = wanted, reason = NULL;"
			   "DELETE FROM drift"),
	    OK);
}

GIVEN void save(struct world *w)
{
	struct job_edit edit = { .name = "hello",
		.how = JOB_MERGE,
		.input = json_of(w->c, plan_json(w->c, &w->ours, "")) };
	struct job job;

	if (job_edit(w->c, &edit, &job) != OK)
		FAIL("%s: %s", plan_json(w->c, &w->ours, ""), ctx_fault(w->c));
	if (job.version == w->version)
		return;
	w->version = job.version;
	w->waiting = true;
	next_part(w, false);
	note(w, plan_json(w->c, &w->ours, ""));
	arrive(w);
}

#endif
