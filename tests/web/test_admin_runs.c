/* The pages of runs: list, one run with its executions, and its output by offset. */

#include "web/given_admin.h"

/* A run of job "hello" in that state, with one execution that printed `output`; its number. */
static int64_t given_run(struct ctx *c, const char *state, const char *output, bool complete)
{
	struct run *runs = NULL;
	size_t n = 0;
	const char *next;
	const char *ended = strcmp(state, "running") == 0 ? "NULL" : "now()";

	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO run (job_id, job_name, team_id, job_version, group_ns, state, "
		      "trigger, requested_by, started_at, finished_at) "
		      "SELECT id, name, team_id, 1, 7, '%s', 'manual', 'otto', now() - interval '5 "
		      "s', %s FROM job WHERE name = 'hello';"
		      "INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, "
		      "started_at, finished_at, exit_code, output_size, output_complete) "
		      "SELECT max(id), 'hello', '1763712130000000000-n<1>', 'n<1>', 1, '%s', now() "
		      "- interval '5 s', %s, 3, %zu, %s FROM run;"
		      "INSERT INTO output (execution_id, start, bytes) SELECT max(id), 0, "
		      "convert_to('%s', 'UTF8') FROM execution;",
		      state, ended, state, ended, strlen(output), complete ? "true" : "false",
		      output)),
	    OK);
	act_as_cli(c);
	IS(run_list(c, &(struct run_query){ .limit = 1 }, &runs, &n, &next), OK);
	return n == 1 ? runs[0].id : 0;
}

static const char *run_path(struct ctx *c, int64_t id, const char *rest)
{
	return arena_printf(c->arena, "/runs/%" PRId64 "%s", id, rest);
}

static void given_hello(struct ctx *c)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
}

SITE_TEST(a_run_that_ended_shows_all_of_its_output)
{
	given_hello(c);
	int64_t id = given_run(c, "failed", "exit status 3\n<b>two</b>\nno end of line", true);
	const char *page = PAGE(c, by(c, "vera"), 200, run_path(c, id, ""));
	HAS(page, "<span id=\"L1\"><a href=\"#L1\" tabindex=\"-1\">1</a>exit status "
		  "3\n</span><span id=\"L2\">");
	HAS(page, "&lt;b&gt;two&lt;/b&gt;\n</span>");
	HAS(page, "no end of line</span></pre>");
	HAS(page, "39 B, all of it.");
	HAS(page, "n&lt;1&gt; <small>attempt 1</small>");
	HAS(page, "data-label=\"exit\">3</td>");
	LACKS(page, "id=\"live-state\" data-live=");
	LACKS(page, "data-follow=");
	LACKS(page, "Run again");
	HAS(PAGE(c, by(c, "otto"), 200, run_path(c, id, "")), "Run again");
}

SITE_TEST(a_run_that_goes_on_can_be_followed)
{
	given_hello(c);
	int64_t id = given_run(c, "running", "one\ntwo\n", false);
	const char *page = PAGE(c, by(c, "otto"), 200, run_path(c, id, ""));
	HAS(page, "data-size=\"8\"");
	HAS(page, arena_printf(c->arena, "data-follow=\"/runs/%" PRId64 "/output\"", id));
	HAS(page, "data-execution=\"1763712130000000000-n%3C1%3E\"");
	HAS(page, arena_printf(c->arena, "data-live-from=\"/runs/%" PRId64 "?output=none\"", id));
	LACKS(page, "Take back");
	LACKS(PAGE(c, by(c, "otto"), 200, run_path(c, id, "?output=none")), "id=\"log\"");
	PAGE(c, by(c, "otto"), 200, run_path(c, id, "?execution=1763712130000000000-n%3C1%3E"));
	PAGE(c, by(c, "otto"), 404, run_path(c, id, "?execution=1-other"));
	PAGE(c, by(c, "otto"), 200, "/");
	HAS(PAGE(c, by(c, "otto"), 200, "/runs?state=running"), "data-live=\"5\"");
}

