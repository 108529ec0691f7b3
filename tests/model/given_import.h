#ifndef TESTS_MODEL_GIVEN_IMPORT_H
#define TESTS_MODEL_GIVEN_IMPORT_H

/* What tests of imports begin with. */

#include "model/given.h"
#include "model/import.h"

GIVEN struct import_plan imported(struct ctx *c, enum import_format format, const char *text)
{
	struct import import = { .format = format, .text = text, .len = strlen(text) };
	struct import_plan plan;

	IS(job_import(c, &import, &plan), OK);
	return plan;
}

GIVEN struct import_plan previewed(struct ctx *c, enum import_format format, const char *text)
{
	struct import import = {
		.format = format, .text = text, .len = strlen(text), .preview = true
	};
	struct import_plan plan;

	IS(job_import(c, &import, &plan), OK);
	return plan;
}

/* "create a, same b, change c (Schedule), refused d: why" in the order of the text. */
GIVEN const char *words_of(struct ctx *c, const struct import_plan *plan)
{
	static const char *const kinds[] = { "create", "change", "same", "refused" };
	const char *words = "";

	for (size_t i = 0; i < plan->n; i++) {
		const struct import_item *item = &plan->items[i];
		words = arena_printf(
		    c->arena, "%s%s%s %s", words, i > 0 ? ", " : "", kinds[item->kind], item->name);
		for (size_t j = 0; j < item->nchanges; j++)
			words = arena_printf(c->arena, "%s [%s: %s > %s]", words,
			    item->changes[j].label, item->changes[j].before,
			    item->changes[j].after);
		if (item->kind == IMPORT_REFUSED)
			words = arena_printf(c->arena, "%s {%s: %s}", words,
			    item->field != NULL ? item->field : "", item->message);
	}
	return words;
}

#define PLAIN                                                                               \
	"\"schedule\":\"@hourly\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"true\"}"

#endif
