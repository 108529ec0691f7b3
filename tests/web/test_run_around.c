/* The page of a run that went wrong says what one needs at three in the night: why, when it went
 * well last, how the job stands now, when it fires next, and who was told. */

#include "core/time.h"
#include "web/given_admin.h"

static void given_nightly(struct ctx *c)
{
	given_people(c);
	given_ops_job(c, "hello", SHELL_JOB);
}

/* The number of a run of "hello" that began `s` seconds ago and took one. */
static int64_t given_end(struct ctx *c, const char *state, int s)
{
	struct run *runs = NULL;
	const char *next;
	size_t n = 0;

	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO run (job_id, job_name, team_id, job_version, trigger, state, "
		      "queued_at, started_at, finished_at) SELECT id, name, team_id, 1, "
		      "'schedule', '%s', at(%" PRId64 "), at(%" PRId64 "), at(%" PRId64 ") FROM "
		      "job WHERE name = 'hello'",
		      state, c->now_us - s * US_PER_S, c->now_us - s * US_PER_S,
		      c->now_us - (s - 1) * US_PER_S)),
	    OK);
	act_as_cli(c);
	IS(run_list(c, &(struct run_query){ .limit = 1 }, &runs, &n, &next), OK);
	return n == 1 ? runs[0].id : 0;
}

static void given_message(struct ctx *c, const char *event, int64_t run, const char *state)
{
	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO message (key, kind, event, about, team_id, job_id, run_id, "
		      "target, payload, give_up_at, state) SELECT '%s-%" PRId64
		      "', 'mail', '%s', 'job:hello', team_id, id, %" PRId64
		      ", 'ops@example.org', '{}', now(), '%s' FROM job WHERE name = 'hello'",
		      event, run, event, run, state)),
	    OK);
}

static const char *page_of(struct ctx *c, const char *who, int64_t run)
{
	return PAGE(c, by(c, who), 200, arena_printf(c->arena, "/runs/%" PRId64, run));
}

static const char *link_of(struct ctx *c, int64_t run)
{
	return arena_printf(c->arena, "<a href=\"/runs/%" PRId64 "\"", run);
}

SITE_TEST(a_failed_run_says_why_and_when_it_went_well_last)
{
	given_nightly(c);
	int64_t good = given_end(c, "succeeded", 7200), bad = given_end(c, "failed", 3600);
	IS(db_script(
	       c, arena_printf(c->arena,
		      "INSERT INTO run_text (run_id, queued_at, words, error, error_key) VALUES "
		      "(%" PRId64 ", now(), '', 'fatal: <ledger> is locked', 'x')",
		      bad)),
	    OK);
	const char *page = page_of(c, "vera", bad);
	HAS(page, "fatal: &lt;ledger&gt; is locked");
	HAS(page, link_of(c, good));
	HAS(page, "Next fire");
	LACKS(page, "The job's last run");
	LACKS(page, "data-live-from"); /* an hour later nothing comes any more */
	HAS(page_of(c, "vera", good), "none before this run");
	LACKS(page_of(c, "vera", good), "ledger");
	IS(ask(c, by(c, "nora"), GET, arena_printf(c->arena, "/runs/%" PRId64, bad), NULL).status,
	    404);
}

SITE_TEST(a_failed_run_says_how_the_job_stands_since)
{
	given_nightly(c);
	int64_t first = given_end(c, "failed", 7200), last = given_end(c, "failed", 3600);
	IS(db_script(
	       c, arena_printf(c->arena,
		      "UPDATE job_now SET run_id = %" PRId64
		      ", run_state = 'failed'; INSERT INTO alert_state (job_id, state, told, "
		      "failures, since, run_id) SELECT id, 'failing', 'failing', 2, now(), %" PRId64
		      " FROM job WHERE name = 'hello'",
		      last, last)),
	    OK);
	const char *page = page_of(c, "vera", first);
	HAS(page, "The job's last run");
	HAS(page, link_of(c, last));
	HAS(page, "2 bad runs since");
	LACKS(page_of(c, "vera", last), "The job's last run");
	IS(db_script(
	       c, "UPDATE job SET spec = spec || '{\"disabled\": true}' WHERE name = 'hello'"),
	    OK);
	HAS(page_of(c, "vera", last), "none, the job is disabled");
}

SITE_TEST(a_failed_run_says_who_was_told_and_why_nobody_was)
{
	given_nightly(c);
	int64_t first = given_end(c, "failed", 7200), last = given_end(c, "failed", 3600);

	HAS(page_of(c, "vera", first), "nobody: neither a mail address nor a webhook");
	given_message(c, "failure", first, "sent");
	const char *page = page_of(c, "vera", first);
	HAS(page, "ops@example.org");
	HAS(page, ">Sent</span>");
	/* a job that fails again and again tells once, of the first */
	page = page_of(c, "vera", last);
	HAS(page, "nobody again: of");
	HAS(page, link_of(c, first));
	int64_t good = given_end(c, "succeeded", 1800), again = given_end(c, "failed", 900);
	given_message(c, "recovery", good, "waiting");
	HAS(page_of(c, "vera", good), ">Waiting</span>");
	LACKS(page_of(c, "vera", again), "nobody again");
	IS(db_script(c, "UPDATE job SET spec = spec || '{\"notify\": false}' WHERE name = 'hello'"),
	    OK);
	HAS(page_of(c, "vera", again), "the job says that nobody is to be told");
}

/* People are told, and what was printed is read, a moment behind the end. */
SITE_TEST(the_page_of_a_run_that_just_ended_looks_again)
{
	given_nightly(c);
	int64_t bad = given_end(c, "failed", 5);

	HAS(page_of(c, "vera", bad),
	    arena_printf(c->arena, "data-live-from=\"/runs/%" PRId64 "?output=none\"", bad));
}

SITE_TEST(a_missed_run_says_when_the_job_fires_next)
{
	given_nightly(c);
	int64_t missed = given_end(c, "missed", 3600);

	HAS(page_of(c, "vera", missed), "Next fire");
	HAS(page_of(c, "vera", missed), "nobody: neither");
}
