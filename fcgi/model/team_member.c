/* Members of teams: who they are, and who may make them what. */

#include <string.h>

#include "model/account.h"
#include "model/audit.h"
#include "model/people_inside.h"
#include "model/rights.h"
#include "model/team.h"

static const char *const roles[] = {
	[ROLE_VIEWER] = "viewer",
	[ROLE_OPERATOR] = "operator",
	[ROLE_EDITOR] = "editor",
	[ROLE_MANAGER] = "manager",
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

static const struct db_field member_fields[] = {
	DB_FIELD(struct member, account),
	DB_FIELD(struct member, role),
	DB_FIELD(struct member, admin),
	DB_FIELD(struct member, disabled),
	DB_END,
};

enum err team_members(struct ctx *c, const struct team *team, const struct team_query *query,
    struct member **out, size_t *n, const char **next)
{
	const char *pattern;

	TRY(people_check(c, NULL, query->after, query->limit, &pattern));
	TRY(db_many(c, SQL_TEAM_MEMBERS,
	    DB_ARGS(db_int(team->id), db_text(query->after), db_int(query->limit + 1)),
	    member_fields, sizeof(**out), out, n));
	*next = NULL;
	if (*n > (size_t)query->limit)
		*next = (*out)[--*n - 1].account;
	return OK;
}

struct membership {
	const char *team, *account;
	enum role role;
};

static const struct db_field role_fields[] = {
	DB_FIELD(struct member, role),
	DB_END,
};

static struct json *role_json(struct ctx *c, const char *account, int64_t role)
{
	struct json *o = json_object(c->arena);

	json_set(o, "account", json_string(c->arena, account));
	json_set(o, "role", json_string(c->arena, role_name((enum role)role)));
	return o;
}

/* What the target holds counts as much as what it is to get. */
static enum err may_grant(struct ctx *c, const struct team *team, const struct account *account,
    int64_t was, int64_t role)
{
	int64_t me = c->actor.admin ? STANDING_ADMIN : team->role;
	int64_t whose = account->admin ? STANDING_ADMIN : was;

	if (!rights_may_grant(me, whose) || !rights_may_grant(me, role))
		return fail(c, ERR_FORBIDDEN, "account",
		    "%s is an admin: only admins give or take roles there.", account->name);
	if (account->id == c->actor.account_id && !c->actor.admin && role < was)
		return fail(c, ERR_CONFLICT, "role",
		    "You would lock yourself out: another manager of %s, or an admin, can do "
		    "this.",
		    team->name);
	return OK;
}

static enum err set_member(struct ctx *c, void *arg)
{
	struct membership *m = arg;
	struct account account;
	struct team team;
	struct member was = { .role = ROLE_NONE };

	TRY(team_named(c, m->team, &team));
	TRY(rights_manager(c, team.name, team.role, "Changing members of"));
	TRY(account_named(c, m->account, &account));
	TRY(db_one(c, SQL_TEAM_MEMBER_ROLE, DB_ARGS(db_int(account.id), db_int(team.id)),
	    role_fields, &was));
	TRY(may_grant(c, &team, &account, was.role, m->role));
	if (was.role == (int64_t)m->role)
		return OK;
	if (m->role == ROLE_NONE)
		TRY(db_exec(
		    c, SQL_TEAM_MEMBER_DROP, DB_ARGS(db_int(account.id), db_int(team.id)), NULL));
	else
		TRY(db_exec(c, SQL_TEAM_MEMBER_SET,
		    DB_ARGS(db_int(account.id), db_int(team.id), db_int(m->role)), NULL));
	return audit_add(c, "team_member", arena_printf(c->arena, "team:%s", team.name),
	    role_json(c, account.name, was.role), role_json(c, account.name, m->role));
}

enum err team_member(struct ctx *c, const char *team, const char *account, enum role role)
{
	return db_atomically(c, set_member, &(struct membership){ team, account, role });
}
