/* /api/v1/runs: list, one, output, stop. */

#include <inttypes.h>

#include "core/text.h"
#include "http/doc.h"
#include "model/job_stats.h"
#include "model/run.h"
#include "web/api/api.h"

enum {
	OUTPUT_SLICE = 1024 * 1024
}; /* bytes in one answer; the reader comes back with a new offset */

static struct run_query read_query(struct req *r)
{
	struct run_query query = {
		.job = param_text(r, "job"),
		.state = param_text(r, "state"),
		.team = param_text(r, "team"),
		.trigger = param_text(r, "trigger"),
		.node = param_text(r, "node"),
		.requested_by = param_text(r, "requested_by"),
		.q = param_text(r, "q"),
		.after = param_text(r, "after"),
		.limit = 100,
	};

	param_time(r, "since", &query.since_us);
	param_time(r, "until", &query.until_us);
	param_int(r, "limit", &query.limit);
	return query;
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
	struct run_query query = read_query(r);
	struct run *runs;
	struct execution **executions;
	size_t n, *counts;
	const char *next;

	TRY(run_list(r->ctx, &query, &runs, &n, &next));
	TRY(run_executions_of(r->ctx, runs, n, &executions, &counts));
	struct json *items = json_array(a);
	for (size_t i = 0; i < n; i++)
		json_push(items, run_json(r->ctx, &runs[i], executions[i], counts[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

enum err api_run(struct req *r, struct resp *w)
{
	int64_t id;
	struct run run;
	struct json *v;

	TRY(req_var_int(r, "id", &id));
	TRY(run_get(r->ctx, id, &run));
	TRY(whole_run(r, &run, &v));
	resp_json(r, w, 200, v);
	return OK;
}

/* A follower says which text its offset is of; when that was replaced it begins anew. */
static enum err read_output(struct req *r, struct output *out, const char *execution, bool *reset)
{
	int64_t id, offset = 0, generation = -1;

	TRY(req_var_int(r, "id", &id));
	param_int(r, "offset", &offset);
	param_int(r, "generation", &generation);
	TRY(run_output(r->ctx, id, execution, offset, OUTPUT_SLICE, out));
	*reset = generation >= 0 && generation != out->generation && offset > 0;
	return *reset ? run_output(r->ctx, id, execution, 0, OUTPUT_SLICE, out) : OK;
}

enum err api_run_output(struct req *r, struct resp *w)
{
	const char *execution = param_text(r, "execution");
	struct arena *a = r->ctx->arena;
	struct output output;
	bool reset;

	TRY(read_output(r, &output, execution, &reset));
	w->status = 200;
	w->type = "text/plain; charset=utf-8";
	w->body = output.bytes;
	w->len = output.len;
	resp_header(r, w, "X-Output-Size", arena_printf(a, "%" PRId64, output.size));
	/* The output of the run is not complete while another attempt may take its place. */
	bool complete = output.complete && (execution != NULL || output.run_ended);
	resp_header(r, w, "X-Output-Complete", complete ? "true" : "false");
	resp_header(r, w, "X-Output-Execution", text_urlencode(a, output.engine_id));
	resp_header(r, w, "X-Output-Generation", arena_printf(a, "%" PRId64, output.generation));
	if (reset)
		resp_header(r, w, "X-Output-Reset", "true");
	if (output.gone)
		resp_header(r, w, "X-Output-Removed", "true");
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

enum err api_job_stats(struct req *r, struct resp *w)
{
	int64_t days = STATS_DAYS;
	struct job_stats stats;

	param_int(r, "days", &days);
	TRY(job_stats(r->ctx, req_var(r, "name"), days, &stats));
	resp_json(r, w, 200, job_stats_json(r->ctx, &stats));
	return OK;
}
