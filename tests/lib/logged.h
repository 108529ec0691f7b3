#ifndef TESTS_LOGGED_H
#define TESTS_LOGGED_H

/* What is written to stderr between these two; nothing of it reaches the terminal. Less than a pipe
 * holds. */

#include "core/ctx.h"
#include "core/log.h"

void logged_begin(enum log_level least, enum log_format format);
const char *logged_end(struct ctx *c); /* "" when nothing was */

#endif
