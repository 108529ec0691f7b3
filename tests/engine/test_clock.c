/* The clock, and what no death of a process may change. */

#include <signal.h>
#include <string.h>

#include "core/text.h"
#include "core/time.h"
#include "engine/live.h"

/* The seconds in which a job's executions began, as a text of two digits each; *unique: none twice.
 */
static size_t seconds_of(struct live *l, const char *job, bool *unique)
{
	struct json *all = executions(l, job);
	const char *last = "";

	*unique = true;
	for (size_t i = 0; i < json_length(all); i++) {
		const char *second = arena_strndup(l->c.arena,
		    member(&l->c, json_at(all, i), "started_at"), strlen("2026-11-21T11:53:31"));
		*unique = *unique && strcmp(second, last) != 0;
		last = second;
	}
	return json_length(all);
}

static const char *append_line(struct live *l)
{
	return arena_printf(l->c.arena, "echo x >> %s/lines", l->folder);
}

LIVE_TEST(engine_fires_each_second_once)
{
	bool unique;

	live_job(l, "cron", append_line(l), ",\"schedule\":\"* * * * * *\"");
	live_job(l, "every", "true", ",\"schedule\":\"@every 1s\"");
	SOON(json_length(executions(l, "cron")) >= 3 && json_length(executions(l, "every")) >= 2);
	(void)seconds_of(l, "cron", &unique);
	YES(unique);
	(void)seconds_of(l, "every", &unique);
	YES(unique);
	(void)asked(l, 200, POST, "/v1/jobs/cron/toggle", NULL);
	(void)asked(l, 200, DELETE, "/v1/jobs/every", NULL);
	SOON(lines_in(l, "lines") == (int)json_length(executions(l, "cron")));
	int lines = lines_in(l, "lines");
	live_pause_ms(1500);
	IS(lines_in(l, "lines"), lines);
	IS(json_length(executions(l, "cron")), lines);
}

LIVE_TEST(engine_at_fires_once)
{
	const char *at = time_rfc3339(l->c.arena, (time_now_us() / US_PER_S + 2) * US_PER_S);

	live_job(l, "at", "true", arena_printf(l->c.arena, ",\"schedule\":\"@at %s\"", at));
	SOON(json_length(executions(l, "at")) == 1);
	live_pause_ms(1200);
	IS(json_length(executions(l, "at")), 1);
}

LIVE_TEST(engine_heeds_starts_at_expires_at_and_forbid)
{
	live_job(l, "early", "true",
	    ",\"schedule\":\"* * * * * *\",\"starts_at\":\"2100-01-01T00:00:00Z\"");
	live_job(l, "late", "true",
	    ",\"schedule\":\"* * * * * *\",\"expires_at\":\"2001-01-01T00:00:00Z\"");
	live_job(
	    l, "alone", "sleep 30", ",\"schedule\":\"* * * * * *\",\"concurrency\":\"forbid\"");
	live_job(
	    l, "elsewhere", "true", ",\"schedule\":\"* * * * * *\",\"tags\":{\"tier\":\"web\"}");
	SOON(json_length(executions(l, "alone")) == 1);
	live_pause_ms(1500);
	IS(json_length(executions(l, "early")), 0);
	IS(json_length(executions(l, "late")), 0);
	IS(json_length(executions(l, "alone")), 1);
	IS(json_length(executions(l, "elsewhere")), 0);
	(void)asked(l, 200, POST, "/v1/jobs/early/run", NULL); /* by hand neither counts */
	SOON(json_length(executions(l, "early")) == 1);
}

LIVE_TEST(engine_hook_that_never_answers_holds_up_nobody)
{
	struct listener deaf = listener_open();

	l->config.hook_url = arena_printf(l->c.arena, "http://127.0.0.1:%d/", deaf.port);
	live_start_again(l);
	live_job(l, "tick", "echo tick", ",\"schedule\":\"* * * * * *\"");
	live_job(l, "chat", "for i in $(seq 1 500); do echo line $i; done", "");
	(void)asked(l, 200, POST, "/v1/jobs/chat/run", NULL);
	SOON(json_length(executions(l, "chat")) == 1);
	SOON(json_length(executions(l, "tick")) >= 3);
}

