#include <string.h>

#include "model/given.h"

/* Names of all pages of a list, "a b c|d e". `between` runs after each page. */
static const char *pages(struct ctx *c, struct job_query query, void (*between)(struct ctx *, int))
{
	const char *words = "";
	int page = 0;

	for (;;) {
		struct job *jobs = NULL;
		size_t n = 0;
		const char *next = NULL;
		if (job_list(c, &query, &jobs, &n, &next) != OK)
			return ctx_fault(c);
		for (size_t i = 0; i < n; i++)
			words = arena_printf(
			    c->arena, "%s%s%s", words, i > 0 ? " " : "", jobs[i].name);
		if (next == NULL)
			return words;
		words = arena_printf(c->arena, "%s|", words);
		query.after = next;
		if (between != NULL)
			between(c, page++);
	}
}

static void insert_around(struct ctx *c, int page)
{
	given_job(c, "ops", arena_printf(c->arena, "a%d", page)); /* before what was shown */
	given_job(c, "ops", arena_printf(c->arena, "z%d", page)); /* behind it */
}

SITE_TEST(pages_join_without_gap_or_overlap)
{
	static const char *const names[] = { "e", "b", "d", "a", "c" };
	static const enum job_sort sorts[] = { JOB_BY_NAME, JOB_BY_NEXT, JOB_BY_LAST_RUN,
		JOB_BY_UPDATED };

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(names); i++) {
		c->now_us += US_PER_S;
		given_job(c, "ops", names[i]);
	}
	SAME(pages(c, (struct job_query){ .limit = 2 }, NULL), "a b|c d|e");
	SAME(pages(c, (struct job_query){ .limit = 2, .descending = true }, NULL), "e d|c b|a");
	SAME(pages(c, (struct job_query){ .limit = 2, .sort = JOB_BY_UPDATED }, NULL), "e b|d a|c");
	SAME(pages(c, (struct job_query){ .limit = 2, .sort = JOB_BY_UPDATED, .descending = true },
		 NULL),
	    "c a|d b|e");
	/* all fire at the same time and none ever ran: equal keys */
	for (size_t i = 0; i < LENGTH(sorts); i++)
		for (int limit = 1; limit <= 5; limit++) {
			const char *up = pages(
			    c, (struct job_query){ .limit = limit, .sort = sorts[i] }, NULL);
			const char *down = pages(c,
			    (struct job_query){
				.limit = limit, .sort = sorts[i], .descending = true },
			    NULL);
			for (size_t k = 0; k < LENGTH(names); k++) {
				HAS(up, names[k]);
				HAS(down, names[k]);
			}
			IS(strlen(up), 9);
			IS(strlen(down), 9);
		}
	SAME(pages(c, (struct job_query){ .limit = 5 }, NULL), "a b c d e");
	SAME(pages(c, (struct job_query){ .limit = 6 }, NULL), "a b c d e");
}

SITE_TEST(pages_are_stable_while_jobs_come)
{
	act_as_cli(c);
	given_job(c, "ops", "m1");
	given_job(c, "ops", "m2");
	given_job(c, "ops", "m3");
	given_job(c, "ops", "m4");
	SAME(pages(c, (struct job_query){ .limit = 2 }, insert_around), "m1 m2|m3 m4|z0 z1");
}

SITE_TEST(jobs_are_sorted_by_their_last_run)
{
	act_as_cli(c);
	given_job(c, "ops", "old");
	given_job(c, "ops", "never");
	given_job(c, "ops", "fresh");
	given_job(c, "ops", "middle");
	IS(db_script(c,
	       "INSERT INTO run (job_id, job_name, team_id, state, trigger, queued_at, started_at, "
	       "finished_at) "
	       "SELECT id, name, team_id, s, 'schedule', t, t, t FROM (VALUES ('fresh', 'failed', "
	       "now()), "
	       "('old', 'succeeded', now() - interval '9 h'), ('fresh', 'succeeded', now() - "
	       "interval '1 h'), "
	       "('middle', 'lost', now() - interval '5 min')) v (n, s, t) JOIN job ON name = n"),
	    OK);
	SAME(pages(c, (struct job_query){ .limit = 2, .sort = JOB_BY_LAST_RUN, .descending = true },
		 NULL),
	    "fresh middle|old never");
	SAME(pages(c, (struct job_query){ .limit = 2, .sort = JOB_BY_LAST_RUN }, NULL),
	    "never old|middle fresh");
	SAME(pages(c, (struct job_query){ .limit = 9, .last = "failed" }, NULL), "fresh");
	SAME(pages(c, (struct job_query){ .limit = 9, .last = "lost" }, NULL), "middle");
	SAME(pages(c, (struct job_query){ .limit = 9, .last = "queued" }, NULL), "");
	struct job job;
	IS(job_get(c, "fresh", &job), OK);
	SAME(job.run_state.text,
	    "failed"); /* the one that started last, not the one that was heard of last */
	struct job_counts counts;
	IS(job_counts(c, &counts), OK);
	IS(counts.failing, 2);
}

