#ifndef MODEL_LIKE_H
#define MODEL_LIKE_H

/* like: what LIKE looks for to find `text` anywhere; nothing in it has a meaning of its own. */

#include <stddef.h>

#include "core/arena.h"

const char *like_part(struct arena *a, const char *text, size_t len);

/* The same in lower case: A to Z alone, which is what names and addresses hold. */
const char *like_lower(struct arena *a, const char *text);
char like_letter(char ch);

#endif
