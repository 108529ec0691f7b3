#include "model/unmanaged.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "model/cursor.h"
#include "model/job_inside.h"
#include "model/like.h"
#include "model/rights.h"
#include "model/spec_inside.h"
#include "model/unmanaged_inside.h"

enum { LIMIT_MAX = 500, Q_MAX = 120 };

static const struct db_field columns[] = {
	DB_FIELD(struct unmanaged, name),
	DB_FIELD(struct unmanaged, definition_text),
	DB_FIELD(struct unmanaged, blocked),
	DB_FIELD(struct unmanaged, found_us),
	DB_FIELD(struct unmanaged, task_id),
	DB_END,
};

static enum err parse(struct ctx *c, struct unmanaged *u)
{
	u->definition = NULL;
	u->becomes = comparison_our_name(c, u->name) == NULL ? spec_engine_name(c, u->name) : NULL;
	return json_parse(c, u->definition_text, strlen(u->definition_text), &u->definition);
}

/* ---- the list */

static enum err read_after(struct ctx *c, const char *after, const char **name)
{
	char *text;

	*name = "";
	if (after == NULL)
		return OK;
	if (!cursor_read(c, after, &text) || text[0] != 'u' || text[1] == '\0' ||
	    !text_is_utf8(text, strlen(text)))
		return cursor_refuse(c);
	*name = text + 1;
	return OK;
}

static const char *pattern(struct ctx *c, const char *q)
{
	return q == NULL || *q == '\0' ? NULL : like_part(c->arena, q, strlen(q));
}

enum err unmanaged_list(struct ctx *c, const struct unmanaged_query *query, struct unmanaged **out,
    size_t *n, const char **next)
{
	const char *from;

	TRY(rights_admin(c, "jobs that are nobody's"));
	if (query->limit < 1 || query->limit > LIMIT_MAX)
		return fail(c, ERR_INVALID, "limit", "must be from 1 to %d", LIMIT_MAX);
	if (query->q != NULL && !text_is_line(query->q, 0, Q_MAX))
		return fail(
		    c, ERR_INVALID, "q", "must be one line of at most %d characters", Q_MAX);
	TRY(read_after(c, query->after, &from));
	TRY(db_many(c, SQL_UNMANAGED_LIST,
	    DB_ARGS(db_text(from), db_int(query->limit + 1), db_text(pattern(c, query->q)),
		db_text(c->config->namespace)),
	    columns, sizeof(**out), out, n));
	*next = NULL;
	if (*n > (size_t)query->limit)
		*next = cursor_write(c, arena_printf(c->arena, "u%s", (*out)[--*n - 1].name));
	for (size_t i = 0; i < *n; i++)
		TRY(parse(c, &(*out)[i]));
	return OK;
}

struct json *unmanaged_json(struct ctx *c, const struct unmanaged *u)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, u->name));
	json_set(o, "blocked", json_string(c->arena, u->blocked.text));
	json_set(o, "becomes", json_string(c->arena, u->becomes));
	json_set(o, "task", json_string(c->arena, u->task_id.text));
	json_set(o, "found_at", json_time(c->arena, u->found_us));
	json_set(o, "job", u->definition);
	return o;
}

enum err unmanaged_take(struct ctx *c, const char *name, struct unmanaged *out)
{
	TRY(db_one(c, SQL_UNMANAGED_TAKE, DB_ARGS(db_text(name)), columns, out));
	return parse(c, out);
}

/* ---- for work */

static const char *blocked(struct ctx *c, const struct finding *f)
{
	const char *name = comparison_our_name(c, f->engine_name);
	const char *label = json_text(json_get(json_get(f->theirs, "metadata"), "signalbox"));

	if (f->kind == FINDING_NAMESAKE)
		return arena_printf(c->arena,
		    "a job %s of ours waits for this name; delete one of the two", f->ours->name);
	if (name == NULL && spec_is_labelled(c, f->theirs))
		return "it bears the label of our jobs and not their namespace: another "
		       "Signalbox looks after it, or it was left behind when the namespace "
		       "changed (then delete it there)";
	if (name == NULL)
		name = f->engine_name;
	if (label[0] != '\0' && !spec_is_labelled(c, f->theirs))
		return arena_printf(
		    c->arena, "another Signalbox, labelled %s, looks after it", label);
	if (job_name_check(c, name) != OK)
		return arena_printf(c->arena, "its name %s", c->fault.detail);
	return NULL;
}

struct json *unmanaged_item(struct ctx *c, const struct finding *f)
{
	struct json *o = json_object(c->arena);

	json_set(o, "name", json_string(c->arena, f->engine_name));
	json_set(o, "definition", spec_of_engine(c, f->theirs));
	json_set(o, "blocked", json_string(c->arena, blocked(c, f)));
	return o;
}

enum err unmanaged_keep(struct ctx *c, const struct comparison_stretch *s, const struct json *items)
{
	static const struct db_field fields[] = { { "n", DB_INT64_, 0 }, DB_END };
	int64_t written;

	return db_one(c, SQL_UNMANAGED_KEEP,
	    DB_ARGS(db_text(s->from), db_text(s->to), db_text(json_write(c->arena, items))), fields,
	    &written);
}
