/* The engine's pages: how it stands, the plan, jobs that are not ours, finished jobs, a drift. */

#include "lib/fake_server.h"
#include "model/given_run.h"
#include "model/outbox.h"
#include "view/view.h"
#include "web/admin/admin.h"

static void given_page(struct ctx *c)
{
	IS(view_setup(c, site_config.templates), OK);
	view_watch();
	ask_site = &admin_site;
	given_team(c, "crew");
	IS(db_script(c, "INSERT INTO account (id, name, admin) OVERRIDING SYSTEM VALUE VALUES "
			"(1000002, 'boss', true), (1000001, 'some', false)"),
	    OK);
}

static struct resp shown(struct ctx *c, const char *target)
{
	struct resp w = ask(c, AS_ADMIN, GET, target, NULL);
	const char *missing = view_missing();

	IS(w.status, 200);
	SAME(missing != NULL ? missing : "", "");
	return w;
}

static void given_drift(struct ctx *c, const char *engine, const char *fields)
{
	given_scheduled(c, "hello", "@hourly", "");
	IS(db_script(c,
	       arena_printf(c->arena,
		   "UPDATE outbox SET state = 'drifted', done = wanted, reason = 'changed'; "
		   "INSERT INTO drift (job_name, job_id, version, engine, fields) SELECT name, id, "
		   "1, %s, '%s' FROM job",
		   engine, fields)),
	    OK);
}

#define CHANGED                                                                              \
	"'{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"<b>\"},\"metadata\":{\"signalbox\":\"signalbox\"}}'"

SITE_TEST(the_engine_page_stands_before_anybody_has_looked)
{
	given_page(c);
	HAS(shown(c, "/settings/engine").body, "Not seen yet");
}

SITE_TEST(the_engine_page_shows_state_nodes_and_what_differs)
{
	given_page(c);
	given_drift(c, "NULL", "it was gone");
	IS(db_script(c,
	       "INSERT INTO engine_state (kind, version, leader, reachable, nodes) VALUES "
	       "('dkron', "
	       "'4.1.2', 'n1', true, '[{\"name\":\"n1\",\"address\":\"10.0.0.1\",\"status\":"
	       "\"alive\",\"server\":true}]'); UPDATE comparison SET began_at = now(), ended_at = "
	       "now(), jobs = 1, unmanaged = 3, problem = 'it stopped'"),
	    OK);
	struct resp w = shown(c, "/settings/engine");
	HAS(w.body, "Dkron 4.1.2 answers, leader n1");
	HAS(w.body, "10.0.0.1");
	HAS(w.body, "gone from the engine");
	HAS(w.body, "it stopped");
	HAS(w.body, "3 jobs on the engine");
}

SITE_TEST(resync_asks_work_to_compare_now)
{
	given_page(c);
	struct resp w = ask(c, AS_ADMIN, POST, "/settings/engine/resync", NULL);
	IS(w.status, 303);
	YES(holds(c, "(SELECT asked_at IS NOT NULL FROM comparison)"));
	AUDITED("engine_resync", "engine", 1);
	HAS(shown(c, "/settings/engine").body, "Asked for by admin");
	IS(ask(c, AS_SOMEBODY, GET, "/settings/engine", NULL).status, 403);
	IS(ask(c, AS_SOMEBODY, POST, "/settings/engine/resync", NULL).status, 403);
}

SITE_TEST(a_plan_says_when_the_engine_does_not_answer)
{
	given_page(c);
	struct resp w = ask(c, AS_ADMIN, GET, "/settings/engine/plan", NULL);
	IS(w.status, 503);
	HAS(w.body, "The engine does not answer");
}

SITE_TEST(the_plan_page_shows_each_write)
{
	static const struct fake_rule rules[] = { { "GET /v1/jobs?_sort=name", 200,
	    "[{\"name\":\"changed\",\"schedule\":\"@daily\",\"metadata\":{\"signalbox\":"
	    "\"signalbox\"}},{\"name\":\"theirs\",\"schedule\":\"@daily\"}]",
	    0, 0 } };
	struct config config = site_config;
	struct fake_server engine;

	given_page(c);
	given_scheduled(c, "changed", "@hourly", "");
	given_scheduled(c, "theirs", "@hourly", "");
	given_scheduled(c, "new-one", "@hourly", "");
	fake_start(&engine, rules, LENGTH(rules));
	config.dkron_url = arena_printf(c->arena, "http://127.0.0.1:%d", engine.port);
	c->config = &config;
	struct resp w = shown(c, "/settings/engine/plan");
	HAS(w.body, "2 jobs");
	HAS(w.body, "<strong>Create</strong>");
	HAS(w.body, "<strong>Change</strong>");
	HAS(w.body, "@daily");
	HAS(w.body, "<a href=\"/jobs/theirs\">theirs</a>");
	HAS(w.body, "not ours");
	c->config = &site_config;
	fake_stop(&engine);
}

