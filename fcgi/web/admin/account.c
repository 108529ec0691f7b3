/* My sessions, tokens, password and preferences. */

#include <string.h>

#include "core/text.h"
#include "model/account.h"
#include "model/session.h"
#include "model/token.h"
#include "schedule/zone.h"
#include "web/admin/account_page.h"
#include "web/admin/pages.h"

enum { DAYS_MAX = 365 };

enum err admin_account(struct req *r, struct resp *w)
{
	return account_page(r, w, 200, &(struct account_note){ .form = NULL });
}

/* What a person can mend is told on the page, at the form that failed. */
static enum err answer(
    struct req *r, struct resp *w, enum err e, const char *done, const struct account_note *note)
{
	if (e == OK)
		return see_other(r, w, "/account?done=%s", done);
	if (e != ERR_INVALID && e != ERR_TOO_MANY)
		return e;
	if (e == ERR_TOO_MANY && r->ctx->fault.retry_s > 0)
		resp_header(
		    r, w, "Retry-After", arena_printf(r->ctx->arena, "%d", r->ctx->fault.retry_s));
	return account_page(r, w, status_of(e), note);
}

static enum err save_preferences(struct req *r, const char **timezone)
{
	static const char *const known[] = { "timezone", "theme", "keys", NULL };
	const struct zone *zone;
	const char *theme, *keys = NULL;

	TRY(form_text(r, "timezone", timezone));
	TRY(form_text(r, "theme", &theme));
	TRY(form_maybe(r, "keys", &keys));
	TRY(form_only(r, known));
	if (zone_find(r->ctx, *timezone, &zone) != OK)
		return fail(r->ctx, ERR_INVALID, "timezone", "%s", zone_refusal(r->ctx, *timezone));
	if (keys != NULL && strcmp(keys, "on") != 0)
		return fail(r->ctx, ERR_INVALID, "keys", "must be on, or left out");
	return account_preferences(r->ctx, *timezone, theme, keys != NULL);
}

enum err admin_preferences(struct req *r, struct resp *w)
{
	struct account_note note = { .form = "PREFERENCES" };

	return answer(r, w, save_preferences(r, &note.timezone), "saved", &note);
}

static enum err change_password(struct req *r)
{
	static const char *const known[] = { "current", "password", NULL };
	const char *current, *password;

	TRY(form_text(r, "current", &current));
	TRY(form_text(r, "password", &password));
	TRY(form_only(r, known));
	return account_change_password(r->ctx, current, password);
}

enum err admin_password(struct req *r, struct resp *w)
{
	return answer(
	    r, w, change_password(r), "password", &(struct account_note){ .form = "PASSWORD" });
}

enum err admin_session_revoke(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(session_revoke(r->ctx, r->ctx->actor.account_id, id));
	return see_other(r, w, "/account?done=revoked");
}

enum err admin_sessions_revoke_others(struct req *r, struct resp *w)
{
	TRY(session_revoke_others(r->ctx, r->ctx->actor.account_id));
	return see_other(r, w, "/account?done=revoked");
}

static enum err add_token(struct req *r, struct account_note *note)
{
	static const char *const known[] = { "name", "scope", "days", NULL };
	struct ctx *c = r->ctx;
	int64_t days;

	TRY(form_text(r, "name", &note->token_name));
	TRY(form_text(r, "scope", &note->token_scope));
	TRY(form_text(r, "days", &note->token_days));
	TRY(form_only(r, known));
	if (!text_int64(note->token_days, 1, DAYS_MAX, &days))
		return fail(
		    c, ERR_INVALID, "days", "must be a whole number from 1 to %d", DAYS_MAX);
	return token_add(c, c->actor.account_id, note->token_name, scope_named(note->token_scope),
	    days, &note->new_token);
}

/* Answers with the page itself: the token is shown this once and kept nowhere to be shown after a
 * redirect. */
enum err admin_token_add(struct req *r, struct resp *w)
{
	struct account_note note = { .form = NULL };
	enum err e = add_token(r, &note);

	if (e != OK) {
		note.form = "TOKEN";
		note.new_token = NULL;
		return answer(r, w, e, "", &note);
	}
	const char *made = note.new_token, *name = note.token_name;
	note = (struct account_note){ .new_token = made, .token_name = name };
	return account_page(r, w, 200, &note);
}

enum err admin_token_revoke(struct req *r, struct resp *w)
{
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(token_revoke(r->ctx, r->ctx->actor.account_id, id));
	return see_other(r, w, "/account?done=revoked");
}
