#include "model/session.h"

#include <inttypes.h>
#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/text.h"
#include "core/time.h"
#include "model/account.h"
#include "model/asking.h"
#include "model/audit.h"
#include "model/knock.h"
#include "model/rights.h"

enum { AGENT_BYTES = 300, TOKEN_CHARS = 43 };

static const struct db_field session_fields[] = {
	DB_FIELD(struct session, id),
	DB_FIELD(struct session, address),
	DB_FIELD(struct session, agent),
	DB_FIELD(struct session, created_us),
	DB_FIELD(struct session, seen_us),
	DB_END,
};

static const struct db_field id_fields[] = {
	DB_FIELD(struct session, id),
	DB_END,
};

struct candidate {
	int64_t id;
	const char *name;
	bool admin, dashboard;
	struct db_maybe password_hash;
};

static const struct db_field candidate_fields[] = {
	DB_FIELD(struct candidate, id),
	DB_FIELD(struct candidate, name),
	DB_FIELD(struct candidate, admin),
	DB_FIELD(struct candidate, dashboard),
	DB_FIELD(struct candidate, password_hash),
	DB_END,
};

struct signing {
	struct candidate who;
	const char *agent, *token;
};

/* The browser's name is for the list of sessions; one that is no clean line is not worth a refusal.
 */
static const char *agent_line(struct ctx *c, const char *agent)
{
	size_t len = strlen(agent), out = 0;
	const char *line = text_clean(c->arena, agent, len < AGENT_BYTES ? len : AGENT_BYTES, &out);

	return text_is_line(line, 0, AGENT_BYTES) ? line : "";
}

static const char *object(struct ctx *c, int64_t id)
{
	return arena_printf(c->arena, "session:%" PRId64, id);
}

static enum err begin(struct ctx *c, void *arg)
{
	struct signing *s = arg;
	struct session session;

	TRY(db_one(c, SQL_SESSION_ADD,
	    DB_ARGS(db_int(s->who.id), db_text(s->who.password_hash.text),
		db_text(crypt_hash(c->arena, s->token)),
		db_text(c->actor.address != NULL ? c->actor.address : ""), db_text(s->agent),
		db_int(c->now_us)),
	    id_fields, &session));
	c->actor = (struct actor){
		.account_id = s->who.id,
		.account = s->who.name,
		.admin = s->who.admin,
		.dashboard = s->who.dashboard,
		.scope = SCOPE_ADMIN,
		.session_id = session.id,
		.address = c->actor.address,
	};
	TRY(db_exec(c, SQL_ACCOUNT_SEEN, DB_ARGS(db_int(s->who.id), db_int(c->now_us)), NULL));
	TRY(knock_forget(c, "account", s->who.name));
	return audit_add(c, "sign_in", object(c, session.id), NULL, NULL);
}

static enum err refuse(struct ctx *c)
{
	log_event(c, LOG_INFO, "sign_in_refused", LOG_TEXT("address", c->actor.address));
	return fail(c, ERR_UNAUTHENTICATED, "password", "Account or password is not right.");
}

enum err session_sign_in(
    struct ctx *c, const char *account, const char *password, const char *agent, const char **token)
{
	struct signing s = { .agent = agent_line(c, agent), .token = crypt_token(c->arena, "") };
	struct actor before = c->actor;

	TRY(knock(c, "account", account));
	enum err e = text_is_utf8(account, strlen(account))
			 ? db_one(c, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text(account)),
			       candidate_fields, &s.who)
			 : ERR_NOT_FOUND;
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (!crypt_password_matches(e == OK ? s.who.password_hash.text : NULL, password))
		return refuse(c);
	e = db_atomically(c, begin, &s);
	if (e != OK)
		c->actor = before;
	if (e == ERR_NOT_FOUND) /* locked, or given another password, while we compared */
		return refuse(c);
	TRY(e);
	*token = s.token;
	return OK;
}

static int64_t idle_us(const struct ctx *c)
{
	return config_int(c->config->session_idle_s) * US_PER_S;
}

static int64_t max_us(const struct ctx *c)
{
	return config_int(c->config->session_max_s) * US_PER_S;
}

enum err session_actor(struct ctx *c, const char *token)
{
	struct asking who;
	enum err e = ERR_NOT_FOUND;

	if (strlen(token) == TOKEN_CHARS)
		e = asking_find(c, SQL_SESSION_ACTOR,
		    DB_ARGS(db_text(crypt_hash(c->arena, token)), db_int(c->now_us),
			db_int(idle_us(c)), db_int(max_us(c))),
		    &who);
	if (e == ERR_NOT_FOUND)
		return fail(c, ERR_UNAUTHENTICATED, NULL, "Your session has ended. Sign in again.");
	TRY(e);
	if (who.unseen)
		TRY(db_exec(c, SQL_SESSION_SEEN, DB_ARGS(db_int(who.id), db_int(c->now_us)), NULL));
	TRY(asking_be(c, &who));
	c->actor.session_id = who.id;
	return OK;
}

struct revoking {
	int64_t account_id, id;
	const char *verb;
};

static enum err revoke(struct ctx *c, void *arg)
{
	static const struct db_field fields[] = { { "account", DB_TEXT_, 0 }, DB_END };
	const struct revoking *r = arg;
	struct json *before = json_object(c->arena);
	const char *account;
	enum err e = db_one(c, SQL_SESSION_REVOKE,
	    DB_ARGS(db_int(r->account_id), db_int(r->id), db_int(c->now_us)), fields, &account);

	if (e == ERR_NOT_FOUND)
		fault_set(c, "id", "There is no such session.");
	TRY(e);
	json_set(before, "account", json_string(c->arena, account));
	return audit_add(c, r->verb, object(c, r->id), before, NULL);
}

enum err session_sign_out(struct ctx *c)
{
	struct revoking r = { c->actor.account_id, c->actor.session_id, "sign_out" };
	enum err e = db_atomically(c, revoke, &r);

	return e == ERR_NOT_FOUND ? OK : e; /* out already */
}

static enum err not_yours(struct ctx *c)
{
	return fail(c, ERR_FORBIDDEN, NULL, "You can look after your own sessions only.");
}

enum err session_list(struct ctx *c, int64_t account_id, struct session **out, size_t *n)
{
	if (!rights_over_account(c, account_id))
		return not_yours(c);
	return db_many(c, SQL_SESSION_LIST,
	    DB_ARGS(db_int(account_id), db_int(c->now_us), db_int(idle_us(c)), db_int(max_us(c))),
	    session_fields, sizeof(**out), out, n);
}

enum err session_revoke(struct ctx *c, int64_t account_id, int64_t id)
{
	if (!rights_over_account(c, account_id))
		return not_yours(c);
	return db_atomically(c, revoke, &(struct revoking){ account_id, id, "session_revoke" });
}

static enum err revoke_all(struct ctx *c, void *arg)
{
	const struct account *account = arg;
	struct json *before = json_object(c->arena);
	int64_t n = 0;

	TRY(db_exec(c, SQL_SESSION_REVOKE_OTHERS,
	    DB_ARGS(db_int(account->id), db_int(c->actor.session_id), db_int(c->now_us)), &n));
	if (n == 0)
		return OK;
	json_set(before, "sessions", json_number(c->arena, n));
	return audit_add(c, "session_revoke_others",
	    arena_printf(c->arena, "account:%s", account->name), before, NULL);
}

enum err session_revoke_others(struct ctx *c, int64_t account_id)
{
	struct account account;

	if (!rights_over_account(c, account_id))
		return not_yours(c);
	TRY(account_get(c, account_id, &account));
	return db_atomically(c, revoke_all, &account);
}