SITE_TEST(a_last_run_moves_with_its_run)
{
	struct job job;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, state, trigger) SELECT id, "
			"name, team_id, 'queued', 'api' FROM job"),
	    OK);
	IS(job_get(c, "hello", &job), OK);
	SAME(job.run_state.text, "queued");
	YES(job.run_id.set && job.run_began_us.set && !job.run_started_us.set);
	IS(db_script(c, "UPDATE run SET state = 'running', started_at = now()"), OK);
	IS(db_script(c, "UPDATE run SET state = 'succeeded', finished_at = now()"), OK);
	IS(job_get(c, "hello", &job), OK);
	SAME(job.run_state.text, "succeeded");
	YES(job.run_started_us.set && job.run_finished_us.set);
	struct json *run = json_get(job_json(c, &job), "last_run");
	IS(json_int(json_get(run, "id")), job.run_id.value);
	SAME(json_text(json_get(run, "state")), "succeeded");
}

static void found(struct ctx *c, const char *q, const char *names)
{
	SAME(pages(c, (struct job_query){ .q = q, .limit = 100 }, NULL), names);
}

SITE_TEST(search_wants_all_words_and_means_them_as_they_are)
{
	struct job job;

	act_as_cli(c);
	IS(job_add(c, "backup-db", "ops",
	       json_of(c, "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{"
			  "\"command\":\"/opt/100%_done\\\\x --all\"},"
			  "\"displayname\":\"Nightly Dump\",\"description\":\"Größe "
			  "zählt\",\"owner\":\"Marta\",\"tags\":{\"disk\":\"ssd:1\"}}"),
	       NULL, &job),
	    OK);
	IS(job_add(c, "ping", "ops",
	       json_of(c, "{\"schedule\":\"@daily\",\"executor\":\"http\",\"executor_config\":{"
			  "\"method\":\"GET\",\"url\":\"https://example.org/ping\"}}"),
	       NULL, &job),
	    OK);
	found(c, NULL, "backup-db ping");
	found(c, "", "backup-db ping");
	found(c, "   ", "backup-db ping");
	found(c, "DUMP", "backup-db");
	found(c, "  marta   nightly ", "backup-db");
	found(c, "marta ping", "");
	found(c, "größe", "backup-db");
	found(c, "GRÖSSE", "");
	found(c, "ssd", "backup-db");
	found(c, "example.org", "ping");
	found(c, "p", "backup-db ping");
	found(c, "%", "backup-db");
	found(c, "100%_d", "backup-db");
	found(c, "100_", "");
	found(c, "p%g", "");
	found(c, "_done\\x", "backup-db");
	found(c, "p_ng", "");
	found(c, "'; DROP TABLE job; --", "");
}

