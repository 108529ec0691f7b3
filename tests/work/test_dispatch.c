/* Handing runs to the engine: once each, and what its answers mean. */

#include "work/given_work.h"

static int64_t given_ready(struct ctx *c, const char *schedule)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", schedule, "");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted; "
			"INSERT INTO engine_state (kind, version, leader, reachable) VALUES "
			"('dkron', '4.1.2', 'n1', true)"),
	    OK);
	return given_request(c, "hello");
}

static void dispatch_all(struct scene *s, int turns)
{
	struct dispatcher *d = dispatcher_create(&s->w);

	for (int i = 0; i < turns; i++) {
		YES(worker_turn(&s->w));
		(void)dispatch_turn(d);
		remote_set_wait(s->w.set, 300);
	}
	free(d);
}

SITE_TEST(a_queued_run_is_posted_once)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs/hello/run ", 200, "{}", 0, 0 } };
	struct scene s;
	int64_t id = given_ready(c, "@manually");

	scene_begin(c, &s, rules, LENGTH(rules));
	dispatch_all(&s, 4);
	SAME(s.engine.asked, "POST /v1/jobs/hello/run\n");
	YES(holds(c,
	    "(SELECT dispatched_at IS NOT NULL AND answered_at IS NOT NULL AND answer = 200 FROM "
	    "run WHERE id = %lld)",
	    (long long)id));
	YES(holds(c, "(SELECT due_at IS NOT NULL FROM harvest WHERE job_name = 'hello')"));
	scene_end(&s);
}

SITE_TEST(a_run_is_asked_for_again_when_nobody_was_reached)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs/hello/run ", 200, "{}", 0, 0 } };
	struct scene s;
	int64_t id = given_ready(c, "@manually");

	scene_begin(c, &s, rules, LENGTH(rules));
	s.w.dkron.bases[1] = s.w.dkron.bases[0];
	s.w.dkron.bases[0] = "http://127.0.0.1:1";
	s.w.dkron.n = 2;
	dispatch_all(&s, 2);
	YES(holds(c,
	    "(SELECT dispatched_at IS NULL AND reason LIKE 'waits for the engine: %%' FROM run "
	    "WHERE id = %lld)",
	    (long long)id));
	dispatch_all(&s, 4);
	HAS(s.engine.asked, "POST /v1/jobs/hello/run\n");
	SAME(run_now(c, id).state, "queued");
	YES(run_now(c, id).dispatched);
	scene_end(&s);
}

SITE_TEST(a_run_is_asked_of_the_server_that_leads)
{
	static const struct fake_rule follows[] = { { "GET /v1/isleader ", 404, "", 0, 0 },
		ENGINE_IS_EMPTY, { "POST /v1/jobs/hello/run ", 404, "", 0, 0 } };
	static const struct fake_rule leads[] = { { "GET /v1/isleader ", 200, "", 0, 0 },
		ENGINE_IS_EMPTY, { "POST /v1/jobs/hello/run ", 200, "{}", 0, 0 } };
	struct fake_server leader;
	struct scene s;

	(void)given_ready(c, "@manually");
	scene_begin(c, &s, follows, LENGTH(follows));
	fake_start(&leader, leads, LENGTH(leads));
	s.w.dkron.bases[1] = arena_printf(c->arena, "http://127.0.0.1:%d", leader.port);
	s.w.dkron.n = 2;
	dispatch_all(&s, 4);
	LACKS(s.engine.asked, "/run");
	HAS(leader.asked, "POST /v1/jobs/hello/run\n");
	fake_stop(&leader);
	scene_end(&s);
}

SITE_TEST(a_run_is_not_asked_for_again_when_the_answer_was_lost)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs/hello/run ", 0, NULL, 0, 0 } };
	struct scene s;
	int64_t id = given_ready(c, "@manually");

	scene_begin(c, &s, rules, LENGTH(rules));
	dispatch_all(&s, 5);
	SAME(s.engine.asked, "POST /v1/jobs/hello/run\n");
	YES(holds(
	    c, "(SELECT answer = 0 AND state = 'queued' FROM run WHERE id = %lld)", (long long)id));
	scene_end(&s);
}

static const struct {
	const char *job; /* GET of it; NULL: 404 */
	const char *reason;
} refusals[] = {
	{ "{\"name\":\"hello\",\"disabled\":true}", "the job is switched off on the engine" },
	{ "{\"name\":\"hello\",\"disabled\":false}",
	    "the engine found no node that could run it; look at the job's tags" },
	{ NULL, "the engine does not have this job" },
};

SITE_TEST(a_refusal_is_told_in_words)
{
	int64_t id = given_ready(c, "@manually");

	for (size_t i = 0; i < LENGTH(refusals); i++) {
		const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
			{ "POST /v1/jobs/hello/run ", 404, NULL, 0, 0 },
			{ "GET /v1/jobs/hello ", refusals[i].job != NULL ? 200 : 404,
			    refusals[i].job, 0, 0 },
			{ "GET /v1/jobs?q=hello", 200, "[]", 0, 0 } };
		struct scene s;
		scene_begin(c, &s, rules, LENGTH(rules));
		dispatch_all(&s, 3);
		SAME(run_now(c, id).state, "failed");
		SAME(run_now(c, id).reason.text, refusals[i].reason);
		scene_end(&s);
		id = given_request(c, "hello");
	}
}

SITE_TEST(a_404_without_a_leader_is_no_refusal)
{
	static const struct fake_rule rules[] = { { "GET /v1/leader", 404, NULL, 0, 0 },
		{ "POST /v1/jobs/hello/run ", 404, NULL, 0, 0 } };
	struct scene s;
	int64_t id = given_ready(c, "@manually");

	scene_begin(c, &s, rules, LENGTH(rules));
	dispatch_all(&s, 3);
	YES(holds(
	    c, "(SELECT answer = 0 AND state = 'queued' FROM run WHERE id = %lld)", (long long)id));
	given_request(c, "hello");
	dispatch_all(&s, 2);
	scene_end(&s);
}

SITE_TEST(credentials_that_are_wrong_are_a_refusal)
{
	static const struct fake_rule rules[] = { ENGINE_IS_EMPTY,
		{ "POST /v1/jobs/hello/run ", 401, NULL, 0, 0 } };
	struct scene s;
	int64_t id = given_ready(c, "@manually");

	scene_begin(c, &s, rules, LENGTH(rules));
	dispatch_all(&s, 3);
	SAME(run_now(c, id).state, "failed");
	HAS(run_now(c, id).reason.text, "SIGNALBOX_DKRON_AUTH");
	scene_end(&s);
}
