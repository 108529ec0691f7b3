#include "model/account.h"

#include <string.h>

#include "core/crypt.h"
#include "model/account_email.h"
#include "model/asking.h"
#include "model/audit.h"
#include "model/people_inside.h"
#include "model/rights.h"
#include "model/team.h"

/* clang-format off */
#define ACCOUNT_FIELDS \
	DB_FIELD(struct account, id), DB_FIELD(struct account, name), DB_FIELD(struct account, email), \
	DB_FIELD(struct account, timezone), DB_FIELD(struct account, theme), DB_FIELD(struct account, admin), \
	DB_FIELD(struct account, dashboard), DB_FIELD(struct account, shortcuts), DB_FIELD(struct account, disabled), \
	DB_FIELD(struct account, password_first), DB_FIELD(struct account, created_us), DB_FIELD(struct account, seen_us)
/* clang-format on */

const struct db_field account_fields[] = { ACCOUNT_FIELDS, DB_END };
static const struct db_field listed_fields[] = {
	ACCOUNT_FIELDS,
	DB_FIELD(struct account, teams),
	DB_END,
};
static const struct db_field id_fields[] = { DB_FIELD(struct account, id), DB_END };

static const char *object(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "account:%s", name);
}

static enum err no_such(struct ctx *c, const char *name)
{
	return fail(c, ERR_NOT_FOUND, "account", "There is no account %s.", name);
}

enum err account_get(struct ctx *c, int64_t id, struct account *out)
{
	return db_one(c, SQL_ACCOUNT_GET, DB_ARGS(db_int(id)), account_fields, out);
}

enum err account_named(struct ctx *c, const char *name, struct account *out)
{
	enum err e = db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(db_text(name)), account_fields, out);

	return e == ERR_NOT_FOUND ? no_such(c, name) : e;
}

enum err account_actor(struct ctx *c, const char *name, enum scope scope)
{
	struct asking who;
	enum err e = asking_find(
	    c, SQL_ACCOUNT_ACTOR, DB_ARGS(db_text(name), db_int(c->now_us), db_int(scope)), &who);

	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_UNAUTHENTICATED, NULL,
		    "This token names no account, or one that is disabled.");
	TRY(e);
	TRY(asking_be(c, &who));
	c->actor.token_id = TOKEN_OF_ISSUER;
	return OK;
}

/* ---- lists */

enum err account_list(struct ctx *c, struct account **out, size_t *n)
{
	TRY(rights_admin(c, "listing accounts"));
	return db_many(c, SQL_ACCOUNT_LIST, DB_NO_ARGS, account_fields, sizeof(**out), out, n);
}

/* A filter as the three values that a statement takes: NULL any, else whether. */
static enum err read_filter(struct ctx *c, const char *field, const char *value, const char *yes,
    const char *no, struct db_arg *out)
{
	*out = db_text(NULL);
	if (value == NULL)
		return OK;
	if (strcmp(value, yes) != 0 && strcmp(value, no) != 0)
		return fail(c, ERR_INVALID, field, "must be %s or %s", yes, no);
	*out = db_bool(strcmp(value, yes) == 0);
	return OK;
}

struct rights_filter {
	struct db_arg admin, dashboard;
};

static enum err read_right(struct ctx *c, const char *right, struct rights_filter *out)
{
	const struct db_arg any = db_text(NULL);

	*out = (struct rights_filter){ any, any };
	if (right == NULL)
		return OK;
	if (strcmp(right, "admin") == 0)
		*out = (struct rights_filter){ db_bool(true), any };
	else if (strcmp(right, "dashboard") == 0)
		*out = (struct rights_filter){ db_bool(false), db_bool(true) };
	else if (strcmp(right, "none") == 0)
		*out = (struct rights_filter){ db_bool(false), db_bool(false) };
	else
		return fail(c, ERR_INVALID, "right", "must be admin, dashboard or none");
	return OK;
}

