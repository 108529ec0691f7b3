#include "web/admin/facts.h"

#include <inttypes.h>
#include <string.h>

#include "core/time.h"
#include "web/admin/words.h"

enum kind { TEXT, CODE, BLOCK, COMMAS, ROWS };

/* What an executor is told, in the order in which a reader wants it; other keys follow under their
 * own name. */
static const struct setting {
	const char *key, *label;
	enum kind kind;
} settings[] = {
	{ "command", "Command", BLOCK },
	{ "method", "Method", CODE },
	{ "url", "Address", CODE },
	{ "headers", "Headers", ROWS },
	{ "body", "Body", BLOCK },
	{ "cwd", "Directory", CODE },
	{ "env", "Environment", COMMAS },
	{ "timeout", "Timeout", TEXT },
	{ "mem_limit", "Memory limit", TEXT },
	{ "expectCode", "Expected status", TEXT },
	{ "expectBody", "Expected answer", CODE },
};

static struct view *add(struct view *v, const char *label)
{
	struct view *fact = view_section(v, "FACT");

	view_text(fact, "LABEL", label);
	return fact;
}

static void add_code(struct view *fact, const char *value, bool first)
{
	struct view *code = view_section(fact, "CODE");

	view_text(code, "VALUE", value);
	if (!first)
		view_show(code, "COMMA");
}

static void add_text(struct view *v, const char *label, const char *value)
{
	if (*value != '\0')
		view_text(view_section(add(v, label), "PLAIN"), "VALUE", value);
}

/* "A=1,B=2" as two codes: Dkron splits there, without quoting. */
static void add_commas(struct ctx *c, struct view *fact, const char *value)
{
	for (bool first = true; *value != '\0'; first = false) {
		size_t n = strcspn(value, ",");
		add_code(fact, arena_strndup(c->arena, value, n), first);
		value += value[n] == ',' ? n + 1 : n;
	}
}

/* A JSON list of strings, written into a string: what Dkron takes for headers. */
static void add_rows(struct ctx *c, struct view *fact, const char *value)
{
	struct json *rows;

	if (json_parse(c, value, strlen(value), &rows) != OK || json_type(rows) != JSON_ARRAY) {
		add_code(fact, value, true);
		return;
	}
	for (size_t i = 0; i < json_length(rows); i++)
		add_code(fact, json_text(json_at(rows, i)), i == 0);
}

static void add_setting(
    struct ctx *c, struct view *v, const char *label, enum kind kind, const char *value)
{
	struct view *fact;

	if (*value == '\0')
		return;
	fact = add(v, label);
	switch (kind) {
	case BLOCK:
		view_text(view_section(fact, "BLOCK"), "VALUE", value);
		break;
	case COMMAS:
		add_commas(c, fact, value);
		break;
	case ROWS:
		add_rows(c, fact, value);
		break;
	case CODE:
		add_code(fact, value, true);
		break;
	case TEXT:
		view_text(view_section(fact, "PLAIN"), "VALUE", value);
		break;
	}
}

static bool is_listed(const char *key)
{
	for (size_t i = 0; i < LENGTH(settings); i++)
		if (strcmp(settings[i].key, key) == 0)
			return true;
	return strcmp(key, "shell") == 0;
}

static void add_executor(struct ctx *c, struct view *v, const struct json *spec)
{
	const struct json *config = json_get(spec, "executor_config");
	const char *executor = json_text(json_get(spec, "executor")), *key;
	bool through = strcmp(json_text(json_get(config, "shell")), "true") == 0;
	struct json *value;

	add_text(v, "Executor",
	    through ? arena_printf(c->arena, "%s, through /bin/sh -c", executor) : executor);
	for (size_t i = 0; i < LENGTH(settings); i++)
		add_setting(c, v, settings[i].label, settings[i].kind,
		    json_text(json_get(config, settings[i].key)));
	for (size_t i = 0; json_member(config, i, &key, &value); i++)
		if (!is_listed(key))
			add_setting(c, v, key, CODE, json_text(value));
}

