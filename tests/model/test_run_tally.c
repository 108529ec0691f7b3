/* What work does behind runs that have ended: statistics, search, retention. */

#include "model/given_run.h"
#include "model/job_stats.h"
#include "model/run_tally.h"

enum { ROUNDS = 12, STEPS = 60, JOBS = 3 };

static void sql(struct ctx *c, const char *text)
{
	if (db_script(c, text) != OK)
		FAIL("%s: %s", text, ctx_fault(c));
}

#define SQL(...) sql(c, arena_printf(c->arena, __VA_ARGS__))

static void fold_all(struct ctx *c)
{
	int64_t n = 1;

	for (int i = 0; i < 100 && n > 0; i++)
		IS(run_tally(c, 1000, &n), OK);
	IS(n, 0);
}

static void given_jobs(struct ctx *c)
{
	given_team(c, "crew");
	for (int i = 0; i < JOBS; i++)
		given_scheduled(c, arena_printf(c->arena, "job-%d", i), "@hourly", "");
}

/* ---- statistics */

/* Any state, at any time of the last days, for any time. */
static const char *some_end(struct ctx *c)
{
	static const char *const states[] = { "queued", "running", "succeeded", "succeeded",
		"failed", "stopped", "lost", "missed" };
	const char *state = states[random() % (long)LENGTH(states)];
	long ago = random() % 400000, ms = random() % 3 == 0 ? random() % 50 : random() % 900000;

	if (random() % 8 == 0)
		return arena_printf(c->arena, "'%s', NULL::timestamptz, NULL::timestamptz", state);
	return arena_printf(c->arena,
	    "'%s', date_trunc('day', now()) - interval '%ld s', date_trunc('day', now()) - "
	    "interval '%ld s' + interval '%ld ms'",
	    state, ago, ago, ms);
}

static void some_run(struct ctx *c)
{
	SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, started_at, finished_at) "
	    "SELECT id, name, team_id, 'schedule', %s FROM job WHERE name = 'job-%ld'",
	    some_end(c), random() % JOBS);
}

static void some_change(struct ctx *c)
{
	SQL("UPDATE run SET (state, started_at, finished_at) = (SELECT x.a, x.b, x.c FROM (VALUES "
	    "(%s)) x (a, b, c)) WHERE id = "
	    "(SELECT id FROM run ORDER BY md5(id::text || '%ld') LIMIT 1)",
	    some_end(c), random());
}

/* The same once more: nothing may count twice. */
static void said_twice(struct ctx *c)
{
	sql(c, "UPDATE run SET state = state, started_at = started_at, finished_at = finished_at");
}

static void some_retention(struct ctx *c)
{
	SQL("WITH gone AS (DELETE FROM run WHERE id = (SELECT id FROM run WHERE state NOT IN "
	    "('queued', 'running') "
	    "ORDER BY md5(id::text || '%ld') LIMIT 1) RETURNING *), "
	    "less AS (INSERT INTO run_total AS x SELECT state, -1 FROM gone ON CONFLICT (state) DO "
	    "UPDATE SET n = x.n - 1) "
	    "INSERT INTO removed SELECT * FROM gone",
	    random());
}

static void some_step(struct ctx *c)
{
	int64_t n;

	switch (random() % 8) {
	case 0:
		said_twice(c);
		break;
	case 1:
		some_retention(c);
		break;
	case 2:
		IS(run_tally(c, 1 + random() % 9, &n), OK);
		break;
	case 3:
	case 4:
		some_change(c);
		break;
	default:
		some_run(c);
	}
}

/* All that is counted, as one text; rows of nothing are none. */
static const char *counted(void)
{
	return "(SELECT coalesce(string_agg(x, E'\\n' ORDER BY x), '') FROM ("
	       "SELECT concat_ws(' ', 'day', job_id, day, succeeded, failed, stopped, lost, "
	       "missed) FROM job_day"
	       " WHERE (succeeded, failed, stopped, lost, missed) <> (0, 0, 0, 0, 0)"
	       " UNION ALL SELECT concat_ws(' ', 'hist', job_id, day, bucket, n) FROM job_hist "
	       "WHERE n <> 0"
	       " UNION ALL SELECT concat_ws(' ', 'usual', job_id, p50_ms, p95_ms, n) FROM job_usual"
	       " UNION ALL SELECT concat_ws(' ', 'hour', extract(epoch FROM hour), team_id, state, "
	       "n) FROM run_hour WHERE n <> 0) t (x))";
}

