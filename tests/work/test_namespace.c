/* Another prefix in the configuration: nothing is written twice, and it is said how it goes on. */

#include "model/namespace.h"
#include "work/engine_watch.h"
#include "work/given_work.h"
#include "work/old_jobs.h"
#include "work/pass.h"

#define OLD "[" OURS_ON_ENGINE("a-child") "," OURS_ON_ENGINE("a-job") "]"

static void begin(
    struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n, const char *space)
{
	scene_begin(c, s, rules, n);
	s->config.namespace = space;
	s->config.reconcile_s = "3600";
}

static bool looked(struct scene *s)
{
	bool reachable = true;

	YES(worker_turn(&s->w));
	engine_look(&s->w, &reachable);
	return reachable;
}

/* Two jobs that stand on the engine under "a-". */
static void given_space(struct ctx *c, const struct fake_rule *rules, size_t n)
{
	struct scene s;

	given_team(c, "crew");
	given_synced(c, "child");
	given_synced(c, "job");
	begin(c, &s, rules, n, "a-");
	YES(looked(&s));
	scene_end(&s);
}

static const struct fake_rule there[] = { ENGINE_LISTS(OLD) };

SITE_TEST(another_namespace_writes_nothing_until_it_is_put_back)
{
	struct scene s;

	given_space(c, there, LENGTH(there));
	begin(c, &s, there, LENGTH(there), "b-");
	IS(db_script(c, "UPDATE outbox SET state = 'pending' WHERE job_name = 'job'"), OK);
	YES(!looked(&s));
	for (int i = 0; i < 3; i++)
		reconcile_all(&s);
	LACKS(s.engine.asked, "POST");
	LACKS(s.engine.asked, "DELETE");
	LACKS(s.engine.asked, "/v1/jobs");
	scene_end(&s);
	SYNC("job", "failing",
	    "SIGNALBOX_NAMESPACE says \"b-\", but our jobs stand on the engine under \"a-\"%%");
	SYNC("child", "in_sync", "");
	YES(holds(c, "(SELECT NOT reachable AND reason LIKE '%%put back%%' FROM engine_state)"));
	begin(c, &s, there, LENGTH(there), "a-");
	YES(looked(&s));
	scene_end(&s);
	YES(holds(c, "(SELECT try_at <= now() FROM outbox WHERE job_name = 'job')"));
}

SITE_TEST(a_namespace_is_followed_while_none_of_our_jobs_stands_on_the_engine)
{
	struct scene s;

	given_space(c, there, LENGTH(there));
	IS(db_script(c, "UPDATE outbox SET done = 0"), OK);
	begin(c, &s, there, LENGTH(there), "b-");
	YES(looked(&s));
	scene_end(&s);
	YES(holds(c, "(SELECT prefix = 'b-' AND moved_from IS NULL FROM namespace)"));
}

/* The first place of either in what the engine was asked. */
static const char *place(const struct scene *s, const char *text)
{
	const char *at = strstr(s->engine.asked, text);

	if (at == NULL)
		FAIL("not asked: %s", text);
	return at;
}

SITE_TEST(a_namespace_that_was_meant_moves_every_job_and_no_two_copies_fire)
{
	static const struct fake_rule moved[] = { { "GET /v1/jobs/a-job/exec", 200, "[]", 0, 0 },
		{ "GET /v1/jobs/a-child/exec", 200, "[]", 0, 0 },
		{ "GET /v1/jobs/a-job ", 200, OURS_ON_ENGINE("a-job"), 0, 0 },
		{ "GET /v1/jobs/a-child ", 200, OURS_ON_ENGINE("a-child"), 0, 0 },
		{ "POST /v1/jobs", 201, "{}", 0, 0 }, ENGINE_LISTS(OLD) };
	const char *from = "";
	struct scene s;

	given_space(c, moved, LENGTH(moved));
	begin(c, &s, moved, LENGTH(moved), "b-");
	act_as_cli(c);
	IS(namespace_move(c, "b-", &from), OK);
	SAME(from, "a-");
	IS(namespace_move(c, "b-", &from), ERR_CONFLICT);
	AUDITED("engine_namespace", "engine", 1);
	YES(holds(c, "(SELECT array_agg(engine_name || ' ' || job_name ORDER BY engine_name) = "
		     "'{a-child child,a-job job}' FROM takeover WHERE moved AND NOT off)"));
	YES(looked(&s));
	reconcile_all(&s); /* before any list was read */
	YES(place(&s, "\"disabled\":true,\"name\":\"a-job\"") <
	    place(&s, "POST /v1/jobs {\"name\":\"b-job\""));
	YES(place(&s, "\"disabled\":true,\"name\":\"a-child\"") <
	    place(&s, "POST /v1/jobs {\"name\":\"b-child\""));
	/* A fire wrote it over: it still says that it is on. */
	HAS(place(&s, "POST /v1/jobs {\"name\":\"b-job\""), "\"disabled\":true,\"name\":\"a-job\"");
	SYNC("job", "in_sync", "");
	SYNC("child", "in_sync", "");
	YES(holds(c, "(SELECT count(*) = 2 FROM takeover WHERE off)"));
	YES(holds(c, "(SELECT count(*) = 2 FROM outbox WHERE old_copy IS NULL AND done = 1)"));
	pass_run(&s.w);
	YES(holds(c, "NOT EXISTS (SELECT FROM drift) AND (SELECT count(*) = 2 FROM takeover)"));
	scene_end(&s);
}

