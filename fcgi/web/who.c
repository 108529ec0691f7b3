#include "web/who.h"

#include "core/config.h"
#include "core/crypt.h"
#include "core/text.h"
#include "model/account.h"
#include "model/session.h"
#include "model/token.h"
#include "remote/issuer.h"

static void be_nobody(struct req *r)
{
	r->ctx->actor = (struct actor){ .account = "", .address = r->address };
	r->ctx->fault = (struct fault){ 0 };
	r->csrf = "";
}

static enum err ask_bearer(struct ctx *c, const char *bearer)
{
	const char *account;

	if (text_starts(bearer, "sb_"))
		return token_actor(c, bearer);
	if (!issuer_is_known(c))
		return ERR_UNAUTHENTICATED;
	TRY(issuer_check(c, bearer, &account));
	return account_actor(c, account, scope_named(c->config->jwt_scope));
}

static enum err ask(struct req *r, const char *bearer, const char *cookie)
{
	if (bearer != NULL)
		return ask_bearer(r->ctx, bearer);
	if (cookie == NULL || *cookie == '\0')
		return ERR_UNAUTHENTICATED;
	return session_actor(r->ctx, cookie);
}

enum err web_who(struct req *r)
{
	be_nobody(r);
	const char *bearer = req_bearer(r);
	const char *cookie = req_cookie(r, SESSION_COOKIE);
	enum err e = ask(r, bearer, cookie);

	if (e == ERR_UNAVAILABLE || e == ERR_INTERNAL)
		return e;
	if (e != OK) {
		be_nobody(r);
		return OK;
	}
	r->ctx->actor.address = r->address;
	if (r->ctx->actor.session_id != 0)
		r->csrf = crypt_derive(r->ctx->arena, cookie, "csrf");
	return OK;
}
