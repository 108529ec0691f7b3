#ifndef MODEL_JOB_INSIDE_H
#define MODEL_JOB_INSIDE_H

/* job_inside: what the files of job share among themselves. */

#include "model/job.h"

extern const struct db_field job_columns[];

/* When a definition fires, from now on. */
struct fires {
	struct schedule *schedule;               /* NULL: never by itself */
	int64_t added_us, starts_us, expires_us; /* 0 = no bound */
};
void fires_init(struct ctx *c, const char *name, const struct json *spec,
    struct db_maybe_int64 from_us, struct fires *out);
bool fires_next(const struct fires *f, int64_t after_us, int64_t *next_us);

/* Stores the next fire beside the job, 0 being none. */
MUST_USE enum err job_store_next(struct ctx *c, int64_t id, const char *name,
    const struct json *spec, struct db_maybe_int64 from_us);

/* Checks the filters of a list and gives them as the first arguments of its statements. */
enum { JOB_FILTER_ARGS = 9 };
MUST_USE enum err job_filter(struct ctx *c, const struct job_query *query, struct db_arg *out);

/* The job under lock, for the rest of the transaction. */
MUST_USE enum err job_get_locked(struct ctx *c, const char *name, struct job *out);

/* ERR_INVALID "reason"; NULL is none. */
MUST_USE enum err job_check_reason(struct ctx *c, const char *reason);

/* ERR_STALE, saying what changed since `version`, unless it is 0 or the current one. */
MUST_USE enum err job_check_version(struct ctx *c, const struct job *job, int64_t version);

struct approval_demand;
struct wanted_family;
/* job_add() within a transaction, and without asking for the job again. */
struct new_job {
	const char *name, *team, *reason;
	const struct json *input;
	const char *verb;             /* in the audit; NULL: job_add */
	const char *engine_name;      /* of one that is taken over under another name; else NULL */
	struct approval_demand *memo; /* NULL: none */
	struct wanted_family *family; /* that it is one of: approvals are demanded of all, behind
					 the last; NULL: alone */
};
MUST_USE enum err job_insert(struct ctx *c, const struct new_job *new_job);

/* A team that the actor may put jobs into, NULL: the usual one. One that he cannot see is
 * ERR_INVALID. */
struct team;
MUST_USE enum err job_team(struct ctx *c, const char *name, struct team *out);
/* spec_text parsed, and the next fire from now on. */
MUST_USE enum err job_complete(struct ctx *c, struct job *job);

/* Whether no job at all has this name, seen or not. */
MUST_USE enum err job_name_free(struct ctx *c, const char *name, bool *out);

/* The jobs of a list with their parents, parents first; at most `limit`. query->limit is not
 * looked at, but must be one that a list takes. */
struct exported_job {
	const char *name, *team, *spec_text;
};
MUST_USE enum err job_exported(struct ctx *c, const struct job_query *query, int64_t limit,
    struct exported_job **out, size_t *n);

/* The fields in which two specs differ, for the audit: as they are in `from`. team NULL: the same.
 */
struct json *job_differing(struct ctx *c, const struct json *from, const struct json *other,
    const char *team, int64_t version);

/* The definition with its team in it, as revisions and tasks keep it. */
struct json *job_with_team(struct ctx *c, const struct job *job);

/* One locked change; `verb` names it in the audit. */
MUST_USE enum err job_edit_as(
    struct ctx *c, const struct job_edit *edit, const char *verb, struct job *out);

/* approval_check() of a new job, of a definition and a team for one that there is (`said`: verb and
 * reason), and of a job's end. */
struct wanted;
MUST_USE enum err job_check_new(
    struct ctx *c, const struct new_job *new_job, const struct team *team, const struct json *spec);
MUST_USE enum err job_check_edit(struct ctx *c, const struct job *job, const struct team *team,
    const struct json *spec, const struct wanted *said);
MUST_USE enum err job_check_end(struct ctx *c, const struct job *job, struct approval_demand *memo);

/* That the parent exists, that the actor may tie a job to it, and that no circle comes of it. Holds
 * the family lock. `before` is the parent so far. */
MUST_USE enum err family_check(
    struct ctx *c, const char *name, const char *before, const struct json *spec);
MUST_USE enum err family_lock(struct ctx *c);
/* ERR_CONFLICT naming the children, those that the actor may not see as a number. */
MUST_USE enum err family_has_none(struct ctx *c, const char *name);

/* "Changing jobs of billing needs the role editor." */
MUST_USE enum err job_need_in(struct ctx *c, const char *team, int64_t has, enum role role);

#endif
