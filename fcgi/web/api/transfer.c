/* /api/v1/jobs/import and /api/v1/jobs/export: many jobs at once. */

#include <string.h>

#include "http/doc.h"
#include "model/import.h"
#include "model/job.h"
#include "web/api/api.h"

static bool is_on(const struct req *r, const char *name)
{
	const char *text = param_text(r, name);

	return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* Nothing was done because of some entries: the plan says which, the error what that means. */
static struct json *refusal(struct req *r, const struct import_plan *plan)
{
	struct arena *a = r->ctx->arena;
	struct json *o = import_json(r->ctx, plan), *error = json_object(a);

	json_set(error, "code", json_string(a, "invalid"));
	json_set(error, "field", NULL);
	json_set(error, "message",
	    json_string(a, arena_printf(a, "%zu of %zu jobs are refused, so nothing was imported.",
			       plan->count[IMPORT_REFUSED], plan->n)));
	json_set(o, "error", error);
	return o;
}

enum err api_jobs_import(struct req *r, struct resp *w)
{
	struct import import = { .text = r->body,
		.len = r->body_len,
		.team = param_text(r, "team"),
		.reason = param_text(r, "reason"),
		.preview = is_on(r, "preview"),
		.user_column = is_on(r, "user_column") };
	struct import_plan plan;

	TRY(import_format(r->ctx, param_text(r, "format"), &import.format));
	TRY(job_import(r->ctx, &import, &plan));
	if (import.preview || plan.done)
		resp_json(r, w, 200, import_json(r->ctx, &plan));
	else
		resp_json(r, w, 422, refusal(r, &plan));
	return OK;
}

enum err api_jobs_export(struct req *r, struct resp *w)
{
	struct job_query query = { .q = param_text(r, "q"),
		.team = param_text(r, "team"),
		.enabled = param_text(r, "enabled"),
		.last = param_text(r, "last"),
		.sync = param_text(r, "sync"),
		.tag = param_text(r, "tag"),
		.limit = 1 };
	const char *format = param_text(r, "format");
	bool dkron = format == NULL || strcmp(format, "dkron") == 0;

	TRY(job_export(r->ctx, &query, dkron, &w->body, &w->len));
	w->status = 200;
	w->type = "application/json";
	return OK;
}
