/* The API of definitions. */

#include <string.h>

#include "core/text.h"
#include "engine/given.h"
#include "engine/node.h"

TEST(engine_routes_are_sound)
{
	site_routes_are_sound(&engine_site);
}

ENGINE_TEST(engine_answers_carry_the_node_and_dkrons_type)
{
	struct resp w = call(c, GET, "/v1/jobs", NULL);

	IS(w.status, 200);
	SAME(w.type, "application/json; charset=utf-8");
	SAME(resp_find(&w, "X-Whom"), NODE_NAME);
	SAME(resp_find(&w, "X-Total-Count"), "0");
	SAME(w.body, "[]");
}

ENGINE_TEST(engine_unknown_address_and_method_are_404_with_dkrons_page)
{
	static const struct {
		enum method method;
		const char *path;
	} cases[] = { { GET, "/v1/nope" }, { DELETE, "/v1/jobs" }, { PUT, "/v1/pause" },
		{ POST, "/v1/leave" }, { POST, "/v1/restore" }, { GET, "/v1/jobs/a/run" },
		{ GET, "/metrics" } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = call(c, cases[i].method, cases[i].path, NULL);
		IS(w.status, 404);
		SAME(w.body, "404 page not found");
	}
}

ENGINE_TEST(engine_save_says_where_the_job_is)
{
	struct resp w = call(c, POST, "/v1/jobs", "{\"name\":\"min\",\"schedule\":\"@manually\"}");

	IS(w.status, 201);
	SAME(resp_find(&w, "Location"), "/engine/v1/jobs/min");
	w = call(c, PUT, "/v1/jobs/min", "{\"name\":\"min\",\"schedule\":\"@manually\"}");
	IS(w.status, 201);
	SAME(resp_find(&w, "Location"), "/engine/v1/jobs/min/min"); /* Dkron's own oddity */
}

ENGINE_TEST(engine_saves_by_the_name_in_the_body_not_in_the_path)
{
	(void)called(
	    c, 201, PUT, "/v1/jobs/other", "{\"name\":\"mine\",\"schedule\":\"@manually\"}");
	(void)called(c, 201, PATCH, "/v1/jobs", "{\"name\":\"mine\",\"schedule\":\"@every 1h\"}");
	IS(call(c, GET, "/v1/jobs/other", NULL).status, 404);
	SAME(member(c, called(c, 200, GET, "/v1/jobs/mine", NULL), "schedule"), "@every 1h");
}

/* Everything that is not given goes back to nothing: PATCH does not merge. */
ENGINE_TEST(engine_update_replaces_all_but_what_runs_recorded)
{
	(void)called(c, 201, POST, "/v1/jobs",
	    "{\"name\":\"a\",\"schedule\":\"@manually\",\"owner\":\"ops\",\"success_count\":7,"
	    "\"error_count\":2,"
	    "\"last_success\":\"2026-01-02T03:04:05.123456789Z\",\"status\":\"success\",\"tags\":{"
	    "\"region\":\"global\"}}");
	(void)called(c, 201, PATCH, "/v1/jobs",
	    "{\"name\":\"a\",\"schedule\":\"@manually\",\"success_count\":3,\"last_success\":"
	    "\"2020-01-01T00:00:00Z\","
	    "\"error_count\":9,\"status\":\"failed\"}");
	struct json *job = called(c, 200, GET, "/v1/jobs/a", NULL);
	SAME(member(c, job, "owner"), "");
	SAME(member(c, job, "tags"), "null");
	SAME(member(c, job, "success_count"), "7");
	SAME(member(c, job, "error_count"), "9");
	SAME(member(c, job, "last_success"), "2026-01-02T03:04:05.123456789Z");
	SAME(member(c, job, "status"), "success");
}

