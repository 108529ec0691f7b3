/* A bearer token that may be a JWT. */

#include <string.h>

#include "core/time.h"
#include "fuzz/fuzz.h"
#include "remote/issuer.h"

FUZZ_ENTRY(jwt)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct config config = fuzz_config;
	const char *account = NULL;

	config.jwt_issuer = "https://id.example";
	config.jwt_audience = "signalbox";
	config.jwt_algorithm = "HS256";
	config.jwt_key = "0123456789abcdef0123456789abcdef";
	c.config = &config;
	c.now_us = INT64_C(1795000000) * US_PER_S;
	const char *token = arena_strndup(c.arena, (const char *)data, size);
	enum err e = issuer_check(&c, token, &account);
	MUST(e == OK || e == ERR_UNAUTHENTICATED);
	if (e == OK) { /* nobody guesses a signature: it is the one of the corpus */
		MUST(strcmp(account, "marta") == 0);
		MUST(strlen(token) <= 4096);
	}
	arena_destroy(c.arena);
	return 0;
}
