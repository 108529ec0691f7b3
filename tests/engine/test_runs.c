/* Runs as Dkron does them: output, failure, retries, dependents, time-outs, webhooks. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "engine/clock.h"
#include "engine/live.h"
#include "engine/node.h"

LIVE_TEST(engine_run_answers_at_its_end)
{
	live_job(l, "ok", "echo one; sleep 0.3; echo two >&2", ",\"timezone\":\"Europe/Madrid\"");
	struct json *before = asked(l, 200, POST, "/v1/jobs/ok/run", NULL);
	SAME(member(&l->c, before, "success_count"), "0");
	struct json *all = executions(l, "ok"), *e = json_at(all, 0);
	IS(json_length(all), 1);
	SAME(member(&l->c, e, "output"), "one\ntwo\n");
	SAME(member(&l->c, e, "success"), "true");
	SAME(member(&l->c, e, "attempt"), "1");
	SAME(member(&l->c, e, "node_name"), NODE_NAME);
	SAME(member(&l->c, e, "output_truncated"), "false");
	HAS(member(&l->c, e, "started_at"), "+0");
	struct json *job = asked(l, 200, GET, "/v1/jobs/ok", NULL);
	SAME(member(&l->c, job, "status"), "success");
	SAME(member(&l->c, job, "success_count"), "1");
	LACKS(member(&l->c, job, "last_success"), "null");
	struct json *stats = asked(l, 200, GET, "/v1/stats?days=1", NULL);
	SAME(member(&l->c, json_at(json_get(stats, "stats"), 0), "success_count"), "1");
}

/* Two at once would both find room for a worker that waits, and then none is left to answer. */
LIVE_TEST(engine_run_waits_only_when_nobody_else_is_counting)
{
	struct ctx counting = l->c;

	live_job(l, "slow", l->nap, "");
	counting.db = db_open(getenv("TEST_SCRATCH"), NULL, DB_NOTHING);
	IS(db_script(&counting, "DO $$ BEGIN PERFORM pg_advisory_lock(7305, 3); END $$"), OK);
	asked(l, 200, POST, "/v1/jobs/slow/run", NULL);
	IS(db_script(&counting, "DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM engine.run"
				" WHERE job = 'slow' AND waits_until IS NULL); END $$"),
	    OK);
	db_close(counting.db);
}

LIVE_TEST(engine_webhooks_tell_start_output_and_end_in_order)
{
	live_job(l, "ok", "echo one; sleep 0.3; echo two", "");
	(void)asked(l, 200, POST, "/v1/jobs/ok/run", NULL);
	SOON(hooks_with(l, "&job=ok&", NULL) == 5);
	HAS(hook_of(l, "ok", 0), "v=1&at=pre&job=ok&id=");
	HAS(hook_of(l, "ok", 0), "&end=-6795364578871345152&ok=false&by=" NODE_NAME "&");
	YES(text_ends(hook_of(l, "ok", 0), "&out="));
	YES(text_ends(hook_of(l, "ok", 1), "&out=one%0A"));
	YES(text_ends(hook_of(l, "ok", 2), "&out=two%0A"));
	HAS(hook_of(l, "ok", 3), "at=pre&");
	HAS(hook_of(l, "ok", 3), "&ok=true&");
	YES(text_ends(hook_of(l, "ok", 3), "&out=one%0Atwo%0A"));
	HAS(hook_of(l, "ok", 4), "at=post&");
	const char *group = member(&l->c, json_at(executions(l, "ok"), 0), "group");
	IS(hooks_with(l, arena_printf(l->c.arena, "Execution+group%%3A+%s%%0A", group), NULL), 5);
	HAS(hook_of(l, "ok", 4), "%0A%09%5BNode%5D%3A+" NODE_NAME "+%5BStart%5D");
}

static const struct {
	const char *name, *config, *output;
} failures[] = {
	{ "exit", "{\"shell\":\"true\",\"command\":\"echo a; exit 3\"}", "exit status 3\na\n" },
	{ "segv", "{\"shell\":\"true\",\"command\":\"kill -SEGV $$\"}",
	    "signal: segmentation fault\n" },
	{ "none", "{\"command\":\"nosuchcmd a\"}",
	    "exec: \"nosuchcmd\": executable file not found in $PATH\n" },
	{ "path", "{\"command\":\"/no/such/cmd\"}",
	    "fork/exec /no/such/cmd: no such file or directory\n" },
	{ "perm", "{\"command\":\"/etc/passwd\"}", "fork/exec /etc/passwd: permission denied\n" },
	{ "cwd", "{\"command\":\"/bin/true\",\"cwd\":\"/no/such\"}",
	    "fork/exec /bin/true: no such file or directory\n" },
	{ "empty", "{\"command\":\"\"}", "shell: Command missing\n" },
	{ "quote", "{\"command\":\"echo \\\"a\"}", "invalid command line string\n" },
	{ "b64", "{\"command\":\"cat\",\"payload\":\"a$b\"}",
	    "illegal base64 data at input byte 1\n" },
	{ "user", "{\"command\":\"id\",\"su\":\"nosuchuser\"}", "user: unknown user nosuchuser\n" },
};

