#ifndef MODEL_MISSED_H
#define MODEL_MISSED_H

/*
 * missed: fires that our own computation expected and that no execution answered.
 *
 * A version of a job is expected to fire from when it is saved until the next change is (table
 * watch, kept by a trigger on the outbox); a change has the grace of a run to reach the engine.
 * Only where the engine's copy fires at other moments, because somebody changed it there, ours say
 * nothing until it has ours again. Nobody is told of a miss before the engine's own history was
 * read behind the fire; a missed run whose answer comes all the same becomes that run (trigger
 * missed_heals).
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"
#include "model/expect.h"

/* A stretch in which a version of a job was the newest, from where it was judged last. */
struct watch {
	int64_t id, job_id, version;
	const char *job_name, *spec_text;
	int64_t from_us, judged_us;
	int64_t gap, untold; /* fires missed in a row so far; those behind the last row */
	int64_t had;         /* the version that the engine had before; 0: none */
	struct db_maybe_int64 until_us, told_us;
	struct db_maybe_int64 held_us;  /* since when the engine has this one */
	struct db_maybe_int64 wiped_us; /* the engine's history holds nothing from before */
	struct db_maybe copy_text;      /* what it had in place of ours; "null": nothing */
};

/* Stretches at which it is time to look. `settled` false: the engine is not there, so only those
 * that are new. */
MUST_USE enum err watch_due(struct ctx *c, size_t max, bool settled, struct watch **out, size_t *n);

/* What is needed to judge one: its fires, when its runs began, when the engine was quiet. */
struct watched {
	struct watch *watch;
	struct json *spec;
	struct fires fires;
	struct expect expect;
};
/* Reads all that belongs to `n` stretches, with the engine's clock `ahead_us` of ours. */
MUST_USE enum err watch_read(
    struct ctx *c, struct watch *watches, size_t n, int64_t ahead_us, struct watched **out);

/* What was found. */
struct watch_end {
	int64_t id, judged_us, next_us, due_us, gap, untold, told_us; /* due 0: never */
};
MUST_USE enum err watch_judged(struct ctx *c, const struct watch_end *ends, size_t n);
MUST_USE enum err watch_end(struct ctx *c, int64_t id); /* nothing more is judged of it */
MUST_USE enum err watch_wiped(struct ctx *c, int64_t id, int64_t at_us);
/* Whether the engine has, and has had so far, what is expected. */
bool watch_is_held(const struct watch *w);

/* `fields` of the engine's copy of a job had been changed there, which nobody had seen until ours
 * was written over it. */
MUST_USE enum err watch_overwritten(
    struct ctx *c, int64_t job_id, const struct json *copy, const char *fields);

/* Whether the engine has been there, with one leader, for so long that its history is whole. */
MUST_USE enum err engine_settled(struct ctx *c, bool *settled);

/* Whether a copy that differs in these fires at other moments than ours, so that ours say nothing.
 * One that is switched off, or has expired, leaves fires of ours out: those are missed. */
bool missed_fires_otherwise(const char *fields);

/* True when one of those that we know of, since the stretch began or the history was wiped last, is
 * not among the engine's: then somebody has wiped it, and it proves nothing of the time before. */
MUST_USE enum err missed_wiped(
    struct ctx *c, const struct watch *w, const char *const *ids, size_t n, bool *wiped);

/* The likely cause, as a clause. `copy`: what the engine has now, NULL: that says nothing. */
MUST_USE enum err missed_cause(struct ctx *c, const struct watched *w, int64_t at_us,
    const struct json *copy, const char **why);

/* Adds the missed run; *id 0 when it was answered meanwhile or is known. */
MUST_USE enum err missed_add(
    struct ctx *c, const struct watch *w, const struct unanswered *u, const char *why, int64_t *id);

MUST_USE enum err missed_prune(struct ctx *c);

/*
 * Late: a fire is due and nothing has begun, and it is too early, or impossible with the engine
 * away, to call it missed. For pages; nothing is stored.
 */
enum { LATE_AFTER_MS = 10000 };
struct late {
	int64_t id, since_us;
	const char *name, *team;
};
/* The longest first; `job` NULL: of all that the actor may see. */
MUST_USE enum err late_list(
    struct ctx *c, const char *job, size_t max, struct late **out, size_t *n);

#endif
