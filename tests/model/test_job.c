#include <inttypes.h>
#include <string.h>

#include "model/given.h"

static struct job_edit merging(struct ctx *c, const char *name, int64_t version, const char *json)
{
	return (struct job_edit){
		.name = name, .version = version, .how = JOB_MERGE, .input = json_of(c, json)
	};
}

SITE_TEST(a_job_is_made)
{
	struct job job, again;
	struct revision *revisions = NULL;
	size_t n = 0;

	given_member(c, "ops", "marta", ROLE_EDITOR);
	act_as(c, "marta");
	IS(job_add(c, "hello", NULL, json_of(c, SHELL_JOB), "because", &job), OK);
	SAME(job.name, "hello");
	SAME(job.team, "ops");
	IS(job.version, 1);
	SAME(job.sync, "pending");
	SAME(job.updated_by, "marta");
	IS(job.created_us, c->now_us);
	YES(job.next_us.set && job.next_us.value > c->now_us && !job.run_id.set);
	IS(job.role, ROLE_EDITOR);
	IS(job_get(c, "hello", &again), OK);
	YES(json_equal(job.spec, again.spec));
	IS(job_revisions(c, "hello", &revisions, &n), OK);
	IS(n, 1);
	SAME(revisions[0].reason, "because");
	SAME(revisions[0].actor, "marta");
	HAS(revisions[0].spec_text, "\"team\": \"ops\"");
	AUDITED("job_add", "job:hello", 1);
	YES(holds(c,
	    "(SELECT next_at FROM job_now JOIN job ON id = job_id WHERE name = 'hello') = "
	    "at(%" PRId64 ")",
	    job.next_us.value));
	YES(holds(c, "(SELECT wanted FROM outbox WHERE job_name = 'hello') = 1"));
}

SITE_TEST(a_wrong_job_is_not_made)
{
	struct job job;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	static const struct {
		const char *name, *team, *input, *reason, *field;
		enum err err;
	} wrong[] = {
		{ "Hello", NULL, SHELL_JOB, NULL, "name", ERR_INVALID },
		{ "new", NULL, SHELL_JOB, NULL, "name",
		    ERR_INVALID }, /* its page would be the form */
		{ "", NULL, SHELL_JOB, NULL, "name", ERR_INVALID },
		{ "hello", NULL, SHELL_JOB, NULL, "name", ERR_CONFLICT },
		{ "other", "nowhere", SHELL_JOB, NULL, "team", ERR_INVALID },
		{ "other", NULL, "{\"schedule\":\"@daily\"}", NULL, "executor", ERR_INVALID },
		{ "other", NULL, SHELL_JOB, "a\x01", "reason", ERR_INVALID },
		{ "other", NULL,
		    "{\"parent_job\":\"none\",\"executor\":\"shell\",\"executor_config\":{"
		    "\"command\":\"x\"}}",
		    NULL, "parent_job", ERR_INVALID },
		{ "other", NULL,
		    "{\"parent_job\":\"other\",\"executor\":\"shell\",\"executor_config\":{"
		    "\"command\":\"x\"}}",
		    NULL, "parent_job", ERR_INVALID },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(job_add(c, wrong[i].name, wrong[i].team, json_of(c, wrong[i].input),
		       wrong[i].reason, &job),
		    wrong[i].err);
		SAME(c->fault.field, wrong[i].field);
	}
	YES(holds(c, "(SELECT count(*) FROM job) = 1 AND (SELECT count(*) FROM revision) = 1"));
	YES(holds(c, "(SELECT count(*) FROM audit WHERE object LIKE 'job:%%') = 1 AND (SELECT "
		     "count(*) FROM outbox) = 1"));
}

SITE_TEST(a_change_makes_a_version_a_revision_and_an_audit_row)
{
	struct job job;
	struct revision *revisions = NULL;
	size_t n = 0;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	c->now_us += US_PER_S;
	struct job_edit edit = merging(c, "hello", 1, "{\"retries\":3,\"schedule\":\"@daily\"}");
	edit.reason = "more often";
	IS(job_edit(c, &edit, &job), OK);
	IS(job.version, 2);
	IS(job.updated_us, c->now_us);
	YES(job.updated_us > job.created_us);
	IS(json_int(json_get(job.spec, "retries")), 3);
	SAME(json_text(json_get(json_get(job.spec, "executor_config"), "command")), "echo hi");
	IS(job_revisions(c, "hello", &revisions, &n), OK);
	IS(n, 2);
	IS(revisions[0].version, 2);
	SAME(revisions[0].reason, "more often");
	YES(holds(c,
	    "(SELECT before = '{\"retries\": 0, \"schedule\": \"@hourly\", \"version\": 1}' AND "
	    "after = '{\"reason\": \"more often\", \"retries\": 3, \"schedule\": \"@daily\", "
	    "\"version\": 2}' FROM audit WHERE "
	    "verb = 'job_edit')"));
	YES(holds(c, "(SELECT wanted FROM outbox WHERE job_name = 'hello') = 2"));
}

