#ifndef WEB_ADMIN_WORDS_H
#define WEB_ADMIN_WORDS_H

/* words: states, amounts and spans as the pages say them. What is returned is a constant or the
 * arena's. */

#include <stdint.h>

#include "core/arena.h"

/* A state of a run or of the sync as a class of the stylesheet, which gives it shape and colour,
 * and as a word. */
struct state_words {
	const char *state, *css, *word;
};
const struct state_words *words_state(const char *state); /* an unknown one as itself */

const char *words_span(
    struct arena *a, int64_t us); /* "400 ms", "1.4 s", "1 min 12 s", "2 h 05 min", "3 d 4 h" */
const char *words_size(struct arena *a, int64_t bytes); /* "812 B", "6.1 kB" */
const char *words_number(struct arena *a, int64_t n);   /* "1,412" */
const char *words_count(
    struct arena *a, int64_t n, const char *one, const char *many);   /* "3 jobs" */
const char *words_rate(struct arena *a, int64_t part, int64_t whole); /* "98.6 %" */
const char *words_trigger(const char *trigger, const char *by);       /* "schedule", or who asked */

/* "Firefox on Linux" from a User-Agent, in broad strokes. */
const char *words_browser(struct arena *a, const char *agent);

#endif
