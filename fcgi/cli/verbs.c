#include "cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crypt.h"
#include "core/time.h"
#include "db/db.h"

/* clang-format off */
const struct verb verbs[] = {
	{ "serve", "POOL [--socket PATH] [--workers N] [--requests N] [--read-s S] [--answer-s S]",
	  "Answer FastCGI requests of one pool: auth, admin, api, hook, gate or engine. Listens on the socket that is "
	  "standard input, or makes PATH.", verb_serve, NEEDS_CONFIG },
	{ "work", "",
	  "Run the background workers: writing jobs to the engine, starting runs, harvesting, settling, counting and "
	  "clearing away, bulk actions, finding missed runs, telling people, tasks.",
	  verb_work, NEEDS_CONFIG },
	{ "engine", "",
	  "Run the clock and the processes of the embedded engine.", verb_engine, NEEDS_CONFIG },
	{ "agent", "[-s] [-p ADDR] [-j ADDR]... [-e KEY] [--node-name N] [--data-dir DIR] [--advertise-addr ADDR] ... [--fetch]",
	  "Start a Dkron agent that reports to our hook; takes Dkron's own flags. -s: as a server; -p: where its API "
	  "listens, a port alone meaning loopback; -j: an agent to join; -e: the key that encrypts the cluster's gossip. "
	  "--fetch: only see to it that the program is there, and print where.",
	  verb_agent, NEEDS_CONFIG },
	{ "migrate", "",
	  "Bring the database to this version: schema, roles, rights. Forward only.", verb_migrate, NEEDS_CONFIG },
	{ "check", "[--config-table] [--audit [--anchor LINK:HASH]]",
	  "Show the configuration, with secrets masked, and try the database, every statement, the templates and the "
	  "static files. --config-table: the settings as a Markdown table. --audit: nothing but the audit's hash chain, and "
	  "name the first link that is broken; --anchor: a link and its hash from an earlier check or the log, which the "
	  "chain must still hold.", verb_check, NEEDS_NOTHING },
	{ "routes", "[POOL]",
	  "Show what each pool answers, and to whom.", verb_routes, NEEDS_NOTHING },
	{ "version", "", "Show the version.", verb_version, NEEDS_NOTHING },
	{ "help", "[VERB]", "Show this, or what one verb does; VERB --help shows the same.", verb_help, NEEDS_NOTHING },
	{ "manual", "", "Print the manual page, for man.", verb_manual, NEEDS_NOTHING },
	{ "plan", "",
	  "Show what would be written to the engine now, in order, without doing it.", verb_plan, NEEDS_CONFIG },
	{ "resync", "",
	  "Have the workers compare all jobs with the engine now, and report.", verb_resync, NEEDS_CONFIG },
	{ "cleanup", "[--days N] [--dry-run]",
	  "Delete jobs that have run their last at least N days ago (30): one-off jobs that succeeded, @at and @after jobs "
	  "whose moment is over, expired ones. Their runs stay.", verb_cleanup, NEEDS_CONFIG },
	{ "namespace move", "PREFIX",
	  "Move all our jobs on the engine to names with PREFIX, which SIGNALBOX_NAMESPACE says from now on, too: once that was "
	  "changed nothing is written until this is said. The old ones are switched off, and deleted as the new ones stand.",
	  verb_namespace_move, NEEDS_CONFIG },
	{ "account add", "NAME [--email E] [--admin]",
	  "Make an account; the password comes from standard input.", verb_account_add, NEEDS_CONFIG },
	{ "account passwd", "NAME",
	  "Set an account's password from standard input, and end its sessions.", verb_account_passwd, NEEDS_CONFIG },
	{ "account list", "", "List the accounts.", verb_account_list, NEEDS_CONFIG },
	{ "account disable", "NAME", "Refuse an account from its very next request on.", verb_account_disable, NEEDS_CONFIG },
	{ "account enable", "NAME", "Let a disabled account in again.", verb_account_enable, NEEDS_CONFIG },
	{ "account admin", "NAME yes|no",
	  "Make an account an admin, or take that from it; the last enabled admin stays one.", verb_account_admin, NEEDS_CONFIG },
	{ "account dashboard", "NAME yes|no",
	  "Let an account open Dkron's own dashboard, or not any more.", verb_account_dashboard, NEEDS_CONFIG },
	{ "team add", "NAME", "Make a team.", verb_team_add, NEEDS_CONFIG },
	{ "team member", "TEAM ACCOUNT ROLE|none",
	  "Give an account a role in a team: viewer, operator, editor or manager; none takes it away.",
	  verb_team_member, NEEDS_CONFIG },
	{ "team members", "TEAM", "List the members of a team and their roles.", verb_team_members, NEEDS_CONFIG },
	{ "team set", "TEAM [--description TEXT] [--keep-days N|default] [--keep-runs N|default] [--drift show|revert|adopt|default]",
	  "Say what a team is for and how its jobs are kept; what is not given stays as it is.", verb_team_set, NEEDS_CONFIG },
	{ "team rename", "TEAM NAME", "Give a team another name.", verb_team_rename, NEEDS_CONFIG },
	{ "team delete", "TEAM", "Delete a team that has no jobs; its past runs stay.", verb_team_delete, NEEDS_CONFIG },
	{ "team list", "", "List the teams.", verb_team_list, NEEDS_CONFIG },
	{ "jobs import", "FILE|- [--format dkron|crontab] [--team T] [--preview] [--user-column]",
	  "Take over jobs from a list as Dkron's GET /v1/jobs answers, or from a crontab: all or nothing. --preview: only say "
	  "what would be done; --user-column: a system's crontab, with a user in front of each command.",
	  verb_jobs_import, NEEDS_CONFIG },
	{ "jobs export", "[--format dkron|signalbox] [--team T] [--tag NAME[:VALUE]]",
	  "Print jobs as the list that Dkron's POST /v1/restore takes; signalbox: with our own fields.", verb_jobs_export, NEEDS_CONFIG },
	{ "audit", "[--since TIME] [--until TIME] [--actor A] [--verb V] [--object O] [--address A] [--text WORDS]",
	  "Print the audit as JSON lines, oldest first. An object is kind:name, such as job:hello; kind: alone is all of "
	  "that kind.", verb_audit, NEEDS_CONFIG },
	{ "token add", "ACCOUNT [--name N] [--scope read|run|write|admin] [--days D]",
	  "Make an API token and print it, this once. Without options it may read, for 90 days.",
	  verb_token_add, NEEDS_CONFIG },
	{ "token list", "[ACCOUNT]", "List the tokens.", verb_token_list, NEEDS_CONFIG },
	{ "token revoke", "ID", "Refuse a token from its very next request on.", verb_token_revoke, NEEDS_CONFIG },
};

