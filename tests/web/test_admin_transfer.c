/* The pages that move many jobs, or one of them back: import, export, revisions, the chain. */

#include "web/given_admin.h"

static const char crontab[] = "# Nightly.\n0 5 * * * /opt/backup.sh\n0 5 */2 * 1 /opt/odd.sh\n";

/* The hash that the preview's form carries. */
static const char *seen_in(struct ctx *c, const char *page)
{
	const char *s = strstr(page, "name=\"seen\" value=\"");

	if (s == NULL) {
		FAIL("there is no import to confirm");
		return "";
	}
	s += strlen("name=\"seen\" value=\"");
	return arena_strndup(c->arena, s, strcspn(s, "\""));
}

SITE_TEST(an_import_is_seen_before_it_is_done)
{
	given_people(c);
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/import"), "Import jobs");
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "team",
	    "ops", "text", crontab, "do", "preview", NULL);
	IS(w.status, 200);
	YES(view_missing() == NULL);
	HAS(w.body, "2 jobs to make");
	HAS(w.body, "<strong>backup</strong>");
	HAS(w.body, "Line 3: cron runs this only on days that fit both */2 and 1");
	HAS(w.body, "\n# Nightly.\n0 5 * * * /opt/backup.sh\n");
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
	const char *seen = seen_in(c, w.body);
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "team", "ops", "text",
	    "@daily another\n", "seen", seen, "do", "import", NULL);
	IS(w.status, 200);
	HAS(w.body, "Not imported: it would do something else by now");
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "team", "ops", "text",
	    crontab, "seen", seen, "reason", "moved over", "do", "import", NULL);
	IS(w.status, 303);
	YES(holds(c, "(SELECT count(*) FROM job) = 2"));
	YES(holds(c, "(SELECT count(*) FROM revision WHERE reason = 'moved over') = 2"));
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "team", "ops", "text",
	    "0 6 * * * /opt/backup.sh\n0 5 */2 * 1 /opt/odd.sh\n", NULL);
	HAS(w.body, "1 job to change");
	HAS(w.body, "<del>0 0 5 * * *</del>");
	HAS(w.body, "<ins>0 0 6 * * *</ins>");
	HAS(w.body, "Already so: 1 job");
}

SITE_TEST(an_import_that_is_refused_says_why_and_keeps_the_text)
{
	given_people(c);
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "team",
	    "ops", "text", "@reboot <x>\n@daily y\n", NULL);
	IS(w.status, 422);
	YES(view_missing() == NULL);
	HAS(w.body, "1 job refused: nothing is imported while one is");
	HAS(w.body,
	    "Line 1, <strong>without a name</strong>: schedule: @reboot has no counterpart");
	HAS(w.body, "\n@reboot &lt;x&gt;\n@daily y\n</textarea>");
	LACKS(w.body, "value=\"import\"");
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "dkron", "team", "ops", "text",
	    "[{", NULL);
	IS(w.status, 422);
	HAS(w.body, "This cannot be read");
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "yaml", "text", "x", NULL);
	IS(w.status, 422);
	w = ask(c, by(c, "edith"), POST, "/jobs/import", "format", "crontab", "text", "x",
	    "nonsense", "1", NULL);
	IS(w.status, 422);
	IS(ask(c, by(c, "vera"), POST, "/jobs/import", "format", "crontab", "text", "@daily y",
	       NULL)
		.status,
	    403);
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(the_list_of_jobs_is_exported_as_it_is_filtered)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	given_ops_job(c, "tagged",
	    "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"tags\":{\"disk\":\"ssd:1\"},"
	    "\"executor_config\":{\"command\":\"x\"}}");
	const char *page = PAGE(c, by(c, "vera"), 200, "/jobs?tag=disk%3Assd");
	HAS(page, "href=\"/jobs/export?tag=disk%3Assd\"");
	HAS(page,
	    "<option value=\"disk\">disk (1)</option><option value=\"disk:ssd\" selected>disk:ssd "
	    "(1)</option>");
	HAS(page, "href=\"/jobs/tagged\"");
	LACKS(page, "href=\"/jobs/hello\"");
	struct resp w = ask(c, by(c, "vera"), GET, "/jobs/export?tag=disk%3Assd", NULL);
	IS(w.status, 200);
	SAME(resp_find(&w, "Content-Disposition"), "attachment; filename=\"jobs.json\"");
	HAS(w.body, "\"name\":\"tagged\"");
	LACKS(w.body, "\"name\":\"hello\"");
	SAME(ask(c, by(c, "nora"), GET, "/jobs/export", NULL).body, "[\n]\n");
	LACKS(PAGE(c, by(c, "vera"), 200, "/jobs"), "href=\"/jobs/import\"");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs"), "href=\"/jobs/import\"");
}