SITE_TEST(a_change_that_changes_nothing_makes_no_version)
{
	struct job job;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	struct job_edit edit = merging(c, "hello", 1,
	    "{\"retries\":0,\"concurrency\":\"\",\"tags\":null,\"team\":\"x\",\"version\":9}");
	IS(job_edit(c, &edit, &job), OK);
	IS(job.version, 1);
	edit.how = JOB_REPLACE;
	edit.input = job_json(c, &job);
	edit.team = "ops";
	IS(job_edit(c, &edit, &job), OK);
	IS(job.version, 1);
	AUDITED("job_edit", "job:hello", 0);
}

SITE_TEST(what_get_answers_can_be_put_back)
{
	struct job job;
	static const char full[] =
	    "{\"displayname\":\"Nightly\",\"schedule\":\"0 30 2 * * "
	    "*\",\"timezone\":\"Europe/Madrid\",\"executor\":\"http\","
	    "\"executor_config\":{\"method\":\"POST\",\"url\":\"https://example.org/"
	    "\",\"headers\":\"[\\\"A: b\\\"]\"},\"disabled\":true,"
	    "\"tags\":{\"a\":\"b:1\"},\"metadata\":{\"k\":\"v\"},\"retries\":2,\"processors\":{"
	    "\"log\":{\"forward\":\"true\"}},"
	    "\"concurrency\":\"forbid\",\"ephemeral\":true,\"starts_at\":\"2030-01-01T00:00:00Z\","
	    "\"expires_at\":\"2031-01-01T00:00:00.5Z\","
	    "\"owner\":\"o\",\"owner_email\":\"o@example.org\",\"description\":\"d\",\"notify\":"
	    "true,\"approvals\":0,\"keep_days\":30,\"drift\":\"revert\"}";

	act_as_cli(c);
	IS(job_add(c, "hello", NULL, json_of(c, full), NULL, &job), OK);
	struct json *shown = job_json(c, &job), *value = NULL, *input = json_of(c, full);
	const char *key = NULL;
	for (size_t i = 0; json_member(input, i, &key, &value); i++)
		if (!json_equal(value, json_get(shown, key)))
			FAIL("%s was not kept", key);
	struct job_edit edit = {
		.name = "hello", .version = 1, .how = JOB_REPLACE, .team = "ops", .input = shown
	};
	IS(job_edit(c, &edit, &job), OK);
	IS(job.version, 1);
}

SITE_TEST(a_job_is_shown_as_the_interface_says)
{
	static const char *const keys[] = { "name", "displayname", "schedule", "timezone",
		"executor", "executor_config", "disabled", "tags", "metadata", "retries",
		"parent_job", "processors", "concurrency", "ephemeral", "starts_at", "expires_at",
		"owner", "owner_email", "team", "description", "notify", "approvals", "keep_days",
		"drift", "version", "next", "sync", "last_run", "created_at", "updated_at",
		"updated_by" };
	struct job job;

	act_as_cli(c);
	job = given_job(c, "ops", "hello");
	struct json *shown = job_json(c, &job);
	IS(json_length(shown), LENGTH(keys));
	for (size_t i = 0; i < LENGTH(keys); i++)
		if (json_get(shown, keys[i]) == NULL)
			FAIL("no %s", keys[i]);
	SAME(json_text(json_get(json_get(shown, "sync"), "state")), "pending");
	IS(json_type(json_get(json_get(shown, "sync"), "reason")), JSON_NULL);
	IS(json_type(json_get(shown, "last_run")), JSON_NULL);
	IS(json_int(json_get(shown, "version")), 1);
	SAME(json_text(json_get(shown, "updated_by")), "cli");
	job.spec = NULL; /* as in a list */
	YES(json_equal(shown, job_json(c, &job)));
}

