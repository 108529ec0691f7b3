#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

/*
 * health: how everything that Signalbox rests on is doing, and what to do where it is not well. The
 * page /settings and `signalbox check` tell the same.
 */

#include "core/config.h"
#include "core/ctx.h"

enum health { HEALTH_WELL, HEALTH_OFF, HEALTH_DEGRADED, HEALTH_FAILING };

struct finding {
	const char *what;
	enum health health;
	const char *detail; /* a clause */
	const char *advice; /* a sentence that says what to do; NULL: nothing */
};

struct health_report {
	struct finding *list;
	size_t n;
	const char *postgres, *engine; /* versions; "" when not known */
	const char *engine_kind;
};

/* For administrators: hosts and reasons stand in it. Fails only when the database does. */
MUST_USE enum err health_look(struct ctx *c, struct health_report *out);

const char *health_words(enum health health); /* "well", "off", "degraded", "failing" */

#endif
