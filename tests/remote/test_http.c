/* Asking other servers: what comes back, and what is told when nothing does. */

#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "core/time.h"
#include "lib/ctx.h"
#include "lib/fake_server.h"
#include "remote/http.h"

enum { SLOW_MS = 300, MANY = 120, ONE_BY_ONE_US = MANY * SLOW_MS * 1000 };

static const struct fake_rule rules[] = {
	{ "GET /ok", 200, "hello", 0, 0 },
	{ "POST /ok", 201, "made", 0, 0 },
	{ "DELETE /ok", 204, NULL, 0, 0 },
	{ "GET /moved", 302, "Location: /ok", 0, 0 },
	{ "GET /slow", 200, "late", SLOW_MS, 0 },
	{ "GET /never", 200, "late", 5000, 0 },
	{ "GET /big", 200, "", 0, 100000 },
	{ "GET /cut", 0, NULL, 0, 0 },
};

static struct remote_answer get(struct ctx *c, const struct fake_server *f, struct remote_ask ask)
{
	struct remote_answer answer;

	ask.method = ask.method != NULL ? ask.method : "GET";
	ask.url = arena_printf(c->arena, "http://127.0.0.1:%d%s", f->port, ask.url);
	remote_fetch(c->arena, &ask, &answer);
	return answer;
}

CTX_TEST(an_answer_is_its_status_and_its_bytes)
{
	struct fake_server f;

	fake_start(&f, rules, LENGTH(rules));
	struct remote_answer w = get(c, &f, (struct remote_ask){ .url = "/ok" });
	IS(w.end, REMOTE_ANSWERED);
	IS(w.status, 200);
	SAME(w.body, "hello");
	w = get(c, &f,
	    (struct remote_ask){ .method = "POST", .url = "/ok", .body = "a=1", .body_len = 3 });
	IS(w.status, 201);
	w = get(c, &f, (struct remote_ask){ .method = "DELETE", .url = "/ok" });
	IS(w.status, 204);
	SAME(w.body, "");
	w = get(c, &f, (struct remote_ask){ .url = "/nothing" });
	IS(w.end, REMOTE_ANSWERED);
	IS(w.status, 404);
	IS(get(c, &f, (struct remote_ask){ .url = "/moved" }).status, 302);
	SAME(f.asked, "GET /ok\nPOST /ok a=1\nDELETE /ok\nGET /nothing\nGET /moved\n");
	fake_stop(&f);
}

CTX_TEST(what_went_wrong_says_whether_anybody_was_asked)
{
	struct fake_server f;

	fake_start(&f, rules, LENGTH(rules));
	struct remote_answer w = get(
	    c, &f, (struct remote_ask){ .url = "/never", .timeout_ms = 200 });
	IS(w.end, REMOTE_BROKEN);
	HAS(w.why, "timed out");
	w = get(c, &f, (struct remote_ask){ .url = "/cut" });
	IS(w.end, REMOTE_BROKEN);
	w = get(c, &f, (struct remote_ask){ .url = "/big", .max = 1000 });
	IS(w.end, REMOTE_TOO_LARGE);
	IS(w.len, 1000);
	IS(get(c, &f, (struct remote_ask){ .url = "/big", .max = 100000 }).len, 100000);
	fake_stop(&f);
	w = get(c, &f, (struct remote_ask){ .url = "/ok" });
	IS(w.end, REMOTE_NOT_SENT);
	HAS(w.why, "connect");
}

CTX_TEST(only_http_is_spoken)
{
	static const char *const urls[] = { "file:///etc/passwd", "ftp://127.0.0.1/x",
		"gopher://127.0.0.1/", "", "nonsense" };

	for (size_t i = 0; i < LENGTH(urls); i++) {
		struct remote_answer w;
		remote_fetch(c->arena,
		    &(struct remote_ask){
			.method = "GET", .url = urls[i], .connect_timeout_ms = 300 },
		    &w);
		IS(w.end, REMOTE_NOT_SENT);
	}
}

CTX_TEST(a_proxy_of_the_environment_is_not_asked)
{
	struct fake_server f;

	fake_start(&f, rules, LENGTH(rules));
	setenv("http_proxy", "http://127.0.0.1:1/", 1);
	IS(get(c, &f, (struct remote_ask){ .url = "/ok" }).status, 200);
	unsetenv("http_proxy");
	fake_stop(&f);
}

CTX_TEST(a_login_goes_along)
{
	struct fake_server f;

	fake_start(&f, rules, LENGTH(rules));
	static const char *const headers[] = { "X-One: 1", NULL };
	IS(get(c, &f,
	       (struct remote_ask){ .url = "/ok", .login = "user:pass:word", .headers = headers })
		.status,
	    200);
	SAME(f.asked, "GET /ok (login)\n");
	fake_stop(&f);
}

