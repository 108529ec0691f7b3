/* What changed between two specs, as people read it. */

#include <inttypes.h>
#include <string.h>

#include "model/spec_inside.h"

enum { CHANGES_MAX = 400 };

struct diff {
	struct ctx *c;
	struct spec_change *changes;
	size_t n;
	const char *executor;
};

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

	if (d->n < CHANGES_MAX && strcmp(x, y) != 0)
		d->changes[d->n++] = (struct spec_change){ field, label, x, y };
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
		add(d, arena_printf(d->c->arena, "%s.%s", field, key),
		    entry_label(d, field, label, key), value, json_get(after, key));
	for (size_t i = 0; json_member(after, i, &key, &value); i++)
		if (json_get(before, key) == NULL)
			add(d, arena_printf(d->c->arena, "%s.%s", field, key),
			    entry_label(d, field, label, key), NULL, value);
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
				add_map(d, arena_printf(d->c->arena, "%s.%s", f->name, key),
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

	d.changes = arena_alloc(c->arena, CHANGES_MAX, sizeof(*d.changes));
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
