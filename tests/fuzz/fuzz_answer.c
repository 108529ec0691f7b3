/* What another system answers to an http_call: the first byte says with which status. It is taken,
 * refuses, is for later, or is told to be nonsense; what is kept of it is plain. */

#include <string.h>

#include "action/action.h"
#include "core/text.h"
#include "fuzz/fuzz.h"
#include "remote/http.h"

extern const struct action action_http_call;

static const int statuses[] = { 200, 204, 302, 400, 409, 429, 500, 503 };

static void check_kept(const struct call *call)
{
	const struct json *kept = json_get(call->cache, "answer");
	struct json *value;
	const char *name;

	for (size_t i = 0; json_member(kept, i, &name, &value); i++)
		MUST(name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
	for (size_t i = 0; i < json_length(call->notes); i++)
		MUST(text_is_text(json_text(json_at(call->notes, i)), 1, 2000));
}

FUZZ_ENTRY(answer)
{
	if (size == 0 || size > FUZZ_INPUT_MAX / 4)
		return 0;
	struct ctx c = fuzz_ctx();
	struct task task = { .id = "11111111-2222-4333-8444-555555555555" };
	struct task_action self = { .name = "http_call", .valid = true };
	struct remote_answer answer = { .end = REMOTE_ANSWERED,
		.status = statuses[*data % LENGTH(statuses)],
		.body = arena_strndup(c.arena, (const char *)data + 1, size - 1),
		.len = size - 1 };
	struct call call = { .task = &task,
		.self = &self,
		.data = json_object(c.arena),
		.cache = json_object(c.arena),
		.shared = json_object(c.arena),
		.notes = json_array(c.arena),
		.key = "key",
		.answer = &answer };

	enum err e = action_http_call.prepare(&c, &call);
	MUST(e == OK || e == ERR_UNAVAILABLE || e == ERR_CONFLICT);
	if (e != OK)
		MUST(*c.fault.detail != '\0');
	check_kept(&call);
	arena_destroy(c.arena);
	return 0;
}