SITE_TEST(statistics_equal_a_count_from_scratch_whatever_happened)
{
	given_jobs(c);
	sql(c, "CREATE TEMP TABLE removed (LIKE run) ON COMMIT DROP");
	sql(c, "CREATE TEMP TABLE summed (text text) ON COMMIT DROP");
	for (int round = 0; round < check_rounds(ROUNDS); round++) {
		srandom((unsigned)round);
		for (int i = 0; i < STEPS; i++)
			some_step(c);
		fold_all(c);
		YES(holds(c, "NOT EXISTS (SELECT FROM run_total t WHERE t.n <> (SELECT count(*) "
			     "FROM run r WHERE r.state = t.state))"));
		SQL("DELETE FROM summed; INSERT INTO summed VALUES (%s)", counted());
		sql(c, "ALTER TABLE run DISABLE TRIGGER USER");
		sql(c, "INSERT INTO run (id, job_id, job_name, team_id, state, trigger, queued_at, "
		       "started_at, finished_at) OVERRIDING SYSTEM VALUE "
		       "SELECT id, job_id, job_name, team_id, state, trigger, queued_at, "
		       "started_at, finished_at FROM removed; SELECT run_recount(); "
		       "DELETE FROM removed");
		sql(c, "ALTER TABLE run ENABLE TRIGGER USER");
		if (!holds(c, "(SELECT text FROM summed) = %s", counted()))
			FAIL("round %d: the sums are not what a count gives", round);
	}
	YES(holds(c, "(SELECT count(*) FROM job_day) > 2 AND (SELECT count(*) FROM job_hist) > 5 "
		     "AND (SELECT count(*) FROM job_usual) = 3"));
}

SITE_TEST(a_run_that_is_healed_moves_from_lost_to_succeeded)
{
	given_jobs(c);
	SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, started_at, finished_at) "
	    "SELECT id, name, team_id, 'schedule', "
	    "'lost', now(), now() FROM job WHERE name = 'job-0'");
	fold_all(c);
	YES(holds(c, "(SELECT (lost, succeeded) FROM job_day) = (1, 0)"));
	SQL("UPDATE run SET state = 'succeeded', finished_at = started_at + interval '90 s'");
	fold_all(c);
	YES(holds(c, "(SELECT (lost, succeeded) FROM job_day) = (0, 1)"));
	YES(holds(c, "(SELECT p50_ms BETWEEN 81000 AND 99000 AND p95_ms = p50_ms AND n = 1 FROM "
		     "job_usual)"));
	YES(holds(
	    c, "(SELECT value FROM metrics() WHERE name = 'runs' AND label = 'succeeded') = 1"));
	YES(holds(c, "(SELECT value FROM metrics() WHERE name = 'runs' AND label = 'lost') = 0"));
}

/* ---- search */

static int64_t given_printed(struct ctx *c, const char *job, const char *state, const char *text)
{
	struct run *runs = NULL;
	size_t n = 0;

	SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, started_at, finished_at, "
	    "queued_at) SELECT id, name, team_id, 'schedule', "
	    "'%s', now(), now(), clock_timestamp() FROM job WHERE name = '%s'",
	    state, job);
	IS(run_recent(c, job, 1, &runs, &n), OK);
	SQL("INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, started_at, "
	    "finished_at, output_size, output_complete) VALUES "
	    "(%lld, '%s', '%lld-n1', 'n1', 1, '%s', now(), now(), length('%s'::bytea), true); "
	    "INSERT INTO output SELECT id, 0, '%s'::bytea FROM execution WHERE run_id = %lld",
	    (long long)runs[0].id, job, (long long)runs[0].id, state, text, text,
	    (long long)runs[0].id);
	return runs[0].id;
}

static size_t found(struct ctx *c, struct run_query q)
{
	struct run *runs;
	const char *next;
	size_t n = 0;

	q.limit = 50;
	if (run_list(c, &q, &runs, &n, &next) != OK)
		FAIL("%s", ctx_fault(c));
	return n;
}

