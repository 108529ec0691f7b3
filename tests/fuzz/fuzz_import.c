/* Dkron's list of jobs: an entry is refused with a reason, or its definition is in normal form:
 * read again it is the same, and so is what the engine would show of it. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "model/import_inside.h"

enum { LIST_MAX = 64 * 1024 };

static void check(struct ctx *c, const struct import_entry *entry)
{
	struct json *spec = NULL, *again = NULL;
	const char *fields = NULL;

	if (entry->input == NULL) {
		MUST(*entry->message != '\0');
		return;
	}
	if (job_name_check(c, entry->name) != OK ||
	    spec_make(c, entry->name, NULL, entry->input, &spec) != OK) {
		MUST(c->fault.detail != NULL && *c->fault.detail != '\0');
		return;
	}
	MUST(spec_make(c, entry->name, NULL, spec, &again) == OK && json_equal(spec, again));
	struct json *engine = spec_for_engine(c, entry->name, spec);
	MUST(spec_engine_differs(c, engine, engine, &fields) == OK && *fields == '\0');
}

FUZZ_ENTRY(import)
{
	if (size > LIST_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct import_entries entries = { .c = &c };
	const size_t *order = NULL;

	if (listed_read(&c, (const char *)data, size, &entries) == OK) {
		order = entries_order(&entries);
		for (size_t i = 0; i < entries.n; i++) {
			MUST(order[i] < entries.n);
			check(&c, &entries.list[i]);
		}
	}
	arena_destroy(c.arena);
	return 0;
}
