#ifndef MODEL_RUN_INSIDE_H
#define MODEL_RUN_INSIDE_H

/* What the files of model/run* share. run_list.c reads what is asked for and puts answers together;
 * run_walk.c finds them. */

#include "model/run.h"
#include "model/run_words.h"

extern const struct db_field run_fields[]; /* of struct run */

/* The job as far as asking for a run must know it. */
struct approval_demand;
struct runnable {
	int64_t id, team_id, version, role, approvals;
	bool disabled;
	const char *name, *team;
	bool alone;                   /* nothing runs after it */
	struct approval_demand *memo; /* for many jobs; NULL: none */
};
/* Role, switch and approvals. */
MUST_USE enum err run_check(struct ctx *c, const struct runnable *job);

MUST_USE enum err run_check_stop(struct ctx *c, const struct run *run);
/* ERR_CONFLICT: why a run could not be taken back. */
MUST_USE enum err run_not_stopped(struct ctx *c, const struct run *run);

/* Where a run stands in a list: newest first by queued_us, then id. */
struct run_key {
	int64_t id, queued_us;
};

/* A list that was asked for, read and checked. */
struct listing {
	const struct run_query *query;
	struct run_words words;
	const char *teams; /* an array; NULL: all */
	int64_t nteams;
	int64_t *kinds;
	const char *kinds_text; /* an array; NULL: any */
	size_t nkinds;
	bool rare; /* only kinds of which there are few */
	const char **names;
	size_t nnames;
	struct run_key upper; /* only what stands behind it */
	int64_t limit;
};

/* run_list(), without what is shown of them. */
MUST_USE enum err run_keys(struct ctx *c, const struct run_query *query, struct run_key **keys,
    size_t *n, const char **next);

enum walk { WALK_WHEN, WALK_KIND, WALK_TEAM, WALK_JOB, WALK_ASKED, WALK_NODE, WALK_WORDS };

/* One way to answers; a search has two. `applied`: filters that the walk itself heeds; the rest is
 * held against what it brings. `end`: how far it looked, when not to the very end: id > 0. */
struct stream {
	const struct listing *l;
	enum walk walk;
	unsigned applied;
	struct run_key *keys; /* newest first */
	size_t n;
	struct run_key end;
};

enum { RUN_STREAMS = 2 };

/* Which ways there are, at most RUN_STREAMS; none when nothing can be found. */
MUST_USE enum err run_streams(struct ctx *c, struct listing *l, struct stream *s, size_t *n);
MUST_USE enum err run_look(struct ctx *c, struct stream *s);
const char *run_ids(struct ctx *c, const struct run_key *keys, size_t n); /* an array */

#endif
