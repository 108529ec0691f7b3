/* What admins do with one account. */

#include <string.h>

#include "core/crypt.h"
#include "model/account.h"
#include "model/session.h"
#include "model/team.h"
#include "model/token.h"
#include "web/admin/pages.h"
#include "web/admin/person_page.h"

enum err admin_person(struct req *r, struct resp *w)
{
	return person_page(r, w, 200, &(struct person_note){ .form = NULL });
}

static enum err answer(
    struct req *r, struct resp *w, enum err e, const char *done, const struct person_note *note)
{
	if (e == OK)
		return see_other(r, w, "/accounts/%s?done=%s", req_var(r, "name"), done);
	if (e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	return person_page(r, w, status_of(e), note);
}

static enum err read_box(struct req *r, const char *name, bool *out)
{
	const char *value = NULL;

	TRY(form_maybe(r, name, &value));
	*out = value != NULL;
	if (value != NULL && strcmp(value, "on") != 0)
		return fail(r->ctx, ERR_INVALID, name, "must be on, or left out");
	return OK;
}

enum err admin_person_save(struct req *r, struct resp *w)
{
	static const char *const known[] = { "email", "admin", "dashboard", NULL };
	struct account_change change = { .email = NULL };
	struct account account;
	bool admin, dashboard;

	TRY(form_text(r, "email", &change.email));
	TRY(read_box(r, "admin", &admin));
	TRY(read_box(r, "dashboard", &dashboard));
	TRY(form_only(r, known));
	change.admin = &admin;
	change.dashboard = &dashboard;
	enum err e = account_edit(r->ctx, req_var(r, "name"), &change, &account);
	return answer(r, w, e, "saved",
	    &(struct person_note){ "RIGHTS", change.email, NULL, &admin, &dashboard, NULL });
}

static enum err turn(struct req *r, struct resp *w, bool disabled)
{
	enum err e = account_disable(r->ctx, req_var(r, "name"), disabled);

	return answer(r, w, e, "saved", &(struct person_note){ .form = "SWITCH" });
}

enum err admin_person_disable(struct req *r, struct resp *w)
{
	return turn(r, w, true);
}

enum err admin_person_enable(struct req *r, struct resp *w)
{
	return turn(r, w, false);
}

/* An empty field: one is made, and the page itself shows it this once. */
static enum err set_password(struct req *r, const char **made)
{
	static const char *const known[] = { "password", NULL };
	const char *password;
	struct account account;

	TRY(form_text(r, "password", &password));
	TRY(form_only(r, known));
	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	if (*password == '\0')
		password = *made = crypt_password_make(r->ctx->arena);
	return account_set_password(r->ctx, account.id, password,
	    account.id == r->ctx->actor.account_id ? r->ctx->actor.session_id : 0);
}

enum err admin_person_password(struct req *r, struct resp *w)
{
	const char *made = NULL;
	enum err e = set_password(r, &made);

	if (e == OK && made != NULL)
		return person_page(r, w, 200, &(struct person_note){ .password = made });
	return answer(r, w, e, "password-set", &(struct person_note){ .form = "PASSWORD" });
}

static enum err set_role(struct req *r, struct person_note *note)
{
	static const char *const known[] = { "team", "role", NULL };
	const char *text;

	TRY(form_text(r, "team", &note->team));
	TRY(form_text(r, "role", &text));
	TRY(form_only(r, known));
	enum role role = role_named(text);
	if (role == ROLE_NONE && strcmp(text, "none") != 0)
		return fail(r->ctx, ERR_INVALID, "role",
		    "must be viewer, operator, editor, manager or none");
	return team_member(r->ctx, note->team, req_var(r, "name"), role);
}

enum err admin_person_team(struct req *r, struct resp *w)
{
	struct person_note note = { .form = "TEAM" };

	return answer(r, w, set_role(r, &note), "saved", &note);
}

enum err admin_person_sign_out(struct req *r, struct resp *w)
{
	struct account account;

	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	TRY(session_revoke_others(r->ctx, account.id));
	return see_other(r, w, "/accounts/%s?done=revoked", account.name);
}

enum err admin_person_session_revoke(struct req *r, struct resp *w)
{
	struct account account;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	TRY(session_revoke(r->ctx, account.id, id));
	return see_other(r, w, "/accounts/%s?done=revoked", account.name);
}

enum err admin_person_token_revoke(struct req *r, struct resp *w)
{
	struct account account;
	int64_t id;

	TRY(req_var_int(r, "id", &id));
	TRY(account_named(r->ctx, req_var(r, "name"), &account));
	TRY(token_revoke(r->ctx, account.id, id));
	return see_other(r, w, "/accounts/%s?done=revoked", account.name);
}
