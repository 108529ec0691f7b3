#ifndef MODEL_UNMANAGED_H
#define MODEL_UNMANAGED_H

/*
 * unmanaged: jobs of the engine that are not ours, as the last full comparison saw them, and taking
 * them over.
 *
 * What bears our namespace keeps its name there and gets our label, unless it is to have another
 * one here. What does not is written anew under ours, with all that runs after it, and the old one
 * goes when the new one stands: takeover.h. Admins only: these jobs belong to no team.
 */

#include "core/json.h"
#include "model/comparison.h"
#include "model/job.h"
#include "model/task.h"

struct unmanaged {
	const char *name; /* whole, as the engine has it */
	const char *definition_text;
	struct db_maybe blocked; /* why it cannot be taken over */
	int64_t found_us;
	struct db_maybe task_id; /* of a request to take it over that waits for others */
	struct json *definition; /* the engine's fields */
	const char *becomes;     /* its name there when it is ours; NULL: it keeps its own */
};

struct unmanaged_query {
	const char *q;     /* part of the name; NULL: all */
	int64_t limit;     /* 1..500 */
	const char *after; /* cursor of the page before, or NULL */
};
MUST_USE enum err unmanaged_list(struct ctx *c, const struct unmanaged_query *query,
    struct unmanaged **out, size_t *n, const char **next);
struct json *unmanaged_json(struct ctx *c, const struct unmanaged *u);

struct unmanaged_how {
	const char *team;   /* NULL: team_default() */
	const char *reason; /* for revision and audit; NULL or "": that it was taken over */
	const char *as;     /* its name here; NULL: its own */
	/* Names there: of those that keep their names and run after it, which come along. NULL:
	 * none. */
	const struct json *with;
	struct json **along; /* what came along, as wanted.along of approval.h says; NULL: of no
				interest */
	/* For many: asks others, where that is all that a job lacks, as change_ask() of action/
	 * does. NULL: they are refused. */
	enum err (*ask)(struct ctx *c, enum err e, const char *reason, struct task *out);
};

/*
 * Makes the engine's job `name` a job of ours. Our label is written into its metadata and its
 * history is read. From outside our namespace, or under another name, it is written anew
 * (takeover.h), and its descendants come along and run after the new one, or nothing does.
 * ERR_NOT_FOUND: no such job; ERR_CONFLICT: it cannot be taken over, and why; ERR_INVALID names a
 * field that our rules refuse.
 */
MUST_USE enum err unmanaged_adopt(
    struct ctx *c, const char *name, const struct unmanaged_how *how, struct job *out);
/* The same by the name that it will have here, whatever it is called there. */
MUST_USE enum err unmanaged_adopt_as(
    struct ctx *c, const char *job_name, const struct unmanaged_how *how, struct job *out);

/*
 * Many, under their own names: parents before children. What was refused says why; the others are
 * taken over all the same. Where others must agree, they are asked: once for each family, as far as
 * it was picked or has to come along.
 */
struct unmanaged_refusal {
	const char *name, *why;
};
struct unmanaged_asked {
	const char *name, *task_id;
	int64_t required;
	size_t along; /* so many come along with it */
};
struct unmanaged_result {
	struct unmanaged_refusal *refused;
	struct unmanaged_asked *asked;
	size_t nrefused, nasked, nadopted;
};
MUST_USE enum err unmanaged_adopt_many(struct ctx *c, const char *const *names, size_t n,
    const struct unmanaged_how *how, struct unmanaged_result *out);

/* ---- for work */

/* A finding as unmanaged_keep() takes it. */
struct json *unmanaged_item(struct ctx *c, const struct finding *f);
/* What a stretch of the engine's list holds that is not ours; writes only differences. */
MUST_USE enum err unmanaged_keep(
    struct ctx *c, const struct comparison_stretch *s, const struct json *items);

#endif
