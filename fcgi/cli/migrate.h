#ifndef CLI_MIGRATE_H
#define CLI_MIGRATE_H

/* migrate: which step of sql/migrations a database is at. */

#include <stddef.h>

#include "core/ctx.h"

struct migration {
	const char *name, *checksum;
	const char *text; /* NULL in what a database has recorded */
};

/*
 * Both lists are in order of name. *next is how many are recorded, that is the index of the next
 * one to apply. ERR_CONFLICT with a sentence when the database's history is not the beginning of
 * ours: a file was changed after it had been applied, is missing here, or the database is newer
 * than this program.
 */
MUST_USE enum err migrate_next(struct ctx *c, const struct migration *ours, size_t nours,
    const struct migration *recorded, size_t nrecorded, size_t *next);

#endif
