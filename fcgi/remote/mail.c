#include "remote/mail.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/buf.h"
#include "core/seal.h"
#include "core/text.h"
#include "core/time.h"

enum { WORD_BYTES = 45, BODY_LINE = 76, MAIL_MAX = 1024 * 1024, VALUE_MAX = 900, HEADER_MAX = 60 };

/* An encoded word holds at most 75 characters and never half a character of UTF-8. */
const char *mail_words(struct arena *a, const char *text)
{
	struct buf b;
	size_t len = strlen(text);

	if (text_is_ascii(text) && strstr(text, "=?") == NULL)
		return text;
	buf_init(&b, a, 8 * len + 64);
	while (len > 0) {
		size_t n = 0, one;
		while (n < len && (one = text_sequence(text + n, len - n)) > 0 &&
		       n + one <= WORD_BYTES)
			n += one;
		if (n == 0)
			return "?"; /* no UTF-8: check_value() has refused it before */
		buf_printf(
		    &b, "%s=?UTF-8?B?%s?=", b.len > 0 ? "\r\n " : "", seal_base64(a, text, n, 0));
		text += n;
		len -= n;
	}
	return b.data;
}

static enum err check_value(struct ctx *c, const char *name, const char *value)
{
	if (!text_is_line(value, 0, VALUE_MAX))
		return fail(c, ERR_INVALID, name,
		    "must be one line without control characters to stand in a mail");
	return OK;
}

static bool is_name(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return len > 0 && s[len] == '\0' && len <= HEADER_MAX;
}

static enum err add_header(struct ctx *c, struct buf *b, const char *name, const char *value)
{
	if (!is_name(name))
		return fail(c, ERR_INVALID, "header", "must be a name of letters, digits and -");
	TRY(check_value(c, name, value));
	buf_printf(b, "%s: %s\r\n", name, mail_words(c->arena, value));
	return OK;
}

/* A bare address in brackets; it is never encoded. */
static enum err add_address(struct ctx *c, struct buf *b, const char *name, const char *address)
{
	if (!text_is_ascii(address) || strpbrk(address, " <>,;\"\\()") != NULL ||
	    strchr(address, '@') == NULL || strlen(address) > VALUE_MAX)
		return fail(c, ERR_INVALID, name, "must be a mail address");
	buf_printf(b, strcmp(name, "From") == 0 ? "%s: Signalbox <%s>\r\n" : "%s: <%s>\r\n", name,
	    address);
	return OK;
}

/* RFC 5322, in UTC; no locale is asked. */
static const char *date(struct arena *a, int64_t us)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t s = (time_t)(us / US_PER_S);
	struct tm t;

	gmtime_r(&s, &t);
	return arena_printf(a, "%.3s, %02d %.3s %d %02d:%02d:%02d +0000", days + 3 * t.tm_wday,
	    t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static enum err add_headers(struct ctx *c, struct buf *b, const struct mail *m)
{
	struct arena *a = c->arena;

	TRY(add_address(c, b, "From", m->from));
	TRY(add_address(c, b, "To", m->to));
	if (m->reply_to != NULL)
		TRY(add_address(c, b, "Reply-To", m->reply_to));
	TRY(add_header(c, b, "Subject", m->subject));
	TRY(add_header(c, b, "Date", date(a, m->at_us)));
	TRY(add_header(c, b, "Message-ID", arena_printf(a, "<%s@%s>", m->key, m->host)));
	TRY(add_header(c, b, "Auto-Submitted", "auto-generated"));
	TRY(add_header(c, b, "X-Auto-Response-Suppress", "All"));
	if (m->list != NULL)
		TRY(add_header(
		    c, b, "List-Id", arena_printf(a, "<%s.signalbox.%s>", m->list, m->host)));
	for (size_t i = 0; i < m->nmore; i++)
		TRY(add_header(c, b, m->more[i].name, m->more[i].value));
	return add_header(c, b, "MIME-Version", "1.0");
}

static void add_part(struct arena *a, struct buf *b, const char *type, const char *text)
{
	buf_printf(b,
	    "Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
	buf_text(b, seal_base64(a, text, strlen(text), BODY_LINE));
}

enum err mail_write(struct ctx *c, const struct mail *m, const char **out)
{
	struct buf b;
	const char *between = m->key; /* base64 cannot hold a line of two hyphens */

	buf_init(&b, c->arena, MAIL_MAX);
	TRY(add_headers(c, &b, m));
	if (m->html == NULL) {
		add_part(c->arena, &b, "text/plain", m->text);
	} else {
		buf_printf(&b,
		    "Content-Type: multipart/alternative; boundary=\"=_%s\"\r\n\r\n--=_%s\r\n",
		    between, between);
		add_part(c->arena, &b, "text/plain", m->text);
		buf_printf(&b, "--=_%s\r\n", between);
		add_part(c->arena, &b, "text/html", m->html);
		buf_printf(&b, "--=_%s--\r\n", between);
	}
	if (b.full)
		return fail(c, ERR_INVALID, "mail", "is longer than %d bytes", MAIL_MAX);
	*out = b.data;
	return OK;
}
