#include "model/regex.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { REPEAT_MAX = 1000, DEPTH_MAX = 200 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

struct pattern {
	const char *at;
	const char *refusal;
	int depth;
	bool operand; /* something stands before `at` that can be repeated */
	bool repeated;
};

static bool refuse(struct pattern *p, const char *why)
{
	p->refusal = why;
	return false;
}

static bool is_in(char ch, const char *set)
{
	return ch != '\0' && strchr(set, ch) != NULL;
}

/* \x41, \x{10FFFF} */
static bool hex(struct pattern *p)
{
	bool braces = *p->at == '{';
	const char *s = p->at + braces;
	size_t len = strspn(s, DIGITS "abcdefABCDEF");
	uint32_t value = 0;

	if (!braces && len > 2)
		len = 2;
	for (size_t i = 0; i < len && value <= 0x10ffff; i++)
		value = value * 16 + (uint32_t)(s[i] <= '9' ? s[i] - '0' : (s[i] | 32) - 'a' + 10);
	if (len == 0 || (!braces && len != 2) || (braces && s[len] != '}') || value > 0x10ffff)
		return refuse(p, "a wrong \\x");
	p->at = s + len + braces;
	return true;
}

/* \pN, \p{Greek}, \P{^Lu} */
static bool property(struct pattern *p)
{
	size_t name;

	if (*p->at != '{') {
		if (!is_in(*p->at, "LMNPSZC"))
			return refuse(p, "a class \\p that does not exist");
		p->at++;
		return true;
	}
	p->at += 1 + (p->at[1] == '^');
	name = strspn(p->at, LETTERS "_");
	if (name == 0 || p->at[name] != '}')
		return refuse(p, "a class \\p that does not exist");
	p->at += name + 1;
	return true;
}

/* Behind the backslash. In a class there are no \b, \A and their kin. */
static bool escape(struct pattern *p, bool in_class)
{
	char ch = *p->at;

	if (ch == '\0')
		return refuse(p, "a backslash at the end");
	p->at++;
	if (ch == 'x')
		return hex(p);
	if (ch == 'p' || ch == 'P')
		return property(p);
	if (ch == '0' || (ch >= '1' && ch <= '7' && is_in(*p->at, "01234567"))) {
		for (int i = 0; i < 2 && is_in(*p->at, "01234567"); i++)
			p->at++;
		return true;
	}
	if (is_in(ch, "dDsSwWafnrtv") || (!in_class && is_in(ch, "bBAz")))
		return true;
	if (is_in(ch, LETTERS DIGITS) || (unsigned char)ch >= 0x80)
		return refuse(p,
		    is_in(ch, DIGITS) ? "references back are not supported" : "an unknown escape");
	return true;
}

/* [:alpha:], [:^digit:]; leaves p->at alone when it is none. */
static bool named_class(struct pattern *p, bool *was)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank", "cntrl", "digit",
		"graph", "lower", "print", "punct", "space", "upper", "word", "xdigit" };
	const char *name = p->at + 2 + (p->at[2] == '^'), *end = strstr(p->at + 2, ":]");

	*was = end != NULL;
	if (end == NULL)
		return true;
	p->at = end + 2;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (end > name && strlen(names[i]) == (size_t)(end - name) &&
		    memcmp(names[i], name, strlen(names[i])) == 0)
			return true;
	return refuse(p, "a class [:name:] that does not exist");
}

/* One end of a range; *single tells whether it is one character, and *value which (bytes of UTF-8
 * in order compare like the characters). */
static bool class_item(struct pattern *p, bool *single, const char **from, size_t *len)
{
	const char *start = p->at;

	*single = true;
	if (*p->at == '\\') {
		p->at++;
		*single = !is_in(*p->at, "dDsSwWpP");
		if (!escape(p, true))
			return false;
		*from = start;
		*len = *single && p->at - start == 2 && !is_in(start[1], "afnrtv01234567") ? 1 : 0;
		*from += *len;
		return true;
	}
	for (p->at++; ((unsigned char)*p->at & 0xc0) == 0x80;)
		p->at++;
	*from = start;
	*len = (size_t)(p->at - start);
	return true;
}

static bool is_backwards(const char *low, size_t nlow, const char *high, size_t nhigh)
{
	size_t n = nlow < nhigh ? nlow : nhigh;
	int order = memcmp(low, high, n);

	if (nlow == 0 || nhigh == 0) /* written as an escape: not compared */
		return false;
	return order > 0 || (order == 0 && nlow > nhigh);
}

