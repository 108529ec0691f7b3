/* /api/v1/runs: list, one, output, stop. */

#include <inttypes.h>

#include "core/text.h"
#include "core/time.h"
#include "model/run.h"
#include "web/api/api.h"

enum {
	OUTPUT_SLICE = 1024 * 1024
}; /* bytes in one answer; the reader comes back with a new offset */

static enum err query_time(struct req *r, const char *name, int64_t *us)
{
	const char *text = NULL;

	TRY(query_text(r, name, &text));
	if (text != NULL && !time_parse_rfc3339(text, us))
		return fail(
		    r->ctx, ERR_INVALID, name, "must be a time such as 2026-11-21T09:42:10Z");
	return OK;
}

static enum err read_query(struct req *r, struct run_query *query)
{
	static const char *const known[] = { "job", "state", "team", "trigger", "since", "until",
		"q", "limit", "after", NULL };

	*query = (struct run_query){ .limit = 100 };
	TRY(query_only(r, known));
	TRY(query_text(r, "job", &query->job));
	TRY(query_text(r, "state", &query->state));
	TRY(query_text(r, "team", &query->team));
	TRY(query_text(r, "trigger", &query->trigger));
	TRY(query_text(r, "q", &query->q));
	TRY(query_text(r, "after", &query->after));
	TRY(query_time(r, "since", &query->since_us));
	TRY(query_time(r, "until", &query->until_us));
	return query_int(r, "limit", 1, 500, &query->limit);
}

static enum err whole_run(struct req *r, const struct run *run, struct json **out)
{
	struct execution *executions;
	size_t n;

	TRY(run_executions(r->ctx, run->id, &executions, &n));
	*out = run_json(r->ctx, run, executions, n);
	return OK;
}

enum err api_runs(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct run_query query;
	struct run *runs;
	size_t n;
	const char *next;

	TRY(read_query(r, &query));
	TRY(run_list(r->ctx, &query, &runs, &n, &next));
	struct json *items = json_array(a), *page = json_object(a);
	for (size_t i = 0; i < n; i++) {
		struct json *item;
		TRY(whole_run(r, &runs[i], &item));
		json_push(items, item);
	}
	json_set(page, "items", items);
	json_set(page, "next", json_string(a, next));
	resp_json(r, w, 200, page);
	return OK;
}

enum err api_run(struct req *r, struct resp *w)
{
	static const char *const known[] = { NULL };
	int64_t id;
	struct run run;
	struct json *v;

	TRY(query_only(r, known));
	TRY(req_var_int(r, "id", &id));
	TRY(run_get(r->ctx, id, &run));
	TRY(whole_run(r, &run, &v));
	resp_json(r, w, 200, v);
	return OK;
}

enum err api_run_output(struct req *r, struct resp *w)
{
	static const char *const known[] = { "offset", "execution", NULL };
	int64_t id, offset = 0;
	const char *execution = NULL;
	struct output output;

	TRY(query_only(r, known));
	TRY(req_var_int(r, "id", &id));
	TRY(query_int(r, "offset", 0, INT64_MAX, &offset));
	TRY(query_text(r, "execution", &execution));
	TRY(run_output(r->ctx, id, execution, offset, OUTPUT_SLICE, &output));
	w->status = 200;
	w->type = "text/plain; charset=utf-8";
	w->body = output.bytes;
	w->len = output.len;
	resp_header(r, w, "X-Output-Size", arena_printf(r->ctx->arena, "%" PRId64, output.size));
	/* The output of the run is not complete while another attempt may take its place. */
	bool complete = output.complete && (execution != NULL || output.run_ended);
	resp_header(r, w, "X-Output-Complete", complete ? "true" : "false");
	resp_header(r, w, "X-Output-Execution", text_urlencode(r->ctx->arena, output.engine_id));
	return OK;
}

enum err api_run_stop(struct req *r, struct resp *w)
{
	int64_t id;
	struct run run;
	struct json *v;

	TRY(req_var_int(r, "id", &id));
	TRY(run_stop(r->ctx, id, &run));
	TRY(whole_run(r, &run, &v));
	resp_json(r, w, 202, v);
	return OK;
}
