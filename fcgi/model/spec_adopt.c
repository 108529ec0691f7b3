/* The way back: what the engine has, as a definition of ours. */

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "core/time.h"
#include "model/spec_inside.h"

/* Dkron says null or the year 1 where there is nothing. */
static bool is_empty(const struct spec_field *f, const struct json *v)
{
	int64_t us = 0;

	switch (json_type(v)) {
	case JSON_NULL:
		return true;
	case JSON_STRING:
		return json_text(v)[0] == '\0' ||
		       (f->kind == SPEC_TIME && time_parse_rfc3339(json_text(v), &us) && us <= 0);
	case JSON_ARRAY:
	case JSON_OBJECT:
		return json_length(v) == 0;
	default:
		return false;
	}
}

struct json *spec_of_engine(struct ctx *c, const struct json *engine_job)
{
	struct json *o = json_object(c->arena);

	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		struct json *v = json_get(engine_job, f->name);
		if (!f->ours && !is_empty(f, v))
			json_set(o, f->name, v);
	}
	return o;
}

static struct json *without_label(struct ctx *c, const struct json *metadata)
{
	struct json *copy = json_copy(c->arena, metadata);

	json_remove(copy, "signalbox");
	return copy;
}

static struct json *without_namespace(struct ctx *c, struct json *parent)
{
	const char *name = json_text(parent), *space = c->config->namespace;

	return text_starts(name, space) ? json_string(c->arena, name + strlen(space)) : parent;
}

/* A processor without settings is {} with us and null with Dkron. */
static struct json *whole(struct ctx *c, const struct json *maps)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(maps, i, &key, &value); i++)
		json_set(copy, key, json_type(value) == JSON_NULL ? json_object(c->arena) : value);
	return copy;
}

static struct json *adopted(
    struct ctx *c, const struct spec_field *f, const struct json *engine_job)
{
	struct json *v = json_get(engine_job, f->name);

	if (is_empty(f, v))
		return json_string(c->arena, NULL); /* null: the default */
	if (strcmp(f->name, "metadata") == 0)
		return without_label(c, v);
	if (strcmp(f->name, "parent_job") == 0)
		return without_namespace(c, v);
	return f->kind == SPEC_MAPS && json_type(v) == JSON_OBJECT ? whole(c, v) : v;
}

struct json *spec_adopted(
    struct ctx *c, const char *name, const struct json *spec, const struct json *engine_job)
{
	struct json *input = json_object(c->arena);
	const struct json *wanted = spec != NULL ? spec_for_engine(c, name, spec) : NULL;

	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		struct json *v = json_get(spec, f->name);
		if (!f->ours && (wanted == NULL || !spec_same_field(f, wanted, engine_job)))
			v = adopted(c, f, engine_job);
		if (v != NULL && json_type(v) != JSON_NULL)
			json_set(input, f->name, v);
	}
	return input;
}

size_t spec_engine_diff(struct ctx *c, const struct json *engine_job, const struct json *wanted,
    struct spec_change **out)
{
	struct json *before = json_object(c->arena), *after = json_object(c->arena);

	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		if (f->ours || (engine_job != NULL && spec_same_field(f, wanted, engine_job)))
			continue;
		if (!is_empty(f, json_get(engine_job, f->name)))
			json_set(before, f->name, json_get(engine_job, f->name));
		if (!is_empty(f, json_get(wanted, f->name)))
			json_set(after, f->name, json_get(wanted, f->name));
	}
	return spec_diff(c, before, after, out);
}
