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

/* How many items it may have; 0: no list of the form. */
static size_t most_of(struct ctx *c, const struct type_form *form, const char *path)
{
	if (strcmp(path, "fields") == 0 && form->shipped == NULL)
		return TYPE_FIELDS;
	if (strcmp(path, type_form_actions(form)) == 0)
		return TYPE_STEPS - 1;
	for (size_t i = 0; type_mail_stages[i] != NULL; i++)
		if (strcmp(path, type_form_emails(c, type_mail_stages[i])) == 0)
			return TYPE_MAILS - 1;
	return 0;
}

static enum err add(struct ctx *c, struct json *list, const struct move *m, size_t most)
{
	struct json *item = json_object(c->arena);
	bool field = strcmp(m->list, "fields") == 0, mail = text_starts(m->list, "mails.");

	if (json_length(list) >= most)
		return fail(c, ERR_INVALID, m->list, "must be a list of at most %zu", most);
	if (!field && !mail && type_action_slots(c, m->what) == NULL)
		return nothing(c);
	if (mail && json_length(list) == 0) /* the one that was alone is the first of two */
		json_push(list, json_object(c->arena));
	if (!mail)
		json_set(item, field ? "kind" : "action",
		    json_string(c->arena, field ? "line" : m->what));
	if (!field && !mail)
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

struct place {
	struct json *holder, *list;
	const char *key;
};

/* The list, made where there is none. */
static struct place place_of(struct ctx *c, struct type_form *form, const char *path)
{
	const char *dot = strrchr(path, '.');
	struct place p = { .holder = form->o, .key = dot != NULL ? dot + 1 : path };

	if (dot != NULL)
		p.holder = type_form_holder(
		    c, form, arena_strndup(c->arena, path, (size_t)(dot - path)));
	if (json_type(json_get(p.holder, p.key)) == JSON_NULL)
		json_set(p.holder, p.key, json_array(c->arena));
	p.list = json_get(p.holder, p.key);
	return p;
}

enum err type_form_move(struct ctx *c, struct type_form *form, const char *what, const char **at)
{
	struct move m;
	int64_t i;

	*at = NULL;
	size_t most = read_move(c, what, &m) ? most_of(c, form, m.list) : 0;
	if (most == 0)
		return nothing(c);
	struct place p = place_of(c, form, m.list);
	if (strcmp(m.verb, "add") == 0) {
		TRY(add(c, p.list, &m, most));
		*at = arena_printf(c->arena, "%s[%zu]", m.list, json_length(p.list) - 1);
		return OK;
	}
	int64_t n = (int64_t)json_length(p.list);
	if (!text_int64(m.what, 0, n - 1, &i))
		return nothing(c);
	bool removes = strcmp(m.verb, "remove") == 0;
	size_t to = (size_t)(i + (strcmp(m.verb, "up") == 0 ? -1 : 1)); /* before 0: huge */
	if (!removes && to >= (size_t)n)                                /* as far as it goes */
		to = (size_t)i;
	json_set(p.holder, p.key, without(c, p.list, (size_t)i, removes ? NULL : &to));
	if (removes && n == 1) {
		if (p.holder != form->o) /* no mail but the stage's own */
			json_remove(p.holder, p.key);
		return OK;
	}
	if (removes)
		to = (size_t)(i < n - 1 ? i : i - 1);
	*at = arena_printf(c->arena, "%s[%zu]", m.list, to);
	return OK;
}
