/* What the engine should have, and whether it has it. */

#include <string.h>

#include "core/buf.h"
#include "core/config.h"
#include "core/time.h"
#include "model/spec_inside.h"

enum { FIELDS_BYTES = 400 };

static struct json *marked(struct ctx *c, const struct json *metadata)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(metadata, i, &key, &value); i++)
		json_set(copy, key, value);
	json_set(copy, "signalbox", json_string(c->arena, c->config->label));
	return copy;
}

bool spec_is_labelled(struct ctx *c, const struct json *engine_job)
{
	const char *label = json_text(json_get(json_get(engine_job, "metadata"), "signalbox"));

	return strcmp(label, c->config->label) == 0;
}

struct json *spec_for_engine(struct ctx *c, const char *name, const struct json *spec)
{
	struct json *job = json_object(c->arena);
	const char *parent = spec_text(spec, "parent_job");

	json_set(job, "name", json_string(c->arena, spec_engine_name(c, name)));
	for (size_t i = 0; i < nspec_fields; i++)
		if (!spec_fields[i].ours)
			json_set(job, spec_fields[i].name, json_get(spec, spec_fields[i].name));
	if (parent[0] != '\0')
		json_set(job, "parent_job", json_string(c->arena, spec_engine_name(c, parent)));
	json_set(job, "metadata", marked(c, json_get(spec, "metadata")));
	return job;
}

static bool same_time(const struct json *x, const struct json *y)
{
	int64_t x_us = 0, y_us = 0;
	bool has_x = time_parse_rfc3339(json_text(x), &x_us) && x_us > 0;
	bool has_y = time_parse_rfc3339(json_text(y), &y_us) && y_us > 0;

	return has_x == has_y && (!has_x || x_us == y_us);
}

/* Dkron answers null for what is empty, and the other way round. */
static bool same_map(const struct json *x, const struct json *y)
{
	if (json_length(x) == 0 && json_length(y) == 0)
		return true;
	return json_equal(x, y);
}

static bool covers(const struct json *x, const struct json *y)
{
	struct json *inner = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(x, i, &key, &inner); i++)
		if (json_get(y, key) == NULL || !same_map(inner, json_get(y, key)))
			return false;
	return true;
}

static bool same_text(const char *field, const char *x, const char *y)
{
	if (strcmp(field, "concurrency") == 0) {
		x = x[0] != '\0' ? x : "allow";
		y = y[0] != '\0' ? y : "allow";
	}
	return strcmp(x, y) == 0;
}

bool spec_same_field(
    const struct spec_field *f, const struct json *wanted, const struct json *engine_job)
{
	const struct json *x = json_get(wanted, f->name), *y = json_get(engine_job, f->name);

	switch (f->kind) {
	case SPEC_LINE:
	case SPEC_TEXT:
		return same_text(f->name, json_text(x), json_text(y));
	case SPEC_BOOL:
		return json_bool(x) == json_bool(y);
	case SPEC_INT:
		return json_int(x) == json_int(y);
	case SPEC_MAP:
		return same_map(x, y);
	case SPEC_MAPS:
		return covers(x, y) && covers(y, x);
	case SPEC_TIME:
		break;
	}
	return same_time(x, y);
}

enum err spec_engine_differs(
    struct ctx *c, const struct json *wanted, const struct json *engine_job, const char **fields)
{
	struct buf names;

	if (json_type(engine_job) != JSON_OBJECT)
		return fail(
		    c, ERR_MALFORMED, NULL, "The engine's job is %s.", spec_type_words(engine_job));
	buf_init(&names, c->arena, FIELDS_BYTES);
	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		if (f->ours || spec_same_field(f, wanted, engine_job))
			continue;
		buf_printf(&names, "%s%s", names.len > 0 ? ", " : "", f->name);
	}
	*fields = names.data;
	return OK;
}
