/* Every page, for every kind of person: it comes, whole, and what people typed is text in it. */

#include "web/given_admin.h"

static const char evil[] =
    "{\"schedule\":\"@every "
    "10s\",\"executor\":\"shell\",\"description\":\"<script>alert(1)</script>\","
    "\"displayname\":\"\\\"><img src=x>\",\"owner\":\"<b>me</b>\","
    "\"metadata\":{\"k\":\"</dd><script>\"},\"tags\":{\"zone\":\"a&b:1\"},"
    "\"executor_config\":{\"command\":\"echo '</pre><script>x</script>'\\necho "
    "two\",\"shell\":\"true\"}}";

static const char *const pages[] = { "/", "/jobs", "/jobs?q=evil", "/jobs?q=nothing-like-that",
	"/jobs?sort=-next", "/jobs?last=failed&sync=pending", "/jobs/evil", "/runs",
	"/runs?job=evil", "/runs?state=failed&since=2026-01-01", "/account" };

TEST(admin_routes_are_sound)
{
	site_routes_are_sound(&admin_site);
}

TEST(admin_handlers_are_used_once)
{
	for (size_t i = 0; i < admin_site.nroutes; i++)
		for (size_t k = 0; k < i; k++)
			if (admin_site.routes[i].handler == admin_site.routes[k].handler)
				FAIL("%s and %s", admin_site.routes[i].pattern,
				    admin_site.routes[k].pattern);
}

SITE_TEST(every_page_comes_for_everybody_whole_and_escaped)
{
	static const char *const people[] = { "marta", "edith", "otto", "vera" };

	given_people(c);
	given_ops_job(c, "evil", evil);
	for (size_t i = 0; i < LENGTH(people); i++) {
		for (size_t k = 0; k < LENGTH(pages); k++) {
			const char *text = PAGE(c, by(c, people[i]), 200, pages[k]);
			LACKS(text, "<script>");
			LACKS(text, "<img");
			LACKS(text, "<b>me");
			LACKS(text, " style=");
			LACKS(text, "{{");
			HAS(text, "<html lang=\"en\" data-now=\"");
		}
	}
}

SITE_TEST(a_new_installation_leads_to_the_first_job)
{
	given_people(c);
	HAS(PAGE(c, by(c, "edith"), 200, "/"), "href=\"/jobs/new\">New job</a>");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs"), "No job yet");
	LACKS(PAGE(c, by(c, "vera"), 200, "/"), "/jobs/new");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs"), "/jobs/new");
}

SITE_TEST(the_commands_of_a_page_keep_their_lines)
{
	given_people(c);
	given_ops_job(c, "evil", evil);
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs/evil"),
	    "echo &#39;&lt;/pre&gt;&lt;script&gt;x&lt;/script&gt;&#39;\necho two</pre>");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/evil/edit"),
	    "\necho &#39;&lt;/pre&gt;&lt;script&gt;x&lt;/script&gt;&#39;\necho two</textarea>");
}

SITE_TEST(buttons_stand_only_where_they_work)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	const char *editor = PAGE(c, by(c, "edith"), 200, "/jobs/hello");
	HAS(editor, "Run now");
	HAS(editor, "action=\"/jobs/hello/disable\"");
	HAS(editor, "action=\"/jobs/hello/delete\"");
	const char *operator_page = PAGE(c, by(c, "otto"), 200, "/jobs/hello");
	HAS(operator_page, "Run now");
	LACKS(operator_page, "/jobs/hello/disable");
	LACKS(operator_page, "/jobs/hello/edit");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs/hello"), "Run now");
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/disable", NULL).status, 303);
	LACKS(PAGE(c, by(c, "edith"), 200, "/jobs/hello"), "Run now");
}

SITE_TEST(rights_are_asked_for_again_behind_the_buttons)
{
	static const char *const editing[] = { "enable", "disable", "delete", "edit" };

	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	for (size_t i = 0; i < LENGTH(editing); i++) {
		const char *target = arena_printf(c->arena, "/jobs/hello/%s", editing[i]);
		IS(ask(c, by(c, "otto"), POST, target, NULL).status, 403);
		IS(ask(c, by(c, "nora"), POST, target, NULL).status, 404);
	}
	IS(ask(c, by(c, "vera"), POST, "/jobs/hello/run", NULL).status, 403);
	PAGE(c, by(c, "otto"), 403, "/jobs/hello/edit");
	PAGE(c, by(c, "vera"), 403, "/jobs/new");
	PAGE(c, by(c, "nora"), 404, "/jobs/hello");
	YES(holds(c, "(SELECT version FROM job WHERE name = 'hello') = 1"));
}

