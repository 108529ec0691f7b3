/* Rows of the audit as JSON, as JSON lines, and as what changed from what to what. */

#include <stdio.h>
#include <string.h>

#include "model/audit.h"

enum { ROW_FIELDS = 10, LINES_PAGE = 200, PAGE_ARENA = 256 * 1024 * 1024, AFTER_BYTES = 24 };

/* Postgres wrote it, so it can be read; what cannot (Infinity has no place in JSON) is null. */
static struct json *parsed(struct ctx *c, const char *text)
{
	struct json *v = NULL;

	if (text == NULL || json_parse_loose(c, text, strlen(text), &v) != OK)
		return json_string(c->arena, NULL);
	return v;
}

struct json *audit_json(struct ctx *c, const struct audit_row *row)
{
	struct arena *a = c->arena;
	struct json *o = json_object(a);

	json_set(o, "id", json_number(a, row->id));
	json_set(o, "at", json_time(a, row->at_us));
	json_set(o, "actor", json_string(a, row->actor));
	json_set(o, "verb", json_string(a, row->verb));
	json_set(o, "object", json_string(a, row->object));
	json_set(o, "before", parsed(c, row->before.text));
	json_set(o, "after", parsed(c, row->after.text));
	json_set(o, "address", json_string(a, row->address));
	json_set(o, "request", json_string(a, row->req_id));
	return o;
}

static enum err add_page(
    struct ctx *c, const struct audit_query *query, struct buf *out, char after[AFTER_BYTES])
{
	struct audit_query q = *query;
	struct audit_row *rows;
	const char *next;
	size_t n;

	q.limit = LINES_PAGE;
	q.after = *after != '\0' ? after : NULL;
	TRY(audit_list(c, &q, &rows, &n, &next));
	for (size_t i = 0; i < n; i++) {
		buf_text(out, json_write(c->arena, audit_json(c, &rows[i])));
		buf_text(out, "\n");
	}
	snprintf(after, AFTER_BYTES, "%s", next != NULL ? next : "");
	return OK;
}

/* Each page in an arena of its own, which is gone when the next begins. */
enum err audit_lines(struct ctx *c, const struct audit_query *q, size_t enough_bytes,
    struct buf *out, const char **next)
{
	struct arena *lasting = c->arena, *page = arena_create(PAGE_ARENA);
	char after[AFTER_BYTES] = "";
	enum err e;

	if (q->after != NULL)
		snprintf(after, AFTER_BYTES, "%s", q->after);
	do {
		c->arena = page;
		e = add_page(c, q, out, after);
		c->arena = lasting;
		if (e != OK && c->fault.detail != NULL)
			c->fault.detail = arena_strdup(lasting, c->fault.detail);
		arena_reset(page);
	} while (e == OK && *after != '\0' && out->len < enough_bytes);
	arena_destroy(page);
	*next = *after != '\0' ? arena_strdup(lasting, after) : NULL;
	if (e == OK && out->full)
		return fail(c, ERR_TOO_LARGE, NULL, "A page of the audit is too large.");
	return e;
}

/* ---- before and after, field by field ---- */

struct changes {
	struct ctx *c;
	struct audit_change *list;
	size_t n, size;
};

static const char *words_of(struct ctx *c, const struct json *v)
{
	if (v == NULL || json_type(v) == JSON_STRING)
		return v == NULL ? NULL : json_text(v);
	return json_write_sorted(c->arena, v);
}

static void add_change(
    struct changes *x, const char *field, const struct json *before, const struct json *after)
{
	if (x->n == x->size) {
		struct audit_change *old = x->list;
		x->size = x->size == 0 ? ROW_FIELDS : 2 * x->size;
		x->list = arena_alloc(x->c->arena, x->size, sizeof(*x->list));
		if (x->n > 0)
			memcpy(x->list, old, x->n * sizeof(*old));
	}
	x->list[x->n++] = (struct audit_change){ field, words_of(x->c, before),
		words_of(x->c, after) };
}

static void compare(
    struct changes *x, const char *path, const struct json *before, const struct json *after);

static void compare_member(struct changes *x, const char *path, const char *key,
    const struct json *before, const struct json *after)
{
	const char *field = *path == '\0' ? key : arena_printf(x->c->arena, "%s.%s", path, key);
	bool open = json_type(before) == JSON_OBJECT || json_type(after) == JSON_OBJECT;
	bool same = (before == NULL || json_type(before) == JSON_OBJECT) &&
		    (after == NULL || json_type(after) == JSON_OBJECT);

	if (open && same && json_length(before) + json_length(after) > 0)
		compare(x, field, before, after);
	else
		add_change(x, field, before, after);
}

static void compare(
    struct changes *x, const char *path, const struct json *before, const struct json *after)
{
	struct json *value;
	const char *key;

	for (size_t i = 0; before != NULL && json_member(before, i, &key, &value); i++)
		compare_member(x, path, key, value, after != NULL ? json_get(after, key) : NULL);
	for (size_t i = 0; after != NULL && json_member(after, i, &key, &value); i++)
		if (before == NULL || json_get(before, key) == NULL)
			compare_member(x, path, key, NULL, value);
}

static struct json *object_of(struct ctx *c, const char *text)
{
	struct json *v = parsed(c, text), *whole = json_object(c->arena);

	if (text == NULL || json_type(v) == JSON_OBJECT)
		return text == NULL ? NULL : v;
	json_set(whole, "value", v);
	return whole;
}

size_t audit_changes(struct ctx *c, const struct audit_row *row, struct audit_change **out)
{
	struct changes x = { .c = c };

	compare(&x, "", object_of(c, row->before.text), object_of(c, row->after.text));
	*out = x.list;
	return x.n;
}
