#include "remote/easy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/log.h"
#include "core/net.h"
#include "core/text.h"
#include "core/time.h"

enum { CONNECT_TIMEOUT_MS = 3000, ANSWER_MAX = 1024 * 1024, FIRST_SIZE = 4096 };

/* A machine without memory or a curl that cannot start is broken: say so and let the parent try
 * anew. */
void *easy_must(void *p)
{
	if (p == NULL) {
		log_event(NULL, LOG_ERROR, "curl_failed", LOG_TEXT("detail", "out of memory"));
		exit(EXIT_FAILURE);
	}
	return p;
}

static size_t gather(char *bytes, size_t size, size_t n, void *arg)
{
	struct easy *e = arg;
	size_t len = size * n, room = e->max - e->len;

	if (len > room) {
		e->too_large = true;
		len = room;
	}
	if (e->len + len + 1 > e->size) {
		while (e->len + len + 1 > e->size)
			e->size = e->size == 0 ? FIRST_SIZE : e->size * 2;
		e->body = easy_must(realloc(e->body, e->size));
	}
	memcpy(e->body + e->len, bytes, len);
	e->len += len;
	return e->too_large ? 0 : size * n; /* 0 stops the transfer */
}

static void set_body(CURL *curl, const struct remote_ask *ask)
{
	if (ask->body != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body_len);
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, ask->body);
	} else if (strcmp(ask->method, "POST") == 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, "");
	}
	if (strcmp(ask->method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else if (strcmp(ask->method, "POST") !=
		 0) /* left to curl it becomes GET behind a redirect, as in a browser */
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
}

static void set_tls(CURL *curl, const struct remote_ask *ask)
{
	if (ask->insecure) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (ask->ca_file != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, ask->ca_file);
	if (ask->cert_file != NULL)
		curl_easy_setopt(curl, CURLOPT_SSLCERT, ask->cert_file);
	if (ask->key_file != NULL)
		curl_easy_setopt(curl, CURLOPT_SSLKEY, ask->key_file);
}

static void set_headers(struct easy *e, const struct remote_ask *ask)
{
	/* Expect: 100-continue would cost a second with servers that do not know it. */
	e->headers = easy_must(curl_slist_append(NULL, "Expect:"));
	for (const char *const *h = ask->headers; h != NULL && *h != NULL; h++)
		e->headers = easy_must(curl_slist_append(e->headers, *h));
	curl_easy_setopt(e->curl, CURLOPT_HTTPHEADER, e->headers);
}

static void set_limits(CURL *curl, const struct remote_ask *ask)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	const char *protocols = ask->https_only ? "https" : "http,https";

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, ask->redirects > 0 ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)ask->redirects);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, ask->once ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(ask->connect_timeout_ms > 0 ? ask->connect_timeout_ms : CONNECT_TIMEOUT_MS));
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, 30L);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, 10L);
}

/* Looks at the address that the connection is really made to, whatever a resolver said before. */
static curl_socket_t open_allowed(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct easy *e = arg;

	(void)purpose;
	if (!net_is_public(&to->addr) && !net_list_has_address(e->allow, &to->addr)) {
		e->kept_out = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void set_guard(struct easy *e, const struct remote_ask *ask)
{
	if (ask->only_public_and == NULL)
		return;
	e->allow = easy_must(strdup(ask->only_public_and));
	curl_easy_setopt(e->curl, CURLOPT_OPENSOCKETFUNCTION, open_allowed);
	curl_easy_setopt(e->curl, CURLOPT_OPENSOCKETDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(e->curl, CURLOPT_FORBID_REUSE, 1L);
}

struct easy *easy_create(const struct remote_ask *ask)
{
	struct easy *e = easy_must(calloc(1, sizeof(*e)));

	e->curl = easy_must(curl_easy_init());
	e->max = ask->max > 0 ? ask->max : ANSWER_MAX;
	curl_easy_setopt(e->curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(e->curl, CURLOPT_ERRORBUFFER, e->why);
	curl_easy_setopt(e->curl, CURLOPT_WRITEFUNCTION, gather);
	curl_easy_setopt(e->curl, CURLOPT_WRITEDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_PRIVATE, e);
	if (ask->login != NULL && ask->login[0] != '\0') {
		curl_easy_setopt(e->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(e->curl, CURLOPT_USERPWD, ask->login);
	}
	set_limits(e->curl, ask);
	set_body(e->curl, ask);
	set_tls(e->curl, ask);
	set_headers(e, ask);
	set_guard(e, ask);
	return e;
}

void easy_destroy(struct easy *e)
{
	if (e == NULL)
		return;
	curl_easy_cleanup(e->curl);
	curl_slist_free_all(e->headers);
	free(e->body);
	free(e->upload);
	free((void *)e->allow);
	free(e);
}

/* Codes that mean: not one byte of the request was written. */
static bool not_sent(CURLcode rc)
{
	return rc == CURLE_COULDNT_CONNECT || rc == CURLE_COULDNT_RESOLVE_HOST ||
	       rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL ||
	       rc == CURLE_SSL_CONNECT_ERROR || rc == CURLE_PEER_FAILED_VERIFICATION;
}

static enum remote_end ending(const struct easy *e, CURLcode rc)
{
	curl_off_t connected = 0;

	if (e->too_large)
		return REMOTE_TOO_LARGE;
	if (rc == CURLE_OK)
		return REMOTE_ANSWERED;
	curl_easy_getinfo(e->curl, CURLINFO_CONNECT_TIME_T, &connected);
	if (not_sent(rc) || (rc == CURLE_OPERATION_TIMEDOUT && connected == 0))
		return REMOTE_NOT_SENT;
	return REMOTE_BROKEN;
}

static int64_t date_of(struct easy *e)
{
	struct curl_header *date;

	if (curl_easy_header(e->curl, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
		return 0;
	time_t at = curl_getdate(date->value, NULL);
	return at > 0 ? (int64_t)at * US_PER_S : 0;
}

void easy_answer(struct easy *e, CURLcode rc, struct arena *a, struct remote_answer *out)
{
	long status = 0;
	curl_off_t took = 0, retry_after = 0;

	curl_easy_getinfo(e->curl, CURLINFO_RETRY_AFTER, &retry_after);
	curl_easy_getinfo(e->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(e->curl, CURLINFO_TOTAL_TIME_T, &took);
	*out = (struct remote_answer){ .end = ending(e, rc),
		.status = (int)status,
		.body = arena_strndup(a, e->body != NULL ? e->body : "", e->len),
		.len = e->len,
		.took_us = took,
		.retry_after_s = retry_after,
		.date_us = date_of(e) };
	if (e->kept_out && out->end == REMOTE_NOT_SENT)
		out->why = "its address is not a public one, and SIGNALBOX_WEBHOOK_ALLOW does not "
			   "name it";
	else if (out->end == REMOTE_TOO_LARGE)
		out->why = arena_printf(a, "the answer is longer than %zu bytes", e->max);
	else if (out->end != REMOTE_ANSWERED && e->said[0] != '\0' && status >= 400)
		out->why = arena_printf(a, "the mail server said: %s", text_escape(a, e->said));
	else if (out->end != REMOTE_ANSWERED)
		out->why = text_escape(a, e->why[0] != '\0' ? e->why : curl_easy_strerror(rc));
}
