/* Parents and children: who runs after whom. */

#include <string.h>

#include "core/buf.h"
#include "model/job_inside.h"
#include "model/spec_inside.h"

enum { ANCESTORS_MAX = 100, WORDS_BYTES = 1000 };

struct relative {
	const char *name;
	bool seen;
};

static const struct db_field name_fields[] = {
	DB_FIELD(struct relative, name),
	DB_END,
};

static const struct db_field child_fields[] = {
	DB_FIELD(struct relative, name),
	DB_FIELD(struct relative, seen),
	DB_END,
};

enum err family_lock(struct ctx *c)
{
	return db_exec(c, SQL_JOB_FAMILY_LOCK, DB_NO_ARGS, NULL);
}

static enum err check_circle(struct ctx *c, const char *name, const char *parent)
{
	struct relative *up = NULL;
	struct buf words;
	size_t n = 0;

	TRY(db_many(
	    c, SQL_JOB_ANCESTORS, DB_ARGS(db_text(parent)), name_fields, sizeof(*up), &up, &n));
	buf_init(&words, c->arena, WORDS_BYTES);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&words, "%s runs after ", i == 0 ? name : up[i - 1].name);
		buf_printf(&words, "%s, ", up[i].name);
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

	TRY(db_many(c, SQL_JOB_CHILDREN,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name)),
	    child_fields, sizeof(*children), &children, &n));
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
	return fail(c, ERR_CONFLICT, NULL, "Jobs that run after %s must be deleted first: %s.",
	    name, words.data);
}
