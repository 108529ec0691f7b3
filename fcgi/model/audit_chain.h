#ifndef MODEL_AUDIT_CHAIN_H
#define MODEL_AUDIT_CHAIN_H

/*
 * audit_chain: the hash chain over the audit, so that a row that was changed, taken away or put in
 * behind our back is found.
 *
 * `work` seals what was written, every second. A link holds the hash of its row and of the link
 * before. Whoever may write everything in the database could forge the whole chain anew: so its
 * head stands in work's log from time to time, and a check can be held against such a head.
 */

#include "core/ctx.h"

struct audit_head {
	int64_t sealed; /* how many were, just now */
	int64_t head_n; /* links so far */
	const char *head;
};

/* Chains up to `most` rows. Nothing when somebody else does so at this moment. */
MUST_USE enum err audit_seal(struct ctx *c, int64_t most, struct audit_head *out);
/* Zeroes while there is no link. */
MUST_USE enum err audit_head(struct ctx *c, struct audit_head *out);

struct audit_report {
	int64_t links, waiting; /* looked at; not sealed yet */
	const char *head;
	int64_t broken_link; /* 0: none is */
	int64_t broken_row;  /* the audit row that it is about */
	const char *broken;  /* what is wrong; NULL: nothing */
};

/*
 * Goes along the whole chain, reading `page` links at a time and computing every hash anew; then
 * looks for rows that are not in it. `anchor_n` > 0: the link of that number must have the hash
 * `anchor`. What is broken is no error but stands in the report.
 */
MUST_USE enum err audit_check(
    struct ctx *c, int64_t page, int64_t anchor_n, const char *anchor, struct audit_report *out);

#endif