enum err account_search(struct ctx *c, const struct account_query *q, struct account **out,
    size_t *n, const char **next)
{
	const char *pattern;
	struct db_arg enabled;
	struct rights_filter right;

	TRY(rights_admin(c, "listing accounts"));
	TRY(people_check(c, q->q, q->after, q->limit, &pattern));
	TRY(read_filter(c, "state", q->state, "enabled", "disabled", &enabled));
	TRY(read_right(c, q->right, &right));
	TRY(team_check_filter(c, q->team));
	TRY(db_many(c, SQL_ACCOUNT_SEARCH,
	    DB_ARGS(db_text(pattern), enabled, right.admin, right.dashboard, db_text(q->team),
		db_text(q->after), db_int(q->limit + 1)),
	    listed_fields, sizeof(**out), out, n));
	*next = NULL;
	if (*n > (size_t)q->limit)
		*next = (*out)[--*n - 1].name;
	return OK;
}

enum err account_counts(struct ctx *c, struct account_counts *out)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct account_counts, all),
		DB_FIELD(struct account_counts, disabled),
		DB_FIELD(struct account_counts, admins),
		DB_FIELD(struct account_counts, dashboards),
		DB_END,
	};

	TRY(rights_admin(c, "counting accounts"));
	return db_one(c, SQL_ACCOUNT_COUNTS, DB_NO_ARGS, fields, out);
}

enum err account_teams(struct ctx *c, int64_t id, struct account_team **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct account_team, team),
		DB_FIELD(struct account_team, role),
		DB_END,
	};

	if (id != c->actor.account_id)
		TRY(rights_admin(c, "the teams of others"));
	return db_many(c, SQL_ACCOUNT_TEAMS, DB_ARGS(db_int(id)), fields, sizeof(**out), out, n);
}

/* ---- making */

static enum err check_email(struct ctx *c, const char *email)
{
	if (*email == '\0' || email_is_valid(email))
		return OK;
	return fail(c, ERR_INVALID, "email", "is not an e-mail address");
}

struct adding {
	struct account_new new;
	const char *hash;
	struct account *out;
};

static enum err add(struct ctx *c, void *arg)
{
	struct adding *a = arg;
	struct json *after = json_object(c->arena);
	enum err e = db_one(c, SQL_ACCOUNT_ADD,
	    DB_ARGS(db_text(a->new.name), db_text(a->new.email), db_text(a->hash),
		db_bool(a->new.admin), db_bool(a->new.dashboard)),
	    id_fields, a->out);

	if (e == ERR_NOT_FOUND)
		return fail(
		    c, ERR_CONFLICT, "name", "There is an account %s already.", a->new.name);
	TRY(e);
	json_set(after, "email", json_string(c->arena, a->new.email));
	json_set(after, "admin", json_boolean(c->arena, a->new.admin));
	json_set(after, "dashboard", json_boolean(c->arena, a->new.dashboard));
	TRY(audit_add(c, "account_add", object(c, a->new.name), NULL, after));
	return account_get(c, a->out->id, a->out);
}

enum err account_make(struct ctx *c, const struct account_new *account, struct account *out)
{
	struct adding a = { .new = *account, .out = out };

	if (a.new.email == NULL)
		a.new.email = "";
	TRY(rights_admin(c, "adding accounts"));
	if (!name_is_plain(account->name, "."))
		return fail(c, ERR_INVALID, "name",
		    "must be 1 to 63 letters a-z, digits, - _ or a dot, a letter or digit first");
	TRY(check_email(c, a.new.email));
	if (account->password != NULL) {
		TRY(account_check_password(c, account->password));
		TRY(crypt_password_hash(c, account->password, &a.hash));
	}
	return db_atomically(c, add, &a);
}

enum err account_add(struct ctx *c, const char *name, const char *email, const char *password,
    bool admin, struct account *out)
{
	return account_make(c, &(struct account_new){ name, email, password, admin, admin }, out);
}

/* ---- changing */

