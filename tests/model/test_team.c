#include <inttypes.h>
#include <string.h>

#include "model/given.h"

SITE_TEST(ops_is_there_from_the_beginning)
{
	struct team team;

	act_as_cli(c);
	IS(team_named(c, "ops", &team), OK);
	IS(team.role, ROLE_MANAGER);
	IS(team_default(c, &team), OK);
	SAME(team.name, "ops");
}

SITE_TEST(teams_are_made_by_admins)
{
	static const char *const wrong[] = { "", "Ops", "a b", "-x", "a.b", "größe" };
	struct team team;

	act_as_cli(c);
	IS(team_add(c, "billing", &team), OK);
	IS(team_add(c, "billing", &team), ERR_CONFLICT);
	SAME(c->fault.field, "name");
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(team_add(c, wrong[i], &team), ERR_INVALID);
		SAME(c->fault.field, "name");
	}
}

SITE_TEST(one_sees_ones_own_teams)
{
	struct team *teams = NULL, team;
	size_t n = 0;

	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	act_as(c, "marta");
	IS(team_list(c, &teams, &n), OK);
	IS(n, 1);
	SAME(teams[0].name, "billing");
	IS(teams[0].role, ROLE_VIEWER);
	IS(team_named(c, "data", &team), ERR_NOT_FOUND);
	IS(team_named(c, "nothing", &team), ERR_NOT_FOUND);
	act_as_cli(c);
	IS(team_list(c, &teams, &n), OK);
	IS(n, 3);
}

SITE_TEST(the_default_team_is_the_only_one_to_edit)
{
	struct team team;

	given_team(c, "billing");
	given_team(c, "data");
	given_member(c, "billing", "marta", ROLE_VIEWER);
	act_as(c, "marta");
	IS(team_default(c, &team), ERR_INVALID);
	SAME(c->fault.field, "team");
	act_as_cli(c);
	IS(team_member(c, "data", "marta", ROLE_EDITOR), OK);
	act_as(c, "marta");
	IS(team_default(c, &team), OK);
	SAME(team.name, "data");
	act_as_cli(c);
	IS(team_member(c, "billing", "marta", ROLE_MANAGER), OK);
	act_as(c, "marta");
	IS(team_default(c, &team), ERR_INVALID);
	SAME(c->fault.field, "team");
}

/* Who (a role in the team, or none) may give which role to a newcomer. */
SITE_TEST(only_managers_give_roles)
{
	given_team(c, "billing");
	given_account(c, "new", false);
	given_account(c, "stranger", false);
	for (int role = ROLE_VIEWER; role <= ROLE_MANAGER; role++)
		given_member(c, "billing", role_name((enum role)role), (enum role)role);
	for (int who = ROLE_VIEWER; who <= ROLE_MANAGER; who++)
		for (int role = ROLE_NONE; role <= ROLE_MANAGER; role++) {
			act_as(c, role_name((enum role)who));
			IS(team_member(c, "billing", "new", (enum role)role),
			    who == ROLE_MANAGER ? OK : ERR_FORBIDDEN);
		}
	act_as(c, "operator");
	IS(team_member(c, "billing", "new", ROLE_VIEWER), ERR_FORBIDDEN);
	HAS(c->fault.detail, "billing needs the role manager");
	act_as(c, "stranger");
	IS(team_member(c, "billing", "new", ROLE_VIEWER), ERR_NOT_FOUND);
	act_as(c, "manager");
	IS(team_member(c, "billing", "nobody-such", ROLE_VIEWER), ERR_NOT_FOUND);
	SAME(c->fault.field, "account");
	IS(team_member(c, "ops", "new", ROLE_VIEWER), ERR_NOT_FOUND);
}

SITE_TEST(a_role_taken_away_bites_at_once)
{
	struct team team;

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_EDITOR);
	act_as(c, "marta");
	IS(team_named(c, "billing", &team), OK);
	act_as_cli(c);
	IS(team_member(c, "billing", "marta", ROLE_NONE), OK);
	IS(team_member(c, "billing", "marta", ROLE_NONE), OK);
	act_as(c, "marta");
	IS(team_named(c, "billing", &team), ERR_NOT_FOUND);
}

