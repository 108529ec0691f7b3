/* Missed runs: what becomes of them, of what is expected, and what is late. */

#include "work/given_missed.h"

SITE_TEST(a_run_that_comes_after_all_takes_the_place_of_the_missed_one)
{
	struct heard_execution e = {
		.node = "n1", .id = "1-n1", .ended = true, .ok = true, .settled = true, .code = -1
	};
	bool known;

	given_hello(c, "*/5 * * * * *");
	LOOK({ NEVER_RAN }, { STANDS("") });
	IS(db_script(c, "CREATE TEMP TABLE was ON COMMIT DROP AS SELECT id, us(queued_at) AS at_us "
			"FROM run ORDER BY queued_at LIMIT 1"),
	    OK);
	struct run *runs;
	size_t n;
	act_as_cli(c);
	IS(run_recent(c, "hello", 10, &runs, &n), OK);
	int64_t at_us = INT64_MAX;
	for (size_t i = 0; i < n; i++)
		at_us = runs[i].queued_us < at_us ? runs[i].queued_us : at_us;
	e.start_ns = (at_us + 40000) * 1000;
	e.end_ns = e.start_ns + 5 * NS_PER_MS;
	IS(run_hear(c,
	       &(struct heard){
		   .job = "hello", .group_ns = (at_us + 30000) * 1000, .executions = &e, .n = 1 },
	       &known),
	    OK);
	YES(holds(c, "(SELECT state = 'succeeded' AND reason IS NULL AND group_ns IS NOT NULL FROM "
		     "run JOIN was USING (id))"));
	YES(holds(c, "(SELECT count(*) = %zu FROM run)", n));
	/* One that answers no missed fire is a run of its own. */
	e.id = "2-n1";
	e.start_ns += 5100 * NS_PER_MS;
	e.end_ns = e.start_ns;
	IS(db_script(c, "DELETE FROM missed_fire WHERE at_us > (SELECT at_us FROM was)"), OK);
	IS(run_hear(c,
	       &(struct heard){ .job = "hello", .group_ns = e.start_ns, .executions = &e, .n = 1 },
	       &known),
	    OK);
	YES(holds(c, "(SELECT count(*) = %zu FROM run)", n + 1));
}

SITE_TEST(an_edit_ends_what_was_expected_and_drift_forgets_it)
{
	struct job job;

	given_hello(c, "*/5 * * * * *");
	IS(job_set_disabled(c, "hello", true, &job), OK);
	YES(holds(c,
	    "(SELECT count(*) = 2 AND count(held_at) = 1 AND bool_and((until_at IS NULL) = "
	    "(held_at IS NULL)) FROM watch)"));
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted"), OK);
	YES(holds(c, "(SELECT count(*) = 2 AND max(version) FILTER (WHERE until_at IS NULL) = 2 "
		     "FROM watch)"));
	IS(db_script(
	       c, "UPDATE watch SET until_at = now() - interval '65 s' WHERE until_at IS NOT NULL"),
	    OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	/* The stretch before is judged to its end and gone; of a job that is off nothing is
	 * expected. */
	YES(holds(c, "(SELECT count(*) = 1 AND bool_and(due_at = 'infinity' AND next_at IS NULL) "
		     "FROM watch)"));
	IS(db_script(c, "INSERT INTO drift (job_name, job_id, version, engine, fields) "
			"SELECT name, id, 2, '{}', 'schedule' FROM job;"
			"UPDATE outbox SET state = 'drifted'"),
	    OK);
	YES(holds(c, "(SELECT count(*) = 0 FROM watch)"));
	/* From when ours is to be there again it is expected again. */
	IS(db_script(
	       c, "UPDATE outbox SET state = 'pending', reason = 'the engine''s copy was changed'"),
	    OK);
	YES(holds(c, "(SELECT count(*) = 1 AND bool_and(held_at IS NULL AND had = 2) FROM watch)"));
}

SITE_TEST(a_job_switched_off_on_the_engine_is_missed_while_the_drift_is_open)
{
	static const char drift[] = "INSERT INTO drift (job_name, job_id, version, engine, fields) "
				    "SELECT name, id, 1, '{\"disabled\":true}', '%s' FROM job "
				    "ON CONFLICT (job_name) DO UPDATE SET fields = excluded.fields;"
				    "UPDATE outbox SET state = 'drifted'";

	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, arena_printf(c->arena, drift, "disabled, tags")), OK);
	LOOK({ NEVER_RAN }, { STANDS(",\"disabled\":true") });
	BECAUSE("switched off on the engine");
	JUDGE_ANEW();
	/* Put right there: what had been missed until then still is. */
	IS(db_script(c, "DELETE FROM drift; UPDATE outbox SET state = 'in_sync'"), OK);
	YES(holds(c, "(SELECT count(*) = 2 AND count(until_at) = 1 AND count(held_at) = 2 FROM "
		     "watch)"));
	LOOK({ NEVER_RAN }, { STANDS("") });
	BECAUSE("switched off on the engine");
	JUDGE_ANEW();
	IS(db_script(c, arena_printf(c->arena, drift, "disabled, schedule")), OK);
	YES(holds(c, "(SELECT count(*) = 0 FROM watch)"));
}

