/* /api/v1/audit: who changed what, newest first. */

#include "model/audit.h"

#include "http/doc.h"
#include "web/api/api.h"

enum err api_audit(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct audit_query q = {
		.actor = param_text(r, "actor"),
		.verb = param_text(r, "verb"),
		.object = param_text(r, "object"),
		.address = param_text(r, "address"),
		.q = param_text(r, "q"),
		.after = param_text(r, "after"),
		.limit = 100,
	};
	struct json *items = json_array(a);
	struct audit_row *rows;
	const char *next;
	size_t n;

	param_time(r, "since", &q.since_us);
	param_time(r, "until", &q.until_us);
	param_int(r, "limit", &q.limit);
	TRY(audit_list(r->ctx, &q, &rows, &n, &next));
	for (size_t i = 0; i < n; i++)
		json_push(items, audit_json(r->ctx, &rows[i]));
	api_answer_list(r, w, items, next);
	return OK;
}
