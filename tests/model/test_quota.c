/* How much a team may have, and where that is looked at. */

#include "model/given_bulk.h"
#include "model/given_import.h"
#include "model/quota.h"

static struct db_maybe_int64 bound(int64_t n)
{
	return (struct db_maybe_int64){ .value = n, .set = n != 0 };
}

/* 0: no bound. */
static void given_quota(struct ctx *c, int64_t jobs, int64_t interval_s, int64_t running)
{
	const struct quota q = { .size = { "custom" },
		.max_jobs = bound(jobs),
		.min_interval_s = bound(interval_s),
		.max_running = bound(running) };

	act_as_cli(c);
	IS(quota_set(c, "crew", &q), OK);
}

static enum err add(struct ctx *c, const char *name, const char *schedule)
{
	struct job job;
	const char *spec = arena_printf(c->arena,
	    "{\"schedule\":\"%s\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}"
	    "}",
	    schedule);

	c->fault = (struct fault){ .field = NULL };
	return job_add(c, name, "crew", json_of(c, spec), NULL, &job);
}

static enum err merge(struct ctx *c, const char *name, const char *input)
{
	struct job job;
	const struct job_edit edit = { .name = name, .how = JOB_MERGE, .input = json_of(c, input) };

	c->fault = (struct fault){ .field = NULL };
	return job_edit(c, &edit, &job);
}

static enum err move(struct ctx *c, const char *name, const char *team)
{
	struct job job;
	const struct job_edit edit = {
		.name = name, .how = JOB_MERGE, .input = json_object(c->arena), .team = team
	};

	return job_edit(c, &edit, &job);
}

SITE_TEST(a_quota_is_what_an_admin_sets)
{
	static const struct {
		struct quota quota;
		enum err e;
		const char *field;
	} cases[] = {
		{ { .size = { NULL } }, OK, NULL },
		{ { .size = { "small" } }, OK, NULL },
		{ { .size = { "huge" } }, ERR_INVALID, "quota" },
		{ { .size = { "custom" } }, ERR_INVALID, "quota" },
		{ { .size = { "custom" }, .max_jobs = { 1, true } }, OK, NULL },
		{ { .size = { "custom" }, .max_jobs = { 0, true } }, ERR_INVALID, "max_jobs" },
		{ { .size = { "custom" }, .max_running = { -1, true } }, ERR_INVALID,
		    "max_running" },
		{ { .size = { "custom" }, .min_interval_s = { 31536001, true } }, ERR_INVALID,
		    "min_interval_s" },
		{ { .size = { "small" }, .max_jobs = { 5, true } }, ERR_INVALID, "max_jobs" },
		{ { .size = { NULL }, .max_running = { 5, true } }, ERR_INVALID, "max_running" },
	};
	struct quota q;
	struct team team;

	given_team(c, "crew");
	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(quota_set(c, "crew", &cases[i].quota), cases[i].e);
		if (cases[i].field != NULL)
			SAME(c->fault.field, cases[i].field);
	}
	IS(team_named(c, "crew", &team), OK);
	IS(quota_get(c, team.id, &q), OK);
	SAME(quota_words(c, &q), "1 job");
	given_member(c, "crew", "marta", ROLE_MANAGER);
	act_as(c, "marta");
	IS(quota_set(c, "crew", &cases[1].quota), ERR_FORBIDDEN);
}

SITE_TEST(a_team_has_no_more_jobs_than_its_quota)
{
	given_team(c, "crew");
	given_team(c, "other");
	given_quota(c, 2, 0, 0);
	IS(add(c, "one", "@hourly"), OK);
	IS(add(c, "two", "@hourly"), OK);
	IS(add(c, "three", "@hourly"), ERR_CONFLICT);
	SAME(c->fault.field, "team");
	HAS(c->fault.detail, "crew has 2 jobs, and its quota is 2.");
	IS(merge(c, "two", "{\"description\":\"still mine\"}"), OK);
	given_job(c, "other", "three");
	IS(move(c, "three", "crew"), ERR_CONFLICT);
	IS(job_delete(c, "one", 0), OK);
	IS(move(c, "three", "crew"), OK);
}

/* Which schedules fire too soon for a quota of five minutes. */
SITE_TEST(a_job_fires_no_sooner_than_its_quota)
{
	static const struct {
		const char *schedule;
		enum err e;
	} cases[] = {
		{ "@every 299s", ERR_INVALID },
		{ "@every 5m", OK },
		{ "0 */5 * * * *", OK },
		{ "0 * * * * *", ERR_INVALID },
		{ "0 0,4 * * * *", ERR_INVALID },
		{ "0 0,30 * * * *", OK },
		{ "*/30 0 0 1 1 *", ERR_INVALID },
		{ "0 0 3 * * *", OK },
		{ "0 0,57 * * * *", ERR_INVALID }, /* over the hour */
		{ "0 58 23 * * *", OK },
		{ "@at 2030-01-01T00:00:00Z", OK },
		{ "@manually", OK },
	};

	given_team(c, "crew");
	given_quota(c, 0, 300, 0);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		enum err e = add(c, arena_printf(c->arena, "job%zu", i), cases[i].schedule);
		if (e != cases[i].e)
			FAIL("%s: %d", cases[i].schedule, (int)e);
		if (e == ERR_INVALID)
			SAME(c->fault.field, "schedule");
	}
}

