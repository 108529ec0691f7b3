/* Revisions of a job, and what they tell about a change that came in between. */

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/time.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"
#include "model/team.h"

static const struct db_field revision_fields[] = {
	DB_FIELD(struct revision, version),
	DB_FIELD(struct revision, spec_text),
	DB_FIELD(struct revision, actor),
	DB_FIELD(struct revision, reason),
	DB_FIELD(struct revision, task),
	DB_FIELD(struct revision, approved_by),
	DB_FIELD(struct revision, made_us),
	DB_END,
};

/* The definition as a revision has it, its team included; ERR_NOT_FOUND. */
static enum err spec_of_revision(
    struct ctx *c, const struct job *job, int64_t version, struct json **out)
{
	struct revision revision;

	TRY(db_one(c, SQL_JOB_REVISION, DB_ARGS(db_int(job->id), db_int(version)), revision_fields,
	    &revision));
	return json_parse(c, revision.spec_text, strlen(revision.spec_text), out);
}

enum err job_revisions(struct ctx *c, const char *name, struct revision **out, size_t *n)
{
	struct job job;

	TRY(job_get(c, name, &job));
	return db_many(
	    c, SQL_JOB_REVISIONS, DB_ARGS(db_int(job.id)), revision_fields, sizeof(**out), out, n);
}

/* "Schedule, Retries and Team"; "" when it cannot be told. */
static const char *changed_words(struct ctx *c, const struct job *job, int64_t version)
{
	struct json *then = NULL, *now = NULL;
	struct spec_change *changes = NULL;
	struct buf words;

	if (spec_of_revision(c, job, version, &then) != OK ||
	    spec_of_revision(c, job, job->version, &now) != OK)
		return "";
	size_t n = spec_diff(c, then, now, &changes);
	buf_init(&words, c->arena, 400);
	for (size_t i = 0; i < n; i++)
		buf_printf(&words, "%s%s",
		    i == 0      ? ""
		    : i + 1 < n ? ", "
				: " and ",
		    changes[i].label);
	return words.data;
}

enum err job_check_version(struct ctx *c, const struct job *job, int64_t version)
{
	if (version == 0 || version == job->version)
		return OK;
	const char *what = changed_words(c, job, version);
	return fail(c, ERR_STALE, NULL,
	    "Meanwhile %s saved version %" PRId64 " at %s%s%s. Nothing of yours was saved.",
	    job->updated_by, job->version, time_rfc3339(c->arena, job->updated_us),
	    what[0] != '\0' ? " and changed " : "", what);
}

struct restoring {
	const char *name;
	int64_t version, seen;
	struct job *out;
};

/* The team as the revision names it; one that was renamed or deleted since leaves the job where it
 * is.
 */
static const char *team_then(struct ctx *c, const struct job *job, const struct json *spec)
{
	const char *name = spec_text(spec, "team");
	struct team team;

	return name != NULL && team_named(c, name, &team) == ERR_NOT_FOUND ? job->team : name;
}

static enum err restore(struct ctx *c, void *arg)
{
	const struct restoring *r = arg;
	struct json *spec = NULL;
	struct job job;

	TRY(job_get_locked(c, r->name, &job));
	TRY(job_need(c, &job, ROLE_EDITOR));
	enum err e = spec_of_revision(c, &job, r->version, &spec);
	if (e == ERR_NOT_FOUND)
		return fail(c, e, "version", "%s has no version %" PRId64 ".", r->name, r->version);
	TRY(e);
	struct job_edit edit = {
		.name = r->name,
		.version = r->seen,
		.how = JOB_REPLACE,
		.team = team_then(c, &job, spec),
		.input = spec,
		.reason = arena_printf(c->arena, "version %" PRId64 " restored", r->version),
	};
	return job_edit_as(c, &edit, "job_restore", r->out);
}

enum err job_restore(
    struct ctx *c, const char *name, int64_t version, int64_t seen, struct job *out)
{
	return db_atomically(c, restore, &(struct restoring){ name, version, seen, out });
}
