#ifndef MODEL_MESSAGE_WORK_H
#define MODEL_MESSAGE_WORK_H

/* message_work: the outbox of messages as work empties it. A lease is lost with the connection of
 * who took it, so what a killed worker was sending is sent again, with the same key. */

#include "core/ctx.h"
#include "db/db.h"

struct message_item {
	int64_t id, attempts, made_us, give_up_us, channel_id; /* attempts: this one included */
	const char *key, *kind, *event, *target, *payload;
	struct db_blob secret;           /* sealed, of the channel; empty: none */
	struct db_maybe team, task_type; /* task_type: whose secret signs what it tells of a task */
};

MUST_USE enum err message_take(
    struct ctx *c, size_t max, int64_t lease_ms, struct message_item **out, size_t *n);
/* `told`: somebody has it now, so a notification is acknowledged by it; a file reaches nobody. */
MUST_USE enum err message_sent(struct ctx *c, int64_t id, bool told);
MUST_USE enum err message_retry(struct ctx *c, int64_t id, const char *why, int64_t again_ms);
/* One that told of a task leaves an error notification behind. *n is 1 when somebody is still to be
 * told of that: not when what failed was to tell of a notification itself, so that there is no end
 * to it, nor when the type says that such an error is safe. */
struct message_unsent {
	const char *task_id, *text;
	int64_t notification_id;
};
MUST_USE enum err message_failed(
    struct ctx *c, int64_t id, const char *why, struct message_unsent **out, size_t *n);
MUST_USE enum err message_drop(struct ctx *c, int64_t id, const char *why);

/* Alerts of jobs that were disabled or deleted meanwhile do not leave. */
MUST_USE enum err message_silence(struct ctx *c);
/* What ended long ago goes. */
MUST_USE enum err message_expire(struct ctx *c);

#endif
