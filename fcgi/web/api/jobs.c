/* /api/v1/jobs: list, one, create, replace, patch, delete, run, history. */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "core/text.h"
#include "http/doc.h"
#include "model/drift.h"
#include "model/job.h"
#include "model/job_lint.h"
#include "model/run.h"
#include "web/api/api.h"

/* "name", "-next", ... */
static void read_sort(struct req *r, struct job_query *query)
{
	static const struct {
		const char *name;
		enum job_sort sort;
	} sorts[] = {
		{ "name", JOB_BY_NAME },
		{ "next", JOB_BY_NEXT },
		{ "last_run", JOB_BY_LAST_RUN },
		{ "updated_at", JOB_BY_UPDATED },
	};
	const char *sort = param_text(r, "sort");

	if (sort == NULL)
		return;
	query->descending = sort[0] == '-';
	for (size_t i = 0; i < LENGTH(sorts); i++)
		if (strcmp(sorts[i].name, sort + query->descending) == 0)
			query->sort = sorts[i].sort;
}

static struct job_query read_query(struct req *r)
{
	struct job_query query = {
		.q = param_text(r, "q"),
		.team = param_text(r, "team"),
		.enabled = param_text(r, "enabled"),
		.last = param_text(r, "last"),
		.sync = param_text(r, "sync"),
		.tag = param_text(r, "tag"),
		.after = param_text(r, "after"),
		.limit = 100,
	};

	param_int(r, "limit", &query.limit);
	read_sort(r, &query);
	return query;
}