TEST(roles_have_names)
{
	SAME(role_name(ROLE_MANAGER), "manager");
	IS(role_named("viewer"), ROLE_VIEWER);
	IS(role_named("none"), ROLE_NONE);
	IS(role_named(NULL), ROLE_NONE);
	YES(role_name(ROLE_NONE) == NULL);
}

static enum err describe(struct ctx *c, const char *team, const char *text)
{
	struct team out;

	return team_edit(c, team, &(struct team_change){ .description = text }, &out);
}

SITE_TEST(managers_say_how_their_team_keeps_its_jobs)
{
	const struct db_maybe_int64 days = { 30, true }, runs = { 500, true }, none = { 0, false };
	const struct db_maybe policy = { "revert" }, no_policy = { NULL };
	struct team team;

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_MANAGER);
	act_as(c, "marta");
	struct team_change change = { .description = "Invoices & dunning",
		.keep_days = &days,
		.keep_runs = &runs,
		.drift = &policy };
	IS(team_edit(c, "billing", &change, &team), OK);
	IS(team_counted(c, "billing", &team), OK);
	SAME(team.description, "Invoices & dunning");
	IS(team.keep_days.value, 30);
	IS(team.keep_runs.value, 500);
	SAME(team.drift.text, "revert");
	IS(team.members, 1);
	IS(team.jobs, 0);
	IS(team_edit(c, "billing", &change, &team), OK);
	AUDITED("team_edit", "team:billing", 1);
	YES(holds(c, "(SELECT before = '{\"description\": \"\", \"keep_days\": null, "
		     "\"keep_runs\": null, \"drift\": null}' AND after->>'drift' = 'revert' "
		     "FROM audit WHERE verb = 'team_edit')"));
	change = (struct team_change){
		.keep_days = &none, .keep_runs = &none, .drift = &no_policy
	};
	IS(team_edit(c, "billing", &change, &team), OK);
	IS(team_named(c, "billing", &team), OK);
	YES(!team.keep_days.set && !team.keep_runs.set && team.drift.text == NULL);
	SAME(team.description, "Invoices & dunning");
	IS(team_edit(c, "billing", &(struct team_change){ .name = "bills" }, &team), ERR_FORBIDDEN);
	for (int role = ROLE_VIEWER; role < ROLE_MANAGER; role++) {
		given_member(c, "billing", role_name((enum role)role), (enum role)role);
		act_as(c, role_name((enum role)role));
		IS(describe(c, "billing", "mine"), ERR_FORBIDDEN);
	}
	given_account(c, "stranger", false);
	act_as(c, "stranger");
	IS(describe(c, "billing", "mine"), ERR_NOT_FOUND);
}

SITE_TEST(wrong_settings_of_a_team_are_refused)
{
	const struct db_maybe_int64 zero = { 0, true }, many = { TEAM_DAYS_MAX + 1, true },
				    runs = { TEAM_RUNS_MAX + 1, true };
	const struct db_maybe policy = { "undo" };
	const struct {
		struct team_change change;
		const char *field;
	} wrong[] = {
		{ { .name = "Bad Name" }, "name" },
		{ { .name = "ops~1" }, "name" },
		{ { .description = "two\nlines" }, "description" },
		{ { .keep_days = &zero }, "keep_days" },
		{ { .keep_days = &many }, "keep_days" },
		{ { .keep_runs = &zero }, "keep_runs" },
		{ { .keep_runs = &runs }, "keep_runs" },
		{ { .drift = &policy }, "drift" },
	};
	struct team team;

	given_team(c, "billing");
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		IS(team_edit(c, "billing", &wrong[i].change, &team), ERR_INVALID);
		SAME(c->fault.field, wrong[i].field);
	}
	AUDITED("team_edit", "team:billing", 0);
}

SITE_TEST(a_team_is_renamed_by_admins_and_its_jobs_go_with_it)
{
	struct team team;
	struct job job;

	given_team(c, "billing");
	given_job(c, "billing", "invoice");
	IS(team_edit(c, "billing", &(struct team_change){ .name = "ops" }, &team), ERR_CONFLICT);
	SAME(c->fault.field, "name");
	IS(team_edit(c, "billing", &(struct team_change){ .name = "finance" }, &team), OK);
	IS(team_named(c, "billing", &team), ERR_NOT_FOUND);
	IS(job_get(c, "invoice", &job), OK);
	SAME(job.team, "finance");
	AUDITED("team_edit", "team:billing", 1);
	struct job_edit edit = {
		.name = "invoice", .how = JOB_MERGE, .input = json_of(c, "{\"retries\":1}")
	};
	IS(job_edit(c, &edit, &job), OK);
	IS(job_restore(c, "invoice", 1, 0, &job), OK);
	SAME(job.team, "finance");
}

