#ifndef WORK_WORKER_H
#define WORK_WORKER_H

/* worker: what every loop has: a connection, an arena that each turn begins anew, the engine. */

#include "core/config.h"
#include "core/ctx.h"
#include "db/db.h"
#include "remote/dkron.h"

struct worker {
	const struct config *config;
	const char *name;
	struct ctx c;
	struct dkron dkron;
	struct remote_set *set; /* requests in flight */
	bool away;              /* the database did not answer at the last turn */
	struct doing {          /* kept for loop_state; the first three on the monotonic clock */
		int64_t turn_us, told_us, trimmed_us, since_us, longest_us, errors, error_us;
		char error[200];
	} doing;
};

/* The loops; none returns. */
_Noreturn void reconcile_loop(struct worker *w);
_Noreturn void dispatch_loop(struct worker *w);
_Noreturn void harvest_loop(struct worker *w);
_Noreturn void settle_loop(struct worker *w);
_Noreturn void tally_loop(struct worker *w);
_Noreturn void bulk_loop(struct worker *w);
_Noreturn void notify_loop(struct worker *w);
_Noreturn void missed_loop(struct worker *w);
_Noreturn void tasks_loop(struct worker *w);

void worker_init(struct worker *w, const struct config *config, const char *name);

/* Begins a turn: everything of the last one is forgotten, the clock is read. False when the
 * database is away: there is nothing to do but worker_wait(). */
bool worker_turn(struct worker *w);

/* Sleeps until somebody notifies `channel`, a request in flight moves, or `ms` are over. */
void worker_wait(struct worker *w, const char *channel, int ms);

/* For what fails in the middle of a turn: logged, and the turn goes on. True when `e` is OK. */
bool worker_ok(struct worker *w, const char *what, enum err e);

/* True once every `every_ms`, counted from the last time it was. */
bool worker_due(int64_t *last_us, int64_t every_ms);

/* 1, 2, 4 ... 60 seconds, a fifth more or less. */
int64_t worker_back_off_ms(int64_t attempts);

/* Our name of an engine's job, or NULL when it lies outside our namespace. */
const char *worker_our_name(const struct worker *w, const char *engine_name);
const char *worker_engine_name(struct worker *w, const char *our_name);

#endif
