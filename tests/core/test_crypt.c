#include "core/crypt.h"

#include <string.h>
#include <time.h>

#include "core/time.h"
#include "lib/ctx.h"

CTX_TEST(tokens_are_long_random_and_url_safe)
{
	const char *one = crypt_token(c->arena, "sb_"), *other = crypt_token(c->arena, "sb_");

	IS((int64_t)strlen(one), 46);
	HAS(one, "sb_");
	YES(strcmp(one, other) != 0);
	IS((int64_t)strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
	    46);
	IS((int64_t)strlen(crypt_token(c->arena, "")), 43);
}

CTX_TEST(hash_is_sha256_of_the_text)
{
	SAME(crypt_hash(c->arena, "abc"),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	SAME(crypt_hash(c->arena, ""),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

CTX_TEST(derived_value_depends_on_token_and_purpose)
{
	/* RFC 4231, test case 2, in URL-safe base64. */
	SAME(crypt_derive(c->arena, "Jefe", "what do ya want for nothing?"),
	    "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
	YES(strcmp(crypt_derive(c->arena, "t", "csrf"), crypt_derive(c->arena, "t", "x")) != 0);
	YES(strcmp(crypt_derive(c->arena, "t", "csrf"), crypt_derive(c->arena, "u", "csrf")) != 0);
}

TEST(equal_compares_whole_texts)
{
	YES(crypt_equal("abc", "abc"));
	YES(!crypt_equal("abc", "abd"));
	YES(!crypt_equal("abc", "ab"));
	YES(!crypt_equal("", "a"));
	YES(crypt_equal("", ""));
}

CTX_TEST(password_matches_its_own_hash_only)
{
	const char *hash = NULL, *again = NULL;

	IS(crypt_password_hash(c, "correct horse", &hash), OK);
	IS(crypt_password_hash(c, "correct horse", &again), OK);
	HAS(hash, "$argon2id$v=19$m=19456,t=2,p=1$");
	YES(strcmp(hash, again) != 0);
	YES(crypt_password_matches(hash, "correct horse"));
	YES(!crypt_password_matches(hash, "correct horse "));
	YES(!crypt_password_matches(hash, ""));
	YES(!crypt_password_matches("", "correct horse"));
	YES(!crypt_password_matches("not a hash", "correct horse"));
	YES(!crypt_password_matches("$argon2id$v=19$m=19456,t=2,p=1$", ""));
}

/* What the processor did for us: the clock on the wall would measure our neighbours. */
static int64_t work_us(void)
{
	struct timespec t;

	YES(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
	return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

CTX_TEST(unknown_account_takes_as_long_as_a_wrong_password)
{
	const char *hash = NULL;

	IS(crypt_password_hash(c, "x", &hash), OK);
	int64_t best_known = INT64_MAX, best_unknown = INT64_MAX;
	for (int i = 0; i < 5; i++) {
		int64_t begin = work_us();
		YES(!crypt_password_matches(hash, "y"));
		int64_t middle = work_us();
		YES(!crypt_password_matches(NULL, "y"));
		int64_t end = work_us();
		best_known = middle - begin < best_known ? middle - begin : best_known;
		best_unknown = end - middle < best_unknown ? end - middle : best_unknown;
	}
	YES(best_unknown * 2 > best_known && best_known * 2 > best_unknown);
}

CTX_TEST(made_password_has_no_look_alikes)
{
	const char *one = crypt_password_make(c->arena);

	IS((int64_t)strlen(one), 20);
	YES(strpbrk(one, "0O1lIio") == NULL);
	YES(strcmp(one, crypt_password_make(c->arena)) != 0);
}

TEST(forgotten_secret_is_gone)
{
	char secret[] = "hunter2";

	crypt_forget(secret);
	for (size_t i = 0; i < sizeof(secret); i++)
		IS(secret[i], 0);
}
