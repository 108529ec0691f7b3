/* Conditions of lists: one is refused with its field, or becomes conditions that SQL can read. */

#include <string.h>

#include "core/json.h"
#include "db/db.h"
#include "fuzz/fuzz.h"
#include "model/filter.h"

static const char *const row_keys[] = { "field", "kind", "op", "value" };

static void check(struct ctx *c, const char *conditions)
{
	struct json *all;

	MUST(json_parse(c, conditions, strlen(conditions), &all) == OK);
	MUST(json_type(all) == JSON_ARRAY);
	for (size_t i = 0; i < json_length(all); i++)
		for (size_t k = 0; k < LENGTH(row_keys) - 1; k++)
			MUST(*json_text(json_get(json_at(all, i), row_keys[k])) != '\0');
}

FUZZ_ENTRY(filter)
{
	static const struct filter_field *const lists[] = { filter_task_fields, filter_token_fields,
		filter_notification_fields };
	struct ctx c = fuzz_ctx();
	const char *conditions, *text = arena_strndup(c.arena, (const char *)data, size);
	static struct db *away;

	if (away == NULL)
		away = db_open("host=/nowhere", NULL, DB_PANEL);
	c.db = away; /* it alone knows whether a pattern is one */
	for (size_t i = 0; i < LENGTH(lists); i++) {
		enum err e = filter_read(&c, text, lists[i], i > 0, &conditions);
		if (e == OK && conditions != NULL)
			check(&c, conditions);
		if (e != OK && e != ERR_UNAVAILABLE) {
			MUST(c.fault.field != NULL && strcmp(c.fault.field, "filters") == 0);
			MUST(c.fault.detail != NULL && *c.fault.detail != '\0');
		}
	}
	arena_destroy(c.arena);
	return 0;
}
