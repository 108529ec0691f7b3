#include "remote/issuer.h"

#include <jwt.h>
#include <string.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/json.h"
#include "core/log.h"
#include "core/text.h"
#include "core/time.h"

enum { TOKEN_MAX = 4096, NAME_MAX_CHARS = 63, LEEWAY_S = 60 };

/* The three parts of a token, as they stand in it. */
struct parts {
	const char *header, *claims, *signature;
	size_t header_len, claims_len, signature_len;
};

bool issuer_is_known(const struct ctx *c)
{
	return *c->config->jwt_issuer != '\0';
}

/* What is wrong is for who runs this; who shows a token learns only that it does not count. */
static enum err refuse(struct ctx *c, const char *why)
{
	log_event(c, LOG_INFO, "jwt_refused", LOG_TEXT("why", why));
	return fail(c, ERR_UNAUTHENTICATED, NULL,
	    "This token is not one of the configured issuer, is over, or is not meant for us.");
}

static bool split(const char *token, struct parts *out)
{
	const char *first = strchr(token, '.');
	const char *second = first == NULL ? NULL : strchr(first + 1, '.');

	if (second == NULL || strlen(token) > TOKEN_MAX)
		return false;
	*out = (struct parts){ token, first + 1, second + 1, (size_t)(first - token),
		(size_t)(second - first - 1), strlen(second + 1) };
	return out->header_len > 0 && out->claims_len > 0 && out->signature_len > 0 &&
	       strchr(second + 1, '.') == NULL;
}

static bool read_part(struct ctx *c, const char *part, size_t part_len, struct json **out)
{
	size_t len;
	const char *text = crypt_base64url(c->arena, part, part_len, &len);

	return text != NULL && json_parse(c, text, len, out) == OK &&
	       json_type(*out) == JSON_OBJECT;
}

static bool is_text(const struct json *object, const char *key, const char *want)
{
	const struct json *v = json_get(object, key);

	return json_type(v) == JSON_STRING && strcmp(json_text(v), want) == 0;
}

/* NULL, or what is wrong. */
static const char *header_wrong(struct ctx *c, const struct parts *p)
{
	struct json *header;

	if (!read_part(c, p->header, p->header_len, &header))
		return "header";
	if (!is_text(header, "alg", c->config->jwt_algorithm))
		return "algorithm";
	return json_get(header, "crit") == NULL ? NULL : "crit";
}

static const char *signature_wrong(struct ctx *c, const char *token, const struct parts *p)
{
	const struct config *config = c->config;
	jwt_alg_t algorithm = jwt_str_alg(config->jwt_algorithm);
	jwt_t *jwt = NULL;
	size_t len;

	/* Bits behind the end of the signature must be zero: one token, one spelling. */
	if (crypt_base64url(c->arena, p->signature, p->signature_len, &len) == NULL)
		return "signature";
	int rc = jwt_decode(
	    &jwt, token, (const unsigned char *)config->jwt_key, (int)strlen(config->jwt_key));
	bool right = rc == 0 && jwt != NULL && algorithm != JWT_ALG_NONE &&
		     algorithm != JWT_ALG_INVAL && jwt_get_alg(jwt) == algorithm;
	jwt_free(jwt);
	return right ? NULL : "signature";
}

static bool is_meant_for(const struct json *audience, const char *us)
{
	if (json_type(audience) == JSON_STRING)
		return strcmp(json_text(audience), us) == 0;
	for (size_t i = 0; i < json_length(audience); i++) {
		const struct json *one = json_at(audience, i);
		if (json_type(one) == JSON_STRING && strcmp(json_text(one), us) == 0)
			return true;
	}
	return false;
}

static const char *times_wrong(const struct ctx *c, const struct json *claims)
{
	const struct json *exp = json_get(claims, "exp"), *nbf = json_get(claims, "nbf");
	int64_t now_s = c->now_us / US_PER_S;

	if (json_type(exp) != JSON_INT || json_int(exp) < now_s - LEEWAY_S + 1)
		return "exp";
	if (nbf != NULL && (json_type(nbf) != JSON_INT || json_int(nbf) > now_s + LEEWAY_S))
		return "nbf";
	return NULL;
}

static const char *claims_wrong(struct ctx *c, const struct parts *p, const char **account)
{
	const struct config *config = c->config;
	struct json *claims;

	if (!read_part(c, p->claims, p->claims_len, &claims))
		return "claims";
	if (!is_text(claims, "iss", config->jwt_issuer))
		return "iss";
	if (!is_meant_for(json_get(claims, "aud"), config->jwt_audience))
		return "aud";
	const char *wrong = times_wrong(c, claims);
	if (wrong != NULL)
		return wrong;
	const struct json *name = json_get(claims, config->jwt_claim);
	*account = json_text(name);
	return text_is_line(*account, 1, NAME_MAX_CHARS) ? NULL : "account";
}

enum err issuer_check(struct ctx *c, const char *token, const char **account)
{
	struct parts p;
	const char *why;

	if (!issuer_is_known(c) || !split(token, &p))
		return refuse(c, "shape");
	if ((why = header_wrong(c, &p)) == NULL && (why = signature_wrong(c, token, &p)) == NULL &&
	    (why = claims_wrong(c, &p, account)) == NULL)
		return OK;
	return refuse(c, why);
}
