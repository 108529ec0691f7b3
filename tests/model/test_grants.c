/* Each pool's role can do what the pool does, and no more. The roles are made by `signalbox
 * migrate`. */

#include "model/given.h"

static enum err as_role(struct ctx *c, const char *role)
{
	return db_script(c, arena_printf(c->arena, "SET LOCAL ROLE signalbox_%s", role));
}

static enum err owner_again(struct ctx *c)
{
	return db_script(c, "RESET ROLE");
}

struct attempt {
	const char *role, *sql;
};

static enum err attempt(struct ctx *c, void *arg)
{
	const struct attempt *a = arg;

	TRY(as_role(c, a->role));
	TRY(db_script(c, a->sql));
	return owner_again(c);
}

SITE_TEST(roles_cannot_do_what_is_not_theirs)
{
	static const struct attempt attempts[] = {
		{ "auth", "SELECT password_hash FROM account" },
		{ "auth", "SELECT * FROM account" },
		{ "auth", "INSERT INTO session (account_id, token_hash) VALUES (1, 'x')" },
		{ "auth", "UPDATE session SET revoked_at = NULL" },
		{ "auth", "UPDATE token SET scope = 4" },
		{ "auth", "UPDATE account SET admin = true" },
		{ "auth", "SELECT * FROM job" },
		{ "auth", "SELECT * FROM audit" },
		{ "api", "SELECT password_hash FROM account" },
		{ "api", "UPDATE account SET name = 'x'" },
		{ "api", "DELETE FROM account" },
		{ "api", "UPDATE token SET scope = 4" },
		{ "api", "UPDATE session SET account_id = 1" },
		{ "api", "INSERT INTO session (account_id, token_hash) VALUES (1, 'x')" },
		{ "api", "DELETE FROM team" },
		{ "api", "UPDATE job SET name = 'x'" },
		{ "api", "DELETE FROM revision" },
		{ "admin", "DELETE FROM team" },
		{ "admin", "UPDATE account SET name = 'x'" },
		{ "admin", "UPDATE audit SET actor = 'x'" },
		{ "admin", "DELETE FROM audit" },
		{ "admin", "TRUNCATE audit" },
		{ "admin", "UPDATE revision SET actor = 'x'" },
		{ "admin", "DELETE FROM account" },
		{ "admin", "CREATE TABLE x ()" },
		{ "hook", "SELECT * FROM account" },
		{ "hook", "SELECT * FROM session" },
		{ "hook", "SELECT * FROM token" },
		{ "hook", "UPDATE job SET version = 1" },
		{ "hook",
		    "INSERT INTO audit (actor, verb, object, req_id) VALUES ('x', 'x', 'x', 'x')" },
		{ "gate", "SELECT password_hash FROM account" },
		{ "gate", "UPDATE account SET admin = true" },
		{ "gate", "INSERT INTO membership VALUES (1, 1, 4)" },
		{ "gate", "UPDATE job SET version = 1" },
		{ "work", "SELECT * FROM account" },
		{ "work", "SELECT password_hash FROM account" },
		{ "work", "UPDATE account SET name = 'x'" },
		{ "work", "DELETE FROM account" },
		{ "work", "DELETE FROM team" },
		{ "work", "SELECT token_hash FROM session" },
		{ "work", "SELECT * FROM session" },
		{ "work", "SELECT * FROM token" },
		{ "work", "UPDATE job SET name = 'x'" },
		{ "work", "DELETE FROM audit" },
		{ "work", "INSERT INTO job (id, team_id, name, spec, updated_by) OVERRIDING SYSTEM "
			  "VALUE VALUES (1, 1, 'x', '{}', 'x')" },
		{ "work", "UPDATE team SET approvals = 0" },
		{ "work", "INSERT INTO approver VALUES (1, 1)" },
		{ "work", "INSERT INTO task_approval (task_id, account_id, account, hash) VALUES "
			  "(gen_random_uuid(), 1, 'x', 'x')" },
		{ "work", "UPDATE task_approval SET hash = 'x'" },
		{ "gate", "UPDATE task SET approved = true" },
		{ "gate", "INSERT INTO task_approval (task_id, account_id, account, hash) VALUES "
			  "(gen_random_uuid(), 1, 'x', 'x')" },
		{ "admin", "SELECT secret FROM channel" },
		{ "admin", "DELETE FROM message" },
		{ "api", "SELECT secret FROM channel" },
		{ "api", "UPDATE alert_state SET told = 'ok'" },
		{ "auth", "SELECT * FROM channel" },
		{ "hook", "SELECT * FROM channel" },
		{ "hook", "SELECT * FROM message" },
		{ "hook",
		    "INSERT INTO run_turned (run_id, job_id, state) VALUES (1, 1, 'failed')" },
		{ "gate", "SELECT * FROM message" },
		{ "work", "UPDATE channel SET target = 'x'" },
		{ "engine", "SELECT * FROM job" },
		{ "engine", "SELECT * FROM account" },
		{ "engine", "SELECT * FROM session" },
	};

	for (size_t i = 0; i < LENGTH(attempts); i++) {
		struct attempt a = attempts[i];
		if (db_atomically(c, attempt, &a) == OK)
			FAIL("signalbox_%s may: %s", a.role, a.sql);
	}
}