SITE_TEST(a_gap_of_days_is_told_without_a_row_for_each_fire)
{
	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '3 h', from_at = now() - "
			"interval '4 h'"),
	    OK);
	for (int i = 0; i < 4; i++)
		LOOK({ NEVER_RAN }, { STANDS("") });
	YES(holds(c, "(SELECT count(*) BETWEEN 51 AND 54 FROM run WHERE state = 'missed')"));
	YES(holds(
	    c, "(SELECT count(*) >= 1 FROM run WHERE reason LIKE '%%; as were %% before it')"));
}

SITE_TEST(a_job_is_late_until_it_runs_or_is_judged)
{
	struct late *late;
	size_t n;

	given_hello(c, "*/5 * * * * *");
	IS(db_script(c, "UPDATE watch SET next_at = now() - interval '30 s'"), OK);
	act_as_cli(c);
	IS(late_list(c, NULL, 10, &late, &n), OK);
	IS(n, 1);
	SAME(late[0].name, "hello");
	IS(late_list(c, "other", 10, &late, &n), OK);
	IS(n, 0);
	given_member(c, "crew", "vera", ROLE_VIEWER);
	given_account(c, "nobody", false);
	act_as(c, "vera");
	IS(late_list(c, "hello", 10, &late, &n), OK);
	IS(n, 1);
	act_as(c, "nobody");
	IS(late_list(c, "hello", 10, &late, &n), OK);
	IS(n, 0);
	given_runs(c, "schedule");
	act_as_cli(c);
	IS(late_list(c, NULL, 10, &late, &n), OK);
	IS(n, 0);
}

static size_t late_with_a_run(struct ctx *c, const char *trigger, int seconds_ago)
{
	struct late *late;
	size_t n;

	IS(db_script(
	       c, arena_printf(c->arena,
		      "DELETE FROM run; INSERT INTO run (job_id, job_name, team_id, group_ns, "
		      "state, trigger) SELECT id, name, team_id, us(now() - interval '%d s') "
		      "* 1000, 'succeeded', '%s' FROM job",
		      seconds_ago, trigger)),
	    OK);
	IS(late_list(c, "hello", 10, &late, &n), OK);
	return n;
}

/* Of @every only the engine knows the phase: what is expected behind a save, a restart or a request
 * is the last moment at which it may be. */
SITE_TEST(an_interval_that_fired_before_it_had_to_is_not_late)
{
	static const char *const same[] = { "@every 20s", "CRON_TZ=UTC @every 20s" };

	for (size_t i = 0; i < LENGTH(same); i++) {
		IS(db_script(c, "DELETE FROM job; DELETE FROM outbox; DELETE FROM run; DELETE FROM "
				"engine_state; DELETE FROM team"),
		    OK);
		given_hello(c, same[i]);
		IS(db_script(c, "UPDATE watch SET judged_at = now() - interval '32 s', next_at = "
				"now() - interval '12 s'"),
		    OK);
		act_as_cli(c);
		IS(late_with_a_run(c, "schedule", 15), 0);
		IS(late_with_a_run(c, "schedule", 12), 0);
		IS(late_with_a_run(c, "schedule", 32), 1);
		IS(late_with_a_run(c, "manual", 15), 1);
	}
}

SITE_TEST(what_the_engine_was_like_is_remembered_when_it_changes)
{
	given_hello(c, "@hourly");
	IS(db_script(c, "UPDATE engine_state SET checked_at = checked_at + interval '3 s'"), OK);
	YES(holds(c, "(SELECT count(*) = 1 FROM engine_past)"));
	IS(db_script(c,
	       "UPDATE engine_state SET checked_at = checked_at + interval '3 s', leader = 'n2'"),
	    OK);
	YES(holds(c, "(SELECT count(*) = 2 FROM engine_past)"));
	IS(db_script(c, "UPDATE engine_state SET checked_at = checked_at + interval '1 min'"), OK);
	YES(holds(c,
	    "(SELECT count(*) = 4 AND count(*) FILTER (WHERE NOT watched) = 1 FROM engine_past)"));
}

SITE_TEST(two_hosts_that_find_the_same_fire_missing_add_one_run)
{
	struct unanswered u = { .at_us = c->now_us - 100 * US_PER_S, .until_us = c->now_us };
	int64_t first = 0, second = 1;
	struct watch *w;
	size_t n;

	given_hello(c, "*/5 * * * * *");
	IS(watch_due(c, 10, true, &w, &n), OK);
	IS(n, 1);
	IS(missed_add(c, &w[0], &u, "because", &first), OK);
	IS(missed_add(c, &w[0], &u, "because", &second), OK);
	YES(first != 0);
	IS(second, 0);
	MISSED(1);
}

SITE_TEST(a_loop_says_how_it_is_doing)
{
	struct scene s;

	scene_begin(c, &s, NULL, 0);
	s.w.name = "settle";
	YES(worker_turn(&s.w));
	fault_set(&s.w.c, NULL, "the sky fell");
	YES(!worker_ok(&s.w, "looking", ERR_UNAVAILABLE));
	worker_wait(&s.w, NULL, 0);
	worker_wait(&s.w, NULL, 0); /* told at most every ten seconds */
	scene_end(&s);
	YES(holds(c,
	    "(SELECT count(*) = 1 AND max(errors) = 1 AND max(error) = 'looking: the sky fell' "
	    "FROM loop_state"
	    " WHERE loop = 'settle' AND pid = %d AND error_at IS NOT NULL)",
	    (int)getpid()));
}
