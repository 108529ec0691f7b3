#ifndef SCHEDULE_ZONE_H
#define SCHEDULE_ZONE_H

/*
 * zone: what the clocks of a place show, from the system's TZif files.
 *
 * Zones are read once per process, never changed and never freed (at most ZONES_MAX of them; more
 * belong to the arena that asked). NULL stands for UTC wherever a zone is taken.
 */

#include "core/ctx.h"
#include "schedule/civil.h"

enum { ZONE_NAME_MAX = 100, ZONES_MAX = 700 };

struct zone;

/* A stretch of time without a change of the clocks: [start, end) in seconds UTC. It may be shorter
 * than it could be (a rule of the far future is cut at the turn of the year), never longer. */
struct zone_span {
	int64_t start, end;
	int32_t offset; /* seconds east of Greenwich */
};

/*
 * Finds a zone by the names that Go's time.LoadLocation takes: "", "UTC" and "Local" are NULL, the
 * others files below /usr/share/zoneinfo. ERR_INVALID without a fault set, so that the caller can
 * say where the name stood; zone_refusal() has the words.
 */
MUST_USE enum err zone_find(struct ctx *c, const char *name, const struct zone **out);

/* Why zone_find() refused this name, in Dkron's words; arena-owned. */
const char *zone_refusal(struct ctx *c, const char *name);

struct zone_span zone_span_at(const struct zone *z, int64_t seconds);

/* What the clocks of the place show, as seconds of their own. */
int64_t zone_local(const struct zone *z, int64_t seconds);

/*
 * The moment when they show `local`, as Go's time.Date decides it: where that comes twice or
 * not at all, by the offset in force before the change or after it, whichever Go takes.
 */
int64_t zone_moment(const struct zone *z, int64_t local);

#endif
