#ifndef MODEL_COMPARISON_H
#define MODEL_COMPARISON_H

/*
 * comparison: the engine's list of jobs held against ours, name by name.
 *
 * It knows neither curl nor what becomes of a finding: the caller hands over pages of the list and
 * is told what differs. Both sides are walked in the order of names, a page at a time, so that
 * ten thousand jobs need the memory of one page.
 */

#include "core/json.h"
#include "model/outbox_work.h"

enum finding_kind {
	FINDING_SAME = 1,
	FINDING_DIFFERS,   /* ours and theirs are there, and not alike */
	FINDING_ABSENT,    /* ours only */
	FINDING_STRAY,     /* theirs only, and it was ours once: to be deleted */
	FINDING_UNMANAGED, /* theirs only */
	FINDING_NAMESAKE,  /* ours was never written, and the name is taken by somebody else's */
};

struct finding {
	enum finding_kind kind;
	const char *engine_name;
	const struct outbox_job *ours; /* NULL: not ours */
	const struct json *spec;       /* ours, parsed; NULL: not ours */
	const struct json *theirs;     /* NULL: not there */
	const char *fields;            /* of FINDING_DIFFERS: the names of what differs */
};

/* A stretch of the engine's list has been gone through: behind `from` and up to `to` ("": the end).
 */
struct comparison_stretch {
	const char *from, *to;
	const struct json *jobs;
};

/* Some of the engine's jobs. */
struct comparison_page {
	struct json *jobs;
	int64_t read_us; /* what they say was so then, or later */
	bool last;
};
/* The next of the engine's jobs by name; none only on the last page. */
typedef enum err comparison_fetch(struct ctx *c, void *arg, struct comparison_page *out);

struct comparison {
	comparison_fetch *fetch;
	enum err (*found)(struct ctx *c, void *arg, const struct finding *finding);
	enum err (*stretch)(struct ctx *c, void *arg, const struct comparison_stretch *s);
	void *arg;
};

/* All callbacks get a ctx whose arena is taken back when the page is done. ERR_UNAVAILABLE when the
 * list makes no sense; the first error of a callback ends it. */
MUST_USE enum err comparison_run(struct ctx *c, const struct comparison *how);

/* Our name of an engine's job, or NULL when it lies outside our namespace. */
const char *comparison_our_name(const struct ctx *c, const char *engine_name);

/* ---- the full comparison as work makes it: what the last one found, and asking for another ----
 */

struct comparison_report {
	struct db_maybe_int64 asked_us, began_us, ended_us;
	struct db_maybe asked_by, problem; /* problem: why it did not come to its end */
	int64_t took_us, jobs, reverted, adopted, drifted, strays, unmanaged;
};
MUST_USE enum err comparison_get(struct ctx *c, struct comparison_report *out);
struct json *comparison_json(struct ctx *c, const struct comparison_report *report);
/* Wakes work to compare everything now; *asked_us is answered by a report that began later. Admins
 * only; in the audit. */
MUST_USE enum err comparison_ask(struct ctx *c, int64_t *asked_us);
MUST_USE enum err comparison_wanted(struct ctx *c, bool *out);
MUST_USE enum err comparison_put(struct ctx *c, const struct comparison_report *report);

#endif
