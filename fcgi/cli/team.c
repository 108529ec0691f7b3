#include "model/team.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"

enum err verb_team_add(struct cli *x)
{
	const char *name;
	struct team team;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 1, 1));
	TRY(cli_database(x));
	return team_add(&x->c, name, &team);
}

enum err verb_team_list(struct cli *x)
{
	struct team *teams;
	size_t n;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, NULL, 0, 0));
	TRY(cli_database(x));
	TRY(team_list(&x->c, &teams, &n));
	for (size_t i = 0; i < n; i++)
		puts(teams[i].name);
	return OK;
}

enum err verb_team_member(struct cli *x)
{
	const char *words[3];

	TRY(cli_arguments(x, CLI_NO_OPTIONS, words, 3, 3));
	enum role role = role_named(words[2]);
	if (role == ROLE_NONE && strcmp(words[2], "none") != 0)
		return cli_usage(
		    x, "no role %s: viewer, operator, editor, manager or none", words[2]);
	TRY(cli_database(x));
	return team_member(&x->c, words[0], words[1], role);
}
