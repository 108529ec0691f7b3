/* tasks: what people asked for and approved is done, a step at a time. Other systems are asked many
 * at once, so that a slow one holds up nobody but its own tasks. */

#include "action/engine.h"
#include "work/worker.h"

#include <string.h>

enum {
	EVERY_MS = 1000,
	EXPIRE_EVERY_MS = 30000,
	OUTINGS_MAX = 32,
	OF_A_TYPE_MAX = 8, /* its addresses are the same: one that is slow has these, not all */
};

struct outings {
	struct outing *all[OUTINGS_MAX];
	size_t n;
};

static size_t of_type(const struct outings *o, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += strcmp(o->all[i]->type, type) == 0;
	return n;
}

static size_t full_types(const struct outings *o, const char **names)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		if (of_type(o, o->all[i]->type) >= OF_A_TYPE_MAX)
			names[n++] = o->all[i]->type;
	return n;
}

static bool begin(struct worker *w, struct outings *o)
{
	const char *full[OUTINGS_MAX];
	struct engine_room room = { o->n == OUTINGS_MAX, full, full_types(o, full) };
	struct outing *outing;
	bool did;

	if (!worker_ok(w, "task_step", engine_begin(&w->c, &room, &did, &outing)))
		return false;
	if (outing != NULL) {
		remote_set_add(w->set, outing->ask, outing);
		remote_set_turn(w->set);
		o->all[o->n++] = outing;
	}
	return did;
}

static void end(struct worker *w, struct outings *o)
{
	struct remote_answer answer;
	void *tag;

	while (remote_set_take(w->set, w->c.arena, &answer, &tag)) {
		for (size_t i = 0; i < o->n; i++)
			if (o->all[i] == tag)
				o->all[i] = o->all[--o->n];
		(void)worker_ok(w, "task_answer", engine_end(&w->c, tag, &answer));
	}
}

_Noreturn void tasks_loop(struct worker *w)
{
	struct outings outings = { .n = 0 };
	int64_t expired_us = 0, n;

	for (;;) {
		bool did = false;
		if (worker_turn(w)) {
			end(w, &outings);
			if (worker_due(&expired_us, EXPIRE_EVERY_MS))
				(void)worker_ok(w, "task_expire", task_expire(&w->c, &n));
			did = begin(w, &outings);
		}
		if (!did)
			worker_wait(w, "task", EVERY_MS);
	}
}
