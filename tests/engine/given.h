#ifndef TESTS_ENGINE_GIVEN_H
#define TESTS_ENGINE_GIVEN_H

/*
 * given: what the tests of the embedded engine begin with.
 *
 * ENGINE_TEST: its API in memory, in a transaction that is rolled back. There is no clock at work.
 */

#include "db/db.h"
#include "engine/engine.h"
#include "lib/site.h"

void engine_run_test(void (*body)(struct ctx *c));

#define ENGINE_TEST(id)                       \
	static void id##_body(struct ctx *c); \
	TEST(id)                              \
	{                                     \
		engine_run_test(id##_body);   \
	}                                     \
	static void id##_body(struct ctx *c)

/* Asks the API; `body` may be NULL. The path stands behind "/engine". */
struct resp call(struct ctx *c, enum method m, const char *path, const char *body);

/* The same, for an answer that must have this status; its JSON, NULL when it has none. */
struct json *called(struct ctx *c, int status, enum method m, const char *path, const char *body);

/* Saves a shell job; `more` are further members, such as ",\"retries\":1". */
void given_job(struct ctx *c, const char *name, const char *command, const char *more);

/* A member of an answer as text; "" when it is not there. Numbers and the like as JSON writes them.
 */
const char *member(struct ctx *c, const struct json *v, const char *name);

/* Calls `check` with each line of a file of tests/engine. */
void each_line(
    struct ctx *c, const char *file, void (*check)(struct ctx *c, const struct json *line));

#endif
