/* What becomes of a save: the engine's answers, good and bad. */

#include "work/given_work.h"

static const struct fake_rule accepting[] = { ENGINE_IS_EMPTY,
	{ "POST /v1/jobs", 201, "{}", 0, 0 } };

static void given_hello(struct ctx *c)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
}

SITE_TEST(a_saved_job_is_put_on_the_engine)
{
	struct scene s;

	given_hello(c);
	reconcile_with(c, &s, accepting, LENGTH(accepting));
	HAS(s.engine.asked, "POST /v1/jobs {");
	HAS(s.engine.asked, "\"name\":\"hello\"");
	HAS(s.engine.asked, "\"signalbox\":\"signalbox\"");
	SYNC("hello", "in_sync", "");
	YES(holds(c, "(SELECT done = 1 AND leased_until IS NULL AND synced_at > changed_at FROM "
		     "outbox)"));
	YES(holds(
	    c, "(SELECT reachable AND version = '4.1.2' AND leader = 'n1' FROM engine_state)"));
	scene_end(&s);
}

SITE_TEST(what_the_engine_took_is_written_down_for_many_at_once)
{
	struct scene s;

	given_team(c, "crew");
	for (int i = 0; i < 48; i++)
		given_scheduled(c, arena_printf(c->arena, "job-%d", i), "@hourly", "");
	IS(db_script(c, "CREATE TEMP SEQUENCE written;"
			"CREATE FUNCTION pg_temp.count_it() RETURNS trigger LANGUAGE plpgsql AS "
			"$$ BEGIN PERFORM nextval('pg_temp.written'); RETURN NULL; END $$;"
			"CREATE TRIGGER counted AFTER UPDATE OF done ON outbox "
			"FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.count_it()"),
	    OK);
	reconcile_with(c, &s, accepting, LENGTH(accepting));
	YES(holds(c, "(SELECT bool_and(state = 'in_sync') FROM outbox)"));
	/* How many land together is a matter of the machine; one by one they would be 48. */
	YES(holds(c, "(SELECT last_value <= 24 FROM pg_temp.written)"));
	scene_end(&s);
}

SITE_TEST(what_the_engine_says_against_a_job_is_shown_and_tried_again_later)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs", 400, "Job validation failed: no", 0, 0 } };
	struct scene s;

	given_hello(c);
	reconcile_with(c, &s, rules, LENGTH(rules));
	SYNC("hello", "failing", "400: Job validation failed: no");
	YES(holds(c, "(SELECT attempts = 1 AND try_at > now() + interval '700 ms' AND leased_until "
		     "IS NULL FROM outbox)"));
	scene_end(&s);
}

SITE_TEST(a_paused_engine_is_tried_again)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs", 503, "New job submissions are currently paused", 0, 0 } };
	struct scene s;

	given_hello(c);
	reconcile_with(c, &s, rules, LENGTH(rules));
	SYNC("hello", "failing", "503: New job submissions are currently paused");
	scene_end(&s);
}

SITE_TEST(an_interval_is_not_begun_anew_without_a_difference)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "GET /v1/jobs/often ", 200,
		    "{\"name\":\"often\",\"displayname\":\"\",\"schedule\":\"@every "
		    "5m\",\"timezone\":\"\",\"owner\":\"\",\"owner_email\":\"\","
		    "\"disabled\":false,\"tags\":null,\"metadata\":{\"signalbox\":\"signalbox\"},"
		    "\"retries\":0,\"parent_job\":\"\",\"processors\":{},"
		    "\"concurrency\":\"allow\",\"executor\":\"shell\",\"executor_config\":{"
		    "\"command\":\"true\"},\"ephemeral\":false,"
		    "\"starts_at\":null,\"expires_at\":null}",
		    0, 0 } };
	struct scene s;

	given_team(c, "crew");
	given_scheduled(c, "often", "@every 5m", "");
	reconcile_with(c, &s, rules, LENGTH(rules));
	SYNC("often", "in_sync", "");
	LACKS(s.engine.asked, "POST");
	scene_end(&s);
}

