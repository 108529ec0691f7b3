/*
 * missed: the fires that were expected are held against the runs that came. What nobody answered
 * becomes a run in state missed, with the likely cause, when the engine's own history confirms it.
 */

#include "model/missed.h"

#include "core/log.h"
#include "core/time.h"
#include "model/outbox_work.h"
#include "model/run_hear.h"
#include "work/proof.h"
#include "work/turns.h"

enum {
	EVERY_MS = 1000,
	BATCH = 100,
	BATCHES = 100,           /* at one turn */
	LATER_US = 5000000,      /* when nobody could tell */
	AGAIN_US = 5000000,      /* a job is judged at most that often */
	LISTED = 50,             /* misses in a row, each with a row of its own; */
	SPARSE_US = 3600000000U, /* behind them one an hour */
	PRUNE_MS = 3600000,
	VERDICT_ARENA = 64 * 1024 * 1024,
};

struct judging {
	struct worker *w;
	struct watched *watched;
	struct watch_end *end;
};

static const char *words(struct judging *j, const char *why, int64_t untold)
{
	if (untold == 0)
		return why;
	return arena_printf(j->w->c.arena, "%s; as were %lld before it", why, (long long)untold);
}

/* A job that is broken for days must not bury everything else. */
static bool is_worth_a_row(const struct watch_end *end, int64_t at_us)
{
	return end->gap < LISTED || at_us - end->told_us >= (int64_t)SPARSE_US;
}

static enum err tell(struct judging *j, const struct unanswered *u, const struct json *copy)
{
	struct ctx *c = &j->w->c;
	const struct watch *watch = j->watched->watch;
	struct watch_end *end = j->end;
	int64_t id = 0;
	const char *why;

	if (u->first)
		end->gap = end->untold = 0;
	if (!is_worth_a_row(end, u->at_us)) {
		end->gap++;
		end->untold++;
		return OK;
	}
	TRY(missed_cause(c, j->watched, u->at_us, copy, &why));
	TRY(missed_add(c, watch, u, words(j, why, end->untold), &id));
	end->gap++;
	end->untold = 0;
	end->told_us = u->at_us;
	if (id != 0)
		log_event(c, LOG_WARN, "run_missed", LOG_INT("run", id),
		    LOG_TEXT("job", watch->job_name),
		    LOG_TEXT("expected", time_rfc3339(c->arena, u->at_us)),
		    LOG_TEXT("reason", why));
	return OK;
}

static enum err tell_all(struct judging *j, const struct expected *x, const struct proof *proof)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->list[i].at_us >= proof->since_us)
			TRY(tell(j, &x->list[i], proof->copy));
	return proof->unheard ? run_harvest_soon(&j->w->c, j->watched->watch->job_name) : OK;
}

/* Nothing is called missed before the engine's own books were looked into. */
static enum err convict(struct judging *j, struct expected *x)
{
	struct worker *w = j->w;
	struct proof proof;

	proof_get(w, j->watched, &proof);
	if (proof.end == PROOF_SPENT)
		return watch_end(&w->c, j->end->id);
	if (proof.end == PROOF_LATER)
		return ERR_UNAVAILABLE;
	if (proof.end == PROOF_NEVER)
		return OK;
	expect_judge(w->c.arena, &j->watched->expect, x);
	return tell_all(j, x, &proof);
}

static void go_on(struct judging *j, const struct expected *x)
{
	const struct expect *e = &j->watched->expect;
	int64_t due_us = x->next_us + e->grace_us - e->now_us + j->w->c.now_us;

	if (x->answered)
		j->end->gap = j->end->untold = 0;
	/* Where the stretch begins may still move, when the engine takes the change. */
	if (x->judged_us != e->judged_us)
		j->end->judged_us = x->judged_us;
	j->end->next_us = x->next_us;
	if (x->more)
		j->end->due_us = j->w->c.now_us;
	else if (!x->over)
		j->end->due_us = due_us > j->w->c.now_us + AGAIN_US ? due_us
								    : j->w->c.now_us + AGAIN_US;
}

static void judge(struct judging *j, bool settled)
{
	struct worker *w = j->w;
	struct expected x;

	expect_judge(w->c.arena, &j->watched->expect, &x);
	enum err e = x.n == 0 ? OK : settled ? convict(j, &x) : ERR_UNAVAILABLE;
	if (e == OK) {
		go_on(j, &x);
		return;
	}
	j->end->next_us = x.n > 0 ? x.list[0].at_us : x.next_us; /* it is late */
	j->end->due_us = w->c.now_us + LATER_US;
}

/* Each in an arena of its own: a history is large. */
static void judge_one(
    struct worker *w, struct watched *watched, bool settled, struct watch_end *end)
{
	const struct watch *watch = watched->watch;
	struct arena *whole = w->c.arena;

	*end = (struct watch_end){ .id = watch->id,
		.judged_us = watch->judged_us,
		.gap = watch->gap,
		.untold = watch->untold,
		.told_us = watch->told_us.value };
	w->c.arena = arena_create((size_t)VERDICT_ARENA);
	judge(&(struct judging){ w, watched, end }, settled);
	arena_destroy(w->c.arena);
	w->c.arena = whole;
	w->c.fault = (struct fault){ .field = NULL };
}

/* How many there were; a stretch that is closed and judged to its end goes. */
static size_t batch(struct worker *w, bool settled)
{
	struct watched *all;
	struct watch *due;
	size_t n = 0, kept = 0;

	if (!worker_ok(w, "watch_due", watch_due(&w->c, BATCH, settled, &due, &n)) || n == 0 ||
	    !worker_ok(w, "watch_read", watch_read(&w->c, due, n, w->dkron.ahead_us, &all)))
		return 0;
	struct watch_end *ends = arena_alloc(w->c.arena, n, sizeof(*ends));
	for (size_t i = 0; i < n; i++) {
		judge_one(w, &all[i], settled, &ends[kept]);
		if (ends[kept].due_us == 0 && due[i].until_us.set)
			(void)worker_ok(w, "watch_end", watch_end(&w->c, due[i].id));
		else
			kept++;
	}
	return worker_ok(w, "watch_judged", watch_judged(&w->c, ends, kept)) ? n : 0;
}

void missed_turn(struct worker *w, int64_t *pruned_us)
{
	bool mine, settled;

	if (!worker_ok(w, "turn_take", turn_take(&w->c, "missed", EVERY_MS / 2, &mine)) || !mine)
		return;
	for (int i = 0; i < BATCHES; i++) {
		if (!worker_ok(w, "engine_settled", engine_settled(&w->c, &settled)) ||
		    batch(w, settled) < BATCH || !worker_turn(w))
			break;
	}
	if (worker_due(pruned_us, PRUNE_MS))
		(void)worker_ok(w, "missed_prune", missed_prune(&w->c));
}

_Noreturn void missed_loop(struct worker *w)
{
	int64_t pruned_us = 0;

	for (;;) {
		if (worker_turn(w))
			missed_turn(w, &pruned_us);
		worker_wait(w, NULL, EVERY_MS);
	}
}
