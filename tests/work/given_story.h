#ifndef TESTS_WORK_GIVEN_STORY_H
#define TESTS_WORK_GIVEN_STORY_H

/* What happens to a job, at random, and what work does meanwhile. */

#include "work/given_world.h"

static const struct {
	const char *schedule;
	int64_t usual_us;
} schedules[] = {
	{ "*/20 * * * * *", 20 * S },
	{ "0 * * * * *", 60 * S },
	{ "10 */5 * * * *", 300 * S },
	{ "0 */30 1-3 * * *", 1800 * S },
	{ "0 30 2 * * *", 86400 * S },
	{ "@hourly", 3600 * S },
	{ "@every 40s", 40 * S },
	{ "@every 15m", 900 * S },
};
static const char *const zones[] = { "", "Europe/Madrid", "America/New_York",
	"Australia/Lord_Howe" };

/* Of about the same pace, so that a story is neither endless nor empty. */
GIVEN void pick_schedule(struct plan *p, int64_t pace_us)
{
	size_t i;

	do
		i = (size_t)one_of(LENGTH(schedules));
	while (schedules[i].usual_us > 4 * pace_us || schedules[i].usual_us * 10 < pace_us);
	p->schedule = schedules[i].schedule;
	p->zone = p->schedule[0] == '@' ? "" : zones[one_of(LENGTH(zones))];
}

GIVEN int64_t moment_near(const struct world *w)
{
	int64_t us = w->now_us + (one_of(7) - 3) * w->step_us;

	return us - us % S;
}

/* One field or another, ours or theirs; whether it fires at other moments then. */
GIVEN bool change(struct world *w, struct plan *p, bool moments)
{
	switch (one_of(moments ? 5 : 4)) {
	case 0:
	case 1:
		p->disabled = !p->disabled;
		return false;
	case 2:
		p->expires_us = one_of(2) == 0 ? 0 : moment_near(w);
		break;
	case 3:
		p->starts_us = one_of(2) == 0 ? 0 : moment_near(w);
		break;
	default:
		pick_schedule(p, w->step_us);
		return true;
	}
	if (p->expires_us != 0 && p->starts_us >= p->expires_us)
		p->starts_us = 0;
	return false;
}

/* Somebody changes the engine's copy; it counts its intervals from there. */
GIVEN void tamper(struct world *w)
{
	struct plan was = w->theirs;

	if (w->down || w->waiting)
		return;
	bool moments = change(w, &w->theirs, one_of(3) == 0) &&
		       (strcmp(was.schedule, w->theirs.schedule) != 0 ||
			   strcmp(was.zone, w->theirs.zone) != 0);
	if (moments && part_now(w)->blind_from_us == 0)
		part_now(w)->blind_from_us = w->looked_us - (GRACE_S + 5) * S;
	enter(w, w->now_us);
	note(w, arena_printf(w->c->arena, "behind our back: %s", theirs_json(w)));
}

GIVEN void fall(struct world *w)
{
	if (w->down) {
		w->down = false;
		given_past(w, "n1", true);
		enter(w, w->now_us);
		note(w, "the engine is back");
		arrive(w);
	} else {
		w->down = true;
		event(w);
		given_past(w, "", false);
		note(w, "the engine is away");
	}
}

GIVEN void elect(struct world *w)
{
	if (w->down)
		return;
	given_past(w, one_of(2) == 0 ? "n2" : "n3", true);
	timetable_remove(w->table, "hello");
	w->resting_until_us = w->now_us + one_of(10000) * MS;
	note(w, "another leader");
}

GIVEN void happen(struct world *w)
{
	switch (one_of(9)) {
	case 0:
	case 1:
		change(w, &w->ours, true);
		save(w);
		break;
	case 2:
		w->paused = !w->paused;
		note(w, w->paused ? "writes are paused" : "writes go through");
		arrive(w);
		break;
	case 3:
		fall(w);
		break;
	case 4:
		elect(w);
		break;
	case 5:
		if (!w->down && w->resting_until_us == 0)
			enter(w, w->now_us); /* begun anew so fast that nobody saw it */
		break;
	case 6:
		w->deaf = !w->deaf;
		break;
	default:
		tamper(w);
	}
}

/* ---- what work does */

/* As the full comparison does with what it finds of this job. */
GIVEN void compare(struct world *w)
{
	struct outbox_stretch all = { .from = "", .to = "", .read_us = INT64_MAX / 2, .max = 2 };
	struct outbox_job *job;
	struct json *spec = NULL;
	const char *fields;
	enum drift_end end;
	size_t n;

	if (w->down || w->waiting)
		return;
	IS(outbox_page(w->c, &all, &job, &n), OK);
	IS(n, 1);
	spec = json_of(w->c, job->spec_text);
	struct json *theirs = json_of(w->c, theirs_json(w));
	IS(spec_engine_differs(w->c, spec_for_engine(w->c, "hello", spec), theirs, &fields), OK);
	bool was = strcmp(job->state, "drifted") == 0;
	if (fields[0] == '\0') {
		if (was) {
			IS(drift_over(w->c, job), OK);
			next_part(w, true);
			note(w, "put right there");
		}
		return;
	}
	job->policy = one_of(3) == 0 ? "revert" : "show";
	IS(drift_found(w->c, job, spec, theirs, &end), OK);
	if (end == DRIFT_REVERTED) {
		next_part(w, false);
		note(w, "put back");
		w->waiting = true;
		arrive(w);
	}
}

GIVEN const char *history(struct world *w)
{
	size_t first = w->nruns > HISTORY ? w->nruns - HISTORY : 0;
	struct buf b;

	buf_init(&b, w->c->arena, 100000);
	buf_text(&b, "[");
	for (size_t i = first; i < w->nruns; i++)
		buf_printf(&b,
		    "%s{\"job_name\":\"hello\",\"started_at\":\"%s\",\"finished_at\":\"0001-01-"
		    "01T00:"
		    "00:00Z\",\"node_name\":\"n1\",\"group\":%" PRId64 "}",
		    i > first ? "," : "", time_rfc3339(w->c->arena, w->runs[i].at_us),
		    w->runs[i].at_us * 1000);
	buf_text(&b, "]");
	return b.data;
}

GIVEN void look(struct world *w)
{
	struct fake_rule rules[] = {
		{ .asked = "GET /v1/jobs/hello/executions?", .status = 200, .body = history(w) },
		{ .asked = "GET /v1/jobs/hello ", .status = 200, .body = theirs_json(w) },
	};
	struct scene s;
	int64_t pruned_us = time_now_us();

	if (w->down || w->resting_until_us != 0)
		return;
	IS(db_script(w->c, "DELETE FROM turn"), OK);
	scene_begin(w->c, &s, rules, LENGTH(rules));
	s.w.c.now_us = w->now_us;
	missed_turn(&s.w, &pruned_us);
	scene_end(&s);
	w->looked_us = w->now_us;
}

#endif
