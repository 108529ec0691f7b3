/* The job form: what it makes of what is typed, what it keeps, and what it refuses. */

#include "web/admin/job_fields.h"
#include "web/admin/job_lines.h"
#include "web/given_admin.h"

static struct resp make(struct ctx *c, const char *name, const char *value)
{
	ask_site = &admin_site;
	return ask(c, by(c, "edith"), POST, "/jobs/new", "name", "hello", "team", "ops", "schedule",
	    "@every 10s", "executor", "shell", "command", "echo kept-command", "shell", "true",
	    name, value, NULL);
}

static const char *spec_of(struct ctx *c, const char *name)
{
	struct job job = { 0 };

	act_as_cli(c);
	if (job_get(c, name, &job) != OK) {
		FAIL("%s: %s", name, ctx_fault(c));
		return "";
	}
	return json_write_sorted(c->arena, job.spec);
}

SITE_TEST(the_form_makes_a_job)
{
	given_people(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "hello", "team", "ops",
	    "schedule", "0 30 2 * * *", "timezone", "Europe/Madrid", "starts_at",
	    "2026-12-01T09:00", "executor", "shell", "command", "echo one\r\necho two", "shell",
	    "true", "env", "A=1\r\nB=2", "tags", "zone=a:1", "metadata", "k=v=w", "processors",
	    "log.forward=true", "retries", "2", "concurrency", "forbid", "ephemeral", "true",
	    "description", "two\r\nlines", "config", "mem_limit=512MB", "method", "GET",
	    "http_timeout", "", "reason", "because", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=made");
	const char *spec = spec_of(c, "hello");
	HAS(spec, "\"executor_config\":{\"command\":\"echo one\\necho two\",\"env\":\"A=1,B=2\","
		  "\"mem_limit\":\"512MB\",\"shell\":\"true\"}");
	HAS(spec, "\"tags\":{\"zone\":\"a:1\"}");
	HAS(spec, "\"metadata\":{\"k\":\"v=w\"}");
	HAS(spec, "\"processors\":{\"log\":{\"forward\":\"true\"}}");
	HAS(spec, "\"retries\":2");
	HAS(spec, "\"concurrency\":\"forbid\"");
	HAS(spec, "\"ephemeral\":true");
	HAS(spec, "\"description\":\"two\\nlines\"");
	HAS(spec, "\"starts_at\":\"2026-12-01T09:00:00Z\"");
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs/hello?done=made"), "“<bdi>because</bdi>”");
}

SITE_TEST(what_is_typed_is_looked_at_before_it_is_saved)
{
	given_people(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/check", "name", "", "schedule", "",
	    "executor", "shell", "command", "x", "env", "DB_PASSWORD=hunter22", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"code\":\"credential\"");
	HAS(w.body, "\"at\":\"f-env\",\"label\":\"Environment\"");
	LACKS(w.body, "hunter22");
	w = ask(c, by(c, "edith"), POST, "/jobs/check", "metadata", "token=hunter22", "tags",
	    "secret=hunter22", "description", "password=hunter22", "processors",
	    "fluent.password=hunter22", NULL);
	HAS(w.body, "\"at\":\"f-metadata\",\"label\":\"Metadata\"");
	HAS(w.body, "\"at\":\"f-tags\"");
	HAS(w.body, "\"at\":\"f-description\"");
	HAS(w.body, "\"field\":\"processors.fluent.password\"");
	LACKS(w.body, "hunter22");
	w = ask(c, by(c, "edith"), POST, "/jobs/check", "executor", "odd", NULL);
	IS(w.status, 200);
	SAME(w.body, "{\"warnings\":[]}");
	given_ops_job(c, "hello", SHELL_JOB);
	IS(ask(c, by(c, "vera"), POST, "/jobs/check", "name", "hello", "version", "1", NULL).status,
	    403);
	IS(ask(c, by(c, "nora"), POST, "/jobs/check", "name", "hello", "version", "1", NULL).status,
	    404);
	YES(holds(c, "(SELECT count(*) = 1 FROM job)"));
}

SITE_TEST(warnings_stand_in_the_form_and_on_the_page_without_a_script)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"0 30 2 * * *\",\"timezone\":\"Europe/Madrid\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"x\",\"env\":\"TOKEN=abcdef12\"}}");
	const char *page = PAGE(c, by(c, "edith"), 200, "/jobs/hello/edit");
	HAS(page, "<a href=\"#f-env\">Environment</a>: This looks like a credential: TOKEN.");
	page = PAGE(c, by(c, "vera"), 200, "/jobs/hello");
	HAS(page, "This looks like a credential: TOKEN.");
	HAS(page, "02:30 does not exist");
}

