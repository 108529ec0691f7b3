#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verbs.h"
#include "core/log.h"
#include "core/text.h"
#include "db/db.h"

enum {
	OPTIONS_MAX = 40,
	LONG_ONLY = 256
}; /* LONG_ONLY + i stands for an option without a letter */

struct table {
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 2];
};

static void describe(const struct cli_option *options, size_t n, struct table *t)
{
	size_t len = 0;

	*t = (struct table){ .shorts = ":" };
	for (size_t i = 0; i < n && i < OPTIONS_MAX; i++) {
		const struct cli_option *o = &options[i];
		int takes = o->flag != NULL ? no_argument : required_argument;
		t->longs[i] = (struct option){ o->name, takes, NULL, LONG_ONLY + (int)i };
		if (o->letter == 0)
			continue;
		t->shorts[++len] = o->letter;
		if (takes == required_argument)
			t->shorts[++len] = ':';
	}
}

static const struct cli_option *option_of(const struct cli_option *options, size_t n, int value)
{
	for (size_t i = 0; i < n; i++)
		if (value == LONG_ONLY + (int)i || (value != 0 && value == options[i].letter))
			return &options[i];
	return NULL;
}

static enum err take(struct cli *x, const struct cli_option *o, const char *value)
{
	if (o->flag != NULL)
		*o->flag = true;
	else if (o->text != NULL)
		*o->text = value;
	else if (o->list->n == LENGTH(o->list->items))
		return cli_usage(x, "--%s is given too often", o->name);
	else
		o->list->items[o->list->n++] = value;
	return OK;
}

static enum err usage_error(struct cli *x, const char *problem)
{
	return cli_usage(x, "%s; usage: signalbox %s %s", problem, x->verb->name, x->verb->usage);
}

enum err cli_arguments(
    struct cli *x, const struct cli_option *options, size_t n, const char **words, int min, int max)
{
	char **argv = x->argv -
		      1; /* getopt looks at what follows the program's name: here the verb */
	int argc = x->argc + 1, value;
	struct table t;

	describe(options, n, &t);
	opterr = 0;
	optind = 0; /* glibc: start anew */
	while ((value = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct cli_option *o = option_of(options, n, value);
		if (o == NULL)
			return usage_error(
			    x, value == ':' ? "an option lacks its value" : "unknown option");
		TRY(take(x, o, optarg));
	}
	if (argc - optind < min)
		return usage_error(x, "something is missing");
	if (argc - optind > max)
		return usage_error(x, "too many arguments");
	for (int i = 0; optind + i < argc; i++)
		words[i] = argv[optind + i];
	return OK;
}

enum err cli_int(
    struct cli *x, const char *option, const char *text, int64_t min, int64_t max, int64_t *out)
{
	if (text != NULL && !text_int64(text, min, max, out))
		return cli_usage(x, "--%s must be a number from %lld to %lld", option,
		    (long long)min, (long long)max);
	return OK;
}

void cli_log_as(const struct cli *x, const char *who)
{
	static const char *const levels[] = { "debug", "info", "warn", "error" };
	enum log_level level = LOG_INFO;

	for (size_t i = 0; i < LENGTH(levels); i++)
		if (strcmp(levels[i], x->config.log_level) == 0)
			level = (enum log_level)i;
	log_setup(level, strcmp(x->config.log_format, "json") == 0 ? LOG_JSON : LOG_LOGFMT, who);
}

enum err cli_database(struct cli *x)
{
	if (*x->config.database_url == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_DATABASE_URL", "is not set");
	x->c.db = db_open_briefly(x->config.database_url, NULL);
	if (db_connect(&x->c) != OK)
		return fail(&x->c, ERR_UNAVAILABLE, "database",
		    "cannot be used: see the log line above; is it migrated?");
	return OK;
}
