/* The full comparison: what is there, what is not, and when nothing can be said. */

#include "core/time.h"
#include "work/engine_watch.h"
#include "work/given_work.h"
#include "work/pass.h"

SITE_TEST(a_pass_puts_back_what_was_changed_or_taken_away_where_that_is_the_policy)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[" ON_ENGINE("a-foreign", "0",
	    "other") "," ON_ENGINE("changed", "3", "signalbox") "," OURS_ON_ENGINE("same") "]") };
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "changed");
	given_synced(c, "missing");
	given_synced(c, "same");
	scene_begin(c, &s, rules, LENGTH(rules));
	s.config.drift = "revert";
	pass_run(&s.w);
	SYNC("changed", "pending", "%%(retries) and is put back");
	SYNC("missing", "pending", "%%(it was gone)%%");
	SYNC("same", "in_sync", "");
	AUDITED("job_drift_reverted", "job:changed", 1);
	AUDITED("job_drift_reverted", "job:missing", 1);
	AUDITED("job_drift_reverted", "job:same", 0);
	YES(holds(c, "(SELECT count(*) FROM outbox) = 3"));
	pass_run(&s.w);
	AUDITED("job_drift_reverted", "job:changed", 1); /* once is enough until it is put back */
	scene_end(&s);
}

SITE_TEST(a_pass_leaves_alone_what_was_saved_a_moment_ago)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 200, "[]", 0, 0 } };
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "fresh");
	IS(db_script(c, "UPDATE outbox SET try_at = now()"), OK);
	given_scheduled(c, "unsaved", "@hourly", "");
	scene_begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	SYNC("fresh", "in_sync", "");
	SYNC("unsaved", "pending", "");
	YES(holds(c, "NOT EXISTS (SELECT FROM audit WHERE verb = 'job_drift_reverted')"));
	scene_end(&s);
}

SITE_TEST(a_stray_copy_is_deleted_only_when_the_job_was_once_ours)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 200,
		    "[" ON_ENGINE("deleted", "0", "signalbox") "," ON_ENGINE(
			"never", "0", "signalbox") "," ON_ENGINE("theirs", "0", "other") "]",
		    0, 0 } };
	struct scene s;

	given_deleted(c, "deleted");
	IS(db_script(c, "DELETE FROM outbox"), OK);
	scene_begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	YES(holds(c, "(SELECT job_id IS NULL FROM outbox WHERE job_name = 'deleted')"));
	YES(holds(c, "(SELECT count(*) FROM outbox) = 1"));
	scene_end(&s);
}

SITE_TEST(a_job_that_the_engine_removed_after_its_success_stays_removed)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 200, "[]", 0, 0 } };
	struct scene s;
	struct job job;

	given_team(c, "crew");
	IS(job_add(c, "once", "crew",
	       json_of(c, "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"true\"},\"ephemeral\":true}"),
	       NULL, &job),
	    OK);
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted, try_at = now() - "
			"interval '1 h'"),
	    OK);
	heard_one(c, "once", T0, T0, T0 + 5, true);
	scene_begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	SYNC("once", "in_sync", "");
	scene_end(&s);
}

SITE_TEST(a_pass_that_cannot_read_the_list_changes_nothing)
{
	static const struct fake_rule broken[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?", 500, "x", 0, 0 } };
	static const struct fake_rule odd[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?", 200, "{\"not\":\"a list\"}", 0, 0 } };
	static const struct fake_rule unsorted[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?", 200, "[{\"name\":\"b\"},{\"name\":\"a\"}]", 0, 0 } };
	static const struct {
		const struct fake_rule *rules;
		size_t n;
	} engines[] = { { broken, LENGTH(broken) }, { odd, LENGTH(odd) },
		{ unsorted, LENGTH(unsorted) } };
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "hello");
	for (size_t i = 0; i < LENGTH(engines); i++) {
		scene_begin(c, &s, engines[i].rules, engines[i].n);
		pass_run(&s.w);
		SYNC("hello", "in_sync", "");
		scene_end(&s);
	}
}

SITE_TEST(counters_that_changed_make_a_history_due)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 200,
		    "[" ON_ENGINE("ran", "7", "signalbox") "," ON_ENGINE(
			"slept", "0", "signalbox") "]",
		    0, 0 } };
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "ran");
	given_synced(c, "slept");
	scene_begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	YES(holds(
	    c, "(SELECT string_agg(job_name, ',') = 'ran' FROM harvest WHERE due_at IS NOT NULL)"));
	IS(db_script(c, "UPDATE harvest SET seen = latest, due_at = NULL"), OK);
	pass_run(&s.w);
	YES(holds(c, "NOT EXISTS (SELECT FROM harvest WHERE due_at IS NOT NULL)"));
	scene_end(&s);
}

