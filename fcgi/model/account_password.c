/* What an account sets for itself: password and preferences. */

#include <string.h>

#include "core/crypt.h"
#include "core/text.h"
#include "model/account.h"
#include "model/account_email.h"
#include "model/audit.h"
#include "model/knock.h"
#include "model/rights.h"
#include "schedule/zone.h"

enum err account_check_password(struct ctx *c, const char *password)
{
	if (text_is_line(password, PASSWORD_MIN, PASSWORD_MAX))
		return OK;
	return fail(c, ERR_INVALID, "password", "must be one line of %d to %d characters",
	    PASSWORD_MIN, PASSWORD_MAX);
}

struct setting {
	int64_t id, keep_session;
	const char *hash;
	bool by_other; /* who knows it then */
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
	    DB_ARGS(db_int(s->id), db_text(s->hash), db_int(s->keep_session), db_int(c->now_us),
		db_bool(s->by_other)),
	    named_fields, &account));
	return audit_add(
	    c, "password_change", arena_printf(c->arena, "account:%s", account.name), NULL, NULL);
}

enum err account_set_password(struct ctx *c, int64_t id, const char *password, int64_t keep_session)
{
	struct setting s = { .id = id,
		.keep_session = keep_session,
		.by_other = c->actor.account_id != 0 && c->actor.account_id != id };

	if (!rights_over_account(c, id))
		return fail(c, ERR_FORBIDDEN, NULL, "You can change your own password only.");
	TRY(account_check_password(c, password));
	TRY(crypt_password_hash(c, password, &s.hash));
	return db_atomically(c, set_hash, &s);
}

enum err account_set_hash(struct ctx *c, int64_t id, const char *hash)
{
	TRY(rights_admin(c, "setting passwords"));
	return db_atomically(c, set_hash, &(struct setting){ .id = id, .hash = hash });
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

	TRY(account_check_password(c, password));
	TRY(knock(c, "password", c->actor.account));
	TRY(db_one(
	    c, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text(c->actor.account)), secret_fields, &secret));
	if (!crypt_password_matches(secret.password_hash.text, current))
		return fail(c, ERR_INVALID, "current", "is not your password");
	TRY(account_set_password(c, c->actor.account_id, password, c->actor.session_id));
	return knock_forget(c, "password", c->actor.account);
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

	if (strcmp(timezone, "Local") == 0)
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
