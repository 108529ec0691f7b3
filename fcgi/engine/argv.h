#ifndef ENGINE_ARGV_H
#define ENGINE_ARGV_H

/* argv: a command line split into words as Dkron splits it when no shell is asked for. */

#include "core/ctx.h"

/*
 * Quotes and backslashes as in a shell, no expansion of anything; the line ends at the first of ; &
 * | < > outside quotes. *argv ends with NULL. ERR_INVALID with Dkron's words: a quote that stays
 * open, parentheses, or no word at all.
 */
MUST_USE enum err argv_split(struct ctx *c, const char *line, char ***argv);

#endif