LIVE_TEST(engine_failures_are_worded_as_dkron_words_them)
{
	for (size_t i = 0; i < LENGTH(failures); i++) {
		live_job(l, failures[i].name, "",
		    arena_printf(l->c.arena, ",\"executor_config\":%s", failures[i].config));
		(void)asked(l, 200, POST,
		    arena_printf(l->c.arena, "/v1/jobs/%s/run", failures[i].name), NULL);
		struct json *e = json_at(executions(l, failures[i].name), 0);
		SAME(member(&l->c, e, "output"), failures[i].output);
		SAME(member(&l->c, e, "success"), "false");
	}
}

LIVE_TEST(engine_job_without_a_known_executor_fails_as_in_dkron)
{
	(void)asked(l, 201, POST, "/v1/jobs", "{\"name\":\"none\",\"schedule\":\"@manually\"}");
	(void)asked(l, 201, POST, "/v1/jobs",
	    "{\"name\":\"odd\",\"schedule\":\"@manually\",\"executor\":\"kafka\"}");
	(void)asked(l, 200, POST, "/v1/jobs/none/run", NULL);
	(void)asked(l, 200, POST, "/v1/jobs/odd/run", NULL);
	HAS(member(&l->c, json_at(executions(l, "none"), 0), "output"),
	    "grpc_agent: No executor defined, nothing to do");
	SAME(member(&l->c, json_at(executions(l, "odd"), 0), "output"),
	    "grpc_agent: Specified executor is not present");
	SOON(hooks_with(l, "at=post&", NULL) == 2);
	IS(hooks_with(l, "&job=none&", NULL), 2); /* a start and no end: Dkron's stream broke */
	IS(hooks_with(l, "&job=odd&", NULL), 3);
}

LIVE_TEST(engine_output_may_be_any_bytes)
{
	live_job(l, "bin", "printf 'a\\000b\\377\\001'", "");
	(void)asked(l, 200, POST, "/v1/jobs/bin/run", NULL);
	struct resp w = ask_live(l, GET, "/v1/jobs/bin/executions", NULL);
	HAS(w.body, "\"output\":\"a\\u0000b\xef\xbf\xbd\\u0001\"");
	SOON(hooks_with(l, "&out=a%00b%FF%01", NULL) == 3);
}

LIVE_TEST(engine_long_output_is_kept_from_its_end_and_cut_on_request)
{
	live_job(l, "big", "seq 1 60000; exit 3", "");
	(void)asked(l, 200, POST, "/v1/jobs/big/run", NULL);
	struct json *all = asked(l, 200, GET, "/v1/jobs/big/executions?output_size_limit=6", NULL);
	SAME(member(&l->c, json_at(all, 0), "output"), "60000\n");
	SAME(member(&l->c, json_at(all, 0), "output_truncated"), "true");
	const char *id = member(&l->c, json_at(all, 0), "id");
	struct json *one = asked(
	    l, 200, GET, arena_printf(l->c.arena, "/v1/jobs/big/executions/%s", id), NULL);
	IS(strlen(member(&l->c, one, "output")), 256000);
	YES(json_get(one, "output_truncated") == NULL);
	IS(ask_live(l, GET, arena_printf(l->c.arena, "/v1/jobs/other/executions/%s", id), NULL)
		.status,
	    404);
}

LIVE_TEST(engine_jobs_see_our_environment_without_our_secrets)
{
	setenv("SIGNALBOX_HOOK_TOKEN", "secret", 1);
	setenv("ENGINE_TEST_MARK", "ours", 1);
	live_start_again(l);
	unsetenv("SIGNALBOX_HOOK_TOKEN");
	live_job(l, "env", "",
	    ",\"executor_config\":{\"shell\":\"true\",\"command\":\"env\",\"env\":\"A=1,B=x "
	    "y,,ENGINE_TEST_MARK=theirs\"}");
	(void)asked(l, 200, POST, "/v1/jobs/env/run", NULL);
	const char *said = member(&l->c, json_at(executions(l, "env"), 0), "output");
	HAS(said, "A=1\n");
	HAS(said, "B=x y\n");
	HAS(said, "ENV_JOB_NAME=env\n");
	HAS(said, "ENGINE_TEST_MARK=theirs\n");
	LACKS(said, "ENGINE_TEST_MARK=ours");
	LACKS(said, "SIGNALBOX_");
}

