#include "model/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "model/cursor.h"
#include "model/rights.h"

enum { DEPTH_MAX = 100 };

struct making {
	struct ctx *c; /* what the plan lives in; the callbacks' own is gone behind the page */
	struct plan *plan;
	comparison_fetch *fetch;
	void *arg;
};

/* Twice the room when it is full. */
static void *room(struct arena *a, void *list, size_t n, size_t *size, size_t each)
{
	if (n < *size)
		return list;
	*size = *size == 0 ? 64 : 2 * *size;
	void *grown = arena_alloc(a, *size, each);
	if (n > 0)
		memcpy(grown, list, n * each);
	return grown;
}

static void add_left(struct making *m, const char *name, const char *because)
{
	struct plan *p = m->plan;

	p->left = room(m->c->arena, p->left, p->nleft, &p->left_size, sizeof(*p->left));
	p->left[p->nleft++] = (struct plan_left){ arena_strdup(m->c->arena, name),
		arena_strdup(m->c->arena, because) };
}

static struct plan_item *add(struct making *m, enum plan_action action, const char *name,
    const char *because, const char *parent)
{
	struct plan *p = m->plan;
	struct arena *a = m->c->arena;

	p->items = room(a, p->items, p->n, &p->size, sizeof(*p->items));
	struct plan_item *item = &p->items[p->n++];
	*item = (struct plan_item){ .action = action,
		.name = arena_strdup(a, name),
		.because = because,
		.parent = arena_strdup(a, parent) };
	return item;
}

static void add_write(struct ctx *c, struct making *m, const struct finding *f, const char *because)
{
	struct arena *a = m->c->arena;
	struct spec_change *changes = NULL;
	struct plan_item *item = add(m, f->theirs != NULL ? PLAN_CHANGE : PLAN_CREATE,
	    f->ours->name, because, json_text(json_get(f->spec, "parent_job")));

	item->nchanges = spec_engine_diff(
	    c, f->theirs, spec_for_engine(c, f->ours->name, f->spec), &changes);
	item->changes = arena_alloc(a, item->nchanges + 1, sizeof(*item->changes));
	for (size_t i = 0; i < item->nchanges; i++)
		item->changes[i] = (struct spec_change){ arena_strdup(a, changes[i].field),
			arena_strdup(a, changes[i].label), arena_strdup(a, changes[i].before),
			arena_strdup(a, changes[i].after) };
}

/* Settled, and yet not alike: changed there. */
static void add_drift(struct ctx *c, struct making *m, const struct finding *f)
{
	const struct outbox_job *ours = f->ours;

	if (strcmp(ours->policy, "revert") == 0)
		add_write(c, m, f, "changed on the engine, and its policy is to revert");
	else if (f->theirs == NULL)
		add_left(m, ours->name, "gone from the engine: waits for a person");
	else if (strcmp(ours->policy, "adopt") == 0 && ours->refused.text == NULL)
		add_left(m, ours->name, "changed on the engine: will be adopted");
	else
		add_left(m, ours->name, "changed on the engine: waits for a person");
}

static enum err differing(struct ctx *c, struct making *m, const struct finding *f)
{
	if (f->ours->spent && f->theirs == NULL)
		m->plan->same++; /* the engine itself took it away */
	else if (f->ours->settled)
		add_drift(c, m, f);
	else
		add_write(c, m, f,
		    f->ours->done == 0 ? "new here" : "saved here, and not yet on the engine");
	return OK;
}

static enum err found(struct ctx *c, void *arg, const struct finding *f)
{
	struct making *m = arg;

	switch (f->kind) {
	case FINDING_SAME:
		m->plan->same++;
		return OK;
	case FINDING_DIFFERS:
	case FINDING_ABSENT:
		return differing(c, m, f);
	case FINDING_STRAY: {
		const char *parent = json_text(json_get(f->theirs, "parent_job"));
		const char *ours = comparison_our_name(c, parent);
		add(m, PLAN_DELETE, comparison_our_name(c, f->engine_name),
		    "deleted here, and still on the engine", ours != NULL ? ours : "");
		return OK;
	}
	case FINDING_NAMESAKE:
		add_left(m, f->ours->name, "the engine has a job of this name that is not ours");
		break;
	case FINDING_UNMANAGED:
		break;
	}
	m->plan->unmanaged++;
	return OK;
}

static enum err stretch(struct ctx *c, void *arg, const struct comparison_stretch *s)
{
	(void)c, (void)arg, (void)s;
	return OK;
}

static enum err fetch(struct ctx *c, void *arg, struct comparison_page *page)
{
	struct making *m = arg;

	return m->fetch(c, m->arg, page);
}

/* ---- the order: children go before parents, parents come before children */

static int by_name(const void *x, const void *y)
{
	const struct plan_item *a = x, *b = y;

	return strcmp(a->name, b->name);
}