/* What is not named is a failure like any other. */
static const struct {
	enum err err;
	int code;
} exit_codes[] = {
	{ OK, EXIT_SUCCESS },
	{ ERR_MALFORMED, 2 },
};
/* clang-format on */

const size_t nverbs = LENGTH(verbs);

enum { ARENA_MAX = 64 * 1024 * 1024 };

int exit_code(enum err e)
{
	for (size_t i = 0; i < LENGTH(exit_codes); i++)
		if (exit_codes[i].err == e)
			return exit_codes[i].code;
	return EXIT_FAILURE;
}

static int words_matched(const struct verb *verb, int argc, char **argv)
{
	const char *rest = verb->name;
	int n = 0;

	while (n < argc && strncmp(rest, argv[n], strlen(argv[n])) == 0) {
		rest += strlen(argv[n]);
		n++;
		if (*rest == '\0')
			return n;
		if (*rest++ != ' ')
			break;
	}
	return 0;
}

const struct verb *verb_find(int argc, char **argv, int *words)
{
	for (size_t i = 0; i < nverbs; i++) {
		*words = words_matched(&verbs[i], argc, argv);
		if (*words > 0)
			return &verbs[i];
	}
	return NULL;
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* signalbox [--config FILE] VERB ...: what stands before the verb. */
static enum err global_options(struct cli *x, int *argc, char ***argv, const char **file)
{
	while (*argc > 0 && (*argv)[0][0] == '-' && !asks_for_help((*argv)[0])) {
		if (strcmp((*argv)[0], "--config") != 0 || *argc < 2)
			return cli_usage(
			    x, "unknown option %s; signalbox help shows what there is", (*argv)[0]);
		*file = (*argv)[1];
		*argc -= 2;
		*argv += 2;
	}
	return OK;
}

/* "account" alone is half a verb: what may follow, from the table; NULL when no verb begins so. */
static const char *second_words(struct cli *x, const char *first)
{
	const char *list = NULL;
	size_t len = strlen(first);

	for (size_t i = 0; i < nverbs; i++)
		if (strncmp(verbs[i].name, first, len) == 0 && verbs[i].name[len] == ' ')
			list = arena_printf(x->c.arena, "%s%s%s", list == NULL ? "" : list,
			    list == NULL ? "" : ", ", verbs[i].name + len + 1);
	return list;
}

static enum err no_verb(struct cli *x, const char *first)
{
	const char *second = second_words(x, first);

	if (second != NULL)
		return cli_usage(x, "%s takes one of: %s", first, second);
	return cli_usage(x, "no verb %s; signalbox help shows what there is", first);
}

/* VERB --help is help VERB. */
static bool find_help(struct cli *x, int argc, char **argv)
{
	static char help[] = "help";
	int n = 0, words;

	while (n < argc && !asks_for_help(argv[n]))
		n++;
	if (n == argc)
		return false;
	x->verb = verb_find(1, (char *[]){ help }, &words);
	x->argc = n;
	x->argv = argv;
	return true;
}

static enum err find(struct cli *x, int argc, char **argv)
{
	int words;

	if (argc == 0)
		return cli_usage(x, "say what to do; signalbox help shows what there is");
	if (find_help(x, argc, argv))
		return OK;
	x->verb = verb_find(argc, argv, &words);
	if (x->verb == NULL)
		return no_verb(x, argv[0]);
	x->argc = argc - words;
	x->argv = argv + words;
	return OK;
}

static enum err prepare(struct cli *x, const char *file)
{
	if (x->verb->needs == NEEDS_NOTHING && file == NULL)
		return OK;
	TRY(config_load(&x->c, file, &x->config));
	x->c.config = &x->config;
	cli_log_as(x, x->verb->name);
	return OK;
}

static enum err run(struct cli *x, int argc, char **argv)
{
	const char *file = NULL;

	TRY(global_options(x, &argc, &argv, &file));
	TRY(find(x, argc, argv));
	if (!crypt_init())
		return fail(&x->c, ERR_INTERNAL, NULL, "this machine gives no random numbers");
	TRY(prepare(x, file));
	TRY(x->verb->run(x));
	if (fflush(stdout) != 0 || ferror(stdout)) /* a line may have been lost before */
		return fail(&x->c, ERR_UNAVAILABLE, "stdout", "could not be written");
	return OK;
}

static void complain(const struct cli *x)
{
	const struct fault *f = &x->c.fault;
	const char *what = f->field != NULL ? f->field : x->verb != NULL ? x->verb->name : "usage";

	fprintf(stderr, "signalbox: %s: %s\n", what, f->detail != NULL ? f->detail : "failed");
}

int verbs_main(int argc, char **argv)
{
	struct cli x = { .c = { .arena = arena_create(ARENA_MAX),
			     .now_us = time_now_us(),
			     .req_id = "cli",
			     .actor = { .account = "cli",
				 .admin = true,
				 .scope = SCOPE_ADMIN,
				 .address = "" } } };

	enum err e = run(&x, argc - 1, argv + 1);
	if (e != OK)
		complain(&x);
	db_close(x.c.db);
	arena_destroy(x.c.arena);
	return exit_code(e);
}
