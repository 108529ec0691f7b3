#include "model/team.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "model/audit.h"
#include "model/people_inside.h"
#include "model/rights.h"

#define TEAM_FIELDS                                                                          \
	DB_FIELD(struct team, id), DB_FIELD(struct team, name), DB_FIELD(struct team, role), \
	    DB_FIELD(struct team, description), DB_FIELD(struct team, keep_days),            \
	    DB_FIELD(struct team, keep_runs), DB_FIELD(struct team, drift)

static const struct db_field team_fields[] = { TEAM_FIELDS, DB_END };
static const struct db_field counted_fields[] = {
	TEAM_FIELDS,
	DB_FIELD(struct team, members),
	DB_FIELD(struct team, jobs),
	DB_END,
};
static const struct db_field id_fields[] = { DB_FIELD(struct team, id), DB_END };

static const char *object(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "team:%s", name);
}

static enum err check_name(struct ctx *c, const char *name)
{
	if (name_is_plain(name, ""))
		return OK;
	return fail(c, ERR_INVALID, "name",
	    "must be 1 to 63 letters a-z, digits, - or _, a letter or digit first");
}

static enum err taken(struct ctx *c, const char *name)
{
	return fail(c, ERR_CONFLICT, "name", "There is a team %s already.", name);
}

struct adding {
	const char *name;
	const struct team_change *settings;
	struct team *out;
};

static enum err add(struct ctx *c, void *arg)
{
	struct adding *a = arg;
	struct json *after = json_object(c->arena);
	enum err e = db_one(c, SQL_TEAM_ADD, DB_ARGS(db_text(a->name)), id_fields, a->out);

	if (e == ERR_NOT_FOUND)
		return taken(c, a->name);
	TRY(e);
	json_set(after, "name", json_string(c->arena, a->name));
	TRY(audit_add(c, "team_add", object(c, a->name), NULL, after));
	return team_edit(c, a->name, a->settings, a->out);
}

enum err team_make(
    struct ctx *c, const char *name, const struct team_change *settings, struct team *out)
{
	TRY(rights_admin(c, "adding teams"));
	TRY(check_name(c, name));
	return db_atomically(c, add, &(struct adding){ name, settings, out });
}

enum err team_add(struct ctx *c, const char *name, struct team *out)
{
	return team_make(c, name, &(struct team_change){ .name = NULL }, out);
}

#define ASKING db_int(c->actor.account_id), db_bool(c->actor.admin)

enum err team_list(struct ctx *c, struct team **out, size_t *n)
{
	return db_many(c, SQL_TEAM_LIST, DB_ARGS(ASKING), team_fields, sizeof(**out), out, n);
}

enum err team_search(
    struct ctx *c, const struct team_query *query, struct team **out, size_t *n, const char **next)
{
	const char *pattern;

	TRY(people_check(c, query->q, query->after, query->limit, &pattern));
	TRY(db_many(c, SQL_TEAM_SEARCH,
	    DB_ARGS(ASKING, db_text(pattern), db_text(query->after), db_int(query->limit + 1)),
	    counted_fields, sizeof(**out), out, n));
	*next = NULL;
	if (*n > (size_t)query->limit)
		*next = (*out)[--*n - 1].name;
	return OK;
}

static enum err named(struct ctx *c, enum sql statement, const struct db_field *fields,
    const char *name, struct team *out)
{
	enum err e = db_one(c, statement, DB_ARGS(ASKING, db_text(name)), fields, out);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "team", "There is no team %s.", name);
	if (e == ERR_NOT_FOUND && *name == '\0')
		fault_set(c, "team", "must not be empty");
	return e;
}

enum err team_named(struct ctx *c, const char *name, struct team *out)
{
	return named(c, SQL_TEAM_NAMED, team_fields, name, out);
}

enum err team_get(struct ctx *c, int64_t id, struct team *out)
{
	enum err e = db_one(c, SQL_TEAM_GET, DB_ARGS(ASKING, db_int(id)), team_fields, out);

	return e == ERR_NOT_FOUND ? fail(c, e, NULL, "There is no such team.") : e;
}

enum err team_counted(struct ctx *c, const char *name, struct team *out)
{
	return named(c, SQL_TEAM_COUNTED, counted_fields, name, out);
}

enum err team_check_filter(struct ctx *c, const char *name)
{
	struct team team;
	enum err e = name == NULL ? OK : team_named(c, name, &team);

	return e == ERR_NOT_FOUND ? ERR_INVALID : e;
}

enum err team_default(struct ctx *c, struct team *out)
{
	struct team *teams = NULL;
	size_t n = 0;

	TRY(db_many(c, SQL_TEAM_DEFAULT, DB_ARGS(ASKING), team_fields, sizeof(*teams), &teams, &n));
	if (n == 0)
		return fail(
		    c, ERR_INVALID, "team", "You are editor in no team: nowhere to put a job.");
	if (n > 1 && !c->actor.admin)
		return fail(
		    c, ERR_INVALID, "team", "must be named: you are editor in several teams");
	*out = teams[0];
	return OK;
}

/* ---- changing */

struct editing {
	const char *name;
	const struct team_change *change;
	struct team *out;
};

