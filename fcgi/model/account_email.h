#ifndef MODEL_ACCOUNT_EMAIL_H
#define MODEL_ACCOUNT_EMAIL_H

/* account_email: accounts by their address, for tasks: whoever reads a mail proves that it is his.
 */

#include "model/account.h"

extern const struct db_field account_fields[];

enum { ACCOUNTS_WITH_EMAIL = 3 };

/* At most that many; letters in either case are the same. Never for "". */
MUST_USE enum err account_with_email(
    struct ctx *c, const char *email, struct account **out, size_t *n);

/* A password that its owner chose, hashed already; ends every session of the account. For admins
 * and the system. */
MUST_USE enum err account_set_hash(struct ctx *c, int64_t id, const char *hash);

#endif
