#ifndef SCHEDULE_SETS_H
#define SCHEDULE_SETS_H

/*
 * sets: what can be said about a set of small numbers, and how to say it.
 */

#include "core/ctx.h"

typedef const char *set_name(struct ctx *c, int value); /* what one member is called */

int set_count(uint64_t set);
int set_first(uint64_t set); /* of a set that has one */
int set_last(uint64_t set);

/* The distance of the members when it is the same throughout; 0 when not, or for fewer than two. */
int set_step(uint64_t set);

/* The step of a set that begins with 0 and goes round evenly below `modulus`; 0 when it does not.
 */
int set_rhythm(uint64_t set, int modulus);

/* "1, 3 and 9 to 17": three and more in a row are drawn together. Arena-owned. */
const char *set_words(struct ctx *c, uint64_t set, set_name *name);
const char *set_number(struct ctx *c, int value); /* "7" */

/* "a", "a and b", "a, b and c"; arena-owned. */
const char *set_join(struct ctx *c, const char *const *items, int count);

#endif
