#ifndef CORE_JSON_SCAN_H
#define CORE_JSON_SCAN_H

/*
 * json_scan: the words, strings and numbers of a JSON text; for json_parse.c alone.
 *
 * Each takes what stands at `at` and moves behind it, or sets `wrong`, which ends the parse.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/json_inside.h"

struct parser {
	struct arena *arena; /* scratch for strings */
	const char *start, *at, *end;
	const char *wrong; /* set once: what was expected where `at` stands */
	bool loose;        /* \u0000 and lone surrogates become U+FFFD */
};

bool json_refuse(struct parser *p, const char *wrong); /* false */
void json_skip_space(struct parser *p);

/* '\0' at the end. These two are called for each byte. */
static inline char json_peek(const struct parser *p)
{
	return p->at == p->end ? '\0' : *p->at;
}

static inline bool json_take(struct parser *p, char c)
{
	if (p->at == p->end || *p->at != c)
		return false;
	p->at++;
	return true;
}

bool json_take_word(struct parser *p, const char *text);
/* *out is the parser's arena's, decoded. */
bool json_take_string(struct parser *p, char **out, size_t *len);
struct jsonc_object *json_take_number(struct parser *p); /* NULL: `wrong` is set */

#endif
