/* An engine, or what stands between, that lies: nothing is written for it, nothing is lost, the
 * page says so, and the next true answer ends it. */

#include <string.h>

#include "model/comparison.h"
#include "work/given_work.h"
#include "work/pass.h"

enum { MANY = 60 };

static const char *problem(struct ctx *c)
{
	struct comparison_report r = { .jobs = 0 };

	IS(comparison_get(c, &r), OK);
	return r.problem.text != NULL ? r.problem.text : "";
}

/* What the engine was asked. */
static const char *pass_with(
    struct ctx *c, const struct fake_rule *rules, size_t n, const char *policy)
{
	struct scene s;

	scene_begin(c, &s, rules, n);
	s.config.drift = policy;
	pass_run(&s.w);
	const char *asked = arena_strdup(c->arena, s.engine.asked);
	scene_end(&s);
	LACKS(asked, "POST ");
	LACKS(asked, "DELETE ");
	return asked;
}

static void all_is_as_before(struct ctx *c, int jobs)
{
	if (!holds(c,
		"(SELECT count(*) = %d AND bool_and(state = 'in_sync' AND done = wanted) FROM "
		"outbox)",
		jobs))
		FAIL("the outbox is another one; the problem was: %s", problem(c));
	YES(holds(c, "NOT EXISTS (SELECT FROM drift)"));
	YES(holds(c, "NOT EXISTS (SELECT FROM audit WHERE verb IN ('job_drift_reverted', "
		     "'job_adopt', 'engine_refilled'))"));
}

static void given_many(struct ctx *c)
{
	given_team(c, "crew");
	given_scheduled(c, "another", "@hourly", "");
	for (int i = 0; i < MANY; i++)
		given_scheduled(c, arena_printf(c->arena, "many-%02d", i), "@hourly", "");
	given_all_synced(c);
}

static const struct fake_rule truth[] = { ENGINE_LISTS(
    "[" OURS_ON_ENGINE("another") "," OURS_ON_ENGINE("job") "]") };

SITE_TEST(an_answer_that_is_no_list_changes_nothing_and_the_next_true_one_ends_it)
{
#define LIST_IS(status, body)                                                       \
	{                                                                           \
		ENGINE_IS_THERE, { "GET /v1/jobs?_sort=name", status, body, 0, 0 }, \
		{                                                                   \
			"GET /v1/jobs", status, body, 0, 0                          \
		}                                                                   \
	}
	static const struct {
		const char *says;
		struct fake_rule rules[5];
	} lies[] = {
		{ "500", LIST_IS(500, "boom") },
		{ "502", LIST_IS(502, "<html>bad gateway</html>") },
		{ "401", LIST_IS(401, "") },
		{ "404", LIST_IS(404, "") },
		{ "302", LIST_IS(302, "") },
		{ "not what Dkron would say", LIST_IS(200, "<html>welcome</html>") },
		{ "not what Dkron would say", LIST_IS(200, "") },
		{ "not what Dkron would say", LIST_IS(200, "[{\"name\":\"another\"},{\"na") },
		{ "not what Dkron would say", LIST_IS(200, "{\"jobs\":[]}") },
		{ "not in the order", LIST_IS(200, "[{},{}]") },
		{ "not in the order", LIST_IS(200, "[1,2]") },
		{ "not in the order",
		    LIST_IS(200, "[{\"name\":\"another\"},{\"name\":\"another\"}]") },
		{ "", LIST_IS(-200, "[" OURS_ON_ENGINE("another") "," OURS_ON_ENGINE("job") "]") },
		{ "", LIST_IS(0, NULL) },
	};
	static const char *const policies[] = { "show", "revert", "adopt" };

	given_team(c, "crew");
	given_synced(c, "another");
	given_synced(c, "job");
	for (size_t i = 0; i < LENGTH(lies); i++) {
		(void)pass_with(c, lies[i].rules, LENGTH(lies[i].rules), policies[i % 3]);
		HAS(problem(c), lies[i].says);
		YES(problem(c)[0] != '\0');
		all_is_as_before(c, 2);
		(void)pass_with(c, truth, LENGTH(truth), policies[i % 3]);
		SAME(problem(c), "");
		all_is_as_before(c, 2);
	}
#undef LIST_IS
}

SITE_TEST(an_empty_list_is_not_believed_while_the_jobs_are_there_by_name)
{
	static const struct fake_rule rules[] = {
		{ "GET /v1/jobs/", 200, OURS_ON_ENGINE("job"), 0, 0 }, ENGINE_LISTS("[]")
	};

	given_team(c, "crew");
	given_synced(c, "another");
	given_synced(c, "job");
	(void)pass_with(c, rules, LENGTH(rules), "show");
	HAS(problem(c), "lacked 2 jobs of ours that it has");
	all_is_as_before(c, 2);
	(void)pass_with(c, truth, LENGTH(truth), "show");
	SAME(problem(c), "");
}