ENGINE_TEST(engine_stored_job_reads_as_dkron_shows_it)
{
	(void)called(c, 201, POST, "/v1/jobs",
	    "{\"name\":\"at\",\"schedule\":\"@at "
	    "2031-01-01T00:00:00Z\",\"starts_at\":\"2030-01-01T01:00:00+01:00\","
	    "\"executor\":\"shell\",\"executor_config\":{\"shell\":\"true\",\"command\":\"true\"},"
	    "\"ephemeral\":true,"
	    "\"tags\":{}}");
	struct resp w = call(c, GET, "/v1/jobs/at", NULL);
	SAME(w.body, "{\"id\":\"at\",\"name\":\"at\",\"displayname\":\"\",\"timezone\":\"\","
		     "\"schedule\":\"@at "
		     "2031-01-01T00:00:00Z\",\"owner\":\"\",\"owner_email\":\"\",\"success_count\":"
		     "0,\"error_count\":0,"
		     "\"last_success\":null,\"last_error\":null,\"disabled\":false,\"tags\":null,"
		     "\"metadata\":null,\"retries\":0,"
		     "\"dependent_jobs\":null,\"parent_job\":\"\",\"processors\":{},"
		     "\"concurrency\":\"allow\",\"executor\":"
		     "\"shell\",\"executor_config\":{\"command\":\"true\",\"shell\":\"true\"},"
		     "\"status\":\"\",\"next\":"
		     "\"2030-01-01T00:00:00Z\",\"ephemeral\":true,\"starts_at\":\"2030-01-01T00:00:"
		     "00Z\",\"expires_at\":null}");
	w = call(c, GET, "/v1/jobs/at?pretty", NULL);
	HAS(w.body, "{\n    \"id\": \"at\",\n");
	HAS(w.body, "\n    \"processors\": {},\n");
}

ENGINE_TEST(engine_next_is_when_the_clock_will_fire_in_the_zone_of_the_job)
{
	c->now_us = INT64_C(1795254130000000); /* 2026-11-21T09:42:10Z */
	(void)called(c, 201, POST, "/v1/jobs",
	    "{\"name\":\"a\",\"schedule\":\"0 0 3 * * *\",\"timezone\":\"Europe/Madrid\"}");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/a", NULL), "next"), "2026-11-22T02:00:00Z");
	(void)called(c, 201, POST, "/v1/jobs", "{\"name\":\"b\",\"schedule\":\"@every 90s\"}");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/b", NULL), "next"), "2026-11-21T09:43:40Z");
	(void)called(c, 201, POST, "/v1/jobs", "{\"name\":\"k\",\"parent_job\":\"a\"}");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/k", NULL), "next"), "1970-01-01T00:00:00Z");
}

ENGINE_TEST(engine_parent_lists_its_children_in_the_order_they_came)
{
	given_job(c, "p", "true", "");
	given_job(c, "z", "true", ",\"parent_job\":\"p\"");
	given_job(c, "b", "true", ",\"parent_job\":\"p\"");
	given_job(c, "z", "false", ",\"parent_job\":\"p\""); /* a change is no new place */
	SAME(member(c, called(c, 200, GET, "/v1/jobs/p", NULL), "dependent_jobs"), "[\"z\",\"b\"]");
	IS(call(c, DELETE, "/v1/jobs/p", NULL).status, 404);
	given_job(c, "b", "true", "");
	(void)called(c, 200, DELETE, "/v1/jobs/z", NULL);
	SAME(member(c, called(c, 200, GET, "/v1/jobs/p", NULL), "dependent_jobs"), "null");
	(void)called(c, 200, DELETE, "/v1/jobs/p", NULL);
}

ENGINE_TEST(engine_children_that_a_client_claims_are_not_believed)
{
	given_job(c, "victim", "true", "");
	given_job(c, "p", "true", ",\"dependent_jobs\":[\"victim\"]");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/p", NULL), "dependent_jobs"), "null");
}

ENGINE_TEST(engine_delete_gives_the_job_back_once)
{
	given_job(c, "a", "true", "");
	SAME(member(c, called(c, 200, DELETE, "/v1/jobs/a", NULL), "name"), "a");
	struct resp w = call(c, DELETE, "/v1/jobs/a", NULL);
	IS(w.status, 404);
	SAME(w.body, "");
}

ENGINE_TEST(engine_toggle_flips)
{
	given_job(c, "a", "true", "");
	SAME(member(c, called(c, 200, POST, "/v1/jobs/a/toggle", NULL), "disabled"), "true");
	SAME(member(c, called(c, 200, GET, "/v1/jobs/a", NULL), "disabled"), "true");
	SAME(member(c, called(c, 200, POST, "/v1/jobs/a/toggle", NULL), "disabled"), "false");
	IS(call(c, POST, "/v1/jobs/nobody/toggle", NULL).status, 404);
}