/* Not by a row that does not fit, but by right. */
SITE_TEST(only_pools_in_which_people_act_write_approvals)
{
	static const struct {
		const char *role, *table, *right;
		bool has;
	} rights[] = {
		{ "api", "task_approval", "INSERT", true },
		{ "admin", "task_approval", "INSERT", true },
		{ "work", "task_approval", "SELECT", true },
		{ "work", "task_approval", "INSERT", false },
		{ "work", "task_approval", "UPDATE", false },
		{ "work", "approver", "INSERT", false },
		{ "work", "job", "INSERT", false }, /* of whole rows */
		{ "gate", "task", "UPDATE", false },
		{ "gate", "task_approval", "INSERT", false },
		{ "hook", "task_approval", "SELECT", false },
	};

	for (size_t i = 0; i < LENGTH(rights); i++)
		if (!holds(c, "has_table_privilege('signalbox_%s', '%s', '%s') = %s",
			rights[i].role, rights[i].table, rights[i].right,
			rights[i].has ? "true" : "false"))
			FAIL("%s: %s of %s", rights[i].role, rights[i].right, rights[i].table);
	YES(holds(c, "NOT has_column_privilege('signalbox_work', 'team', 'approvals', 'UPDATE')"));
}

SITE_TEST(the_auth_pool_finds_out_who_asks)
{
	int64_t id = given_account_with_password(c, "marta");
	const char *session = NULL, *token = NULL;

	IS(session_sign_in(c, "marta", PASSWORD, "", &session), OK);
	IS(token_add(c, id, "ci", SCOPE_READ, 1, &token), OK);
	c->now_us += 90 * US_PER_S; /* so that both are touched */
	static const char *const roles[] = { "auth", "admin", "api", "gate" };
	for (size_t i = 0; i < LENGTH(roles); i++) {
		IS(as_role(c, roles[i]), OK);
		IS(session_actor(c, session), OK);
		IS(token_actor(c, token), OK);
		IS(owner_again(c), OK);
		c->now_us += 90 * US_PER_S;
	}
}

static void work_with_jobs(struct ctx *c, const char *role)
{
	struct job *jobs = NULL, job;
	struct revision *revisions = NULL;
	struct job_counts counts;
	const char *next = NULL;
	size_t n = 0;

	IS(as_role(c, role), OK);
	given_job(c, "ops", "hello");
	struct job_edit edit = {
		.name = "hello", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}")
	};
	IS(job_edit(c, &edit, &job), OK);
	IS(job_restore(c, "hello", 1, 0, &job), OK);
	IS(job_revisions(c, "hello", &revisions, &n), OK);
	IS(job_counts(c, &counts), OK);
	struct job_query query = { .limit = 5, .q = "hel", .team = "ops", .sync = "pending" };
	IS(job_list(c, &query, &jobs, &n, &next), OK);
	IS(n, 1);
	IS(job_delete(c, "hello", 0), OK);
	IS(owner_again(c), OK);
}

SITE_TEST(the_api_pool_works_with_jobs)
{
	given_member(c, "ops", "marta", ROLE_EDITOR);
	act_as(c, "marta");
	work_with_jobs(c, "api");
}

