/* Which group belongs to which request, and what becomes of runs that go wrong. */

#include "model/given_run.h"

SITE_TEST(a_group_behind_a_request_belongs_to_it)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t first = given_dispatched(c, "hello", T0),
		second = given_dispatched(c, "hello", T0 + 10 * NS_PER_MS);
	heard_one(c, "hello", T0 + 4 * NS_PER_MS, T0 + 5 * NS_PER_MS, 0, false);
	SAME(run_now(c, first).state, "running");
	SAME(run_now(c, first).trigger, "manual");
	SAME(run_now(c, second).state, "queued");
	heard_one(c, "hello", T0 + 14 * NS_PER_MS, T0 + 15 * NS_PER_MS, T0 + 20 * NS_PER_MS, true);
	SAME(run_now(c, second).state, "succeeded");
	YES(holds(c, "(SELECT count(*) FROM run) = 2"));
}

SITE_TEST(a_group_before_a_request_does_not)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	heard_one(c, "hello", T0 - 1000 * NS_PER_MS, T0 - 999 * NS_PER_MS, 0, false);
	SAME(run_now(c, id).state, "queued");
	int64_t queued = given_request(c, "hello"); /* not handed over yet */
	heard_one(c, "hello", T0 + 1 * NS_PER_MS, T0 + 2 * NS_PER_MS, 0, false);
	SAME(run_now(c, id).state, "running");
	SAME(run_now(c, queued).state, "queued");
}

SITE_TEST(a_group_nobody_asked_for_came_by_its_schedule_or_its_parent)
{
	struct run *runs;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	given_scheduled(c, "child", "", "hello");
	heard_one(c, "hello", T0, T0, 0, false);
	heard_one(c, "child", T0, T0, 0, false);
	IS(run_recent(c, "hello", 1, &runs, &n), OK);
	SAME(runs[0].trigger, "schedule");
	IS(runs[0].queued_us, T0 / 1000);
	IS(run_recent(c, "child", 1, &runs, &n), OK);
	SAME(runs[0].trigger, "parent");
}

/* Every ten seconds; T0 is half a second behind a fire. */
#define TENS "*/10 * * * * *"

SITE_TEST(a_fire_while_a_request_is_on_its_way_stays_a_fire)
{
	int64_t fire = T0 + 9500 * NS_PER_MS;

	given_team(c, "crew");
	given_scheduled(c, "tens", TENS, "");
	int64_t id = given_dispatched(c, "tens", fire - 400 * NS_PER_MS);
	heard_one(c, "tens", fire + 3 * NS_PER_MS, fire + 4 * NS_PER_MS, 0, false);
	SAME(run_now(c, id).state, "queued");
	heard_one(c, "tens", fire + 300 * NS_PER_MS, fire + 301 * NS_PER_MS, 0, false);
	SAME(run_now(c, id).state, "running");
	YES(holds(c, "(SELECT count(*) FROM run WHERE trigger = 'schedule') = 1"));
}

SITE_TEST(a_group_at_a_full_second_without_a_fire_belongs_to_the_request)
{
	int64_t second = T0 + 500 * NS_PER_MS;

	given_team(c, "crew");
	given_scheduled(c, "tens", TENS, "");
	int64_t id = given_dispatched(c, "tens", second - 10 * NS_PER_MS);
	heard_one(c, "tens", second + 3 * NS_PER_MS, second + 4 * NS_PER_MS, 0, false);
	SAME(run_now(c, id).state, "running");
}

