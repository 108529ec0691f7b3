#include "engine/job_body.h"

#include <string.h>
#include <strings.h>

#include "core/text.h"
#include "core/time.h"
#include "engine/gotext.h"

enum kind { TEXT, FLAG, COUNT, NUMBER, TEXTS, PLUGINS, NAMES, MOMENT, MOMENT_OR_NULL };

struct field {
	const char *name;
	enum kind kind;
	const char *type; /* as Go's errors call it */
};

#define STRINGS "map[string]string"
#define PLUGIN  "plugin.Config"

/* In Dkron's order. */
static const struct field fields[] = {
	{ "id", TEXT, "string" },
	{ "name", TEXT, "string" },
	{ "displayname", TEXT, "string" },
	{ "timezone", TEXT, "string" },
	{ "schedule", TEXT, "string" },
	{ "owner", TEXT, "string" },
	{ "owner_email", TEXT, "string" },
	{ "success_count", NUMBER, "int" },
	{ "error_count", NUMBER, "int" },
	{ "last_success", MOMENT_OR_NULL, "" },
	{ "last_error", MOMENT_OR_NULL, "" },
	{ "disabled", FLAG, "bool" },
	{ "tags", TEXTS, STRINGS },
	{ "metadata", TEXTS, STRINGS },
	{ "retries", COUNT, "uint" },
	{ "dependent_jobs", NAMES, "[]string" },
	{ "parent_job", TEXT, "string" },
	{ "processors", PLUGINS, "map[string]" PLUGIN },
	{ "concurrency", TEXT, "string" },
	{ "executor", TEXT, "string" },
	{ "executor_config", TEXTS, "plugin.ExecutorPluginConfig" },
	{ "status", TEXT, "string" },
	{ "next", MOMENT, "" },
	{ "ephemeral", FLAG, "bool" },
	{ "starts_at", MOMENT_OR_NULL, "" },
	{ "expires_at", MOMENT_OR_NULL, "" },
};

static const struct field *field_named(const char *key)
{
	for (size_t i = 0; i < LENGTH(fields); i++)
		if (strcasecmp(fields[i].name, key) == 0)
			return &fields[i];
	return NULL;
}

static struct json *nothing(struct arena *a, const struct field *f)
{
	switch (f->kind) {
	case TEXT:
		return json_string(a, strcmp(f->name, "concurrency") == 0 ? "allow" : "");
	case FLAG:
		return json_boolean(a, false);
	case COUNT:
	case NUMBER:
		return json_number(a, 0);
	case MOMENT:
		return json_string(a, GOTEXT_ZERO_TIME);
	case TEXTS:
	case PLUGINS:
	case NAMES:
	case MOMENT_OR_NULL:
		break;
	}
	return json_string(a, NULL);
}

static const char *const type_names[] = { [JSON_NULL] = "null",
	[JSON_BOOL] = "bool",
	[JSON_INT] = "number",
	[JSON_DOUBLE] = "number",
	[JSON_STRING] = "string",
	[JSON_ARRAY] = "array",
	[JSON_OBJECT] = "object" };

/* What Go says of a value that does not fit; a number is quoted where a number is wanted. */
static enum err mismatch(
    struct ctx *c, const struct field *f, const struct json *v, const char *type)
{
	bool number = json_type(v) == JSON_INT || json_type(v) == JSON_DOUBLE;
	bool quote = number && (f->kind == COUNT || f->kind == NUMBER);

	return fail(c, ERR_INVALID, f->name,
	    "json: cannot unmarshal %s%s%s into Go struct field Job.%s of type %s",
	    type_names[json_type(v)], quote ? " " : "", quote ? json_write(c->arena, v) : "",
	    f->name, type);
}

/* The same object with its keys in byte order, as Go writes a map. */
static enum err in_order(struct ctx *c, const struct json *object, struct json **out)
{
	const char *text = json_write_sorted(c->arena, object);

	return json_parse(c, text, strlen(text), out);
}

static enum err read_texts(
    struct ctx *c, const struct field *f, const struct json *v, const char *type, struct json **out)
{
	struct json *copy = json_object(c->arena), *value;
	const char *key;

	if (json_type(v) != JSON_OBJECT)
		return mismatch(c, f, v, type);
	for (size_t i = 0; json_member(v, i, &key, &value); i++) {
		if (json_type(value) != JSON_STRING && json_type(value) != JSON_NULL)
			return mismatch(c, f, value, "string");
		json_set(copy, key, json_string(c->arena, json_text(value)));
	}
	return in_order(c, copy, out);
}

static enum err read_plugins(
    struct ctx *c, const struct field *f, const struct json *v, struct json **out)
{
	struct json *copy = json_object(c->arena), *value, *config;
	const char *key;