SITE_TEST(a_child_waits_for_its_parent)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs", 400, "no", 0, 0 } };
	struct scene s;

	given_team(c, "crew");
	given_scheduled(c, "mother", "@hourly", "");
	given_scheduled(c, "child", "", "mother");
	reconcile_with(c, &s, rules, LENGTH(rules));
	HAS(s.engine.asked, "\"name\":\"mother\"");
	LACKS(s.engine.asked, "\"name\":\"child\"");
	SYNC("child", "pending", "waits until its parent mother is on the engine");
	scene_end(&s);
}

SITE_TEST(a_deleted_job_goes_from_the_engine_and_from_the_outbox)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "DELETE /v1/jobs/hello ", 200, "{}", 0, 0 } };
	struct scene s;

	given_deleted(c, "hello");
	reconcile_with(c, &s, rules, LENGTH(rules));
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox)"));
	scene_end(&s);
}

#define FOREIGN(name)                                                                            \
	{                                                                                        \
		"GET /v1/jobs/" name " ", 200, "{\"name\":\"" name "\",\"metadata\":null}", 0, 0 \
	}

SITE_TEST(a_namesake_on_the_engine_that_is_not_ours_is_left_alone)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY, FOREIGN("hello"),
		{ "POST /v1/jobs", 201, "{}", 0, 0 } };
	struct scene s;

	given_hello(c);
	reconcile_with(c, &s, rules, LENGTH(rules));
	LACKS(s.engine.asked, "POST");
	SYNC("hello", "failing", "%is not ours%");
	scene_end(&s);
}

SITE_TEST(our_own_copy_is_written_also_when_somebody_took_its_label)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY, FOREIGN("hello"),
		{ "POST /v1/jobs", 201, "{}", 0, 0 } };
	struct scene s;

	given_hello(c);
	IS(db_script(c, "UPDATE outbox SET done = 1, wanted = 2"), OK);
	reconcile_with(c, &s, rules, LENGTH(rules));
	HAS(s.engine.asked, "POST /v1/jobs {");
	scene_end(&s);
}

SITE_TEST(a_job_deleted_before_it_was_ever_written_takes_no_namesake_with_it)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY, FOREIGN("hello"),
		{ "DELETE /v1/jobs/hello ", 200, "{}", 0, 0 } };
	struct scene s;

	given_deleted(c, "hello");
	reconcile_with(c, &s, rules, LENGTH(rules));
	LACKS(s.engine.asked, "DELETE");
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox)"));
	scene_end(&s);
}

SITE_TEST(a_404_for_a_delete_is_believed_only_with_the_list)
{
	static const struct fake_rule gone[] = { ENGINE_IS_EMPTY,
		{ "GET /v1/jobs?q=hello", 200, "[{\"name\":\"hello-2\"}]", 0, 0 } };
	static const struct fake_rule there[] = { ENGINE_IS_EMPTY,
		{ "GET /v1/jobs?q=hello", 200, "[{\"name\":\"hello\"}]", 0, 0 } };
	struct scene s;

	given_deleted(c, "hello");
	reconcile_with(c, &s, there, LENGTH(there));
	SYNC("hello", "failing", "jobs depend on it%");
	scene_end(&s);
	IS(db_script(c, "UPDATE outbox SET try_at = now()"), OK);
	reconcile_with(c, &s, gone, LENGTH(gone));
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox)"));
	scene_end(&s);
}

SITE_TEST(an_engine_that_is_away_is_said_to_be_so_and_all_is_due_when_it_is_back)
{
	struct scene s;

	given_hello(c);
	scene_begin(c, &s, accepting, LENGTH(accepting));
	const char *url = s.w.dkron.bases[0];
	s.w.dkron.bases[0] = "http://127.0.0.1:1";
	reconcile_all(&s);
	YES(!s.plan.reachable);
	SYNC("hello", "failing", "the engine does not answer: %");
	YES(holds(c, "(SELECT NOT reachable AND reason LIKE 'the engine does not answer: %%' FROM "
		     "engine_state)"));
	IS(db_script(c, "UPDATE outbox SET try_at = now() + interval '1 min'"), OK);
	s.w.dkron.bases[0] = url;
	s.plan.looked_us = 0; /* the next look is due */
	reconcile_all(&s);
	SYNC("hello", "in_sync", "");
	scene_end(&s);
}