static enum err check_keep(
    struct ctx *c, const char *field, const struct db_maybe_int64 *keep, int64_t max)
{
	if (keep == NULL || !keep->set || (keep->value >= 1 && keep->value <= max))
		return OK;
	return fail(c, ERR_INVALID, field, "must be from 1 to %" PRId64 ", or none", max);
}

static enum err check_drift(struct ctx *c, const struct db_maybe *drift)
{
	static const char *const policies[] = { "show", "revert", "adopt" };

	if (drift == NULL || drift->text == NULL)
		return OK;
	for (size_t i = 0; i < LENGTH(policies); i++)
		if (strcmp(drift->text, policies[i]) == 0)
			return OK;
	return fail(c, ERR_INVALID, "drift", "must be show, revert or adopt, or none");
}

static enum err check(struct ctx *c, const struct team_change *change)
{
	if (change->name != NULL)
		TRY(check_name(c, change->name));
	if (change->description != NULL &&
	    !text_is_line(change->description, 0, TEAM_DESCRIPTION_MAX))
		return fail(c, ERR_INVALID, "description",
		    "must be one line of at most %d characters", TEAM_DESCRIPTION_MAX);
	TRY(check_keep(c, "keep_days", change->keep_days, TEAM_DAYS_MAX));
	TRY(check_keep(c, "keep_runs", change->keep_runs, TEAM_RUNS_MAX));
	return check_drift(c, change->drift);
}

/* The team as nobody else changes it until the transaction ends. */
static enum err lock(struct ctx *c, const char *name, struct team *out)
{
	TRY(team_named(c, name, out));
	enum err e = db_one(c, SQL_TEAM_LOCK, DB_ARGS(db_int(out->id)), id_fields, out);
	if (e == ERR_NOT_FOUND)
		return fail(c, e, "team", "There is no team %s.", name);
	TRY(e);
	return team_counted(c, name, out);
}

static bool differs(struct ctx *c, const struct team *was, const struct team *now,
    struct json **before, struct json **after)
{
	struct arena *a = c->arena;
	struct json *x = *before = json_object(a), *y = *after = json_object(a);
	bool differ = people_differ(
	    x, y, "name", json_string(a, was->name), json_string(a, now->name));

	differ |= people_differ(x, y, "description", json_string(a, was->description),
	    json_string(a, now->description));
	differ |= people_differ(x, y, "keep_days", db_maybe_json(c->arena, was->keep_days),
	    db_maybe_json(c->arena, now->keep_days));
	differ |= people_differ(x, y, "keep_runs", db_maybe_json(c->arena, was->keep_runs),
	    db_maybe_json(c->arena, now->keep_runs));
	differ |= people_differ(
	    x, y, "drift", json_string(a, was->drift.text), json_string(a, now->drift.text));
	return differ;
}

static struct team with_change(struct team team, const struct team_change *change)
{
	if (change->name != NULL)
		team.name = change->name;
	if (change->description != NULL)
		team.description = change->description;
	if (change->keep_days != NULL)
		team.keep_days = *change->keep_days;
	if (change->keep_runs != NULL)
		team.keep_runs = *change->keep_runs;
	if (change->drift != NULL)
		team.drift = *change->drift;
	return team;
}

static struct db_arg keep_arg(struct db_maybe_int64 keep)
{
	return keep.set ? db_int(keep.value) : db_text(NULL);
}

static enum err edit(struct ctx *c, void *arg)
{
	const struct editing *ed = arg;
	struct json *before, *after;
	struct team was;

	TRY(lock(c, ed->name, &was));
	TRY(rights_manager(c, was.name, was.role, "Changing"));
	*ed->out = with_change(was, ed->change);
	if (!differs(c, &was, ed->out, &before, &after))
		return OK;
	if (strcmp(was.name, ed->out->name) != 0)
		TRY(rights_admin(c, "renaming teams"));
	enum err e = db_exec(c, SQL_TEAM_CHANGE,
	    DB_ARGS(db_int(was.id), db_text(ed->out->name), db_text(ed->out->description),
		keep_arg(ed->out->keep_days), keep_arg(ed->out->keep_runs),
		db_text(ed->out->drift.text)),
	    NULL);
	if (e == ERR_CONFLICT)
		return taken(c, ed->out->name);
	TRY(e);
	return audit_add(c, "team_edit", object(c, was.name), before, after);
}

enum err team_edit(
    struct ctx *c, const char *name, const struct team_change *change, struct team *out)
{
	TRY(check(c, change));
	return db_atomically(c, edit, &(struct editing){ name, change, out });
}

static enum err drop(struct ctx *c, void *arg)
{
	struct json *before = json_object(c->arena);
	struct team team;

	TRY(lock(c, arg, &team));
	if (team.jobs > 0)
		return fail(c, ERR_CONFLICT, NULL,
		    "%s still has %" PRId64
		    " %s. Move them to another team, or delete them, first.",
		    team.name, team.jobs, team.jobs == 1 ? "job" : "jobs");
	TRY(db_exec(c, SQL_TEAM_DROP, DB_ARGS(db_int(team.id), db_int(c->now_us)), NULL));
	json_set(before, "description", json_string(c->arena, team.description));
	json_set(before, "members", json_number(c->arena, team.members));
	return audit_add(c, "team_delete", object(c, team.name), before, NULL);
}

enum err team_delete(struct ctx *c, const char *name)
{
	TRY(rights_admin(c, "deleting teams"));
	return db_atomically(c, drop, (void *)name);
}
