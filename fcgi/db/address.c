/* What an address says, read by libpq itself. */

#include <string.h>

#include "db/inside.h"

static void release(void *options)
{
	PQconninfoFree(options);
}

const char *db_address_password(struct arena *a, const char *address)
{
	PQconninfoOption *options = PQconninfoParse(address, NULL);

	if (options == NULL)
		return NULL;
	arena_defer(a, release, options);
	for (PQconninfoOption *o = options; o->keyword != NULL; o++)
		if (strcmp(o->keyword, "password") == 0)
			return o->val;
	return NULL;
}

/* Where a password stands or may stand: of a URL from the first colon of its authority to the last
 * at-sign; else from the word password on; and all of what is neither. */
static void secret_part(const char *address, const char **from, const char **to)
{
	const char *scheme = strstr(address, "://"), *word = strstr(address, "password");

	*from = address;
	*to = address + strlen(address);
	if (scheme != NULL && strrchr(scheme, '@') != NULL) {
		*from = scheme + 3 + strcspn(scheme + 3, ":@");
		*to = word != NULL ? *to : strrchr(scheme, '@');
	} else if (word != NULL) {
		*from = word + strlen("password");
	} else if (scheme != NULL || strchr(address, '=') != NULL) {
		*from = *to; /* there is none */
	}
}

static bool stands_in(
    const char *from, const char *to, const char *address, const char *piece, size_t len)
{
	for (const char *at = address; *at != '\0'; at++)
		if (strncmp(at, piece, len) == 0 && at < to && at + len > from)
			return true;
	return false;
}

bool db_address_shows(const char *address, const char *said)
{
	const char *from, *to, *quote = strchr(said, '"');

	secret_part(address, &from, &to);
	while (quote != NULL) {
		size_t len = strcspn(quote + 1, "\"");
		bool is_word = len > 1 || (len == 1 && quote[1] != '=');
		if (is_word && stands_in(from, to, address, quote + 1, len))
			return true;
		quote = quote[1 + len] == '"' ? strchr(quote + 2 + len, '"') : NULL;
	}
	return false;
}