SITE_TEST(jobs_that_are_not_ours_are_picked_and_adopted)
{
	given_page(c);
	IS(db_script(c,
	       "INSERT INTO unmanaged (name, definition, blocked) VALUES ('free', "
	       "'{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	       "\"true\"}}', NULL), ('stuck', '{\"parent_job\":\"x\",\"disabled\":true,"
	       "\"executor\":\"http\"}', 'it is blocked')"),
	    OK);
	struct resp w = shown(c, "/settings/engine/unmanaged");
	HAS(w.body, "value=\"free\"");
	LACKS(w.body, "value=\"stuck\"");
	HAS(w.body, "it is blocked");
	w = ask(c, AS_ADMIN, POST, "/settings/engine/unmanaged", "team", "crew", "pick", "free",
	    "pick", "stuck", NULL);
	IS(w.status, 409);
	HAS(w.body, "1 not adopted");
	w = ask(c, AS_ADMIN, POST, "/settings/engine/unmanaged", "team", "crew", "pick", "stuck",
	    "as", "Not a name!", NULL);
	IS(w.status, 409);
	HAS(w.body, "<strong>stuck</strong>: name");
	IS(db_script(c,
	       "INSERT INTO unmanaged (name, definition, blocked) VALUES ('Not ours!', "
	       "'{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	       "\"true\"}}', 'its name is none')"),
	    OK);
	HAS(shown(c, "/settings/engine/unmanaged").body, "Adopt one under another name");
	w = ask(c, AS_ADMIN, POST, "/settings/engine/unmanaged", "team", "crew", "pick",
	    "Not ours!", "as", "now-ours", "reason", "a better name", NULL);
	IS(w.status, 200);
	HAS(w.body, "1 job is adopted into crew.");
	YES(holds(c, "(SELECT reason = 'a better name' FROM revision r JOIN job j ON j.id = "
		     "r.job_id WHERE j.name = 'now-ours')"));
	YES(holds(
	    c, "(SELECT job_name = 'now-ours' FROM takeover WHERE engine_name = 'Not ours!')"));
	w = shown(c, "/settings/engine/unmanaged?q=nothing-like-it");
	HAS(w.body, "No name holds that");
}

SITE_TEST(a_family_is_asked_for_where_others_must_agree)
{
	given_page(c);
	IS(db_script(c,
	       "INSERT INTO unmanaged (name, definition) VALUES ('mum', "
	       "'{\"schedule\":\"@daily\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	       "\"echo mum\"}}'), ('kid', "
	       "'{\"parent_job\":\"mum\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	       "\"echo kid\"}}');"
	       "UPDATE team SET approvals = 1 WHERE name = 'crew'"),
	    OK);
	struct resp w = ask(c, AS_ADMIN, POST, "/settings/engine/unmanaged", "team", "crew", "pick",
	    "mum", "pick", "kid", NULL);
	IS(w.status, 200);
	HAS(w.body, "<strong>mum</strong>, and 1 job along with it: <a href=\"/tasks/");
	HAS(w.body, "waits for the approval of 1 other");
	HAS(w.body, "asked for</a>, waits for approval");
	LACKS(w.body, "not adopted");
	const char *path = arena_strndup(c->arena, strstr(w.body, "\"/tasks/") + 1, 7 + 36);
	w = shown(c, path);
	HAS(w.body, "Adopt mum and 1 more");
	HAS(w.body, "is taken over: mum and 1 job that runs after it, parents first");
	HAS(w.body, "<h2 id=\"along\">Along with it <span class=\"count\">1 job</span></h2>");
	HAS(w.body, "<h3>kid <span class=\"count\">after mum</span></h3>");
	HAS(w.body, "echo kid");
	w = ask(c, AS_ADMIN, POST, path, "do", "cancel", "comment", "", NULL);
	IS(w.status, 303);
	HAS(shown(c, path).body,
	    "Nothing was taken over: mum and 1 job that runs after it stay on the engine as "
	    "before, unmanaged.");
	LACKS(shown(c, "/settings/engine/unmanaged").body, "waits for approval");
	w = ask(c, AS_ADMIN, POST, "/settings/engine/unmanaged", "team", "crew", "pick", "mum",
	    "as", "dad", NULL);
	IS(w.status, 200);
	HAS(w.body, "<strong>mum</strong>, and 1 job along with it: <a href=\"/tasks/");
	YES(holds(c, "NOT EXISTS (SELECT FROM job WHERE name IN ('mum', 'dad', 'kid'))"));
}

