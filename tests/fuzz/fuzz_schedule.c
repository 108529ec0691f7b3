/*
 * Schedules: the first line of the input is the expression, the second the zone, the third the
 * job's name. Whatever is accepted must be explained, linted and stepped through.
 */

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "schedule/lint.h"
#include "schedule/words.h"

enum { INPUT_MAX = 4096, ARENA = 8 << 20, STEPS = 5 };

static const int64_t now_us = INT64_C(1795255200000000); /* 2026-11-21 10:00 UTC */

/* The next line of *text, or "". */
static const char *line(char **text)
{
	const char *found = strsep(text, "\n");

	return found ? found : "";
}

static void step_through(const struct schedule *s)
{
	int64_t at = now_us, next;

	for (int i = 0; i < STEPS && schedule_next_from(s, now_us, at, &next); i++) {
		if (next <= at)
			abort();
		if (schedule_kind(s) == SCHEDULE_CRON && !schedule_fires_at(s, next))
			abort();
		at = next;
	}
}

static void explain(struct ctx *c, const struct schedule *s)
{
	struct schedule_warning *w;
	size_t count = schedule_lint(c, s, now_us, &w);

	if (*schedule_words(c, s) == '\0')
		abort();
	for (size_t i = 0; i < count; i++)
		if (*w[i].code == '\0' || *w[i].message == '\0')
			abort();
}

static void try_input(struct ctx *c, char *text)
{
	const char *expression = line(&text), *zone = line(&text), *job = line(&text);
	struct schedule *s;

	(void)schedule_hint(c, expression, zone, job);
	if (schedule_parse(c, expression, zone, job, &s) != OK) {
		if (c->fault.field == NULL || *c->fault.detail == '\0')
			abort();
		return;
	}
	explain(c, s);
	step_through(s);
}

FUZZ_ENTRY(schedule)
{
	if (size > INPUT_MAX)
		return 0;
	struct ctx c = { .arena = arena_create(ARENA) };
	try_input(&c, arena_strndup(c.arena, (const char *)data, size));
	arena_destroy(c.arena);
	return 0;
}
