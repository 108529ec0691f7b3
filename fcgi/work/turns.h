#ifndef WORK_TURNS_H
#define WORK_TURNS_H

/* turns: what each loop does between two sleeps; worker_turn() comes first. */

#include "model/outbox_work.h"
#include "work/errand.h"
#include "work/worker.h"

/* Outbox rows that are leased to us and not yet begun. */
struct errand_queue {
	struct arena *arena;
	struct outbox_item *items;
	size_t n, at;
};

struct reconcile_plan { /* all zero at the beginning; times are monotonic */
	bool reachable;
	int64_t looked_us, renewed_us, passed_us, asked_us;
	struct errand_queue queue;
	struct ended ended;
};
void reconcile_turn(struct worker *w, struct reconcile_plan *plan);

struct dispatcher;                                      /* the requests in flight */
struct dispatcher *dispatcher_create(struct worker *w); /* lives as long as the process */
int dispatch_turn(struct dispatcher *d);                /* how many ms to sleep at most */

void missed_turn(struct worker *w, int64_t *pruned_us);

void harvest_turn(struct worker *w, int64_t *compared_us);

struct notify_plan { /* all zero at the beginning; times are monotonic */
	int64_t expired_us;
	bool said; /* whether beginnings of runs are of interest */
};
int notify_turn(struct worker *w, struct notify_plan *plan); /* how many ms to sleep at most */

struct tally_plan {        /* all zero at the beginning */
	int64_t walked_us; /* monotonic: when the last walk over all jobs began */
	bool walking;
	char after[512]; /* the job behind which it goes on */
};
int tally_turn(struct worker *w, struct tally_plan *plan); /* how many ms to sleep */

#endif
