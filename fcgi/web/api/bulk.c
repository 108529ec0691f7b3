/* /api/v1/jobs/bulk and /api/v1/bulk: one action on many jobs. */

#include <inttypes.h>
#include <string.h>

#include "http/doc.h"
#include "model/bulk.h"
#include "web/api/api.h"

enum { FAILURES = 100 };

/* The filters of GET /jobs, as texts. */
static enum err read_filter(struct req *r, const struct json *o, struct job_query *query)
{
	static const char *const known[] = { "q", "team", "enabled", "last", "sync", "tag", NULL };
	const struct {
		const char *name, **out;
	} fields[] = {
		{ "q", &query->q },
		{ "team", &query->team },
		{ "enabled", &query->enabled },
		{ "last", &query->last },
		{ "sync", &query->sync },
		{ "tag", &query->tag },
	};

	if (json_type(o) != JSON_OBJECT)
		return fail(r->ctx, ERR_INVALID, "filter", "must be an object of filters");
	TRY(json_only(r->ctx, o, known));
	for (size_t i = 0; i < LENGTH(fields); i++)
		TRY(json_read_text(r->ctx, o, fields[i].name, fields[i].out));
	return OK;
}

static enum err read_ask(
    struct req *r, struct bulk_ask *ask, struct job_query *query, int64_t *expected)
{
	const char *action = "";

	TRY(json_read_text(r->ctx, r->json, "action", &action));
	TRY(bulk_kind_named(r->ctx, action, &ask->kind));
	if (bulk_is_of_runs(ask->kind))
		return fail(r->ctx, ERR_INVALID, "action", "is none that jobs have");
	TRY(json_read_text(r->ctx, r->json, "team", &ask->team));
	TRY(json_read_int(r->ctx, r->json, "expected", 1, BULK_MAX, expected));
	ask->names = json_get(r->json, "names");
	ask->filter = json_get(r->json, "filter");
	if ((ask->names == NULL) == (ask->filter == NULL))
		return fail(r->ctx, ERR_INVALID, "names", "must be given, or else filter");
	ask->jobs = query;
	return ask->filter == NULL ? OK : read_filter(r, ask->filter, query);
}

static enum err answer(struct req *r, struct resp *w, int status, const struct bulk *b)
{
	struct ctx *c = r->ctx;
	struct json *o = bulk_json(c, b), *failures = json_array(c->arena);
	struct bulk_item *items;
	size_t n;

	TRY(bulk_items(c, b->id, &(struct bulk_page){ "failed", 0, FAILURES }, &items, &n));
	for (size_t i = 0; i < n; i++)
		json_push(failures, bulk_item_json(c, b, &items[i]));
	json_set(o, "failures", failures);
	resp_json(r, w, status, o);
	return OK;
}

enum err api_jobs_bulk(struct req *r, struct resp *w)
{
	struct bulk_ask ask = { .names = NULL };
	struct job_query query = { .q = NULL };
	int64_t expected = 0;
	struct bulk b;

	TRY(read_ask(r, &ask, &query, &expected));
	TRY(bulk_start(r->ctx, &ask, expected, &b));
	TRY(answer(r, w, 202, &b));
	resp_header(r, w, "Location", arena_printf(r->ctx->arena, "/api/v1/bulk/%" PRId64, b.id));
	return OK;
}

enum err api_bulk(struct req *r, struct resp *w)
{
	int64_t id;
	struct bulk b;

	TRY(req_var_int(r, "id", &id));
	TRY(bulk_get(r->ctx, id, &b));
	return answer(r, w, 200, &b);
}

/* As the model calls it. */
static const char *read_state(const struct req *r)
{
	const char *state = param_text(r, "state");

	return state != NULL && strcmp(state, "unchanged") == 0 ? "same" : state;
}

enum err api_bulk_items(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	int64_t id, limit = 100, after = 0;
	struct bulk_item *items;
	struct bulk b;
	size_t n;

	param_int(r, "limit", &limit);
	param_int(r, "after", &after);
	TRY(req_var_int(r, "id", &id));
	TRY(bulk_get(r->ctx, id, &b));
	TRY(bulk_items(
	    r->ctx, id, &(struct bulk_page){ read_state(r), after, limit + 1 }, &items, &n));
	struct json *list = json_array(a);
	for (size_t i = 0; i < n && i < (size_t)limit; i++)
		json_push(list, bulk_item_json(r->ctx, &b, &items[i]));
	api_answer_list(r, w, list,
	    n > (size_t)limit ? arena_printf(a, "%" PRId64, items[limit - 1].seq) : NULL);
	return OK;
}

enum err api_bulk_stop(struct req *r, struct resp *w)
{
	int64_t id;
	struct bulk b;

	TRY(req_var_int(r, "id", &id));
	TRY(bulk_stop(r->ctx, id, &b));
	return answer(r, w, 202, &b);
}
