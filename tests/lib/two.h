#ifndef TESTS_TWO_H
#define TESTS_TWO_H

/* Two connections of their own to the test database: for what cannot happen inside a transaction
 * that is rolled back. Whoever uses them cleans up. */

#include "db/db.h"
#include "lib/ctx.h"

struct two {
	struct ctx mine, other; /* `other` has no prepared statements: db_script() only */
};

#define TWO_TEST(id)                          \
	static void id##_body(struct two *t); \
	TEST(id)                              \
	{                                     \
		two_run(id##_body);           \
	}                                     \
	static void id##_body(struct two *t)

void two_run(void (*body)(struct two *t));

/* Ends the server's process behind the connection of t->mine, and waits until it is gone. */
void two_break(struct two *t);

#endif
