/* What a whole definition does that its author may not expect. */

#include "model/given_run.h"
#include "model/job_lint.h"

/* Codes of the warnings, and those of notes in brackets: "credential (disabled)". */
static const char *codes(struct ctx *c, const char *name, const char *fields)
{
	struct job_warning *w = NULL;
	struct json *spec = NULL;
	const char *words = "";
	size_t n = 0;

	if (spec_draft(c, name, NULL, json_of(c, fields), &spec) != OK)
		return ctx_fault(c);
	IS(job_lint(c, name, spec, &w, &n), OK);
	for (size_t i = 0; i < n; i++)
		words = arena_printf(c->arena, w[i].note ? "%s%s(%s)" : "%s%s%s", words,
		    i > 0 ? " " : "", w[i].code);
	return words;
}

static void given_engine(struct ctx *c, const char *kind, const char *nodes)
{
	IS(db_script(c, arena_printf(c->arena,
			    "DELETE FROM engine_state; INSERT INTO engine_state (kind, version, "
			    "leader, nodes, reachable) VALUES ('%s', '4.1.2', 'n1', '%s', true)",
			    kind, nodes)),
	    OK);
}

#define SHELL(command)                                                       \
	"\"executor\":\"shell\",\"executor_config\":{\"command\":\"" command \
	"\",\"shell\":\"true\"}"
#define DAILY "\"schedule\":\"0 0 4 * * *\","

SITE_TEST(a_plain_job_has_no_warning)
{
	act_as_cli(c);
	given_engine(c, "embedded", "[{}]");
	SAME(codes(c, "plain", "{" DAILY SHELL("echo hello") "}"), "");
	SAME(codes(c, "", "{}"), "");
}

SITE_TEST(schedules_beside_other_fields_are_looked_at)
{
	act_as_cli(c);
	SAME(codes(c, "x", "{\"schedule\":\"@daily\",\"parent_job\":\"p\"," SHELL("x") "}"),
	    "(schedule_unused)");
	SAME(codes(c, "x", "{" DAILY "\"disabled\":true," SHELL("x") "}"), "(disabled)");
	SAME(codes(c, "x", "{" DAILY "\"expires_at\":\"2001-01-01T00:00:00Z\"," SHELL("x") "}"),
	    "expired");
	SAME(codes(c, "x",
		 "{\"schedule\":\"@at "
		 "2099-01-02T00:00:00Z\",\"expires_at\":\"2099-01-01T00:00:00Z\"," SHELL("x") "}"),
	    "expired");
	SAME(codes(c, "x", "{\"schedule\":\"* * * * * *\"," SHELL("x") "}"), "too_often");
	SAME(codes(c, "x", "{\"schedule\":\"half\"," SHELL("x") "}"), "");
}

SITE_TEST(tags_that_match_too_much_or_nothing_are_told)
{
	act_as_cli(c);
	given_engine(c, "dkron", "[{},{}]");
	SAME(codes(c, "x", "{" DAILY SHELL("x 2>&1") "}"), "every_node");
	SAME(codes(c, "x", "{" DAILY "\"tags\":{\"dc\":\"one\"}," SHELL("x 2>&1") "}"),
	    "every_node");
	SAME(codes(c, "x", "{" DAILY "\"tags\":{\"dc\":\"one:1\"}," SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "x", "{" DAILY "\"tags\":{\"role\":\"web:1\"}," SHELL("x 2>&1") "}"),
	    "role_tag");
	SAME(codes(c, "x", "{" DAILY "\"tags\":{\"role\":\"dkron:1\"}," SHELL("x 2>&1") "}"), "");
	given_engine(c, "dkron", "[{}]");
	SAME(codes(c, "x", "{" DAILY SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "x", "{" DAILY SHELL("x") "}"), "(streams_mixed)");
}

