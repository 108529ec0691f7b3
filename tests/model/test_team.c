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