CTX_TEST(requests_keep_out_of_the_moments_around_a_fire)
{
	int64_t fire_us = (T0 + 9500 * NS_PER_MS) / 1000;
	static const struct {
		int64_t before_ms, wait_ms;
	} rows[] = {
		{ 700, 0 },
		{ 200, 0 },
		{ 151, 0 },
		{ 150, 350 },
		{ 100, 300 },
		{ 1, 201 },
		{ 0, 200 },
		{ -1, 199 },
		{ -199, 1 },
		{ -200, 0 },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		int64_t now_us = fire_us - rows[i].before_ms * 1000;
		IS(run_dispatch_delay_us(c, TENS, "", "x", now_us), rows[i].wait_ms * 1000);
		IS(run_dispatch_delay_us(c, "@every 90s", "", "x", now_us), rows[i].wait_ms * 1000);
		IS(run_dispatch_delay_us(c, "@manually", "", "x", now_us), 0);
		IS(run_dispatch_delay_us(c, TENS, "", "x", now_us + 3 * US_PER_S), 0);
		IS(run_dispatch_delay_us(c, "nonsense", "", "x", now_us), 0);
	}
}

SITE_TEST(groups_that_were_swapped_are_put_right_by_the_blocking_answer)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@hourly", "");
	given_scheduled(c, "child", "", "hello");
	int64_t id = given_dispatched(c, "child", T0), begun = T0 + 20 * NS_PER_MS;
	heard_one(c, "child", T0 + 5 * NS_PER_MS, T0 + 6 * NS_PER_MS, 0,
	    false); /* really its parent's doing */
	heard_one(c, "child", begun, begun, begun + 50 * NS_PER_MS, true); /* the one asked for */
	SAME(run_now(c, id).state, "running");
	IS(run_answered(c, id, 200, true), OK);
	SAME(run_now(c, id).state, "succeeded");
	YES(holds(c, "(SELECT group_ns FROM run WHERE trigger = 'parent') = %lld",
	    (long long)(T0 + 5 * NS_PER_MS)));
	YES(holds(c, "(SELECT state FROM run WHERE trigger = 'parent') = 'running'"));
	heard_one(c, "child", T0 + 5 * NS_PER_MS, T0 + 6 * NS_PER_MS, T0 + 99 * NS_PER_MS, false);
	YES(holds(c, "(SELECT state FROM run WHERE trigger = 'parent') = 'failed'"));
	SAME(run_now(c, id).state, "succeeded");
}

static void engine_reachable(struct ctx *c)
{
	IS(db_script(c, "INSERT INTO engine_state (kind, version, leader, reachable, nodes) VALUES "
			"('dkron', '4.1.2', 'n1', true, "
			"'[{\"name\":\"n1\",\"status\":\"alive\"}]')"),
	    OK);
}

SITE_TEST(a_group_taken_for_a_fire_is_given_back_to_the_request)
{
	struct run_given_up *lost;
	size_t n;
	int64_t second = T0 + 500 * NS_PER_MS;

	given_team(c, "crew");
	given_scheduled(c, "often", "@every 3s", "");
	engine_reachable(c);
	int64_t id = given_dispatched(c, "often", second - 300 * NS_PER_MS);
	heard_one(c, "often", second + 3 * NS_PER_MS, second + 4 * NS_PER_MS,
	    second + 9 * NS_PER_MS, true);
	SAME(run_now(c, id).state, "queued"); /* it looked like a fire */
	IS(run_answered(c, id, 200, true), OK);
	IS(db_script(c,
	       "UPDATE run SET answered_at = answered_at - interval '10 min' WHERE answer = 200; "
	       "UPDATE run SET dispatched_at = least(dispatched_at, answered_at) WHERE answer = "
	       "200"),
	    OK);
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE run SET answered_at = at(%lld), dispatched_at = at(%lld) WHERE "
			    "answer = 200",
			    (long long)(second + 20 * NS_PER_MS) / 1000,
			    (long long)(second - 300 * NS_PER_MS) / 1000)),
	    OK);
	IS(db_script(c, "UPDATE harvest SET read_at = now()"), OK);
	IS(run_unstarted(c, c->now_us > second / 1000 ? 1 : -100000000000, 90000, &lost, &n), OK);
	IS(n, 0);
	SAME(run_now(c, id).state, "succeeded");
	YES(holds(c, "(SELECT count(*) FROM run) = 1"));
	YES(holds(c,
	    "(SELECT run_id FROM job_now JOIN job ON job.id = job_id WHERE name = 'often') = %lld",
	    (long long)id));
}

