#ifndef CLI_VERBS_H
#define CLI_VERBS_H

/*
 * verbs: the table of what the program can do, which is also its help and its manual page.
 *
 * A verb is a function of its arguments; the configuration, if it needs it, is there when it is
 * called, and it opens the database once its arguments are in order. It prints its result on stdout
 * and returns; an error becomes one line on stderr, "signalbox: what: why", and the exit code: 0
 * done, 1 failed, 2 wrong usage.
 */

#include "cli/cli.h"

enum needs { NEEDS_NOTHING, NEEDS_CONFIG };

struct verb {
	const char *name;  /* one word or two */
	const char *usage; /* what follows the name */
	const char *help;
	enum err (*run)(struct cli *x);
	enum needs needs;
};

extern const struct verb verbs[];
extern const size_t nverbs;

int verbs_main(int argc, char **argv);

/* The longest name that the arguments begin with; *words is how many of them it takes. NULL: none.
 */
const struct verb *verb_find(int argc, char **argv, int *words);

int exit_code(enum err e);

enum err verb_account_add(struct cli *x);
enum err verb_account_disable(struct cli *x);
enum err verb_account_enable(struct cli *x);
enum err verb_account_list(struct cli *x);
enum err verb_account_passwd(struct cli *x);
enum err verb_agent(struct cli *x);
enum err verb_audit(struct cli *x);
enum err verb_check(struct cli *x);
enum err verb_check_audit(struct cli *x, const char *anchor); /* check --audit */
enum err verb_cleanup(struct cli *x);
enum err verb_namespace_move(struct cli *x);
enum err verb_engine(struct cli *x);
enum err verb_help(struct cli *x);
enum err verb_manual(struct cli *x);
enum err verb_migrate(struct cli *x);
enum err verb_plan(struct cli *x);
enum err verb_resync(struct cli *x);
enum err verb_routes(struct cli *x);
enum err verb_serve(struct cli *x);
enum err verb_account_admin(struct cli *x);
enum err verb_account_dashboard(struct cli *x);
enum err verb_team_add(struct cli *x);
enum err verb_team_members(struct cli *x);
enum err verb_team_set(struct cli *x);
enum err verb_team_rename(struct cli *x);
enum err verb_team_delete(struct cli *x);
enum err verb_team_list(struct cli *x);
enum err verb_team_member(struct cli *x);
enum err verb_jobs_import(struct cli *x);
enum err verb_jobs_export(struct cli *x);
enum err verb_token_add(struct cli *x);
enum err verb_token_list(struct cli *x);
enum err verb_token_revoke(struct cli *x);
enum err verb_version(struct cli *x);
enum err verb_work(struct cli *x);

#endif