/* ---- deaths ---- */

LIVE_TEST(engine_killed_takes_its_jobs_along_and_ends_their_runs)
{
	live_run_job(l, "k",
	    arena_printf(l->c.arena, "echo before; %s & setsid %s & %s", l->nap, l->nap, l->nap),
	    "");
	SOON(hooks_with(l, "&job=k&", "&out=before%0A") == 1);
	SOON(json_length(executions(l, "k")) == 1 && processes_with(l->nap) == 4);
	SOON(strstr(ask_live(l, GET, "/v1/busy", NULL).body, "before") !=
	     NULL); /* in the database */
	IS(live_end(l->engine, SIGKILL), -SIGKILL);
	l->engine = live_start(l);
	SOON(hooks_with(l, "at=post&job=k&", NULL) == 1);
	IS(processes_with(l->nap), 0);
	IS(hooks_with(l, "at=pre&job=k&", "&out=signal%3A+killed%0Abefore%0A"), 1);
	struct json *all = executions(l, "k");
	IS(json_length(all), 1);
	SAME(member(&l->c, json_at(all, 0), "success"), "false");
	HAS(member(&l->c, json_at(all, 0), "output"), "signal: killed\nbefore\nsignalbox: ");
	SAME(member(&l->c, asked(l, 200, GET, "/v1/jobs/k", NULL), "error_count"), "1");
	SAME(ask_live(l, GET, "/v1/busy", NULL).body, "[]");
}

LIVE_TEST(engine_killed_with_retries_left_is_tried_again_by_the_next)
{
	live_run_job(l, "k", l->nap, ",\"retries\":1");
	SOON(processes_with(l->nap) > 0);
	(void)live_end(l->engine, SIGKILL);
	l->engine = live_start(l);
	SOON(json_length(executions(l, "k")) == 2);
	SAME(member(&l->c, json_at(executions(l, "k"), 1), "attempt"), "2");
	IS(hooks_with(l, "at=post&job=k&", NULL), 0);
}

LIVE_TEST(engine_killed_between_two_attempts_loses_neither)
{
	live_run_job(l, "k", "sleep 0.6; exit 1", ",\"retries\":1"); /* a second between the two */
	SOON(strstr(ask_live(l, GET, "/v1/jobs/k/executions", NULL).body, "exit status 1") != NULL);
	(void)live_end(l->engine, SIGKILL);
	l->engine = live_start(l);
	SOON(hooks_with(l, "at=post&job=k&", NULL) == 1);
	IS(json_length(executions(l, "k")), 2);
}

LIVE_TEST(engine_killed_while_a_dependent_runs_goes_on_with_the_next)
{
	live_job(l, "p", "true", "");
	live_job(l, "c1", l->nap, ",\"parent_job\":\"p\"");
	live_job(l, "c2", "true", ",\"parent_job\":\"p\"");
	live_run_job(l, "p", "true", "");
	SOON(processes_with(l->nap) > 0);
	SOON(hooks_with(l, "at=post&job=p&", NULL) == 1); /* one on its way would be lost with it */
	(void)live_end(l->engine, SIGKILL);
	l->engine = live_start(l);
	SOON(ask_live(l, GET, "/v1/isleader", NULL).status == 200 &&
	     json_length(executions(l, "c2")) == 1);
	SOON(strcmp(ask_live(l, GET, "/v1/busy", NULL).body, "[]") == 0);
	IS(json_length(executions(l, "p")), 1);
	IS(json_length(executions(l, "c1")), 1);
	IS(hooks_with(l, "at=post&job=p&", NULL), 1);
}

/* Each firing writes a line before anything else can go wrong. */
LIVE_TEST(engine_killed_again_and_again_never_runs_a_firing_twice)
{
	bool unique;

	live_job(l, "tick", append_line(l), ",\"schedule\":\"* * * * * *\"");
	for (int i = 0; i < 6; i++) {
		live_pause_ms(700 + 130 * i);
		(void)live_end(l->engine, SIGKILL);
		l->engine = live_start(l);
	}
	live_wait_for_clock(l);
	SOON(json_length(executions(l, "tick")) >= 3);
	(void)asked(l, 200, POST, "/v1/jobs/tick/toggle", NULL);
	SOON(strcmp(ask_live(l, GET, "/v1/busy", NULL).body, "[]") == 0);
	size_t n = seconds_of(l, "tick", &unique);
	YES(unique);
	YES(n >= 3);
	YES(lines_in(l, "lines") <= (int)n);
	SOON(hooks_with(l, "at=post&job=tick&", NULL) <= (int)n);
}

