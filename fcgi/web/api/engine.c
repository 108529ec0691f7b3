/* /api/v1/schedule and /api/v1/engine: what a schedule means, and what runs the jobs. */

#include <string.h>

#include "model/comparison.h"
#include "model/outbox.h"
#include "web/api/api.h"
#include "web/hint.h"

enum err api_schedule(struct req *r, struct resp *w)
{
	struct json *v;

	TRY(hint_schedule(r, &v));
	resp_json(r, w, 200, v);
	return OK;
}

enum err api_engine(struct req *r, struct resp *w)
{
	struct arena *a = r->ctx->arena;
	struct engine_state state;
	struct outbox_counts counts;
	struct comparison_report report;
	struct json *nodes, *v = json_object(a);

	enum err e = engine_state_get(r->ctx, &state);
	if (e == ERR_NOT_FOUND)
		return fail(r->ctx, ERR_UNAVAILABLE, NULL,
		    "The engine has not been asked yet: is signalbox work running?");
	TRY(e);
	TRY(outbox_counts(r->ctx, &counts));
	TRY(json_parse(r->ctx, state.nodes, strlen(state.nodes), &nodes));
	json_set(v, "engine", json_string(a, state.kind));
	json_set(v, "version", json_string(a, state.version));
	json_set(v, "reachable", json_boolean(a, state.reachable));
	json_set(v, "reason", json_string(a, state.reason.text));
	json_set(v, "leader", json_string(a, state.leader[0] != '\0' ? state.leader : NULL));
	json_set(v, "nodes", nodes);
	json_set(v, "pending", json_number(a, counts.pending + counts.failing));
	json_set(v, "checked_at", json_time(a, state.checked_us));
	json_set(v, "drifted", json_number(a, counts.drifted));
	TRY(comparison_get(r->ctx, &report));
	json_set(v, "comparison", comparison_json(r->ctx, &report));
	resp_json(r, w, 200, v);
	return OK;
}