SITE_TEST(a_move_that_is_taken_back_deletes_nothing_that_is_ours)
{
	static const struct fake_rule rules[] = { { "POST /v1/jobs", 201, "{}", 0, 0 },
		{ "GET /v1/jobs/a-job ", 200, OURS_ON_ENGINE("a-job"), 0, 0 },
		{ "GET /v1/jobs/a-child ", 200, OURS_ON_ENGINE("a-child"), 0, 0 },
		ENGINE_LISTS(OLD) };
	const char *from = "";
	struct scene s;

	given_space(c, rules, LENGTH(rules));
	begin(c, &s, rules, LENGTH(rules), "b-");
	act_as_cli(c);
	IS(namespace_move(c, "b-", &from), OK);
	YES(looked(&s));
	act_as_cli(c);
	IS(namespace_move(c, "c-", &from), ERR_CONFLICT); /* not before all have left a- */
	HAS(c->fault.detail, "2 jobs have not left");
	IS(namespace_move(c, "a-", &from), OK);
	SAME(from, "b-");
	YES(!looked(&s)); /* until its configuration says so */
	s.config.namespace = "a-";
	YES(looked(&s));
	reconcile_all(&s); /* none of b- is there */
	SYNC("job", "in_sync", "");
	SYNC("child", "in_sync", "");
	pass_run(&s.w);
	old_jobs_turn(&s.w);
	LACKS(s.engine.asked, "DELETE");
	LACKS(s.engine.asked, "POST");
	YES(holds(c, "NOT EXISTS (SELECT FROM takeover)"));
	scene_end(&s);
}

/* ---- what is on its way while they move */

/* The engine takes its time over the first write, and meanwhile somebody says that all move. */
SITE_TEST(an_errand_that_was_on_its_way_when_they_moved_proves_nothing)
{
	static const struct fake_rule slow[] = { { "GET /v1/jobs/a-job ", 200,
						     OURS_ON_ENGINE("a-job"), 0, 0 },
		{ "POST /v1/jobs", 201, "{}", 500, 0 }, ENGINE_LISTS(OLD) };
	const char *from = "";
	struct scene s;

	given_space(c, slow, LENGTH(slow));
	IS(db_script(c, "UPDATE job SET version = 2, spec = spec || '{\"retries\":2}' WHERE name = "
			"'job'; UPDATE outbox SET wanted = 2, state = 'pending', try_at = now() "
			"WHERE job_name = 'job'"),
	    OK);
	begin(c, &s, slow, LENGTH(slow), "a-");
	for (int i = 0; i < 100 && strstr(s.engine.asked, "POST /v1/jobs") == NULL; i++) {
		YES(worker_turn(&s.w));
		reconcile_turn(&s.w, &s.plan);
		remote_set_wait(s.w.set, 50);
	}
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"a-job\"");
	YES(remote_set_size(s.w.set) > 0);
	act_as_cli(c);
	IS(namespace_move(c, "b-", &from), OK);
	reconcile_all(&s); /* it lands, and nobody of a- begins another one */
	SYNC("job", "pending", "");
	YES(holds(c, "(SELECT done = 0 AND old_copy = 'a-job' AND leased_until IS NULL FROM outbox "
		     "WHERE job_name = 'job')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM outbox WHERE state = 'in_sync')"));
	LACKS(s.engine.asked, "b-job");
	scene_end(&s);
}

