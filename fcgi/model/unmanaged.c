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
#include "model/takeover.h"

enum { LIMIT_MAX = 500, Q_MAX = 120, ROUNDS_MAX = 100, DEPTH_MAX = 50 };

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
	json_set(o, "becomes", json_string(c->arena, u->becomes));
	json_set(o, "found_at", json_time(c->arena, u->found_us));
	json_set(o, "job", u->definition);
	return o;
}

/* ---- taking over */

struct adopting {
	const char *name;
	const struct unmanaged_how *how;
	struct json *along; /* names there of what came along, as keys; NULL: of no interest */
	int depth;
	struct job *out;
};

/* Under another name it is in nobody's way, and our rules of names are met; but it may be somebody
 * else's, or on its way already. */
static bool is_free(struct ctx *c, const struct unmanaged *u, const char *as)
{
	const char *label = json_text(json_get(json_get(u->definition, "metadata"), "signalbox"));
	const char *job_name;

	if (u->blocked.text == NULL)
		return true;
	return as != NULL && label[0] == '\0' &&
	       takeover_of(c, u->name, &job_name) == ERR_NOT_FOUND;
}

static enum err take(struct ctx *c, const char *name, const char *as, struct unmanaged *u)
{
	enum err e = db_one(c, SQL_UNMANAGED_TAKE, DB_ARGS(db_text(name)), columns, u);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL,
		    "There is no job %s to adopt: none of ours differs on the engine, and the last "
		    "comparison found no other of this name.",
		    name);
	TRY(e);
	TRY(parse(c, u));
	return is_free(c, u, as) ? OK
				 : fail(c, ERR_CONFLICT, NULL, "%s cannot be taken over: %s.", name,
				       u->blocked.text);
}

/* Its parent there becomes one of ours under another name, or is one. */
static enum err find_parent(struct ctx *c, const struct unmanaged *u, const char **ours)
{
	const char *theirs = json_text(json_get(u->definition, "parent_job"));

	*ours = "";
	if (theirs[0] == '\0')
		return OK;
	enum err e = takeover_of(c, theirs, ours);
	if (e == ERR_NOT_FOUND && (*ours = comparison_our_name(c, theirs)) != NULL)
		return OK;
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, NULL,
		    "%s runs after %s, which is not ours: take that one over, and this one comes "
		    "along.",
		    u->name, theirs);
	return e;
}

static enum err adopt(struct ctx *c, void *arg);

struct child {
	const char *name;
};

static enum err children_of(struct ctx *c, const char *name, struct child **out, size_t *n)
{
	static const struct db_field fields[] = { DB_FIELD(struct child, name), DB_END };

	return db_many(
	    c, SQL_TAKEOVER_CHILDREN, DB_ARGS(db_text(name)), fields, sizeof(**out), out, n);
}

/* Dkron keeps a job as long as others run after it, and an approval is of one job. Said before
 * others are asked for it. */
static enum err check_alone(struct ctx *c, const char *name)
{
	struct child *children;
	size_t n;

	TRY(children_of(c, name, &children, &n));
	if (n == 0)
		return OK;
	return fail(c, ERR_CONFLICT, NULL,
	    "%s runs after %s and comes along, but each new job of this team needs an approval of "
	    "its "
	    "own: adopt them into a team that asks nobody, and then move them here one by one, "
	    "which "
	    "is asked for.",
	    children[0].name, name);
}

static enum err adopt_children(struct ctx *c, const struct adopting *a)
{
	struct unmanaged_how how = *a->how;
	struct child *children;
	struct job job;
	size_t n;

	how.as = NULL;
	TRY(children_of(c, a->name, &children, &n));
	if (n > 0 && a->depth == DEPTH_MAX)
		return fail(c, ERR_CONFLICT, NULL,
		    "More than %d jobs run one after the other behind it.", DEPTH_MAX);
	for (size_t i = 0; i < n; i++)
		TRY(adopt(
		    c, &(struct adopting){ children[i].name, &how, a->along, a->depth + 1, &job }));
	return OK;
}

