/* Text of a job's definition, in which credentials are looked for: what is told is a name that
 * stands there, or one of our own words. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "model/spec_secret.h"

FUZZ_ENTRY(secret)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	const char *text = arena_strndup(c.arena, (const char *)data, size);
	const char *found = secret_in_text(&c, text);

	if (found != NULL)
		MUST(*found != '\0' && (strstr(text, found) != NULL || strchr(found, ' ') != NULL ||
					   strcmp(found, "Authorization") == 0));
	found = secret_in_setting(&c, "password", text);
	if (found != NULL)
		MUST(*found != '\0');
	arena_destroy(c.arena);
	return 0;
}
