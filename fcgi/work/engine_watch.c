#include "work/engine_watch.h"

#include "core/log.h"
#include "model/namespace.h"
#include "model/outbox.h"
#include "model/outbox_work.h"

static struct json *node(struct arena *a, const struct json *member)
{
	struct json *o = json_object(a);
	const char *server = json_text(json_get(json_get(member, "Tags"), "server"));

	json_set(o, "name", json_string(a, json_text(json_get(member, "Name"))));
	json_set(o, "address", json_string(a, json_text(json_get(member, "Addr"))));
	json_set(o, "status", json_string(a, json_text(json_get(member, "statusText"))));
	json_set(o, "server", json_boolean(a, server[0] == 't'));
	json_set(o, "tags", json_get(member, "Tags"));
	return o;
}

static enum err ask(struct worker *w, struct engine_state *out)
{
	struct json *members, *nodes = json_array(w->c.arena);

	dkron_prefer_leader(&w->c, &w->dkron);
	TRY(dkron_version(&w->c, &w->dkron, &out->version));
	TRY(dkron_leader(&w->c, &w->dkron, &out->leader));
	TRY(dkron_members(&w->c, &w->dkron, &members));
	for (size_t i = 0; i < json_length(members); i++)
		json_push(nodes, node(w->c.arena, json_at(members, i)));
	out->nodes = json_write(w->c.arena, nodes);
	out->reachable = true;
	return OK;
}

static enum err store(struct worker *w, const struct engine_state *state)
{
	bool was;

	TRY(engine_state_put(&w->c, state, &was));
	if (state->reachable && !was) {
		log_event(&w->c, LOG_INFO, "engine_reached", LOG_TEXT("version", state->version),
		    LOG_TEXT("leader", state->leader));
		return outbox_engine_back(&w->c);
	}
	if (!state->reachable && was)
		log_event(&w->c, LOG_WARN, "engine_away", LOG_TEXT("reason", state->reason.text));
	return state->reachable ? OK : outbox_engine_away(&w->c, state->reason.text);
}

static void be_away(struct worker *w, struct engine_state *state, const char *why)
{
	state->reachable = false;
	state->version = state->leader = "";
	state->nodes = "[]";
	state->reason.text = arena_printf(w->c.arena, "the engine does not answer: %s", why);
}

/* It answers, and is not to be written. */
static void be_let_alone(struct engine_state *state, const char *why)
{
	state->reachable = false;
	state->reason.text = why != NULL ? why : "which jobs there are ours cannot be told now";
}

void engine_look(struct worker *w, bool *reachable)
{
	struct engine_state state = { .version = "",
		.leader = "",
		.nodes = "[]",
		.kind = w->config->engine,
		.checked_us = w->c.now_us };
	struct engine_state silent = state;

	if (w->dkron.silence[0] != '\0')
		be_away(w, &silent, w->dkron.silence);
	const char *why = NULL;
	if (ask(w, &state) != OK)
		be_away(w, &state, w->c.fault.detail);
	else if (!worker_ok(w, "namespace", namespace_check(&w->c, &why)) || why != NULL)
		be_let_alone(&state, why);
	else if (silent.reason.text != NULL)
		(void)worker_ok(w, "engine_state", store(w, &silent));
	w->dkron.silence[0] = '\0';
	*reachable = state.reachable;
	(void)worker_ok(w, "engine_state", store(w, &state));
}
