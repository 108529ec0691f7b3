/* Parents, children, and when a job fires. */

#include <string.h>

#include "model/given.h"

static enum err child(struct ctx *c, const char *name, const char *parent, const char *team)
{
	struct job job;

	return job_add(c, name, team,
	    json_of(c, arena_printf(c->arena,
			   "{\"parent_job\":\"%s\",\"executor\":\"shell\",\"executor_config\":{"
			   "\"command\":\"x\"}}",
			   parent)),
	    NULL, &job);
}

static enum err adopt(struct ctx *c, const char *name, const char *parent)
{
	struct job job;
	struct job_edit edit = { .name = name,
		.how = JOB_MERGE,
		.input = json_of(c, arena_printf(c->arena, "{\"parent_job\":\"%s\"}", parent)) };

	return job_edit(c, &edit, &job);
}

SITE_TEST(a_parent_with_children_is_not_deleted)
{
	act_as_cli(c);
	given_job(c, "ops", "parent");
	IS(child(c, "child-b", "parent", NULL), OK);
	IS(child(c, "child-a", "parent", NULL), OK);
	IS(job_delete(c, "parent", 0), ERR_CONFLICT);
	HAS(c->fault.detail, "child-b, child-a."); /* in the order in which they run */
	IS(job_delete(c, "child-a", 0), OK);
	IS(adopt(c, "child-b", ""), ERR_INVALID); /* it has no schedule of its own */
	SAME(c->fault.field, "schedule");
	IS(job_delete(c, "child-b", 0), OK);
	IS(job_delete(c, "parent", 0), OK);
}

SITE_TEST(children_keep_the_order_in_which_they_were_tied)
{
	act_as_cli(c);
	given_job(c, "ops", "parent");
	given_job(c, "ops", "other");
	IS(child(c, "z", "parent", NULL), OK);
	IS(child(c, "m", "parent", NULL), OK);
	IS(child(c, "a", "parent", NULL), OK);
	IS(job_delete(c, "parent", 0), ERR_CONFLICT);
	HAS(c->fault.detail, ": z, m, a.");
	IS(adopt(c, "z", "other"), OK);
	IS(adopt(c, "z", "parent"), OK);
	IS(job_delete(c, "parent", 0), ERR_CONFLICT);
	HAS(c->fault.detail, ": m, a, z.");
	struct job job;
	struct job_edit edit = {
		.name = "m", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}")
	};
	IS(job_edit(c, &edit, &job), OK); /* any other change leaves it where it is */
	IS(job_delete(c, "parent", 0), ERR_CONFLICT);
	HAS(c->fault.detail, ": m, a, z.");
}

SITE_TEST(children_that_one_cannot_see_are_only_counted)
{
	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_EDITOR);
	act_as_cli(c);
	given_job(c, "billing", "parent");
	IS(child(c, "seen", "parent", "billing"), OK);
	IS(child(c, "hidden", "parent", "data"), OK);
	act_as(c, "marta");
	IS(job_delete(c, "parent", 0), ERR_CONFLICT);
	HAS(c->fault.detail, "seen and 1 that you cannot see.");
	LACKS(c->fault.detail, "hidden");
}

SITE_TEST(circles_are_refused)
{
	struct job job;

	act_as_cli(c);
	given_job(c, "ops", "a");
	IS(child(c, "b", "a", NULL), OK);
	IS(child(c, "c", "b", NULL), OK);
	IS(adopt(c, "a", "c"), ERR_INVALID);
	SAME(c->fault.field, "parent_job");
	HAS(c->fault.detail, "a runs after c, c runs after b, b runs after a");
	IS(adopt(c, "a", "a"), ERR_INVALID);
	IS(job_get(c, "a", &job), OK);
	IS(job.version, 1);
	given_job(c, "ops", "d");
	IS(adopt(c, "a", "d"), OK);
	IS(adopt(c, "d", "c"), ERR_INVALID);
}