static void list_is(struct ctx *c, const char *query, const char *names)
{
	struct json *list = called(c, 200, GET, arena_printf(c->arena, "/v1/jobs%s", query), NULL);
	const char *seen = "";

	for (size_t i = 0; i < json_length(list); i++)
		seen = arena_printf(c->arena, "%s%s%s", seen, i > 0 ? " " : "",
		    member(c, json_at(list, i), "name"));
	if (strcmp(seen, names) != 0)
		FAIL("%s: %s, not %s", query, seen, names);
}

static void three_jobs(struct ctx *c)
{
	given_job(c, "one", "true",
	    ",\"displayname\":\"zeta\",\"metadata\":{\"team\":\"ops\",\"tier\":\"1\"}");
	given_job(c, "three", "true", ",\"disabled\":true,\"status\":\"failed\",\"error_count\":3");
	given_job(c, "two", "true",
	    ",\"displayname\":\"Alpha\",\"metadata\":{\"team\":\"ops\"},\"error_count\":1");
}

ENGINE_TEST(engine_list_filters)
{
	three_jobs(c);
	list_is(c, "", "one three two");
	list_is(c, "?q=t", "one three two"); /* also in the display name */
	list_is(c, "?q=tw", "two");
	list_is(c, "?q=T", "");
	list_is(c, "?status=failed", "three");
	list_is(c, "?status=untriggered", "one two");
	list_is(c, "?disabled=true", "three");
	list_is(c, "?disabled=false", "one two");
	list_is(c, "?metadata[team]=ops", "one two");
	list_is(c, "?metadata[team]=ops&metadata[tier]=1", "one");
	list_is(c, "?metadata[team]=dev", "");
}

ENGINE_TEST(engine_list_sorts_and_pages)
{
	three_jobs(c);
	list_is(c, "?_sort=id&_order=DESC", "two three one");
	list_is(c, "?_sort=displayname", "three two one");
	list_is(c, "?_sort=error_count&_order=DESC", "three two one");
	list_is(c, "?_order=desc", "one three two"); /* only capitals count */
	list_is(c, "?_start=1&_end=2", "three");
	list_is(c, "?_start=1", "three two");
	list_is(c, "?_start=0&_end=99", "one three two");
	list_is(c, "?_start=a&_end=b", "");
	struct resp w = call(c, GET, "/v1/jobs?_start=1&_end=2", NULL);
	SAME(resp_find(&w, "X-Total-Count"), "3");
}

/* Where Dkron's handler panics, the answer is an empty 500. */
ENGINE_TEST(engine_list_fails_where_dkron_does)
{
	static const char *const queries[] = { "?_start=4", "?_start=-1", "?_end=-1",
		"?_start=2&_end=1", "?_sort=bogus", "?_sort=status" };

	three_jobs(c);
	for (size_t i = 0; i < LENGTH(queries); i++) {
		struct resp w = call(
		    c, GET, arena_printf(c->arena, "/v1/jobs%s", queries[i]), NULL);
		IS(w.status, 500);
		SAME(w.body, "");
	}
}

ENGINE_TEST(engine_list_of_many_is_one_piece)
{
	for (int i = 0; i < 300; i++)
		given_job(c, arena_printf(c->arena, "job-%03d", i), "true", "");
	struct json *list = called(c, 200, GET, "/v1/jobs", NULL);
	IS(json_length(list), 300);
	SAME(member(c, json_at(list, 299), "name"), "job-299");
}

ENGINE_TEST(engine_run_is_refused_for_the_unknown_the_disabled_and_the_unreachable)
{
	given_job(c, "off", "true", ",\"disabled\":true");
	given_job(c, "elsewhere", "true", ",\"tags\":{\"tier\":\"web\"}");
	IS(call(c, POST, "/v1/jobs/nobody/run", NULL).status, 404);
	IS(call(c, POST, "/v1/jobs/off/run", NULL).status, 404);
	IS(call(c, POST, "/v1/jobs/elsewhere", NULL).status, 404);
}

