/* One request after the other, as nginx would send it and as nobody should. */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi-wire/wire.h"
#include "lib/check.h"
#include "serve/pools.h"

static const char guarded[] = "/auth/dkron/v1/jobs";

TEST(wire_answers_and_closes)
{
	struct wire *w = wire_start("auth", NULL);
	struct wire_answer a = wire_ask(w, "GET", guarded);

	YES(a.complete);
	IS(a.status, 401);
	HAS(a.head, "Content-Type: application/json");
	HAS(a.body, "unauthenticated");
	IS(wire_stop(w), 0);
}

TEST(wire_closes_although_the_client_wants_to_keep_the_connection)
{
	static const unsigned char keep[8] = { 0, 1, 1 };
	struct wire *w = wire_start("auth", NULL);
	int fd = wire_connect(w);

	wire_record(fd, 1, keep, sizeof(keep));
	wire_param(fd, "REQUEST_METHOD", "GET");
	wire_param(fd, "REQUEST_URI", guarded);
	wire_body(fd, "", 0);
	struct wire_answer a = wire_read(w, fd);
	YES(a.complete);
	IS(a.status, 401);
	IS(wire_stop(w), 0);
}

TEST(wire_head_has_the_length_and_no_body)
{
	struct wire *w = wire_start("api", NULL);
	struct wire_answer get = wire_ask(w, "GET", "/api/v1/nothing");
	struct wire_answer head = wire_ask(w, "HEAD", "/api/v1/nothing");

	IS(get.status, 401);
	YES(get.len > 20);
	IS(head.status, 401);
	YES(head.complete);
	IS(head.len, 0);
	HAS(head.head, arena_printf(w->arena, "Content-Length: %zu", get.len));
	IS(wire_stop(w), 0);
}

static struct wire_answer post(struct wire *w, const char *said, size_t len)
{
	int fd = wire_connect(w);

	wire_begin(fd, "POST", "/hook/dkron");
	if (said != NULL)
		wire_param(fd, "CONTENT_LENGTH", said);
	char *body = arena_alloc(w->arena, len + 1, 1);
	memset(body, 'x', len);
	wire_body(fd, body, len);
	return wire_read(w, fd);
}

TEST(wire_refuses_a_body_over_the_limit_after_reading_it_all)
{
	struct wire *w = wire_start("hook", "--workers", "1", NULL);
	size_t much = pool_body_max(pool_named("hook")) + 3000000;
	struct wire_answer a = post(w, arena_printf(w->arena, "%zu", much), much);

	YES(a.complete);
	IS(a.status, 413);
	HAS(a.body, "too_large");
	IS(post(w, "3", 3).complete, true);
	LACKS(wire_log(w), "worker_died");
	IS(wire_stop(w), 0);
}

TEST(wire_refuses_a_body_that_is_not_as_long_as_was_said)
{
	struct wire *w = wire_start("hook", NULL);

	IS(post(w, "10", 9).status, 400);
	IS(post(w, "10", 11).status, 400);
	IS(post(w, NULL, 1).status, 400);
	IS(post(w, "-1", 1).status, 400);
	IS(post(w, "1x", 1).status, 400);
	IS(post(w, "99999999999999999999", 1).status, 400);
	IS(wire_stop(w), 0);
}

TEST(wire_refuses_a_header_that_came_twice)
{
	struct wire *w = wire_start("api", NULL);
	int fd = wire_connect(w);

	wire_begin(fd, "GET", "/api/v1/jobs");
	wire_param(fd, "HTTP_COOKIE", "a=1");
	wire_param(fd, "HTTP_COOKIE", "b=2");
	wire_body(fd, "", 0);
	struct wire_answer a = wire_read(w, fd);
	IS(a.status, 400);
	HAS(a.body, "HTTP_COOKIE");
	IS(wire_stop(w), 0);
}

TEST(wire_refuses_an_address_that_is_not_the_one_spelling)
{
	static const char *const targets[] = { "", "jobs", "/a/../b", "/a//b", "/%2e/a", "/a%00",
		"/%zz", "/a%2fb" };
	struct wire *w = wire_start("api", NULL);

	for (size_t i = 0; i < LENGTH(targets); i++)
		IS(wire_ask(w, "GET", targets[i]).status, 400);
	LACKS(wire_log(w), "worker_died");
	IS(wire_stop(w), 0);
}

/* Whatever comes, the next request is answered. */
TEST(wire_survives_broken_records)
{
	static const unsigned char responder[8] = { 0, 1, 0 };
	static const unsigned char version_nine[8] = { 9, 1, 0, 1, 0, 8, 0, 0 };
	static const unsigned char long_name[] = { 0xff, 0xff, 0xff, 0xff, 0x7f, 'a', 'b' };
	static const unsigned char past_the_end[] = { 5, 200, 'a', 'b', 'c', 'd', 'e', 'f' };
	static const unsigned char no_role[8] = { 0, 99, 0 };
	struct wire *w = wire_start("auth", "--read-s", "2", NULL);

	for (int i = 0; i < 7; i++) {
		int fd = wire_connect(w);
		if (i == 0)
			YES(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL) == 18);
		if (i == 1)
			YES(send(fd, version_nine, sizeof(version_nine), MSG_NOSIGNAL) ==
			    sizeof(version_nine));
		if (i >= 2)
			wire_record(fd, 1, i == 5 ? no_role : responder, 8);
		if (i == 2)
			wire_record(fd, 4, long_name, sizeof(long_name));
		if (i == 3)
			wire_record(fd, 4, past_the_end, sizeof(past_the_end));
		if (i == 4)
			wire_record(fd, 77, "what is this", 12);
		if (i == 6)
			wire_record(fd, 2, "", 0); /* abort */
		wire_record(fd, 4, "", 0);
		close(fd);
		struct wire_answer a = wire_ask(w, "GET", guarded);
		IS(a.status, 401);
	}
	IS(wire_stop(w), 0);
}

TEST(wire_waits_for_what_a_busy_nginx_sends_late)
{
	struct wire *w = wire_start("auth", "--workers", "1", NULL);
	int fd = wire_connect(w);

	wire_pause_ms(400);
	wire_begin(fd, "GET", guarded);
	wire_body(fd, "", 0);
	IS(wire_read(w, fd).status, 401);
	IS(wire_stop(w), 0);
}

TEST(wire_is_not_held_by_a_silent_connection)
{
	struct wire *w = wire_start("auth", "--workers", "1", "--read-s", "2", NULL);
	YES(wire_until_workers(w, 1));
	IS(wire_ask(w, "GET", guarded).status, 401);
	int silent = wire_connect(w);

	wire_pause_ms(20);
	IS(wire_ask(w, "GET", guarded).status, 401); /* the silent one is open all the while */
	close(silent);
	LACKS(wire_log(w), "worker_died");
	IS(wire_stop(w), 0);
}

TEST(wire_loses_only_a_worker_to_half_a_record_header)
{
	struct wire *w = wire_start("auth", "--workers", "1", "--read-s", "1", NULL);
	pid_t before[4], after[4];

	IS(wire_ask(w, "GET", guarded).status, 401);
	IS(wire_workers(w, before, 4), 1);
	int half = wire_connect(w);
	YES(send(half, "\1\1\0", 3, MSG_NOSIGNAL) == 3);
	struct wire_answer a = wire_ask(w, "GET", guarded);
	IS(a.status, 401);
	IS(wire_workers(w, after, 4), 1);
	YES(before[0] != after[0]);
	HAS(wire_log(w), "signal=14"); /* ALRM */
	close(half);
	IS(wire_stop(w), 0);
}
