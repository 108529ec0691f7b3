/* Mails as they go over the wire; reading them back is tests/site/notify.test.mjs. */

#include "remote/mail.h"

#include <string.h>

#include "lib/ctx.h"
#include "remote/smtp.h"

static struct mail a_mail(void)
{
	return (struct mail){ .key = "msg_1",
		.host = "signalbox.example",
		.from = "signalbox@example.org",
		.to = "ops@example.org",
		.list = "ops",
		.subject = "hello failed",
		.text = "It failed.\n.\nMore",
		.html = "<p>It failed.</p>",
		.at_us = INT64_C(1795254130000000) };
}

CTX_TEST(a_mail_has_the_headers_that_mails_have)
{
	struct mail m = a_mail();
	const char *text = "";

	m.reply_to = "people@example.org";
	m.more = (struct mail_header[]){ { "X-Task", "7" } };
	m.nmore = 1;
	IS(mail_write(c, &m, &text), OK);
	HAS(text, "From: Signalbox <signalbox@example.org>\r\nTo: <ops@example.org>\r\n"
		  "Reply-To: <people@example.org>\r\nSubject: hello failed\r\n"
		  "Date: Sat, 21 Nov 2026 09:42:10 +0000\r\n"
		  "Message-ID: <msg_1@signalbox.example>\r\nAuto-Submitted: auto-generated\r\n");
	HAS(text, "List-Id: <ops.signalbox.signalbox.example>\r\nX-Task: 7\r\nMIME-Version: 1.0\r\n"
		  "Content-Type: multipart/alternative; boundary=\"=_msg_1\"\r\n\r\n--=_msg_1\r\n");
	HAS(text, "\r\n--=_msg_1--\r\n");
	LACKS(text, "\n.\n");
	m.html = NULL;
	IS(mail_write(c, &m, &text), OK);
	HAS(text, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n");
}

CTX_TEST(no_value_can_add_a_header)
{
	static const char *const bad[] = { "a\r\nBcc: x@example.org", "a\nb", "a\rb", "a\tb",
		"a\x7f", "a\xc2\x85", "a\xe2\x80\xa8", "a\xff" };
	const char *text = NULL;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct mail m = a_mail();
		m.subject = bad[i];
		IS(mail_write(c, &m, &text), ERR_INVALID);
		SAME(c->fault.field, "Subject");
		m = a_mail();
		m.to = bad[i];
		IS(mail_write(c, &m, &text), ERR_INVALID);
		m = a_mail();
		m.more = (struct mail_header[]){ { "X-Task", bad[i] } };
		m.nmore = 1;
		IS(mail_write(c, &m, &text), ERR_INVALID);
		m.more = (struct mail_header[]){ { bad[i], "x" } };
		IS(mail_write(c, &m, &text), ERR_INVALID);
	}
	struct mail m = a_mail();
	m.to = "a@example.org>, <b@example.org";
	IS(mail_write(c, &m, &text), ERR_INVALID);
	SAME(c->fault.field, "To");
}

CTX_TEST(words_that_are_no_ascii_are_encoded_and_folded)
{
	SAME(mail_words(c->arena, "plain"), "plain");
	SAME(mail_words(c->arena, "Zürich"), "=?UTF-8?B?WsO8cmljaA==?=");
	SAME(mail_words(c->arena, "=?UTF-8?B?x?="), "=?UTF-8?B?PT9VVEYtOD9CP3g/PQ==?=");
	const char *folded = mail_words(
	    c->arena, "ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé ünïcödé");
	HAS(folded, "?=\r\n =?UTF-8?B?");
	for (const char *s = folded; *s != '\0'; s += strcspn(s, "\r"), s += *s == '\r' ? 2 : 0)
		YES(strcspn(s, "\r") <= 76);
}

TEST(only_this_machine_is_loopback)
{
	static const char *const near[] = { "smtp://localhost", "smtp://localhost:25",
		"smtp://u:p@127.0.0.1:25/x", "smtp://[::1]:25", "smtp://127.8.8.8" };
	static const char *const far[] = { "smtp://localhost.example.org", "smtp://127.example.org",
		"smtp://localhost@mail.example", "smtp://mail.example/localhost", "smtp://[::12]",
		"smtp://127.0.0.1@mail.example:25", "smtp://127.0.0.1x", "smtp://0x7f.1" };

	for (size_t i = 0; i < LENGTH(near); i++)
		if (!smtp_is_loopback(near[i]))
			FAIL("%s is not taken for loopback", near[i]);
	for (size_t i = 0; i < LENGTH(far); i++)
		if (smtp_is_loopback(far[i]))
			FAIL("%s is taken for loopback", far[i]);
}