SITE_TEST(the_second_of_two_editors_is_told)
{
	struct job job;

	given_member(c, "ops", "marta", ROLE_EDITOR);
	given_member(c, "ops", "jan", ROLE_EDITOR);
	act_as(c, "marta");
	given_job(c, "ops", "hello");
	struct job_edit hers = merging(c, "hello", 1, "{\"retries\":3,\"schedule\":\"@daily\"}");
	IS(job_edit(c, &hers, &job), OK);
	act_as(c, "jan");
	struct job_edit his = merging(c, "hello", 1, "{\"retries\":5}");
	IS(job_edit(c, &his, &job), ERR_STALE);
	HAS(c->fault.detail, "marta saved version 2 at ");
	HAS(c->fault.detail, "changed Schedule and Retries.");
	IS(job_delete(c, "hello", 1), ERR_STALE);
	his.version = 7;
	IS(job_edit(c, &his, &job), ERR_STALE);
	IS(job_get(c, "hello", &job), OK);
	IS(json_int(json_get(job.spec, "retries")), 3);
	his.version = 0;
	IS(job_edit(c, &his, &job), OK);
	IS(json_int(json_get(job.spec, "retries")), 5);
	his.version = 2; /* stale, and wrong besides: stale says more */
	his.input = json_of(c, "{\"retries\":\"x\"}");
	IS(job_edit(c, &his, &job), ERR_STALE);
}

SITE_TEST(a_wrong_edit_changes_nothing)
{
	struct job before, after;
	static const struct {
		const char *input, *field;
	} wrong[] = {
		{ "{\"retries\":\"3\"}", "retries" },
		{ "{\"schedule\":\"daily\"}", "schedule" },
		{ "{\"executor_config\":{\"command\":null}}", "executor_config.command" },
		{ "{\"parent_job\":\"hello\"}", "parent_job" },
		{ "{\"parent_job\":\"nobody\"}", "parent_job" },
		{ "{\"name\":\"other\"}", "name" },
		{ "{\"colour\":1}", "colour" },
	};

	act_as_cli(c);
	before = given_job(c, "ops", "hello");
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct job_edit edit = merging(c, "hello", 1, wrong[i].input);
		IS(job_edit(c, &edit, &after), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	IS(job_get(c, "hello", &after), OK);
	IS(after.version, 1);
	SAME(after.spec_text, before.spec_text);
	AUDITED("job_edit", "job:hello", 0);
}

/* Every role (0: none) against everything that one can do to a job; what may not be done is not
 * seen or forbidden, with a sentence that names team and role. */
SITE_TEST(rights_are_those_of_the_role)
{
	struct job job;
	struct revision *revisions = NULL;
	size_t n = 0;

	given_team(c, "billing");
	given_account(c, "stranger", false);
	for (int role = ROLE_VIEWER; role <= ROLE_MANAGER; role++)
		given_member(c, "billing", role_name((enum role)role), (enum role)role);
	act_as_cli(c);
	given_job(c, "billing", "pay");
	for (int role = ROLE_NONE; role <= ROLE_MANAGER; role++) {
		enum err read = role == ROLE_NONE ? ERR_NOT_FOUND : OK;
		enum err change = role == ROLE_NONE    ? ERR_NOT_FOUND
				  : role < ROLE_EDITOR ? ERR_FORBIDDEN
						       : OK;
		const char *name = arena_printf(c->arena, "new-%d", role);
		act_as(c, role == ROLE_NONE ? "stranger" : role_name((enum role)role));
		struct job_edit edit = merging(
		    c, "pay", 0, arena_printf(c->arena, "{\"retries\":%d}", role + 1));
		IS(job_get(c, "pay", &job), read);
		IS(job_revisions(c, "pay", &revisions, &n), read);
		IS(job_edit(c, &edit, &job), change);
		if (change == ERR_FORBIDDEN)
			SAME(c->fault.detail, "Changing jobs of billing needs the role editor.");
		IS(job_set_disabled(c, "pay", role % 2 == 0, &job), change);
		IS(job_restore(c, "pay", 1, 0, &job), change);
		IS(job_add(c, name, "billing", json_of(c, SHELL_JOB), NULL, &job),
		    role == ROLE_NONE ? ERR_INVALID : change);
		IS(job_delete(c, change == OK ? name : "pay", 0), change);
		IS(job_delete(c, "never-made", 0), ERR_NOT_FOUND);
	}
	act_as(c, "viewer");
	IS(job_get(c, "pay", &job), OK);
	IS(job_need(c, &job, ROLE_VIEWER), OK);
	IS(job_need(c, &job, ROLE_OPERATOR), ERR_FORBIDDEN);
	SAME(c->fault.detail, "Running jobs of billing needs the role operator.");
}

SITE_TEST(a_token_does_no_more_than_its_scope)
{
	struct job job;

	given_member(c, "ops", "marta", ROLE_MANAGER);
	act_as_cli(c);
	given_job(c, "ops", "hello");
	act_as(c, "marta");
	c->actor.session_id = 0;
	c->actor.token_id = 1;
	c->actor.scope = SCOPE_RUN;
	struct job_edit edit = merging(c, "hello", 0, "{\"retries\":1}");
	IS(job_get(c, "hello", &job), OK);
	IS(job_need(c, &job, ROLE_OPERATOR), OK);
	IS(job_edit(c, &edit, &job), ERR_FORBIDDEN);
	IS(job_delete(c, "hello", 0), ERR_FORBIDDEN);
	c->actor.scope = SCOPE_WRITE;
	IS(job_edit(c, &edit, &job), OK);
}

SITE_TEST(a_job_moves_to_a_team_that_one_may_edit)
{
	struct job job;

	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_EDITOR);
	IS(team_member(c, "data", "marta", ROLE_VIEWER), OK);
	act_as(c, "marta");
	given_job(c, "billing", "pay");
	struct job_edit edit = merging(c, "pay", 0, "{}");
	edit.team = "data";
	IS(job_edit(c, &edit, &job), ERR_FORBIDDEN);
	edit.team = "ops";
	IS(job_edit(c, &edit, &job), ERR_INVALID);
	SAME(c->fault.field, "team");
	act_as_cli(c);
	IS(team_member(c, "data", "marta", ROLE_EDITOR), OK);
	act_as(c, "marta");
	edit.team = "data";
	IS(job_edit(c, &edit, &job), OK);
	SAME(job.team, "data");
	IS(job.version, 2);
	YES(holds(c, "(SELECT before->>'team' = 'billing' AND after->>'team' = 'data' FROM audit "
		     "WHERE verb = 'job_edit')"));
	IS(job_restore(c, "pay", 1, 0, &job), OK);
	SAME(job.team, "billing");
}