SITE_TEST(an_engine_that_left_a_pass_without_an_answer_was_away_though_it_answers_again)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 0, NULL, 0, 0 } };
	struct scene s;
	bool reachable;

	scene_begin(c, &s, rules, LENGTH(rules));
	IS(db_script(c, "DELETE FROM engine_state; DELETE FROM engine_past"), OK);
	engine_look(&s.w, &reachable);
	YES(reachable);
	YES(holds(c, "NOT EXISTS (SELECT FROM engine_past WHERE NOT reachable)"));
	pass_run(&s.w);
	engine_look(&s.w, &reachable);
	YES(reachable);
	YES(holds(c, "(SELECT reachable FROM engine_state)"));
	YES(holds(c, "(SELECT array_agg(reachable ORDER BY id) = '{t,f,t}' FROM engine_past)"));
	YES(holds(c, "(SELECT reason LIKE 'the engine does not answer: %%' FROM engine_past WHERE "
		     "NOT reachable)"));
	engine_look(&s.w, &reachable);
	YES(holds(c, "(SELECT count(*) FROM engine_past) = 3")); /* told once */
	scene_end(&s);
}

static int64_t synced_us(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as_cli(c);
	IS(job_get(c, name, &job), OK);
	return job.synced_us.value;
}

static void pass_over(struct ctx *c, const struct fake_rule *rules, size_t n)
{
	struct scene s;

	scene_begin(c, &s, rules, n);
	pass_run(&s.w);
	scene_end(&s);
}

SITE_TEST(since_when_a_job_is_in_sync_is_written_with_the_change_alone)
{
	static const struct fake_rule same[] = { ENGINE_LISTS(
	    "[" OURS_ON_ENGINE("another") "," OURS_ON_ENGINE("job") "]") };
	static const struct fake_rule other[] = { ENGINE_LISTS(
	    "[" OURS_ON_ENGINE("another") "," ON_ENGINE("job", "3", "signalbox") "]") };
	const int64_t then_us = INT64_C(1577836800000000);

	given_team(c, "crew");
	given_synced(c, "another");
	given_synced(c, "job");
	IS(db_script(c, "UPDATE outbox SET synced_at = '2020-01-01 00:00Z'"), OK);
	IS(db_script(c, "CREATE TEMP TABLE before ON COMMIT DROP AS SELECT xmin::text AS x, "
			"cmin::text AS n, job_name FROM outbox"),
	    OK);
	pass_over(c, same, LENGTH(same));
	YES(holds(c, "(SELECT count(*) = 2 AND bool_and(o.xmin::text = b.x AND o.cmin::text = b.n) "
		     "FROM outbox o JOIN before b USING (job_name))"));
	pass_over(c, other, LENGTH(other));
	SYNC("job", "drifted", "changed on the engine: retries");
	IS(synced_us(c, "job"), 0);
	pass_over(c, same, LENGTH(same));
	SYNC("job", "in_sync", "");
	YES(synced_us(c, "job") > then_us);
	IS(synced_us(c, "another"), then_us);
}

SITE_TEST(a_pass_learns_from_the_engine_when_an_interval_began_anew)
{
	const char *next = time_rfc3339(c->arena, (time_now_us() / US_PER_S + 3500) * US_PER_S);
	const char *list = arena_printf(c->arena, "[%s\"next\":\"%s\",%s]",
	    "{\"name\":\"every\",\"schedule\":\"@every 1h\",\"retries\":0,\"concurrency\":"
	    "\"allow\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"},",
	    next, LABELLED("signalbox") "}");
	const struct fake_rule rules[] = { ENGINE_LISTS(list) };
	struct scene s;

	given_team(c, "crew");
	given_scheduled(c, "every", "@every 1h", "");
	given_all_synced(c);
	IS(db_script(c, "UPDATE job SET next_from = now() - interval '50 minutes'"), OK);
	IS(db_script(c, "UPDATE job_now SET next_at = now() + interval '10 minutes'"), OK);
	scene_begin(c, &s, rules, LENGTH(rules));
	pass_run(&s.w);
	SYNC("every", "in_sync", "");
	YES(holds(c, "(SELECT next_at FROM job_now) = '%s'::timestamptz", next));
	scene_end(&s);
}
