/* The JSON API through its own routing table: shapes, statuses, and bad input that changes nothing.
 */

#include <inttypes.h>
#include <string.h>

#include "db/db.h"
#include "lib/check.h"
#include "lib/site.h"
#include "web/api/api.h"

static const char hello[] =
    "{\"name\":\"hello\",\"schedule\":\"*/10 * * * * *\",\"executor\":\"shell\","
    "\"executor_config\":{\"command\":\"echo hi\",\"shell\":\"true\"}}";

static struct resp api(struct ctx *c, enum method m, const char *target, const char *json)
{
	ask_site = &api_site;
	return ask_json(c, AS_ADMIN, m, target, json);
}

static struct json *parsed(struct ctx *c, const struct resp *w)
{
	struct json *v = NULL;

	IS(json_parse(c, w->body, strlen(w->body), &v), OK);
	return v;
}

static const char *error_text(struct ctx *c, const struct resp *w, const char *key)
{
	return json_text(json_get(json_get(parsed(c, w), "error"), key));
}

/* Sends it and expects a refusal that names the field. */
static void refuses(struct ctx *c, enum method m, const char *target, const char *json, int status,
    const char *field)
{
	struct resp w = api(c, m, target, json);

	if (w.status != status || strcmp(error_text(c, &w, "field"), field) != 0)
		FAIL("%s with %s gave %d at \"%s\" (%s), not %d at \"%s\"", target,
		    json ? json : "nothing", w.status, error_text(c, &w, "field"),
		    error_text(c, &w, "message"), status, field);
}

TEST(api_routes_are_sound)
{
	site_routes_are_sound(&api_site);
}

SITE_TEST(api_creates_and_shows_a_job)
{
	struct resp w = api(c, POST, "/api/v1/jobs", hello);

	IS(w.status, 201);
	SAME(resp_find(&w, "Location"), "/api/v1/jobs/hello");
	SAME(resp_find(&w, "ETag"), "\"1\"");
	w = api(c, GET, "/api/v1/jobs/hello", NULL);
	IS(w.status, 200);
	struct json *job = parsed(c, &w);
	SAME(json_text(json_get(job, "name")), "hello");
	SAME(json_text(json_get(job, "team")), "ops");
	IS(json_int(json_get(job, "version")), 1);
	SAME(json_text(json_get(json_get(job, "sync"), "state")), "pending");
	IS(json_type(json_get(job, "next")), JSON_STRING);
	IS(json_type(json_get(job, "last_run")), JSON_NULL);
	SAME(json_text(json_get(json_get(job, "executor_config"), "command")), "echo hi");
}

SITE_TEST(api_takes_back_what_it_answered)
{
	struct resp w = api(c, POST, "/api/v1/jobs", hello);

	w = api(c, PUT, "/api/v1/jobs/hello", w.body);
	IS(w.status, 200);
	SAME(resp_find(&w, "ETag"), "\"1\""); /* nothing changed, so there is no new version */
}

/* Beside the job, whose shape is the same in every answer. */
SITE_TEST(api_warns_at_an_address_of_its_own)
{
	static const char with_secret[] =
	    "{\"name\":\"loud\",\"team\":\"ops\",\"schedule\":\"@hourly\",\"executor\":\"http\","
	    "\"executor_config\":{\"method\":\"GET\",\"url\":\"https://a:hunter22@b.example/\"},"
	    "\"metadata\":{\"api_token\":\"hunter22\"}}";
	struct resp w = api(c, POST, "/api/v1/jobs", with_secret);

	IS(w.status, 201);
	YES(json_get(parsed(c, &w), "warnings") == NULL);
	w = api(c, GET, "/api/v1/jobs/loud/warnings", NULL);
	const struct json *warnings = json_get(parsed(c, &w), "items");
	IS(json_length(warnings), 2);
	SAME(json_text(json_get(json_at(warnings, 0), "code")), "credential");
	SAME(json_text(json_get(json_at(warnings, 0), "field")), "executor_config.url");
	SAME(json_text(json_get(json_at(warnings, 1), "field")), "metadata.api_token");
}

SITE_TEST(api_patches_one_field_and_null_takes_the_default)
{
	api(c, POST, "/api/v1/jobs", hello);
	struct resp w = api(
	    c, PATCH, "/api/v1/jobs/hello", "{\"retries\":2,\"description\":\"d\"}");
	IS(w.status, 200);
	IS(json_int(json_get(parsed(c, &w), "retries")), 2);
	w = api(c, PATCH, "/api/v1/jobs/hello", "{\"retries\":null}");
	IS(json_int(json_get(parsed(c, &w), "retries")), 0);
	SAME(json_text(json_get(parsed(c, &w), "description")), "d");
	IS(json_int(json_get(parsed(c, &w), "version")), 3);
}

