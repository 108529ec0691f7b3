#include "action/type.h"

#include <string.h>

#include "action/inside.h"

static const struct task_type *find(const struct task_type *all, const char *name)
{
	for (; all != NULL && all->name != NULL; all++)
		if (strcmp(all->name, name) == 0)
			return all;
	return NULL;
}

static const struct task_type *shipped(const char *name)
{
	const struct task_type *t = find(shipped_types, name);

	return t != NULL ? t : find(test_types, name);
}

enum err type_get(struct ctx *c, const char *name, struct task_type *out)
{
	const struct task_type *t = shipped(name);

	if (t == NULL)
		return fail(c, ERR_NOT_FOUND, NULL, "There is no task type %s.", name);
	*out = *t;
	return OK;
}

static bool may_ask(const struct ctx *c, const struct task_type *t)
{
	if (t->hidden || t->disabled)
		return false;
	return t->asker == ASK_ANYBODY ||
	       (c->actor.account_id != 0 && (t->asker != ASK_ADMIN || c->actor.admin));
}

enum err type_list(struct ctx *c, struct task_type **out, size_t *n)
{
	size_t max = 0;

	while (shipped_types[max].name != NULL)
		max++;
	*out = arena_alloc(c->arena, max + 1, sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < max; i++)
		if (may_ask(c, &shipped_types[i]))
			(*out)[(*n)++] = shipped_types[i];
	return OK;
}

/* Fields of several actions that have the same name are one field. */
static size_t add_fields(struct input *all, size_t n, const struct input *more)
{
	for (; more->name != NULL; more++) {
		size_t i = 0;
		while (i < n && strcmp(all[i].name, more->name) != 0)
			i++;
		if (i == n && n < TYPE_FIELDS)
			all[n++] = *more;
	}
	return n;
}

const struct input *type_fields(struct ctx *c, const struct task_type *t)
{
	struct input *all;
	size_t n = 0;

	if (t->fields != NULL)
		return t->fields;
	all = arena_alloc(c->arena, TYPE_FIELDS + 1, sizeof(*all));
	for (const struct type_step *s = t->steps; s->action != NULL; s++)
		n = add_fields(all, n, action_named(s->action)->fields);
	return all;
}
