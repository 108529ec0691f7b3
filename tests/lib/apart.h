#ifndef TESTS_APART_H
#define TESTS_APART_H

/* apart: processes with a connection of their own to the database TEST_SCRATCH, for what several do
 * at once, and for those that die. Whoever uses them cleans up. */

#include "db/db.h"
#include "lib/ctx.h"

/* Runs the body with a ctx of its own there. */
void apart_run(void (*body)(struct ctx *c));

/* clang-format off */
#define APART_TEST(id)      APART_TEST_(id, TEST)
#define SLOW_APART_TEST(id) APART_TEST_(id, SLOW_TEST)
#define APART_TEST_(id, kind)                 \
	static void id##_body(struct ctx *c); \
	kind(id)                              \
	{                                     \
		apart_run(id##_body);         \
	}                                     \
	static void id##_body(struct ctx *c)
/* clang-format on */

/* What another process does there, as "signalbox" unless it says otherwise. */
typedef enum err (*apart_op)(struct ctx *c, const char *id);

enum { APART_DIED = -1 };
struct apart {
	int pid, go; /* it begins when `go` says so */
};
struct apart apart_start(apart_op op, const char *id); /* connected, waits to be told */
void apart_go(struct apart *a);
int apart_end(struct apart *a); /* its enum err, or APART_DIED */

#endif