SITE_TEST(api_honours_if_match)
{
	struct caller stale = *AS_ADMIN, fresh = *AS_ADMIN;

	stale.if_match = "\"1\"";
	fresh.if_match = "\"2\"";
	api(c, POST, "/api/v1/jobs", hello);
	api(c, PATCH, "/api/v1/jobs/hello", "{\"retries\":2}");
	struct resp w = ask_json(c, &stale, PATCH, "/api/v1/jobs/hello", "{\"retries\":3}");
	IS(w.status, 412);
	SAME(error_text(c, &w, "code"), "stale");
	IS(ask_json(c, &stale, DELETE, "/api/v1/jobs/hello", NULL).status, 412);
	w = ask_json(c, &stale, POST, "/api/v1/jobs/hello/revisions/1/restore", NULL);
	IS(w.status, 412);
	HAS(w.body, "saved version 2");
	IS(ask_json(c, &fresh, PATCH, "/api/v1/jobs/hello", "{\"retries\":3}").status, 200);
}

SITE_TEST(api_refuses_bad_jobs_and_names_the_field)
{
	static const struct {
		const char *json, *field;
	} rows[] = {
		{ "{\"schedule\":\"@hourly\"}", "name" },
		{ "{\"name\":\"Hello\",\"schedule\":\"@hourly\"}", "name" },
		{ "{\"name\":7}", "name" },
		{ "{\"name\":\"x\",\"schedule\":\"* * * * "
		  "*\",\"executor\":\"shell\",\"executor_config\":{\"command\":\"true\"}}",
		    "schedule" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"color\":\"red\"}", "color" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"retries\":-1}", "retries" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"retries\":\"2\"}", "retries" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"tags\":{\"a\":1}}", "tags.a" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"team\":\"nobody\"}", "team" },
		{ "{\"name\":\"x\",\"schedule\":\"@hourly\",\"timezone\":\"Mars/Base\"}",
		    "timezone" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++)
		refuses(c, POST, "/api/v1/jobs", rows[i].json, 422, rows[i].field);
	SAME(api(c, GET, "/api/v1/jobs", NULL).body, "{\"items\":[],\"next\":null}");
}

SITE_TEST(api_says_the_schedule_error_in_the_words_of_the_contract)
{
	struct resp w = api(c, GET, "/api/v1/schedule?expression=*%20*%20*%20*%20*", NULL);

	IS(w.status, 422);
	HAS(error_text(c, &w, "message"), "expected exactly 6 fields, found 5");
	w = api(c, GET,
	    "/api/v1/schedule?expression=0%2030%202%20*%20*%20*&timezone=Europe/Madrid&count=3",
	    NULL);
	IS(w.status, 200);
	SAME(json_text(json_get(parsed(c, &w), "sentence")), "every day at 02:30 Europe/Madrid");
	IS((int64_t)json_length(json_get(parsed(c, &w), "next")), 3);
}

SITE_TEST(api_refuses_what_is_not_json)
{
	IS(api(c, POST, "/api/v1/jobs", "{").status, 400);
	refuses(c, POST, "/api/v1/jobs", "{\"name\":\"a\",\"name\":\"b\"}", 422, "name");
	refuses(c, POST, "/api/v1/jobs", "{\"retries\":9223372036854775808}", 422, "retries");
	refuses(c, POST, "/api/v1/jobs", "{\"name\":\"a\",\"team\":\"\"}", 422, "team");
	IS(api(c, POST, "/api/v1/jobs", "[]").status, 422);
}

SITE_TEST(api_refuses_unknown_parameters)
{
	refuses(c, GET, "/api/v1/jobs?colour=red", NULL, 422, "colour");
	refuses(c, GET, "/api/v1/jobs?limit=0", NULL, 422, "limit");
	refuses(c, GET, "/api/v1/jobs?limit=501", NULL, 422, "limit");
	refuses(c, GET, "/api/v1/jobs?sort=color", NULL, 422, "sort");
	refuses(c, GET, "/api/v1/jobs?after=!", NULL, 422, "after");
	refuses(c, GET, "/api/v1/jobs?enabled=maybe", NULL, 422, "enabled");
	refuses(c, GET, "/api/v1/jobs?last=maybe", NULL, 422, "last");
	refuses(c, GET, "/api/v1/jobs?sync=maybe", NULL, 422, "sync");
	refuses(c, GET, "/api/v1/jobs?q=a&q=b", NULL, 422, "q");
	refuses(c, GET, "/api/v1/runs?state=maybe", NULL, 422, "state");
	refuses(c, GET, "/api/v1/runs?team=nosuch", NULL, 422, "team");
	refuses(c, GET, "/api/v1/runs?since=yesterday", NULL, 422, "since");
	refuses(c, GET, "/api/v1/schedule", NULL, 422, "expression");
	refuses(c, GET, "/api/v1/schedule?expression=@hourly&count=101", NULL, 422, "count");
}

SITE_TEST(a_bound_of_time_before_1970_is_a_bound)
{
	IS(api(c, POST, "/api/v1/jobs", hello).status, 201);
	IS(api(c, POST, "/api/v1/jobs/hello/run", NULL).status, 202);
	HAS(api(c, GET, "/api/v1/runs?since=1969-01-01T00:00:00Z", NULL).body, "hello");
	LACKS(api(c, GET, "/api/v1/runs?until=1970-01-01T00:00:00Z", NULL).body, "hello");
	LACKS(api(c, GET, "/api/v1/runs?until=1969-01-01T00:00:00Z", NULL).body, "hello");
}

SITE_TEST(api_asks_for_a_run_and_takes_it_back)
{
	api(c, POST, "/api/v1/jobs", hello);
	struct resp w = api(c, POST, "/api/v1/jobs/hello/run", NULL);
	IS(w.status, 202);
	struct json *run = parsed(c, &w);
	SAME(json_text(json_get(run, "state")), "queued");
	SAME(json_text(json_get(run, "trigger")), "api");
	const char *at = arena_printf(
	    c->arena, "/api/v1/runs/%" PRId64, json_int(json_get(run, "id")));
	SAME(resp_find(&w, "Location"), at);
	w = api(c, GET, arena_printf(c->arena, "%s/output", at), NULL);
	IS(w.status, 200);
	SAME(resp_find(&w, "X-Output-Size"), "0");
	SAME(resp_find(&w, "X-Output-Complete"), "false");
	w = api(c, POST, arena_printf(c->arena, "%s/stop", at), NULL);
	IS(w.status, 202);
	SAME(json_text(json_get(parsed(c, &w), "state")), "stopped");
	IS(api(c, POST, arena_printf(c->arena, "%s/stop", at), NULL).status, 409);
}

SITE_TEST(api_output_is_not_complete_while_another_attempt_may_come)
{
	api(c, POST, "/api/v1/jobs", hello);
	struct resp w = api(c, POST, "/api/v1/jobs/hello/run", NULL);
	const char *at = arena_printf(c->arena, "%s/output", resp_find(&w, "Location"));

	IS(db_script(c, "UPDATE run SET state = 'running', started_at = now();"
			"INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
			"started_at,"
			" output_complete) SELECT id, job_name, '5-n1', 'n1', 1, 'failed', now(), "
			"true FROM run"),
	    OK);
	w = api(c, GET, at, NULL);
	SAME(resp_find(&w, "X-Output-Complete"), "false");
	SAME(resp_find(&w, "X-Output-Execution"), "5-n1");
	w = api(c, GET, arena_printf(c->arena, "%s?execution=5-n1", at), NULL);
	SAME(resp_find(&w, "X-Output-Complete"), "true");
	IS(db_script(c, "UPDATE run SET state = 'failed', finished_at = now()"), OK);
	w = api(c, GET, at, NULL);
	SAME(resp_find(&w, "X-Output-Complete"), "true");
}

SITE_TEST(api_does_not_run_a_disabled_job)
{
	api(c, POST, "/api/v1/jobs", hello);
	api(c, PATCH, "/api/v1/jobs/hello", "{\"disabled\":true}");
	IS(api(c, POST, "/api/v1/jobs/hello/run", NULL).status, 409);
	SAME(api(c, GET, "/api/v1/runs", NULL).body, "{\"items\":[],\"next\":null}");
}

SITE_TEST(api_keeps_history_and_restores)
{
	api(c, POST, "/api/v1/jobs", hello);
	api(c, PATCH, "/api/v1/jobs/hello?reason=slow%20host", "{\"retries\":2}");
	struct resp w = api(c, GET, "/api/v1/jobs/hello/revisions", NULL);
	struct json *items = json_get(parsed(c, &w), "items");
	IS((int64_t)json_length(items), 2);
	SAME(json_text(json_get(json_at(items, 0), "reason")), "slow host");
	w = api(c, POST, "/api/v1/jobs/hello/revisions/1/restore", NULL);
	IS(w.status, 200);
	IS(json_int(json_get(parsed(c, &w), "retries")), 0);
	IS(json_int(json_get(parsed(c, &w), "version")), 3);
	IS(api(c, POST, "/api/v1/jobs/hello/revisions/9/restore", NULL).status, 404);
}

SITE_TEST(api_deletes_and_names_children_that_forbid_it)
{
	api(c, POST, "/api/v1/jobs", hello);
	api(c, POST, "/api/v1/jobs",
	    "{\"name\":\"child\",\"parent_job\":\"hello\",\"executor\":\"shell\",\"executor_"
	    "config\":{\"command\":\"true\"}}");
	struct resp w = api(c, DELETE, "/api/v1/jobs/hello", NULL);
	IS(w.status, 409);
	HAS(error_text(c, &w, "message"), "child");
	IS(api(c, DELETE, "/api/v1/jobs/child", NULL).status, 204);
	IS(api(c, DELETE, "/api/v1/jobs/hello", NULL).status, 204);
	IS(api(c, GET, "/api/v1/jobs/hello", NULL).status, 404);
}

SITE_TEST(api_pages_through_all_jobs_once)
{
	for (int i = 0; i < 7; i++)
		api(c, POST, "/api/v1/jobs",
		    arena_printf(c->arena,
			"{\"name\":\"job-%d\",\"schedule\":\"@manually\",\"executor\":\"shell\","
			"\"executor_config\":{\"command\":\"true\"}}",
			i));
	const char *after = "";
	int seen = 0;
	for (int page = 0; page < 4 && after != NULL; page++) {
		struct resp w = api(c, GET,
		    arena_printf(
			c->arena, "/api/v1/jobs?limit=3%s%s", *after ? "&after=" : "", after),
		    NULL);
		struct json *v = parsed(c, &w);
		seen += (int)json_length(json_get(v, "items"));
		after = json_type(json_get(v, "next")) == JSON_STRING
			    ? json_text(json_get(v, "next"))
			    : NULL;
	}
	IS(seen, 7);
	YES(after == NULL);
}

SITE_TEST(api_wants_a_token_with_the_scope)
{
	struct caller reader = *AS_ADMIN;

	reader.actor.token_id = 1;
	reader.actor.session_id = 0;
	reader.actor.scope = SCOPE_READ;
	ask_site = &api_site;
	IS(ask_json(c, AS_NOBODY, GET, "/api/v1/jobs", NULL).status, 401);
	IS(ask_json(c, AS_NOBODY, GET, "/api/v1/nothing", NULL).status, 401);
	IS(ask_json(c, &reader, GET, "/api/v1/jobs", NULL).status, 200);
	struct resp w = ask_json(c, &reader, POST, "/api/v1/jobs", hello);
	IS(w.status, 403);
	HAS(error_text(c, &w, "message"), "write");
}

SITE_TEST(api_hides_jobs_of_other_teams)
{
	struct caller stranger = *AS_SOMEBODY;

	stranger.actor.token_id = 1;
	stranger.actor.session_id = 0;
	api(c, POST, "/api/v1/jobs", hello);
	IS(ask_json(c, &stranger, GET, "/api/v1/jobs/hello", NULL).status, 404);
	IS(ask_json(c, &stranger, POST, "/api/v1/jobs/hello/run", NULL).status, 404);
	SAME(
	    ask_json(c, &stranger, GET, "/api/v1/jobs", NULL).body, "{\"items\":[],\"next\":null}");
}

SITE_TEST(api_answers_a_wrong_method_with_the_right_ones)
{
	struct resp w = api(c, DELETE, "/api/v1/jobs", NULL);

	IS(w.status, 405);
	SAME(resp_find(&w, "Allow"), "GET, HEAD, POST");
}

SITE_TEST(api_tells_the_tags_with_counts_and_filters_by_them)
{
	static const char tagged[] = "{\"name\":\"%s\",\"schedule\":\"@daily\",\"executor\":"
				     "\"shell\",\"tags\":{\"%s\":\"%s\"},"
				     "\"executor_config\":{\"command\":\"true\"}}";

	IS(api(c, POST, "/api/v1/jobs", arena_printf(c->arena, tagged, "a", "role", "web:2"))
		.status,
	    201);
	IS(api(c, POST, "/api/v1/jobs", arena_printf(c->arena, tagged, "b", "role", "db")).status,
	    201);
	struct resp w = api(c, GET, "/api/v1/tags", NULL);
	SAME(w.body,
	    "{\"items\":[{\"name\":\"role\",\"jobs\":2,\"values\":[{\"value\":\"db\",\"jobs\":"
	    "1},{\"value\":\"web\",\"jobs\":1}]}],\"next\":null}");
	w = api(c, GET, "/api/v1/jobs?tag=role%3Aweb", NULL);
	HAS(w.body, "\"name\":\"a\"");
	LACKS(w.body, "\"name\":\"b\"");
	refuses(c, GET, "/api/v1/jobs?tag=", NULL, 422, "tag");
	refuses(c, GET, "/api/v1/tags?of=all", NULL, 422, "of");
}
