/* The job form's helper: what a schedule means while it is typed. */

#include "schedule/lint.h"
#include "web/admin/pages.h"
#include "web/hint.h"

/* What the author may have meant, such as five fields of a crontab, in words and written out; NULL:
 * no idea. */
static enum err advice(struct req *r, const char **out, const char **six)
{
	const char *expression = "", *timezone = "", *job = "";

	TRY(query_text(r, "expression", &expression));
	TRY(query_text(r, "timezone", &timezone));
	TRY(query_text(r, "job", &job));
	*out = schedule_hint(r->ctx, expression, timezone, job);
	*six = schedule_six_fields(r->ctx, expression, timezone, job);
	return OK;
}

/* An unfinished schedule is nothing wrong: 200 keeps the browser's console clean (interface.md 4).
 */
static void answer_unfinished(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct json *error = json_object(a), *whole = json_object(a);
	const char *hint = NULL, *six = NULL;

	json_set(error, "code", json_string(a, status_code(ERR_INVALID)));
	json_set(error, "field", json_string(a, r->ctx->fault.field));
	json_set(error, "message", json_string(a, r->ctx->fault.detail));
	json_set(whole, "error", error);
	if (advice(r, &hint, &six) == OK && hint != NULL) {
		json_set(whole, "hint", json_string(a, hint));
		json_set(whole, "expression", json_string(a, six));
	}
	resp_json(r, w, 200, whole);
}

enum err admin_schedule(struct req *r, struct resp *w)
{
	struct json *answer;
	enum err e = hint_schedule(r, &answer);

	if (e == ERR_INVALID) {
		answer_unfinished(r, w);
		return OK;
	}
	TRY(e);
	resp_json(r, w, 200, answer);
	return OK;
}
