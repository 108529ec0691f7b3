#include "core/log.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "core/time.h"

/* A pipe takes PIPE_BUF bytes whole, so lines of several processes never mix. */
enum { LINE_MAX_BYTES = 4096, VALUE_MAX_BYTES = 1500 };

struct line {
	char bytes[LINE_MAX_BYTES];
	size_t len;
	bool full;
};

static struct {
	enum log_level least;
	enum log_format format;
	const char *who;
} setup = { LOG_INFO, LOG_LOGFMT, "" };

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

void log_setup(enum log_level least, enum log_format format, const char *who)
{
	setup.least = least;
	setup.format = format;
	setup.who = who;
}

static void add(struct line *l, const char *bytes, size_t len)
{
	if (l->full || len > sizeof(l->bytes) - 3 - l->len) { /* braces and line feed always fit */
		l->full = true;
		return;
	}
	memcpy(l->bytes + l->len, bytes, len);
	l->len += len;
}

static void add_text(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

/* JSON's escapes, in both formats: one way to read them back. */
static void add_escaped(struct line *l, const char *s, size_t n)
{
	char out[16];

	if (n == 0)
		add_text(l, "\\ufffd");
	else if (*s == '"' || *s == '\\')
		add(l, (char[]){ '\\', *s }, 2);
	else if (*s == '\n')
		add_text(l, "\\n");
	else if (*s == '\t')
		add_text(l, "\\t");
	else if (text_is_control(s, n)) {
		snprintf(out, sizeof(out), "\\u%04x", (unsigned char)s[n - 1]);
		add_text(l, out);
	} else if (text_is_break(s, n))
		add_text(l, s[2] == '\xa8' ? "\\u2028" : "\\u2029");
	else
		add(l, s, n);
}

static void add_quoted(struct line *l, const char *s)
{
	size_t left = strlen(s), start = l->len;

	add_text(l, "\"");
	while (left > 0) {
		size_t n = text_sequence(s, left);
		if (l->len - start > VALUE_MAX_BYTES) {
			add_text(l, "...");
			break;
		}
		add_escaped(l, s, n);
		s += n ? n : 1;
		left -= n ? n : 1;
	}
	add_text(l, "\"");
}

static bool is_bare(const char *s)
{
	if (*s == '\0' || strlen(s) > VALUE_MAX_BYTES)
		return false;
	for (; *s != '\0'; s++)
		if (!text_is_unreserved(*s) && strchr("/:@+,", *s) == NULL)
			return false;
	return true;
}

/* A pair that does not fit is left out whole, so that the line stays readable. */
static void add_pair(struct line *l, const struct log_pair *p)
{
	char number[24];
	size_t before = l->len;
	bool json = setup.format == LOG_JSON;

	if (before > 0)
		add_text(l, json ? "," : " ");
	if (json)
		add_quoted(l, p->name);
	else
		add_text(l, p->name);
	add_text(l, json ? ":" : "=");
	if (p->text == NULL) {
		snprintf(number, sizeof(number), "%" PRId64, p->number);
		add_text(l, number);
	} else if (!json && is_bare(p->text))
		add_text(l, p->text);
	else
		add_quoted(l, p->text);
	if (l->full)
		l->len = before;
	l->full = false;
}

static void now(char *out, size_t size)
{
	int64_t us = time_now_us();
	time_t s = us / US_PER_S;
	struct tm tm;

	gmtime_r(&s, &tm);
	size_t n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, size - n, ".%03dZ", (int)(us % US_PER_S / 1000));
}

void log_write(const struct ctx *c, enum log_level level, const char *event,
    const struct log_pair *pairs, size_t n)
{
	struct line l = { .len = 0 };
	char time[40];

	if (level < setup.least)
		return;
	now(time, sizeof(time));
	add_pair(&l, &LOG_TEXT("time", time));
	add_pair(&l, &LOG_TEXT("level", level_names[level]));
	add_pair(&l, &LOG_TEXT("event", event));
	if (*setup.who != '\0')
		add_pair(&l, &LOG_TEXT("pool", setup.who));
	add_pair(&l, &LOG_INT("pid", getpid()));
	if (c != NULL && c->req_id != NULL && *c->req_id != '\0')
		add_pair(&l, &LOG_TEXT("req", c->req_id));
	for (size_t i = 0; i < n; i++)
		add_pair(&l, &pairs[i]);
	if (setup.format == LOG_JSON) {
		memmove(l.bytes + 1, l.bytes, l.len);
		l.bytes[0] = '{';
		l.bytes[++l.len] = '}';
		l.len++;
	}
	l.bytes[l.len++] = '\n';
	if (write(STDERR_FILENO, l.bytes, l.len) < 0)
		return; /* there is nowhere left to say so */
}
