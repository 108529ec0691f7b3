#ifndef MODEL_SPEC_SECRET_H
#define MODEL_SPEC_SECRET_H

/*
 * spec_secret: what looks like a credential that somebody wrote down.
 *
 * Made to be silent in doubt: a reference such as $TOKEN, a path or a placeholder is none.
 */

#include "core/ctx.h"
#include "core/json.h"

/* How the thing is called ("DB_PASSWORD", "a key of AWS"), never the thing itself; NULL: nothing.
 * For commands, headers, addresses and bodies; arena-owned. */
const char *secret_in_text(struct ctx *c, const char *text);

/* The same for a setting by its name and value. */
const char *secret_in_setting(struct ctx *c, const char *name, const char *value);

/* One in a definition: "metadata.token", and how the thing is called. */
struct secret_found {
	const char *field, *what;
	bool on_engine; /* the field is written to the engine */
};
/* In all that a person can write into a job, at most SECRETS_MAX of them; arena-owned. */
enum { SECRETS_MAX = 20 };
size_t secrets_in_job(struct ctx *c, const struct json *spec, struct secret_found **out);

#endif