static void save(struct ctx *c, const char *version, const char *schedule, const char *reason)
{
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/edit", "version", version, "schedule",
	       schedule, "reason", reason, NULL)
		.status,
	    303);
}

SITE_TEST(revisions_are_compared_and_restored)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	save(c, "1", "@daily", "less often");
	save(c, "2", "@weekly", "");
	const char *page = PAGE(c, by(c, "edith"), 200, "/jobs/hello/revisions");
	HAS(page, "less often");
	HAS(page, "by edith");
	HAS(page, "action=\"/jobs/hello/revisions/1/restore\"");
	LACKS(page, "action=\"/jobs/hello/revisions/3/restore\"");
	page = PAGE(c, by(c, "vera"), 200, "/jobs/hello/revisions?from=1&to=3");
	HAS(page, "From 1 to 3");
	HAS(page, "<del>@hourly</del>");
	HAS(page, "<ins>@weekly</ins>");
	LACKS(page, "/restore\"");
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs/hello/revisions?from=2&to=2"), "They are alike.");
	IS(ask(c, by(c, "vera"), GET, "/jobs/hello/revisions?from=7&to=1", NULL).status, 422);
	IS(ask(c, by(c, "vera"), POST, "/jobs/hello/revisions/1/restore", NULL).status, 403);
	IS(ask(c, by(c, "nora"), GET, "/jobs/hello/revisions", NULL).status, 404);
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/hello/revisions"), "name=\"version\" value=\"3\"");
	struct resp w = ask(
	    c, by(c, "edith"), POST, "/jobs/hello/revisions/1/restore", "version", "3", NULL);
	IS(w.status, 303);
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=restored");
	YES(holds(c, "(SELECT spec->>'schedule' = '@hourly' FROM job WHERE name = 'hello')"));
	YES(holds(c, "(SELECT version FROM job WHERE name = 'hello') = 4"));
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/revisions/9/restore", NULL).status, 404);
}

/* What somebody saved while one looked is not gone over unseen. */
SITE_TEST(buttons_on_a_page_that_is_old_say_who_was_faster)
{
	static const char *const buttons[] = { "revisions/1/restore", "delete" };

	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
	save(c, "1", "@daily", "");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/hello"), "name=\"version\" value=\"2\"");
	save(c, "2", "@weekly", "");
	for (size_t i = 0; i < LENGTH(buttons); i++) {
		struct resp w = ask(c, by(c, "edith"), POST,
		    arena_printf(c->arena, "/jobs/hello/%s", buttons[i]), "version", "2", NULL);
		IS(w.status, 412);
		HAS(w.body, "Meanwhile edith saved version 3");
		HAS(w.body, "changed Schedule");
		YES(holds(c, "(SELECT version = 3 AND spec->>'schedule' = '@weekly' FROM job "
			     "WHERE name = 'hello')"));
	}
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/delete", "version", "x", NULL).status, 422);
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/delete", "version", "3", NULL).status, 303);
}

SITE_TEST(the_page_of_a_job_shows_its_chain)
{
	struct job job;

	given_people(c);
	given_ops_job(c, "first", SHELL_JOB);
	given_ops_job(c, "second",
	    "{\"parent_job\":\"first\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"x\"}}");
	act_as_cli(c);
	IS(job_add(c, "z-third", "ops",
	       json_of(c, "{\"parent_job\":\"second\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"x\"}}"),
	       NULL, &job),
	    OK);
	struct team team;
	IS(team_add(c, "hidden", &team), OK);
	IS(job_add(c, "a-secret", "hidden",
	       json_of(c, "{\"parent_job\":\"second\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"x\"}}"),
	       NULL, &job),
	    OK);
	const char *page = PAGE(c, by(c, "vera"), 200, "/jobs/second");
	HAS(page, "<a href=\"/jobs/first\">first</a>");
	HAS(page, "<a href=\"/jobs/z-third\">z-third</a>");
	HAS(page, "a job that you cannot see");
	LACKS(page, "a-secret");
	YES(strstr(page, "z-third</a>") < strstr(page, "a job that you cannot see"));
	LACKS(PAGE(c, by(c, "edith"), 200, "/jobs/new"), "<option value=\"a-secret\">");
	HAS(PAGE(c, by(c, "edith"), 200, "/jobs/new"), "<option value=\"first\">");
	struct resp w = ask(c, by(c, "edith"), POST, "/jobs/second/delete", NULL);
	IS(w.status, 409);
	HAS(w.body, "z-third and 1 that you cannot see. Delete them first, or give them another "
		    "parent or a schedule.");
}