SITE_TEST(one_ties_jobs_only_to_parents_that_one_may_edit)
{
	given_team(c, "billing");
	given_team(c, "data");
	given_team(c, "secret");
	given_member(c, "billing", "marta", ROLE_EDITOR);
	IS(team_member(c, "data", "marta", ROLE_OPERATOR), OK);
	act_as_cli(c);
	given_job(c, "data", "extract");
	given_job(c, "secret", "hidden");
	act_as(c, "marta");
	IS(child(c, "mine", "extract", "billing"), ERR_FORBIDDEN);
	HAS(c->fault.detail, "data needs the role editor");
	IS(child(c, "mine", "hidden", "billing"), ERR_INVALID);
	const char *hidden = ctx_fault(c);
	IS(child(c, "mine", "hidde", "billing"), ERR_INVALID);
	HAS(ctx_fault(c), "There is no job hidde.");
	HAS(hidden, "There is no job hidden.");
	act_as_cli(c); /* somebody else may tie it, and then it can still be edited */
	IS(child(c, "mine", "extract", "billing"), OK);
	act_as(c, "marta");
	struct job job;
	struct job_edit edit = {
		.name = "mine", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}")
	};
	IS(job_edit(c, &edit, &job), OK);
}

static struct job scheduled(struct ctx *c, const char *name, const char *fields)
{
	struct job job = { 0 };
	const char *text = arena_printf(c->arena,
	    "{%s,\"executor\":\"shell\",\"executor_config\":{\"command\":\"x\"}}", fields);

	if (job_add(c, name, "ops", json_of(c, text), NULL, &job) != OK)
		FAIL("%s: %s", name, ctx_fault(c));
	return job;
}

static const char *next_times(struct ctx *c, const struct job *job)
{
	int64_t times[3];
	size_t n = 0;
	const char *words = "";

	IS(job_next_fires(c, job, LENGTH(times), times, &n), OK);
	for (size_t i = 0; i < n; i++)
		words = arena_printf(
		    c->arena, "%s%s%s", words, i > 0 ? " " : "", time_rfc3339(c->arena, times[i]));
	return words;
}

SITE_TEST(next_fires_follow_schedule_bounds_and_switch)
{
	static const struct {
		const char *fields, *words, *next;
	} cases[] = {
		{ "\"schedule\":\"0 30 2 * * *\",\"timezone\":\"Europe/Madrid\"",
		    "every day at 02:30 Europe/Madrid",
		    "2026-11-22T01:30:00Z 2026-11-23T01:30:00Z 2026-11-24T01:30:00Z" },
		{ "\"schedule\":\"0 0 12 * * "
		  "*\",\"starts_at\":\"2026-12-01T12:00:00Z\",\"expires_at\":\"2026-12-03T12:00:"
		  "00Z\"",
		    NULL, "2026-12-01T12:00:00Z 2026-12-02T12:00:00Z" },
		{ "\"schedule\":\"@every 1h\"", "every hour",
		    "2026-11-21T10:42:10Z 2026-11-21T11:42:10Z 2026-11-21T12:42:10Z" },
		{ "\"schedule\":\"@every 1h\",\"disabled\":true", "every hour", "" },
		{ "\"schedule\":\"@manually\"", NULL, "" },
		{ "\"schedule\":\"@at 2026-11-21T10:00:00Z\"", NULL, "2026-11-21T10:00:00Z" },
		{ "\"schedule\":\"@at 2020-11-21T10:00:00Z\"", NULL, "" },
		{ "\"schedule\":\"0 0 0 31 2 *\"", NULL, "" },
		{ "\"schedule\":\"@hourly\",\"parent_job\":\"job-0\"", "", "" },
	};

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000); /* 2026-11-21T09:42:10Z */
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct job job = scheduled(
		    c, arena_printf(c->arena, "job-%zu", i), cases[i].fields);
		const char *words = NULL;
		IS(job_schedule_words(c, &job, &words), OK);
		if (cases[i].words != NULL)
			SAME(words, cases[i].words);
		SAME(next_times(c, &job), cases[i].next);
		IS(job.next_us.set, cases[i].next[0] != '\0');
		job.spec = NULL; /* as in a list */
		SAME(next_times(c, &job), cases[i].next);
	}
}

SITE_TEST(every_counts_from_when_the_engine_took_it)
{
	struct job job;

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000);
	scheduled(c, "hello", "\"schedule\":\"@every 1h\"");
	IS(job_taken(c, "hello", c->now_us + 60 * US_PER_S), OK);
	IS(job_taken(c, "gone-by-now", c->now_us), OK);
	c->now_us += 70 * US_PER_S;
	IS(job_get(c, "hello", &job), OK);
	SAME(time_rfc3339(c->arena, job.next_us.value), "2026-11-21T10:43:10Z");
	YES(holds(c, "(SELECT us(next_at) FROM job_now) = %lld", (long long)job.next_us.value));
}

