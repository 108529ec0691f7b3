#ifndef MODEL_OUTBOX_WORK_H
#define MODEL_OUTBOX_WORK_H

/* outbox_work: the outbox as work/reconcile sees it. */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

struct outbox_item {
	const char *job_name;
	struct db_maybe_int64 job_id; /* not set: the engine should not have it */
	int64_t wanted, attempts;
	int64_t done; /* version that the engine has of us; 0: we have not written it yet */
	struct db_maybe spec_text;
	struct db_maybe done_text; /* the definition of version `done` */
	bool known;                /* what the engine has instead is on record: drift.h */
	bool taken_over;           /* the engine's copy is somebody else's, to be made ours */
	struct db_maybe
	    old_copy; /* the job there that it takes the place of, which is not off yet */
	struct db_maybe old_text; /* {"name","definition","moved"} of that one: takeover.h */
};

/* Leases up to `max` rows that are due. Who dies with a lease loses it after LEASE_MS. */
enum { OUTBOX_LEASE_MS = 60000 };
MUST_USE enum err outbox_take(struct ctx *c, size_t max, struct outbox_item **out, size_t *n);
MUST_USE enum err outbox_waiting(struct ctx *c); /* notes on children that wait for their parent */

/* The engine has the item's version now; many at once, in one statement. */
struct outbox_done {
	const struct outbox_item *item;
	const char *parent; /* under which job of ours it stands there; "" = none */
	int64_t taken_us;   /* not 0: its interval or grace began anew then */
	/* item->old_copy, if there was one, is off. Where another one came meanwhile the row stays
	 * due, and so it does when our jobs moved to another namespace. */
};
MUST_USE enum err outbox_done(struct ctx *c, const struct outbox_done *done, size_t n);
MUST_USE enum err outbox_gone(struct ctx *c, const char *job_name);
MUST_USE enum err outbox_failed(
    struct ctx *c, const struct outbox_item *item, const char *why, int64_t again_ms);

MUST_USE enum err outbox_engine_away(struct ctx *c, const char *why);
MUST_USE enum err outbox_engine_back(struct ctx *c); /* failing rows are due at once */

/* One of our jobs as the full comparison needs it. */
struct outbox_job {
	const char *name, *spec_text;
	int64_t done;
	const char *state; /* pending, in_sync, failing, drifted */
	bool settled;      /* the engine had all that we wrote; no errand is under way */
	bool spent;        /* ephemeral, and it has succeeded: the engine took it away itself */
	bool taken_over;
	const char *policy; /* show, revert or adopt */
	bool known;         /* a drift is on record: this is what the engine had */
	struct db_maybe drift_text, refused;
};

/* A stretch of our jobs, by name: behind `from` and up to `to` ("" = the end), for a list read at
 * `read_us`. */
struct outbox_stretch {
	const char *from, *to;
	int64_t read_us;
	size_t max;
};
MUST_USE enum err outbox_page(
    struct ctx *c, const struct outbox_stretch *stretch, struct outbox_job **out, size_t *n);

/* The engine has lost these: ["name", ...]. All are written again, whatever the policy; one audit
 * row. */
MUST_USE enum err outbox_refill(struct ctx *c, const struct json *names);

/* A job that was ours and that we do not have any more: deleted from the engine. */
MUST_USE enum err outbox_stray(struct ctx *c, const char *job_name, bool *deleted);

/* True for one of all hosts, and then for nobody during the next `ms`. */
MUST_USE enum err turn_take(struct ctx *c, const char *what, int64_t ms, bool *mine);

#endif
