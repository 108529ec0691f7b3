#ifndef MODEL_TAKEOVER_H
#define MODEL_TAKEOVER_H

/*
 * takeover: a job of the engine from outside our namespace, which one of ours takes the place of.
 *
 * Dkron knows no renaming. So ours is written first, under its own name; the errand that did so
 * switches the old one off, so that no fire is lost and next to none comes twice; and when nothing
 * runs after the old one any more and its history has been read, it is deleted. What somebody
 * changed there meanwhile is another job than the one that was taken over, and stays.
 *
 * The same way our own jobs go to another namespace (namespace.h). There the old one is switched
 * off first: all of them at once must not fire twice.
 */

#include "core/ctx.h"
#include "core/json.h"

/* `definition` as spec_of_engine() gives it. */
MUST_USE enum err takeover_put(
    struct ctx *c, const char *engine_name, const char *job_name, const char *definition);
/* The job of ours that takes the place of `engine_name`; ERR_NOT_FOUND: none does. */
MUST_USE enum err takeover_of(struct ctx *c, const char *engine_name, const char **job_name);

/* ---- for work ---- */

struct takeover {
	const char *engine_name, *job_name, *definition_text;
	bool there; /* ours still exists */
	bool moved; /* it was ours itself, under another namespace */
};
MUST_USE enum err takeover_due(struct ctx *c, size_t max, struct takeover **out, size_t *n);
/* Dkron deletes with a job the history of every job whose name begins with its name. One of those
 * that are not ours, or not yet; ERR_NOT_FOUND: there is none. */
MUST_USE enum err takeover_neighbour(
    struct ctx *c, const struct takeover *t, const char **engine_name);
/* It fires, although it was to be off: an errand of ours switches it off once more. */
MUST_USE enum err takeover_on_again(struct ctx *c, const struct takeover *t);
/* `why` may be NULL. */
MUST_USE enum err takeover_later(
    struct ctx *c, const struct takeover *t, int64_t ms, const char *why);
/* The old one does not concern us any more; `deleted`: because we deleted it, which the audit is
 * told. */
MUST_USE enum err takeover_end(struct ctx *c, const struct takeover *t, bool deleted);

/* Whether that is still the job that was taken over, switched off or not. */
bool takeover_is_same(struct ctx *c, const struct json *definition, const struct json *engine_job);
/* The engine's own job, switched off, as it is posted. */
struct json *takeover_off(struct ctx *c, const char *engine_name, const struct json *engine_job);

#endif
