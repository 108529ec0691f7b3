#include "action/token.h"

enum err token_make(struct ctx *c, const struct task *t, int64_t live_s)
{
	(void)t, (void)live_s;
	return fail(c, ERR_UNAVAILABLE, NULL, "tokens");
}
