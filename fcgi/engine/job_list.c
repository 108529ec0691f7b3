/* The list of definitions: searched by the database, sorted and cut here. */

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/buf.h"
#include "core/text.h"
#include "engine/answer.h"
#include "engine/gotext.h"
#include "engine/handlers.h"
#include "engine/job.h"

enum { LIST_MAX = 32 * 1024 * 1024, ITEM_ARENA = 8 * 1024 * 1024 };

/* What a list can be sorted by: a text, without regard to case as in Dkron's store, or a number, of
 * which one that is not there is 0 and so comes first. */
struct order {
	const char *name;
	bool text;
	size_t member; /* of struct engine_job */
};

#define MEMBER(member) offsetof(struct engine_job, member)

static const struct order orders[] = {
	{ "id", true, MEMBER(name) },
	{ "name", true, MEMBER(name) },
	{ "displayname", true, MEMBER(displayname) },
	{ "schedule", true, MEMBER(schedule) },
	{ "success_count", false, MEMBER(success_count) },
	{ "error_count", false, MEMBER(error_count) },
	{ "last_success", false, MEMBER(last_success.value) },
	{ "last_error", false, MEMBER(last_error.value) },
	{ "next", false, MEMBER(next_at) },
};

static int compare(const void *p, const void *q, void *arg)
{
	const struct order *by = arg;
	const struct engine_job *x = p, *y = q;
	const char *one = (const char *)p + by->member, *other = (const char *)q + by->member;
	int64_t n, m;
	int order;

	if (by->text) {
		order = strcasecmp(*(const char *const *)one, *(const char *const *)other);
	} else {
		memcpy(&n, one, sizeof(n));
		memcpy(&m, other, sizeof(m));
		order = (n > m) - (n < m);
	}
	return order != 0 ? order : strcmp(x->name, y->name);
}

struct list {
	struct engine_job *jobs;
	size_t count;
	int64_t since_us;
};

/* metadata[k]=v, each of which must hold; NULL when there is none. */
static const char *wanted_metadata(const struct req *r)
{
	struct arena *a = r->ctx->arena;
	struct json *wanted = json_object(a);

	for (size_t i = 0; i < r->nquery; i++) {
		const char *name = r->query[i].name, *key = name + strlen("metadata[");
		if (text_starts(name, "metadata[") && strchr(key, ']') != NULL)
			json_set(wanted, arena_strndup(a, key, strcspn(key, "]")),
			    json_string(a, r->query[i].value));
	}
	return json_length(wanted) == 0 ? NULL : json_write(a, wanted);
}

static enum err find(struct req *r, struct list *l)
{
	bool works;

	TRY(engine_clock(r->ctx, &works, &l->since_us));
	return db_many(r->ctx, SQL_ENGINE_JOB_LIST,
	    DB_ARGS(db_text(answer_query(r, "q", "")), db_text(answer_query(r, "status", "")),
		db_text(answer_query(r, "disabled", "")), db_text(wanted_metadata(r))),
	    engine_job_fields, sizeof(*l->jobs), &l->jobs, &l->count);
}

static bool sort(struct req *r, struct list *l)
{
	const char *by = answer_query(r, "_sort", "id");
	size_t i = 0;

	while (i < LENGTH(orders) && strcmp(orders[i].name, by) != 0)
		i++;
	if (i == LENGTH(orders))
		return false;
	struct order order = orders[i];
	qsort_r(l->jobs, l->count, sizeof(*l->jobs), compare, &order);
	if (strcmp(answer_query(r, "_order", "ASC"), "DESC") != 0)
		return true;
	for (size_t a = 0, b = l->count; a + 1 < b; a++) {
		struct engine_job kept = l->jobs[a];
		l->jobs[a] = l->jobs[--b];
		l->jobs[b] = kept;
	}
	return true;
}

/* Go's slice: a start behind the end or past the list is a panic, which Dkron answers with 500. */
static bool cut(const struct req *r, size_t count, size_t *from, size_t *to)
{
	int64_t n = (int64_t)count;
	int64_t first = answer_number(answer_query(r, "_start", "0"));
	const char *end = answer_query(r, "_end", NULL);
	int64_t last = end == NULL ? n : answer_number(end);

	last = last > n ? n : last;
	if (first < 0 || last < first)
		return false;
	*from = (size_t)first;
	*to = (size_t)last;
	return true;
}

/* Item by item in an arena of its own, so that a list of ten thousand needs no more than its text.
 */
static enum err write_items(struct req *r, const struct engine_job *jobs, size_t n, struct buf *b)
{
	struct ctx c = *r->ctx;
	bool pretty = answer_asked(r, "pretty");
	struct json *v;
	enum err e = OK;

	c.arena = arena_create(ITEM_ARENA);
	buf_text(b, "[");
	for (size_t i = 0; i < n && e == OK; i++) {
		buf_text(b, i == 0 ? "" : ",");
		e = engine_job_json(&c, &jobs[i], &v);
		if (e == OK)
			gotext_json(b, json_write(c.arena, v), pretty);
		arena_reset(c.arena);
	}
	buf_text(b, "]");
	arena_destroy(c.arena);
	return e;
}

static void plan(struct req *r, struct list *l)
{
	struct ctx c = *r->ctx;

	c.arena = arena_create(ITEM_ARENA);
	for (size_t i = 0; i < l->count; i++) {
		engine_job_plan(&c, &l->jobs[i], l->since_us);
		arena_reset(c.arena);
	}
	arena_destroy(c.arena);
}

enum err engine_jobs_list(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct list l;
	size_t from, to;
	struct buf b;

	TRY(find(r, &l));
	plan(r, &l);
	if (!sort(r, &l)) {
		answer_status(r, w, 500);
		return OK;
	}
	resp_header(r, w, "X-Total-Count", arena_printf(a, "%zu", l.count));
	if (!cut(r, l.count, &from, &to)) {
		answer_status(r, w, 500);
		return OK;
	}
	buf_init(&b, a, LIST_MAX);
	TRY(write_items(r, l.jobs + from, to - from, &b));
	if (b.full)
		return fail(r->ctx, ERR_INTERNAL, NULL, "a list of more than %d bytes", LIST_MAX);
	answer_written(r, w, 200, b.data);
	return OK;
}
