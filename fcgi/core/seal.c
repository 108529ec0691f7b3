#include "core/seal.h"

#include <sodium.h>
#include <string.h>

#include "core/config.h"
#include "core/text.h"

#define KEY_BYTES   crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PREFIX      "whsec_"

enum { VERSION = 1, HEAD_BYTES = 1 + NONCE_BYTES, WEBHOOK_BYTES = 32, WEBHOOK_MAX = 64 };

/* The setting is a text of any form; the key is its hash for this one purpose. */
static enum err derive(struct ctx *c, unsigned char key[KEY_BYTES])
{
	static const char purpose[] = "signalbox secrets at rest, 1";
	const char *from = c->config == NULL ? "" : c->config->secret_key;

	if (*from == '\0')
		return fail(c, ERR_UNAVAILABLE, NULL,
		    "Secrets cannot be kept here: SIGNALBOX_SECRET_KEY is not set.");
	crypto_generichash(key, KEY_BYTES, (const unsigned char *)from, strlen(from),
	    (const unsigned char *)purpose, sizeof(purpose) - 1);
	return OK;
}

enum err seal(struct ctx *c, const char *place, const char *text, struct sealed *out)
{
	unsigned char key[KEY_BYTES];
	size_t len = strlen(text);
	unsigned char *to = arena_alloc(c->arena, HEAD_BYTES + len + TAG_BYTES, 1);
	unsigned long long sealed_len;

	TRY(derive(c, key));
	to[0] = VERSION;
	randombytes_buf(to + 1, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(to + HEAD_BYTES, &sealed_len,
	    (const unsigned char *)text, len, (const unsigned char *)place, strlen(place), NULL,
	    to + 1, key);
	sodium_memzero(key, sizeof(key));
	*out = (struct sealed){ (const char *)to, HEAD_BYTES + (size_t)sealed_len };
	return OK;
}

enum err unseal(struct ctx *c, const char *place, const struct sealed *in, const char **text)
{
	unsigned char key[KEY_BYTES];
	const unsigned char *from = (const unsigned char *)in->bytes;
	char *plain = arena_alloc(c->arena, in->len + 1, 1);
	int rc = -1;

	TRY(derive(c, key));
	if (in->len >= HEAD_BYTES + TAG_BYTES && from[0] == VERSION)
		rc = crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)plain, NULL, NULL,
		    from + HEAD_BYTES, in->len - HEAD_BYTES, (const unsigned char *)place,
		    strlen(place), from + 1, key);
	sodium_memzero(key, sizeof(key));
	if (rc != 0)
		return fail(c, ERR_UNAVAILABLE, NULL,
		    "A secret cannot be opened: SIGNALBOX_SECRET_KEY is not the one it was kept "
		    "with.");
	*text = plain;
	return OK;
}

const char *seal_base64(struct arena *a, const char *bytes, size_t len, size_t line)
{
	size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
	char *all = arena_alloc(a, size, 1);

	sodium_bin2base64(
	    all, size, (const unsigned char *)bytes, len, sodium_base64_VARIANT_ORIGINAL);
	if (line == 0)
		return all;
	char *folded = arena_alloc(a, size + 2 * (size / line + 2), 1), *to = folded;
	for (const char *s = all; *s != '\0';) {
		size_t n = strnlen(s, line);
		memcpy(to, s, n);
		memcpy(to + n, "\r\n", 2);
		to += n + 2;
		s += n;
	}
	return folded;
}

const char *seal_random(struct arena *a, size_t n)
{
	unsigned char *bytes = arena_alloc(a, n, 1);

	randombytes_buf(bytes, n);
	return text_base64url(a, bytes, n);
}

const char *seal_webhook_secret(struct arena *a)
{
	char bytes[WEBHOOK_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	const char *secret = arena_printf(a, PREFIX "%s", seal_base64(a, bytes, sizeof(bytes), 0));
	sodium_memzero(bytes, sizeof(bytes));
	return secret;
}

const char *seal_webhook_signature(struct arena *a, const char *secret, const char *text)
{
	unsigned char key[WEBHOOK_MAX], mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	size_t len;

	if (!text_starts(secret, PREFIX) ||
	    sodium_base642bin(key, sizeof(key), secret + strlen(PREFIX),
		strlen(secret) - strlen(PREFIX), NULL, &len, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	crypto_auth_hmacsha256_init(&state, key, len);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&state, sizeof(state));
	return arena_printf(a, "v1,%s", seal_base64(a, (const char *)mac, sizeof(mac), 0));
}
