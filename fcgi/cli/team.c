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

enum { ROWS = 500 };

enum err verb_team_members(struct cli *x)
{
	struct team_query q = { .limit = ROWS };
	struct member *members;
	struct team team;
	const char *name;
	size_t n;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 1, 1));
	TRY(cli_database(x));
	TRY(team_named(&x->c, name, &team));
	do {
		TRY(team_members(&x->c, &team, &q, &members, &n, &q.after));
		for (size_t i = 0; i < n; i++)
			printf("%-24s %-8s %s\n", members[i].account,
			    role_name((enum role)members[i].role),
			    members[i].disabled ? "disabled" : "-");
	} while (q.after != NULL);
	return OK;
}

/* A number, or the word default; `text` NULL: not given, and *out stays NULL. */
static enum err read_keep(struct cli *x, const char *option, const char *text, int64_t max,
    struct db_maybe_int64 *place, const struct db_maybe_int64 **out)
{
	if (text == NULL)
		return OK;
	place->set = strcmp(text, "default") != 0;
	*out = place;
	return place->set ? cli_int(x, option, text, 1, max, &place->value) : OK;
}

enum err verb_team_set(struct cli *x)
{
	const char *name, *days_text = NULL, *runs_text = NULL, *drift_text = NULL;
	struct db_maybe_int64 days = { 0 }, runs = { 0 };
	struct db_maybe drift = { NULL };
	struct team_change change = { .name = NULL };
	struct team team;
	const struct cli_option options[] = { { "description", 0, .text = &change.description },
		{ "keep-days", 0, .text = &days_text }, { "keep-runs", 0, .text = &runs_text },
		{ "drift", 0, .text = &drift_text } };

	TRY(cli_arguments(x, options, LENGTH(options), &name, 1, 1));
	TRY(read_keep(x, "keep-days", days_text, TEAM_DAYS_MAX, &days, &change.keep_days));
	TRY(read_keep(x, "keep-runs", runs_text, TEAM_RUNS_MAX, &runs, &change.keep_runs));
	if (drift_text != NULL) {
		drift.text = strcmp(drift_text, "default") == 0 ? NULL : drift_text;
		change.drift = &drift;
	}
	TRY(cli_database(x));
	return team_edit(&x->c, name, &change, &team);
}

enum err verb_team_rename(struct cli *x)
{
	const char *words[2];
	struct team team;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, words, 2, 2));
	TRY(cli_database(x));
	return team_edit(&x->c, words[0], &(struct team_change){ .name = words[1] }, &team);
}

enum err verb_team_delete(struct cli *x)
{
	const char *name;

	TRY(cli_arguments(x, CLI_NO_OPTIONS, &name, 1, 1));
	TRY(cli_database(x));
	return team_delete(&x->c, name);
}
