/* Executions as an engine tells them: one is none of ours, or makes sense. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "work/history.h"

static void check(const struct remembered *r)
{
	MUST(*r->job != '\0' && r->group_ns > 0);
	MUST(r->e.start_ns > 0 && strchr(r->e.id, '-') != NULL);
	MUST(!r->e.ended || r->e.end_ns >= r->e.start_ns);
	MUST(r->e.ended || !r->e.ok);
}

FUZZ_ENTRY(history)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct worker w = { .config = &fuzz_config, .name = "fuzz", .c = fuzz_ctx() };
	struct remembered r;
	struct json *v;

	if (json_parse_loose(&w.c, (const char *)data, size, &v) == OK)
		for (size_t i = 0; i < json_length(v) && json_type(v) == JSON_ARRAY; i++)
			if (remembered_read(&w, json_at(v, i), &r))
				check(&r);
	arena_destroy(w.c.arena);
	return 0;
}
