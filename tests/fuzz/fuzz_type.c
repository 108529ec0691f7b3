/* Definitions of task types: one is refused with a reason, or in normal form: written and read
 * again it is the same. */

#include <string.h>

#include "action/type_own.h"
#include "fuzz/fuzz.h"

static void check(struct ctx *c, const struct task_type *t)
{
	const char *text = json_write(c->arena, type_definition(c, t));
	struct task_type again;
	struct json *v;

	MUST(json_parse(c, text, strlen(text), &v) == OK);
	MUST(type_parse(c, "x", v, &again) == OK);
	MUST(strcmp(text, json_write(c->arena, type_definition(c, &again))) == 0);
}

static void check_settings(struct ctx *c, const struct json *v)
{
	struct task_type t = shipped_types[0];

	if (type_apply(c, v, &t) == OK)
		MUST(type_apply(c, type_definition(c, &t), &t) == OK);
	else
		MUST(c->fault.detail != NULL && *c->fault.detail != '\0');
}

FUZZ_ENTRY(type)
{
	if (size > TYPE_DEFINITION_BYTES)
		return 0;
	struct ctx c = fuzz_ctx();
	struct task_type t;
	struct json *v;

	if (json_parse(&c, (const char *)data, size, &v) == OK) {
		if (type_parse(&c, "x", v, &t) == OK)
			check(&c, &t);
		else
			MUST(c.fault.detail != NULL && *c.fault.detail != '\0');
		check_settings(&c, v);
	}
	arena_destroy(c.arena);
	return 0;
}
