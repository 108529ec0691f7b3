#ifndef MODEL_CHANNEL_H
#define MODEL_CHANNEL_H

/*
 * channel: where a team wants to be told, a mail address or a webhook, and of what: failures,
 * recoveries, missed runs; of all its jobs or of one.
 *
 * Whoever sees the team sees its channels, but not what a webhook's URL says behind the host:
 * that, and every change, is for its managers. The secret of a webhook is made here, told once and
 * kept sealed.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "db/db.h"

enum { CHANNELS_MAX = 100 }; /* of one team */

struct channel {
	int64_t id;
	const char *kind; /* "mail", "webhook" */
	const char *target;
	struct db_maybe job; /* NULL: all jobs of the team */
	bool on_failure, on_recovery, on_missed;
	struct db_maybe_int64 off_us; /* since when nothing goes there */
	struct db_maybe off_reason;
	int64_t created_us;
	const char *created_by;
	bool here; /* false: its job went to another team, so it is silent */
};

/* What one asks for; `id`, `off` and `target` matter where a function says so. */
struct channel_wish {
	const char *kind, *target, *job; /* job NULL or "": all */
	bool on_failure, on_recovery, on_missed, off;
};

/* ERR_NOT_FOUND "team": as team_named(). job_id 0: all; else those that this job uses. */
MUST_USE enum err channel_list(
    struct ctx *c, const char *team, int64_t job_id, struct channel **out, size_t *n);
MUST_USE enum err channel_get(struct ctx *c, const char *team, int64_t id, struct channel *out);

/* *secret is NULL for a mail address. ERR_INVALID names kind, target, job or events; ERR_CONFLICT:
 * it is there already. */
MUST_USE enum err channel_add(struct ctx *c, const char *team, const struct channel_wish *wish,
    struct channel *out, const char **secret);
/* Events, and whether it is off. */
MUST_USE enum err channel_edit(struct ctx *c, const char *team, int64_t id,
    const struct channel_wish *wish, struct channel *out);
MUST_USE enum err channel_secret_new(
    struct ctx *c, const char *team, int64_t id, const char **secret);
MUST_USE enum err channel_delete(struct ctx *c, const char *team, int64_t id);
/* Puts a message into the outbox as any alert would be. ERR_CONFLICT: it is off. */
MUST_USE enum err channel_test(struct ctx *c, const char *team, int64_t id);

/* ERR_FORBIDDEN unless the actor manages the team, through a token of scope write at least. */
MUST_USE enum err channel_manage(struct ctx *c, const char *team, int64_t *team_id);

/* Where an event of a job goes: id, kind and target are set. For work. */
MUST_USE enum err channel_for_job(
    struct ctx *c, int64_t job_id, const char *event, struct channel **out, size_t *n);
/* The other side wants no more (410): it is off from now on, and what waits for it is dropped. */
MUST_USE enum err channel_gone(struct ctx *c, int64_t id, const char *why);

const char *channel_secret_place(struct arena *a, int64_t id); /* core/seal.h */

/* "https://hooks.example/...": what others than managers see, for the path is often a secret. */
const char *channel_host_only(struct arena *a, const char *kind, const char *target);

/* NULL, or what is wrong with a webhook's URL: not an address, not https, not public. */
const char *channel_url_wrong(struct ctx *c, const char *url);

struct json *channel_json(struct ctx *c, const struct channel *channel);

#endif