/* Whoever wrote under the new prefix before he knew of the old copy has to come again. */
SITE_TEST(an_errand_that_does_not_know_of_the_old_copy_is_not_the_last)
{
	struct outbox_item *items;
	struct outbox_done done;
	struct config config = *c->config;
	const struct config *before = c->config;
	size_t n;

	given_space(c, there, LENGTH(there));
	IS(db_script(c,
	       "UPDATE namespace SET prefix = 'b-', moved_from = 'a-';"
	       "UPDATE outbox SET done = 0, state = 'pending', try_at = now() WHERE job_name "
	       "= 'job'"),
	    OK);
	config.namespace = "b-";
	c->config = &config;
	IS(outbox_take(c, 9, &items, &n), OK);
	IS(n, 1);
	YES(items[0].old_text.text == NULL);
	IS(namespace_old_copy(c, "a-job"), OK); /* the list is read while the errand is away */
	done = (struct outbox_done){ &items[0], "", 0 };
	IS(outbox_done(c, &done, 1), OK);
	SYNC("job", "pending", "");
	YES(holds(c, "(SELECT NOT off FROM takeover WHERE engine_name = 'a-job')"));
	IS(outbox_take(c, 9, &items, &n), OK);
	IS(n, 1);
	SAME(items[0].old_copy.text, "a-job");
	HAS(items[0].old_text.text, "\"moved\" : true");
	done = (struct outbox_done){ &items[0], "", 0 };
	IS(outbox_done(c, &done, 1), OK);
	SYNC("job", "in_sync", "");
	YES(holds(c, "(SELECT off FROM takeover WHERE engine_name = 'a-job')"));
	c->config = before;
}

SITE_TEST(an_old_copy_that_fires_again_is_switched_off_again)
{
	static const struct fake_rule rules[] = { { "POST /v1/jobs", 201, "{}", 0, 0 },
		{ "GET /v1/jobs/a-job ", 200, OURS_ON_ENGINE("a-job"), 0, 0 },
		{ "GET /v1/jobs/b-job ", 200, OURS_ON_ENGINE("b-job"), 0, 0 }, ENGINE_LISTS(OLD) };
	const char *from = "";
	struct scene s;

	given_space(c, rules, LENGTH(rules));
	act_as_cli(c);
	IS(namespace_move(c, "b-", &from), OK);
	IS(db_script(c, "UPDATE takeover SET off = true;"
			"UPDATE outbox SET old_copy = NULL, done = wanted, state = 'in_sync'"),
	    OK);
	begin(c, &s, rules, LENGTH(rules), "b-");
	YES(worker_turn(&s.w));
	old_jobs_turn(&s.w);
	LACKS(s.engine.asked, "DELETE");
	YES(holds(c, "(SELECT NOT off FROM takeover WHERE engine_name = 'a-job')"));
	SYNC("job", "pending", "the job whose place it takes fires there");
	reconcile_all(&s);
	HAS(s.engine.asked, "\"disabled\":true,\"name\":\"a-job\"");
	SYNC("job", "in_sync", "");
	scene_end(&s);
}

SITE_TEST(what_was_deleted_here_when_they_moved_goes_there_too)
{
	static const struct fake_rule rules[] = { { "DELETE /v1/jobs/a-job", 200, "{}", 0, 0 },
		{ "GET /v1/jobs/a-job ", 200, OURS_ON_ENGINE("a-job"), 0, 0 }, ENGINE_LISTS("[]") };
	const char *from = "";
	struct scene s;

	given_space(c, there, LENGTH(there));
	act_as_cli(c);
	IS(job_delete(c, "job", 0), OK);
	IS(namespace_move(c, "b-", &from), OK);
	begin(c, &s, rules, LENGTH(rules), "b-");
	YES(worker_turn(&s.w));
	old_jobs_turn(&s.w);
	HAS(s.engine.asked, "DELETE /v1/jobs/a-job");
	YES(holds(c, "NOT EXISTS (SELECT FROM takeover WHERE engine_name = 'a-job')"));
	scene_end(&s);
}

SITE_TEST(jobs_that_would_take_each_others_names_do_not_move)
{
	const char *from = "";

	given_space(c, there, LENGTH(there));
	given_synced(c, "x-job");
	act_as_cli(c);
	IS(namespace_move(c, "a-x-", &from), ERR_CONFLICT);
	HAS(c->fault.detail, "a-x-job would be the name of job there, and is still that of x-job");
	YES(holds(
	    c, "(SELECT prefix = 'a-' FROM namespace) AND NOT EXISTS (SELECT FROM takeover)"));
}