SITE_TEST(lists_are_filtered)
{
	struct job job;

	given_team(c, "billing");
	act_as_cli(c);
	given_job(c, "ops", "a");
	given_job(c, "billing", "b");
	given_job(c, "billing", "off");
	IS(job_set_disabled(c, "off", true, &job), OK);
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync' WHERE job_name = 'a'; UPDATE outbox "
			"SET state = 'failing', "
			"reason = 'no' WHERE job_name = 'b'"),
	    OK);
	SAME(pages(c, (struct job_query){ .limit = 9, .team = "billing" }, NULL), "b off");
	SAME(pages(c, (struct job_query){ .limit = 9, .enabled = "true" }, NULL), "a b");
	SAME(pages(c, (struct job_query){ .limit = 9, .enabled = "false" }, NULL), "off");
	SAME(pages(c, (struct job_query){ .limit = 9, .sync = "in_sync" }, NULL), "a");
	SAME(pages(c, (struct job_query){ .limit = 9, .sync = "failing" }, NULL), "b");
	SAME(pages(c, (struct job_query){ .limit = 9, .sync = "pending" }, NULL), "off");
	SAME(pages(c, (struct job_query){ .limit = 9, .sync = "drifted" }, NULL), "");
	SAME(
	    pages(c,
		(struct job_query){
		    .limit = 9, .team = "billing", .enabled = "true", .q = "b", .sync = "failing" },
		NULL),
	    "b");
	IS(job_get(c, "b", &job), OK);
	SAME(job.sync, "failing");
	SAME(job.sync_reason.text, "no");
	struct job_counts counts;
	IS(job_counts(c, &counts), OK);
	IS(counts.all, 3);
	IS(counts.enabled, 2);
	IS(counts.disabled, 1);
	IS(counts.pending, 1);
	IS(counts.sync_failing, 1);
	IS(counts.teams, 2);
}

SITE_TEST(lists_show_what_one_may_see)
{
	struct job_counts counts;

	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	given_account(c, "stranger", false);
	act_as_cli(c);
	given_job(c, "ops", "a");
	given_job(c, "billing", "b");
	given_job(c, "data", "d");
	act_as(c, "marta");
	SAME(pages(c, (struct job_query){ .limit = 9 }, NULL), "b");
	SAME(pages(c, (struct job_query){ .limit = 9, .q = "a" }, NULL), "");
	SAME(pages(c, (struct job_query){ .limit = 9, .team = "data" }, NULL),
	    "team: There is no team data.");
	IS(job_counts(c, &counts), OK);
	IS(counts.all, 1);
	IS(counts.teams, 1);
	IS(counts.pending, 1);
	act_as_cli(c); /* no page is short for what cannot be seen */
	given_job(c, "billing", "c");
	act_as(c, "marta");
	SAME(pages(c, (struct job_query){ .limit = 1 }, NULL), "b|c");
	SAME(pages(c, (struct job_query){ .limit = 1, .sort = JOB_BY_NEXT, .descending = true },
		 NULL),
	    "c|b");
	act_as(c, "stranger");
	SAME(pages(c, (struct job_query){ .limit = 9 }, NULL), "");
	c->actor = (struct actor){ .account = "" };
	SAME(pages(c, (struct job_query){ .limit = 9 }, NULL), "");
}

