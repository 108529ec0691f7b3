#include "model/namespace.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/comparison.h"
#include "model/rights.h"

enum { PREFIX_MAX = 60 };

static enum err get(struct ctx *c, const char **prefix)
{
	struct row {
		const char *prefix;
	} row;
	static const struct db_field fields[] = { DB_FIELD(struct row, prefix), DB_END };

	TRY(db_one(c, SQL_NAMESPACE_GET, DB_NO_ARGS, fields, &row));
	*prefix = row.prefix;
	return OK;
}

static const char *quoted(struct ctx *c, const char *prefix)
{
	return prefix[0] != '\0' ? arena_printf(c->arena, "\"%s\"", prefix) : "no prefix";
}

enum err namespace_check(struct ctx *c, const char **why)
{
	const char *wanted = c->config->namespace, *prefix = "";
	enum err e = get(c, &prefix);

	*why = NULL;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == OK && strcmp(prefix, wanted) == 0)
		return OK;
	TRY(db_exec(c, SQL_NAMESPACE_FOLLOW, DB_ARGS(db_text(wanted)), NULL));
	TRY(get(c, &prefix));
	if (strcmp(prefix, wanted) != 0)
		*why = arena_printf(c->arena,
		    "SIGNALBOX_NAMESPACE says %s, but our jobs stand on the engine under %s: "
		    "nothing is "
		    "written there until it is put back, or \"signalbox namespace move\" says that "
		    "they are to move",
		    quoted(c, wanted), quoted(c, prefix));
	return OK;
}

static enum err check_finished(struct ctx *c, const char *to)
{
	static const struct db_field fields[] = { { "n", DB_INT64_, 0 }, DB_END };
	int64_t n;

	TRY(db_one(c, SQL_NAMESPACE_UNDER_WAY, DB_ARGS(db_text(to)), fields, &n));
	return n == 0 ? OK
		      : fail(c, ERR_CONFLICT, NULL,
			    "A move is under way: %" PRId64
			    " jobs have not left their old prefix yet. "
			    "Only back to it can they go now.",
			    n);
}

static enum err check_collision(struct ctx *c, const char *to)
{
	struct row {
		const char *one, *other;
	} row;
	static const struct db_field fields[] = { DB_FIELD(struct row, one),
		DB_FIELD(struct row, other), DB_END };
	enum err e = db_one(c, SQL_NAMESPACE_COLLISION, DB_ARGS(db_text(to)), fields, &row);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	return fail(c, ERR_CONFLICT, NULL,
	    "%s%s would be the name of %s there, and is still that of %s: take another prefix, or "
	    "move to a third one first.",
	    to, row.one, row.one, row.other);
}

struct moving {
	const char *to, **from;
};

static enum err move(struct ctx *c, void *arg)
{
	const struct moving *m = arg;
	struct json *before = json_object(c->arena), *after = json_object(c->arena);
	int64_t asked_us, moved;

	enum err e = get(c, m->from);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	TRY(check_finished(c, m->to));
	TRY(check_collision(c, m->to));
	TRY(db_exec(c, SQL_NAMESPACE_MOVE, DB_ARGS(db_text(m->to)), &moved));
	if (moved == 0)
		return fail(c, ERR_CONFLICT, NULL,
		    "Nothing is to be moved: our jobs stand under %s.", quoted(c, m->to));
	TRY(db_exec(c, SQL_NAMESPACE_WRITE_ALL, DB_NO_ARGS, NULL));
	json_set(before, "namespace", json_string(c->arena, *m->from));
	json_set(after, "namespace", json_string(c->arena, m->to));
	TRY(audit_add(c, "engine_namespace", "engine", before, after));
	return comparison_ask(c, &asked_us);
}

enum err namespace_move(struct ctx *c, const char *to, const char **from)
{
	TRY(rights_admin(c, "moving all jobs on the engine"));
	if (!text_is_line(to, 0, PREFIX_MAX))
		return fail(c, ERR_INVALID, "namespace",
		    "must be one line of at most %d characters", PREFIX_MAX);
	return db_atomically(c, move, &(struct moving){ to, from });
}

enum err namespace_old_copy(struct ctx *c, const char *engine_name)
{
	return db_exec(c, SQL_NAMESPACE_OLD_COPY, DB_ARGS(db_text(engine_name)), NULL);
}