SITE_TEST(output_comes_by_offset)
{
	given_hello(c);
	int64_t id = given_run(c, "running", "one\ntwo\n", false);
	struct resp w = ask(c, by(c, "vera"), GET, run_path(c, id, "/output?offset=4"), NULL);
	IS(w.status, 200);
	SAME(w.type, "text/plain; charset=utf-8");
	SAME(arena_strndup(c->arena, w.body, w.len), "two\n");
	SAME(resp_find(&w, "X-Output-Size"), "8");
	SAME(resp_find(&w, "X-Output-Complete"), "false");
	SAME(resp_find(&w, "X-Output-Execution"), "1763712130000000000-n%3C1%3E");
	w = ask(c, by(c, "vera"), GET, run_path(c, id, "/output?offset=8"), NULL);
	IS(w.status, 200);
	IS((int64_t)w.len, 0);
	IS(ask(c, by(c, "vera"), GET, run_path(c, id, "/output?offset=99999"), NULL).status, 200);
	IS(ask(c, by(c, "vera"), GET, run_path(c, id, "/output?offset=-1"), NULL).status, 422);
	IS(ask(c, by(c, "vera"), GET, run_path(c, id, "/output?offset=x"), NULL).status, 422);
	IS(ask(c, by(c, "vera"), GET, run_path(c, id, "/output?surprise=1"), NULL).status, 422);
	IS(ask(c, by(c, "nora"), GET, run_path(c, id, "/output"), NULL).status, 404);
	IS(ask(c, AS_NOBODY, GET, run_path(c, id, "/output"), NULL).status, 302);
	IS(ask(c, by(c, "vera"), GET, "/runs/999999999/output", NULL).status, 404);
}

SITE_TEST(a_long_output_is_cut_on_the_page_and_says_so)
{
	given_hello(c);
	int64_t id = given_run(c, "succeeded", "x", true);
	IS(db_script(c, "UPDATE output SET bytes = convert_to(repeat(E'x\\n', 6000), 'UTF8');"
			"UPDATE execution SET output_size = 12000"),
	    OK);
	const char *page = PAGE(c, by(c, "vera"), 200, run_path(c, id, ""));
	HAS(page, "id=\"L5000\"");
	LACKS(page, "id=\"L5001\"");
	HAS(page, "The first 10.0 kB of 12.0 kB.");
	HAS(page, "?from=10000&amp;line=5001#output");
	page = PAGE(c, by(c, "vera"), 200, run_path(c, id, "?from=10000&line=5001"));
	HAS(page, "id=\"L5001\"");
	HAS(page, "id=\"L6000\"");
	HAS(page, "From the start");
	LACKS(page, "Next part");
}

/* Why it failed stands at the end, and nobody pages there through megabytes. */
SITE_TEST(the_last_part_of_an_output_is_one_click_away)
{
	given_hello(c);
	int64_t id = given_run(c, "failed", "x", true);
	IS(db_script(c, "UPDATE output SET bytes = convert_to(repeat(E'x\n', 6000), 'UTF8');"
			"UPDATE execution SET output_size = 12000"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, run_path(c, id, "")), "?end=1#output\">Last part");
	const char *page = PAGE(c, by(c, "vera"), 200, run_path(c, id, "?end=1"));
	LACKS(page, "id=\"L5000\"");
	HAS(page, "id=\"L5001\"");
	HAS(page, "id=\"L6000\"");
	HAS(page, "From the start");
	LACKS(page, "Last part");
	/* whole lines, of as many bytes as one looks at */
	IS(db_script(c,
	       "UPDATE output SET bytes = convert_to(repeat(repeat('x', 999) || E'\n', 300), "
	       "'UTF8'); UPDATE execution SET output_size = 300000"),
	    OK);
	page = PAGE(c, by(c, "vera"), 200, run_path(c, id, "?end=1"));
	LACKS(page, "id=\"L235\"");
	HAS(page, "id=\"L236\"");
	HAS(page, "id=\"L300\"");
	/* one line that is longer */
	IS(db_script(c, "UPDATE output SET bytes = convert_to(repeat('x', 300000) || 'the end', "
			"'UTF8'); UPDATE execution SET output_size = 300007"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, run_path(c, id, "?end=1")), "xxxthe end");
	IS(ask(c, by(c, "vera"), GET, run_path(c, id, "?end=2"), NULL).status, 422);
}

SITE_TEST(half_a_character_waits_for_its_other_half)
{
	given_hello(c);
	int64_t id = given_run(c, "running", "a", false);
	IS(db_script(
	       c, "UPDATE output SET bytes = '\\x61c3'; UPDATE execution SET output_size = 2"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, run_path(c, id, "")), "data-size=\"1\"");
	IS(db_script(
	       c, "UPDATE output SET bytes = '\\x61c3a9ff'; UPDATE execution SET output_size = 4"),
	    OK);
	const char *page = PAGE(c, by(c, "vera"), 200, run_path(c, id, ""));
	HAS(page, "data-size=\"4\"");
	HAS(page, "aé\xef\xbf\xbd");
}