SITE_TEST(a_list_that_lacks_many_jobs_which_are_there_is_no_reason_for_anything)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs/", 200, "{}", 0, 0 },
		ENGINE_LISTS("[" OURS_ON_ENGINE("another") "]") };
	static const struct fake_rule broken[] = { { "GET /v1/jobs/", 500, "x", 0, 0 },
		ENGINE_LISTS("[" OURS_ON_ENGINE("another") "]") };
	static const struct fake_rule hung_up[] = { { "GET /v1/jobs/", 0, NULL, 0, 0 },
		ENGINE_LISTS("[" OURS_ON_ENGINE("another") "]") };

	given_many(c);
	(void)pass_with(c, rules, LENGTH(rules), "revert");
	HAS(problem(c), "lacked 60 jobs of ours that it has");
	all_is_as_before(c, MANY + 1);
	(void)pass_with(c, broken, LENGTH(broken), "revert");
	HAS(problem(c), "asked for one of them it said: 500");
	all_is_as_before(c, MANY + 1);
	(void)pass_with(c, hung_up, LENGTH(hung_up), "show");
	HAS(problem(c), "asked for one of them it said:");
	all_is_as_before(c, MANY + 1);
}

/* "GET /v1/jobs/many-" in what was asked. */
static int looks(const char *asked)
{
	int n = 0;

	while ((asked = strstr(asked, "GET /v1/jobs/many-")) != NULL)
		asked++, n++;
	return n;
}

SITE_TEST(many_jobs_that_are_gone_are_each_asked_for_once)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS("[" OURS_ON_ENGINE("another") "]") };

	given_many(c);
	IS(looks(pass_with(c, rules, LENGTH(rules), "show")), MANY);
	SAME(problem(c), "");
	YES(holds(c, "(SELECT count(*) FROM outbox WHERE state = 'drifted') = 60"));
	SYNC("many-59", "drifted", "it is gone from the engine");
	IS(looks(pass_with(c, rules, LENGTH(rules), "show")), 0);
	YES(holds(c, "(SELECT count(*) FROM outbox WHERE state = 'drifted') = 60"));
	(void)pass_with(c, rules, LENGTH(rules), "revert");
	YES(holds(
	    c, "(SELECT count(*) FROM outbox WHERE state = 'pending' AND done = wanted) = 60"));
	AUDITED("job_drift_reverted", "job:many-00", 1);
}

SITE_TEST(a_job_that_goes_and_comes_under_another_name_while_all_is_compared_is_left_to_its_errand)
{
	static const struct fake_rule rules[] = { ENGINE_LISTS(
	    "[" OURS_ON_ENGINE("another") "," OURS_ON_ENGINE("job") "]") };

	given_team(c, "crew");
	given_synced(c, "another");
	given_synced(c, "job");
	act_as_cli(c);
	IS(job_delete(c, "job", 0), OK);
	given_scheduled(c, "renamed", "@hourly", "");
	(void)pass_with(c, rules, LENGTH(rules), "revert");
	SAME(problem(c), "");
	YES(holds(c, "(SELECT job_id IS NULL AND done = 1 AND state = 'pending' FROM outbox WHERE "
		     "job_name = 'job')"));
	SYNC("renamed", "pending", "");
	YES(holds(c, "(SELECT done = 0 FROM outbox WHERE job_name = 'renamed')"));
	YES(holds(c, "NOT EXISTS (SELECT FROM drift)"));
	YES(holds(c, "NOT EXISTS (SELECT FROM unmanaged)"));
}

SITE_TEST(nothing_is_written_over_an_answer_that_is_not_the_job_asked_for)
{
	static const char *const answers[] = { "{}", "[]", "null", "{\"name\":\"another\"}",
		"<html>", "" };

	given_team(c, "crew");
	given_synced(c, "job");
	IS(db_script(c, "UPDATE outbox SET state = 'pending', done = 0"), OK);
	for (size_t i = 0; i < LENGTH(answers); i++) {
		const struct fake_rule rules[] = { { "GET /v1/jobs/job ", 200, answers[i], 0, 0 },
			{ "POST /v1/jobs", 201, "{}", 0, 0 }, ENGINE_LISTS("[]") };
		struct scene s;
		IS(db_script(c, "UPDATE outbox SET try_at = now()"), OK);
		reconcile_with(c, &s, rules, LENGTH(rules));
		LACKS(s.engine.asked, "POST ");
		scene_end(&s);
		SYNC("job", "failing", "%%not what Dkron would say of this job");
	}
	const struct fake_rule rules[] = { { "GET /v1/jobs/job ", 404, NULL, 0, 0 },
		{ "POST /v1/jobs", 201, "{}", 0, 0 }, ENGINE_LISTS("[]") };
	struct scene s;
	IS(db_script(c, "UPDATE outbox SET try_at = now()"), OK);
	reconcile_with(c, &s, rules, LENGTH(rules));
	HAS(s.engine.asked, "POST /v1/jobs {\"name\":\"job\"");
	scene_end(&s);
	SYNC("job", "in_sync", "");
}
