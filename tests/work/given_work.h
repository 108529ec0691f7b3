#ifndef TESTS_WORK_GIVEN_WORK_H
#define TESTS_WORK_GIVEN_WORK_H

/* What tests of work begin with: a worker in the test's transaction, and an engine made of fixed
 * answers. */

#include "lib/fake_server.h"
#include "model/given_run.h"
#include "work/turns.h"

#define ENGINE_IS_THERE                                                                            \
	{ "GET /v1/leader", 200, "{\"Name\":\"n1\"}", 0, 0 },                                      \
	    { "GET /v1/members", 200,                                                              \
		    "[{\"Name\":\"n1\",\"Addr\":\"127.0.0.1\",\"statusText\":\"alive\",\"Tags\":{" \
		    "\"server\":\"true\"}}]",                                                      \
		    0, 0 },                                                                        \
	{                                                                                          \
		"GET /v1 ", 200, "{\"agent\":{\"name\":\"n1\",\"version\":\"4.1.2\"}}", 0, 0       \
	}

#define ENGINE_IS_EMPTY                                             \
	ENGINE_IS_THERE, { "GET /v1/jobs?_sort", 200, "[]", 0, 0 }, \
	{                                                           \
		"GET /v1/busy", 200, "[]", 0, 0                     \
	}

struct scene {
	struct fake_server engine;
	struct worker w;
};

GIVEN void scene_begin(struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	struct config *config = arena_new(c->arena, struct config);

	fake_start(&s->engine, rules, n);
	*config = site_config;
	config->dkron_url = arena_printf(c->arena, "http://127.0.0.1:%d/", s->engine.port);
	s->w = (struct worker){
		.config = config, .name = "test", .c = *c, .set = remote_set_create()
	};
	s->w.c.config = config;
	s->w.c.arena = arena_create((size_t)64 << 20);
	s->w.c.actor = (struct actor){
		.account = "system", .admin = true, .scope = SCOPE_ADMIN, .address = ""
	};
	dkron_init(&s->w.dkron, config, c->arena);
}

GIVEN void scene_end(struct scene *s)
{
	remote_set_destroy(s->w.set);
	arena_destroy(s->w.c.arena);
	fake_stop(&s->engine);
}

/* Turns until nothing is in flight. */
GIVEN void reconcile_all(struct scene *s, struct reconcile_plan *plan)
{
	for (int i = 0; i < 100; i++) {
		YES(worker_turn(&s->w));
		reconcile_turn(&s->w, plan);
		if (i > 0 && remote_set_size(s->w.set) == 0)
			return;
		remote_set_wait(s->w.set, 1000);
	}
	FAIL("something is in flight for ever");
}

#endif