SITE_TEST(the_admin_pool_looks_after_all)
{
	const char *token = NULL;
	struct account account;
	struct team team;
	struct session *sessions = NULL;
	struct token *tokens = NULL;
	size_t n = 0;

	act_as_cli(c);
	IS(as_role(c, "admin"), OK);
	IS(account_add(c, "marta", "", PASSWORD, false, &account), OK);
	IS(team_add(c, "billing", &team), OK);
	IS(team_member(c, "billing", "marta", ROLE_EDITOR), OK);
	IS(team_member(c, "ops", "marta", ROLE_EDITOR), OK);
	IS(team_member(c, "billing", "marta", ROLE_NONE), OK);
	IS(account_disable(c, "marta", true), OK);
	IS(account_disable(c, "marta", false), OK);
	IS(session_sign_in(c, "marta", PASSWORD, "", &token), OK);
	IS(session_list(c, c->actor.account_id, &sessions, &n), OK);
	IS(session_revoke_others(c, c->actor.account_id), OK);
	IS(account_change_password(c, PASSWORD, "another good one"), OK);
	IS(account_preferences(c, "UTC", "dark", true), OK);
	IS(token_add(c, account.id, "ci", SCOPE_READ, 1, &token), OK);
	IS(token_list(c, account.id, &tokens, &n), OK);
	IS(token_revoke(c, account.id, tokens[0].id), OK);
	IS(team_default(c, &team), OK);
	work_with_jobs(c, "admin");
	IS(as_role(c, "admin"), OK);
	IS(session_sign_out(c), OK);
	IS(owner_again(c), OK);
}

SITE_TEST(the_worker_keeps_next_fires)
{
	size_t n = 0;

	act_as_cli(c);
	given_job(c, "ops", "hello");
	c->now_us += 7200 * US_PER_S;
	IS(as_role(c, "work"), OK);
	IS(job_taken(c, "hello", c->now_us), OK);
	c->now_us += 7200 * US_PER_S;
	IS(job_next_renew(c, 10, &n), OK);
	IS(n, 1);
	IS(owner_again(c), OK);
}

/* The same statements serve pages and API: both roles must be able to run each. */
static void look_after_people(struct ctx *c, const char *role)
{
	const struct db_maybe_int64 days = { 3, true };
	struct account account, *accounts = NULL;
	struct account_query all = { .limit = 5 };
	struct account_team *memberships = NULL;
	struct member *members = NULL;
	struct token *tokens = NULL;
	struct team team, *teams = NULL;
	const char *next = NULL, *token = NULL;
	size_t n = 0;
	bool yes = true;

	act_as_cli(c);
	IS(as_role(c, role), OK);
	IS(account_make(c, &(struct account_new){ .name = "ann", .password = PASSWORD }, &account),
	    OK);
	IS(account_edit(
	       c, "ann", &(struct account_change){ "a@example.org", &yes, &yes, &yes }, &account),
	    OK);
	IS(account_set_password(c, account.id, "another good one", 0), OK);
	IS(account_search(c, &all, &accounts, &n, &next), OK);
	IS(team_make(c, "data", &(struct team_change){ .keep_days = &days }, &team), OK);
	IS(team_member(c, "data", "ann", ROLE_EDITOR), OK);
	IS(team_search(c, &(struct team_query){ .limit = 5 }, &teams, &n, &next), OK);
	IS(team_members(c, &team, &(struct team_query){ .limit = 5 }, &members, &n, &next), OK);
	IS(account_teams(c, account.id, &memberships, &n), OK);
	IS(team_member(c, "data", "ann", ROLE_NONE), OK);
	IS(team_delete(c, "data"), OK);
	IS(token_add(c, account.id, "ci", SCOPE_READ, 1, &token), OK);
	IS(token_list(c, account.id, &tokens, &n), OK);
	IS(token_revoke(c, account.id, tokens[0].id), OK);
	IS(owner_again(c), OK);
}

SITE_TEST(the_api_pool_looks_after_people)
{
	look_after_people(c, "api");
}

SITE_TEST(the_admin_pool_looks_after_people)
{
	look_after_people(c, "admin");
}
