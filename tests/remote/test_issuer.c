/* Which JWTs count. */

#include "remote/issuer.h"

#include "remote/given_issuer.h"

static enum err check(struct ctx *c, const char *token)
{
	const char *account = NULL;
	enum err e = issuer_check(c, token, &account);

	if (e == OK)
		SAME(account, "marta");
	return e;
}

static const char *rs256(struct ctx *c, const char *claims)
{
	return signed_with(c, JWT_ALG_RS256, rsa_private, claims);
}

CTX_TEST(a_jwt_of_the_issuer_counts_whatever_the_algorithm_is)
{
	static const struct {
		const char *name, *key, *private;
		jwt_alg_t algorithm;
	} algorithms[] = {
		{ "RS256", rsa_public, rsa_private, JWT_ALG_RS256 },
		{ "RS512", rsa_public, rsa_private, JWT_ALG_RS512 },
		{ "ES256", ec_public, ec_private, JWT_ALG_ES256 },
		{ "HS256", SHARED, SHARED, JWT_ALG_HS256 },
		{ "HS512", SHARED, SHARED, JWT_ALG_HS512 },
	};
	const char *claims = claims_for(c, "marta", "");

	for (size_t i = 0; i < LENGTH(algorithms); i++) {
		given_issuer(c, algorithms[i].name, algorithms[i].key);
		const char *token = signed_with(
		    c, algorithms[i].algorithm, algorithms[i].private, claims);
		IS(check(c, token), OK);
		for (size_t other = 0; other < LENGTH(algorithms); other++) {
			given_issuer(c, algorithms[other].name, algorithms[other].key);
			if (other != i && check(c, token) != ERR_UNAUTHENTICATED)
				FAIL("%s is taken for %s", algorithms[i].name,
				    algorithms[other].name);
		}
	}
}

CTX_TEST(no_algorithm_and_the_public_key_as_a_secret_are_refused)
{
	const char *claims = claims_for(c, "marta", "");

	given_issuer(c, "RS256", rsa_public);
	const char *none = signed_with(c, JWT_ALG_NONE, NULL, claims);
	IS(check(c, none), ERR_UNAUTHENTICATED);
	IS(check(c, arena_printf(c->arena, "%sAAAA", none)), ERR_UNAUTHENTICATED);
	IS(check(c, signed_with(c, JWT_ALG_HS256, rsa_public, claims)), ERR_UNAUTHENTICATED);
	IS(check(c, signed_with(c, JWT_ALG_RS256, rsa_of_another, claims)), ERR_UNAUTHENTICATED);
	IS(check(c, signed_with(c, JWT_ALG_RS384, rsa_private, claims)), ERR_UNAUTHENTICATED);
	given_issuer(c, "HS256", SHARED);
	IS(check(c, none), ERR_UNAUTHENTICATED);
	IS(check(c, signed_with(c, JWT_ALG_HS256, "another secret of thirty-two bytes", claims)),
	    ERR_UNAUTHENTICATED);
}

