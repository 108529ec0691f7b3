#ifndef CORE_SEAL_H
#define CORE_SEAL_H

/*
 * seal: secrets at rest, and signatures made with them.
 *
 * What is sealed (XChaCha20-Poly1305, key from SIGNALBOX_SECRET_KEY) opens only at the place it was
 * sealed for, "channel.secret.7": table, column, row. A row's secret copied to another row is
 * nothing.
 */

#include <stddef.h>

#include "core/ctx.h"

struct sealed {
	const char *bytes; /* arena-owned */
	size_t len;
};

/* ERR_UNAVAILABLE: no key is set. */
MUST_USE enum err seal(struct ctx *c, const char *place, const char *text, struct sealed *out);
/* *text is arena-owned. ERR_UNAVAILABLE: no key, or another one than it was sealed with, or not for
 * this place. */
MUST_USE enum err unseal(
    struct ctx *c, const char *place, const struct sealed *in, const char **text);

/* A new secret of a webhook as Standard Webhooks writes them: "whsec_" and 32 random bytes in
 * base64. */
const char *seal_webhook_secret(struct arena *a);

/* What stands in webhook-signature: "v1," and the base64 of the HMAC-SHA256 of the text under such
 * a secret. NULL: it is none. */
const char *seal_webhook_signature(struct arena *a, const char *secret, const char *text);

/* Base64 with + and / and padding, in lines of `line` characters that end in CR LF; 0: in one. */
const char *seal_base64(struct arena *a, const char *bytes, size_t len, size_t line);

/* `n` random bytes as URL-safe base64 without padding. */
const char *seal_random(struct arena *a, size_t n);

#endif
