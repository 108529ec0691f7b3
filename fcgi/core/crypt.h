#ifndef CORE_CRYPT_H
#define CORE_CRYPT_H

/* crypt: the few uses of libsodium, each under the name of its purpose. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/ctx.h"

enum { TOKEN_BYTES = 32, HASH_BYTES = 32 };

/* Call once per process, before anything else here; false when the machine has no randomness. */
MUST_USE bool crypt_init(void);

/* 256 random bits as 43 characters of URL-safe base64, after `prefix`. */
const char *crypt_token(struct arena *a, const char *prefix);

/* What is stored of a token: the SHA-256 of its text, as 64 hexadecimal digits. */
const char *crypt_hash(struct arena *a, const char *token);

/* The SHA-256 of any bytes, as 64 hexadecimal digits. */
const char *crypt_sha256(struct arena *a, const char *bytes, size_t len);

/* A second value derived from a token, that tells nothing about it nor about its hash: the CSRF
 * token of a session. `purpose` is a constant. */
const char *crypt_derive(struct arena *a, const char *token, const char *purpose);

/* What `len` characters of URL-safe base64 without padding stand for; arena-owned, NUL-terminated
 * behind *out_len bytes. NULL: they are none, or not in their one spelling. */
char *crypt_base64url(struct arena *a, const char *s, size_t len, size_t *out_len);

bool crypt_equal(const char *x, const char *y); /* in constant time for equal lengths */

/* argon2id, 19 MiB, t = 2: about 20 ms. ERR_INTERNAL: not enough memory. */
MUST_USE enum err crypt_password_hash(struct ctx *c, const char *password, const char **out);

/* False for a wrong password; `hash` NULL takes as long and is always false (unknown account). */
bool crypt_password_matches(const char *hash, const char *password);

/* A readable first password: 20 characters without look-alikes. */
const char *crypt_password_make(struct arena *a);

/* Nothing of the request's secrets stays behind. */
void crypt_forget(char *secret);

#endif