LIVE_TEST(engine_run_that_was_asked_for_before_the_death_runs_after_it)
{
	live_job(l, "a", append_line(l), "");
	(void)live_end(l->engine, SIGKILL);
	SOON(ask_live(l, GET, "/v1/isleader", NULL).status == 404);
	(void)asked(l, 200, POST, "/v1/jobs/a/run",
	    NULL); /* answered at once: nobody is there to wait for */
	IS(lines_in(l, "lines"), 0);
	l->engine = live_start(l);
	SOON(json_length(executions(l, "a")) == 1 && hooks_with(l, "at=post&job=a&", NULL) == 1);
	IS(lines_in(l, "lines"), 1);
}

LIVE_TEST(engine_second_one_waits_and_takes_over)
{
	pid_t second = live_start(l);
	bool unique;

	live_job(l, "tick", "true", ",\"schedule\":\"@every 1s\"");
	live_run_job(l, "long", "sleep 30; echo done", "");
	SOON(json_length(executions(l, "tick")) >= 1 && json_length(executions(l, "long")) == 1);
	(void)live_end(l->engine, SIGKILL);
	l->engine = second;
	size_t n = seconds_of(l, "tick", &unique);
	SOON(json_length(executions(l, "tick")) >= n + 2);
	(void)seconds_of(l, "tick", &unique);
	YES(unique);
	SOON(hooks_with(l, "at=post&job=long&", "&ok=false&") == 1);
}

LIVE_TEST(engine_told_to_stop_ends_its_jobs_and_tells_of_them)
{
	struct arena *a = l->c.arena;

	live_run_job(l, "k",
	    arena_printf(a, "trap 'echo bye; exit 5' TERM; echo ready; %s & wait", l->nap), "");
	live_run_job(l, "deaf",
	    arena_printf(
		a, "trap '' TERM; echo ready; setsid %s & wait; %s; %s", l->nap, l->nap, l->nap),
	    "");
	SOON(hooks_with(l, "&out=ready%0A", "at=pre&job=") == 2);
	IS(live_end(l->engine, SIGTERM), 0);
	l->engine = 0;
	IS(processes_with(l->nap), 0);
	IS(hooks_with(l, "at=post&job=k&", "&out=exit+status+5%0Aready%0Abye%0A"), 1);
	IS(hooks_with(l, "at=post&job=deaf&", "&out=signal%3A+killed%0Aready%0A"), 1);
	SAME(ask_live(l, GET, "/v1/busy", NULL).body, "[]");
	IS(ask_live(l, GET, "/v1/isleader", NULL).status, 404);
}

/* ---- the database goes away ---- */

static void cut_connections(struct live *l)
{
	IS(db_script(&l->c,
	       "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
	       " AND datname = current_database() AND pid <> pg_backend_pid()"),
	    OK);
}

LIVE_TEST(engine_that_loses_the_database_loses_no_result)
{
	live_job(l, "tick", append_line(l), ",\"schedule\":\"* * * * * *\"");
	live_run_job(l, "long", "echo one; sleep 1; echo two", "");
	SOON(hooks_with(l, "&job=long&", "&out=one%0A") == 1);
	for (int i = 0; i < 8; i++) {
		cut_connections(l);
		live_pause_ms(250);
	}
	SOON(hooks_with(l, "at=post&job=long&", "&out=one%0Atwo%0A") == 1);
	IS(json_length(executions(l, "long")), 1);
	(void)asked(l, 200, POST, "/v1/jobs/tick/toggle", NULL);
	SOON(strcmp(ask_live(l, GET, "/v1/busy", NULL).body, "[]") == 0);
	IS(json_length(executions(l, "tick")), lines_in(l, "lines"));
	YES(lines_in(l, "lines") >= 1);
}
