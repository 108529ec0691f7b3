#ifndef MODEL_APPROVAL_H
#define MODEL_APPROVAL_H

/*
 * approval: how many other people have to say yes before a job of a team is changed or run, and
 * who they are. A job may demand more than its team (spec field `approvals`), never less.
 *
 * Every change is judged as a whole first, as if nobody had to be asked; approval_check() is the
 * last thing before it is written. When others must say yes, the fault carries what was wanted
 * (fault.wanted), for whoever asks them (action/change.h); approval_apply() then does exactly that.
 */

#include "model/job.h"

/* A set: a change may be of several kinds. */
enum approval_of {
	APPROVE_CREATE = 1,
	APPROVE_EDIT = 2,
	APPROVE_ENABLE = 4, /* or disable */
	APPROVE_DELETE = 8,
	APPROVE_RUN = 16, /* by hand; and whatever makes a job fire otherwise than it did */
	APPROVE_ALL = 31,
};
enum { APPROVALS_MAX = 9 };

struct approval_rule {
	int64_t required; /* 0: none, go ahead */
	int64_t role;     /* enum role in the team, or a higher one; ROLE_NONE: admins */
	int64_t group_id; /* 0: the role decides; else members of this group */
	int64_t team_id;  /* whose people decide */
};

/* What one team says, read once for many jobs. */
struct approval_demand {
	int64_t team_id; /* 0: not read yet */
	int64_t required, role, group_id;
	unsigned kinds; /* enum approval_of */
};

/* A change of a job, or a run of one, as it would come out. */
struct wanted {
	unsigned what;             /* enum approval_of; 0: said by what differs */
	const char *verb;          /* as the audit calls it: job_edit, run_request */
	const char *name, *team;   /* the team that it is to be in */
	const char *engine_name;   /* of a job taken over under another name; NULL: its own */
	const char *reason;        /* NULL: none */
	int64_t job_id, version;   /* of the job that it was made on; 0: there was none */
	const struct json *spec;   /* whole; NULL where the job goes or runs */
	const struct json *before; /* what it takes the place of, and its team; NULL: nothing */
	const struct json *along; /* of a take-over: others that come along; NULL: none. By what the
				     engine calls them, {"job","definition"} of each */
	struct approval_rule rule;
	struct approval_demand *memo; /* for many jobs; NULL: none */
};

/* Jobs that are taken over together or not at all: who is asked is asked once, for all of them. */
struct wanted_family {
	const char *there;   /* what the engine calls the one that comes next */
	struct wanted first; /* the one that it was said of; name NULL: none yet */
	struct json *along;  /* the others, as in wanted.along; an empty object to begin with */
	unsigned what;       /* of the one that demands most */
	struct approval_rule rule; /* what that one demands */
};

/* What is asked: of a job in team_id that demands `own` itself, which is to be in to_team_id. Who
 * leaves a team leaves all that it demands, so that is of every kind; where a job is started, those
 * behind it are, too. Where several teams have a say none can speak for the others, so admins do.
 */
struct approval_case {
	unsigned what;
	int64_t own, team_id, to_team_id;
	struct approval_demand *memo; /* NULL: none */
	const char *starts;           /* the job, for APPROVE_RUN; NULL: none is behind */
};
MUST_USE enum err approval_rule(
    struct ctx *c, const struct approval_case *of, struct approval_rule *out);

/* OK when nothing is demanded, or on the command line of the machine itself; else ERR_FORBIDDEN
 * that says how to ask, and fault.wanted. For a task (actor.approved_task): OK when as many as are
 * demanded now have approved what it does, and may still; else ERR_CONFLICT. Nobody is exempt for
 * what he is. */
MUST_USE enum err approval_check(
    struct ctx *c, const struct approval_case *of, const struct wanted *wanted);

/* One more of a family, and what approval_check() said of it: OK when all that it lacks is
 * approvals, which approval_family() demands once all are known. */
MUST_USE enum err approval_gather(
    struct ctx *c, struct wanted_family *f, const struct wanted *wanted, enum err checked);
MUST_USE enum err approval_family(struct ctx *c, const struct wanted_family *f);

/* Of a definition that takes the place of another: whether it is only switched, or changed; and
 * whether it fires otherwise by it, which nobody who guards runs wants to be got round by. */
unsigned approval_of_edit(const struct json *before, const struct json *after);
/* Of one that is switched on if it is off, and off if it is on. */
unsigned approval_of_switch(const struct json *spec);
/* Of one that was not there, or not in that team. */
unsigned approval_of_new(const struct json *spec);

/* Takes over the engine's job that `wanted` speaks of, and those that come along: which, *along
 * says as wanted.along does. */
MUST_USE enum err approval_adopt(
    struct ctx *c, const struct wanted *wanted, struct json **along, struct job *out);

/* For an approved task: does what was wanted, as c->actor, and nothing else: ERR_STALE when the job
 * is another by now, ERR_CONFLICT when something else would come of it. *done names the version
 * that was saved, or the run. */
MUST_USE enum err approval_apply(struct ctx *c, const struct wanted *wanted, int64_t *done);

/* The change as a merge patch, for a job that moved on since. */
struct json *approval_patch(struct ctx *c, const struct wanted *wanted);

/* What a task of the type job-change or job-run holds, both ways. */
struct json *wanted_json(struct ctx *c, const struct wanted *wanted);
void wanted_read(const struct json *data, struct wanted *out);

#endif
