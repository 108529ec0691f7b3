#ifndef MODEL_JOB_BATCH_H
#define MODEL_JOB_BATCH_H

/*
 * job_batch: many changes of jobs, some hundreds in one statement: one by one, ten thousand would
 * take longer than anybody waits.
 *
 * Whoever adds a change has checked it as model/job does for one. Within a transaction.
 */

#include "model/job.h"
#include "model/team.h"

struct batch_change {
	const struct job *job; /* as it was read */
	const struct team *team;
	const struct json *spec;
	const char *reason; /* NULL: none */
};

struct job_batch {
	struct ctx *c;    /* of the whole batch */
	const char *verb; /* in the audit */
	/* Called for each change whose job was changed meanwhile by somebody else: `mark` is what
	 * was added with it. */
	enum err (*stale)(void *arg, const char *name, int64_t version, void *mark);
	void *arg;
	struct job_batched *list;
	size_t n, room;
};

/* `c` may have an arena of its own. */
void job_batch_add(
    struct job_batch *b, struct ctx *c, const struct batch_change *change, void *mark);
/* Revision, next fire, word for the engine and audit row of each; then the batch is empty. */
MUST_USE enum err job_batch_write(struct job_batch *b);

/* Locks these jobs, ["name", ...], and then their outbox rows, for the rest of the transaction. */
MUST_USE enum err job_batch_lock(struct ctx *c, const struct json *names);
/* Those of them that the actor may see, one name a line; job_complete() is the caller's. */
MUST_USE enum err job_batch_seen(struct ctx *c, const char *names, struct job **out, size_t *n);

#endif
