/* The request line: one spelling for each path, everything else refused. */

#include <string.h>

#include "http/http.h"
#include "lib/ctx.h"

static struct req *request(struct ctx *c)
{
	struct req *r = arena_new(c->arena, struct req);

	req_init(r, c);
	return r;
}

CTX_TEST(target_is_split_and_decoded_once)
{
	struct req *r = request(c);

	IS(req_target(r, "/jobs/na%C3%AFve?q=a+b%26c&empty=&flag&q=2"), OK);
	SAME(r->path, "/jobs/na\xc3\xafve");
	IS((int64_t)r->nquery, 4);
	SAME(r->query[0].name, "q");
	SAME(r->query[0].value, "a b&c");
	SAME(r->query[1].value, "");
	SAME(r->query[2].name, "flag");
	SAME(r->query[2].value, "");
	SAME(r->query[3].value, "2");
}

CTX_TEST(target_takes_canonical_paths)
{
	static const char *const good[] = { "/", "/a", "/a/", "/a-b_c.d~e/F0",
		"/a:b@c!$&'()*+,;=", "/%20", "/...", "/.a", "/a..", "/a%3Ab", "/a%c3%a9", "/?",
		"/?a?b", "/?&&", "/?a=/../%2F" };

	for (size_t i = 0; i < LENGTH(good); i++)
		if (req_target(request(c), good[i]) != OK)
			FAIL("refuses %s: %s", good[i], c->fault.detail);
}

CTX_TEST(target_refuses_any_other_spelling)
{
	static const char *const bad[] = { "", "*", "a", "?a", "http://localhost/", "//", "//a",
		"/a//b", "/a//", "/.", "/..", "/./a", "/a/.", "/a/..", "/a/../b", "/%2e",
		"/%2E%2e/a", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/a%00", "/a%0a", "/a%0D%0A",
		"/a%1f", "/a%7F", "/a%41", "/a%7e", "/a%2D", "/a%25", "/a%252F", "/a%", "/a%4",
		"/a%zz", "/a%c3", "/a%c3%28", "/a%ff", "/a%c0%af", "/a%ed%a0%80", "/a%c2%80",
		"/a%e2%80%a8", "/a b", "/a\tb", "/a#b", "/a\"b", "/a<b", "/a>b", "/a^b", "/a`b",
		"/a{b", "/a|b", "/a}b", "/a[b", "/\xc3\xa9", "/\xff", "/\x7f", "/a\nb" };

	for (size_t i = 0; i < LENGTH(bad); i++)
		if (req_target(request(c), bad[i]) != ERR_MALFORMED)
			FAIL("takes %s", bad[i]);
}

CTX_TEST(target_refuses_a_bad_query_and_names_the_parameter)
{
	static const char *const bad[] = { "/?a=%", "/?a=%4", "/?a=%zz", "/?a=%00", "/?a=%ff",
		"/?a=\xff", "/?a=%ed%a0%80", "/?ok=1&a=%C3" };
	static const char *const nameless[] = { "/?=1", "/?%00=1", "/?%ff=1", "/?%0a=1", "/?%=1" };

	for (size_t i = 0; i < LENGTH(bad); i++) {
		IS(req_target(request(c), bad[i]), ERR_MALFORMED);
		SAME(c->fault.field, "a");
	}
	for (size_t i = 0; i < LENGTH(nameless); i++) {
		IS(req_target(request(c), nameless[i]), ERR_MALFORMED);
		SAME(c->fault.field, "query");
	}
}

CTX_TEST(target_has_a_greatest_length_and_number_of_parameters)
{
	char *path = arena_alloc(c->arena, 5001, 1);
	struct buf_of {
		char text[2 * REQ_PAIRS + 8];
	} many = { "/?" };

	memset(path, 'a', 5000);
	path[0] = '/';
	IS(req_target(request(c), path), ERR_MALFORMED);
	path[2048] = '\0';
	IS(req_target(request(c), path), OK);
	for (size_t i = 0; i < REQ_PAIRS; i++)
		memcpy(many.text + 2 + 2 * i, "a&", 3);
	struct req *r = request(c);
	IS(req_target(r, many.text), OK);
	IS((int64_t)r->nquery, REQ_PAIRS);
	memcpy(many.text + 2 + 2 * (size_t)REQ_PAIRS, "a", 2);
	IS(req_target(request(c), many.text), ERR_MALFORMED);
}

