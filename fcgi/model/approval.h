#ifndef MODEL_APPROVAL_H
#define MODEL_APPROVAL_H

/*
 * approval: how many other people have to say yes before a job of a team is changed or run, and
 * who they are. A job may demand more than its team (spec field `approvals`), never less.
 */

#include "model/job.h"

enum approval_of { APPROVE_CREATE, APPROVE_EDIT, APPROVE_ENABLE, APPROVE_DELETE, APPROVE_RUN };

struct approval_rule {
	int64_t required; /* 0: none, go ahead */
	int64_t role;     /* enum role in the team, or a higher one */
	int64_t group_id; /* 0: the role decides; else members of this group */
};

/* For a change of a job that there is, or (job NULL) of one that is to be made in `team_id`. */
MUST_USE enum err approval_rule(struct ctx *c, enum approval_of what, const struct job *job,
    int64_t team_id, struct approval_rule *out);

/* What guards job_add() and its like: OK when nothing is demanded, when an approved task acts
 * (actor.approved_task), or on the command line of the machine itself; else ERR_FORBIDDEN that says
 * how to ask. */
MUST_USE enum err approval_check(
    struct ctx *c, enum approval_of what, const struct job *job, int64_t team_id);

#endif
