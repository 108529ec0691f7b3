/* /api/v1/engine/...: plan, jobs that are nobody's, resync, cleanup; and settling a drift. */

#include <string.h>

#include "http/doc.h"
#include "model/cleanup.h"
#include "model/comparison.h"
#include "model/drift.h"
#include "model/unmanaged.h"

#include "web/api/api.h"
#include "web/ask_engine.h"

enum { LIMIT_STANDARD = 100 };

enum err api_plan(struct req *r, struct resp *w)
{
	int64_t limit = LIMIT_STANDARD;
	struct plan plan;
	struct json *v;

	(void)param_int(r, "limit", &limit);
	TRY(ask_plan(r->ctx, &plan));
	TRY(plan_json(r->ctx, &plan, limit, param_text(r, "after"), &v));
	resp_json(r, w, 200, v);
	return OK;
}

enum err api_unmanaged(struct req *r, struct resp *w)
{
	struct unmanaged_query query = {
		.q = param_text(r, "q"), .limit = LIMIT_STANDARD, .after = param_text(r, "after")
	};
	struct arena *a = r->ctx->arena;
	struct unmanaged *list;
	const char *next;
	size_t n;

	(void)param_int(r, "limit", &query.limit);
	TRY(unmanaged_list(r->ctx, &query, &list, &n, &next));
	struct json *items = json_array(a);
	for (size_t i = 0; i < n; i++)
		json_push(items, unmanaged_json(r->ctx, &list[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

/* 202: the report stands in GET /engine once its began_at is behind asked_at. */
enum err api_resync(struct req *r, struct resp *w)
{
	struct json *v = json_object(r->ctx->arena);
	int64_t asked_us;

	TRY(comparison_ask(r->ctx, &asked_us));
	json_set(v, "asked_at", json_time(r->ctx->arena, asked_us));
	resp_json(r, w, 202, v);
	resp_header(r, w, "Location", "/api/v1/engine");
	return OK;
}

enum err api_cleanup(struct req *r, struct resp *w)
{
	struct cleanup_query query = { .days = CLEANUP_DAYS };
	struct cleanup result;

	if (r->json != NULL) {
		TRY(json_read_int(r->ctx, r->json, "days", 0, CLEANUP_DAYS_MAX, &query.days));
		TRY(json_read_bool(r->ctx, r->json, "dry_run", &query.dry_run));
	}
	TRY(cleanup_run(r->ctx, &query, &result));
	resp_json(r, w, 200, cleanup_json(r->ctx, &query, &result));
	return OK;
}

/* ---- a drift, or a job that is nobody's */

/* Ours that differs comes first; else the name is the engine's own of a job that is not ours. */
static enum err adopt(
    struct req *r, const struct unmanaged_how *how, int64_t version, struct job *out)
{
	const char *name = req_var(r, "name");
	struct ctx *c = r->ctx;
	struct job job;
	enum err is_ours = job_get(c, name, &job);

	if (is_ours != OK && is_ours != ERR_NOT_FOUND)
		return is_ours;
	if (is_ours == OK && how->as == NULL &&
	    (strcmp(job.sync, "drifted") == 0 || !c->actor.admin))
		return drift_adopt(c, name, version, how->reason, out);
	if (!c->actor.admin)
		return is_ours;
	enum err e = unmanaged_adopt(c, name, how, out);
	return e == ERR_NOT_FOUND && is_ours == OK && how->as == NULL
		   ? drift_adopt(c, name, version, how->reason, out)
		   : e;
}

enum err api_adopt(struct req *r, struct resp *w)
{
	struct unmanaged_how how = { .reason = param_text(r, "reason") };
	int64_t version;
	struct job job;

	if (r->json != NULL) {
		TRY(json_read_text(r->ctx, r->json, "team", &how.team));
		TRY(json_read_text(r->ctx, r->json, "as", &how.as));
	}
	TRY(api_if_match(r, &version));
	enum err e = adopt(r, &how, version, &job);
	if (e != OK)
		return api_ask_others(r, w, e);
	api_answer_job(r, w, 200, &job);
	return OK;
}

enum err api_revert(struct req *r, struct resp *w)
{
	int64_t version;
	struct job job;

	TRY(api_if_match(r, &version));
	TRY(drift_revert(r->ctx, req_var(r, "name"), version, &job));
	api_answer_job(r, w, 200, &job);
	return OK;
}
