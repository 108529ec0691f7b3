/* Addresses that people type and what stands in mails: whatever is taken can do no more than it
 * says. */

#include <string.h>

#include "core/net.h"
#include "core/text.h"
#include "fuzz/fuzz.h"
#include "model/rights.h"
#include "remote/mail.h"
#include "schedule/crontab.h"

static void try_url(struct ctx *c, const char *text)
{
	struct net_url url;
	bool literal;

	if (!net_url_parse(c->arena, text, &url))
		return;
	MUST(strlen(text) <= NET_URL_MAX && url.port >= 1 && url.port <= 65535);
	MUST(*url.host != '\0' && strpbrk(url.host, "/@?# []\\\"") == NULL);
	for (const char *s = text; *s != '\0'; s++)
		MUST(*s > ' ' && *s < 0x7f);
	(void)net_host_is_public(url.host, &literal);
	(void)net_list_has_host("10.0.0.0/8, a.example, fd00::/8", url.host);
	if (net_list_is_valid(url.host))
		MUST(net_list_has_host(url.host, url.host));
}

/* Behind the header, an empty line; before it, only lines that begin with a name of ours or fold.
 */
static void check_headers(const char *mail)
{
	static const char *const names[] = { "From: Signalbox <", "To: <",
		"Subject: ", "Date: ", "Message-ID: <",
		"Auto-Submitted: ", "X-Auto-Response-Suppress: ", "List-Id: <",
		"MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: ", " =?UTF-8?B?" };

	for (const char *s = mail; strncmp(s, "\r\n", 2) != 0; s = strstr(s, "\r\n") + 2) {
		size_t i = 0;
		while (i < LENGTH(names) && !text_starts(s, names[i]))
			i++;
		MUST(i < LENGTH(names));
	}
}

static void try_mail(struct ctx *c, const char *text)
{
	struct mail m = { .key = "msg_1",
		.host = "example.org",
		.from = "signalbox@example.org",
		.to = email_is_valid(text) ? text : "ops@example.org",
		.list = "ops",
		.subject = text,
		.text = text,
		.at_us = 1 };
	const char *out;
	enum err e = mail_write(c, &m, &out);

	MUST(e == OK || e == ERR_INVALID);
	if (e == OK)
		check_headers(out);
	if (email_is_valid(text))
		MUST(e == OK && strpbrk(text, " <>,\r\n") == NULL);
}

static void try_schedule(struct ctx *c, const char *text)
{
	struct schedule *s;

	if (schedule_parse(c, text, "", "hello", &s) != OK)
		return;
	struct crontab t = schedule_crontab(c->arena, s);
	MUST(t.timezone != NULL && (t.fields != NULL || (t.value > 0 && t.unit != NULL)));
	int spaces = 0;
	for (const char *p = t.fields; p != NULL && *p != '\0'; p++)
		spaces += *p == ' ';
	MUST(t.fields == NULL || spaces == 4);
}

FUZZ_ENTRY(address)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	const char *text = arena_strndup(c.arena, (const char *)data, size);

	try_url(&c, text);
	(void)net_list_is_valid(text);
	try_mail(&c, text);
	try_schedule(&c, text);
	arena_destroy(c.arena);
	return 0;
}