SITE_TEST(a_run_that_never_began_is_lost_and_healed_when_its_group_appears)
{
	struct run_given_up *lost;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	engine_reachable(c);
	int64_t now_ns = c->now_us * 1000,
		id = given_dispatched(c, "hello", now_ns - 95000 * NS_PER_MS);
	IS(db_script(c, "INSERT INTO harvest (job_name, read_at) VALUES ('hello', now())"), OK);
	IS(run_unstarted(c, 10000, 100000, &lost, &n), OK);
	IS(n, 0);
	IS(run_unstarted(c, 10000, 90000, &lost, &n), OK);
	IS(n, 1);
	IS(lost[0].id, id);
	struct run run = run_now(c, id);
	SAME(run.state, "lost");
	HAS(run.reason.text, "answer was lost");
	heard_one(c, "hello", now_ns - 94000 * NS_PER_MS, now_ns - 93000 * NS_PER_MS, now_ns, true);
	run = run_now(c, id);
	SAME(run.state, "succeeded");
	YES(run.reason.text == NULL);
}

SITE_TEST(a_run_that_nobody_knows_any_more_is_lost_and_healed_by_its_end)
{
	struct run_given_up *lost;
	struct run_open *open;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	engine_reachable(c);
	int64_t id = given_dispatched(c, "hello", T0);
	heard_one(c, "hello", T0, T0 + 1, 0, false);
	IS(run_open(c, &open, &n), OK);
	IS(n, 1);
	IS(run_missing(c, &open[0]), OK);
	IS(run_vanished(c, 20000, &lost, &n), OK);
	IS(n, 0);
	IS(db_script(c, "UPDATE execution SET missing_since = now() - interval '21 s'"), OK);
	IS(run_vanished(c, 20000, &lost, &n), OK);
	IS(n, 0); /* something was heard just now */
	IS(db_script(c, "UPDATE run SET heard_at = now() - interval '21 s'"), OK);
	IS(run_vanished(c, 20000, &lost, &n), OK);
	IS(n, 1);
	struct run run = run_now(c, id);
	SAME(run.state, "lost");
	HAS(run.reason.text, "stopped following it");
	YES(run.finished_us.set);
	heard_one(c, "hello", T0, T0 + 1, T0 + 500 * NS_PER_MS, false);
	run = run_now(c, id);
	SAME(run.state, "failed");
	YES(run.reason.text == NULL);
	IS(run.finished_us.value, (T0 + 500 * NS_PER_MS) / 1000);
}

SITE_TEST(a_sign_of_life_brings_a_lost_run_back)
{
	struct run_given_up *lost;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	engine_reachable(c);
	IS(db_script(c, "UPDATE engine_state SET nodes = '[]'"), OK);
	int64_t id = given_dispatched(c, "hello", T0);
	heard_one(c, "hello", T0, T0 + 1, 0, false);
	IS(db_script(c, "UPDATE execution SET missing_since = now() - interval '1 h'; UPDATE run "
			"SET heard_at = now() - interval '1 h'"),
	    OK);
	IS(run_vanished(c, 20000, &lost, &n), OK);
	HAS(run_now(c, id).reason.text, "its node n1 left");
	heard_one(c, "hello", T0, T0 + 1, 0, false);
	struct run run = run_now(c, id);
	SAME(run.state, "running");
	YES(!run.finished_us.set && run.reason.text == NULL);
}

