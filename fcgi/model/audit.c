#include "model/audit.h"

#include "db/db.h"

static const char *text_of(struct ctx *c, const struct json *v)
{
	return v == NULL ? NULL : json_write(c->arena, v);
}

enum err audit_add(struct ctx *c, const char *verb, const char *object, const struct json *before,
    const struct json *after)
{
	const struct actor *who = &c->actor;

	return db_exec(c, SQL_AUDIT_ADD,
	    DB_ARGS(db_maybe_int(who->account_id),
		db_text(who->account != NULL ? who->account : "nobody"), db_text(verb),
		db_text(object), db_text(text_of(c, before)), db_text(text_of(c, after)),
		db_text(c->req_id), db_text(who->address != NULL ? who->address : "")),
	    NULL);
}
