#include "core/crypt.h"

#include <sodium.h>
#include <string.h>

#include "core/text.h"

enum { PASSWORD_OPS = 2, PASSWORD_MEMORY = 19 * 1024 * 1024, PASSWORD_MADE_LENGTH = 20 };

/* A hash of random bytes that nobody kept: what an unknown account is compared with. */
static const char nobodys[] = "$argon2id$v=19$m=19456,t=2,p=1$DTftIQC13H0PBOuByBfDyg$"
			      "tKC1kaD9aQ9eLiiQA+nbWYgThUzwMiAujIuXRTGb+2M";

bool crypt_init(void)
{
	return sodium_init() >= 0;
}

const char *crypt_token(struct arena *a, const char *prefix)
{
	unsigned char bytes[TOKEN_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	const char *token = arena_printf(
	    a, "%s%s", prefix, text_base64url(a, bytes, sizeof(bytes)));
	sodium_memzero(bytes, sizeof(bytes));
	return token;
}

const char *crypt_sha256(struct arena *a, const char *bytes, size_t len)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)bytes, len);
	return text_hex(a, hash, sizeof(hash));
}

const char *crypt_hash(struct arena *a, const char *token)
{
	return crypt_sha256(a, token, strlen(token));
}

const char *crypt_derive(struct arena *a, const char *token, const char *purpose)
{
	crypto_auth_hmacsha256_state state;
	unsigned char out[crypto_auth_hmacsha256_BYTES];

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)token, strlen(token));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, strlen(purpose));
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
	return text_base64url(a, out, sizeof(out));
}

char *crypt_base64url(struct arena *a, const char *s, size_t len, size_t *out_len)
{
	size_t size = len / 4 * 3 + 3;
	char *bytes = arena_alloc(a, size + 1, 1);
	const char *end = NULL;

	if (sodium_base642bin((unsigned char *)bytes, size, s, len, NULL, out_len, &end,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    end != s + len)
		return NULL;
	bytes[*out_len] = '\0';
	return bytes;
}

bool crypt_equal(const char *x, const char *y)
{
	size_t len = strlen(x);

	return strlen(y) == len && sodium_memcmp(x, y, len) == 0;
}

enum err crypt_password_hash(struct ctx *c, const char *password, const char **out)
{
	char *hash = arena_alloc(c->arena, 1, crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str_alg(hash, password, strlen(password), PASSWORD_OPS, PASSWORD_MEMORY,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return fail(c, ERR_INTERNAL, NULL, "not enough memory to hash a password");
	*out = hash;
	return OK;
}

bool crypt_password_matches(const char *hash, const char *password)
{
	const char *against = hash ? hash : nobodys;
	bool same = crypto_pwhash_str_verify(against, password, strlen(password)) == 0;

	return same && hash != NULL;
}

const char *crypt_password_make(struct arena *a)
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	char *s = arena_alloc(a, PASSWORD_MADE_LENGTH + 1, 1);

	for (int i = 0; i < PASSWORD_MADE_LENGTH; i++)
		s[i] = letters[randombytes_uniform(sizeof(letters) - 1)];
	return s;
}

void crypt_forget(char *secret)
{
	sodium_memzero(secret, strlen(secret));
}