SITE_TEST(finished_jobs_are_named_before_they_go)
{
	given_page(c);
	given_scheduled(c, "at-over", "@at 2020-01-02T03:04:05Z", "");
	HAS(shown(c, "/settings/engine/cleanup").body, "Nothing to clean up");
	HAS(shown(c, "/settings/engine/cleanup?days=0").body, "Delete 1 job?");
	struct resp w = ask(c, AS_ADMIN, POST, "/settings/engine/cleanup", "days", "0", NULL);
	IS(w.status, 303);
	YES(holds(c, "NOT EXISTS (SELECT FROM job)"));
}

SITE_TEST(a_job_page_shows_a_drift_field_by_field_and_settles_it)
{
	given_page(c);
	given_drift(c, CHANGED, "schedule, executor_config");
	struct resp w = shown(c, "/jobs/hello");
	HAS(w.body, "Changed on the engine");
	HAS(w.body, "@daily");
	HAS(w.body, "&lt;b&gt;");
	HAS(w.body, "/jobs/hello/adopt");
	w = ask(c, AS_ADMIN, POST, "/jobs/hello/adopt", "reason", "they were right", NULL);
	IS(w.status, 303);
	YES(holds(c, "(SELECT reason = 'they were right' FROM revision WHERE version = 2)"));
	SAME(resp_find(&w, "Location"), "/jobs/hello?done=adopted");
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/revert", NULL).status, 409);
}

SITE_TEST(a_drift_is_reverted_only_as_it_was_seen)
{
	given_page(c);
	given_drift(c, CHANGED, "schedule, executor_config");
	const char *form = strstr(shown(c, "/jobs/hello").body, "action=\"/jobs/hello/revert\"");
	YES(form != NULL);
	HAS(arena_strndup(c->arena, form, strcspn(form, "\n")), "name=\"version\" value=\"1\"");
	/* Somebody else saves, and the engine's copy is changed once more. */
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/disable", NULL).status, 303);
	IS(db_script(c, "UPDATE outbox SET state = 'drifted', done = wanted; UPDATE drift SET "
			"version = 2"),
	    OK);
	struct resp w = ask(c, AS_ADMIN, POST, "/jobs/hello/revert", "version", "1", NULL);
	IS(w.status, 412);
	HAS(w.body, "Meanwhile ");
	HAS(w.body, "saved version 2");
	YES(holds(c, "(SELECT state = 'drifted' FROM outbox)"));
	AUDITED("job_drift_reverted", "job:hello", 0);
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/revert", "version", "x", NULL).status, 422);
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/revert", "version", "2", NULL).status, 303);
	YES(holds(c, "(SELECT state = 'pending' FROM outbox)"));
}

SITE_TEST(a_job_page_says_that_the_job_is_gone_and_puts_it_back)
{
	given_page(c);
	given_drift(c, "NULL", "it was gone");
	struct resp w = shown(c, "/jobs/hello");
	HAS(w.body, "Gone from the engine");
	LACKS(w.body, "/jobs/hello/adopt");
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/adopt", NULL).status, 409);
	IS(ask(c, AS_ADMIN, POST, "/jobs/hello/revert", NULL).status, 303);
	YES(holds(c, "(SELECT state = 'pending' FROM outbox)"));
}

SITE_TEST(what_cannot_be_adopted_is_told_on_the_jobs_page)
{
	given_page(c);
	given_drift(c,
	    "'{\"schedule\":\"nonsense\",\"executor\":\"shell\",\"executor_config\":{\"command\":"
	    "\"true\"},\"metadata\":{\"signalbox\":\"signalbox\"}}'",
	    "schedule");
	struct resp w = ask(c, AS_ADMIN, POST, "/jobs/hello/adopt", NULL);
	IS(w.status, 422);
	HAS(w.body, "What the engine has cannot be adopted: schedule");
}
