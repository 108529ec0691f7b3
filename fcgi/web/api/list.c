/* How every list of the API is answered. */

#include "web/api/api.h"

void api_answer_list(struct req *r, struct resp *w, struct json *items, const char *next)
{
	struct json *page = json_object(r->ctx->arena);

	json_set(page, "items", items);
	json_set(page, "next", json_string(r->ctx->arena, next));
	resp_json(r, w, 200, page);
}
