/* /api/v1/task-types and /api/v1/tasks: what may be asked for, asking, deciding. */

#include <string.h>

#include "action/change.h"
#include "action/engine.h"
#include "core/text.h"
#include "http/doc.h"
#include "model/task_list.h"
#include "web/api/api.h"

enum err api_task_types(struct req *r, struct resp *w)
{
	struct json *items = json_array(r->ctx->arena);
	struct task_type *types;
	size_t n;

	TRY(type_list(r->ctx, &types, &n));
	for (size_t i = 0; i < n; i++)
		json_push(items, type_json(r->ctx, &types[i]));
	api_answer_list(r, w, items, NULL);
	return OK;
}

enum err api_task_type(struct req *r, struct resp *w)
{
	struct task_type type;

	TRY(type_to_ask(r->ctx, req_var(r, "type"), &type));
	resp_json(r, w, 200, type_json(r->ctx, &type));
	return OK;
}

enum err api_tasks(struct req *r, struct resp *w)
{
	const char *whose = param_text(r, "whose"), *next;
	struct json *items = json_array(r->ctx->arena);
	struct task_query query = {
		.whose = whose == NULL                ? TASKS_ALL
			 : strcmp(whose, "mine") == 0 ? TASKS_MINE
						      : TASKS_FOR_ME,
		.state = param_text(r, "state"),
		.type = param_text(r, "type"),
		.team = param_text(r, "team"),
		.requester = param_text(r, "requester"),
		.job = param_text(r, "job"),
		.q = param_text(r, "q"),
		.filters = param_text(r, "filters"),
		.after = param_text(r, "after"),
		.limit = 100,
	};
	struct task *tasks;
	size_t n;

	param_int(r, "limit", &query.limit);
	TRY(task_list(r->ctx, &query, &tasks, &n, &next));
	for (size_t i = 0; i < n; i++)
		json_push(items, task_json(r->ctx, &tasks[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

static enum err answer(struct req *r, struct resp *w, int status, const struct task *t)
{
	struct json *o;

	TRY(task_json_whole(r->ctx, t, &o));
	resp_json(r, w, status, o);
	return OK;
}

/* As it can be changed with If-Match. */
static enum err answer_version(struct req *r, struct resp *w, const struct task *t)
{
	TRY(answer(r, w, 200, t));
	api_version(r, w, t->version);
	return OK;
}

enum err api_answer_task(struct req *r, struct resp *w, const struct task *t)
{
	TRY(answer(r, w, 202, t));
	resp_header(r, w, "Location", arena_printf(r->ctx->arena, "/api/v1/tasks/%s", t->id));
	return OK;
}

enum err api_task_ask(struct req *r, struct resp *w)
{
	struct ask ask = {
		.type = req_var(r, "type"),
		.fields = r->json,
		.reason = param_text(r, "reason"),
	};
	struct task_type type;
	struct task t;

	TRY(type_to_ask(r->ctx, ask.type, &type));
	TRY(task_ask(r->ctx, &ask, &t));
	if (t.id != NULL)
		return api_answer_task(r, w, &t);
	struct json *o = json_object(r->ctx->arena);
	json_set(o, "message",
	    json_string(r->ctx->arena, type.constant_answer != NULL
					   ? type.constant_answer
					   : "Your request was received."));
	resp_json(r, w, 202, o);
	return OK;
}

enum err api_task(struct req *r, struct resp *w)
{
	struct task t;

	TRY(task_get(r->ctx, req_var(r, "id"), &t));
	return answer_version(r, w, &t);
}

/* Of a job's definition, not of the body: "definition.schedule". */
static enum err of_definition(struct ctx *c, enum err e)
{
	const struct fault *f = &c->fault;

	if (e != ERR_INVALID || f->field == NULL || strcmp(f->field, "reason") == 0 ||
	    strcmp(f->field, "team") == 0)
		return e;
	return fail(c, e, arena_printf(c->arena, "definition.%s", f->field), "%s", f->detail);
}

/* The definition and the team, with `version` the job that it was made on; the rest of what GET
 * gave is read only. */
static enum err edit_change(struct req *r, const struct task_seen *seen, struct task *t)
{
	static const char *const known[] = { "job", "job_id", "team", "version", "verb", "before",
		"definition", NULL };
	struct change_other other = { .reason = param_text(r, "reason"), .seen = *seen };
	struct ctx *c = r->ctx;

	TRY(json_only(c, r->json, known));
	other.definition = json_get(r->json, "definition");
	if (json_type(other.definition) != JSON_OBJECT)
		return fail(c, ERR_INVALID, "definition", "must be an object: the whole job");
	TRY(json_read_text(c, r->json, "team", &other.team));
	TRY(json_read_int(c, r->json, "version", 0, INT64_MAX, &other.version));
	return of_definition(c, change_edit(c, t->id, &other, t));
}

enum err api_task_put(struct req *r, struct resp *w)
{
	struct task_seen seen = { .hash = param_text(r, "hash") };
	const char *id = req_var(r, "id");
	struct task t;

	TRY(api_if_match(r, &seen.version));
	TRY(task_get(r->ctx, id, &t));
	if (text_starts(t.about, "job:"))
		TRY(edit_change(r, &seen, &t));
	else
		TRY(task_edit_as(r->ctx, id,
		    &(struct ask){
			.fields = r->json, .reason = param_text(r, "reason"), .seen = seen },
		    &t));
	return answer_version(r, w, &t);
}

static enum err read_decision(struct req *r, const char **comment, const char **hash)
{
	*comment = *hash = "";
	if (r->json == NULL)
		return OK;
	TRY(json_read_text(r->ctx, r->json, "comment", comment));
	return json_read_text(r->ctx, r->json, "hash", hash);
}

enum err api_task_approve(struct req *r, struct resp *w)
{
	const char *comment, *hash;
	struct task t;

	TRY(read_decision(r, &comment, &hash));
	TRY(task_approve(r->ctx, req_var(r, "id"), hash, comment, &t));
	return answer(r, w, 200, &t);
}

enum err api_task_reject(struct req *r, struct resp *w)
{
	const char *comment, *hash;
	struct task t;

	TRY(read_decision(r, &comment, &hash));
	TRY(task_reject(r->ctx, req_var(r, "id"), comment, &t));
	return answer(r, w, 200, &t);
}

enum err api_task_cancel(struct req *r, struct resp *w)
{
	const char *comment, *hash;
	struct task t;

	TRY(read_decision(r, &comment, &hash));
	TRY(task_cancel(r->ctx, req_var(r, "id"), comment, &t));
	return answer(r, w, 200, &t);
}

enum err api_task_renew(struct req *r, struct resp *w)
{
	struct task t;

	TRY(change_renew(r->ctx, req_var(r, "id"), &t));
	/* Nobody has to be asked any more: it is done. */
	return strcmp(t.id, req_var(r, "id")) == 0 ? answer(r, w, 200, &t)
						   : api_answer_task(r, w, &t);
}

enum err api_task_comment(struct req *r, struct resp *w)
{
	const char *comment, *hash;
	struct task t;

	TRY(read_decision(r, &comment, &hash));
	TRY(task_comment(r->ctx, req_var(r, "id"), comment, &t));
	return answer(r, w, 200, &t);
}
