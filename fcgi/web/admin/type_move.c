/* Adding, moving and removing items of the form's lists. */

#include <string.h>

#include "core/text.h"
#include "web/admin/type_inside.h"

/* "up fields 2" */
struct move {
	const char *verb, *list, *what;
};

static bool read_move(struct ctx *c, const char *text, struct move *out)
{
	size_t verb = strcspn(text, " ");
	const char *list = text + verb + (text[verb] == ' ' ? 1 : 0);
	size_t len = strcspn(list, " ");

	*out = (struct move){ .verb = arena_strndup(c->arena, text, verb),
		.list = arena_strndup(c->arena, list, len),
		.what = list + len + (list[len] == ' ' ? 1 : 0) };
	return *out->list != '\0';
}

bool type_form_is_move(const char *what)
{
	return text_starts(what, "add ") || text_starts(what, "up ") ||
	       text_starts(what, "down ") || text_starts(what, "remove ");
}

static enum err nothing(struct ctx *c)
{
	return fail(c, ERR_INVALID, "do", "is nothing that can be done");
}

static enum err add(struct ctx *c, struct json *list, const struct move *m, size_t max)
{
	struct json *item = json_object(c->arena);
	bool field = strcmp(m->list, "fields") == 0;

	if (json_length(list) >= max)
		return fail(c, ERR_INVALID, m->list, "must be a list of at most %zu", max);
	if (!field && type_action_slots(c, m->what) == NULL)
		return nothing(c);
	json_set(item, field ? "kind" : "action", json_string(c->arena, field ? "line" : m->what));
	if (!field)
		json_set(item, "with", json_object(c->arena));
	json_push(list, item);
	return OK;
}

/* Without the item `from`, or with it at the place `to`. */
static struct json *without(struct ctx *c, const struct json *list, size_t from, const size_t *to)
{
	struct json *out = json_array(c->arena);

	for (size_t i = 0; i < json_length(list); i++) {
		size_t at = i;
		if (to != NULL && i == *to)
			at = from;
		else if (to != NULL && i == from)
			at = *to;
		if (to != NULL || i != from)
			json_push(out, json_at(list, at));
	}
	return out;
}

enum err type_form_move(struct ctx *c, struct type_form *form, const char *what, const char **at)
{
	struct move m;
	int64_t i;

	if (!read_move(c, what, &m))
		return nothing(c);
	bool fields = strcmp(m.list, "fields") == 0 && form->shipped == NULL;
	if (!fields && strcmp(m.list, type_form_actions(form)) != 0)
		return nothing(c);
	if (json_type(json_get(form->o, m.list)) == JSON_NULL)
		json_set(form->o, m.list, json_array(c->arena));
	struct json *list = json_get(form->o, m.list);
	int64_t n = (int64_t)json_length(list);
	if (strcmp(m.verb, "add") == 0) {
		*at = arena_printf(c->arena, "%s[%zu]", m.list, (size_t)n);
		return add(c, list, &m, fields ? TYPE_FIELDS : TYPE_STEPS - 1);
	}
	if (!text_int64(m.what, 0, n - 1, &i))
		return nothing(c);
	bool removes = strcmp(m.verb, "remove") == 0;
	size_t to = (size_t)(i + (strcmp(m.verb, "up") == 0 ? -1 : 1)); /* before 0: huge */
	if (!removes && to >= (size_t)n)                                /* as far as it goes */
		to = (size_t)i;
	json_set(form->o, m.list, without(c, list, (size_t)i, removes ? NULL : &to));
	if (removes)
		to = (size_t)(i < n - 1 ? i : i - 1);
	*at = arena_printf(c->arena, "%s[%zu]", m.list, to);
	return OK;
}