SITE_TEST(words_of_outputs_and_of_names_are_searched)
{
	given_jobs(c);
	given_printed(c, "job-0", "succeeded",
	    "Ledger of 2026-11-21 written to /var/out/Ledger.csv\\012all is well\\012");
	given_printed(c, "job-1", "failed", "opening ledger\\012fatal: it is locked\\012");
	fold_all(c);
	IS(found(c, (struct run_query){ .q = "ledger" }), 2);
	IS(found(c, (struct run_query){ .q = "LEDGER locked" }), 1);
	IS(found(c, (struct run_query){ .q = "out/ledger.csv" }), 1);
	IS(found(c, (struct run_query){ .q = "lock" }), 1);
	IS(found(c, (struct run_query){ .q = "lock ledger" }), 0);
	/* of a name any part, of what was printed whole words: only the last may be a beginning */
	IS(found(c, (struct run_query){ .q = "edger" }), 0);
	IS(found(c, (struct run_query){ .q = "le" }), 0);
	IS(found(c, (struct run_query){ .q = "job-1" }), 1);
	IS(found(c, (struct run_query){ .q = "OB-1" }), 1);
	IS(found(c, (struct run_query){ .q = "ledger", .job = "job-0" }), 1);
	IS(found(c, (struct run_query){ .q = "ledger", .state = "failed,lost" }), 1);
	IS(found(c, (struct run_query){ .q = "ledger", .team = "crew" }), 2);
	IS(found(c, (struct run_query){ .q = "ledger", .node = "n2" }), 0);
	IS(found(c, (struct run_query){ .q = "'); --" }), 0);
	IS(found(c, (struct run_query){ .q = "!!" }), 0);
	given_account(c, "nina", false);
	act_as(c, "nina");
	IS(found(c, (struct run_query){ .q = "ledger" }), 0);
	given_team(c, "other");
	given_member(c, "other", "otto", ROLE_VIEWER);
	act_as(c, "otto");
	IS(found(c, (struct run_query){ .q = "ledger" }), 0);
	IS(found(c, (struct run_query){ .q = "job" }), 0);
}

SITE_TEST(the_line_that_says_why_is_kept_of_what_failed)
{
	given_jobs(c);
	given_printed(c, "job-0", "failed",
	    "exit status 3\\012opening ledger 4711\\012fatal: ledger 12 is locked by "
	    "99\\012bye\\012");
	given_printed(c, "job-1", "failed", "one\\012two\\012\\012");
	SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, reason, finished_at) "
	    "SELECT id, name, team_id, 'schedule', 'lost', "
	    "'its node n7 left the engine before it ended', now() FROM job WHERE name = 'job-2'");
	fold_all(c);
	YES(holds(c, "EXISTS (SELECT FROM run_text WHERE error = 'fatal: ledger 12 is locked by "
		     "99' AND error_key = 'fatal: ledger # is locked by #')"));
	YES(holds(c, "EXISTS (SELECT FROM run_text WHERE error = 'two')"));
	YES(holds(c, "EXISTS (SELECT FROM run_text WHERE error_key = 'its node n# left the engine "
		     "before it ended')"));
	IS(found(c, (struct run_query){ .q = "left the engine" }), 1);
}

/* ---- retention */

static void given_old(struct ctx *c, const char *job, int days_ago, const char *state)
{
	SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, queued_at, started_at, "
	    "finished_at) SELECT id, name, team_id, 'schedule', "
	    "'%s', now() - interval '%d days', now() - interval '%d days', now() - interval '%d "
	    "days' FROM job WHERE name = '%s'",
	    state, days_ago, days_ago, days_ago, job);
}

static int64_t retain(struct ctx *c, struct run_keep keep)
{
	const char *next = "";
	int64_t gone = 0, all = 0;

	do {
		IS(run_retain(c, &keep, next, &next, &gone), OK);
		all += gone;
	} while (next != NULL && all < 1000);
	return all;
}