/* {"role":"web:1"} is what people write as role=web:1. */
static void add_map(struct ctx *c, struct view *v, const char *label, const struct json *map,
    const char *when_empty)
{
	struct json *value;
	const char *key;

	if (json_length(map) == 0) {
		add_text(v, label, when_empty);
		return;
	}
	struct view *fact = add(v, label);
	for (size_t i = 0; json_member(map, i, &key, &value); i++)
		add_code(fact, arena_printf(c->arena, "%s=%s", key, json_text(value)), i == 0);
}

/* As the form takes them: "log.forward=true", or the name of one without settings. */
static void add_processors(struct ctx *c, struct view *v, const struct json *maps)
{
	struct json *map, *value;
	const char *name, *key;
	bool first = true;

	if (json_length(maps) == 0)
		return;
	struct view *fact = add(v, "Processors");
	for (size_t i = 0; json_member(maps, i, &name, &map); i++) {
		if (json_length(map) == 0)
			add_code(fact, name, first);
		for (size_t k = 0; json_member(map, k, &key, &value); k++, first = false)
			add_code(fact,
			    arena_printf(c->arena, "%s.%s=%s", name, key, json_text(value)), first);
		first = false;
	}
}

/* What is otherwise as the team says. */
static void add_own_policy(struct ctx *c, struct view *v, const struct json *spec)
{
	int64_t days = json_int(json_get(spec, "keep_days"));
	int64_t approvals = json_int(json_get(spec, "approvals"));
	const char *drift = json_text(json_get(spec, "drift"));

	if (approvals > 0)
		add_text(v, "Changes",
		    arena_printf(c->arena, "%s must agree",
			words_count(c->arena, approvals, "other", "others")));
	if (days > 0)
		add_text(v, "Runs are kept", words_count(c->arena, days, "day", "days"));
	if (*drift != '\0')
		add_text(v, "When it drifts",
		    strcmp(drift, "show") == 0     ? "it is shown"
		    : strcmp(drift, "revert") == 0 ? "it is put back"
						   : "it is taken over");
}

static void add_time(
    const struct page *p, struct view *v, const char *label, const struct json *value)
{
	int64_t us;

	if (time_parse_rfc3339(json_text(value), &us))
		page_time(p, view_section(add(v, label), "MOMENT"), "TIME", us, TIME_SHORT);
}

static const char *concurrency(const struct json *spec)
{
	bool forbid = strcmp(json_text(json_get(spec, "concurrency")), "forbid") == 0;

	return forbid ? "forbid: a fire is skipped while a run goes on"
		      : "allow: a fire starts another run beside the one that goes on";
}

static const char *owner(struct ctx *c, const struct json *spec)
{
	const char *name = json_text(json_get(spec, "owner"));
	const char *mail = json_text(json_get(spec, "owner_email"));

	return arena_printf(c->arena, "%s%s%s", name, *name && *mail ? ", " : "", mail);
}

void facts_of_job(const struct page *p, struct view *v, const struct json *spec)
{
	struct ctx *c = p->c;
	int64_t retries = json_int(json_get(spec, "retries"));

	add_text(v, "Title", json_text(json_get(spec, "displayname")));
	add_text(v, "Description", json_text(json_get(spec, "description")));
	add_executor(c, v, spec);
	add_map(c, v, "Runs on", json_get(spec, "tags"), "every node, all at once");
	add_text(v, "Retries",
	    retries == 0 ? "none"
			 : arena_printf(c->arena, "%" PRId64 " on the same node", retries));
	add_text(v, "Concurrency", concurrency(spec));
	add_time(p, v, "Not before", json_get(spec, "starts_at"));
	add_time(p, v, "Not after", json_get(spec, "expires_at"));
	if (json_bool(json_get(spec, "ephemeral")))
		add_text(v, "Once", "it is deleted after its first success");
	add_text(v, "Owner", owner(c, spec));
	add_map(c, v, "Metadata", json_get(spec, "metadata"), "");
	add_processors(c, v, json_get(spec, "processors"));
	add_own_policy(c, v, spec);
}