SITE_TEST(the_form_makes_a_job_that_asks_the_web)
{
	given_people(c);
	IS(ask(c, by(c, "edith"), POST, "/jobs/new", "name", "web", "schedule", "@daily",
	       "executor", "http", "method", "POST", "url", "https://example.com/x", "headers",
	       "Accept: text/plain\r\nX-A: b", "body", "{}", "http_timeout", "5", "expect_code",
	       "200,204", "command", "ignored", "timeout", "ignored", NULL)
		.status,
	    303);
	const char *spec = spec_of(c, "web");
	HAS(spec, "\"executor_config\":{\"body\":\"{}\",\"expectCode\":\"200,204\","
		  "\"headers\":\"[\\\"Accept: text/plain\\\",\\\"X-A: b\\\"]\",\"method\":\"POST\","
		  "\"timeout\":\"5\",\"url\":\"https://example.com/x\"}");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/web/edit"),
	    "\nAccept: text/plain\nX-A: b</textarea>");
}

SITE_TEST(the_form_makes_a_job_of_another_executor)
{
	given_people(c);
	IS(ask(c, by(c, "edith"), POST, "/jobs/new", "name", "msg", "schedule", "@daily",
	       "executor", "other", "executor_name", "nats", "config",
	       "url=nats://n:4222\r\n\r\nsubject=a\r\nmessage=\"two\\nlines\"", "command",
	       "ignored", NULL)
		.status,
	    303);
	HAS(spec_of(c, "msg"),
	    "\"executor\":\"nats\",\"executor_config\":{\"message\":\"two\\nlines\","
	    "\"subject\":\"a\",\"url\":\"nats://n:4222\"}");
	const char *page = PAGE(c, by(c, "edith"), 200, "/jobs/msg/edit");
	HAS(page, "value=\"nats\" checked");
	HAS(page, "\ntwo\nlines</textarea>");
}

/* Every field, wrong in its own way: named at the field and on top, everything typed kept, nothing
 * made. */
