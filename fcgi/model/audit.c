#include "model/audit.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/rights.h"

enum { WORD_MAX = 200, ROW_FIELDS = 10 };

static const char *text_of(struct ctx *c, const struct json *v)
{
	return v == NULL ? NULL : json_write(c->arena, v);
}

enum err audit_add(struct ctx *c, const char *verb, const char *object, const struct json *before,
    const struct json *after)
{
	const struct actor *who = &c->actor;

	return db_exec(c, SQL_AUDIT_ADD,
	    DB_ARGS(db_maybe_int(who->account_id),
		db_text(who->account != NULL ? who->account : "nobody"), db_text(verb),
		db_text(object), db_text(text_of(c, before)), db_text(text_of(c, after)),
		db_text(c->req_id), db_text(who->address != NULL ? who->address : "")),
	    NULL);
}

static const struct db_field row_fields[] = {
	DB_FIELD(struct audit_row, id),
	DB_FIELD(struct audit_row, at_us),
	DB_FIELD(struct audit_row, account_id),
	DB_FIELD(struct audit_row, actor),
	DB_FIELD(struct audit_row, verb),
	DB_FIELD(struct audit_row, object),
	DB_FIELD(struct audit_row, before),
	DB_FIELD(struct audit_row, after),
	DB_FIELD(struct audit_row, req_id),
	DB_FIELD(struct audit_row, address),
	DB_END,
};

static enum err check_line(struct ctx *c, const char *field, const char *value)
{
	if (value == NULL || text_is_line(value, 1, WORD_MAX))
		return OK;
	return fail(c, ERR_INVALID, field, "must be one line of 1 to %d characters", WORD_MAX);
}

/* Words anywhere, in the order given: a LIKE pattern in which only our own signs count. */
static const char *pattern(struct ctx *c, const char *q)
{
	struct buf b;

	if (q == NULL || q[strspn(q, " ")] == '\0')
		return NULL;
	buf_init(&b, c->arena, (size_t)8 * WORD_MAX);
	buf_text(&b, "%");
	for (; *q != '\0'; q++) {
		if (strchr("%_\\", *q) != NULL)
			buf_text(&b, "\\");
		buf_add(&b, *q == ' ' ? "%" : q, 1);
	}
	buf_text(&b, "%");
	return b.data;
}

struct listing {
	const struct audit_query *query;
	int64_t after, limit;
	struct audit_row **out;
	size_t *n;
};

static enum err list(struct ctx *c, void *arg)
{
	const struct listing *l = arg;
	const struct audit_query *q = l->query;

	TRY(db_exec(c, SQL_AUDIT_PLANS, DB_NO_ARGS, NULL));
	return db_many(c, q->oldest_first ? SQL_AUDIT_LIST_UP : SQL_AUDIT_LIST,
	    DB_ARGS(db_text(q->actor), db_text(q->verb), db_text(q->object), db_text(q->address),
		db_text(pattern(c, q->q)), db_int(q->since_us), db_int(q->until_us),
		db_int(l->after), db_int(l->limit + 1)),
	    row_fields, sizeof(struct audit_row), l->out, l->n);
}

enum err audit_list(struct ctx *c, const struct audit_query *q, struct audit_row **out, size_t *n,
    const char **next)
{
	struct listing l = { .query = q, .out = out, .n = n, .limit = AUDIT_LIST_MAX };

	*next = NULL;
	TRY(rights_admin(c, "reading the audit"));
	TRY(check_line(c, "actor", q->actor));
	TRY(check_line(c, "verb", q->verb));
	TRY(check_line(c, "object", q->object));
	TRY(check_line(c, "address", q->address));
	if (q->q != NULL && *q->q != '\0')
		TRY(check_line(c, "q", q->q));
	if (q->after != NULL && !text_int64(q->after, 1, INT64_MAX, &l.after))
		return fail(c, ERR_INVALID, "after", "is not a cursor that a list gave");
	if (q->limit > 0 && q->limit < l.limit)
		l.limit = q->limit;
	TRY(db_atomically(c, list, &l));
	if (*n > (size_t)l.limit) {
		*n = (size_t)l.limit;
		*next = arena_printf(c->arena, "%" PRId64, (*out)[*n - 1].id);
	}
	return OK;
}

enum err audit_words(struct ctx *c, struct audit_word **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct audit_word, kind),
		DB_FIELD(struct audit_word, word),
		DB_END,
	};

	TRY(rights_admin(c, "reading the audit"));
	return db_many(c, SQL_AUDIT_WORDS, DB_NO_ARGS, fields, sizeof(**out), out, n);
}

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
