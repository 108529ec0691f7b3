#include "lib/ctx.h"

#include "core/config.h"
#include "core/crypt.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

const struct config site_config = {
#define X(member, name, kind, standard, min, max, choices, help) .member = (standard),
	CONFIG_SETTINGS(X)
#undef X
};

void ctx_run(void (*body)(struct ctx *c))
{
	struct ctx c = { .arena = arena_create(ARENA_BYTES),
		.config = &site_config,
		.now_us = INT64_C(1795254130000000), /* 2026-11-21T09:42:10Z */
		.req_id = "test",
		.actor = { .account = "system", .address = "" } };

	if (crypt_init())
		body(&c);
	else
		FAIL("no randomness here");
	arena_destroy(c.arena);
}

const char *ctx_fault(struct ctx *c)
{
	const struct fault *f = &c->fault;

	return arena_printf(
	    c->arena, "%s: %s", f->field ? f->field : "-", f->detail ? f->detail : "-");
}
