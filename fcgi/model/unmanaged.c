#include "model/unmanaged.h"

#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "model/cursor.h"
#include "model/job_inside.h"
#include "model/like.h"
#include "model/outbox.h"
#include "model/rights.h"
#include "model/spec_inside.h"

enum { LIMIT_MAX = 500, Q_MAX = 120, ROUNDS_MAX = 100 };

static const struct db_field columns[] = {
	DB_FIELD(struct unmanaged, name),
	DB_FIELD(struct unmanaged, definition_text),
	DB_FIELD(struct unmanaged, blocked),
	DB_FIELD(struct unmanaged, found_us),
	DB_END,
};

static enum err parse(struct ctx *c, struct unmanaged *u)
{
	u->definition = NULL;
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
	    DB_ARGS(db_text(from), db_int(query->limit + 1), db_text(pattern(c, query->q))),
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
	json_set(o, "found_at", json_time(c->arena, u->found_us));
	json_set(o, "job", u->definition);
	return o;
}

/* ---- taking over */

struct adopting {
	const char *name, *team;
	struct job *out;
};

static enum err take(struct ctx *c, const char *name, struct unmanaged *u)
{
	enum err e = db_one(c, SQL_UNMANAGED_TAKE, DB_ARGS(db_text(name)), columns, u);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL,
		    "There is no job %s to adopt: none of ours differs on the engine, and the last "
		    "comparison found no other of this name.",
		    name);
	TRY(e);
	if (u->blocked.text != NULL)
		return fail(
		    c, ERR_CONFLICT, NULL, "%s cannot be taken over: %s.", name, u->blocked.text);
	return parse(c, u);
}

static enum err adopt(struct ctx *c, void *arg)
{
	const struct adopting *a = arg;
	struct unmanaged u;

	TRY(take(c, a->name, &u));
	const char *ours = comparison_our_name(c, u.name);
	TRY(job_name_check(c, ours));
	TRY(job_insert(c, &(struct new_job){ .name = ours,
			      .team = a->team,
			      .input = spec_adopted(c, ours, NULL, u.definition),
			      .reason = "taken over from the engine",
			      .verb = "job_adopt" }));
	TRY(db_exec(c, SQL_UNMANAGED_TAKEN, DB_ARGS(db_text(ours)), NULL));
	return job_get(c, ours, a->out);
}

enum err unmanaged_adopt(struct ctx *c, const char *name, const char *team, struct job *out)
{
	TRY(rights_admin(c, "jobs that are nobody's"));
	return db_atomically(c, adopt, &(struct adopting){ name, team, out });
}

static const char *why(struct ctx *c)
{
	const struct fault *f = &c->fault;

	return f->field != NULL ? arena_printf(c->arena, "%s %s", f->field, f->detail) : f->detail;
}

/* Round by round, as long as one more fits: a child fits once its parent is ours. */
enum err unmanaged_adopt_many(struct ctx *c, const char *const *names, size_t n, const char *team,
    struct unmanaged_refusal *refused, size_t *nrefused)
{
	bool *done = arena_alloc(c->arena, n + 1, sizeof(*done)), moved = true;
	struct job job;

	for (int round = 0; moved && round < ROUNDS_MAX; round++) {
		moved = false;
		*nrefused = 0;
		for (size_t i = 0; i < n; i++) {
			if (done[i])
				continue;
			enum err e = unmanaged_adopt(c, names[i], team, &job);
			if (e == ERR_UNAVAILABLE || e == ERR_INTERNAL ||
			    (e == ERR_FORBIDDEN && c->fault.wanted == NULL))
				return e;
			done[i] = e == OK;
			moved = moved || e == OK;
			if (e != OK)
				refused[(*nrefused)++] = (struct unmanaged_refusal){ names[i],
					why(c) };
		}
	}
	return OK;
}

/* ---- for work */

static const char *blocked(struct ctx *c, const struct finding *f)
{
	const char *name = comparison_our_name(c, f->engine_name);
	const char *label = json_text(json_get(json_get(f->theirs, "metadata"), "signalbox"));

	if (f->kind == FINDING_NAMESAKE)
		return arena_printf(c->arena,
		    "a job %s of ours waits for this name; delete one of the two", f->ours->name);
	if (name == NULL)
		return arena_printf(c->arena,
		    "its name does not begin with %s, as the names of our jobs do there (make it "
		    "anew here, then delete it there)",
		    c->config->namespace);
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
