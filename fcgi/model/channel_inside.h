#ifndef MODEL_CHANNEL_INSIDE_H
#define MODEL_CHANNEL_INSIDE_H

/* What channel.c and channel_change.c share. */

#include "model/channel.h"

MUST_USE enum err channel_find(struct ctx *c, int64_t team_id, int64_t id, struct channel *out);
MUST_USE enum err channel_check(struct ctx *c, const struct channel_wish *wish);
MUST_USE enum err channel_check_events(struct ctx *c, const struct channel_wish *wish);
const char *channel_object(struct arena *a, int64_t id); /* as the audit names it */

#endif