/* `%lld` is the moment now. */
CTX_TEST(each_claim_is_checked)
{
#define ISS "\"iss\":\"https://id.example\","
#define AUD "\"aud\":\"signalbox\","
#define SUB "\"sub\":\"marta\","
	static const struct {
		const char *claims; /* before the exp */
		int exp, nbf;       /* seconds from now; 0: no nbf */
		enum err e;
	} cases[] = {
		{ ISS AUD SUB, 1, 0, OK },
		{ ISS AUD SUB, -59, 0, OK },
		{ ISS AUD SUB, -60, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD SUB, -100000, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD SUB, 300, 60, OK },
		{ ISS AUD SUB, 300, 61, ERR_UNAUTHENTICATED },
		{ ISS AUD SUB, 300, -5, OK },
		{ ISS SUB "\"aud\":[\"other\",\"signalbox\"],", 300, 0, OK },
		{ ISS SUB "\"aud\":[\"other\",7],", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS SUB "\"aud\":[],", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS SUB "\"aud\":{\"signalbox\":1},", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS SUB "\"aud\":\"signalbox2\",", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS SUB, 300, 0, ERR_UNAUTHENTICATED },
		{ AUD SUB, 300, 0, ERR_UNAUTHENTICATED },
		{ AUD SUB "\"iss\":\"https://id.example/\",", 300, 0, ERR_UNAUTHENTICATED },
		{ AUD SUB "\"iss\":[\"https://id.example\"],", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD, 300, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD "\"sub\":7,", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD "\"sub\":\"\",", 300, 0, ERR_UNAUTHENTICATED },
		{ ISS AUD "\"sub\":\"a\\nb\",", 300, 0, ERR_UNAUTHENTICATED },
	};

	given_issuer(c, "RS256", rsa_public);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		long long now_s = c->now_us / US_PER_S;
		const char *nbf = cases[i].nbf == 0 ? ""
						    : arena_printf(c->arena, "\"nbf\":%lld,",
							  now_s + cases[i].nbf);
		const char *claims = arena_printf(
		    c->arena, "{%s%s\"exp\":%lld}", cases[i].claims, nbf, now_s + cases[i].exp);
		if (check(c, rs256(c, claims)) != cases[i].e)
			FAIL("%s", claims);
	}
	IS(check(c, rs256(c, "{" ISS AUD "\"sub\":\"marta\"}")), ERR_UNAUTHENTICATED);
	IS(check(c, rs256(c, "{" ISS AUD SUB "\"exp\":\"9999999999\"}")), ERR_UNAUTHENTICATED);
	IS(check(c, rs256(c, "{" ISS AUD SUB "\"exp\":9999999999,\"nbf\":\"0\"}")),
	    ERR_UNAUTHENTICATED);
	IS(check(c, rs256(c, "{" ISS AUD SUB "\"exp\":9999999999.5}")), ERR_UNAUTHENTICATED);
}

CTX_TEST(another_claim_can_name_the_account)
{
	struct config config = *given_issuer(c, "RS256", rsa_public);

	config.jwt_claim = "preferred_username";
	c->config = &config;
	const char *more = ",\"preferred_username\":\"marta\"";
	IS(check(c, rs256(c, claims_for(c, "someone-else", more))), OK);
	IS(check(c, rs256(c, claims_for(c, "marta", ""))), ERR_UNAUTHENTICATED);
}

/* A token of a header of one's own, signed as it should be. */
static const char *with_header(struct ctx *c, const char *header)
{
	const char *right = signed_with(c, JWT_ALG_HS256, SHARED, claims_for(c, "marta", ""));

	return arena_printf(c->arena, "%s%s",
	    text_base64url(c->arena, (const unsigned char *)header, strlen(header)),
	    strchr(right, '.'));
}

CTX_TEST(what_is_no_token_is_refused)
{
	given_issuer(c, "HS256", SHARED);
	const char *right = signed_with(c, JWT_ALG_HS256, SHARED, claims_for(c, "marta", ""));
	size_t len = strlen(right);
	IS(check(c, right), OK);
	char *last = arena_strdup(c->arena, right);
	last[len - 1] = last[len - 1] == 'A' ? 'B' : 'A';
	char *long_one = arena_alloc(c->arena, 5000, 1);
	memset(long_one, 'a', 4999);
	const char *const wrong[] = { "", ".", "..", "...", "a.b.c", "a.b", right + 1,
		arena_strndup(c->arena, right, len - 1), last, arena_printf(c->arena, "%s.", right),
		arena_printf(c->arena, "%s=", right), arena_printf(c->arena, ".%s", right),
		arena_strndup(c->arena, right, (size_t)(strrchr(right, '.') - right) + 1), long_one,
		arena_printf(c->arena, "%s.%s.%s", long_one, long_one, long_one),
		with_header(c, "{}"), with_header(c, "[]"), with_header(c, "{\"alg\":\"none\"}"),
		with_header(c, "{\"alg\":[\"HS256\"]}"), with_header(c, "{\"alg\":\"hs256\"}"),
		with_header(c, "{\"alg\":\"none\",\"alg\":\"HS256\"}"),
		with_header(c, "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}") };
	for (size_t i = 0; i < LENGTH(wrong); i++)
		if (check(c, wrong[i]) != ERR_UNAUTHENTICATED)
			FAIL("%zu is taken: %.60s", i, wrong[i]);
}

CTX_TEST(without_an_issuer_no_jwt_counts)
{
	const char *token = signed_with(c, JWT_ALG_HS256, SHARED, claims_for(c, "marta", ""));

	YES(!issuer_is_known(c));
	IS(check(c, token), ERR_UNAUTHENTICATED);
}
