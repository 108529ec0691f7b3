/* What Dkron is told: its own flags, our settings, our webhooks. */

#include <string.h>

#include "cli/agent.h"
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
	{ "advertise-addr", TEXT, 0 },
	{ "advertise-rpc-port", NUMBER, 0 },
	{ "bind-addr", TEXT, 0 },
	{ "bootstrap-expect", NUMBER, 0 },
	{ "data-dir", TEXT, 0 },
	{ "datacenter", TEXT, 0 },
	{ "disable-usage-stats", FLAG, 0 },
	{ "enable-prometheus", FLAG, 0 },
	{ "encrypt", TEXT, 'e' },
	{ "http-addr", TEXT, 'p' },
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

static enum err read_flags(struct cli *x, struct given *g, bool *fetch_only)
{
	struct cli_option options[NFLAGS + 1];

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
	options[NFLAGS] = (struct cli_option){ .name = "fetch", .flag = fetch_only };
	return cli_arguments(x, options, NFLAGS + 1, NULL, 0, 0);
}

static void otherwise(struct given *g, const char *name, const char *value)
{
	const char **text = &g->text[index_of(name)];

	if (*text == NULL && *value != '\0')
		*text = value;
}

/* "a,b" behind what was given by name. */
static enum err add_list(struct cli *x, struct given *g, const char *name, const char *values)
{
	struct cli_list *list = &g->list[index_of(name)];
	char *rest = arena_strdup(x->c.arena, values);

	for (const char *one; *values != '\0' && (one = strsep(&rest, ",")) != NULL;) {
		if (list->n == LENGTH(list->items))
			return fail(&x->c, ERR_INVALID, name, "is given too often");
		list->items[list->n++] = one;
	}
	return OK;
}

/* Dkron heeds --join only where nothing stands under --retry-join. */
static enum err add_joins(struct cli *x, struct given *g)
{
	struct cli_list *joins = &g->list[index_of("join")];

	TRY(add_list(x, g, "retry-join", x->config.agent_join));
	for (size_t i = 0; g->list[index_of("retry-join")].n > 0 && i < joins->n; i++)
		TRY(add_list(x, g, "retry-join", joins->items[i]));
	if (g->list[index_of("retry-join")].n > 0)
		joins->n = 0;
	return OK;
}

/* A bare port is one on loopback: Dkron's API asks nobody for a password. */
static void http_address(struct cli *x, struct given *g)
{
	const char **text = &g->text[index_of("http-addr")];
	int64_t port;

	if (*text == NULL)
		*text = "127.0.0.1:8080";
	else if (text_int64(*text, 1, 65535, &port))
		*text = arena_printf(x->c.arena, "127.0.0.1:%s", *text);
}

/*
 * Without any address a first server is one for this machine alone, and on loopback Dkron wants to
 * be told the address that others should use. Told without a port, it would advertise the standard
 * one, wherever it listens: somebody else's agent, on a machine with several.
 */
static void addresses(struct cli *x, struct given *g, bool joins)
{
	const char **bind = &g->text[index_of("bind-addr")],
		   **advertise = &g->text[index_of("advertise-addr")];

	if (*bind == NULL && *advertise == NULL && !joins && g->flag[index_of("server")])
		*bind = "127.0.0.1:8946";
	if (*bind == NULL || (*bind)[0] == '[')
		return;
	const char *port = strchr(*bind, ':');
	if (*advertise == NULL && text_starts(*bind, "127."))
		*advertise = *bind;
	else if (*advertise != NULL && port != NULL && strchr(*advertise, ':') == NULL)
		*advertise = arena_printf(x->c.arena, "%s%s", *advertise, port);
}

/* A server that joins nobody is the first of its cluster. */
static enum err fill_in(struct cli *x, struct given *g)
{
	const struct config *config = &x->config;

	if (strcmp(config->agent_server, "true") == 0)
		g->flag[index_of("server")] = true;
	TRY(add_list(x, g, "tag", config->agent_tags));
	if (*config->label != '\0')
		TRY(add_list(x, g, "tag", arena_printf(x->c.arena, "label=%s", config->label)));
	TRY(add_joins(x, g));
	otherwise(g, "encrypt", config->agent_encrypt);
	otherwise(g, "advertise-addr", config->agent_advertise);
	otherwise(g, "node-name", config->agent_node_name);
	otherwise(g, "http-addr", config->agent_http);
	otherwise(g, "data-dir", "dkron.data");
	bool joins = g->list[index_of("join")].n > 0 || g->list[index_of("retry-join")].n > 0;
	if (g->flag[index_of("server")] && !joins)
		otherwise(g, "bootstrap-expect", "1");
	http_address(x, g);
	addresses(x, g, joins);
	g->flag[index_of("disable-usage-stats")] = true;
	return OK;
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

enum err agent_settings(struct cli *x, struct json **out, bool *fetch_only)
{
	struct given *g = arena_new(x->c.arena, struct given);

	*out = json_object(x->c.arena);
	TRY(read_flags(x, g, fetch_only));
	TRY(fill_in(x, g));
	TRY(set_flags(x, g, *out));
	set_hooks(x, *out);
	return OK;
}
