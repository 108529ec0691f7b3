/* Parents and children: who runs after whom. */

#include <string.h>

#include "core/buf.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"

enum { ANCESTORS_MAX = 100, WORDS_BYTES = 1000 };

static const struct db_field relative_fields[] = {
	DB_FIELD(struct relative, name),
	DB_FIELD(struct relative, team),
	DB_FIELD(struct relative, seen),
	DB_END,
};

static enum err relatives(
    struct ctx *c, enum sql statement, const char *name, struct relative **out, size_t *n)
{
	return db_many(c, statement,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name)),
	    relative_fields, sizeof(**out), out, n);
}

enum err job_ancestors(struct ctx *c, const struct job *job, struct relative **out, size_t *n)
{
	return relatives(c, SQL_JOB_ANCESTORS, spec_text(job->spec, "parent_job"), out, n);
}

enum err job_children(struct ctx *c, const char *name, struct relative **out, size_t *n)
{
	return relatives(c, SQL_JOB_CHILDREN, name, out, n);
}

enum err job_names(struct ctx *c, struct relative **out, size_t *n)
{
	return db_many(c, SQL_JOB_NAMES,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_int(ROLE_EDITOR)),
	    relative_fields, sizeof(**out), out, n);
}

enum err family_lock(struct ctx *c)
{
	return db_exec(c, SQL_JOB_FAMILY_LOCK, DB_NO_ARGS, NULL);
}

static const char *name_of(const struct relative *relative)
{
	return relative->seen ? relative->name : "a job that you cannot see";
}

static enum err check_circle(struct ctx *c, const char *name, const char *parent)
{
	struct relative *up = NULL;
	struct buf words;
	size_t n = 0;

	TRY(relatives(c, SQL_JOB_ANCESTORS, parent, &up, &n));
	buf_init(&words, c->arena, WORDS_BYTES);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&words, "%s runs after ", i == 0 ? name : name_of(&up[i - 1]));
		buf_printf(&words, "%s, ", name_of(&up[i]));
		if (strcmp(up[i].name, name) == 0)
			return fail(c, ERR_INVALID, "parent_job", "would close a circle: %s...",
			    words.data);
	}
	if (n > ANCESTORS_MAX)
		return fail(c, ERR_INVALID, "parent_job", "would make a chain of more than %d jobs",
		    ANCESTORS_MAX);
	return OK;
}

enum err family_check(struct ctx *c, const char *name, const char *before, const struct json *spec)
{
	const char *parent = spec_text(spec, "parent_job");
	struct job job;

	if (parent[0] == '\0' || strcmp(parent, before) == 0)
		return OK;
	TRY(family_lock(c));
	enum err e = job_get(c, parent, &job);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_INVALID, "parent_job", "There is no job %s.", parent);
	TRY(e);
	TRY(job_need(c, &job, ROLE_EDITOR));
	return check_circle(c, name, parent);
}

enum err family_has_none(struct ctx *c, const char *name)
{
	struct relative *children = NULL;
	struct buf words;
	size_t n = 0, hidden = 0;

	TRY(job_children(c, name, &children, &n));
	if (n == 0)
		return OK;
	buf_init(&words, c->arena, WORDS_BYTES);
	for (size_t i = 0; i < n; i++) {
		if (children[i].seen)
			buf_printf(&words, "%s%s", words.len > 0 ? ", " : "", children[i].name);
		else
			hidden++;
	}
	if (hidden > 0)
		buf_printf(
		    &words, "%s%zu that you cannot see", words.len > 0 ? " and " : "", hidden);
	return fail(c, ERR_CONFLICT, NULL,
	    "Jobs run after %s: %s. Delete them first, or give them another parent or a schedule.",
	    name, words.data);
}
