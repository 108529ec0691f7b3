#include "action/type.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "action/inside.h"
#include "action/own_inside.h"
#include "core/log.h"

static const struct task_type *find(const struct task_type *all, const char *name)
{
	for (; all != NULL && all->name != NULL; all++)
		if (strcmp(all->name, name) == 0)
			return all;
	return NULL;
}

const struct task_type *type_shipped(const char *name)
{
	const struct task_type *t = find(shipped_types, name);

	if (strcmp(name, TYPE_DEFAULTS) == 0)
		return &type_defaults;
	return t != NULL ? t : find(test_types, name);
}

enum err type_get(struct ctx *c, const char *name, struct task_type *out)
{
	const struct task_type *t = type_shipped(name);
	struct type_row row;
	enum err e = t != NULL && t->defaults ? ERR_NOT_FOUND : type_row_get(c, name, &row);

	if (e == OK)
		e = type_row_read(c, &row, out);
	if (e == ERR_NOT_FOUND && t != NULL && !t->defaults) {
		*out = *t;
		return OK;
	}
	return e == ERR_NOT_FOUND ? fail(c, e, NULL, "There is no task type %s.", name) : e;
}

enum err type_check_asker(struct ctx *c, const struct task_type *t)
{
	if (t->asker != ASK_ANYBODY && c->actor.account_id == 0)
		return fail(c, ERR_UNAUTHENTICATED, NULL, "Sign in to ask for this.");
	if (t->hidden)
		return fail(c, ERR_NOT_FOUND, NULL,
		    "A task of the type %s is made where the change itself is.", t->name);
	if (t->asker == ASK_ADMIN && !c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only admins may ask for this.");
	return OK;
}

enum err type_to_ask(struct ctx *c, const char *name, struct task_type *out)
{
	enum err e = type_get(c, name, out);

	if (e == ERR_NOT_FOUND && c->actor.account_id == 0)
		return fail(c, ERR_UNAUTHENTICATED, NULL, "Sign in to ask for this.");
	TRY(e);
	TRY(type_check_asker(c, out));
	return out->disabled ? fail(c, ERR_NOT_FOUND, NULL, "There is no task type %s.", name) : OK;
}

static bool may_ask(const struct ctx *c, const struct task_type *t)
{
	if (t->hidden || t->disabled)
		return false;
	return t->asker == ASK_ANYBODY ||
	       (c->actor.account_id != 0 && (t->asker != ASK_ADMIN || c->actor.admin));
}

static int by_name(const void *x, const void *y)
{
	return strcmp(((const struct task_type *)x)->name, ((const struct task_type *)y)->name);
}

/* What was stored of a type stands for it; one that cannot be read is not offered. */
static enum err add_stored(
    struct ctx *c, const struct type_row *row, struct task_type *all, size_t *n)
{
	struct task_type t;
	enum err e = type_row_read(c, row, &t);
	size_t i = 0;

	if (e == ERR_NOT_FOUND)
		return OK;
	if (e == ERR_CONFLICT) {
		log_event(c, LOG_ERROR, "task_type_broken", LOG_TEXT("type", row->name),
		    LOG_TEXT("reason", c->fault.detail));
		t = (struct task_type){ .name = row->name, .disabled = true };
	} else {
		TRY(e);
	}
	for (; i < *n; i++) {
		assert(all[i].name != NULL && t.name != NULL);
		if (strcmp(all[i].name, t.name) == 0)
			break;
	}
	all[i] = t;
	*n += i == *n;
	return OK;
}

enum err type_list(struct ctx *c, struct task_type **out, size_t *n)
{
	struct type_row *rows;
	size_t max = 0, nrows, kept = 0;

	TRY(type_row_all(c, &rows, &nrows));
	while (shipped_types[max].name != NULL)
		max++;
	struct task_type *all = arena_alloc(c->arena, max + nrows + 1, sizeof(*all));
	memcpy(all, shipped_types, max * sizeof(*all));
	for (size_t i = 0; i < nrows; i++)
		TRY(add_stored(c, &rows[i], all, &max));
	for (size_t i = 0; i < max; i++)
		if (may_ask(c, &all[i]))
			all[kept++] = all[i];
	qsort(all, kept, sizeof(*all), by_name);
	*out = all;
	*n = kept;
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