SITE_TEST(a_queued_run_can_be_taken_back_until_it_starts)
{
	given_hello(c);
	struct resp w = ask(c, by(c, "otto"), POST, "/jobs/hello/run", NULL);
	IS(w.status, 303);
	const char *path = resp_find(&w, "Location");
	HAS(PAGE(c, by(c, "otto"), 200, path), "Take back");
	LACKS(PAGE(c, by(c, "vera"), 200, path), "Take back");
	const char *stop = arena_printf(c->arena, "%s/stop", path);
	IS(ask(c, by(c, "vera"), POST, stop, NULL).status, 403);
	w = ask(c, by(c, "otto"), POST, stop, NULL);
	IS(w.status, 303);
	HAS(PAGE(c, by(c, "vera"), 200, path), "Stopped");
	w = ask(c, by(c, "otto"), POST, stop, NULL);
	IS(w.status, 409);
	HAS(w.body, "role=\"alert\"");
	HAS(PAGE(c, by(c, "vera"), 200, path), "None: it never began.");
}

SITE_TEST(the_list_of_runs_filters)
{
	given_hello(c);
	int64_t id = given_run(c, "failed", "x", true);
	const char *mine = arena_printf(c->arena, "href=\"/runs/%" PRId64 "\"", id);
	HAS(PAGE(c, by(c, "vera"), 200, "/runs"), mine);
	HAS(PAGE(c, by(c, "vera"), 200, "/runs"), "Today, ");
	HAS(PAGE(c, by(c, "vera"), 200, "/runs?state=failed&trigger=manual&q=hell"), mine);
	LACKS(PAGE(c, by(c, "vera"), 200, "/runs?state=lost"), mine);
	LACKS(PAGE(c, by(c, "vera"), 200, "/runs?job=other"), mine);
	LACKS(PAGE(c, by(c, "vera"), 200, "/runs?since=2199-01-01"), mine);
	LACKS(PAGE(c, by(c, "nora"), 200, "/runs"), mine);
	PAGE(c, by(c, "vera"), 422, "/runs?state=colour");
	PAGE(c, by(c, "vera"), 422, "/runs?since=yesterday");
	PAGE(c, by(c, "vera"), 422, "/runs?after=x");
	PAGE(c, by(c, "vera"), 404, "/runs/x");
	PAGE(c, by(c, "vera"), 404, "/runs/0");
	PAGE(c, by(c, "nora"), 404, run_path(c, id, ""));
}

SITE_TEST(runs_stay_when_their_job_is_deleted)
{
	given_hello(c);
	int64_t id = given_run(c, "succeeded", "x", true);
	IS(ask(c, by(c, "edith"), POST, "/jobs/hello/delete", NULL).status, 303);
	const char *page = PAGE(c, by(c, "otto"), 200, run_path(c, id, ""));
	LACKS(page, "href=\"/jobs/hello\"");
	LACKS(page, "Run again");
	HAS(PAGE(c, by(c, "otto"), 200, "/runs"), "The job was deleted");
}

SITE_TEST(the_last_runs_of_a_job_are_drawn)
{
	given_hello(c);
	given_run(c, "failed", "x", true);
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, "
			"started_at, finished_at) "
			"SELECT id, name, team_id, 100 + s, 'succeeded', 'schedule', now(), now() "
			"+ s * interval '1 s' "
			"FROM job, generate_series(1, 3) s"),
	    OK);
	HAS(PAGE(c, by(c, "vera"), 200, "/jobs"),
	    "aria-label=\"Last 4 runs: 3 succeeded, 1 failed\"");
	HAS(PAGE(c, by(c, "vera"), 200, "/"), "75 %");
}

/* ---- two runs beside each other, and output as a file */

