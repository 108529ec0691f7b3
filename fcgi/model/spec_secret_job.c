/* Where in a definition somebody may have written a credential. */

#include <string.h>

#include "core/text.h"
#include "model/base64.h"
#include "model/spec_inside.h"
#include "model/spec_secret.h"

struct looking {
	struct ctx *c;
	struct secret_found *all;
	size_t n;
	bool on_engine;
};

static void add(struct looking *l, const char *field, const char *what)
{
	if (what != NULL && l->n < SECRETS_MAX)
		l->all[l->n++] = (struct secret_found){ field, what, l->on_engine };
}

/* Some settings hold their bytes in base64. */
static const char *in_base64(struct ctx *c, const char *value)
{
	char *bytes;
	size_t len;

	if (value[0] == '\0' || !base64_decode(c->arena, value, BASE64_STANDARD, &bytes, &len) ||
	    strlen(bytes) != len)
		return NULL;
	return secret_in_text(c, bytes);
}

/* Of "value:2", which stands for two nodes, the value. */
static const char *without_count(struct ctx *c, const char *value)
{
	const char *colon = strrchr(value, ':');

	if (colon == NULL || colon[1] == '\0' || colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return value;
	return arena_strndup(c->arena, value, (size_t)(colon - value));
}

static void in_map(struct looking *l, const char *of, const struct json *map)
{
	static const char *const packed[] = { "payload", "data", "message.base64Body" };
	struct json *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(map, i, &key, &value); i++) {
		const char *text = json_text(value);
		if (strcmp(of, "tags") == 0)
			text = without_count(l->c, text);
		const char *found = secret_in_setting(l->c, key, text);
		for (size_t k = 0; found == NULL && k < LENGTH(packed); k++)
			if (strcmp(key, packed[k]) == 0)
				found = in_base64(l->c, text);
		add(l, arena_printf(l->c->arena, "%s.%s", of, key), found);
	}
}

static void in_maps(struct looking *l, const char *of, const struct json *maps)
{
	struct json *map = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(maps, i, &key, &map); i++)
		in_map(l, arena_printf(l->c->arena, "%s.%s", of, key), map);
}

size_t secrets_in_job(struct ctx *c, const struct json *spec, struct secret_found **out)
{
	struct looking l = { .c = c };

	l.all = arena_alloc(c->arena, SECRETS_MAX, sizeof(*l.all));
	for (size_t i = 0; i < nspec_fields; i++) {
		const struct spec_field *f = &spec_fields[i];
		struct json *v = json_get(spec, f->name);
		l.on_engine = !f->ours;
		if (f->kind == SPEC_MAP)
			in_map(&l, f->name, v);
		else if (f->kind == SPEC_MAPS)
			in_maps(&l, f->name, v);
		else if (json_type(v) == JSON_STRING && f->choices == NULL)
			add(&l, f->name, secret_in_text(c, json_text(v)));
	}
	*out = l.all;
	return l.n;
}