SITE_TEST(credentials_are_told_by_their_field_and_not_repeated)
{
	struct job_warning *w = NULL;
	struct json *spec = NULL;
	size_t n = 0;

	act_as_cli(c);
	IS(spec_draft(c, "x", NULL,
	       json_of(c, "{\"executor\":\"shell\",\"executor_config\":{\"command\":\"x\",\"env\":"
			  "\"A=1,DB_PASSWORD=hunter22\"}}"),
	       &spec),
	    OK);
	IS(job_lint(c, "x", spec, &w, &n), OK);
	IS(n, 1);
	SAME(w[0].code, "credential");
	SAME(w[0].field, "executor_config.env");
	HAS(w[0].message, "DB_PASSWORD");
	LACKS(w[0].message, "hunter22");
	SAME(codes(c, "x",
		 "{\"executor\":\"http\",\"executor_config\":{\"method\":\"GET\",\"url\":\"https://"
		 "a:hunter22@b/\",\"headers\":\"[\\\"Authorization: Bearer abcdefgh\\\"]\"}}"),
	    "credential credential");
}

SITE_TEST(credentials_are_told_wherever_they_can_be_put)
{
	static const char *const rows[][2] = {
		{ "\"metadata\":{\"api_token\":\"hunter22\"}", "metadata.api_token" },
		{ "\"metadata\":{\"db\":\"postgres://u:hunter22@db/x\"}", "metadata.db" },
		{ "\"tags\":{\"secret\":\"hunter22\"}", "tags.secret" },
		{ "\"processors\":{\"fluent\":{\"password\":\"hunter22\"}}",
		    "processors.fluent.password" },
		{ "\"processors\":{\"log\":{\"x\":\"PASSWORD=hunter22\"}}", "processors.log.x" },
		{ "\"description\":\"Log in as root, password: hunter22\"", "description" },
		{ "\"displayname\":\"token=hunter22\"", "displayname" },
		{ "\"owner\":\"ftp://me:hunter22@x\"", "owner" },
		{ "\"executor\":\"http\",\"executor_config\":{\"body\":\"{\\\"password\\\": "
		  "\\\"hunter22\\\"}\"}",
		    "executor_config.body" },
		{ "\"executor\":\"http\",\"executor_config\":{\"url\":\"https://"
		  "a:hunter22@b/\"}",
		    "executor_config.url" },
		{ "\"executor\":\"http\",\"executor_config\":{\"headers\":\"[\\\"X-Api-Key: "
		  "hunter22\\\"]\"}",
		    "executor_config.headers" },
		{ "\"executor\":\"shell\",\"executor_config\":{\"payload\":"
		  "\"UEFTU1dPUkQ9aHVudGVyMjI=\"}", /* PASSWORD=hunter22 */
		    "executor_config.payload" },
		{ "\"executor\":\"own\",\"executor_config\":{\"accessToken\":\"hunter22\"}",
		    "executor_config.accessToken" },
	};
	struct job_warning *w = NULL;
	struct json *spec = NULL;
	size_t n = 0;

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		IS(spec_draft(c, "x", NULL,
		       json_of(c, arena_printf(c->arena, "{" DAILY "%s}", rows[i][0])), &spec),
		    OK);
		IS(job_lint(c, "x", spec, &w, &n), OK);
		if (n != 1 || strcmp(w[0].code, "credential") != 0 ||
		    strcmp(w[0].field, rows[i][1]) != 0 || strstr(w[0].message, "hunter22") != NULL)
			FAIL("%s: %zu warnings, %s", rows[i][0], n, n > 0 ? w[0].field : "");
	}
}

