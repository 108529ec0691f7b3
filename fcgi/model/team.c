#include "model/team.h"

#include <string.h>

#include "db/db.h"
#include "model/account.h"
#include "model/audit.h"
#include "model/rights.h"

static const char *const roles[] = {
	[ROLE_VIEWER] = "viewer",
	[ROLE_OPERATOR] = "operator",
	[ROLE_EDITOR] = "editor",
	[ROLE_MANAGER] = "manager",
};

static const struct db_field team_fields[] = {
	DB_FIELD(struct team, id),
	DB_FIELD(struct team, name),
	DB_FIELD(struct team, role),
	DB_END,
};

enum role role_named(const char *name)
{
	for (size_t i = ROLE_VIEWER; name != NULL && i < LENGTH(roles); i++)
		if (strcmp(roles[i], name) == 0)
			return (enum role)i;
	return ROLE_NONE;
}

const char *role_name(enum role role)
{
	return role > ROLE_NONE && (size_t)role < LENGTH(roles) ? roles[role] : NULL;
}

struct adding {
	const char *name;
	struct team *out;
};

static enum err add(struct ctx *c, void *arg)
{
	struct adding *a = arg;
	enum err e = db_one(c, SQL_TEAM_ADD, DB_ARGS(db_text(a->name)), team_fields, a->out);

	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, "name", "There is a team %s already.", a->name);
	TRY(e);
	return audit_add(c, "team_add", arena_printf(c->arena, "team:%s", a->name), NULL, NULL);
}

enum err team_add(struct ctx *c, const char *name, struct team *out)
{
	TRY(rights_admin(c, "adding teams"));
	if (!name_is_plain(name, ""))
		return fail(c, ERR_INVALID, "name",
		    "must be 1 to 63 letters a-z, digits, - or _, a letter or digit first");
	return db_atomically(c, add, &(struct adding){ name, out });
}

enum err team_list(struct ctx *c, struct team **out, size_t *n)
{
	return db_many(c, SQL_TEAM_LIST,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin)), team_fields,
	    sizeof(**out), out, n);
}

enum err team_named(struct ctx *c, const char *name, struct team *out)
{
	enum err e = db_one(c, SQL_TEAM_NAMED,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(name)),
	    team_fields, out);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "team", "There is no team %s.", name);
	return e;
}

enum err team_default(struct ctx *c, struct team *out)
{
	struct team *teams = NULL;
	size_t n = 0;

	TRY(db_many(c, SQL_TEAM_DEFAULT,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin)), team_fields,
	    sizeof(*teams), &teams, &n));
	if (n == 0)
		return fail(
		    c, ERR_INVALID, "team", "You are editor in no team: nowhere to put a job.");
	if (n > 1 && !c->actor.admin)
		return fail(
		    c, ERR_INVALID, "team", "must be named: you are editor in several teams");
	*out = teams[0];
	return OK;
}

struct membership {
	const char *team, *account;
	enum role role;
};

static const struct db_field role_fields[] = {
	DB_FIELD(struct team, role),
	DB_END,
};

static struct json *role_json(struct ctx *c, const char *account, enum role role)
{
	struct json *o = json_object(c->arena);

	json_set(o, "account", json_string(c->arena, account));
	json_set(o, "role", json_string(c->arena, role_name(role)));
	return o;
}

/* A manager grants up to his own role and touches nobody above it. */
static enum err may_grant(struct ctx *c, const struct team *team, int64_t before, enum role role)
{
	if (c->actor.token_id != 0 && c->actor.scope < SCOPE_ADMIN)
		return fail(
		    c, ERR_FORBIDDEN, NULL, "For changing members a token needs the scope admin.");
	if (team->role < ROLE_MANAGER)
		return fail(c, ERR_FORBIDDEN, NULL,
		    "Changing members of %s needs the role manager.", team->name);
	if (before > team->role || (int64_t)role > team->role)
		return fail(c, ERR_FORBIDDEN, "role", "Nobody grants or takes more than he has.");
	return OK;
}

static enum err set_member(struct ctx *c, void *arg)
{
	struct membership *m = arg;
	struct account account;
	struct team team, was = { 0 };

	TRY(team_named(c, m->team, &team));
	TRY(may_grant(c, &team, ROLE_NONE, m->role));
	TRY(account_named(c, m->account, &account));
	TRY(db_one(c, SQL_TEAM_MEMBER_ROLE, DB_ARGS(db_int(account.id), db_int(team.id)),
	    role_fields, &was));
	TRY(may_grant(c, &team, was.role, m->role));
	if (was.role == (int64_t)m->role)
		return OK;
	if (m->role == ROLE_NONE)
		TRY(db_exec(
		    c, SQL_TEAM_MEMBER_DROP, DB_ARGS(db_int(account.id), db_int(team.id)), NULL));
	else
		TRY(db_exec(c, SQL_TEAM_MEMBER_SET,
		    DB_ARGS(db_int(account.id), db_int(team.id), db_int(m->role)), NULL));
	return audit_add(c, "team_member", arena_printf(c->arena, "team:%s", team.name),
	    role_json(c, account.name, (enum role)was.role), role_json(c, account.name, m->role));
}

enum err team_check_filter(struct ctx *c, const char *name)
{
	struct team team;
	enum err e = name == NULL ? OK : team_named(c, name, &team);

	return e == ERR_NOT_FOUND ? ERR_INVALID : e;
}

enum err team_member(struct ctx *c, const char *team, const char *account, enum role role)
{
	return db_atomically(c, set_member, &(struct membership){ team, account, role });
}
