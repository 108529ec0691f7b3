#include "remote/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "remote/easy.h"

enum { CONNECT_TIMEOUT_MS = 10000, TIMEOUT_MS = 60000, CODE_DIGITS = 3 };

static size_t give(char *to, size_t size, size_t n, void *arg)
{
	struct easy *e = arg;
	size_t room = size * n, left = e->upload_len - e->uploaded;
	size_t len = left < room ? left : room;

	memcpy(to, e->upload + e->uploaded, len);
	e->uploaded += len;
	return len;
}

/* Each line of the server; the last refusal is kept: behind it comes only good-bye. */
static size_t hear(char *bytes, size_t size, size_t n, void *arg)
{
	struct easy *e = arg;
	size_t len = size * n, digits = 0;

	while (
	    digits < len && digits <= CODE_DIGITS && bytes[digits] >= '0' && bytes[digits] <= '9')
		digits++;
	if (digits == CODE_DIGITS && bytes[0] >= '4') {
		size_t keep = len < sizeof(e->said) ? len : sizeof(e->said) - 1;
		memcpy(e->said, bytes, keep);
		e->said[keep] = '\0';
		e->said[strcspn(e->said, "\r\n")] = '\0';
	}
	return len;
}

/* Behind the host stands nothing, a port or a path. */
static bool ends_here(const char *s)
{
	return *s == '\0' || *s == ':' || *s == '/';
}

bool smtp_is_loopback(const char *url)
{
	const char *host = strstr(url, "://"), *login;

	host = host == NULL ? url : host + 3;
	login = strrchr(host, '@');
	host = login == NULL ? host : login + 1;
	if (text_starts(host, "localhost"))
		return ends_here(host + strlen("localhost"));
	if (text_starts(host, "[::1]"))
		return ends_here(host + strlen("[::1]"));
	return text_starts(host, "127.") && ends_here(host + strspn(host, "0123456789."));
}

static void set_tls(struct easy *e, const struct remote_mail *mail)
{
	bool near = smtp_is_loopback(mail->url);

	curl_easy_setopt(e->curl, CURLOPT_USE_SSL, (long)(near ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	if (*mail->ca_file != '\0') {
		curl_easy_setopt(e->curl, CURLOPT_CAINFO, mail->ca_file);
	} else if (near) {
		curl_easy_setopt(e->curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(e->curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

static void set_limits(CURL *curl)
{
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
}

struct easy *easy_mail(const struct remote_mail *mail)
{
	struct easy *e = easy_must(calloc(1, sizeof(*e)));

	e->curl = easy_must(curl_easy_init());
	e->upload = easy_must(strdup(mail->text));
	e->upload_len = strlen(mail->text);
	e->headers = easy_must(curl_slist_append(NULL, mail->to));
	curl_easy_setopt(e->curl, CURLOPT_URL, mail->url);
	curl_easy_setopt(e->curl, CURLOPT_ERRORBUFFER, e->why);
	curl_easy_setopt(e->curl, CURLOPT_PRIVATE, e);
	curl_easy_setopt(e->curl, CURLOPT_MAIL_FROM, mail->from);
	curl_easy_setopt(e->curl, CURLOPT_MAIL_RCPT, e->headers);
	curl_easy_setopt(e->curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(e->curl, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(e->curl, CURLOPT_READDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)e->upload_len);
	curl_easy_setopt(e->curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(e->curl, CURLOPT_WRITEDATA, e);
	curl_easy_setopt(e->curl, CURLOPT_HEADERFUNCTION, hear);
	curl_easy_setopt(e->curl, CURLOPT_HEADERDATA, e);
	set_limits(e->curl);
	set_tls(e, mail);
	return e;
}