SITE_TEST(what_names_a_credential_without_showing_it_is_no_warning)
{
	static const char *const rows[] = {
		"\"metadata\":{\"api_token\":\"vault:secret/data/web#token\"}",
		"\"metadata\":{\"team\":\"token-service\",\"secret\":\"true\"}",
		"\"metadata\":{\"signalbox\":\"signalbox\",\"ticket\":\"OPS-1234\"}",
		"\"tags\":{\"secret\":\"yes:1\",\"dc\":\"one:1\"}",
		"\"description\":\"Rotates the password: see the runbook. Token in "
		"/run/secrets/x.\"",
		"\"description\":\"Ask Marta for the password.\"",
		"\"owner\":\"Marta Token\",\"owner_email\":\"token@example.com\"",
		"\"processors\":{\"files\":{\"log_dir\":\"/var/log/token\"}}",
		"\"executor\":\"shell\",\"executor_config\":{\"payload\":\"aGVsbG8=\"}",
		"\"executor\":\"shell\",\"executor_config\":{\"env\":\"PASSWORD=$PASSWORD\"}",
	};

	act_as_cli(c);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *found = codes(c, "x", arena_printf(c->arena, "{" DAILY "%s}", rows[i]));
		if (found[0] != '\0')
			FAIL("%s: %s", rows[i], found);
	}
}

SITE_TEST(a_comma_in_a_variable_is_told_while_it_is_typed)
{
	static const struct {
		const char *executor, *env, *codes;
	} cases[] = {
		{ "shell", "A=1", "" },
		{ "shell", "A=1,B=2", "" },
		{ "shell", "A=1,2", "env_comma" },
		{ "shell", "HOSTS=one,two,three", "env_comma" },
		{ "shell", "A=1,", "env_comma" },
		{ "shell", "A", "" }, /* not so far yet */
		{ "http", "A=1,2", "" },
	};
	struct json *spec;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		IS(spec_draft(c, "x", NULL,
		       json_of(
			   c, arena_printf(c->arena,
				  "{" DAILY "\"executor\":\"%s\",\"executor_config\":{\"command\":"
				  "\"x 2>&1\",\"env\":\"%s\"}}",
				  cases[i].executor, cases[i].env)),
		       &spec),
		    OK);
		struct job_warning *w;
		size_t n;
		IS(job_lint(c, "x", spec, &w, &n), OK);
		const char *found = "";
		for (size_t j = 0; j < n; j++)
			if (strcmp(w[j].code, "env_comma") == 0)
				found = w[j].code;
		SAME(found, cases[i].codes);
	}
}

SITE_TEST(names_whose_history_hangs_together_are_told)
{
	given_member(c, "ops", "edith", ROLE_EDITOR);
	act_as_cli(c);
	given_engine(c, "dkron", "[{}]");
	given_job(c, "ops", "backup-db");
	given_team(c, "other");
	given_job(c, "other", "secret");
	SAME(codes(c, "backup", "{" DAILY SHELL("x 2>&1") "}"), "name_prefix");
	SAME(codes(c, "backup-db-eu", "{" DAILY SHELL("x 2>&1") "}"), "name_prefix");
	SAME(codes(c, "backup-db", "{" DAILY SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "secret-2", "{" DAILY SHELL("x 2>&1") "}"), "name_prefix");
	act_as(c, "edith");
	SAME(codes(c, "secret-2", "{" DAILY SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "secre", "{" DAILY SHELL("x 2>&1") "}"), "");
	given_engine(c, "embedded", "[{}]");
	SAME(codes(c, "backup", "{" DAILY SHELL("x 2>&1") "}"), "");
}

/* As the last comparison saw them; whoever may not see them is told nothing. */
SITE_TEST(names_beside_jobs_that_are_not_ours_are_told_to_admins)
{
	struct job_warning *w = NULL;
	struct json *spec = NULL;
	size_t n = 0;

	given_member(c, "ops", "edith", ROLE_EDITOR);
	act_as_cli(c);
	given_engine(c, "dkron", "[{}]");
	IS(db_script(c, "INSERT INTO unmanaged (name, definition) VALUES ('theirs-db', '{}')"), OK);
	IS(spec_draft(c, "theirs", NULL, json_of(c, "{" DAILY SHELL("x 2>&1") "}"), &spec), OK);
	IS(job_lint(c, "theirs", spec, &w, &n), OK);
	IS(n, 1);
	SAME(w[0].code, "name_prefix");
	HAS(w[0].message, "theirs-db, a job in Dkron that is not kept here, begins with this name");
	IS(job_lint(c, "theirs-db-eu", spec, &w, &n), OK);
	IS(n, 1);
	HAS(w[0].message, "This name begins with that of theirs-db");
	SAME(codes(c, "theirs-d", "{" DAILY SHELL("x 2>&1") "}"), "name_prefix");
	SAME(codes(c, "other", "{" DAILY SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "", "{" DAILY SHELL("x 2>&1") "}"), "");
	act_as(c, "edith");
	SAME(codes(c, "theirs", "{" DAILY SHELL("x 2>&1") "}"), "");
	SAME(codes(c, "theirs-db-eu", "{" DAILY SHELL("x 2>&1") "}"), "");
	/* Outside our namespace names are other ones. */
	act_as_cli(c);
	IS(db_script(c, "UPDATE unmanaged SET name = 'x-theirs-db'"), OK);
	SAME(codes(c, "theirs", "{" DAILY SHELL("x 2>&1") "}"), "");
}

