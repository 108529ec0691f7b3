/* A bulk action as the API shows it. */

#include <string.h>

#include "model/bulk.h"

static struct json *filter_json(struct ctx *c, const struct bulk *b)
{
	struct json *filter;

	if (b->filter.text == NULL ||
	    json_parse(c, b->filter.text, strlen(b->filter.text), &filter) != OK)
		return json_string(c->arena, NULL);
	return filter;
}

struct json *bulk_json(struct ctx *c, const struct bulk *b)
{
	struct json *o = json_object(c->arena);

	json_set(o, "id", json_number(c->arena, b->id));
	json_set(o, "action", json_string(c->arena, b->action));
	json_set(o, "team", json_string(c->arena, b->team.text));
	json_set(o, "filter", filter_json(c, b));
	json_set(o, "state", json_string(c->arena, bulk_state(b)));
	json_set(o, "total", json_number(c->arena, b->total));
	json_set(o, "done", json_number(c->arena, b->done));
	json_set(o, "unchanged", json_number(c->arena, b->same));
	json_set(o, "failed", json_number(c->arena, b->failed));
	json_set(o, "requested_by", json_string(c->arena, b->account));
	json_set(o, "requested_at", json_time(c->arena, b->asked_us));
	json_set(o, "finished_at", json_time(c->arena, b->ended_us.value));
	return o;
}

struct json *bulk_item_json(struct ctx *c, const struct bulk *b, const struct bulk_item *item)
{
	struct json *o = json_object(c->arena);
	const char *state = strcmp(item->state, "same") == 0 ? "unchanged" : item->state;

	json_set(
	    o, strcmp(b->action, "stop") == 0 ? "run" : "job", json_string(c->arena, item->name));
	json_set(o, "state", json_string(c->arena, state));
	json_set(o, "code", json_string(c->arena, item->code.text));
	json_set(o, "message", json_string(c->arena, item->message.text));
	json_set(o, "run_id", db_maybe_json(c->arena, item->run_id));
	return o;
}