TEST(local_path_leads_nowhere_else)
{
	static const char *const bad[] = { "", "//evil.example", "/\\evil.example",
		"https://evil.example", "javascript:alert(1)", "/a/../b", "/%2F/evil", "evil",
		"/a\nb", "/a?b\nc", "/a#b", "/a?b c", "/a?\"", "/a?\xff", "/ ", "?a", "/a?\\" };
	char huge[3000] = "/?";

	for (size_t i = 0; i < LENGTH(bad); i++)
		if (path_is_local(bad[i]))
			FAIL("takes %s", bad[i]);
	YES(path_is_local("/"));
	YES(path_is_local("/jobs?q=a+b&after=x%3D"));
	memset(huge + 2, 'a', sizeof(huge) - 3);
	YES(!path_is_local(huge));
}

TEST(methods_are_known_by_their_exact_names)
{
	IS(req_method("GET"), GET);
	IS(req_method("DELETE"), DELETE);
	IS(req_method("PATCH"), PATCH);
	IS(req_method("get"), METHOD_OTHER);
	IS(req_method(""), METHOD_OTHER);
	IS(req_method("OPTIONS"), METHOD_OTHER);
}

static const char *cookie(struct ctx *c, const char *header)
{
	struct req *r = request(c);

	r->cookie = header;
	return req_cookie(r, "__Host-signalbox");
}

CTX_TEST(cookie_is_found_once_or_not_at_all)
{
	SAME(cookie(c, "__Host-signalbox=abc"), "abc");
	SAME(cookie(c, "a=b; __Host-signalbox=abc-_1; c=d"), "abc-_1");
	SAME(cookie(c, "a=b;__Host-signalbox=abc "), "abc");
	SAME(cookie(c, "__Host-signalbox="), "");
	SAME(cookie(c, ";;; __Host-signalbox=a=b;"), "a=b");
	SAME(cookie(c, ""), NULL);
	SAME(cookie(c, "__Host-signalbox"), NULL);
	SAME(cookie(c, "x__Host-signalbox=abc"), NULL);
	SAME(cookie(c, "__Host-signalboxx=abc"), NULL);
	SAME(cookie(c, "__host-signalbox=abc"), NULL);
	SAME(cookie(c, "a=__Host-signalbox=abc"), NULL);
	SAME(cookie(c, "__Host-signalbox=a; __Host-signalbox=a"), NULL);
	SAME(cookie(c, "__Host-signalbox=a\"b"), NULL);
	SAME(cookie(c, "__Host-signalbox=a b"), NULL);
	SAME(cookie(c, "__Host-signalbox=a\xff"), NULL);
}

static const char *bearer(struct ctx *c, const char *header)
{
	struct req *r = request(c);

	r->authorization = header;
	return req_bearer(r);
}

CTX_TEST(bearer_is_one_token)
{
	SAME(bearer(c, "Bearer sb_abc-_.~+/="), "sb_abc-_.~+/=");
	SAME(bearer(c, "bearer x"), "x");
	SAME(bearer(c, ""), NULL);
	SAME(bearer(c, "Bearer"), NULL);
	SAME(bearer(c, "Bearer "), NULL);
	SAME(bearer(c, "Bearer a b"), NULL);
	SAME(bearer(c, "Bearer  a"), NULL);
	SAME(bearer(c, "Bearer a\n"), NULL);
	SAME(bearer(c, "Basic YTpi"), NULL);
	char *huge = arena_alloc(c->arena, 5001, 1);
	memset(huge, 'a', 5000);
	SAME(bearer(c, arena_printf(c->arena, "Bearer %s", huge)), NULL);
}
