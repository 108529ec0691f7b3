/* The Cookie and Authorization headers. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "http/http.h"

FUZZ_ENTRY(cookie)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);

	req_init(r, &c);
	r->cookie = r->authorization = arena_strndup(c.arena, (const char *)data, size);
	const char *value = req_cookie(r, "__Host-signalbox");
	const char *token = req_bearer(r);
	for (const char *s = value; s != NULL && *s != '\0'; s++)
		MUST(*s > ' ' && *s < 0x7f && strchr("\",;\\", *s) == NULL);
	if (value != NULL)
		MUST(strstr(r->cookie, "__Host-signalbox=") != NULL);
	if (token != NULL)
		MUST(*token != '\0' && strlen(token) <= 4096 && strpbrk(token, " \t\r\n,") == NULL);
	arena_destroy(c.arena);
	return 0;
}
