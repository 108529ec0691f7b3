#ifndef ENGINE_BASE64_H
#define ENGINE_BASE64_H

/* base64: with padding and line breaks allowed anywhere, as Go's StdEncoding reads it. */

#include "core/ctx.h"

/* *out is NUL-terminated. ERR_INVALID with Go's words. */
MUST_USE enum err gobase64_decode(struct ctx *c, const char *text, const char **out, size_t *len);

#endif
