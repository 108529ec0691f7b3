#include "engine/fetch.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/version.h"
#include "engine/gotext.h"
#include "engine/output.h"
#include "remote/http.h"

enum {
	ARENA_MAX = 96 * 1024 * 1024,
	ANSWER_MAX = 16 * 1024 * 1024,
	TIMEOUT_S = 30,
	REDIRECTS = 10
};

struct fetch {
	struct ctx *c;
	const struct json *config;
	struct buf said; /* before the answer's body */
	struct remote_ask ask;
	struct remote_answer answer;
	const char *wrong; /* why it failed, or NULL */
};

static const char *setting(const struct fetch *f, const char *name)
{
	return json_text(json_get(f->config, name));
}

/* Go's %#v of the configuration, headers and all: whoever asks for "debug" gets what Dkron gives.
 */
static void dump_config(struct fetch *f)
{
	struct arena *a = f->c->arena;
	const char *key;
	struct json *v;

	buf_text(&f->said, "Config: map[string]string{");
	for (size_t i = 0; json_member(f->config, i, &key, &v); i++)
		buf_printf(&f->said, "%s%s:%s", i > 0 ? ", " : "", gotext_quote(a, key),
		    gotext_quote(a, json_text(v)));
	buf_text(&f->said, "}\n");
}

static void set_timeout(struct fetch *f)
{
	const char *text = setting(f, "timeout");
	int64_t seconds = TIMEOUT_S;

	if (*text != '\0' && !text_int64(text, INT32_MIN, INT32_MAX / 1000, &seconds)) {
		const char *quoted = gotext_quote(f->c->arena, text);
		buf_printf(&f->said,
		    "Warning: invalid timeout value: %s not understood (strconv.Atoi: parsing %s: "
		    "invalid syntax), using default value of %d.\n",
		    quoted, quoted, TIMEOUT_S);
	}
	f->ask.timeout_ms = seconds > 0 ? (int)seconds * 1000 : 0;
	f->ask.connect_timeout_ms = f->ask.timeout_ms;
}

static void set_tls(struct fetch *f)
{
	const char *verify = setting(f, "tlsNoVerifyPeer");
	const char *ca = setting(f, "tlsRootCAsFile"), *cert = setting(f, "tlsCertificateFile");

	if (*verify != '\0' && !gotext_bool(verify, &f->ask.insecure))
		buf_printf(&f->said,
		    "Warning: not disabling certificate validation: strconv.ParseBool: parsing %s: "
		    "invalid syntax.\n",
		    gotext_quote(f->c->arena, verify));
	if (*ca != '\0')
		f->ask.ca_file = ca;
	if (*cert != '\0') {
		f->ask.cert_file = cert;
		f->ask.key_file = setting(f, "tlsCertificateKeyFile");
	}
}

/* "Name: value", of which Dkron cuts the value at a second colon. One without any colon ends
 * Dkron's http plugin; here only this attempt fails. */
static bool add_header(struct fetch *f, const char *line, const char **to)
{
	struct arena *a = f->c->arena;
	size_t name = strcspn(line, ":");
	const char *value = line + name + 1;

	if (line[name] == '\0' || name == 0 || line[strcspn(line, "\r\n")] != '\0')
		return false;
	value += strspn(value, " \t");
	size_t len = strcspn(value, ":");
	while (len > 0 && strchr(" \t", value[len - 1]) != NULL)
		len--;
	*to = len > 0 ? arena_printf(a, "%.*s: %.*s", (int)name, line, (int)len, value)
		      : arena_printf(a, "%.*s;", (int)name, line);
	return true;
}

/* Go sends no Accept and no Content-Type by itself, but says who it is; the job's own headers go
 * first. */
static const char *const unasked[] = {
	"Accept:", "Content-Type:", "User-Agent: signalbox/" SIGNALBOX_VERSION
};

static void add_unasked(const char **lines, size_t n)
{
	size_t given = n;

	for (size_t i = 0; i < LENGTH(unasked); i++) {
		size_t at = 0, name = strcspn(unasked[i], ":") + 1;
		while (at < given && strncasecmp(lines[at], unasked[i], name) != 0)
			at++;
		if (at == given)
			lines[n++] = unasked[i];
	}
}

static bool set_headers(struct fetch *f)
{
	const char *text = setting(f, "headers");
	struct json *list = NULL;
	size_t n = 0;

	if (*text != '\0' &&
	    (json_parse(f->c, text, strlen(text), &list) != OK || json_type(list) != JSON_ARRAY)) {
		buf_text(&f->said, "Error: parsing headers failed\n");
		list = NULL;
	}
	const char **lines = arena_alloc(
	    f->c->arena, json_length(list) + LENGTH(unasked) + 1, sizeof(char *));
	for (size_t i = 0; i < json_length(list); i++) {
		const char *line = json_text(json_at(list, i));
		if (*line == '\0')
			continue;
		if (!add_header(f, line, &lines[n++])) {
			f->wrong = arena_printf(
			    f->c->arena, "malformed header: %s", gotext_quote(f->c->arena, line));
			return false;
		}
	}
	add_unasked(lines, n);
	f->ask.headers = lines;
	return true;
}