enum err api_jobs(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct job_query query = read_query(r);
	struct job *jobs;
	size_t n;
	const char *next;

	TRY(job_list(r->ctx, &query, &jobs, &n, &next));
	struct json *items = json_array(a);
	for (size_t i = 0; i < n; i++)
		json_push(items, job_json(r->ctx, &jobs[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

enum err api_tags(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct json *items = json_array(a), *values = NULL, *item = NULL;
	struct job_tag *tags;
	int64_t jobs = 0;
	size_t n;

	TRY(job_tags(r->ctx, &tags, &n));
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(tags[i].name, tags[i - 1].name) != 0) {
			item = json_object(a);
			values = json_array(a);
			jobs = 0;
			json_push(items, item);
		}
		struct json *value = json_object(a);
		json_set(value, "value", json_string(a, tags[i].value));
		json_set(value, "jobs", json_number(a, tags[i].jobs));
		json_push(values, value);
		jobs += tags[i].jobs;
		json_set(item, "name", json_string(a, tags[i].name));
		json_set(item, "jobs", json_number(a, jobs));
		json_set(item, "values", values);
	}
	api_answer_list(r, w, items, NULL);
	return OK;
}

void api_version(struct req *r, struct resp *w, int64_t version)
{
	resp_header(r, w, "ETag", arena_printf(r->ctx->arena, "\"%" PRId64 "\"", version));
}

static void answer(struct req *r, struct resp *w, int status, const struct json *v, int64_t version)
{
	resp_json(r, w, status, v);
	api_version(r, w, version);
}

void api_answer_job(struct req *r, struct resp *w, int status, const struct job *job)
{
	answer(r, w, status, job_json(r->ctx, job), job->version);
}

/* ?reason= of a change; it stands in the revision. */
static const char *read_reason(const struct req *r)
{
	const char *reason = param_text(r, "reason");

	return reason != NULL ? reason : "";
}

enum err api_ask_others(struct req *r, struct resp *w, enum err e)
{
	struct task t;

	TRY(change_ask(r->ctx, e, read_reason(r), &t));
	return api_answer_task(r, w, &t);
}

enum err api_if_match(struct req *r, int64_t *version)
{
	const char *tag = r->if_match;
	size_t len = strlen(tag);

	*version = 0;
	if (len == 0 || strcmp(tag, "*") == 0)
		return OK;
	if (len > 2 && tag[0] == '"' && tag[len - 1] == '"' &&
	    text_int64(arena_strndup(r->ctx->arena, tag + 1, len - 2), 1, INT64_MAX, version))
		return OK;
	return fail(r->ctx, ERR_STALE, "If-Match",
	    "is not a version of it: send the ETag as it was answered");
}

static enum err need_object(struct req *r)
{
	if (json_type(r->json) == JSON_OBJECT)
		return OK;
	return fail(r->ctx, ERR_INVALID, NULL, "The body must be one JSON object: a job.");
}

enum err api_job_add(struct req *r, struct resp *w)
{
	const char *name = NULL, *team = NULL;
	struct job job;

	TRY(need_object(r));
	TRY(json_read_text(r->ctx, r->json, "name", &name));
	if (name == NULL)
		return fail(r->ctx, ERR_INVALID, "name", "must be given");
	TRY(json_read_text(r->ctx, r->json, "team", &team));
	enum err e = job_add(r->ctx, name, team, r->json, read_reason(r), &job);
	if (e != OK)
		return api_ask_others(r, w, e);
	api_answer_job(r, w, 201, &job);
	resp_header(r, w, "Location",
	    arena_printf(
		r->ctx->arena, "/api/v1/jobs/%s", text_urlencode(r->ctx->arena, job.name)));
	return OK;
}

enum err api_job(struct req *r, struct resp *w)
{
	struct json *drift;
	struct job job;

	TRY(job_get(r->ctx, req_var(r, "name"), &job));
	TRY(drift_json(r->ctx, &job, &drift));
	struct json *v = job_json(r->ctx, &job);
	if (drift != NULL)
		json_set(json_get(v, "sync"), "drift", drift);
	answer(r, w, 200, v, job.version);
	return OK;
}

static enum err change(struct req *r, struct resp *w, enum job_change how)
{
	struct job_edit edit = {
		.name = req_var(r, "name"), .how = how, .input = r->json, .reason = read_reason(r)
	};
	struct job job;

	TRY(need_object(r));
	TRY(api_if_match(r, &edit.version));
	TRY(json_read_text(r->ctx, r->json, "team", &edit.team));
	enum err e = job_edit(r->ctx, &edit, &job);
	if (e != OK)
		return api_ask_others(r, w, e);
	api_answer_job(r, w, 200, &job);
	return OK;
}

enum err api_job_put(struct req *r, struct resp *w)
{
	return change(r, w, JOB_REPLACE);
}

enum err api_job_patch(struct req *r, struct resp *w)
{
	return change(r, w, JOB_MERGE);
}

enum err api_job_delete(struct req *r, struct resp *w)
{
	int64_t version;

	TRY(api_if_match(r, &version));
	enum err e = job_delete(r->ctx, req_var(r, "name"), version);
	if (e != OK)
		return api_ask_others(r, w, e);
	w->status = 204;
	return OK;
}

enum err api_job_run(struct req *r, struct resp *w)
{
	struct run run;

	enum err e = run_request(r->ctx, req_var(r, "name"), "api", &run);
	if (e != OK)
		return api_ask_others(r, w, e);
	resp_json(r, w, 202, run_json(r->ctx, &run, NULL, 0));
	resp_header(r, w, "Location", arena_printf(r->ctx->arena, "/api/v1/runs/%" PRId64, run.id));
	return OK;
}

enum err api_job_warnings(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct job_warning *warnings;
	struct job job;
	size_t n;

	TRY(job_get(r->ctx, req_var(r, "name"), &job));
	TRY(job_lint(r->ctx, job.name, job.spec, &warnings, &n));
	struct json *items = json_array(a);
	for (size_t i = 0; i < n; i++)
		json_push(items, job_warning_json(r->ctx, &warnings[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}

static enum err revision_json(struct req *r, const struct revision *revision, struct json **out)
{
	struct arena *a = r->ctx->arena;
	struct json *v = json_object(a), *spec;

	TRY(json_parse(r->ctx, revision->spec_text, strlen(revision->spec_text), &spec));
	json_set(v, "version", json_number(a, revision->version));
	json_set(v, "made_at", json_time(a, revision->made_us));
	json_set(v, "made_by", json_string(a, revision->actor));
	json_set(v, "reason", json_string(a, revision->reason));
	json_set(v, "task", json_string(a, revision->task.text));
	json_set(v, "approved_by", json_string(a, revision->approved_by));
	json_set(v, "job", spec);
	*out = v;
	return OK;
}

enum err api_revisions(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct revision *revisions;
	size_t n;

	TRY(job_revisions(r->ctx, req_var(r, "name"), &revisions, &n));
	struct json *items = json_array(a);
	for (size_t i = 0; i < n; i++) {
		struct json *item;
		TRY(revision_json(r, &revisions[i], &item));
		json_push(items, item);
	}
	api_answer_list(r, w, items, NULL);
	return OK;
}

enum err api_restore(struct req *r, struct resp *w)
{
	int64_t version, seen;
	struct job job;

	TRY(req_var_int(r, "n", &version));
	TRY(api_if_match(r, &seen));
	enum err e = job_restore(r->ctx, req_var(r, "name"), version, seen, &job);
	if (e != OK)
		return api_ask_others(r, w, e);
	api_answer_job(r, w, 200, &job);
	return OK;
}
