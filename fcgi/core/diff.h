#ifndef CORE_DIFF_H
#define CORE_DIFF_H

/* diff: two texts, line by line: the fewest lines that go and come (Myers), within bounds. */

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

enum { DIFF_LINES_MAX = 50000, DIFF_EDITS_MAX = 1500 };

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };

struct diff_text {
	const char *text;
	size_t len;
};

struct diff_line {
	enum diff_kind kind;
	size_t a, b;      /* line numbers, from 1; 0: not in that text */
	const char *text; /* in one of the texts, without its line break */
	size_t len;
};

/* False when the texts have more lines, or differ in more, than can be held against each other. */
bool diff_lines(
    struct arena *arena, struct diff_text a, struct diff_text b, struct diff_line **out, size_t *n);

#endif
