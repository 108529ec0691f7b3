/* Queries and forms, and what handlers read from them. */

#include <string.h>

#include "http/http.h"
#include "lib/ctx.h"

static struct req *with(struct ctx *c, const char *query, const char *form)
{
	struct req *r = arena_new(c->arena, struct req);

	req_init(r, c);
	IS(req_pairs(r, query, strlen(query), "query", r->query, &r->nquery), OK);
	IS(req_pairs(r, form, strlen(form), "form", r->form, &r->nform), OK);
	return r;
}

CTX_TEST(decode_keeps_every_byte)
{
	char *out = NULL;
	size_t len = 0;

	IS(req_decode(c, "a+b%00%ff%2B%0a", 15, &out, &len), OK);
	IS((int64_t)len, 7);
	IS(memcmp(out, "a b\0\xff+\n", 8), 0);
	IS(req_decode(c, "", 0, &out, &len), OK);
	IS((int64_t)len, 0);
	IS(req_decode(c, "%4", 2, &out, &len), ERR_MALFORMED);
	IS(req_decode(c, "%41", 2, &out, &len), ERR_MALFORMED); /* the 1 is behind the end */
	IS(req_decode(c, "%g1", 3, &out, &len), ERR_MALFORMED);
	IS(req_decode(c, "%1g", 3, &out, &len), ERR_MALFORMED);
}

CTX_TEST(form_fields_are_given_once)
{
	struct req *r = with(c, "", "a=1&b=x&b=y&e=");
	const char *text = "as it was";

	IS(form_text(r, "a", &text), OK);
	SAME(text, "1");
	IS(form_text(r, "e", &text), OK);
	SAME(text, "");
	IS(form_text(r, "b", &text), ERR_INVALID);
	SAME(c->fault.field, "b");
	IS(form_text(r, "z", &text), ERR_INVALID);
	SAME(ctx_fault(c), "z: is missing");
	text = "as it was";
	IS(form_maybe(r, "z", &text), OK);
	SAME(text, "as it was");
	IS(form_maybe(r, "b", &text), ERR_INVALID);
}

CTX_TEST(form_numbers_are_whole_and_in_range)
{
	struct req *r = with(c, "", "a=5&b=5x&c=-1&d=");
	int64_t n = 7;

	IS(form_int(r, "a", 1, 5, &n), OK);
	IS(n, 5);
	IS(form_int(r, "a", 6, 9, &n), ERR_INVALID);
	SAME(ctx_fault(c), "a: must be a whole number from 6 to 9");
	IS(form_int(r, "b", 1, 9, &n), ERR_INVALID);
	IS(form_int(r, "c", 0, 9, &n), ERR_INVALID);
	IS(form_int(r, "d", 0, 9, &n), ERR_INVALID);
	IS(form_int(r, "z", 0, 9, &n), ERR_INVALID);
	IS(n, 5);
}

CTX_TEST(form_flag_is_there_or_not)
{
	struct req *r = with(c, "", "a=on&b=on&b=on");
	bool flag = false;

	IS(form_flag(r, "a", &flag), OK);
	YES(flag);
	IS(form_flag(r, "z", &flag), OK);
	YES(!flag);
	IS(form_flag(r, "b", &flag), ERR_INVALID);
}

CTX_TEST(unknown_names_are_named)
{
	static const char *const known[] = { "a", NULL };

	IS(form_only(with(c, "", "a=1&csrf=x"), known), OK);
	IS(form_only(with(c, "", "a=1&x=2"), known), ERR_INVALID);
	SAME(c->fault.field, "x");
	IS(query_only(with(c, "a=1", ""), known), OK);
	IS(query_only(with(c, "csrf=1", ""), known), ERR_INVALID);
	SAME(c->fault.field, "csrf");
}

CTX_TEST(query_parameters_may_be_absent)
{
	struct req *r = with(c, "n=5&t=x&two=1&two=2", "");
	const char *text = "as it was";
	int64_t n = 7;

	IS(query_text(r, "z", &text), OK);
	SAME(text, "as it was");
	IS(query_text(r, "t", &text), OK);
	SAME(text, "x");
	IS(query_text(r, "two", &text), ERR_INVALID);
	IS(query_int(r, "z", 0, 9, &n), OK);
	IS(n, 7);
	IS(query_int(r, "n", 0, 9, &n), OK);
	IS(n, 5);
	IS(query_int(r, "t", 0, 9, &n), ERR_INVALID);
	SAME(c->fault.field, "t");
}