LIVE_TEST(engine_payload_of_any_size_is_standard_input)
{
	char *payload = arena_alloc(l->c.arena, 400001, 1);

	memset(payload, 'A', 400000);
	live_job(l, "in", "",
	    arena_printf(l->c.arena,
		",\"executor_config\":{\"shell\":\"true\",\"command\":\"wc "
		"-c\",\"payload\":\"%s\"}",
		payload));
	(void)asked(l, 200, POST, "/v1/jobs/in/run", NULL);
	SAME(member(&l->c, json_at(executions(l, "in"), 0), "output"), "300000\n");
}

LIVE_TEST(engine_timeout_kills_the_whole_group)
{
	struct arena *a = l->c.arena;
	const char *command = arena_printf(a, "echo hi; %s & %s", l->nap, l->nap);

	live_job(l, "to", "",
	    arena_printf(a,
		",\"executor_config\":{\"shell\":\"true\",\"command\":\"%s\",\"timeout\":\"2s\"}",
		command));
	(void)asked(l, 200, POST, "/v1/jobs/to/run", NULL);
	SAME(member(&l->c, json_at(executions(l, "to"), 0), "output"),
	    arena_printf(a,
		"signal: killed\nhi\nshell: Job '%s' execution time exceeding defined timeout 2s. "
		"Job was killed",
		command));
	IS(processes_with(l->nap), 0);
}

LIVE_TEST(engine_memory_limit_kills)
{
	live_job(l, "mem", "",
	    ",\"executor_config\":{\"shell\":\"true\",\"command\":\"head -c 60000000 /dev/zero | "
	    "tail -c 60000000 | "
	    "sleep 7302000731\",\"mem_limit\":\"5MB\"}");
	(void)asked(l, 200, POST, "/v1/jobs/mem/run", NULL);
	HAS(member(&l->c, json_at(executions(l, "mem"), 0), "output"),
	    " bytes) exceeding defined limit (5242880 bytes). Job was killed");
}

LIVE_TEST(engine_retries_are_attempts_of_one_group)
{
	live_job(l, "fl", "echo a; exit 2", ",\"retries\":2");
	(void)asked(l, 200, POST, "/v1/jobs/fl/run", NULL);
	struct json *all = executions(l, "fl");
	IS(json_length(all), 3);
	for (size_t i = 0; i < json_length(all); i++) {
		IS(json_int(json_get(json_at(all, i), "attempt")), i + 1);
		SAME(member(&l->c, json_at(all, i), "group"),
		    member(&l->c, json_at(all, 0), "group"));
	}
	SOON(hooks_with(l, "at=post&job=fl&", NULL) == 1);
	IS(hooks_with(l, "at=pre&job=fl&", NULL), 9);
	IS(hooks_with(l, "at=pre&job=fl&", "&end=-6795364578871345152&"),
	    2); /* later ones carry the end before */
	struct json *job = asked(l, 200, GET, "/v1/jobs/fl", NULL);
	SAME(member(&l->c, job, "status"), "failed");
	SAME(member(&l->c, job, "error_count"), "3");
}

LIVE_TEST(engine_success_after_a_failure_is_partial_and_starts_no_dependents)
{
	live_job(l, "pf",
	    arena_printf(l->c.arena, "echo x >> %s/lines; [ $(wc -l < %s/lines) = 2 ]", l->folder,
		l->folder),
	    ",\"retries\":1,\"ephemeral\":true");
	live_job(l, "kid", "true", ",\"parent_job\":\"pf\"");
	(void)asked(l, 200, POST, "/v1/jobs/pf/run", NULL);
	SAME(member(&l->c, asked(l, 200, GET, "/v1/jobs/pf", NULL), "status"), "partially_failed");
	IS(json_length(executions(l, "kid")), 0);
}

TEST(engine_pause_before_a_retry_grows_as_in_dkron)
{
	IS(work_pause_ns(0, 2), 0);
	IS(work_pause_ns(499999999, 2), 0);
	IS(work_pause_ns(500000000, 2), 1000000000);
	IS(work_pause_ns(1000000000, 2), 1500000000);
	IS(work_pause_ns(4100000000, 2), 2500000000);
	IS(work_pause_ns(4100000000, 3), 3000000000);
}

