#ifndef TESTS_CTX_H
#define TESTS_CTX_H

/* A test that needs a ctx and no database: CTX_TEST(name) { ... c ... } */

#include "core/ctx.h"
#include "lib/check.h"

/* Runs the body with a fresh ctx: an arena, the default configuration, a frozen clock. */
void ctx_run(void (*body)(struct ctx *c));

/* Everything that `c` reported last, as "field: detail". */
const char *ctx_fault(struct ctx *c);

#define CTX_TEST(id)                          \
	static void id##_body(struct ctx *c); \
	TEST(id)                              \
	{                                     \
		ctx_run(id##_body);           \
	}                                     \
	static void id##_body(struct ctx *c)

/* The defaults of core/config.h. */
extern const struct config site_config;

#endif
