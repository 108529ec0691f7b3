/* Pairs of names and values: what is taken is UTF-8 and says the same when it is written again. */

#include <string.h>

#include "core/buf.h"
#include "core/text.h"
#include "fuzz/fuzz.h"
#include "http/http.h"

static void check_again(struct req *r)
{
	struct arena *a = r->ctx->arena;
	struct buf b;

	buf_init(&b, a, (size_t)16 * 1024 * 1024);
	for (size_t i = 0; i < r->nquery; i++) {
		const struct pair *p = &r->query[i];
		MUST(text_is_line(p->name, 1, 100));
		MUST(text_is_utf8(p->value, strlen(p->value)));
		buf_printf(&b, "%s=", text_urlencode(a, p->name));
		buf_text(&b, text_urlencode(a, p->value));
		buf_text(&b, "&");
	}
	MUST(req_pairs(r, b.data, b.len, "again", r->form, &r->nform) == OK);
	MUST(r->nform == r->nquery);
	for (size_t i = 0; i < r->nquery; i++)
		MUST(strcmp(r->form[i].name, r->query[i].name) == 0 &&
		     strcmp(r->form[i].value, r->query[i].value) == 0);
}

FUZZ_ENTRY(query)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct req *r = arena_new(c.arena, struct req);
	char *decoded;
	size_t len;

	r->ctx = &c;
	enum err e = req_pairs(r, (const char *)data, size, "query", r->query, &r->nquery);
	MUST(e == OK || (e == ERR_MALFORMED && c.fault.field != NULL));
	if (e == OK)
		check_again(r);
	if (req_decode(&c, (const char *)data, size, &decoded, &len) == OK)
		MUST(len <= size && decoded[len] == '\0');
	arena_destroy(c.arena);
	return 0;
}