SITE_TEST(a_wrong_parameter_is_named)
{
	struct job *jobs = NULL;
	const char *next = NULL, *by_name = NULL, *by_time = NULL;
	size_t n = 0;

	act_as_cli(c);
	given_job(c, "ops", "a");
	given_job(c, "ops", "b");
	struct job_query one = { .limit = 1 };
	IS(job_list(c, &one, &jobs, &n, &by_name), OK);
	one.sort = JOB_BY_UPDATED;
	IS(job_list(c, &one, &jobs, &n, &by_time), OK);
	char long_q[300];
	memset(long_q, 'a', 299);
	long_q[299] = '\0';
	const struct {
		struct job_query query;
		const char *field;
	} wrong[] = {
		{ { .limit = 0 }, "limit" },
		{ { .limit = 501 }, "limit" },
		{ { .limit = 1, .enabled = "yes" }, "enabled" },
		{ { .limit = 1, .last = "bad" }, "last" },
		{ { .limit = 1, .sync = "maybe" }, "sync" },
		{ { .limit = 1, .team = "nowhere" }, "team" },
		{ { .limit = 1, .q = "a\nb" }, "q" },
		{ { .limit = 1, .q = "\xff" }, "q" },
		{ { .limit = 1, .q = long_q }, "q" },
		{ { .limit = 1, .q = "1 2 3 4 5 6 7 8 9 10 11" }, "q" },
		{ { .limit = 1, .after = "" }, "after" },
		{ { .limit = 1, .after = "x" }, "after" },
		{ { .limit = 1, .after = "bisgMCAwIA==" }, "after" },
		{ { .limit = 1, .after = by_time }, "after" },
		{ { .limit = 1, .after = by_name, .descending = true }, "after" },
		{ { .limit = 1, .after = by_name, .sort = JOB_BY_NEXT }, "after" },
		{ { .limit = 1,
		      .after = "dSsgOTk5OTk5OTk5OTk5OTk5OTk5OSAxIA",
		      .sort = JOB_BY_UPDATED },
		    "after" },
		{ { .limit = 1, .after = "dSsgLTEgMSA", .sort = JOB_BY_UPDATED }, "after" },
		{ { .limit = 1, .after = "eCsgMSAgIA", .sort = JOB_BY_NEXT }, "after" },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(job_list(c, &wrong[i].query, &jobs, &n, &next), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
}

SITE_TEST(a_page_of_huge_jobs_is_cut_short)
{
	char *command = arena_alloc(c->arena, 90001, 1);
	struct job *jobs = NULL, job;
	const char *next = NULL;
	size_t n = 0;

	memset(command, 'x', 90000);
	act_as_cli(c);
	for (int i = 0; i < 30; i++)
		IS(job_add(c, arena_printf(c->arena, "job-%02d", i), "ops",
		       json_of(c, arena_printf(c->arena,
				      "{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_"
				      "config\":{\"command\":\"%s\"}}",
				      command)),
		       NULL, &job),
		    OK);
	struct job_query query = { .limit = 100 };
	IS(job_list(c, &query, &jobs, &n, &next), OK);
	YES(n > 10 && n < 30 && next != NULL);
	query.after = next;
	size_t more = 0;
	IS(job_list(c, &query, &jobs, &more, &next), OK);
	IS(n + more, 30);
	YES(next == NULL);
}

static void given_tagged(struct ctx *c, const char *team, const char *name, const char *tags)
{
	struct job job = { 0 };
	const char *text = arena_printf(c->arena,
	    "{\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"x\"},"
	    "\"tags\":%s}",
	    tags);

	IS(job_add(c, name, team, json_of(c, text), NULL, &job), OK);
}

static const char *tag_words(struct ctx *c)
{
	struct job_tag *tags = NULL;
	const char *words = "";
	size_t n = 0;

	IS(job_tags(c, &tags, &n), OK);
	for (size_t i = 0; i < n; i++)
		words = arena_printf(c->arena, "%s%s%s:%s %d", words, i > 0 ? ", " : "",
		    tags[i].name, tags[i].value, (int)tags[i].jobs);
	return words;
}

SITE_TEST(jobs_are_found_by_tag_and_tags_are_counted)
{
	struct job job;
	struct job_edit edit = { .name = "a",
		.how = JOB_MERGE,
		.input = json_of(c, "{\"tags\":{\"role\":null,\"disk\":\"ssd\"}}") };

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	act_as_cli(c);
	given_tagged(c, "ops", "a", "{\"role\":\"web:2\"}");
	given_tagged(c, "ops", "b", "{\"role\":\"web\",\"disk\":\"ssd:1\"}");
	given_tagged(c, "billing", "d", "{\"role\":\"db:1\"}");
	given_job(c, "ops", "e");
	SAME(tag_words(c), "disk:ssd 1, role:db 1, role:web 2");
	SAME(pages(c, (struct job_query){ .limit = 9, .tag = "role" }, NULL), "a b d");
	SAME(pages(c, (struct job_query){ .limit = 9, .tag = "role:web" }, NULL), "a b");
	SAME(pages(c, (struct job_query){ .limit = 9, .tag = "role:web:2" }, NULL), "");
	SAME(pages(c, (struct job_query){ .limit = 1, .tag = "disk" }, NULL), "b");
	SAME(pages(c, (struct job_query){ .limit = 9, .tag = "ssd" }, NULL), "");
	HAS(pages(c, (struct job_query){ .limit = 9, .tag = "" }, NULL), "tag");
	HAS(pages(c, (struct job_query){ .limit = 9, .tag = "a\nb" }, NULL), "tag");
	act_as(c, "marta");
	SAME(tag_words(c), "role:db 1");
	SAME(pages(c, (struct job_query){ .limit = 9, .tag = "role" }, NULL), "d");
	act_as_cli(c);
	IS(job_edit(c, &edit, &job), OK);
	SAME(tag_words(c), "disk:ssd 2, role:db 1, role:web 1");
	IS(job_delete(c, "b", 0), OK);
	SAME(tag_words(c), "disk:ssd 1, role:db 1");
}