struct editing {
	const char *name;
	const struct account_change *change;
	struct account *out;
};

static const struct db_field locked_fields[] = {
	DB_FIELD(struct account, id),
	DB_FIELD(struct account, name),
	DB_FIELD(struct account, email),
	DB_FIELD(struct account, admin),
	DB_FIELD(struct account, dashboard),
	DB_FIELD(struct account, disabled),
	DB_END,
};

static struct account with_change(struct account account, const struct account_change *change)
{
	if (change->email != NULL)
		account.email = change->email;
	if (change->admin != NULL)
		account.admin = *change->admin;
	if (change->dashboard != NULL)
		account.dashboard = *change->dashboard;
	if (change->disabled != NULL)
		account.disabled = *change->disabled;
	return account;
}

static bool leads(const struct account *account)
{
	return account->admin && !account->disabled;
}

/* `admins`: the enabled ones, locked, of before the change. */
static enum err check_lead(
    struct ctx *c, const struct account *was, const struct account *now, size_t admins)
{
	if (!leads(was) || leads(now))
		return OK;
	if (was->id == c->actor.account_id)
		return fail(c, ERR_CONFLICT, now->disabled ? "disabled" : "admin", "%s",
		    now->disabled ? "You cannot disable your own account: another admin can."
				  : "You cannot take your own admin right: another admin can.");
	if (admins < 2)
		return fail(c, ERR_CONFLICT, now->disabled ? "disabled" : "admin",
		    "%s is the last enabled admin: nobody could let the others in again.",
		    was->name);
	return OK;
}

static enum err change_row(struct ctx *c, const struct account *was, const struct account *now)
{
	struct arena *a = c->arena;
	struct json *x = json_object(a), *y = json_object(a);
	bool differ = people_differ(
	    x, y, "email", json_string(a, was->email), json_string(a, now->email));

	differ |= people_differ(
	    x, y, "admin", json_boolean(a, was->admin), json_boolean(a, now->admin));
	differ |= people_differ(
	    x, y, "dashboard", json_boolean(a, was->dashboard), json_boolean(a, now->dashboard));
	bool able = people_differ(
	    x, y, "disabled", json_boolean(a, was->disabled), json_boolean(a, now->disabled));
	if (!differ && !able)
		return OK;
	TRY(db_exec(c, SQL_ACCOUNT_CHANGE,
	    DB_ARGS(db_int(was->id), db_text(now->email), db_bool(now->admin),
		db_bool(now->dashboard), db_bool(now->disabled), db_int(c->now_us)),
	    NULL));
	const char *verb = differ          ? "account_edit"
			   : now->disabled ? "account_disable"
					   : "account_enable";
	return audit_add(c, verb, object(c, was->name), x, y);
}

static enum err edit(struct ctx *c, void *arg)
{
	const struct editing *ed = arg;
	struct account was, now, *admins;
	size_t nadmins;

	TRY(db_many(
	    c, SQL_ACCOUNT_ADMINS, DB_NO_ARGS, id_fields, sizeof(*admins), &admins, &nadmins));
	enum err e = db_one(c, SQL_ACCOUNT_LOCKED, DB_ARGS(db_text(ed->name)), locked_fields, &was);
	if (e == ERR_NOT_FOUND)
		return no_such(c, ed->name);
	TRY(e);
	now = with_change(was, ed->change);
	TRY(check_lead(c, &was, &now, nadmins));
	TRY(change_row(c, &was, &now));
	return account_get(c, was.id, ed->out);
}

enum err account_edit(
    struct ctx *c, const char *name, const struct account_change *change, struct account *out)
{
	TRY(rights_admin(c, "changing accounts"));
	if (change->email != NULL)
		TRY(check_email(c, change->email));
	return db_atomically(c, edit, &(struct editing){ name, change, out });
}

enum err account_disable(struct ctx *c, const char *name, bool disabled)
{
	struct account account;

	return account_edit(c, name, &(struct account_change){ .disabled = &disabled }, &account);
}
