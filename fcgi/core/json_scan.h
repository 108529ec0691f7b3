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

/* A member whose value is being read, and the one that it stands in. */
struct inside {
	const char *key;
	const struct inside *outer;
};

struct parser {
	struct arena *arena; /* scratch for strings */
	const char *start, *at, *end;
	const char *wrong; /* set once: what was expected where `at` stands */
	bool loose;        /* \u0000 and lone surrogates become U+FFFD */
	bool is_json;      /* what is wrong is JSON all the same, and we do not take it */
	const char *field; /* then: which member it is, "a.b"; NULL: none */
	const struct inside *inside;
	int64_t left; /* bytes that the values may still take */
};

/* Both are false. The text is no JSON; or it is, and what the innermost member has is refused:
 * `wrong` goes on "retries ...". */
bool json_refuse(struct parser *p, const char *wrong);
bool json_refuse_value(struct parser *p, const char *wrong);
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