SITE_TEST(nothing_is_given_up_while_the_engine_is_away)
{
	struct run_given_up *lost;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	engine_reachable(c);
	given_dispatched(c, "hello", T0);
	heard_one(c, "hello", T0, T0 + 1, 0, false);
	given_dispatched(c, "hello", T0);
	IS(db_script(c, "UPDATE engine_state SET reachable = false; UPDATE execution SET "
			"missing_since = now() - interval '1 h'; "
			"UPDATE run SET heard_at = now() - interval '1 h', dispatched_at = now() - "
			"interval '1 h'"),
	    OK);
	IS(run_vanished(c, 20000, &lost, &n), OK);
	IS(n, 0);
	IS(run_unstarted(c, 10000, 90000, &lost, &n), OK);
	IS(n, 0);
}

SITE_TEST(a_request_the_engine_never_got_fails_after_a_while)
{
	struct run_given_up *failed;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_request(c, "hello");
	IS(db_script(c, "UPDATE run SET queued_at = now() - interval '11 min', reason = 'waits for "
			"the engine: refused'"),
	    OK);
	IS(run_expire(c, 600000, &failed, &n), OK);
	IS(n, 1);
	SAME(run_now(c, id).state, "failed");
	HAS(run_now(c, id).reason.text, "waits for the engine: refused");
}

SITE_TEST(a_refused_request_fails_unless_it_began_all_the_same)
{
	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t first = given_dispatched(c, "hello", T0);
	IS(run_refused(c, first, 404, "the engine found no node"), OK);
	SAME(run_now(c, first).state, "failed");
	SAME(run_now(c, first).reason.text, "the engine found no node");
	int64_t second = given_dispatched(c, "hello", T0 + 10);
	heard_one(c, "hello", T0 + 20, T0 + 30, 0, false);
	IS(run_refused(c, second, 404, "the engine found no node"), OK);
	SAME(run_now(c, second).state, "running");
}

SITE_TEST(a_request_is_handed_over_once)
{
	bool mine;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_request(c, "hello");
	IS(run_mark(c, id, &mine), OK);
	YES(mine);
	IS(run_mark(c, id, &mine), OK);
	YES(!mine);
	IS(run_unmark(c, id, "waits for the engine: x"), OK);
	SAME(run_now(c, id).reason.text, "waits for the engine: x");
	IS(run_mark(c, id, &mine), OK);
	YES(mine);
}

SITE_TEST(a_run_waits_for_the_engine_and_for_its_job_to_be_there)
{
	struct run_ready *ready;
	size_t n;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	engine_reachable(c);
	int64_t id = given_request(c, "hello");
	IS(db_script(c, "UPDATE run SET queued_at = now() - interval '5 s'; UPDATE outbox SET "
			"state = 'failing', reason = '400: no'"),
	    OK);
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 0);
	IS(run_waiting(c), OK);
	SAME(run_now(c, id).reason.text, "waits until its job is on the engine: 400: no");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync'"), OK);
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 1);
	SAME(ready[0].schedule, "@manually");
	IS(db_script(c, "UPDATE engine_state SET reachable = false, reason = 'nobody there'"), OK);
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 0);
	IS(run_waiting(c), OK);
	SAME(run_now(c, id).reason.text, "waits for the engine: nobody there");
}

SITE_TEST(a_run_of_which_all_has_ended_is_settled_unless_its_group_is_busy)
{
	struct heard_execution e = { .id = "17-n1",
		.node = "n1",
		.start_ns = T0,
		.end_ns = T0 + 9,
		.ended = true,
		.code = -1 };
	int64_t busy = T0;
	bool known;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	int64_t id = given_dispatched(c, "hello", T0);
	IS(run_hear(c, &(struct heard){ .job = "hello", .group_ns = T0, .executions = &e, .n = 1 },
	       &known),
	    OK);
	IS(db_script(c, "UPDATE run SET heard_at = now() - interval '5 s'"), OK);
	SAME(run_now(c, id).state, "running"); /* a retry may follow */
	IS(run_settle_ended(c, "hello", &busy, 1), OK);
	SAME(run_now(c, id).state, "running");
	IS(run_settle_ended(c, "hello", NULL, 0), OK);
	SAME(run_now(c, id).state, "failed");
}