static enum err insert(struct ctx *c, const struct adopting *a, const struct unmanaged *u,
    const char *ours, bool moves)
{
	const char *reason = a->how->reason, *parent;

	TRY(find_parent(c, u, &parent));
	struct json *input = spec_adopted(c, ours, NULL, u->definition);
	if (parent[0] != '\0')
		json_set(input, "parent_job", json_string(c->arena, parent));
	TRY(job_name_check(c, ours));
	enum err e = job_insert(
	    c, &(struct new_job){ .name = ours,
		   .team = a->how->team,
		   .input = input,
		   .reason = reason != NULL && reason[0] != '\0' ? reason
								 : "taken over from the engine",
		   .verb = "job_adopt",
		   .engine_name = a->how->as != NULL ? u->name : NULL });
	if (moves &&
	    (c->actor.approved_task != NULL || (e == ERR_FORBIDDEN && c->fault.wanted != NULL)))
		TRY(check_alone(c, u->name));
	return e;
}

static enum err adopt(struct ctx *c, void *arg)
{
	const struct adopting *a = arg;
	struct unmanaged u;

	TRY(take(c, a->name, a->how->as, &u));
	const char *own = u.becomes != NULL ? u.name : comparison_our_name(c, u.name);
	const char *ours = a->how->as != NULL ? a->how->as : own;
	bool moves = u.becomes != NULL || strcmp(ours, own) != 0;
	TRY(insert(c, a, &u, ours, moves));
	if (a->along != NULL)
		json_set(a->along, u.name, json_boolean(c->arena, true));
	if (moves) {
		TRY(takeover_put(c, u.name, ours, u.definition_text));
		TRY(adopt_children(c, a));
	} else {
		TRY(db_exec(c, SQL_UNMANAGED_TAKEN, DB_ARGS(db_text(ours)), NULL));
	}
	return job_get(c, ours, a->out);
}

enum err unmanaged_adopt(
    struct ctx *c, const char *name, const struct unmanaged_how *how, struct job *out)
{
	TRY(rights_admin(c, "jobs that are nobody's"));
	TRY(job_check_reason(c, how->reason));
	return db_atomically(c, adopt, &(struct adopting){ .name = name, .how = how, .out = out });
}

enum err unmanaged_adopt_as(
    struct ctx *c, const char *job_name, const struct unmanaged_how *how, struct job *out)
{
	enum err e = unmanaged_adopt(c, spec_engine_name(c, job_name), how, out);

	if (e != ERR_NOT_FOUND || c->config->namespace[0] == '\0')
		return e;
	return unmanaged_adopt(c, job_name, how, out);
}

static const char *why(struct ctx *c)
{
	const struct fault *f = &c->fault;

	return f->field != NULL ? arena_printf(c->arena, "%s %s", f->field, f->detail) : f->detail;
}

/* One of many; what came along with another one is done. */
static enum err adopt_one(struct ctx *c, const char *name, const struct unmanaged_how *how,
    struct json *along, bool *done)
{
	struct json *names = json_object(c->arena), *value = NULL;
	struct job job;
	const char *key = NULL;

	*done = json_get(along, name) != NULL;
	if (*done)
		return OK;
	TRY(rights_admin(c, "jobs that are nobody's"));
	TRY(db_atomically(
	    c, adopt, &(struct adopting){ .name = name, .how = how, .along = names, .out = &job }));
	for (size_t i = 0; json_member(names, i, &key, &value); i++)
		json_set(along, key, value);
	*done = true;
	return OK;
}

/* Round by round, as long as one more fits: a child fits once its parent is ours. */
enum err unmanaged_adopt_many(struct ctx *c, const char *const *names, size_t n,
    const struct unmanaged_how *how, struct unmanaged_refusal *refused, size_t *nrefused)
{
	bool *done = arena_alloc(c->arena, n + 1, sizeof(*done)), moved = true;
	struct json *along = json_object(c->arena);

	TRY(job_check_reason(c, how->reason));
	for (int round = 0; moved && round < ROUNDS_MAX; round++) {
		moved = false;
		*nrefused = 0;
		for (size_t i = 0; i < n; i++) {
			if (done[i])
				continue;
			enum err e = adopt_one(c, names[i], how, along, &done[i]);
			if (e == ERR_UNAVAILABLE || e == ERR_INTERNAL ||
			    (e == ERR_FORBIDDEN && c->fault.wanted == NULL))
				return e;
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
