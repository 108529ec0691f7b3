/* Crontabs: the first byte says whether users stand in them. What is taken is a job with a schedule
 * that Dkron takes; what is not says why. */

#include <string.h>

#include "core/text.h"
#include "fuzz/fuzz.h"
#include "model/import_inside.h"
#include "schedule/schedule.h"

enum { CRONTAB_MAX = 16 * 1024 };

static void check(struct ctx *c, const struct import_entry *entry)
{
	const struct json *config = json_get(entry->input, "executor_config");
	struct schedule *s;

	if (entry->input == NULL) {
		MUST(entry->field != NULL && *entry->message != '\0');
		return;
	}
	MUST(*entry->name != '\0' && strlen(entry->name) < 200);
	MUST(entry->name[strspn(entry->name, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == '\0');
	MUST(*json_text(json_get(config, "command")) != '\0' ||
	     *json_text(json_get(config, "payload")) != '\0');
	MUST(schedule_parse(c, json_text(json_get(entry->input, "schedule")),
		 json_text(json_get(entry->input, "timezone")), entry->name, &s) == OK);
}

FUZZ_ENTRY(crontab)
{
	if (size == 0 || size > CRONTAB_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct import_entries entries = { .c = &c };

	c.now_us = INT64_C(1795255200000000);
	if (crontab_read(&c, (const char *)data + 1, size - 1, *data == 'u', &entries) == OK)
		for (size_t i = 0; i < entries.n; i++) {
			MUST(i == 0 || entries.list[i].line > entries.list[i - 1].line);
			check(&c, &entries.list[i]);
		}
	else
		MUST(!text_is_utf8((const char *)data + 1, size - 1) ||
		     memchr(data + 1, '\0', size - 1) != NULL);
	arena_destroy(c.arena);
	return 0;
}
