#include "model/account_email.h"

enum err account_with_email(struct ctx *c, const char *email, struct account **out, size_t *n)
{
	return db_many(c, SQL_ACCOUNT_WITH_EMAIL,
	    DB_ARGS(db_text(email), db_int(ACCOUNTS_WITH_EMAIL)), account_fields, sizeof(**out),
	    out, n);
}