SITE_TEST(two_runs_are_compared_line_by_line)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	int64_t good = given_run(c, "succeeded", "one\ntwo\nthree\n", true);
	IS(db_script(c, "UPDATE run SET group_ns = 6, queued_at = queued_at - interval '1 min'; "
			"UPDATE execution SET engine_id = '6-n1'"),
	    OK);
	int64_t bad = given_run(c, "failed", "one\n2 < 3\nthree\n", true);
	const char *at = arena_printf(c->arena, "/runs/%" PRId64 "/compare/%" PRId64, good, bad);
	const char *page = PAGE(c, by(c, "vera"), 200, at);
	HAS(page, "1 line only in run");
	HAS(page, "- two</del>");
	HAS(page, "+ 2 &lt; 3</ins>");
	HAS(page, arena_printf(c->arena, "href=\"/runs/%" PRId64 "#L2\"", bad));
	HAS(PAGE(c, by(c, "vera"), 200, arena_printf(c->arena, "/runs/%" PRId64, bad)), at);
	HAS(PAGE(c, by(c, "vera"), 200,
		arena_printf(c->arena, "/runs/%" PRId64 "/compare/%" PRId64, good, good)),
	    "the same");
	IS(ask(c, by(c, "nora"), GET, at, NULL).status, 404);
	IS(ask(c, by(c, "vera"), GET,
	       arena_printf(c->arena, "/runs/%" PRId64 "/compare/99999999", good), NULL)
		.status,
	    404);
}

/* What `sql` makes of one mebibyte for each of two runs; their comparison. */
static const char *compared(
    struct ctx *c, const int64_t *runs, const char *first, const char *second)
{
	IS(db_script(c, arena_printf(c->arena,
			    "UPDATE output o SET bytes = convert_to(CASE WHEN o.execution_id ="
			    " (SELECT min(execution_id) FROM output) THEN %s ELSE %s END, 'UTF8');"
			    "UPDATE execution e SET output_size = length(o.bytes) FROM output o"
			    " WHERE o.execution_id = e.id",
			    first, second)),
	    OK);
	return PAGE(c, by(c, "vera"), 200,
	    arena_printf(c->arena, "/runs/%" PRId64 "/compare/%" PRId64, runs[0], runs[1]));
}

/* However the megabytes are made up: a page of at most 3 MB, and each kind of it says what is left
 * out. */
SITE_TEST(two_outputs_of_a_megabyte_make_a_page_of_bounded_size)
{
	const size_t most = 3 * 1024 * 1024;
	const char *page;
	int64_t runs[2];

	given_hello(c);
	runs[0] = given_run(c, "succeeded", "x", true);
	IS(db_script(c, "UPDATE run SET group_ns = 6; UPDATE execution SET engine_id = '6-n1'"),
	    OK);
	runs[1] = given_run(c, "failed", "x", true);

	/* one line each, of what HTML must escape */
	page = compared(c, runs, "repeat('&', 1048576)", "repeat('&', 1048575) || 'x'");
	YES(strlen(page) < most);
	HAS(page, "… and 1.0 MB more");
	/* 20,000 lines, of which one in fourteen differs */
	page = compared(c, runs,
	    "(SELECT string_agg(rpad(n || ' ', 51, '&'), E'\\n') FROM generate_series(1, 20000) n)",
	    "(SELECT string_agg(rpad(CASE n % 28 WHEN 0 THEN 'other' ELSE '' END || n || ' ', 51, "
	    "'&'), E'\\n')"
	    " FROM generate_series(1, 20000) n)");
	YES(strlen(page) < most);
	HAS(page, "714 lines only in run");
	HAS(page, "as much as a page shows");
	/* nothing alike */
	page = compared(c, runs,
	    "(SELECT string_agg(rpad('a' || n, 51), E'\\n') FROM generate_series(1, 20000) n)",
	    "(SELECT string_agg(rpad('b' || n, 51), E'\\n') FROM generate_series(1, 20000) n)");
	YES(strlen(page) < most);
	HAS(page, "differ in too many lines");
	/* alike */
	page = compared(c, runs, "repeat('&', 1048576)", "repeat('&', 1048576)");
	YES(strlen(page) < most);
	HAS(page, "Both printed the same");
	/* more than is compared */
	page = compared(c, runs, "repeat('&', 1048577)", "repeat('&', 1048577)");
	HAS(page, "too large to be compared");
}

SITE_TEST(output_comes_as_a_file_with_a_name)
{
	given_people(c);
	given_ops_job(c, "hello",
	    "{\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"}}");
	int64_t id = given_run(c, "succeeded", "one\n", true);
	struct resp w = ask(c, by(c, "vera"), GET,
	    arena_printf(c->arena, "/runs/%" PRId64 "/output?download=1", id), NULL);
	IS(w.status, 200);
	SAME(resp_find(&w, "Content-Disposition"),
	    arena_printf(c->arena, "attachment; filename=\"hello-%" PRId64 ".txt\"", id));
	w = ask(
	    c, by(c, "vera"), GET, arena_printf(c->arena, "/runs/%" PRId64 "/output", id), NULL);
	YES(resp_find(&w, "Content-Disposition") == NULL);
}