/* A token of HTTP, or curl would send whatever it is. */
static bool is_method(const char *s)
{
	return s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-"
			   ".^_`|~")] == '\0';
}

static bool prepare(struct fetch *f)
{
	struct arena *a = f->c->arena;
	const char *body = setting(f, "body");

	if (*setting(f, "debug") != '\0')
		dump_config(f);
	f->ask = (struct remote_ask){ .method = setting(f, "method"),
		.url = setting(f, "url"),
		.max = ANSWER_MAX,
		.redirects = REDIRECTS };
	if (*f->ask.url == '\0')
		f->wrong = "url is empty";
	else if (*f->ask.method == '\0')
		f->wrong = "method is empty";
	else if (!is_method(f->ask.method))
		f->wrong = arena_printf(
		    a, "net/http: invalid method %s", gotext_quote(a, f->ask.method));
	if (f->wrong != NULL || !set_headers(f))
		return false;
	set_timeout(f);
	set_tls(f);
	if (*body != '\0' || strcmp(f->ask.method, "POST") == 0 ||
	    strcmp(f->ask.method, "PUT") == 0) {
		f->ask.body = body;
		f->ask.body_len = strlen(body);
	}
	return true;
}

/* Go's regular expressions know classes that POSIX does not. */
static const char *to_posix(struct arena *a, const char *pattern)
{
	struct buf b;

	buf_init(&b, a, strlen(pattern) * 8 + 1);
	for (; *pattern != '\0'; pattern++) {
		bool digit = pattern[0] == '\\' && (pattern[1] == 'd' || pattern[1] == 'D');
		if (digit)
			buf_text(&b, pattern[1] == 'd' ? "[0-9]" : "[^0-9]");
		else
			buf_add(&b, pattern, pattern[0] == '\\' && pattern[1] != '\0' ? 2 : 1);
		pattern += pattern[0] == '\\' && pattern[1] != '\0';
	}
	return b.data;
}

bool fetch_matches(struct arena *a, const char *pattern, const char *body)
{
	regex_t re;

	if (regcomp(&re, to_posix(a, pattern), REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	bool found = regexec(&re, body, 0, NULL, 0) == 0;
	regfree(&re);
	return found;
}

/* "200,204": the status with a comma behind it must be found in it, so that "1200" takes 200 as
 * well. */
static bool expected_code(struct fetch *f)
{
	const char *codes = setting(f, "expectCode");
	struct arena *a = f->c->arena;

	return *codes == '\0' || strstr(arena_printf(a, "%s,", codes),
				     arena_printf(a, "%d,", f->answer.status)) != NULL;
}

/* Go names the method with one capital letter. */
static const char *failed_to(struct fetch *f)
{
	struct arena *a = f->c->arena;
	char *verb = arena_strdup(a, f->ask.method);

	for (char *p = verb + 1; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
	return arena_printf(a, "%s %s: %s", verb, gotext_quote(a, f->ask.url), f->answer.why);
}

static void judge(struct fetch *f)
{
	const char *pattern = setting(f, "expectBody");

	if (f->answer.end != REMOTE_ANSWERED) {
		f->wrong = failed_to(f);
		f->answer.len = 0;
	} else if (!expected_code(f)) {
		f->wrong = "received response code does not match the expected code";
	} else if (*pattern != '\0' && !fetch_matches(f->c->arena, pattern, f->answer.body)) {
		f->wrong = "received response body did not match the expected body";
	}
}

/* The reader takes what comes; one that has gone ends us with SIGPIPE. */
static void write_all(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	for (; len > 0 && (n = write(fd, bytes, len)) >= 0; len -= (size_t)n)
		bytes += n;
}

bool fetch_run(const struct json *config, int fd)
{
	struct ctx c = { .arena = arena_create(ARENA_MAX), .req_id = "" };
	struct fetch f = { .c = &c, .config = config, .answer = { .body = "" } };

	buf_init(&f.said, c.arena, OUTPUT_MAX);
	if (prepare(&f)) {
		remote_fetch(c.arena, &f.ask, &f.answer);
		judge(&f);
	}
	if (f.wrong != NULL) {
		write_all(fd, f.wrong, strlen(f.wrong));
		write_all(fd, "\n", 1);
	}
	write_all(fd, f.said.data, f.said.len);
	write_all(fd, f.answer.body, f.answer.len);
	bool good = f.wrong == NULL;
	arena_destroy(c.arena);
	return good;
}