SITE_TEST(another_address_is_taken_when_one_does_not_answer)
{
	struct scene s;

	given_hello(c);
	scene_begin(c, &s, accepting, LENGTH(accepting));
	s.w.dkron.bases[1] = s.w.dkron.bases[0];
	s.w.dkron.bases[0] = "http://127.0.0.1:1";
	s.w.dkron.n = 2;
	reconcile_all(&s);
	SYNC("hello", "in_sync", "");
	scene_end(&s);
}

SITE_TEST(new_children_of_one_parent_are_written_in_their_order)
{
	struct scene s;

	given_team(c, "crew");
	given_scheduled(c, "mother", "@hourly", "");
	given_scheduled(c, "z-first", "", "mother");
	given_scheduled(c, "a-second", "", "mother");
	scene_begin(c, &s, accepting, LENGTH(accepting));
	for (int i = 0; i < 4; i++)
		reconcile_all(&s);
	const char *first = strstr(s.engine.asked, "POST /v1/jobs {\"name\":\"z-first\"");
	const char *second = strstr(s.engine.asked, "POST /v1/jobs {\"name\":\"a-second\"");
	YES(first != NULL && second != NULL && first < second);
	scene_end(&s);
}

SITE_TEST(a_deleted_parent_goes_behind_its_children)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "DELETE /v1/jobs/", 200, "{}", 0, 0 } };
	struct scene s;

	given_team(c, "crew");
	given_scheduled(c, "a-mother", "@hourly", "");
	given_scheduled(c, "child", "", "a-mother");
	given_all_synced(c);
	IS(db_script(c, "UPDATE outbox SET parent_job = 'a-mother' WHERE job_name = 'child'"), OK);
	IS(job_delete(c, "child", 0), OK);
	IS(job_delete(c, "a-mother", 0), OK);
	reconcile_with(c, &s, rules, LENGTH(rules));
	const char *child = strstr(s.engine.asked, "DELETE /v1/jobs/child");
	const char *mother = strstr(s.engine.asked, "DELETE /v1/jobs/a-mother");
	YES(child != NULL && mother != NULL && child < mother);
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox)"));
	scene_end(&s);
}

SITE_TEST(each_of_many_new_jobs_is_looked_at_before_it_is_written)
{
	static const struct fake_rule rules[] = { ENGINE_IS_THERE,
		{ "GET /v1/jobs?_sort=name", 200, "[]", 0, 0 },
		{ "GET /v1/jobs/n-3 ", 200, "{\"name\":\"n-3\",\"metadata\":null}", 0, 0 },
		{ "POST /v1/jobs", 201, "{}", 0, 0 } };
	struct scene s;

	given_team(c, "crew");
	for (int i = 0; i < 30; i++)
		given_scheduled(c, arena_printf(c->arena, "n-%d", i), "@hourly", "");
	scene_begin(c, &s, rules, LENGTH(rules));
	s.config.reconcile_s = "3600";
	reconcile_all(&s);
	LACKS(s.engine.asked, "POST /v1/jobs {\"name\":\"n-3\"");
	SYNC("n-3", "failing", "%%is not ours%%");
	YES(holds(c, "(SELECT count(*) FROM outbox WHERE state = 'in_sync') = 29"));
	scene_end(&s);
}

SITE_TEST(a_clock_that_was_put_back_holds_nothing_up)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs", 201, "{}", 0, 0 } };
	struct scene s;
	bool mine;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	IS(db_script(c,
	       "UPDATE outbox SET try_at = now() + interval '1 h', leased_by = "
	       "pg_backend_pid(), leased_until = now() + interval '1 h'; "
	       "INSERT INTO turn (what, taken_at) VALUES ('test', now() + interval '1 h')"),
	    OK);
	scene_begin(c, &s, rules, LENGTH(rules));
	reconcile_all(&s);
	SYNC("hello", "in_sync", "");
	IS(turn_take(c, "test", 1000, &mine), OK);
	YES(mine);
	scene_end(&s);
}
