/* /api/v1/notifications and /api/v1/status: what admins should know of tasks. */

#include "http/doc.h"
#include "model/notification.h"
#include "model/task_list.h"
#include "web/api/api.h"

static struct json *list_json(struct ctx *c, const struct notification *all, size_t n)
{
	struct json *items = json_array(c->arena);

	for (size_t i = 0; i < n; i++)
		json_push(items, notification_json(c, &all[i]));
	return items;
}

enum err api_notifications(struct req *r, struct resp *w)
{
	struct notification_query query = {
		.filters = param_text(r, "filters"),
		.after = param_text(r, "after"),
		.limit = 100,
	};
	struct notification *all;
	const char *next;
	size_t n;

	param_int(r, "limit", &query.limit);
	TRY(notification_list(r->ctx, &query, &all, &n, &next));
	api_answer_list(r, w, list_json(r->ctx, all, n), next);
	return OK;
}

static enum err answer(struct req *r, struct resp *w, int64_t id)
{
	struct notification one;

	TRY(notification_get(r->ctx, id, &one));
	resp_json(r, w, 200, notification_json(r->ctx, &one));
	return OK;
}

enum err api_notification(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	return answer(r, w, id);
}

enum err api_notification_acknowledge(struct req *r, struct resp *w)
{
	struct notification one;
	int64_t id, done;

	TRY(req_var_int(r, "id", &id));
	TRY(notification_get(r->ctx, id, &one));
	TRY(notification_acknowledge(r->ctx, &id, 1, &done));
	return answer(r, w, id);
}

enum err api_notifications_acknowledge(struct req *r, struct resp *w)
{
	struct json *o = json_object(r->ctx->arena);
	const struct json *list = json_get(r->json, "ids");
	int64_t ids[NOTIFICATIONS_MANY], done;
	size_t n = json_length(list); /* as many as the document says, at most */

	for (size_t i = 0; i < n; i++)
		ids[i] = json_int(json_at(list, i));
	TRY(notification_acknowledge(r->ctx, ids, n, &done));
	json_set(o, "acknowledged", json_number(r->ctx->arena, done));
	resp_json(r, w, 200, o);
	return OK;
}

static enum err last(struct ctx *c, bool completed, struct json **out)
{
	struct task t;
	enum err e = task_last(c, completed, &t);

	*out = e == OK ? task_json(c, &t) : json_string(c->arena, NULL);
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err api_status(struct req *r, struct resp *w)
{
	struct notification_query errors = {
		.kind = NOTIFICATIONS_ERROR, .open = true, .limit = 100
	};
	struct json *o = json_object(r->ctx->arena), *created, *completed;
	struct notification *all;
	const char *next;
	size_t n;

	TRY(notification_list(r->ctx, &errors, &all, &n, &next));
	TRY(last(r->ctx, false, &created));
	TRY(last(r->ctx, true, &completed));
	json_set(o, "error_notifications", list_json(r->ctx, all, n));
	json_set(o, "last_created_task", created);
	json_set(o, "last_completed_task", completed);
	resp_json(r, w, 200, o);
	return OK;
}