static void hears(struct ctx *c, const char *job, int64_t next_us)
{
	struct json *all = json_array(c->arena), *o = json_object(c->arena);

	json_set(o, "n", json_string(c->arena, job));
	json_set(o, "x", json_number(c->arena, next_us));
	json_push(all, o);
	IS(job_next_heard(c, all), OK);
}

SITE_TEST(every_counts_from_where_the_engine_began_it_anew)
{
	struct job job;

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000);
	int64_t hour_us = 3600 * US_PER_S, begun_us = c->now_us;
	scheduled(c, "hello", "\"schedule\":\"@every 1h\"");
	IS(job_taken(c, "hello", begun_us), OK);
	c->now_us += 40 * 60 * US_PER_S; /* it was started again five minutes ago */
	hears(c, "hello", c->now_us + hour_us - 300 * US_PER_S);
	IS(job_get(c, "hello", &job), OK);
	IS(job.next_us.value, c->now_us + hour_us - 300 * US_PER_S);
	hears(c, "hello", begun_us + hour_us); /* what it said before */
	hears(c, "hello", c->now_us + 24 * hour_us);
	hears(c, "gone-by-now", c->now_us + hour_us);
	IS(job_get(c, "hello", &job), OK);
	IS(job.next_us.value, c->now_us + hour_us - 300 * US_PER_S);
	c->now_us += hour_us;
	hears(c, "hello", c->now_us + 60 * US_PER_S); /* earlier than we thought: it began anew */
	IS(job_get(c, "hello", &job), OK);
	IS(job.next_us.value, c->now_us + 60 * US_PER_S);
}

SITE_TEST(what_the_engine_says_of_other_schedules_is_not_heeded)
{
	struct job job;

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000);
	job = scheduled(c, "daily", "\"schedule\":\"0 0 12 * * *\"");
	int64_t next_us = job.next_us.value;
	hears(c, "daily", next_us + 60 * US_PER_S);
	IS(job_get(c, "daily", &job), OK);
	IS(job.next_us.value, next_us);
}

SITE_TEST(the_tilde_counts_with_the_namespace)
{
	struct config config = site_config;
	struct job job;

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000);
	job = scheduled(c, "a", "\"schedule\":\"~ 0 12 * * *\""); /* 97 % 60 */
	SAME(time_rfc3339(c->arena, job.next_us.value), "2026-11-21T12:00:37Z");
	config.namespace = "b"; /* (97 + 98) % 60 */
	c->config = &config;
	IS(job_get(c, "a", &job), OK);
	SAME(time_rfc3339(c->arena, job.next_us.value), "2026-11-21T12:00:15Z");
}

SITE_TEST(passed_fires_are_renewed)
{
	struct job *jobs = NULL;
	const char *next = NULL;
	size_t n = 0;

	act_as_cli(c);
	c->now_us = INT64_C(1795254130000000);
	scheduled(c, "hourly", "\"schedule\":\"@hourly\"");
	scheduled(c, "once", "\"schedule\":\"@at 2026-11-21T10:00:00Z\"");
	scheduled(c, "daily", "\"schedule\":\"@daily\"");
	IS(job_next_renew(c, 100, &n), OK);
	IS(n, 0);
	c->now_us += 3600 * US_PER_S;
	IS(job_next_renew(c, 1, &n), OK);
	IS(n, 1);
	IS(job_next_renew(c, 100, &n), OK);
	IS(n, 1);
	IS(job_next_renew(c, 100, &n), OK);
	IS(n, 0);
	struct job_query query = { .sort = JOB_BY_NEXT, .limit = 10 };
	IS(job_list(c, &query, &jobs, &n, &next), OK);
	SAME(jobs[0].name, "hourly");
	SAME(time_rfc3339(c->arena, jobs[0].next_us.value), "2026-11-21T11:00:00Z");
	SAME(jobs[2].name, "once");
	YES(!jobs[2].next_us.set);
}
