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

/* One of our jobs as given_scheduled(name, "@hourly", "") would stand there; the counter of its
 * successes is its retries. */
#define ON_ENGINE_AS(name, schedule, retries, rest)                                           \
	"{\"name\":\"" name "\",\"schedule\":\"" schedule "\",\"retries\":" retries           \
	",\"concurrency\":\"allow\",\"executor\":\"shell\",\"executor_config\":{\"command\":" \
	"\"true\"},\"success_count\":" retries "," rest "}"
#define LABELLED(label)                 "\"metadata\":{\"signalbox\":\"" label "\"}"
#define ON_ENGINE(name, retries, label) ON_ENGINE_AS(name, "@hourly", retries, LABELLED(label))
#define OURS_ON_ENGINE(name)            ON_ENGINE(name, "0", "signalbox")
/* What the engine answers about its jobs when its list is `list`, which lacks those asked for by
 * name. */
#define ENGINE_LISTS(list)                                               \
	ENGINE_IS_THERE, { "GET /v1/jobs?_sort=name", 200, list, 0, 0 }, \
	{                                                                \
		"GET /v1/jobs?q=", 200, "[]", 0, 0                       \
	}

/* How a job stands. `reason` is a LIKE pattern. */
#define SYNC(job, want_state, want_reason)                                                        \
	YES(holds(c,                                                                              \
	    "(SELECT state = '%s' AND coalesce(reason, '') LIKE '%s' FROM outbox WHERE job_name " \
	    "= '%s')",                                                                            \
	    want_state, want_reason, job))

struct scene {
	struct fake_server engine;
	struct worker w;
	struct config config;
	struct reconcile_plan plan;
};

GIVEN void scene_begin(struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	struct config *config = &s->config;

	*s = (struct scene){ .config = site_config };
	fake_start(&s->engine, rules, n);
	config->dkron_url = arena_printf(c->arena, "http://127.0.0.1:%d/", s->engine.port);
	s->w = (struct worker){
		.config = config, .name = "test", .c = *c, .set = remote_set_create()
	};
	s->w.c.config = config;
	s->w.c.arena = arena_create((size_t)64 << 20);
	s->w.c.actor = (struct actor){
		.account = "signalbox", .admin = true, .scope = SCOPE_ADMIN, .address = ""
	};
	dkron_init(&s->w.dkron, config, c->arena);
}

GIVEN void scene_end(struct scene *s)
{
	remote_set_destroy(s->w.set);
	arena_destroy(s->plan.queue.arena);
	arena_destroy(s->w.c.arena);
	fake_stop(&s->engine);
}

/* Until something that is in flight lands. */
GIVEN void await_landing(struct scene *s)
{
	if (remote_set_size(s->w.set) > 0)
		remote_set_wait(s->w.set, 1000);
}

/* Turns until nothing is in flight. */
GIVEN void reconcile_all(struct scene *s)
{
	for (int i = 0; i < 100; i++) {
		YES(worker_turn(&s->w));
		reconcile_turn(&s->w, &s->plan);
		if (i > 0 && remote_set_size(s->w.set) == 0)
			return;
		await_landing(s);
	}
	FAIL("something is in flight for ever");
}

/* A scene in which all that is to be done is done. */
GIVEN void reconcile_with(struct ctx *c, struct scene *s, const struct fake_rule *rules, size_t n)
{
	scene_begin(c, s, rules, n);
	reconcile_all(s);
}

/* The engine has had it, as it is, for an hour. */
GIVEN void given_all_synced(struct ctx *c)
{
	IS(db_script(c, "UPDATE outbox SET state = 'in_sync', done = wanted, try_at = now() - "
			"interval '1 h'"),
	    OK);
}

GIVEN void given_synced(struct ctx *c, const char *name)
{
	given_scheduled(c, name, "@hourly", "");
	given_all_synced(c);
}

GIVEN void given_deleted(struct ctx *c, const char *name)
{
	given_team(c, "crew");
	given_scheduled(c, name, "@hourly", "");
	IS(job_delete(c, name, 0), OK);
}

#endif
