/* The audit: the page with its filters, and the same as JSON lines. */

#include "model/audit.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/audit_chain.h"
#include "web/admin/admin.h"
#include "web/admin/link.h"
#include "web/admin/list_head.h"
#include "web/admin/page.h"
#include "web/admin/pages.h"

enum { SUMMARY_FIELDS = 3, LINES_BYTES = 1024 * 1024 };

enum { F_Q, F_ACTOR, F_VERB, F_OBJECT, F_ADDRESS, F_SINCE, F_UNTIL };

static const struct list_kind kind = {
	.path = "/audit",
	.one = "entry",
	.many = "entries",
	.filters = { "q", "actor", "verb", "object", "address", "since", "until" },
	.newest_first = true,
};

struct list {
	struct page p;
	struct list_head head;
	struct audit_row *rows;
	size_t n;
};

static enum err read_filters(struct req *r, struct list *l)
{
	static const char *const known[] = { "q", "actor", "verb", "object", "address", "since",
		"until", "after", NULL };

	TRY(query_only(r, known));
	return list_read(r, &kind, &l->head);
}

static enum err read_query(struct list *l, struct audit_query *q)
{
	const struct list_head *h = &l->head;

	*q = (struct audit_query){
		.q = list_given(h, F_Q),
		.actor = list_given(h, F_ACTOR),
		.verb = list_given(h, F_VERB),
		.object = list_given(h, F_OBJECT),
		.address = list_given(h, F_ADDRESS),
		.limit = LIST_ROWS,
		.after = h->after,
	};
	TRY(list_day(h, &l->p.clock, F_SINCE, &q->since_us));
	return list_day_end(h, &l->p.clock, F_UNTIL, &q->until_us);
}

/* ---- above the table */

/* "job_edit" as people say it. */
static const char *spaced(struct arena *a, const char *verb)
{
	char *words = arena_strdup(a, verb);

	for (char *s = words; *s != '\0'; s++)
		if (*s == '_')
			*s = ' ';
	return words;
}

static enum err show_tools(struct list *l)
{
	const struct list_head *h = &l->head;
	struct view *v = l->p.v;
	struct view *actors = list_choice(h, v, "ACTORS", F_ACTOR, "Who", "anybody");
	struct view *verbs = list_choice(h, v, "VERBS", F_VERB, "What", "anything");
	struct audit_word *words;
	size_t n;

	TRY(audit_words(l->p.c, &words, &n));
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].kind, "verb") == 0)
			list_option(
			    h, verbs, F_VERB, words[i].word, spaced(l->p.c->arena, words[i].word));
		else
			list_option(h, actors, F_ACTOR, words[i].word, words[i].word);
	view_text(v, "Q", h->filters[F_Q].value);
	view_text(v, "OBJECT", h->filters[F_OBJECT].value);
	view_text(v, "ADDRESS", h->filters[F_ADDRESS].value);
	view_text(v, "SINCE", h->filters[F_SINCE].value);
	view_text(v, "UNTIL", h->filters[F_UNTIL].value);
	view_text(
	    v, "LINES_HREF", link_filtered(l->p.c, "/audit.jsonl", h->filters, h->n, NULL, NULL));
	return OK;
}

static enum err show_head(struct list *l)
{
	struct audit_head head;

	TRY(audit_head(l->p.c, &head));
	if (head.head_n == 0)
		return OK;
	struct view *v = view_section(l->p.v, "CHAINED");
	view_text(v, "LINK", words_number(l->p.c->arena, head.head_n));
	view_text(v, "HEAD", head.head);
	return OK;
}

/* ---- the table */

/* The page of what was changed, where there is one: kinds are the words before the colon. */
static const char *object_href(struct ctx *c, const char *object)
{
	static const char *const pages[][2] = { { "job:", "/jobs/{name}" },
		{ "run:", "/runs/{id}" }, { "bulk:", "/jobs/bulk/{id}" },
		{ "team:", "/teams/{name}" }, { "task:", "/tasks/{id}" },
		{ "account:", "/accounts/{name}" } };

	for (size_t i = 0; i < LENGTH(pages); i++) {
		if (!text_starts(object, pages[i][0]))
			continue;
		for (size_t k = 0; k < admin_site.nroutes; k++)
			if (strcmp(admin_site.routes[k].pattern, pages[i][1]) == 0)
				return arena_printf(c->arena, "%.*s%s",
				    (int)strcspn(pages[i][1], "{"), pages[i][1],
				    text_urlencode(c->arena, strchr(object, ':') + 1));
	}
	return NULL;
}

