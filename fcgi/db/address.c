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
