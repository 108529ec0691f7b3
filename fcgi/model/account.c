#include "model/account.h"

#include <string.h>

#include "core/crypt.h"
#include "core/text.h"
#include "model/audit.h"
#include "model/knock.h"
#include "model/rights.h"
#include "schedule/zone.h"

static const struct db_field account_fields[] = {
	DB_FIELD(struct account, id),
	DB_FIELD(struct account, name),
	DB_FIELD(struct account, email),
	DB_FIELD(struct account, timezone),
	DB_FIELD(struct account, theme),
	DB_FIELD(struct account, admin),
	DB_FIELD(struct account, dashboard),
	DB_FIELD(struct account, shortcuts),
	DB_FIELD(struct account, disabled),
	DB_FIELD(struct account, password_first),
	DB_FIELD(struct account, created_us),
	DB_END,
};

static const char *object(struct ctx *c, const char *name)
{
	return arena_printf(c->arena, "account:%s", name);
}

enum err account_get(struct ctx *c, int64_t id, struct account *out)
{
	return db_one(c, SQL_ACCOUNT_GET, DB_ARGS(db_int(id)), account_fields, out);
}

enum err account_named(struct ctx *c, const char *name, struct account *out)
{
	enum err e = db_one(c, SQL_ACCOUNT_NAMED, DB_ARGS(db_text(name)), account_fields, out);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "account", "There is no account %s.", name);
	return e;
}

enum err account_list(struct ctx *c, struct account **out, size_t *n)
{
	TRY(rights_admin(c, "listing accounts"));
	return db_many(c, SQL_ACCOUNT_LIST, DB_NO_ARGS, account_fields, sizeof(**out), out, n);
}

static enum err check_password(struct ctx *c, const char *password)
{
	if (text_is_line(password, PASSWORD_MIN, PASSWORD_MAX))
		return OK;
	return fail(c, ERR_INVALID, "password", "must be one line of %d to %d characters",
	    PASSWORD_MIN, PASSWORD_MAX);
}

struct adding {
	const char *name, *email, *hash;
	bool admin;
	struct account *out;
};

static enum err add(struct ctx *c, void *arg)
{
	struct adding *a = arg;
	struct json *after = json_object(c->arena);
	enum err e = db_one(c, SQL_ACCOUNT_ADD,
	    DB_ARGS(db_text(a->name), db_text(a->email), db_text(a->hash), db_bool(a->admin)),
	    account_fields, a->out);

	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_CONFLICT, "name", "There is an account %s already.", a->name);
	TRY(e);
	json_set(after, "email", json_string(c->arena, a->email));
	json_set(after, "admin", json_boolean(c->arena, a->admin));
	return audit_add(c, "account_add", object(c, a->name), NULL, after);
}

enum err account_add(struct ctx *c, const char *name, const char *email, const char *password,
    bool admin, struct account *out)
{
	struct adding a = {
		.name = name, .email = email != NULL ? email : "", .admin = admin, .out = out
	};

	TRY(rights_admin(c, "adding accounts"));
	if (!name_is_plain(name, "."))
		return fail(c, ERR_INVALID, "name",
		    "must be 1 to 63 letters a-z, digits, - _ or a dot, a letter or digit first");
	if (a.email[0] != '\0' && !email_is_valid(a.email))
		return fail(c, ERR_INVALID, "email", "is not an e-mail address");
	if (password != NULL) {
		TRY(check_password(c, password));
		TRY(crypt_password_hash(c, password, &a.hash));
	}
	return db_atomically(c, add, &a);
}

struct setting {
	int64_t id, keep_session;
	const char *hash;
};

struct named {
	int64_t id;
	const char *name;
};

static const struct db_field named_fields[] = {
	DB_FIELD(struct named, id),
	DB_FIELD(struct named, name),
	DB_END,
};

static enum err set_hash(struct ctx *c, void *arg)
{
	struct setting *s = arg;
	struct named account;

	TRY(db_one(c, SQL_ACCOUNT_SET_PASSWORD,
	    DB_ARGS(db_int(s->id), db_text(s->hash), db_int(s->keep_session), db_int(c->now_us)),
	    named_fields, &account));
	return audit_add(c, "password_change", object(c, account.name), NULL, NULL);
}

enum err account_set_password(struct ctx *c, int64_t id, const char *password, int64_t keep_session)
{
	struct setting s = { .id = id, .keep_session = keep_session };

	if (!rights_over_account(c, id))
		return fail(c, ERR_FORBIDDEN, NULL, "You can change your own password only.");
	TRY(check_password(c, password));
	TRY(crypt_password_hash(c, password, &s.hash));
	return db_atomically(c, set_hash, &s);
}

struct secret {
	struct db_maybe password_hash;
};

static const struct db_field secret_fields[] = {
	DB_FIELD(struct secret, password_hash),
	DB_END,
};

enum err account_change_password(struct ctx *c, const char *current, const char *password)
{
	struct secret secret;

	TRY(check_password(c, password));
	TRY(knock(c, "password", c->actor.account));
	TRY(db_one(
	    c, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text(c->actor.account)), secret_fields, &secret));
	if (!crypt_password_matches(secret.password_hash.text, current))
		return fail(c, ERR_INVALID, "current", "is not your password");
	TRY(account_set_password(c, c->actor.account_id, password, c->actor.session_id));
	return knock_forget(c, "password", c->actor.account);
}

struct disabling {
	const char *name;
	bool disabled;
};

struct was {
	bool was;
};

static const struct db_field was_fields[] = {
	DB_FIELD(struct was, was),
	DB_END,
};

static enum err set_disabled(struct ctx *c, void *arg)
{
	struct disabling *d = arg;
	struct was w;
	enum err e = db_one(c, SQL_ACCOUNT_SET_DISABLED,
	    DB_ARGS(db_text(d->name), db_bool(d->disabled), db_int(c->now_us)), was_fields, &w);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "name", "There is no account %s.", d->name);
	TRY(e);
	if (w.was == d->disabled)
		return OK;
	return audit_add(
	    c, d->disabled ? "account_disable" : "account_enable", object(c, d->name), NULL, NULL);
}

enum err account_disable(struct ctx *c, const char *name, bool disabled)
{
	TRY(rights_admin(c, "disabling accounts"));
	if (disabled && c->actor.account_id != 0 && strcmp(name, c->actor.account) == 0)
		return fail(c, ERR_CONFLICT, "name", "You cannot disable your own account.");
	return db_atomically(c, set_disabled, &(struct disabling){ name, disabled });
}

static bool is_theme(const char *theme)
{
	static const char *const themes[] = { "system", "light", "dark" };

	for (size_t i = 0; i < LENGTH(themes); i++)
		if (strcmp(themes[i], theme) == 0)
			return true;
	return false;
}

enum err account_preferences(struct ctx *c, const char *timezone, const char *theme, bool shortcuts)
{
	const struct zone *zone;

	if (timezone[0] == '\0' || strcmp(timezone, "Local") == 0)
		return fail(c, ERR_INVALID, "timezone", "must name a zone, such as Europe/Madrid");
	if (zone_find(c, timezone, &zone) != OK)
		return fail(c, ERR_INVALID, "timezone", "%s", zone_refusal(c, timezone));
	if (!is_theme(theme))
		return fail(c, ERR_INVALID, "theme", "must be system, light or dark");
	return db_exec(c, SQL_ACCOUNT_PREFERENCES,
	    DB_ARGS(
		db_int(c->actor.account_id), db_text(timezone), db_text(theme), db_bool(shortcuts)),
	    NULL);
}
