#ifndef CLI_CLI_H
#define CLI_CLI_H

/* cli: what every verb shares: its ctx, its arguments, its way to fail. */

#include "core/config.h"
#include "core/ctx.h"

struct verb;

struct cli {
	struct ctx c; /* the actor is the command line: whoever may run this with the database's
			 address may do all */
	struct config config;
	const struct verb *verb;
	int argc; /* of what follows the verb */
	char **argv;
};

/* Arguments that may come several times. */
struct cli_list {
	const char *items[32];
	size_t n;
};

/* One option; of the three places to put it exactly one is set. */
struct cli_option {
	const char *name; /* without the dashes */
	char letter;      /* 0: none */
	bool *flag;
	const char **text;
	struct cli_list *list;
};

/*
 * Sorts the arguments into options and words: `min` to `max` of them, which land in words[]. Wrong
 * usage: a word too few or too many, an unknown option, an option without its value.
 */
MUST_USE enum err cli_arguments(struct cli *x, const struct cli_option *options, size_t n,
    const char **words, int min, int max);
#define CLI_NO_OPTIONS NULL, 0

/* `text` as a number in [min, max], or wrong usage that names the option. */
MUST_USE enum err cli_int(
    struct cli *x, const char *option, const char *text, int64_t min, int64_t max, int64_t *out);

/* Wrong usage is told apart from all other failures by its exit code: ERR_MALFORMED here and
 * nowhere else. */
#define cli_usage(x, ...) fail(&(x)->c, ERR_MALFORMED, NULL, __VA_ARGS__)

/* Log lines of this process say `who` from now on. */
void cli_log_as(const struct cli *x, const char *who);

/* Opens the database as the address in the configuration says: with the rights of the owner. */
MUST_USE enum err cli_database(struct cli *x);

/* One line from standard input; on a terminal asked for twice, without echo. */
MUST_USE enum err cli_password(struct cli *x, const char **out);

#endif
