/* Taking over jobs of the engine that are not ours (model/unmanaged.h). */

#include <string.h>

#include "core/config.h"
#include "model/approval.h"
#include "model/job_inside.h"
#include "model/rights.h"
#include "model/spec_inside.h"
#include "model/takeover.h"
#include "model/unmanaged_inside.h"

enum { ROUNDS_MAX = 100, DEPTH_MAX = 50 };

struct adopting {
	const char *name;
	const struct unmanaged_how *how;
	struct wanted_family *family; /* what is taken over together so far */
	int depth;
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
	enum err e = unmanaged_take(c, name, u);

	if (e == ERR_NOT_FOUND)
		return fail(c, e, NULL,
		    "There is no job %s to adopt: none of ours differs on the engine, and the last "
		    "comparison found no other of this name.",
		    name);
	TRY(e);
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

static enum err adopt(struct ctx *c, const struct adopting *a);

struct child {
	const char *name;
};

static enum err children_of(struct ctx *c, const char *name, struct child **out, size_t *n)
{
	static const struct db_field fields[] = { DB_FIELD(struct child, name), DB_END };

	return db_many(
	    c, SQL_TAKEOVER_CHILDREN, DB_ARGS(db_text(name)), fields, sizeof(**out), out, n);
}

/* With a job that is written anew goes all that runs after it: the new one starts nothing that
 * knows the old one only. Of what keeps its name, those that are to come along. */
static enum err adopt_children(struct ctx *c, const struct adopting *a, bool moves)
{
	struct unmanaged_how how = *a->how;
	struct child *children;
	size_t n;

	if (!moves && how.with == NULL)
		return OK;
	how.as = NULL;
	TRY(children_of(c, a->name, &children, &n));
	if (n > 0 && a->depth == DEPTH_MAX)
		return fail(c, ERR_CONFLICT, NULL,
		    "More than %d jobs run one after the other behind it.", DEPTH_MAX);
	for (size_t i = 0; i < n; i++)
		if (moves || json_get(how.with, children[i].name) != NULL)
			TRY(adopt(c,
			    &(struct adopting){ children[i].name, &how, a->family, a->depth + 1 }));
	return OK;
}

static enum err insert(
    struct ctx *c, const struct adopting *a, const struct unmanaged *u, const char *ours)
{
	const char *reason = a->how->reason, *parent;

	TRY(find_parent(c, u, &parent));
	struct json *input = spec_adopted(c, ours, NULL, u->definition);
	if (parent[0] != '\0')
		json_set(input, "parent_job", json_string(c->arena, parent));
	TRY(job_name_check(c, ours));
	a->family->there = u->name;
	return job_insert(
	    c, &(struct new_job){ .name = ours,
		   .team = a->how->team,
		   .input = input,
		   .reason = reason != NULL && reason[0] != '\0' ? reason
								 : "taken over from the engine",
		   .verb = "job_adopt",
		   .engine_name = a->how->as != NULL ? u->name : NULL,
		   .family = a->family });
}

static enum err adopt(struct ctx *c, const struct adopting *a)
{
	struct unmanaged u;

	TRY(take(c, a->name, a->how->as, &u));
	const char *own = u.becomes != NULL ? u.name : comparison_our_name(c, u.name);
	const char *ours = a->how->as != NULL ? a->how->as : own;
	bool moves = u.becomes != NULL || strcmp(ours, own) != 0;
	TRY(insert(c, a, &u, ours));
	if (moves)
		TRY(takeover_put(c, u.name, ours, u.definition_text));
	else
		TRY(db_exec(c, SQL_UNMANAGED_TAKEN, DB_ARGS(db_text(ours)), NULL));
	return adopt_children(c, a, moves);
}

struct adopting_all {
	const char *name;
	const struct unmanaged_how *how;
	struct wanted_family family;
	struct job *out;
};

/* All that comes along is judged before others are asked for it: as it would be, and then it is
 * taken back. */
static enum err adopt_all(struct ctx *c, void *arg)
{
	struct adopting_all *a = arg;

	a->family = (struct wanted_family){ .along = json_object(c->arena) };
	TRY(adopt(c, &(struct adopting){ a->name, a->how, &a->family, 0 }));
	TRY(approval_family(c, &a->family));
	return job_get(c, a->family.first.name, a->out);
}

enum err unmanaged_adopt(
    struct ctx *c, const char *name, const struct unmanaged_how *how, struct job *out)
{
	struct adopting_all all = { .name = name, .how = how, .out = out };

	TRY(rights_admin(c, "jobs that are nobody's"));
	TRY(job_check_reason(c, how->reason));
	TRY(db_atomically(c, adopt_all, &all));
	if (how->along != NULL)
		*how->along = all.family.along;
	return OK;
}

enum err unmanaged_adopt_as(
    struct ctx *c, const char *job_name, const struct unmanaged_how *how, struct job *out)
{
	enum err e = unmanaged_adopt(c, spec_engine_name(c, job_name), how, out);

