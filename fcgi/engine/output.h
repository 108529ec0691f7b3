#ifndef ENGINE_OUTPUT_H
#define ENGINE_OUTPUT_H

/*
 * output: what a program said, of which the last OUTPUT_MAX bytes are kept.
 *
 * Grows with what comes, never past its maximum. Dkron keeps as much.
 */

#include <stddef.h>

#include "core/arena.h"

enum { OUTPUT_MAX = 256000 };

struct output {
	char *bytes; /* NULL while there is nothing */
	size_t len, size;
	size_t first; /* where the oldest byte is, once it is full */
};

void output_add(struct output *o, const char *bytes, size_t len);

/* Puts a line before all that there is, within the same bound: a long output pushes it out, as with
 * Dkron. */
void output_lead(struct output *o, const char *line);

/* All that is kept, in order and NUL-terminated; *len without the terminator. */
const char *output_text(const struct output *o, struct arena *a, size_t *len);

void output_clear(struct output *o); /* gives the memory back */

#endif