/* Nobody runs it here: the worker does not wait, the request stays. */
ENGINE_TEST(engine_run_answers_with_the_job_as_it_was)
{
	given_job(c, "p", "true", "");
	given_job(c, "off", "true", ",\"disabled\":true,\"parent_job\":\"p\"");
	struct resp w = call(c, POST, "/v1/jobs/p/run", "{\"ignored\":1}");
	IS(w.status, 200);
	SAME(resp_find(&w, "Location"), "/engine/v1/jobs/p/run");
	HAS(w.body, "\"dependent_jobs\":[\"off\"]");
	IS(call(c, POST, "/v1/jobs/off/run", NULL).status,
	    200); /* a child may run though it is disabled */
}

ENGINE_TEST(engine_pause_refuses_definitions_only)
{
	given_job(c, "a", "true", "");
	SAME(call(c, GET, "/v1/pause", NULL).body, "{\"paused\":false}");
	SAME(call(c, POST, "/v1/pause", NULL).body, "{\"paused\":true}");
	SAME(call(c, GET, "/v1/pause", NULL).body, "{\"paused\":true}");
	struct resp w = call(c, POST, "/v1/jobs", "not even JSON");
	IS(w.status, 503);
	SAME(w.body, "New job submissions are currently paused");
	IS(call(c, POST, "/v1/jobs/a/toggle", NULL).status, 200);
	IS(call(c, POST, "/v1/jobs/a/run", NULL).status, 404); /* disabled, not paused */
	IS(call(c, DELETE, "/v1/jobs/a", NULL).status, 200);
	SAME(call(c, POST, "/v1/unpause", NULL).body, "{\"paused\":false}");
	given_job(c, "a", "true", "");
}

ENGINE_TEST(engine_describes_a_cluster_of_one)
{
	HAS(call(c, GET, "/v1", NULL).body,
	    "{\"agent\":{\"name\":\"" NODE_NAME "\",\"version\":\"");
	HAS(call(c, GET, "/v1/", NULL).body, "\"region\":\"global\"");
	struct json *members = called(c, 200, GET, "/v1/members", NULL);
	IS(json_length(members), 1);
	SAME(member(c, json_at(members, 0), "statusText"), "alive");
	IS(strlen(member(c, json_at(members, 0), "id")), 36);
}

ENGINE_TEST(engine_without_a_clock_has_no_leader)
{
	IS(call(c, GET, "/v1/leader", NULL).status, 500);
	struct resp w = call(c, GET, "/v1/isleader", NULL);
	IS(w.status, 404);
	SAME(w.body, "\"I am a follower\"");
	SAME(call(c, GET, "/health", NULL).body, "{\"leader\":false,\"status\":\"healthy\"}");
}

static void days_are(struct ctx *c, const char *query, size_t days)
{
	struct json *all = called(c, 200, GET, arena_printf(c->arena, "/v1/stats%s", query), NULL);

	IS(json_length(json_get(all, "stats")), days);
}

ENGINE_TEST(engine_stats_have_a_row_for_each_day)
{
	c->now_us = INT64_C(1795254130000000); /* 2026-11-21 */
	days_are(c, "", 30);
	days_are(c, "?days=abc", 30);
	days_are(c, "?days=-1", 30);
	days_are(c, "?days=100000", 365);
	HAS(call(c, GET, "/v1/stats?days=2", NULL).body,
	    "{\"stats\":[{\"date\":\"2026-11-20T00:00:00Z\",\"success_count\":0,\"failed_count\":0}"
	    ",{\"date\":"
	    "\"2026-11-21T00:00:00Z\",");
}

ENGINE_TEST(engine_executions_of_nobody_are_404_and_of_a_new_job_none)
{
	given_job(c, "a", "true", "");
	SAME(call(c, GET, "/v1/jobs/a/executions", NULL).body, "[]");
	SAME(call(c, GET, "/v1/busy", NULL).body, "[]");
	IS(call(c, GET, "/v1/jobs/nobody/executions", NULL).status, 404);
	IS(call(c, GET, "/v1/jobs/a/executions/1-x", NULL).status, 404);
	IS(call(c, GET, "/v1/jobs/a/executions/1-" NODE_NAME, NULL).status, 404);
	IS(call(c, DELETE, "/v1/jobs/nobody/executions", NULL).status, 500);
}
