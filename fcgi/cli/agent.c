/*
 * agent: a Dkron agent that reports to our hook.
 *
 * Takes Dkron's own flags, and writes them with the webhooks into a file that only we may read:
 * Dkron shows its command line to anybody who asks (/debug/vars), and gives its environment to
 * every job, so the token must stand in neither. Then this process becomes Dkron.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/verbs.h"
#include "core/json.h"
#include "core/text.h"

/* What the hook reads (web/hook): form fields, each value escaped by Dkron. */
#define PAYLOAD(at)                                                                    \
	"v=1&at=" at                                                                   \
	"&job={{urlquery .JobName}}&id={{.StartTime.UnixNano}}-{{urlquery .NodeName}}" \
	"&end={{.FinishedAt.UnixNano}}&ok={{.Success}}&by={{urlquery .ReportingNode}}" \
	"&tail={{urlquery (slice .Report (len .Output))}}&out={{urlquery .Output}}"

enum kind { FLAG, TEXT, NUMBER, LIST };

/* clang-format off */
static const struct flag {
	const char *name; /* as Dkron calls it */
	enum kind kind;
	char letter;
} flags[] = {
	{ "advertise-addr", TEXT, 'p' },
	{ "advertise-rpc-port", NUMBER, 0 },
	{ "bind-addr", TEXT, 0 },
	{ "bootstrap-expect", NUMBER, 0 },
	{ "data-dir", TEXT, 0 },
	{ "datacenter", TEXT, 0 },
	{ "disable-usage-stats", FLAG, 0 },
	{ "enable-prometheus", FLAG, 0 },
	{ "encrypt", TEXT, 'e' },
	{ "http-addr", TEXT, 0 },
	{ "join", LIST, 'j' },
	{ "log-level", TEXT, 0 },
	{ "node-name", TEXT, 0 },
	{ "otel-endpoint", TEXT, 0 },
	{ "profile", TEXT, 0 },
	{ "raft-multiplier", NUMBER, 0 },
	{ "region", TEXT, 0 },
	{ "retry-interval", TEXT, 0 },
	{ "retry-join", LIST, 0 },
	{ "retry-max", NUMBER, 0 },
	{ "rpc-port", NUMBER, 0 },
	{ "serf-reconnect-timeout", TEXT, 0 },
	{ "server", FLAG, 's' },
	{ "statsd-addr", TEXT, 0 },
	{ "tag", LIST, 0 },
};
/* clang-format on */

enum { NFLAGS = sizeof(flags) / sizeof(flags[0]) };

struct given {
	bool flag[NFLAGS];
	const char *text[NFLAGS];
	struct cli_list list[NFLAGS];
};

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (strcmp(flags[i].name, name) != 0)
		i++;
	return i;
}

static enum err read_flags(struct cli *x, struct given *g)
{
	struct cli_option options[NFLAGS];

	for (size_t i = 0; i < NFLAGS; i++) {
		options[i] = (struct cli_option){ .name = flags[i].name,
			.letter = flags[i].letter };
		if (flags[i].kind == FLAG)
			options[i].flag = &g->flag[i];
		else if (flags[i].kind == LIST)
			options[i].list = &g->list[i];
		else
			options[i].text = &g->text[i];
	}
	return cli_arguments(x, options, NFLAGS, NULL, 0, 0);
}

/* A server that joins nobody is the first of its cluster. */
static void fill_in(struct given *g)
{
	bool joins = g->list[index_of("join")].n > 0 || g->list[index_of("retry-join")].n > 0;
	const char **expect = &g->text[index_of("bootstrap-expect")];

	if (g->flag[index_of("server")] && !joins && *expect == NULL)
		*expect = "1";
	if (g->text[index_of("data-dir")] == NULL)
		g->text[index_of("data-dir")] = "dkron.data";
	g->flag[index_of("disable-usage-stats")] = true;
}

static struct json *list_of(struct arena *a, const struct cli_list *list)
{
	struct json *items = json_array(a);

