#ifndef TESTS_ACTION_GIVEN_H
#define TESTS_ACTION_GIVEN_H

/*
 * Actions and types that only tests have: three actions that do what a test says, and write down in
 * the table test_effect that they did it, in the transaction of their step.
 *
 * Types: "test" (three actions; marta and other managers of the team approve), and as it, but
 * "test-cancel" (duplicates cancel), "test-two" (two approve), "test-manual" (no auto-approval),
 * "test-admin" (admins approve), "test-stranger" (anybody asks), "test-outside" (the second
 * action reaches outside).
 */

#include "action/action.h"

enum test_stage { TEST_PREPARE, TEST_APPROVE, TEST_SUBMIT, TEST_STAGES };
enum test_auto { AUTO_UNSAID, AUTO_YES, AUTO_NO };

/* What an action does at a stage; all zero: it does its work. */
struct test_part {
	enum err err; /* does its work, and then fails so */
	bool refuse;
	enum test_auto automatic;
	const char *want;                 /* of the token */
	void (*meanwhile)(struct ctx *c); /* runs within the step */
	int waits;                        /* how often it is not through yet */
	int runs;                         /* how often it was called */
	const char *saw_shared, *saw_cache, *saw_token, *key, *as;
};

enum { TEST_ACTIONS = 3 };
/* Of "test_one", "test_two" ("test_outside") and "test_three". */
extern struct test_part test_parts[TEST_ACTIONS][TEST_STAGES];

/* As they are at the beginning, and the table test_effect. */
void test_parts_begin(struct ctx *c);

/* One step of the task that waited longest, waiting for whoever is asked. */
MUST_USE enum err engine_step(struct ctx *c, bool *did);

#endif
