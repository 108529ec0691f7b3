#ifndef SCHEDULE_SAVING_H
#define SCHEDULE_SAVING_H

/*
 * saving: what a schedule suffers when the clocks change. For lint.c only.
 */

#include <stddef.h>

#include "schedule/lint.h"

enum { WARNINGS_MAX = 24 };

struct warnings {
	struct ctx *c;
	struct schedule_warning *items; /* NULL until there is one */
	size_t count;
};

/* Drops what comes after WARNINGS_MAX: nobody reads further. */
void warnings_add(struct warnings *w, const char *code, const char *message);

void warnings_note(struct warnings *w, const char *code, const char *message);

/* Adds a warning for each change within a year of `now_us` that a CRON schedule feels. */
void saving_lint(const struct schedule *s, int64_t now_us, struct warnings *w);

#endif