static bool class_member(struct pattern *p)
{
	const char *low, *high;
	size_t nlow, nhigh;
	bool single, named = false;

	if (p->at[0] == '[' && p->at[1] == ':') {
		if (!named_class(p, &named))
			return false;
		if (named)
			return true;
	}
	if (!class_item(p, &single, &low, &nlow))
		return false;
	if (!single || p->at[0] != '-' || p->at[1] == ']' || p->at[1] == '\0')
		return true;
	p->at++;
	if (!class_item(p, &single, &high, &nhigh))
		return false;
	if (!single || is_backwards(low, nlow, high, nhigh))
		return refuse(p, "a range in [] that runs backwards");
	return true;
}

static bool class(struct pattern *p)
{
	p->at += *p->at == '^';
	for (bool first = true; first || *p->at != ']'; first = false) {
		if (*p->at == '\0')
			return refuse(p, "a [ without its ]");
		if (!class_member(p))
			return false;
	}
	p->at++;
	return true;
}

/* Behind "(?". */
static bool group_kind(struct pattern *p, bool *flags_only)
{
	size_t name;
	bool minus = false, some = false;

	if (*p->at == '<' || (*p->at == 'P' && p->at[1] == '<')) {
		p->at += *p->at == 'P' ? 2 : 1;
		name = strspn(p->at, LETTERS DIGITS "_");
		if (name == 0 || p->at[name] != '>')
			return refuse(
			    p, "a wrong name of a group, or a look behind, which is not supported");
		p->at += name + 1;
		return true;
	}
	for (;; p->at++) {
		if (is_in(*p->at, "imsU"))
			some = true;
		else if (*p->at == '-' && !minus)
			minus = true, some = false;
		else
			break;
	}
	*flags_only = *p->at == ')';
	if ((*p->at != ':' && *p->at != ')') || (minus && !some) || (*flags_only && !some))
		return refuse(p, "a kind of (? that is not supported");
	if (*p->at == ':')
		p->at++;
	return true;
}

static bool alternatives(struct pattern *p);

static bool group(struct pattern *p)
{
	bool flags_only = false, operand = p->operand;

	if (p->at[0] == '?') {
		p->at++;
		if (!group_kind(p, &flags_only))
			return false;
	}
	if (++p->depth > DEPTH_MAX)
		return refuse(p, "too many groups within each other");
	if (!flags_only && !alternatives(p))
		return false;
	if (*p->at != ')')
		return refuse(p, "a ( without its )");
	p->depth--;
	p->at++;
	p->operand = !flags_only || operand;
	p->repeated = false;
	return true;
}

/* {2}, {2,}, {2,5}: its length, or 0 when the brace stands for itself; *wrong when Go refuses the
 * numbers. */
static size_t counts(const char *s, bool *wrong)
{
	size_t low = strspn(s + 1, DIGITS), high = 0, len = 1 + low;
	long least = 0, most = 0;

	for (size_t i = 0; i < low && least <= REPEAT_MAX; i++)
		least = least * 10 + (s[1 + i] - '0');
	most = least;
	if (s[len] == ',') {
		high = strspn(s + len + 1, DIGITS);
		most = high == 0 ? least : 0;
		for (size_t i = 0; i < high && most <= REPEAT_MAX; i++)
			most = most * 10 + (s[len + 1 + i] - '0');
		len += 1 + high;
	}
	if (low == 0 || s[len] != '}')
		return 0;
	*wrong = least > REPEAT_MAX || most > REPEAT_MAX || most < least;
	return len + 1;
}

static bool repetition(struct pattern *p, size_t len)
{
	if (!p->operand)
		return refuse(p, "nothing before a * + ? or {n}");
	if (p->repeated)
		return refuse(p, "a repetition of a repetition");
	p->at += len;
	p->at += *p->at == '?';
	p->repeated = true;
	return true;
}

/* One piece: a group, a class, an escape, a repetition of what stands before, or a character. */
static bool piece(struct pattern *p)
{
	bool wrong = false;
	size_t len = *p->at == '{' ? counts(p->at, &wrong) : is_in(*p->at, "*+?") ? 1 : 0;

	if (wrong)
		return refuse(p, "a wrong {n,m}; at most 1000");
	if (len > 0)
		return repetition(p, len);
	char ch = *p->at++;
	if (ch == '(')
		return group(p);
	p->operand = true;
	p->repeated = false;
	if (ch == '[')
		return class(p);
	if (ch != '\\')
		return true;
	if (*p->at != 'Q')
		return escape(p, false);
	const char *end = strstr(p->at, "\\E");
	p->at = end != NULL ? end + 2 : p->at + strlen(p->at);
	return true;
}

static bool alternatives(struct pattern *p)
{
	p->operand = p->repeated = false;
	while (*p->at != '\0' && *p->at != ')') {
		if (*p->at == '|') {
			p->at++;
			p->operand = p->repeated = false;
		} else if (!piece(p)) {
			return false;
		}
	}
	return true;
}

const char *regex_refusal(const char *pattern)
{
	struct pattern p = { .at = pattern };

	if (alternatives(&p) && *p.at == ')')
		p.refusal = "a ) without its (";
	return p.refusal;
}