	if (json_type(v) != JSON_OBJECT)
		return mismatch(c, f, v, f->type);
	for (size_t i = 0; json_member(v, i, &key, &value); i++) {
		config = json_object(c->arena);
		if (json_type(value) != JSON_NULL)
			TRY(read_texts(c, f, value, PLUGIN, &config));
		json_set(copy, key, config);
	}
	return in_order(c, copy, out);
}

static enum err read_names(struct ctx *c, const struct field *f, struct json *v, struct json **out)
{
	if (json_type(v) != JSON_ARRAY)
		return mismatch(c, f, v, f->type);
	for (size_t i = 0; i < json_length(v); i++)
		if (json_type(json_at(v, i)) != JSON_STRING)
			return mismatch(c, f, json_at(v, i), "string");
	*out = v;
	return OK;
}

/* The form of a browser's date field is taken as well, where null is. */
static enum err read_moment(struct ctx *c, const struct field *f, struct json *v, struct json **out)
{
	const char *text = json_text(v);
	const char *whole = arena_printf(c->arena, "%s:00Z", text);
	int64_t us, ns;

	if (json_type(v) != JSON_STRING)
		return fail(
		    c, ERR_INVALID, f->name, "Time.UnmarshalJSON: input is not a JSON string");
	*out = v;
	if (time_parse_rfc3339(text, &us) &&
	    (strncmp(f->name, "last_", 5) != 0 || time_parse_rfc3339_ns(text, &ns)))
		return OK;
	*out = json_string(c->arena, whole);
	if (f->kind == MOMENT_OR_NULL && strlen(text) == strlen("2006-01-02T15:04") &&
	    time_parse_rfc3339(whole, &us))
		return OK;
	return fail(c, ERR_INVALID, f->name,
	    "parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"%s\" as \"2006\"",
	    text_escape(c->arena, text), text_escape(c->arena, text));
}

static enum err read_value(struct ctx *c, const struct field *f, struct json *v, struct json **out)
{
	*out = v;
	switch (f->kind) {
	case TEXT:
		return json_type(v) == JSON_STRING ? OK : mismatch(c, f, v, f->type);
	case FLAG:
		return json_type(v) == JSON_BOOL ? OK : mismatch(c, f, v, f->type);
	case COUNT:
		return json_type(v) == JSON_INT && json_int(v) >= 0 ? OK
								    : mismatch(c, f, v, f->type);
	case NUMBER:
		return json_type(v) == JSON_INT ? OK : mismatch(c, f, v, f->type);
	case TEXTS:
		return read_texts(c, f, v, f->type, out);
	case PLUGINS:
		return read_plugins(c, f, v, out);
	case NAMES:
		return read_names(c, f, v, out);
	case MOMENT:
	case MOMENT_OR_NULL:
		return read_moment(c, f, v, out);
	}
	return OK;
}

/* Where our parser gave up at the very end, Go's says that the end came too early. */
static enum err unreadable(struct ctx *c, const char *text, size_t len)
{
	const char *why = c->fault.detail;

	if (strspn(text, " \t\r\n") == len)
		return fail(c, ERR_INVALID, NULL, "EOF");
	if (text_ends(why, arena_printf(c->arena, " at byte %zu.", len + 1)))
		return fail(c, ERR_INVALID, NULL, "unexpected EOF");
	return fail(c, ERR_INVALID, NULL, "%.*s", (int)strlen(why) - text_ends(why, "."), why);
}

static enum err take_all(struct ctx *c, const struct json *sent, struct json *all)
{
	const char *key;
	struct json *v;

	for (size_t i = 0; json_member(sent, i, &key, &v); i++) {
		const struct field *f = field_named(key);
		if (f == NULL || json_type(v) == JSON_NULL)
			continue;
		TRY(read_value(c, f, v, &v));
		json_set(all, f->name, v);
	}
	return OK;
}

enum err job_body_read(struct ctx *c, const char *text, size_t len, struct json **out)
{
	struct json *sent, *all = json_object(c->arena);

	if (json_parse(c, text, len, &sent) != OK)
		return unreadable(c, text, len);
	for (size_t i = 0; i < LENGTH(fields); i++)
		json_set(all, fields[i].name, nothing(c->arena, &fields[i]));
	if (json_type(sent) != JSON_OBJECT && json_type(sent) != JSON_NULL)
		return fail(c, ERR_INVALID, NULL,
		    "json: cannot unmarshal %s into Go value of type dkron.Job",
		    type_names[json_type(sent)]);
	TRY(take_all(c, sent, all));
	json_set(all, "id", json_get(all, "name"));
	*out = all;
	return OK;
}