static enum err move_in(struct ctx *c, void *id)
{
	return db_script(
	    c, arena_printf(c->arena,
		   "INSERT INTO membership SELECT a.id, %" PRId64 ", 1 FROM account a LIMIT 1",
		   *(int64_t *)id));
}

SITE_TEST(a_team_is_deleted_only_without_jobs_and_its_runs_stay_for_admins)
{
	struct team team, *teams = NULL;
	size_t n = 0;

	given_team(c, "billing");
	given_member(c, "billing", "marta", ROLE_MANAGER);
	act_as_cli(c);
	given_job(c, "billing", "invoice");
	IS(team_named(c, "billing", &team), OK);
	IS(team_delete(c, "billing"), ERR_CONFLICT);
	HAS(c->fault.detail, "still has 1 job.");
	IS(db_script(c, "INSERT INTO run (job_name, team_id, state, trigger) SELECT 'invoice', "
			"team_id, 'lost', 'manual' FROM job WHERE name = 'invoice'"),
	    OK);
	IS(job_delete(c, "invoice", 0), OK);
	act_as(c, "marta");
	IS(team_delete(c, "billing"), ERR_FORBIDDEN);
	act_as_cli(c);
	IS(team_delete(c, "billing"), OK);
	IS(team_delete(c, "billing"), ERR_NOT_FOUND);
	AUDITED("team_delete", "team:billing", 1);
	IS(team_named(c, "billing", &team), ERR_NOT_FOUND);
	IS(team_list(c, &teams, &n), OK);
	IS(n, 1);
	YES(holds(c, "NOT EXISTS (SELECT FROM membership)"));
	YES(db_atomically(c, move_in, &team.id) != OK);
	YES(holds(c, "(SELECT name = 'billing~' || id FROM team WHERE id = (SELECT team_id FROM "
		     "run WHERE job_name = 'invoice'))"));
	given_team(c, "billing");
}

SITE_TEST(teams_and_members_come_in_pages)
{
	struct team_query query = { .limit = 2 };
	struct team *teams = NULL, team;
	struct member *members = NULL;
	const char *next = NULL;
	size_t n = 0;

	given_team(c, "a");
	given_team(c, "b");
	IS(describe(c, "b", "Größe 100%_"), OK);
	IS(team_search(c, &query, &teams, &n, &next), OK);
	IS(n, 2);
	SAME(next, "b");
	query.after = next;
	IS(team_search(c, &query, &teams, &n, &next), OK);
	IS(n, 1);
	SAME(teams[0].name, "ops");
	YES(next == NULL);
	static const char *const found[] = { "B", "größe", "100%", "%_" };
	for (size_t i = 0; i < LENGTH(found); i++) {
		query = (struct team_query){ .limit = 2, .q = found[i] };
		IS(team_search(c, &query, &teams, &n, &next), OK);
		IS(n, 1);
	}
	query = (struct team_query){ .limit = 0 };
	IS(team_search(c, &query, &teams, &n, &next), ERR_INVALID);
	query = (struct team_query){ .limit = 1, .after = "'; --" };
	IS(team_search(c, &query, &teams, &n, &next), ERR_INVALID);
	SAME(c->fault.field, "after");
	given_member(c, "b", "zoe", ROLE_VIEWER);
	given_member(c, "b", "ann", ROLE_EDITOR);
	act_as(c, "zoe");
	IS(team_named(c, "b", &team), OK);
	query = (struct team_query){ .limit = 1 };
	IS(team_members(c, &team, &query, &members, &n, &next), OK);
	SAME(members[0].account, "ann");
	IS(members[0].role, ROLE_EDITOR);
	query.after = next;
	IS(team_members(c, &team, &query, &members, &n, &next), OK);
	SAME(members[0].account, "zoe");
	YES(next == NULL);
}
