#include "engine/gotext.h"

#include <ctype.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/ctx.h"
#include "core/text.h"

#define GO_ZERO_UNIX_NANO INT64_C(-6795364578871345152)

int64_t gotext_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

int64_t gotext_unix_nano(int64_t ns)
{
	return ns == 0 ? GO_ZERO_UNIX_NANO : ns;
}

/* ".478091293" without the zeros at its end, or nothing. */
static void fraction(char *out, size_t size, int64_t ns)
{
	int n = snprintf(out, size, ".%09d", (int)floor_mod(ns, NS_PER_S));

	while (n > 0 && (out[n - 1] == '0' || out[n - 1] == '.'))
		out[--n] = '\0';
}

struct moment {
	struct civil at;
	char fraction[16];
	int east_h, east_min;
	char sign;
	bool utc;
};

static struct moment split(int64_t ns, const struct zone *zone)
{
	int64_t seconds = floor_div(ns, NS_PER_S);
	int offset = zone_span_at(zone, seconds).offset;
	struct moment m = { .at = civil_at(seconds + offset),
		.sign = offset < 0 ? '-' : '+',
		.utc = zone == NULL };

	fraction(m.fraction, sizeof(m.fraction), ns);
	offset = offset < 0 ? -offset : offset;
	m.east_h = offset / HOUR_S;
	m.east_min = offset % HOUR_S / MINUTE_S;
	return m;
}

const char *gotext_time(struct arena *a, int64_t ns, const struct zone *zone)
{
	char east[16] = "Z";

	if (ns == 0)
		return GOTEXT_ZERO_TIME;
	struct moment m = split(ns, zone);
	if (m.east_h != 0 || m.east_min != 0)
		snprintf(east, sizeof(east), "%c%02d:%02d", m.sign, m.east_h, m.east_min);
	return arena_printf(a, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d%s%s", m.at.year, m.at.month,
	    m.at.day, m.at.hour, m.at.minute, m.at.second, m.fraction, east);
}

const char *gotext_stamp(struct arena *a, int64_t ns, const struct zone *zone)
{
	char name[16] = "UTC";

	if (ns == 0)
		return "0001-01-01 00:00:00 +0000 UTC";
	struct moment m = split(ns, zone);
	if (!m.utc && m.east_min == 0)
		snprintf(name, sizeof(name), "%c%02d", m.sign, m.east_h);
	else if (!m.utc)
		snprintf(name, sizeof(name), "%c%02d%02d", m.sign, m.east_h, m.east_min);
	return arena_printf(a, "%04" PRId64 "-%02d-%02d %02d:%02d:%02d%s %c%02d%02d %s", m.at.year,
	    m.at.month, m.at.day, m.at.hour, m.at.minute, m.at.second, m.fraction, m.sign, m.east_h,
	    m.east_min, name);
}

/* Below one second Go names the largest unit that leaves a whole part. */
static const char *short_duration(struct arena *a, uint64_t ns, const char *sign)
{
	static const struct {
		uint64_t unit;
		int digits;
		const char *name;
	} units[] = { { 1000000, 6, "ms" }, { 1000, 3, "\xc2\xb5s" }, { 1, 0, "ns" } };
	size_t i = 0;
	char rest[16] = "";

	while (ns < units[i].unit)
		i++;
	if (units[i].digits > 0) {
		int n = snprintf(
		    rest, sizeof(rest), ".%0*d", units[i].digits, (int)(ns % units[i].unit));
		while (rest[n - 1] == '0' || rest[n - 1] == '.') {
			rest[--n] = '\0';
			if (n == 0)
				break;
		}
	}
	return arena_printf(a, "%s%d%s%s", sign, (int)(ns / units[i].unit), rest, units[i].name);
}

const char *gotext_duration(struct arena *a, int64_t ns)
{
	const char *sign = ns < 0 ? "-" : "";
	uint64_t left = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	uint64_t seconds = left / (uint64_t)NS_PER_S;
	char tail[16];

	if (left == 0)
		return "0s";
	if (seconds == 0)
		return short_duration(a, left, sign);
	fraction(tail, sizeof(tail), (int64_t)(left % (uint64_t)NS_PER_S));
	int hours = (int)(seconds / HOUR_S), minutes = (int)(seconds % HOUR_S / MINUTE_S);
	int rest = (int)(seconds % MINUTE_S);
	if (hours > 0)
		return arena_printf(a, "%s%dh%dm%d%ss", sign, hours, minutes, rest, tail);
	if (minutes > 0)
		return arena_printf(a, "%s%dm%d%ss", sign, minutes, rest, tail);
	return arena_printf(a, "%s%d%ss", sign, rest, tail);
}

