#include "model/audit.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "model/rights.h"

enum { WORD_MAX = 200, PAGE_BYTES = 2 * 1024 * 1024 };

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

/* How many of the rows stand on the page: as many as were asked for, or fewer when they are very
 * large. */
static size_t page_length(const struct audit_row *rows, size_t n, size_t limit)
{
	size_t bytes = 0, shown = 0;

	for (; shown < n && shown < limit; shown++) {
		const struct audit_row *row = &rows[shown];
		bytes += row->before.text != NULL ? strlen(row->before.text) : 0;
		bytes += row->after.text != NULL ? strlen(row->after.text) : 0;
		if (bytes > PAGE_BYTES && shown > 0)
			break;
	}
	return shown;
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
	size_t shown = page_length(*out, *n, (size_t)l.limit);
	if (*n > shown) {
		*n = shown;
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