/* "retries, schedule and 3 more" */
static const char *summary(struct arena *a, const struct audit_change *changes, size_t n)
{
	const char *words = "";

	for (size_t i = 0; i < n && i < SUMMARY_FIELDS; i++)
		words = arena_printf(a, "%s%s%s", words, i > 0 ? ", " : "", changes[i].field);
	if (n <= SUMMARY_FIELDS)
		return words;
	return arena_printf(a, "%s and %zu more", words, n - SUMMARY_FIELDS);
}

/* A field that was not there and is empty now, or the other way round, tells nobody anything. */
static bool tells(const struct audit_change *change)
{
	static const char *const nothing[] = { "", "{}", "[]", "null" };
	const char *other = change->before != NULL ? change->before : change->after;

	if (change->before != NULL && change->after != NULL)
		return true;
	for (size_t i = 0; i < LENGTH(nothing); i++)
		if (other == NULL || strcmp(other, nothing[i]) == 0)
			return false;
	return true;
}

static void show_changes(struct list *l, struct view *row, const struct audit_row *entry)
{
	struct audit_change *changes;
	size_t all = audit_changes(l->p.c, entry, &changes), n = 0;

	for (size_t i = 0; i < all; i++)
		if (tells(&changes[i]))
			changes[n++] = changes[i];
	if (n == 0)
		return;
	struct view *v = view_section(row, "CHANGES");
	view_text(v, "SUMMARY", summary(l->p.c->arena, changes, n));
	for (size_t i = 0; i < n; i++) {
		struct view *change = view_section(v, "CHANGE");
		view_text(change, "FIELD", changes[i].field);
		if (changes[i].before != NULL)
			view_text(view_section(change, "BEFORE"), "TEXT", changes[i].before);
		if (changes[i].after != NULL)
			view_text(view_section(change, "AFTER"), "TEXT", changes[i].after);
	}
}

static void show_row(struct list *l, struct view *row, const struct audit_row *entry)
{
	struct ctx *c = l->p.c;
	const char *href = object_href(c, entry->object);
	struct view *object = view_section(row, href != NULL ? "LINKED" : "PLAIN");

	view_int(row, "ID", entry->id);
	page_time(&l->p, row, "TIME", entry->at_us, TIME_SECONDS);
	view_text(row, "ACTOR", entry->actor);
	view_text(row, "VERB", spaced(c->arena, entry->verb));
	view_text(row, "ADDRESS", entry->address);
	view_text(row, "REQUEST_ID", entry->req_id);
	view_text(object, "OBJECT", entry->object);
	if (href != NULL)
		view_text(object, "HREF", href);
	show_changes(l, row, entry);
}

static void show_table(struct list *l)
{
	struct view *table = view_section(l->p.v, "TABLE");
	int64_t day = 0;

	for (size_t i = 0; i < l->n; i++) {
		int64_t us = l->rows[i].at_us;
		struct view *row = view_section(table, "ROW");
		if (i == 0 || when_day_number(&l->p.clock, us) != day)
			view_text(view_section(row, "DAY"), "WORDS", when_day(&l->p.clock, us));
		day = when_day_number(&l->p.clock, us);
		show_row(l, row, &l->rows[i]);
	}
	list_pages(&l->head, table, l->n);
}

enum err admin_audit(struct req *r, struct resp *w)
{
	struct list l = { .n = 0 };
	struct audit_query q;

	TRY(read_filters(r, &l));
	TRY(page_open(&l.p, r, w, "audit.html"));
	TRY(read_query(&l, &q));
	TRY(audit_list(r->ctx, &q, &l.rows, &l.n, &l.head.next));
	TRY(show_head(&l));
	TRY(show_tools(&l));
	if (l.n > 0)
		show_table(&l);
	else
		view_include(view_section(l.p.v, "NO_MATCH"), "LYING_ARM", "parts/lying-arm.html");
	return page_show(&l.p, 200, "Audit");
}

/* About a megabyte at once; the header Link says where the rest begins. */
enum err admin_audit_lines(struct req *r, struct resp *w)
{
	struct list l = { .n = 0 };
	struct ctx *c = r->ctx;
	struct audit_query q;
	struct buf b;

	TRY(read_filters(r, &l));
	TRY(page_open(&l.p, r, w, "audit.html")); /* whose days they are */
	TRY(read_query(&l, &q));
	q.oldest_first = true;
	buf_init(&b, c->arena, (size_t)LINES_BYTES + AUDIT_LINES_ROOM);
	TRY(audit_lines(c, &q, LINES_BYTES, &b, &l.head.next));
	w->status = 200;
	w->type = "application/jsonl; charset=utf-8";
	w->body = b.data;
	w->len = b.len;
	if (l.head.next != NULL)
		resp_header(r, w, "Link",
		    arena_printf(c->arena, "<%s>; rel=\"next\"",
			link_filtered(
			    c, "/audit.jsonl", l.head.filters, l.head.n, "after", l.head.next)));
	return OK;
}