const char *gotext_errno(struct arena *a, int error)
{
	char *text = arena_strdup(a, strerrordesc_np(error) != NULL ? strerrordesc_np(error) : "");

	if (text[0] == '\0')
		return arena_printf(a, "errno %d", error);
	text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

const char *gotext_signal(struct arena *a, int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = { { SIGABRT, "aborted" }, { SIGALRM, "alarm clock" }, { SIGBUS, "bus error" },
		{ SIGFPE, "floating point exception" }, { SIGHUP, "hangup" },
		{ SIGILL, "illegal instruction" }, { SIGINT, "interrupt" }, { SIGKILL, "killed" },
		{ SIGPIPE, "broken pipe" }, { SIGQUIT, "quit" }, { SIGSEGV, "segmentation fault" },
		{ SIGTERM, "terminated" }, { SIGTRAP, "trace/breakpoint trap" },
		{ SIGUSR1, "user defined signal 1" }, { SIGUSR2, "user defined signal 2" },
		{ SIGXCPU, "CPU time limit exceeded" }, { SIGXFSZ, "file size limit exceeded" } };

	for (size_t i = 0; i < LENGTH(names); i++)
		if (names[i].number == number)
			return names[i].name;
	return arena_printf(a, "signal %d", number);
}

const char *gotext_quote(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a, strlen(s) * 4 + 2);
	buf_text(&b, "\"");
	buf_text(&b, text_escape(a, s));
	buf_text(&b, "\"");
	return b.data;
}

bool gotext_bool(const char *s, bool *out)
{
	static const char *const words[] = { "0", "f", "F", "FALSE", "false", "False", "1", "t",
		"T", "TRUE", "true", "True" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strcmp(s, words[i]) == 0) {
			*out = i >= LENGTH(words) / 2;
			return true;
		}
	return false;
}

void gotext_query(struct buf *b, const char *bytes, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (text_is_unreserved(bytes[i]))
			buf_add(b, bytes + i, 1);
		else if (byte == ' ')
			buf_add(b, "+", 1);
		else
			buf_add(b, (char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3);
	}
}

/* How many bytes of `s` stand for one character that Go escapes; 0: none does. */
static size_t escaped(const char *s, unsigned *code)
{
	*code = (unsigned char)*s;
	if (*s == '<' || *s == '>' || *s == '&')
		return 1;
	if (strncmp(s, "\xe2\x80\xa8", 3) != 0 && strncmp(s, "\xe2\x80\xa9", 3) != 0)
		return 0;
	*code = 0x2000 + ((unsigned char)s[2] & 0x3fU);
	return 3;
}

/* Outside of strings: what follows a bracket, a comma or a colon stands on a line of its own or
 * behind a space; an empty object or array stays as it is. */
static void layout(struct buf *b, const char *s, int *depth)
{
	bool opens = *s == '{' || *s == '[', closes = *s == '}' || *s == ']';
	bool empty = (opens && (s[1] == '}' || s[1] == ']')) ||
		     (closes && (s[-1] == '{' || s[-1] == '['));

	*depth += opens ? 1 : closes ? -1 : 0;
	if (closes && !empty)
		buf_printf(b, "\n%*s", *depth * 4, "");
	buf_add(b, s, 1);
	if ((opens && !empty) || *s == ',')
		buf_printf(b, "\n%*s", *depth * 4, "");
	else if (*s == ':')
		buf_add(b, " ", 1);
}

void gotext_json(struct buf *b, const char *json, bool pretty)
{
	bool quoted = false;
	int depth = 0;
	unsigned code;

	while (*json != '\0') {
		size_t plain = strcspn(json, pretty ? "\"\\<>&\xe2{}[],:" : "<>&\xe2");
		buf_add(b, json, plain);
		json += plain;
		if (*json == '\0')
			break;
		size_t n = escaped(json, &code);
		if (n > 0)
			buf_printf(b, "\\u%04x", code);
		else if (pretty && !quoted && *json != '"')
			layout(b, json, &depth);
		else
			buf_add(b, json, *json == '\\' ? 2 : 1);
		quoted ^= pretty && *json == '"';
		json += n > 0 ? n : *json == '\\' ? 2 : 1;
	}
}
