#include "model/audit_chain.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/crypt.h"
#include "db/db.h"

enum { PAGE_ARENA = 256 * 1024 * 1024, ROW_BYTES_MAX = 16 * 1024 * 1024, HASH_LENGTH = 64 };

struct link {
	int64_t n, audit_id;
	const char *row_hash, *hash;
	bool there;
	struct db_maybe_int64 at_us, account_id;
	struct db_maybe actor, verb, object, before, after, req_id, address;
};

static const struct db_field link_fields[] = {
	DB_FIELD(struct link, n),
	DB_FIELD(struct link, audit_id),
	DB_FIELD(struct link, row_hash),
	DB_FIELD(struct link, hash),
	DB_FIELD(struct link, there),
	DB_FIELD(struct link, at_us),
	DB_FIELD(struct link, account_id),
	DB_FIELD(struct link, actor),
	DB_FIELD(struct link, verb),
	DB_FIELD(struct link, object),
	DB_FIELD(struct link, before),
	DB_FIELD(struct link, after),
	DB_FIELD(struct link, req_id),
	DB_FIELD(struct link, address),
	DB_END,
};

static const struct db_field head_fields[] = {
	DB_FIELD(struct audit_head, sealed),
	DB_FIELD(struct audit_head, head_n),
	DB_FIELD(struct audit_head, head),
	DB_END,
};

enum err audit_seal(struct ctx *c, int64_t most, struct audit_head *out)
{
	return db_one(c, SQL_AUDIT_SEAL, DB_ARGS(db_int(most)), head_fields, out);
}

enum err audit_head(struct ctx *c, struct audit_head *out)
{
	enum err e = db_one(c, SQL_AUDIT_HEAD, DB_NO_ARGS, head_fields, out);

	if (e != ERR_NOT_FOUND)
		return e;
	*out = (struct audit_head){ .head = "" };
	return OK;
}

/* ---- the encoding of 0011_audit.sql, version 1 ---- */

static void add_part(struct buf *b, const char *text)
{
	if (text == NULL)
		buf_text(b, "-");
	else
		buf_printf(b, "%zu:%s", strlen(text), text);
}

static void add_number(struct buf *b, int64_t n)
{
	add_part(b, arena_printf(b->arena, "%" PRId64, n));
}

static const char *row_hash(struct arena *a, const struct link *l)
{
	struct buf b;

	buf_init(&b, a, ROW_BYTES_MAX);
	buf_text(&b, "signalbox audit row 1 ");
	add_number(&b, l->audit_id);
	add_number(&b, l->at_us.value);
	if (l->account_id.set)
		add_number(&b, l->account_id.value);
	else
		add_part(&b, NULL);
	const char *const parts[] = { l->actor.text, l->verb.text, l->object.text, l->before.text,
		l->after.text, l->req_id.text, l->address.text };
	for (size_t i = 0; i < LENGTH(parts); i++)
		add_part(&b, parts[i]);
	return b.full ? "" : crypt_hash(a, b.data);
}

static const char *link_hash(struct arena *a, const struct link *l, const char *before)
{
	return crypt_hash(a, arena_printf(a, "signalbox audit link 1 %" PRId64 " %" PRId64 " %s %s",
				 l->n, l->audit_id, l->row_hash, before));
}

/* ---- going along it ---- */

struct walk {
	int64_t n, page, anchor_n;
	const char *anchor;
	char head[HASH_LENGTH + 1];
	struct audit_report *report;
};

static const char *link_wrong(struct ctx *c, const struct walk *w, const struct link *l)
{
	if (l->n != w->n + 1)
		return arena_printf(c->arena, "the link %" PRId64 " is missing", w->n + 1);
	if (!l->there)
		return "the row is gone";
	if (strcmp(row_hash(c->arena, l), l->row_hash) != 0)
		return "the row was changed";
	if (strlen(l->hash) != HASH_LENGTH || strcmp(link_hash(c->arena, l, w->head), l->hash) != 0)
		return "the link does not follow from the one before";
	if (l->n == w->anchor_n && strcmp(l->hash, w->anchor) != 0)
		return "the link is not the one that was named: the chain was made anew";
	return NULL;
}

static void walk_link(struct ctx *c, struct walk *w, const struct link *l, struct arena *lasting)
{
	struct audit_report *r = w->report;
	const char *wrong = link_wrong(c, w, l);

	if (wrong != NULL) {
		r->broken = arena_strdup(lasting, wrong);
		r->broken_link = l->n;
		r->broken_row = l->audit_id;
		return;
	}
	w->n = l->n;
	memcpy(w->head, l->hash, HASH_LENGTH + 1);
	r->links++;
}

/* *more: there may be links behind these. */
static enum err walk_page(struct ctx *c, struct walk *w, struct arena *lasting, bool *more)
{
	struct link *links;
	size_t n;

	TRY(db_many(c, SQL_AUDIT_CHAIN,
	    DB_ARGS(db_int(w->n == 0 ? INT64_MIN : w->n), db_int(w->page)), link_fields,
	    sizeof(*links), &links, &n));
	for (size_t i = 0; i < n && w->report->broken == NULL; i++)
		walk_link(c, w, &links[i], lasting);
	*more = n == (size_t)w->page && w->report->broken == NULL;
	return OK;
}

/* A page is forgotten before the next is read. */
static enum err walk_all(struct ctx *c, struct walk *w)
{
	struct arena *lasting = c->arena, *page = arena_create(PAGE_ARENA);
	enum err e = OK;
	bool more = true;

	while (e == OK && more) {
		c->arena = page;
		e = walk_page(c, w, lasting, &more);
		c->arena = lasting;
		if (e != OK && c->fault.detail != NULL)
			c->fault.detail = arena_strdup(lasting, c->fault.detail);
		arena_reset(page);
	}
	arena_destroy(page);
	return e;
}

struct number {
	int64_t id, waiting;
};

/* Rows that stand in the audit and in no link. */
static enum err find_strangers(struct ctx *c, struct audit_report *r)
{
	static const struct db_field fields[] = { DB_FIELD(struct number, id), DB_END };
	struct number stranger;

	enum err e = db_one(c, SQL_AUDIT_STRANGER, DB_NO_ARGS, fields, &stranger);
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	r->broken = "the row is in no link: it was put in behind our back, or its link taken away";
	r->broken_row = stranger.id;
	return OK;
}

enum err audit_check(
    struct ctx *c, int64_t page, int64_t anchor_n, const char *anchor, struct audit_report *out)
{
	static const struct db_field fields[] = { DB_FIELD(struct number, waiting), DB_END };
	struct walk w = { .page = page, .anchor_n = anchor_n, .anchor = anchor, .report = out };
	struct number waiting;

	*out = (struct audit_report){ .head = "" };
	TRY(walk_all(c, &w));
	out->head = arena_strdup(c->arena, w.head);
	if (out->broken == NULL && anchor_n > w.n) {
		out->broken = "the chain ends before the link that was named";
		out->broken_link = anchor_n;
	}
	if (out->broken == NULL)
		TRY(find_strangers(c, out));
	TRY(db_one(c, SQL_AUDIT_WAITING, DB_NO_ARGS, fields, &waiting));
	out->waiting = waiting.waiting;
	return OK;
}