/* An hour that comes twice brings two fires closer than any other day. */
SITE_TEST(a_job_fires_no_sooner_than_its_quota_when_the_clocks_change)
{
	struct job job;

	given_team(c, "crew");
	given_quota(c, 0, 7200, 0);
	IS(add(c, "utc", "0 30 2 * * *"), OK);
	IS(add(c, "madrid", "CRON_TZ=Europe/Madrid 0 30 2 * * *"), ERR_INVALID);
	HAS(c->fault.detail, "fires again after 3600 s (on 20");
	HAS(c->fault.detail, ", when the clocks change), and the quota of its team is 7200 s.");
	IS(merge(c, "utc", "{\"timezone\":\"Europe/Madrid\"}"), ERR_INVALID);
	IS(add(c, "later", "CRON_TZ=Europe/Madrid 0 30 3 * * *"), OK);
	IS(job_add(c, "ends", "crew",
	       json_of(c, "{\"schedule\":\"0 30 2 * * *\",\"timezone\":\"Europe/Madrid\","
			  "\"starts_at\":\"2040-01-01T00:00:00Z\",\"expires_at\":"
			  "\"2040-02-01T00:00:00Z\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"true\"}}"),
	       NULL, &job),
	    OK); /* before they change */
}

/* The fastest of a team is found among all, whatever the zone. */
SITE_TEST(what_a_team_uses_is_the_shortest_of_all_its_intervals)
{
	struct quota_usage usage;
	struct team team;

	given_team(c, "crew");
	act_as_cli(c);
	IS(team_named(c, "crew", &team), OK);
	IS(add(c, "hourly", "@hourly"), OK);
	IS(add(c, "nightly", "CRON_TZ=Europe/Madrid 0 0,55 2 * * *"), OK);
	IS(add(c, "nightly-too", "CRON_TZ=Europe/Madrid 0 0,54 2 * * *"), OK);
	IS(add(c, "switched-off", "@every 1s"), OK);
	IS(merge(c, "switched-off", "{\"disabled\":true}"), OK);
	IS(quota_usage(c, team.id, &usage), OK);
	IS(usage.jobs, 4);
	IS(usage.interval_s, 300);
	SAME(usage.fastest, "nightly");
}

SITE_TEST(a_job_of_before_its_quota_may_be_mended)
{
	struct job job;

	given_team(c, "crew");
	IS(add(c, "fast", "@every 10s"), OK);
	given_quota(c, 0, 300, 0);
	IS(merge(c, "fast", "{\"description\":\"slow it down\"}"), OK);
	IS(merge(c, "fast", "{\"schedule\":\"@every 20s\"}"), OK);
	IS(merge(c, "fast", "{\"schedule\":\"@every 10s\"}"), ERR_INVALID);
	IS(job_set_disabled(c, "fast", true, &job), OK);
	IS(job_set_disabled(c, "fast", false, &job), ERR_INVALID);
	SAME(c->fault.field, "schedule");
}

SITE_TEST(a_bulk_moves_as_many_jobs_as_there_is_room_for)
{
	struct bulk_ask ask = named(c, BULK_MOVE, "[\"a\",\"b\",\"c\"]");
	struct bulk b = { 0 };

	given_team(c, "crew");
	given_team(c, "other");
	for (const char *name = "a\0b\0c\0"; *name != '\0'; name += 2)
		given_job(c, "other", name);
	given_quota(c, 2, 0, 0);
	given_account(c, "root2", true);
	act_as(c, "root2");
	ask.team = "crew";
	IS(bulk_start(c, &ask, 0, &b), OK);
	work_off(c);
	SAME(outcome(c, b.id), "a done|b done|c failed conflict");
}

SITE_TEST(an_import_is_held_against_the_quota)
{
	static const char text[] = "0 * * * * a\n0 * * * * b\n* * * * * c\n0 0 * * * d\n";

	given_team(c, "crew");
	given_quota(c, 2, 300, 0);
	struct import import = {
		.format = IMPORT_CRONTAB, .text = text, .len = strlen(text), .team = "crew"
	};
	struct import_plan plan;
	import.preview = true;
	IS(job_import(c, &import, &plan), OK);
	IS(plan.count[IMPORT_CREATE], 2);
	IS(plan.count[IMPORT_REFUSED], 2);
	SAME(plan.items[2].field, "schedule");
	SAME(plan.items[3].field, "team");
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

/* Those of the engine's own schedule count, too. */
SITE_TEST(runs_wait_for_room_in_the_quota)
{
	struct run_ready *ready;
	int64_t ids[3];
	size_t n;
	bool mine;

	given_team(c, "crew");
	given_scheduled(c, "hello", "@manually", "");
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted; "
			"INSERT INTO engine_state (kind, version, leader, reachable) VALUES "
			"('dkron', '4.1.2', 'n1', true)"),
	    OK);
	given_quota(c, 0, 0, 2);
	for (size_t i = 0; i < LENGTH(ids); i++)
		ids[i] = given_request(c, "hello");
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 3);
	for (size_t i = 0; i < LENGTH(ids); i++) {
		IS(run_mark(c, ids[i], &mine), OK);
		IS(mine, i < 2);
	}
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 0);
	IS(db_script(c, "UPDATE run SET queued_at = now() - interval '2 s'"), OK);
	IS(run_waiting(c), OK);
	HAS(run_now(c, ids[2]).reason.text, "as its quota allows");
	IS(db_script(
	       c, arena_printf(c->arena,
		      "UPDATE run SET state = 'succeeded', finished_at = now() WHERE id = %lld",
		      (long long)ids[0])),
	    OK);
	IS(run_ready(c, 10, &ready, &n), OK);
	IS(n, 1);
	IS(run_mark(c, ids[2], &mine), OK);
	YES(mine);
}