SITE_TEST(a_revision_is_restored_as_a_new_one)
{
	struct job job;
	struct revision *revisions = NULL;
	size_t n = 0;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	struct job_edit edit = merging(
	    c, "hello", 0, "{\"schedule\":\"@daily\",\"tags\":{\"a\":\"b\"}}");
	IS(job_edit(c, &edit, &job), OK);
	IS(job_restore(c, "hello", 1, 0, &job), OK);
	IS(job.version, 3);
	SAME(json_text(json_get(job.spec, "schedule")), "@hourly");
	IS(json_length(json_get(job.spec, "tags")), 0);
	IS(job_revisions(c, "hello", &revisions, &n), OK);
	SAME(revisions[0].reason, "version 1 restored");
	AUDITED("job_restore", "job:hello", 1);
	IS(job_restore(c, "hello", 9, 0, &job), ERR_NOT_FOUND);
	IS(job_restore(c, "hello", 3, 0, &job), OK);
	IS(job.version, 3);
}

SITE_TEST(a_job_is_switched_off_and_on)
{
	struct job job;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	IS(job_set_disabled(c, "hello", true, &job), OK);
	YES(job.disabled && !job.next_us.set);
	IS(job.version, 2);
	IS(job_set_disabled(c, "hello", true, &job), OK);
	IS(job.version, 2);
	IS(job_set_disabled(c, "hello", false, &job), OK);
	YES(!job.disabled && job.next_us.set);
	AUDITED("job_disable", "job:hello", 1);
	AUDITED("job_enable", "job:hello", 1);
}

SITE_TEST(a_deleted_job_leaves_its_runs_and_word_for_the_engine)
{
	struct job job;

	act_as_cli(c);
	job = given_job(c, "ops", "hello");
	YES(holds(c, "true"));
	IS(db_script(c, "INSERT INTO run (job_id, job_name, team_id, state, trigger, "
			"dispatched_at, finished_at) "
			"SELECT id, name, team_id, s, 'manual', d, f FROM job, (VALUES ('queued', "
			"NULL, NULL), "
			"('queued', now(), NULL), ('succeeded', now(), now())) v (s, d, f) WHERE "
			"name = 'hello'"),
	    OK);
	IS(job_delete(c, "hello", job.version), OK);
	IS(job_get(c, "hello", &job), ERR_NOT_FOUND);
	YES(holds(c, "(SELECT array_agg(state ORDER BY id) = '{stopped,queued,succeeded}' AND "
		     "bool_and(job_id IS NULL) "
		     "FROM run WHERE job_name = 'hello')"));
	YES(holds(c, "(SELECT reason LIKE '%%deleted%%' AND finished_at IS NOT NULL FROM run WHERE "
		     "state = 'stopped')"));
	YES(holds(
	    c, "(SELECT job_id IS NULL AND wanted = 2 FROM outbox WHERE job_name = 'hello')"));
	YES(holds(c, "(SELECT before->'spec'->>'schedule' = '@hourly' FROM audit WHERE verb = "
		     "'job_delete')"));
	IS(job_delete(c, "hello", 0), ERR_NOT_FOUND);
	job = given_job(c, "ops", "hello");
	IS(job.version, 1);
}
