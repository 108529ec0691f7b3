#ifndef TESTS_REMOTE_GIVEN_ISSUER_H
#define TESTS_REMOTE_GIVEN_ISSUER_H

/* An issuer, and the tokens it makes. */

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/text.h"
#include "core/time.h"
#include "lib/ctx.h"
#include "remote/keys.h"

/* The configuration of a site that takes its tokens. */
static inline const struct config *given_issuer(
    struct ctx *c, const char *algorithm, const char *key)
{
	struct config *config = arena_new(c->arena, struct config);

	*config = site_config;
	config->jwt_issuer = "https://id.example";
	config->jwt_audience = "signalbox";
	config->jwt_algorithm = algorithm;
	config->jwt_key = key;
	c->config = config;
	return config;
}

static inline const char *signed_with(
    struct ctx *c, jwt_alg_t algorithm, const char *key, const char *claims)
{
	jwt_t *jwt = NULL;

	if (jwt_new(&jwt) != 0 || jwt_add_grants_json(jwt, claims) != 0 ||
	    jwt_set_alg(jwt, algorithm, (const unsigned char *)key, key ? (int)strlen(key) : 0) !=
		0)
		FAIL("no token: %s", claims);
	char *made = jwt_encode_str(jwt), *text = arena_strdup(c->arena, made ? made : "");
	free(made);
	jwt_free(jwt);
	return text;
}

/* {"iss","aud","exp","sub"} of a token that is right; `more` begins with a comma, or is "". */
static inline const char *claims_for(struct ctx *c, const char *account, const char *more)
{
	return arena_printf(c->arena,
	    "{\"iss\":\"https://id.example\",\"aud\":\"signalbox\",\"exp\":%lld,\"sub\":\"%s\"%s}",
	    (long long)(c->now_us / US_PER_S + 300), account, more);
}

#endif
