#include "model/asking.h"

static const struct db_field asking_fields[] = {
	DB_FIELD(struct asking, id),
	DB_FIELD(struct asking, scope),
	DB_FIELD(struct asking, account_id),
	DB_FIELD(struct asking, name),
	DB_FIELD(struct asking, admin),
	DB_FIELD(struct asking, dashboard),
	DB_FIELD(struct asking, unseen),
	DB_END,
};

enum err asking_find(struct ctx *c, enum sql find, struct db_args args, struct asking *out)
{
	return db_one(c, find, args, asking_fields, out);
}

enum err asking_be(struct ctx *c, const struct asking *who)
{
	if (who->unseen)
		TRY(db_exec(c, SQL_ACCOUNT_SEEN,
		    DB_ARGS(db_int(who->account_id), db_int(c->now_us)), NULL));
	c->actor = (struct actor){
		.account_id = who->account_id,
		.account = who->name,
		.admin = who->admin,
		.dashboard = who->dashboard,
		.scope = (enum scope)who->scope,
		.address = c->actor.address,
	};
	return OK;
}