CTX_TEST(many_requests_are_in_flight_together)
{
	struct remote_set *s = remote_set_create();
	struct fake_server f;
	struct remote_answer w;
	bool seen[MANY] = { false };
	int64_t began_us = time_monotonic_us();
	void *tag;
	int n = 0;

	fake_start(&f, rules, LENGTH(rules));
	for (int i = 0; i < MANY; i++) {
		const char *url = arena_printf(c->arena, "http://127.0.0.1:%d/slow", f.port);
		remote_set_add(s, &(struct remote_ask){ .method = "GET", .url = url }, &seen[i]);
	}
	IS(remote_set_size(s), MANY);
	while (n < MANY && time_monotonic_us() - began_us < ONE_BY_ONE_US) {
		remote_set_wait(s, 1000);
		while (remote_set_take(s, c->arena, &w, &tag)) {
			IS(w.status, 200);
			YES(!*(bool *)tag);
			*(bool *)tag = true;
			n++;
		}
	}
	IS(n, MANY); /* and in less time than one behind the other would take */
	IS(remote_set_size(s), 0);
	remote_set_destroy(s);
	fake_stop(&f);
}

CTX_TEST(a_set_can_be_polled_by_its_descriptor_alone)
{
	struct remote_set *s = remote_set_create();
	struct fake_server f;
	struct remote_answer w;
	void *tag = NULL;
	bool done = false;

	fake_start(&f, rules, LENGTH(rules));
	const char *url = arena_printf(c->arena, "http://127.0.0.1:%d/never", f.port);
	remote_set_add(
	    s, &(struct remote_ask){ .method = "GET", .url = url, .timeout_ms = 200 }, &done);
	for (int turns = 0; turns < 50 && !done; turns++) {
		struct pollfd p = { .fd = remote_set_fd(s), .events = POLLIN };
		IS(poll(&p, 1, 60000), 1);
		remote_set_turn(s);
		done = remote_set_take(s, c->arena, &w, &tag);
	}
	YES(done && tag == &done);
	IS(w.end, REMOTE_BROKEN);
	remote_set_destroy(s);
	fake_stop(&f);
}

CTX_TEST(what_is_dropped_is_never_taken)
{
	struct remote_set *s = remote_set_create();
	struct fake_server f;
	struct remote_answer w;
	void *tag;
	int one, other;

	fake_start(&f, rules, LENGTH(rules));
	const char *url = arena_printf(c->arena, "http://127.0.0.1:%d/slow", f.port);
	remote_set_add(s, &(struct remote_ask){ .method = "GET", .url = url }, &one);
	remote_set_add(s, &(struct remote_ask){ .method = "GET", .url = url }, &other);
	remote_set_wait(s, 50);
	YES(remote_set_drop(s, &one));
	YES(!remote_set_drop(s, &one));
	remote_set_wait(s, 2000);
	YES(remote_set_take(s, c->arena, &w, &tag) && tag == &other);
	YES(!remote_set_take(s, c->arena, &w, &tag));
	remote_set_add(s, &(struct remote_ask){ .method = "GET", .url = url }, &one);
	remote_set_destroy(s); /* with one in flight */
	fake_stop(&f);
}

CTX_TEST(what_somebody_else_chose_leads_to_no_private_address)
{
	struct fake_server f;
	struct remote_answer w;

	fake_start(&f, rules, LENGTH(rules));
	static const char *const disguises[] = { "http://127.0.0.1:%d/ok", "http://localhost:%d/ok",
		"http://0x7f.1:%d/ok", "http://2130706433:%d/ok", "http://[::ffff:127.0.0.1]:%d/ok",
		"http://0:%d/ok" };
	for (size_t i = 0; i < LENGTH(disguises); i++) {
		struct remote_ask ask = { .method = "GET", .only_public_and = "10.0.0.0/8" };
		char *url = arena_alloc(c->arena, 80, 1);
		snprintf(url, 80, "%s", disguises[i]);
		ask.url = arena_printf(
		    c->arena, "%.*s%d/ok", (int)(strstr(url, "%d") - url), url, f.port);
		remote_fetch(c->arena, &ask, &w);
		IS(w.end, REMOTE_NOT_SENT);
		HAS(w.why, "its address is not a public one");
	}
	SAME(f.asked, "");
	w = get(c, &f, (struct remote_ask){ .url = "/ok", .only_public_and = "127.0.0.0/8" });
	IS(w.status, 200);
	fake_stop(&f);
}
