/* /api/v1/tokens: what the holder of a task's token does with it, and looking after them. */

#include "action/token.h"
#include "http/doc.h"
#include "model/task_token.h"
#include "web/api/api.h"

enum err api_tokens(struct req *r, struct resp *w)
{
	struct task_token_query query = {
		.filters = param_text(r, "filters"),
		.after = param_text(r, "after"),
		.limit = 100,
	};
	struct json *items = json_array(r->ctx->arena);
	struct task_token *tokens;
	const char *next;
	size_t n;

	param_int(r, "limit", &query.limit);
	TRY(task_token_list(r->ctx, &query, &tokens, &n, &next));
	for (size_t i = 0; i < n; i++)
		json_push(items, task_token_json(r->ctx, &tokens[i]));
	api_answer_list(r, w, items, next);
	return OK;
}

enum err api_token_reissue(struct req *r, struct resp *w)
{
	const char *id = "";
	struct task t;

	TRY(json_read_text(r->ctx, r->json, "task", &id));
	TRY(token_reissue(r->ctx, id));
	TRY(task_get(r->ctx, id, &t));
	return api_answer_task(r, w, &t);
}

enum err api_tokens_purge(struct req *r, struct resp *w)
{
	struct json *o = json_object(r->ctx->arena);
	int64_t n;

	TRY(task_token_purge(r->ctx, &n));
	json_set(o, "purged", json_number(r->ctx->arena, n));
	resp_json(r, w, 200, o);
	return OK;
}

enum err api_token(struct req *r, struct resp *w)
{
	struct json *o = json_object(r->ctx->arena);
	struct arena *a = r->ctx->arena;
	struct token_need need;

	TRY(token_find(r->ctx, req_var(r, "token"), &need));
	json_set(o, "task_type", json_string(a, need.type));
	json_set(o, "title", json_string(a, need.title));
	json_set(o, "actions", need.actions);
	json_set(o, "required_fields", need.fields);
	json_set(o, "requires_authentication", json_boolean(a, need.sign_in));
	json_set(o, "expires_at", json_time(a, need.expires_us));
	resp_json(r, w, 200, o);
	return OK;
}

enum err api_token_submit(struct req *r, struct resp *w)
{
	struct json *o = json_object(r->ctx->arena);

	TRY(token_submit(r->ctx, req_var(r, "token"), r->json));
	json_set(o, "message", json_string(r->ctx->arena, "Token submitted successfully."));
	resp_json(r, w, 200, o);
	return OK;
}
