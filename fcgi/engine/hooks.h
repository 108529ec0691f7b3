#ifndef ENGINE_HOOKS_H
#define ENGINE_HOOKS_H

/*
 * hooks: telling the product what happens, by webhooks, without ever waiting for it.
 *
 * Each firing has a line in which its webhooks go out one after another; lines go side by side. As
 * with Dkron each is sent at most once, and the answer is not looked at. What waits is bounded: a
 * line that is full takes no more chunks of output, all lines together no more than a few
 * megabytes.
 */

#include <stdbool.h>

#include "engine/payload.h"

struct hooks;
struct hook_line;

/* `url` "": nobody wants to know, and nothing is sent. Both are borrowed for good. */
struct hooks *hooks_create(const char *url, const char *token);
void hooks_destroy(struct hooks *h); /* drops what has not gone out; NULL is allowed */

int hooks_fd(const struct hooks *h);        /* readable: hooks_turn() has something to do */
void hooks_turn(struct hooks *h);           /* moves what can move; never waits */
bool hooks_are_idle(const struct hooks *h); /* everything has gone out */
/* The last one was taken by somebody: waiting for room in a line makes sense. */
bool hooks_get_through(const struct hooks *h);

struct hook_line *hook_line_open(struct hooks *h);
/* No more will come; the line goes when what it holds has gone out. NULL is allowed. */
void hook_line_close(struct hook_line *line);
bool hook_line_is_full(const struct hook_line *line);

/* Copies what it is given. `chunk`: output on its way; it is added to the chunk before it when that
 * still waits, and left out when the line is full. */
void hook_send(struct hooks *h, struct hook_line *line, const struct payload *p, bool chunk);

#endif