	for (size_t i = 0; i < list->n; i++)
		json_push(items, json_string(a, list->items[i]));
	return items;
}

static enum err set_flags(struct cli *x, const struct given *g, struct json *settings)
{
	struct arena *a = x->c.arena;
	int64_t number;

	for (size_t i = 0; i < NFLAGS; i++) {
		const char *name = flags[i].name;
		if (g->flag[i])
			json_set(settings, name, json_boolean(a, true));
		if (g->list[i].n > 0)
			json_set(settings, name, list_of(a, &g->list[i]));
		if (g->text[i] == NULL)
			continue;
		if (flags[i].kind == NUMBER) {
			TRY(cli_int(x, name, g->text[i], 0, INT32_MAX, &number));
			json_set(settings, name, json_number(a, number));
		} else {
			json_set(settings, name, json_string(a, g->text[i]));
		}
	}
	return OK;
}

/* Dkron splits a header at its colons, and dies when there is none. */
static void set_hooks(struct cli *x, struct json *settings)
{
	struct arena *a = x->c.arena;
	static const char *const names[] = { "pre-webhook", "webhook" };
	static const char *const payloads[] = { PAYLOAD("pre"), PAYLOAD("post") };

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct json *headers = json_array(a);
		json_push(headers, json_string(a, arena_printf(a, "Authorization:Bearer %s",
						      x->config.hook_token)));
		json_set(settings, arena_printf(a, "%s-endpoint", names[i]),
		    json_string(a, x->config.hook_url));
		json_set(
		    settings, arena_printf(a, "%s-payload", names[i]), json_string(a, payloads[i]));
		json_set(settings, arena_printf(a, "%s-headers", names[i]), headers);
	}
}

static enum err write_file(struct ctx *c, const char *path, const char *text)
{
	/* A file of that name keeps its mode, so it is made anew; nobody may have put a link in its
	 * place. */
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(c, ERR_INVALID, path, "%s", strerror(errno));
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(c, ERR_INVALID, path, "%s", strerror(errno));
	size_t len = strlen(text);
	bool written = write(fd, text, len) == (ssize_t)len;
	if (close(fd) != 0 || !written)
		return fail(c, ERR_INVALID, path, "could not be written whole");
	return OK;
}

static enum err hooks_configured(struct cli *x)
{
	const char *token = x->config.hook_token;

	if (*x->config.hook_url == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_URL", "is not set");
	if (*token == '\0')
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_TOKEN", "is not set");
	if (strpbrk(token, ":, \t") != NULL)
		return fail(&x->c, ERR_INVALID, "SIGNALBOX_HOOK_TOKEN",
		    "must be without colon, comma and blank: Dkron would cut it there");
	return OK;
}

/* What Dkron starts sees its environment: nothing of ours stays in it. */
static void clean_environment(struct arena *a)
{
	for (size_t i = 0; environ[i] != NULL;) {
		if (!text_starts(environ[i], "SIGNALBOX_")) {
			i++;
			continue;
		}
		unsetenv(arena_strndup(a, environ[i], strcspn(environ[i], "=")));
	}
}

enum err verb_agent(struct cli *x)
{
	struct given *g = arena_new(x->c.arena, struct given);
	struct json *settings = json_object(x->c.arena);
	const char *dkron = *x->config.dkron_bin != '\0' ? x->config.dkron_bin : "dkron";

	TRY(read_flags(x, g));
	TRY(hooks_configured(x));
	fill_in(g);
	TRY(set_flags(x, g, settings));
	set_hooks(x, settings);
	const char *folder = g->text[index_of("data-dir")];
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return fail(&x->c, ERR_INVALID, folder, "%s", strerror(errno));
	const char *path = arena_printf(x->c.arena, "%s/signalbox.json", folder);
	TRY(write_file(&x->c, path, json_write_pretty(x->c.arena, settings)));
	clean_environment(x->c.arena);
	execlp(dkron, dkron, "agent", "--config", path, (char *)NULL);
	return fail(&x->c, ERR_NOT_FOUND, dkron, "%s", strerror(errno));
}
