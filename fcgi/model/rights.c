#include "model/rights.h"

#include <string.h>

enum { NAME_MAX_BYTES = 63, EMAIL_MAX = 254, LOCAL_MAX = 64, LABEL_MAX = 63 };

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool full_scope(const struct ctx *c)
{
	return c->actor.token_id == 0 || c->actor.scope == SCOPE_ADMIN;
}

enum err rights_admin(struct ctx *c, const char *doing)
{
	if (!c->actor.admin)
		return fail(c, ERR_FORBIDDEN, NULL, "Only admins may go about %s.", doing);
	if (!full_scope(c))
		return fail(c, ERR_FORBIDDEN, NULL, "For %s a token needs the scope admin.", doing);
	return OK;
}

enum err rights_manager(struct ctx *c, const char *team, int64_t has, const char *doing)
{
	if (!rights_may_grant(has, ROLE_VIEWER))
		return fail(c, ERR_FORBIDDEN, NULL, "%s %s needs the role manager.", doing, team);
	if (!full_scope(c))
		return fail(
		    c, ERR_FORBIDDEN, NULL, "%s %s needs a token of the scope admin.", doing, team);
	return OK;
}

bool rights_over_account(const struct ctx *c, int64_t id)
{
	return full_scope(c) && (c->actor.admin || (id != 0 && c->actor.account_id == id));
}

/* clang-format off */
static const bool grants[STANDINGS][STANDINGS] = {
	/* who              whose:  none   viewer operator editor manager admin */
	[ROLE_NONE]      =        { false, false, false,   false, false,  false },
	[ROLE_VIEWER]    =        { false, false, false,   false, false,  false },
	[ROLE_OPERATOR]  =        { false, false, false,   false, false,  false },
	[ROLE_EDITOR]    =        { false, false, false,   false, false,  false },
	[ROLE_MANAGER]   =        { true,  true,  true,    true,  true,   false },
	[STANDING_ADMIN] =        { true,  true,  true,    true,  true,   true },
};
/* clang-format on */

bool rights_may_grant(int64_t who, int64_t whose)
{
	if (who < 0 || who >= STANDINGS || whose < 0 || whose >= STANDINGS)
		return false;
	return grants[who][whose];
}

bool name_is_plain(const char *s, const char *extra)
{
	size_t len = strlen(s);

	if (len == 0 || len > NAME_MAX_BYTES || strchr(LOWER DIGITS, s[0]) == NULL)
		return false;
	for (size_t i = 1; i < len; i++)
		if (strchr(LOWER DIGITS "-_", s[i]) == NULL && strchr(extra, s[i]) == NULL)
			return false;
	return true;
}

static bool is_domain(const char *s)
{
	for (;; s++) {
		size_t len = strspn(s, LOWER UPPER DIGITS "-");
		if (len == 0 || len > LABEL_MAX || s[0] == '-' || s[len - 1] == '-')
			return false;
		s += len;
		if (*s == '\0')
			return true;
		if (*s != '.')
			return false;
	}
}

bool email_is_valid(const char *s)
{
	size_t local = strspn(s, LOWER UPPER DIGITS "!#$%&'*+-/=?^_`{|}~.");

	if (local == 0 || local > LOCAL_MAX || s[local] != '@' || strlen(s) > EMAIL_MAX)
		return false;
	if (s[0] == '.' || s[local - 1] == '.' || strstr(s, "..") != NULL)
		return false;
	return is_domain(s + local + 1);
}
