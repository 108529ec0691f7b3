#ifndef MODEL_IMPORT_H
#define MODEL_IMPORT_H

/*
 * import: jobs from elsewhere, many at once: Dkron's own list, or a crontab.
 *
 * All or nothing, in one transaction. A preview goes the same way and takes everything back, so it
 * says exactly what would happen.
 */

#include "core/ctx.h"
#include "core/json.h"
#include "model/job_spec.h"

enum import_format { IMPORT_DKRON, IMPORT_CRONTAB };

enum { IMPORT_JOBS_MAX = 10000, IMPORT_BYTES_MAX = 16 * 1024 * 1024 };

struct import {
	enum import_format format;
	const char *text;
	size_t len;
	const char *team; /* for all; NULL: what an entry names, else team_default() */
	const char *reason;
	bool user_column; /* a system's crontab: a user stands before the command */
	bool preview;
};

enum import_kind { IMPORT_CREATE, IMPORT_CHANGE, IMPORT_SAME, IMPORT_REFUSED };

struct import_item {
	enum import_kind kind;
	int64_t line;     /* of a crontab, from 1; of a list the index, from 0 */
	const char *name; /* "" when there is none */
	const char *team;
	struct spec_change *changes; /* CHANGE */
	size_t nchanges;
	const char *field, *message; /* REFUSED; the field may be NULL */
};

/* What is taken over, but not as it was. */
struct import_note {
	int64_t line;
	const char *message;
};

struct import_plan {
	struct import_item *items; /* in the order of the text */
	size_t n;
	struct import_note *notes;
	size_t nnotes;
	size_t count[IMPORT_REFUSED + 1];
	bool done; /* false: a preview, or something was refused */
};

/* "dkron" or "crontab": ERR_INVALID "format". */
MUST_USE enum err import_format(struct ctx *c, const char *name, enum import_format *out);

/* ERR_MALFORMED: not JSON at all. ERR_TOO_LARGE: too many jobs. What is wrong with one of them is
 * an item. */
MUST_USE enum err job_import(struct ctx *c, const struct import *import, struct import_plan *out);

/* {"create":[],"change":[],"same":[],"refused":[],"notes":[]}: interface.md 5 */
struct json *import_json(struct ctx *c, const struct import_plan *plan);

/*
 * The jobs of a list, whatever page they stand on, with the parents that one may see, which Dkron
 * would not take them without; parents first, children in their order. `dkron`: as the engine is
 * given them, with namespace and mark; else with our own fields beside Dkron's. ERR_TOO_LARGE: more
 * than fit into one answer. *out is a JSON list as text.
 */
struct job_query;
MUST_USE enum err job_export(
    struct ctx *c, const struct job_query *query, bool dkron, const char **out, size_t *len);

#endif