static int by_order(const void *x, const void *y)
{
	const struct plan_item *a = x, *b = y;
	bool dies = a->action == PLAN_DELETE;

	if (dies != (b->action == PLAN_DELETE))
		return dies ? -1 : 1;
	if (a->depth != b->depth)
		return (a->depth > b->depth) != dies ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int depth_of(const struct plan *p, const struct plan_item *item)
{
	struct plan_item wanted = { .name = item->parent };
	int depth = 0;

	while (*wanted.name != '\0' && depth < DEPTH_MAX) {
		const struct plan_item *up = bsearch(
		    &wanted, p->items, p->n, sizeof(wanted), by_name);
		if (up == NULL)
			break;
		wanted.name = up->parent;
		depth++;
	}
	return depth;
}

static void put_in_order(struct plan *p)
{
	if (p->n == 0)
		return;
	qsort(p->items, p->n, sizeof(*p->items), by_name);
	for (size_t i = 0; i < p->n; i++)
		p->items[i].depth = depth_of(p, &p->items[i]);
	qsort(p->items, p->n, sizeof(*p->items), by_order);
}

enum err plan_make(struct ctx *c, comparison_fetch *get, void *arg, struct plan *out)
{
	struct making m = { .c = c, .plan = out, .fetch = get, .arg = arg };
	struct comparison how = { .fetch = fetch, .found = found, .stretch = stretch, .arg = &m };

	*out = (struct plan){ .n = 0 };
	TRY(rights_admin(c, "the plan of all jobs"));
	TRY(comparison_run(c, &how));
	put_in_order(out);
	return OK;
}

/* ---- as JSON */

const char *plan_action_name(enum plan_action action)
{
	static const char *const names[PLAN_ACTIONS] = { "delete", "create", "change" };

	return names[action];
}

static struct json *item_json(struct ctx *c, const struct plan_item *item)
{
	struct json *o = json_object(c->arena), *changes = json_array(c->arena);

	for (size_t i = 0; i < item->nchanges; i++) {
		struct json *one = json_object(c->arena);
		json_set(one, "field", json_string(c->arena, item->changes[i].field));
		json_set(one, "label", json_string(c->arena, item->changes[i].label));
		json_set(one, "engine", json_string(c->arena, item->changes[i].before));
		json_set(one, "ours", json_string(c->arena, item->changes[i].after));
		json_push(changes, one);
	}
	json_set(o, "action", json_string(c->arena, plan_action_name(item->action)));
	json_set(o, "job", json_string(c->arena, item->name));
	json_set(o, "because", json_string(c->arena, item->because));
	json_set(o, "changes", changes);
	return o;
}

/* The item behind the one that the cursor names: "p <order> <name>" cannot go stale, because the
 * plan is made anew. */
static enum err first_after(
    struct ctx *c, const struct plan *plan, const char *after, size_t *first)
{
	struct plan_item place = { .parent = "" };
	char *text, *depth, *name;
	int64_t n = 0;

	*first = 0;
	if (after == NULL)
		return OK;
	if (!cursor_read(c, after, &text) || (depth = strchr(text, ' ')) == NULL ||
	    (name = strchr(depth + 1, ' ')) == NULL || strchr("dw", text[0]) == NULL)
		return cursor_refuse(c);
	*name++ = '\0';
	if (!text_int64(depth + 1, 0, DEPTH_MAX, &n) || !text_is_line(name, 1, 200))
		return cursor_refuse(c);
	place.action = text[0] == 'd' ? PLAN_DELETE : PLAN_CREATE;
	place.depth = (int)n;
	place.name = name;
	while (*first < plan->n && by_order(&plan->items[*first], &place) <= 0)
		(*first)++;
	return OK;
}

static const char *cursor(struct ctx *c, const struct plan_item *item)
{
	const char *text = arena_printf(
	    c->arena, "%c %d %s", item->action == PLAN_DELETE ? 'd' : 'w', item->depth, item->name);

	return cursor_write(c, text);
}

enum err plan_json(
    struct ctx *c, const struct plan *plan, int64_t limit, const char *after, struct json **out)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a), *items = json_array(a), *left = json_array(a);
	size_t i;

	TRY(first_after(c, plan, after, &i));
	size_t end = i + (size_t)limit < plan->n ? i + (size_t)limit : plan->n;
	const char *next = end < plan->n ? cursor(c, &plan->items[end - 1]) : NULL;
	for (; i < end; i++)
		json_push(items, item_json(c, &plan->items[i]));
	for (size_t k = 0; k < plan->nleft && k < (size_t)limit; k++) {
		struct json *one = json_object(a);
		json_set(one, "job", json_string(a, plan->left[k].name));
		json_set(one, "because", json_string(a, plan->left[k].because));
		json_push(left, one);
	}
	json_set(o, "items", items);
	json_set(o, "next", json_string(a, next));
	json_set(o, "total", json_number(a, (int64_t)plan->n));
	json_set(o, "left", left);
	json_set(o, "left_total", json_number(a, (int64_t)plan->nleft));
	json_set(o, "same", json_number(a, plan->same));
	json_set(o, "unmanaged", json_number(a, plan->unmanaged));
	*out = o;
	return OK;
}
