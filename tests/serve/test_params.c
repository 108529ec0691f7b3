#include "serve/params.h"

#include <stdlib.h>
#include <string.h>

#include "lib/check.h"

struct read {
	struct ctx c;
	struct req r;
	int64_t length;
	enum err e;
};

static struct read *read_params(const char *const *params)
{
	struct arena *a = arena_create(1024 * 1024);
	struct read *x = arena_new(a, struct read);

	x->c = (struct ctx){ .arena = a, .req_id = "" };
	req_init(&x->r, &x->c);
	x->e = params_read((char *const *)params, &x->r, &x->length);
	return x;
}

#define READ(...) read_params((const char *const[]){ __VA_ARGS__, NULL })

static void done(struct read *x)
{
	arena_destroy(x->c.arena);
}

TEST(params_become_a_request)
{
	struct read *x = READ("REQUEST_METHOD=POST", "REQUEST_URI=/jobs?x=1",
	    "REQUEST_ID=0123abcdef", "CONTENT_TYPE=text/plain", "CONTENT_LENGTH=12",
	    "HTTP_COOKIE=a=b; c=d", "HTTP_HOST=localhost:8443", "HTTP_IF_MATCH=\"3\"",
	    "HTTP_ORIGIN=https://localhost:8443", "HTTP_SEC_FETCH_SITE=same-origin",
	    "HTTP_USER_AGENT=check", "REMOTE_ADDR=192.0.2.1", "HTTP_ACCEPT=text/html",
	    "HTTP_AUTHORIZATION=Bearer x", "SOMETHING_ELSE=1");

	IS(x->e, OK);
	IS(x->r.method, POST);
	YES(!x->r.head);
	SAME(x->r.target, "/jobs?x=1");
	SAME(x->c.req_id, "0123abcdef");
	SAME(x->r.content_type, "text/plain");
	IS(x->length, 12);
	SAME(x->r.cookie, "a=b; c=d");
	SAME(x->r.host, "localhost:8443");
	SAME(x->r.if_match, "\"3\"");
	SAME(x->r.origin, "https://localhost:8443");
	SAME(x->r.fetch_site, "same-origin");
	SAME(x->r.user_agent, "check");
	SAME(x->r.address, "192.0.2.1");
	SAME(x->c.actor.address, "192.0.2.1");
	SAME(x->r.accept, "text/html");
	SAME(x->r.authorization, "Bearer x");
	done(x);
}

TEST(params_that_were_not_sent_are_empty)
{
	struct read *x = READ("REQUEST_METHOD=GET");

	IS(x->e, OK);
	SAME(x->r.cookie, "");
	SAME(x->r.target, "");
	IS(x->length, 0);
	done(x);
}

TEST(params_head_is_a_get_without_body)
{
	struct read *x = READ("REQUEST_METHOD=HEAD");

	IS(x->r.method, GET);
	YES(x->r.head);
	done(x);
}

TEST(params_unknown_method_is_none_of_ours)
{
	struct read *x = READ("REQUEST_METHOD=get");

	IS(x->r.method, METHOD_OTHER);
	done(x);
}

TEST(params_sent_twice_are_refused_by_name_and_the_rest_is_there)
{
	struct read *x = READ(
	    "HTTP_COOKIE=a", "REQUEST_METHOD=GET", "HTTP_COOKIE=b", "HTTP_HOST=h");

	IS(x->e, ERR_MALFORMED);
	SAME(x->c.fault.field, "HTTP_COOKIE");
	SAME(x->r.cookie, "");
	SAME(x->r.host, "h");
	done(x);
}

TEST(params_name_must_fit_whole)
{
	struct read *x = READ("HTTP_COOKIES=a", "XHTTP_COOKIE=b", "HTTP_COOKIE");

	IS(x->e, OK);
	SAME(x->r.cookie, "");
	done(x);
}

TEST(params_length_must_be_a_number)
{
	static const char *const wrong[] = { "CONTENT_LENGTH=-1", "CONTENT_LENGTH=+1",
		"CONTENT_LENGTH=1x", "CONTENT_LENGTH= 1", "CONTENT_LENGTH=99999999999999999999",
		"CONTENT_LENGTH=4294967296" };

	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct read *x = READ(wrong[i]);
		IS(x->e, ERR_MALFORMED);
		IS(x->length, 0);
		done(x);
	}
	struct read *x = READ("CONTENT_LENGTH=");
	IS(x->e, OK);
	done(x);
}

TEST(params_request_id_that_is_none_is_made_anew)
{
	static const char *const wrong[] = { "REQUEST_ID=", "REQUEST_ID=a b", "REQUEST_ID=a\nb",
		"REQUEST_ID="
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

	for (size_t i = 0; i < LENGTH(wrong); i++) {
		struct read *x = READ(wrong[i]);
		IS(x->e, OK);
		YES(strlen(x->c.req_id) > 20 && strlen(x->c.req_id) < 65);
		YES(strpbrk(x->c.req_id, " \n=") == NULL);
		done(x);
	}
}

TEST(params_that_are_not_utf8_are_cleaned)
{
	struct read *x = READ("HTTP_USER_AGENT=a\xff"
			      "b");

	SAME(x->r.user_agent, "a\xef\xbf\xbd"
			      "b");
	done(x);
}