SITE_TEST(old_runs_go_by_the_policy_of_job_team_or_configuration)
{
	given_jobs(c);
	for (int i = 0; i < JOBS; i++)
		for (int days = 1; days < 40; days += 4)
			given_old(c, arena_printf(c->arena, "job-%d", i), days, "succeeded");
	fold_all(c);
	IS(retain(c, (struct run_keep){ .days = 100 }), 0);
	IS(retain(c, (struct run_keep){ .days = 30 }), 6); /* 33 and 37 days, of three jobs */
	SQL("UPDATE job SET spec = spec || '{\"keep_days\": 10}' WHERE name = 'job-1'");
	IS(retain(c, (struct run_keep){ .days = 30 }), 5); /* 13 to 29 */
	sql(c, "UPDATE team SET keep_runs = 2 WHERE name = 'crew'");
	IS(retain(c, (struct run_keep){ .days = 30, .runs = 1000 }), 6 + 1 + 6);
	YES(holds(c,
	    "(SELECT bool_and(n = 2) FROM (SELECT count(*) AS n FROM run GROUP BY job_name) x)"));
	YES(holds(c, "(SELECT sum(succeeded) FROM job_day) = 30"));
	YES(holds(c, "(SELECT n FROM run_total WHERE state = 'succeeded') = 6"));
	YES(holds(c, "(SELECT runs FROM run_retained) = 24"));
	IS(run_retain_tell(c), OK);
	AUDITED("run_retain", "runs", 0);
	sql(c, "UPDATE run_retained SET day = day - 1");
	IS(run_retain_tell(c), OK);
	IS(run_retain_tell(c), OK);
	AUDITED("run_retain", "runs", 1);
}

SITE_TEST(open_runs_and_the_last_of_a_job_always_stay)
{
	given_jobs(c);
	given_old(c, "job-0", 50, "running");
	given_old(c, "job-0", 49, "queued");
	given_old(c, "job-0", 40, "failed");
	given_old(c, "job-0", 41, "failed");
	IS(retain(c, (struct run_keep){ .days = 1 }), 1);
	YES(holds(c, "(SELECT array_agg(state ORDER BY queued_at) FROM run) = ARRAY['running', "
		     "'queued', 'failed']"));
}

SITE_TEST(output_may_go_before_its_run)
{
	struct run_keep keep = { .output_days = 7 };
	struct output o;
	int64_t gone;

	given_jobs(c);
	int64_t id = given_printed(c, "job-0", "succeeded", "something about ledgers");
	given_printed(c, "job-1", "succeeded", "something else");
	fold_all(c);
	IS(run_retain_outputs(c, &keep, &gone), OK);
	IS(gone, 0);
	SQL("UPDATE execution SET started_at = started_at - interval '8 days' WHERE run_id = %lld",
	    (long long)id);
	IS(run_retain_outputs(c, &keep, &gone), OK);
	IS(gone, 1);
	IS(run_output(c, id, NULL, 0, 100, &o), OK);
	YES(o.gone && o.len == 0 && o.size == 23);
	IS(found(c, (struct run_query){ .q = "something" }), 1);
	IS(run_retain_outputs(c, &keep, &gone), OK);
	IS(gone, 0);
}

/* ---- what a job's page and the API say */

SITE_TEST(a_job_says_how_it_has_done)
{
	struct job_stats s;

	given_jobs(c);
	for (int i = 0; i < 20; i++)
		SQL("INSERT INTO run (job_id, job_name, team_id, trigger, state, started_at, "
		    "finished_at) SELECT id, name, team_id, 'schedule', "
		    "'%s', now(), now() + interval '%d s' FROM job WHERE name = 'job-0'",
		    i == 0 ? "failed" : "succeeded", i == 19 ? 100 : 10);
	fold_all(c);
	IS(job_stats(c, "job-0", STATS_DAYS, &s), OK);
	IS(s.succeeded, 19);
	IS(s.failed, 1);
	IS(job_stats_counted(&s), 20);
	YES(s.p50_ms.value > 9000 && s.p50_ms.value < 11000);
	YES(s.p95_ms.value > 90000 && s.p95_ms.value < 110000);
	YES(s.failure_id.set && s.n == 1);
	SAME(s.failure_state.text, "failed");
	SQL("DELETE FROM run WHERE id = %lld", (long long)s.failure_id.value);
	IS(job_stats(c, "job-0", STATS_DAYS, &s), OK);
	YES(!s.failure_id.set && s.failed == 1);
	IS(job_stats(c, "job-1", STATS_DAYS, &s), OK);
	YES(s.n == 0 && !s.p50_ms.set);
	given_account(c, "nina", false);
	act_as(c, "nina");
	IS(job_stats(c, "job-0", STATS_DAYS, &s), ERR_NOT_FOUND);
}