SITE_TEST(enable_disable_delete_and_run_do_so_and_come_back)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/hello/disable", NULL);
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=disabled");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/hello?done=disabled"), "The job is disabled");
	IS(ask(c, by(c, "otto"), POST, "/jobs/hello/run", NULL).status, 409);
	w = ask(c, by(c, "edith"), POST, "/jobs/hello/enable", NULL);
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=enabled");
	w = ask(c, by(c, "otto"), POST, "/jobs/hello/run", NULL);
	IS(w.status, 303);
	HAS(resp_find(&w, "Location"), "/runs/");
	HAS(PAGE(c, by(c, "vera"), 200, resp_find(&w, "Location")), "Queued");
	w = ask(c, by(c, "edith"), POST, "/jobs/hello/delete", NULL);
	SAME(resp_find(&w, "Location"), "/jobs?done=deleted");
	PAGE(c, by(c, "edith"), 404, "/jobs/hello");
}

SITE_TEST(a_job_with_children_is_not_deleted_and_says_which)
{
	given_people(c);
	given_ops_job(c, "parent", SHELL_JOB);
	given_ops_job(c, "child",
	    "{\"parent_job\":\"parent\",\"executor\":\"shell\","
	    "\"executor_config\":{\"command\":\"true\"}}");
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/parent/delete", NULL);
	IS(w.status, 409);
	HAS(w.body, "role=\"alert\"");
	HAS(w.body, "child");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/child"),
	    "after <a href=\"/jobs/parent\">parent</a>");
}

SITE_TEST(the_list_of_jobs_filters_sorts_and_pages)
{
	given_people(c);
	for (int i = 0; i < 53; i++)
		given_ops_job(c, arena_printf(c->arena, "job-%02d", i), SHELL_JOB);
	const char *first = PAGE(c, by(c, "vera"), 200, "/jobs");
	HAS(first, "href=\"/jobs/job-00\"");
	HAS(first, "href=\"/jobs/job-49\"");
	LACKS(first, "href=\"/jobs/job-50\"");
	const char *next = strstr(first, "href=\"/jobs?after=");
	YES(next != NULL);
	if (next == NULL)
		return;
	const char *target = arena_strndup(c->arena, next + 6, strcspn(next + 6, "\""));
	const char *second = PAGE(c, by(c, "vera"), 200, target);
	HAS(second, "href=\"/jobs/job-50\"");
	LACKS(second, "href=\"/jobs/job-49\"");
	HAS(second, "First page");
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs?sort=-name"), "aria-sort=\"descending\"");
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs?q=job-5"), "id=\"results\" data-q=\"job-5\"");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs?q=fresh"), "Make a job named “fresh”");
	PAGE(c, by(c, "vera"), 422, "/jobs?sort=colour");
	PAGE(c, by(c, "vera"), 422, "/jobs?q=a&q=b");
	PAGE(c, by(c, "vera"), 422, "/jobs?after=nonsense");
}

SITE_TEST(the_rail_says_how_the_engine_is)
{
	struct engine_state s = { .version = "4.1.2",
		.leader = "dk-2",
		.nodes = "[\"dk-1\",\"dk-2\"]",
		.kind = "dkron",
		.reachable = true,
		.checked_us = c->now_us };

	given_people(c);
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs"), "Engine not seen yet");
	IS(engine_state_put(c, &s, &(bool){ false }), OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs"),
	    "Dkron 4.1.2</span> <small>leader dk-2, 2 nodes</small>");
	HAS(PAGE(c, by(c, "marta"), 200, "/jobs"), "href=\"/dkron/ui/\"");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs"), "/dkron/ui/");
	s.reachable = false;
	s.reason.text = "no answer from 127.0.0.1:8080";
	IS(engine_state_put(c, &s, &(bool){ false }), OK);
	const char *away = PAGE(c, by(c, "vera"), 200, "/jobs");
	HAS(away, "Dkron 4.1.2 is away");
	HAS(away, "no answer from 127.0.0.1:8080");
}
