/* The executor http against a server of the test's own; words as a real Dkron 4.1.2 had them. */

#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/fetch.h"
#include "engine/listener.h"
#include "lib/ctx.h"

/* What fetch_run() wrote; *good: what it returned. */
static const char *fetched(struct ctx *c, const char *config, bool *good)
{
	char *text = arena_alloc(c->arena, 64 * 1024, 1);
	struct json *v = NULL;
	int fds[2];

	IS(json_parse(c, config, strlen(config), &v), OK);
	IS(pipe(fds), 0);
	*good = fetch_run(v, fds[1]);
	close(fds[1]);
	for (ssize_t n, len = 0; (n = read(fds[0], text + len, (size_t)(64 * 1024 - 1 - len))) > 0;)
		len += n;
	close(fds[0]);
	return text;
}

/* A child that answers `count` requests with what it was asked, under the status that the path
 * names. */
static const char *serve(struct ctx *c, int count, pid_t *pid)
{
	struct listener l = listener_open();

	*pid = fork();
	if (*pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < count; i++)
			listener_echo(&l);
		_exit(0);
	}
	close(l.fd);
	return arena_printf(c->arena, "http://127.0.0.1:%d", l.port);
}

static const char *with(struct ctx *c, const char *url, const char *path, const char *more)
{
	return arena_printf(c->arena, "{\"url\":\"%s%s\"%s}", url, path, more);
}

CTX_TEST(engine_http_job_says_what_was_answered)
{
	pid_t pid;
	const char *url = serve(c, 3, &pid);
	bool good;

	HAS(fetched(c, with(c, url, "/200/x", ",\"method\":\"GET\""), &good), "GET /200/x");
	YES(good);
	const char *said = fetched(c,
	    with(c, url, "/500/x",
		",\"method\":\"POST\",\"body\":\"bo dy\",\"headers\":\"[\\\"X-A: "
		"b:c\\\",\\\"content-type: a/b\\\"]\""),
	    &good);
	YES(good); /* no code was expected: any will do */
	HAS(said, "bo dy");
	HAS(said, "X-A: b\r\n");
	HAS(said, "content-type: a/b\r\n");
	said = fetched(
	    c, with(c, url, "/500/x", ",\"method\":\"FOO\",\"expectCode\":\"200,204\""), &good);
	YES(!good);
	HAS(said, "received response code does not match the expected code\nFOO /500/x");
	waitpid(pid, NULL, 0);
}

CTX_TEST(engine_http_job_expects_codes_and_bodies)
{
	pid_t pid;
	const char *url = serve(c, 4, &pid);
	bool good;

	(void)fetched(
	    c, with(c, url, "/200/x", ",\"method\":\"GET\",\"expectCode\":\"1200\""), &good);
	YES(good); /* a suffix is enough for Dkron */
	(void)fetched(
	    c, with(c, url, "/204/x", ",\"method\":\"GET\",\"expectCode\":\"200,204\""), &good);
	YES(good);
	HAS(fetched(
		c, with(c, url, "/200/x", ",\"method\":\"GET\",\"expectBody\":\"nope\""), &good),
	    "received response body did not match the expected body\n");
	YES(!good);
	(void)fetched(c,
	    with(c, url, "/200/x", ",\"method\":\"GET\",\"expectBody\":\"^G.T /\\\\d+\""), &good);
	YES(good);
	waitpid(pid, NULL, 0);
}

CTX_TEST(engine_http_job_that_cannot_be_sent_says_why)
{
	static const struct {
		const char *config, *said;
	} cases[] = {
		{ "{\"method\":\"GET\"}", "url is empty\n" },
		{ "{\"url\":\"http://127.0.0.1:1/\"}", "method is empty\n" },
		{ "{\"url\":\"http://127.0.0.1:1/\",\"method\":\"G T\"}",
		    "net/http: invalid method \"G T\"\n" },
		{ "{\"url\":\"http://127.0.0.1:1/x\",\"method\":\"GET\"}",
		    "Get \"http://127.0.0.1:1/x\": " },
		{ "{\"url\":\"ftp://127.0.0.1/x\",\"method\":\"GET\"}",
		    "Get \"ftp://127.0.0.1/x\": " },
		{ "{\"url\":\"http://127.0.0.1:1/"
		  "\",\"method\":\"GET\",\"headers\":\"[\\\"nocolon\\\"]\"}",
		    "malformed header: \"nocolon\"\n" },
	};
	bool good;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		HAS(fetched(c, cases[i].config, &good), cases[i].said);
		YES(!good);
	}
}

CTX_TEST(engine_http_job_warns_of_settings_it_cannot_read)
{
	bool good;
	const char *said = fetched(c,
	    "{\"body\":\"zz\",\"debug\":\"1\",\"method\":\"FOO\",\"headers\":\"nojson\","
	    "\"timeout\":\"abc\","
	    "\"tlsNoVerifyPeer\":\"zz\",\"url\":\"http://127.0.0.1:1/x\"}",
	    &good);

	HAS(said,
	    "Config: map[string]string{\"body\":\"zz\", \"debug\":\"1\", \"method\":\"FOO\", ");
	HAS(said, "Error: parsing headers failed\n");
	HAS(said, "Warning: invalid timeout value: \"abc\" not understood (strconv.Atoi: parsing "
		  "\"abc\": invalid "
		  "syntax), using default value of 30.\n");
	HAS(said, "Warning: not disabling certificate validation: strconv.ParseBool: parsing "
		  "\"zz\": invalid "
		  "syntax.\n");
}

CTX_TEST(engine_body_pattern_that_cannot_be_read_matches_nothing)
{
	YES(fetch_matches(c->arena, "a+b", "xaab"));
	YES(fetch_matches(c->arena, "\\d\\D", "7x"));
	YES(fetch_matches(c->arena, "a\\.b", "a.b"));
	YES(!fetch_matches(c->arena, "a\\.b", "axb"));
	YES(!fetch_matches(c->arena, "(", "("));
}
