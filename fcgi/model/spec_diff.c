/* What changed between two specs, as people read it. */

#include <inttypes.h>
#include <string.h>

#include "model/spec_inside.h"

struct diff {
	struct ctx *c;
	struct spec_change *changes;
	size_t n;
	const char *executor;
};

/* How many entries two specs have at most, so that none is left out: what is approved was seen. */
static size_t entries(const struct json *spec)
{
	struct json *value = NULL, *inner = NULL;
	const char *key = NULL;
	size_t n = 1;

	for (size_t i = 0; json_member(spec, i, &key, &value); i++) {
		n += 1 + json_length(value);
		for (size_t k = 0; json_member(value, k, &key, &inner); k++)
			n += json_length(inner);
	}
	return n;
}

static const char *words(struct ctx *c, const struct json *v)
{
	switch (json_type(v)) {
	case JSON_STRING:
		return json_text(v);
	case JSON_BOOL:
		return json_bool(v) ? "yes" : "no";
	case JSON_INT:
		return arena_printf(c->arena, "%" PRId64, json_int(v));
	default:
		return "";
	}
}

static void add(struct diff *d, const char *field, const char *label, const struct json *before,
    const struct json *after)
{
	const char *x = words(d->c, before), *y = words(d->c, after);

	if (strcmp(x, y) != 0)
		d->changes[d->n++] = (struct spec_change){ field, label, x, y };
}

/* One that is there on one side alone, and says nothing there. */
static void add_empty(
    struct diff *d, const char *field, const char *label, const struct json *before)
{
	static const char empty[] = "(empty)";

	d->changes[d->n++] = (struct spec_change){ field, label, before != NULL ? empty : "",
		before != NULL ? "" : empty };
}

static void add_entry(struct diff *d, const char *field, const char *label,
    const struct json *before, const struct json *after)
{
	if ((before == NULL) != (after == NULL) && words(d->c, before)[0] == '\0' &&
	    words(d->c, after)[0] == '\0')
		add_empty(d, field, label, before);
	else
		add(d, field, label, before, after);
}

static const char *entry_label(
    struct diff *d, const char *field, const char *label, const char *key)
{
	const char *known = NULL;

	if (strcmp(field, "executor_config") == 0)
		known = spec_config_label(d->executor, key);
	return known != NULL ? known : arena_printf(d->c->arena, "%s %s", label, key);
}

/* Entries of `before` first, then those that are only in `after`. */
static void add_map(struct diff *d, const char *field, const char *label, const struct json *before,
    const struct json *after)
{
	struct json *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(before, i, &key, &value); i++)
		add_entry(d, arena_printf(d->c->arena, "%s.%s", field, key),
		    entry_label(d, field, label, key), value, json_get(after, key));
	for (size_t i = 0; json_member(after, i, &key, &value); i++)
		if (json_get(before, key) == NULL)
			add_entry(d, arena_printf(d->c->arena, "%s.%s", field, key),
			    entry_label(d, field, label, key), NULL, value);
}

/* A processor without settings, too, is there or is not. */
static void add_inner(struct diff *d, const char *field, const char *label,
    const struct json *before, const struct json *after)
{
	if ((before == NULL) != (after == NULL) && json_length(before) + json_length(after) == 0)
		add_empty(d, field, label, before);
	else
		add_map(d, field, label, before, after);
}

static void add_maps(
    struct diff *d, const struct spec_field *f, const struct json *before, const struct json *after)
{
	const struct json *const sides[] = { before, after };
	struct json *value = NULL;
	const char *key = NULL;

	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; json_member(sides[side], i, &key, &value); i++)
			if (side == 0 || json_get(before, key) == NULL)
				add_inner(d, arena_printf(d->c->arena, "%s.%s", f->name, key),
				    arena_printf(d->c->arena, "%s %s", f->label, key),
				    json_get(before, key), json_get(after, key));
}

/* Of a bool or number that is not there, the default: nothing changed from "" to "no". */
static const struct json *value_of(
    struct ctx *c, const struct spec_field *f, const struct json *spec)
{
	const struct json *v = json_get(spec, f->name);

	if (v == NULL && f->kind == SPEC_BOOL)
		return json_boolean(c->arena, false);
	if (v == NULL && f->kind == SPEC_INT)
		return json_number(c->arena, 0);
	return v;
}

size_t spec_diff(
    struct ctx *c, const struct json *before, const struct json *after, struct spec_change **out)
{
	struct diff d = { .c = c, .executor = spec_text(after, "executor") };

	d.changes = arena_alloc(
	    c->arena, nspec_fields + entries(before) + entries(after), sizeof(*d.changes));
	add(&d, "team", "Team", json_get(before, "team"), json_get(after, "team"));
	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		const struct json *x = value_of(c, f, before), *y = value_of(c, f, after);
		if (f->kind == SPEC_MAP)
			add_map(&d, f->name, f->label, x, y);
		else if (f->kind == SPEC_MAPS)
			add_maps(&d, f, x, y);
		else
			add(&d, f->name, f->label, x, y);
	}
	*out = d.changes;
	return d.n;
}