SITE_TEST(retries_and_children_are_told_on_both_sides)
{
	struct job job;

	act_as_cli(c);
	IS(job_add(
	       c, "parent", "ops", json_of(c, "{\"retries\":2," DAILY SHELL("x") "}"), NULL, &job),
	    OK);
	SAME(codes(c, "parent", "{\"retries\":2," DAILY SHELL("x") "}"), "");
	SAME(codes(c, "child", "{\"parent_job\":\"parent\"," SHELL("x") "}"), "retries_children");
	IS(job_add(c, "child", "ops", json_of(c, "{\"parent_job\":\"parent\"," SHELL("x") "}"),
	       NULL, &job),
	    OK);
	SAME(codes(c, "parent", "{\"retries\":2," DAILY SHELL("x") "}"), "retries_children");
	SAME(codes(c, "parent", "{" DAILY SHELL("x") "}"), "");
}

/* Ten runs of each job, of 90 seconds each. */
static void given_long_runs(struct ctx *c)
{
	IS(db_script(c,
	       "INSERT INTO run (job_id, job_name, team_id, state, trigger, queued_at, started_at, "
	       "finished_at, group_ns) SELECT id, name, team_id, 'succeeded', 'schedule', now() - "
	       "i * "
	       "interval '1 h', now() - i * interval '1 h', now() - i * interval '1 h' + interval "
	       "'90 "
	       "s', i FROM job, generate_series(1, 10) i"),
	    OK);
}

SITE_TEST(runs_longer_than_the_interval_are_told_of_a_job_that_forbids_them)
{
	static const char fields[] =
	    "{\"schedule\":\"0 * * * * *\",\"concurrency\":\"forbid\"," SHELL("x") "}";

	act_as_cli(c);
	given_job(c, "ops", "slow");
	given_long_runs(c);
	SAME(codes(c, "slow", fields), "forbid_skips");
	SAME(codes(c, "other", fields), "");
	SAME(codes(c, "slow", "{\"schedule\":\"0 * * * * *\"," SHELL("x") "}"), "");
	SAME(codes(c, "slow",
		 "{\"schedule\":\"0 0 * * * *\",\"concurrency\":\"forbid\"," SHELL("x") "}"),
	    "");
}

/* Anybody may type its name. */
SITE_TEST(of_a_job_that_one_may_not_see_nothing_is_told)
{
	static const char fields[] =
	    "{\"schedule\":\"0 * * * * *\",\"concurrency\":\"forbid\",\"retries\":1," SHELL(
		"x") "}";
	struct job job;

	given_member(c, "ops", "edith", ROLE_EDITOR);
	given_team(c, "other");
	given_member(c, "other", "otto", ROLE_EDITOR);
	act_as_cli(c);
	given_job(c, "ops", "slow");
	IS(job_add(c, "child", "ops", json_of(c, "{\"parent_job\":\"slow\"," SHELL("x") "}"), NULL,
	       &job),
	    OK);
	given_long_runs(c);
	act_as(c, "edith");
	SAME(codes(c, "slow", fields), "forbid_skips retries_children");
	act_as(c, "otto");
	SAME(codes(c, "slow", fields), "");
}