SITE_TEST(a_wrong_field_is_named_and_what_was_typed_is_kept)
{
	static const struct {
		const char *field, *value, *label;
	} cases[] = {
		{ "displayname", "a\nb", "Title" },
		{ "description", "a\001b", "Description" },
		{ "timezone", "Europe/Nowhere", "Time zone" },
		{ "starts_at", "tomorrow", "Not before" },
		{ "expires_at", "2026-13-01T00:00", "Not after" },
		{ "parent_job", "Not A Name", "Or after another job" },
		{ "parent_job", "hello", "Or after another job" },
		{ "cwd", "relative", "Directory" },
		{ "timeout", "30min", "Timeout" },
		{ "env", "A=1,2", "Environment" },
		{ "env", "no equals sign", "Environment" },
		{ "config", "surprise=1", "Further settings" },
		{ "config", "no equals sign", "Further settings" },
		{ "tags", "zone", "Nodes with the tags" },
		{ "tags", "zone=a:b", "Nodes with the tags" },
		{ "tags", "zone=a\nzone=b", "Nodes with the tags" },
		{ "retries", "many", "Retries" },
		{ "retries", "-1", "Retries" },
		{ "retries", "99999999999999999999", "Retries" },
		{ "concurrency", "perhaps", "While a run goes on" },
		{ "owner", "a\nb", "Owner" },
		{ "owner_email", "not an address", "Owner&#39;s e-mail" },
		{ "metadata", "=x", "Metadata" },
		{ "metadata", "signalbox=mine", "Metadata" },
		{ "processors", "x=y", "Processors" },
		{ "reason", "a\nb", "Reason" },
	};

	given_people(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = make(c, cases[i].field, cases[i].value);
		if (w.status != 422 || strstr(w.body, cases[i].label) == NULL) {
			FAIL("%s=%s gave %d: %s", cases[i].field, cases[i].value, w.status,
			    c->fault.detail);
			continue;
		}
		const char *at = arena_printf(
		    c->arena, "<a href=\"#f-%s\">%s: ", cases[i].field, cases[i].label);
		HAS(w.body, at);
		HAS(w.body, arena_printf(c->arena, "id=\"e-%s\"", cases[i].field));
		HAS(w.body, "aria-invalid=\"true\"");
		HAS(w.body, "\necho kept-command</textarea>");
		HAS(w.body, "value=\"@every 10s\"");
		YES(view_missing() == NULL);
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(names_teams_schedules_and_executors_are_refused_by_name)
{
	static const struct {
		const char *name, *team, *schedule, *executor, *command, *field;
	} cases[] = {
		{ "", "ops", "@daily", "shell", "true", "name" },
		{ "Not A Name", "ops", "@daily", "shell", "true", "name" },
		{ "hello", "nowhere", "@daily", "shell", "true", "team" },
		{ "hello", "ops", "", "shell", "true", "schedule" },
		{ "hello", "ops", "30 2 * * *", "shell", "true", "schedule" },
		{ "hello", "ops", "@daily", "shell", "", "command" },
		{ "hello", "ops", "@daily", "other", "", "executor_name" },
		{ "hello", "ops", "@daily", "http", "", "url" },
	};

	given_people(c);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", cases[i].name,
		    "team", cases[i].team, "schedule", cases[i].schedule, "executor",
		    cases[i].executor, "executor_name", "", "command", cases[i].command, "method",
		    "GET", "url", "", NULL);
		if (w.status != 422 || strstr(w.body, arena_printf(c->arena, "<a href=\"#f-%s\">",
							  cases[i].field)) == NULL)
			FAIL("case %zu gave %d: %s", i, w.status, c->fault.detail);
	}
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/new", "name", "x", "schedule",
	    "30 2 * * *", "executor", "shell", "command", "true", NULL);
	HAS(w.body, "0 30 2 * * *"); /* what was probably meant */
}

SITE_TEST(fields_that_the_form_does_not_have_are_refused)
{
	given_people(c);
	struct resp w = make(c, "surprise", "1");
	IS(w.status, 422);
	HAS(w.body, "surprise");
	IS(make(c, "command", "twice").status, 422);
	struct pair bytes = { "application/x-www-form-urlencoded",
		"csrf=the-csrf-token-of-this-test&name=x&command=%ff%fe" };
	IS(ask_raw(c, by(c, "edith"), POST, "/jobs/new", &bytes).status, 400);
	bytes.value = "csrf=the-csrf-token-of-this-test&name=x&command=a%00b";
	IS(ask_raw(c, by(c, "edith"), POST, "/jobs/new", &bytes).status, 400);
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(a_name_that_is_taken_is_told_at_the_name)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	struct resp w = make(c, "reason", "again");
	IS(w.status, 409);
	HAS(w.body, "<a href=\"#f-name\">Name: ");
	HAS(w.body, "value=\"again\"");
}

