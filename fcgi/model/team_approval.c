#include "model/team_approval.h"

#include <string.h>

#include "model/approval.h"
#include "model/audit.h"
#include "model/rights.h"
#include "model/team.h"

const char *const approval_kinds[] = { "create", "edit", "enable", "delete", "run", NULL };

static const struct db_field fields[] = {
	DB_FIELD(struct team_approval, required),
	DB_FIELD(struct team_approval, kinds),
	DB_FIELD(struct team_approval, role),
	DB_FIELD(struct team_approval, group),
	DB_FIELD(struct team_approval, mails),
	DB_END,
};

enum err team_approval_get(struct ctx *c, int64_t team_id, struct team_approval *out)
{
	return db_one(c, SQL_TEAM_APPROVAL_GET, DB_ARGS(db_int(team_id)), fields, out);
}

static bool has(const char *kinds, const char *kind)
{
	size_t len = strlen(kind);

	for (const char *s = kinds; *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		if (n == len && strncmp(s, kind, n) == 0)
			return true;
		s += n;
	}
	return false;
}

static enum err check(struct ctx *c, const struct team_approval *a)
{
	if (a->required < 0 || a->required > APPROVALS_MAX)
		return fail(c, ERR_INVALID, "approvals", "must be from 0 to %d", APPROVALS_MAX);
	if (a->role < ROLE_OPERATOR || a->role > ROLE_MANAGER)
		return fail(c, ERR_INVALID, "approver_role", "must be operator, editor or manager");
	for (const char *s = a->kinds; *s != '\0'; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		bool known = false;
		for (size_t i = 0; approval_kinds[i] != NULL; i++)
			known = known || (strlen(approval_kinds[i]) == n &&
					     strncmp(approval_kinds[i], s, n) == 0);
		if (!known)
			return fail(c, ERR_INVALID, "approvals_for",
			    "must be of create, edit, enable, delete and run");
		s += n;
	}
	return OK;
}

/* In one order and each once, so that the same is the same text. */
static const char *in_order(struct ctx *c, const char *kinds)
{
	const char *out = "";

	for (size_t i = 0; approval_kinds[i] != NULL; i++)
		if (has(kinds, approval_kinds[i]))
			out = arena_printf(
			    c->arena, "%s%s%s", out, *out != '\0' ? " " : "", approval_kinds[i]);
	return out;
}

static bool same_text(const char *x, const char *y)
{
	return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

/* Whoever has to ask less, or may choose whom he asks, is no longer held by what was demanded.
 * `own`: jobs of the team demand it of the team's approvers, whatever the team itself demands. */
static bool lowers(const struct team_approval *was, const struct team_approval *now, bool own)
{
	if (was->required == 0 && !own)
		return false;
	if (now->required < was->required || now->role < was->role ||
	    !same_text(was->group.text, now->group.text))
		return true;
	for (size_t i = 0; approval_kinds[i] != NULL; i++)
		if (has(was->kinds, approval_kinds[i]) && !has(now->kinds, approval_kinds[i]))
			return true;
	return false;
}

static struct json *shown(struct ctx *c, const struct team_approval *a)
{
	struct json *o = json_object(c->arena);

	json_set(o, "approvals", json_number(c->arena, a->required));
	json_set(o, "approvals_for", json_string(c->arena, a->kinds));
	json_set(o, "approver_role", json_string(c->arena, role_name((enum role)a->role)));
	json_set(o, "approver_group", json_string(c->arena, a->group.text));
	json_set(o, "approver_mails", json_boolean(c->arena, a->mails));
	return o;
}

struct setting {
	const char *team;
	struct team_approval now;
};

static enum err write(struct ctx *c, const struct team *team, const struct team_approval *now)
{
	int64_t n = 0;

	TRY(db_exec(c, SQL_TEAM_APPROVAL_SET,
	    DB_ARGS(db_int(team->id), db_int(now->required), db_text(now->kinds), db_int(now->role),
		db_text(now->group.text), db_bool(now->mails)),
	    &n));
	if (n == 0)
		return fail(
		    c, ERR_INVALID, "approver_group", "there is no group %s", now->group.text);
	return OK;
}

static enum err jobs_demand(struct ctx *c, int64_t team_id, bool *out)
{
	struct row {
		bool yes;
	} row;
	static const struct db_field yes[] = { DB_FIELD(struct row, yes), DB_END };

	TRY(db_one(c, SQL_TEAM_APPROVAL_OWN, DB_ARGS(db_int(team_id)), yes, &row));
	*out = row.yes;
	return OK;
}

static enum err set(struct ctx *c, void *arg)
{
	const struct setting *s = arg;
	struct team_approval was;
	bool own;
	struct team team, locked;
	static const struct db_field id[] = { DB_FIELD(struct team, id), DB_END };

	TRY(team_named(c, s->team, &team));
	TRY(db_one(c, SQL_TEAM_LOCK, DB_ARGS(db_int(team.id)), id, &locked));
	TRY(team_approval_get(c, team.id, &was));
	if (json_equal(shown(c, &was), shown(c, &s->now)))
		return OK;
	TRY(rights_manager(c, team.name, team.role, "Changing"));
	TRY(jobs_demand(c, team.id, &own));
	if (lowers(&was, &s->now, own))
		TRY(rights_admin(c, "asking for fewer or other approvals"));
	TRY(write(c, &team, &s->now));
	return audit_add(c, "team_approvals", arena_printf(c->arena, "team:%s", team.name),
	    shown(c, &was), shown(c, &s->now));
}

enum err team_approval_set(struct ctx *c, const char *team, const struct team_approval *wanted)
{
	struct setting s = { team, *wanted };

	TRY(check(c, wanted));
	s.now.kinds = in_order(c, wanted->kinds);
	return db_atomically(c, set, &s);
}