LIVE_TEST(engine_dependents_run_depth_first_after_success)
{
	live_job(l, "p", "true", "");
	live_job(l, "c1", "sleep 0.2", ",\"parent_job\":\"p\"");
	live_job(l, "off", "true", ",\"parent_job\":\"p\",\"disabled\":true");
	live_job(l, "c2", "exit 1", ",\"parent_job\":\"p\"");
	live_job(l, "c3", "true", ",\"parent_job\":\"p\"");
	live_job(l, "g", "true", ",\"parent_job\":\"c1\"");
	(void)asked(l, 200, POST, "/v1/jobs/p/run", NULL);
	static const char *const order[] = { "p", "c1", "g", "c2", "c3" };
	const char *last = "";
	for (size_t i = 0; i < LENGTH(order); i++) {
		struct json *all = executions(l, order[i]);
		IS(json_length(all), 1);
		const char *started = member(&l->c, json_at(all, 0), "id");
		YES(strcmp(started, last) > 0);
		last = started;
	}
	IS(json_length(executions(l, "off")), 0);
	SAME(ask_live(l, GET, "/v1/busy", NULL).body, "[]");
}

LIVE_TEST(engine_busy_shows_the_last_words_of_what_runs)
{
	live_run_job(l, "slow", "echo a; sleep 0.3; echo b; sleep 30", "");
	SOON(strstr(ask_live(l, GET, "/v1/busy", NULL).body, "\"output\":\"b\\n\"") != NULL);
	struct json *busy = asked(l, 200, GET, "/v1/busy", NULL);
	IS(json_length(busy), 1);
	SAME(member(&l->c, json_at(busy, 0), "finished_at"), "0001-01-01T00:00:00Z");
	SAME(member(&l->c, json_at(executions(l, "slow"), 0), "output"), "");
}

LIVE_TEST(engine_ephemeral_job_goes_after_its_first_success)
{
	live_job(l, "once", "true", ",\"ephemeral\":true");
	live_job(l, "not", "exit 1", ",\"ephemeral\":true");
	(void)asked(l, 200, POST, "/v1/jobs/once/run", NULL);
	(void)asked(l, 200, POST, "/v1/jobs/not/run", NULL);
	SOON(ask_live(l, GET, "/v1/jobs/once", NULL).status == 404);
	IS(ask_live(l, GET, "/v1/jobs/not", NULL).status, 200);
	SOON(hooks_with(l, "at=post&job=once&", NULL) == 1);
}

LIVE_TEST(engine_job_deleted_while_it_runs_ends_without_a_last_word)
{
	live_run_job(l, "gone", "echo x; sleep 0.6; exit 1", ",\"retries\":3");
	SOON(hooks_with(l, "&job=gone&", "&out=x%0A") == 1);
	(void)asked(l, 200, DELETE, "/v1/jobs/gone", NULL);
	SOON(hooks_with(l, "&job=gone&", "&out=exit+status+1%0Ax%0A") == 1);
	live_pause_ms(300);
	IS(hooks_with(l, "at=post&job=gone&", NULL), 0);
	live_job(l, "gone", "true", "");
	IS(json_length(executions(l, "gone")), 0);
}

LIVE_TEST(engine_keeps_the_last_hundred_executions)
{
	live_job(l, "many", "true", "");
	for (int i = 0; i < 104; i++)
		(void)asked(l, 200, POST, "/v1/jobs/many/run", NULL);
	IS(json_length(executions(l, "many")), 100);
	struct json *job = asked(l, 200, DELETE, "/v1/jobs/many/executions", NULL);
	SAME(member(&l->c, job, "success_count"), "0");
	SAME(member(&l->c, job, "status"), "success");
	SAME(ask_live(l, GET, "/v1/jobs/many/executions", NULL).body, "[]");
}

LIVE_TEST(engine_executions_sort)
{
	live_job(l, "fl", "exit 1", ",\"retries\":1");
	(void)asked(l, 200, POST, "/v1/jobs/fl/run", NULL);
	static const struct {
		const char *query, *first;
	} cases[] = { { "", "2" }, { "?_order=ASC", "1" }, { "?_sort=id&_order=ASC", "1" },
		{ "?_sort=attempt", "2" }, { "?_sort=finished_at&_order=ASC", "1" } };
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct json *all = asked(l, 200, GET,
		    arena_printf(l->c.arena, "/v1/jobs/fl/executions%s", cases[i].query), NULL);
		SAME(member(&l->c, json_at(all, 0), "attempt"), cases[i].first);
	}
	SAME(ask_live(l, GET, "/v1/jobs/fl/executions?_sort=bogus", NULL).body, "[]");
}