SITE_TEST(an_edit_changes_only_what_was_changed)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"notify\":true,\"approvals\":0,"
	    "\"starts_at\":\"2026-12-01T09:00:00.25Z\","
	    "\"executor_config\":{\"command\":\"true\",\"env\":\"A=1,B=2\",\"payload\":\"aGk=\"}}");
	const char *before = spec_of(c, "hello");
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "1", "name",
	    "hello", "description", "new", "notify", "true", "starts_at", "2026-12-01T09:00", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=saved");
	const char *after = spec_of(c, "hello");
	HAS(after, "\"description\":\"new\"");
	HAS(after, "\"starts_at\":\"2026-12-01T09:00:00.25Z\"");
	HAS(after, "\"notify\":true");
	HAS(after, "\"approvals\":0");
	HAS(after, "\"payload\":\"aGk=\"");
	YES(strlen(after) == strlen(before) + 3);
}

SITE_TEST(another_executor_begins_with_its_own_settings)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "1", "executor", "http",
	       "method", "GET", "url", "https://example.com/", "config", "", NULL)
		.status,
	    303);
	HAS(spec_of(c, "hello"),
	    "\"executor_config\":{\"method\":\"GET\",\"url\":\"https://example.com/\"}");
}

SITE_TEST(two_people_at_one_job_never_overwrite_each_other)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	IS(ask(c, by(c, "marta"), POST, "/jobs/hello/edit", "version", "1", "retries", "5", NULL)
		.status,
	    303);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "1", "retries",
	    "0", "description", "mine", NULL);
	IS(w.status, 412);
	HAS(strstr(w.body, "id=\"stale\""), "They changed Retries");
	HAS(w.body, "name=\"version\" value=\"2\"");
	HAS(w.body,
	    "name=\"retries\" type=\"number\" min=\"0\" max=\"1000\" value=\"5\""); /* theirs */
	HAS(w.body, "mine</textarea>");
	HAS(spec_of(c, "hello"), "\"description\":\"\"");
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "2", "description", "mine",
	       NULL)
		.status,
	    303);
	HAS(spec_of(c, "hello"), "\"retries\":5");
}

SITE_TEST(an_edit_needs_the_version_it_was_begun_with)
{
	static const char *const versions[] = { "", "0", "x", "-1", "99999999999999999999" };

	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	for (size_t i = 0; i < LENGTH(versions); i++)
		IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", versions[i],
		       "description", "x", NULL)
			.status,
		    422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "description", "x", NULL).status, 422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", "1", "name", "other", NULL)
		.status,
	    422);
	YES(holds(c, "(SELECT version FROM job WHERE name = 'hello') = 1"));
}

SITE_TEST(a_form_that_is_too_large_is_refused)
{
	given_people(c);
	char *large = arena_alloc(c->arena, 300 * 1024, 1);
	memset(large, 'x', 300 * 1024 - 1);
	IS(make(c, "reason", large).status, 413);
}

SITE_TEST(the_hint_says_what_a_schedule_means)
{
	given_people(c);
	struct resp w = ask(c, by(c, "vera"), GET,
	    "/schedule?expression=0+30+2+*+*+*&timezone=&count=3&job=x", NULL);
	IS(w.status, 200);
	SAME(w.type, "application/json");
	HAS(w.body, "\"sentence\":\"every day at 02:30");
	w = ask(c, by(c, "vera"), GET, "/schedule?expression=30+2+*+*+*&timezone=&count=3", NULL);
	IS(w.status, 200);
	HAS(w.body, "\"error\":{\"code\":\"invalid\",\"field\":\"schedule\"");
	HAS(w.body, "\"hint\":\"Pasted from a crontab?");
	IS(ask(c, AS_NOBODY, GET, "/schedule?expression=x", NULL).status, 302);
}

SITE_TEST(a_new_job_may_begin_as_a_copy_or_with_a_name)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	const char *copy = PAGE(c, by(c, "edith"), 200, "/jobs/new?from=hello");
	HAS(copy, "value=\"@hourly\"");
	HAS(copy, "\necho hi</textarea>");
	LACKS(copy, "name=\"version\"");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/new?name=fresh"), "class=\"mono\" value=\"fresh\"");
	PAGE(c, by(c, "edith"), 404, "/jobs/new?from=nothing");
}
