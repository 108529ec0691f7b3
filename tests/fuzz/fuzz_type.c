/* Definitions of task types: one is refused with a reason, or in normal form: written and read
 * again it is the same. */

#include <string.h>

#include "action/type_own.h"
#include "fuzz/fuzz.h"
#include "web/admin/type_inside.h"

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

/* Any value that an input shows is read back as one that it shows alike. */
static void check_form(struct ctx *c, struct json *v, const struct task_type *shipped)
{
	struct type_form form;

	if (type_form_open(c, v, shipped, &form) != OK)
		return;
	for (size_t i = 0; i < form.n; i++) {
		const struct slot *s = &form.slots[i];
		struct json *once = type_value_of(c, s->kind, s->shown), *twice;
		if (once == NULL || s->kind == SLOT_SENT)
			continue;
		twice = type_value_of(c, s->kind, type_value_text(c, s->row, s->kind, once));
		MUST(json_equal(once, twice) || json_length(once) == 0);
	}
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
		check_form(&c, v, NULL);
		check_form(&c, v, &shipped_types[0]);
	}
	arena_destroy(c.arena);
	return 0;
}
