/* The body of POST /hook/dkron: any bytes are a payload or ERR_MALFORMED with the name of a field.
 */

#include <string.h>

#include "fuzz/fuzz.h"
#include "web/hook/payload.h"

static void must_make_sense(const struct payload *p)
{
	MUST(p->group_ns > 0 && p->n >= 1 && p->n <= PAYLOAD_EXECUTIONS);
	MUST(p->job[0] != '\0' && p->by[0] != '\0' && p->out[p->out_len] == '\0');
	for (size_t i = 0; i < p->n; i++) {
		const struct heard_execution *e = &p->executions[i];
		MUST(e->start_ns > 0 && e->node[0] != '\0' && strchr(e->id, '-') != NULL);
		MUST(!e->ended || e->end_ns >= e->start_ns);
		MUST(e->code >= -1 && e->code <= 255 && (e->ended || !e->ok));
		MUST(i == 0 || strcmp(e->id, p->executions[0].id) != 0);
	}
	MUST((p->output == HEARD_NO_OUTPUT) == (p->out_len == 0 && !p->executions[0].ended));
}

FUZZ_ENTRY(hook)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct payload *p = arena_new(c.arena, struct payload);
	char *body = arena_strndup(c.arena, (const char *)data, size);

	enum err e = payload_parse(&c, body, size, p);
	MUST(e == OK || e == ERR_MALFORMED);
	if (e == OK)
		must_make_sense(p);
	else
		MUST(c.fault.field != NULL && c.fault.field[0] != '\0' && c.fault.detail != NULL);
	arena_destroy(c.arena);
	return 0;
}