	if (e != ERR_NOT_FOUND || c->config->namespace[0] == '\0')
		return e;
	return unmanaged_adopt(c, job_name, how, out);
}

/* ---- many */

struct picked {
	const char *const *names;
	size_t n;
	struct json *all;  /* the same as keys */
	struct json *done; /* taken over or asked for, with another one or by itself */
	const struct unmanaged_how *how;
	struct unmanaged_result *result;
};

static const char *why(struct ctx *c)
{
	const struct fault *f = &c->fault;

	return f->field != NULL ? arena_printf(c->arena, "%s %s", f->field, f->detail) : f->detail;
}

static bool lacks_approval(const struct ctx *c, enum err e)
{
	return e == ERR_FORBIDDEN && c->fault.wanted != NULL;
}

static void mark(struct ctx *c, struct picked *p, const char *name, const struct json *along)
{
	struct json *value = NULL;
	const char *key = NULL;

	json_set(p->done, name, json_boolean(c->arena, true));
	for (size_t i = 0; json_member(along, i, &key, &value); i++)
		json_set(p->done, key, json_boolean(c->arena, true));
}

static enum err adopted(struct ctx *c, struct picked *p, const char *name, const struct json *along)
{
	mark(c, p, name, along);
	p->result->nadopted += 1 + json_length(along);
	return OK;
}

/* Others are asked once for all that was picked of one family; where one of it cannot be taken
 * over, for the parent alone. */
static enum err ask_for(struct ctx *c, struct picked *p, const char *name)
{
	struct unmanaged_how how = *p->how;
	struct fault alone = c->fault;
	struct json *along = NULL;
	struct task task;
	struct job job;

	if (how.ask == NULL)
		return ERR_FORBIDDEN;
	how.with = p->all;
	how.along = &along;
	enum err e = unmanaged_adopt(c, name, &how, &job);
	if (e == OK) /* the demand is gone */
		return adopted(c, p, name, along);
	if (!lacks_approval(c, e))
		c->fault = alone;
	const struct wanted *wanted = c->fault.wanted;
	TRY(how.ask(c, ERR_FORBIDDEN, how.reason, &task));
	mark(c, p, name, wanted->along);
	p->result->asked[p->result->nasked++] = (struct unmanaged_asked){ name,
		arena_strdup(c->arena, task.id), wanted->rule.required,
		json_length(wanted->along) };
	return OK;
}

static enum err adopt_one(struct ctx *c, struct picked *p, const char *name)
{
	struct unmanaged_how how = *p->how;
	struct json *along = NULL;
	struct job job;

	how.along = &along;
	enum err e = unmanaged_adopt(c, name, &how, &job);
	if (lacks_approval(c, e))
		return ask_for(c, p, name);
	TRY(e);
	return adopted(c, p, name, along);
}

static bool ends_all(const struct ctx *c, enum err e)
{
	return e == ERR_UNAVAILABLE || e == ERR_INTERNAL ||
	       (e == ERR_FORBIDDEN && c->fault.wanted == NULL);
}

/* One round; *moved: another may bring more. */
static enum err adopt_round(struct ctx *c, struct picked *p, bool *moved)
{
	struct unmanaged_result *r = p->result;

	*moved = false;
	r->nrefused = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (json_get(p->done, p->names[i]) != NULL)
			continue;
		enum err e = adopt_one(c, p, p->names[i]);
		if (ends_all(c, e))
			return e;
		if (e == OK)
			*moved = true;
		else
			r->refused[r->nrefused++] = (struct unmanaged_refusal){ p->names[i],
				why(c) };
	}
	return OK;
}

/* Round by round, as long as one more fits: a child fits once its parent is ours. */
enum err unmanaged_adopt_many(struct ctx *c, const char *const *names, size_t n,
    const struct unmanaged_how *how, struct unmanaged_result *out)
{
	struct picked p = { names, n, json_object(c->arena), json_object(c->arena), how, out };
	bool moved = true;

	*out = (struct unmanaged_result){
		.refused = arena_alloc(c->arena, n + 1, sizeof(*out->refused)),
		.asked = arena_alloc(c->arena, n + 1, sizeof(*out->asked)),
	};
	for (size_t i = 0; i < n; i++)
		json_set(p.all, names[i], json_boolean(c->arena, true));
	TRY(rights_admin(c, "jobs that are nobody's"));
	TRY(job_check_reason(c, how->reason));
	for (int round = 0; moved && round < ROUNDS_MAX; round++)
		TRY(adopt_round(c, &p, &moved));
	return OK;
}
