#ifndef MODEL_BASE64_H
#define MODEL_BASE64_H

/* base64: reading and writing it; the URL-safe kind is written by core/text. */

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

/* STANDARD is as Go's base64.StdEncoding: + and /, padding needed, line breaks passed over. URL has
 * - and _ and no padding. */
enum base64 { BASE64_STANDARD, BASE64_URL };

/* False unless all of `s` is that. *out is NUL-terminated behind *len bytes; arena-owned. */
bool base64_decode(struct arena *a, const char *s, enum base64 kind, char **out, size_t *len);

/* STANDARD, without line breaks; arena-owned. */
char *base64_write(struct arena *a, const char *bytes, size_t len);

#endif
