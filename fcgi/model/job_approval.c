/* What others have to be asked about before a job is written (model/approval.h). */

#include "model/approval.h"
#include "model/job_inside.h"
#include "model/team.h"

enum err job_check_new(
    struct ctx *c, const struct new_job *a, const struct team *team, const struct json *spec)
{
	const struct wanted wanted = { .verb = a->verb != NULL ? a->verb : "job_add",
		.name = a->name,
		.team = team->name,
		.engine_name = a->engine_name,
		.reason = a->reason,
		.spec = spec };
	enum err e = approval_check(c,
	    &(struct approval_case){ approval_of_new(spec), 0, team->id, team->id, a->memo, NULL },
	    &wanted);

	return a->family != NULL ? approval_gather(c, a->family, &wanted, e) : e;
}

struct json *job_with_team(struct ctx *c, const struct job *job)
{
	struct json *copy = json_object(c->arena), *value = NULL;
	const char *key = NULL;

	for (size_t i = 0; json_member(job->spec, i, &key, &value); i++)
		json_set(copy, key, value);
	json_set(copy, "team", json_string(c->arena, job->team));
	return copy;
}

enum err job_check_edit(struct ctx *c, const struct job *job, const struct team *team,
    const struct json *spec, const struct wanted *said)
{
	struct wanted wanted = *said;
	unsigned what = approval_of_edit(job->spec, spec);
	const char *starts = (what & APPROVE_RUN) != 0 ? job->name : NULL;

	if (team->id != job->team_id) /* where it runs from now on */
		what |= approval_of_new(spec) & APPROVE_RUN;
	wanted.name = job->name;
	wanted.team = team->name;
	wanted.job_id = job->id;
	wanted.version = job->version;
	wanted.spec = spec;
	wanted.before = job_with_team(c, job);
	return approval_check(c,
	    &(struct approval_case){ what, json_int(json_get(job->spec, "approvals")), job->team_id,
		team->id, said->memo, starts },
	    &wanted);
}

enum err job_check_end(struct ctx *c, const struct job *job, struct approval_demand *memo)
{
	return approval_check(c,
	    &(struct approval_case){ APPROVE_DELETE, json_int(json_get(job->spec, "approvals")),
		job->team_id, job->team_id, memo },
	    &(struct wanted){ .verb = "job_delete",
		.name = job->name,
		.team = job->team,
		.job_id = job->id,
		.version = job->version,
		.before = job_with_team(c, job) });
}
