#include "schedule/fields.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { QUOTE_BYTES = 40, STEP_MAX = 100000 };

/* Beside the values, a set remembers that it was written "*" or "?": it then restricts nothing. */
#define STAR (UINT64_C(1) << 63)

static const char *const month_names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug",
	"sep", "oct", "nov", "dec" };
static const char *const weekday_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

const struct field_range field_ranges[FIELDS] = {
	[SECOND_FIELD] = { "second", 0, 59, NULL },
	[MINUTE_FIELD] = { "minute", 0, 59, NULL },
	[HOUR_FIELD] = { "hour", 0, 23, NULL },
	[DAY_FIELD] = { "day of month", 1, 31, NULL },
	[MONTH_FIELD] = { "month", 1, 12, month_names },
	[WEEKDAY_FIELD] = { "weekday", 0, 6, weekday_names },
};

/* A piece of the expression; not terminated. */
struct piece {
	const char *at;
	size_t size;
};

static const char *quote(struct ctx *c, struct piece p)
{
	return fields_quote(c, p.at, p.size);
}

const char *fields_quote(struct ctx *c, const char *text, size_t size)
{
	if (size <= QUOTE_BYTES)
		return arena_strndup(c->arena, text, size);
	size = QUOTE_BYTES;
	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return arena_printf(c->arena, "%.*s…", (int)size, text);
}

/* The values from low to high, every step-th; high is at most 59. */
static uint64_t set_of(int64_t low, int64_t high, int64_t step)
{
	uint64_t set = 0;

	step = step < 64 ? step : 64; /* so that the sum cannot overflow */
	for (int64_t i = low; i <= high; i += step)
		set |= UINT64_C(1) << i;
	return set;
}

uint64_t field_all(enum field f)
{
	return set_of(field_ranges[f].min, field_ranges[f].max, 1);
}

/* The part before `mark`; *p keeps what follows it. False in *found when there is no mark. */
static struct piece before(struct piece *p, char mark, bool *found)
{
	const char *end = memchr(p->at, mark, p->size);
	struct piece first = { p->at, end ? (size_t)(end - p->at) : p->size };

	*found = end != NULL;
	p->at += first.size + *found;
	p->size -= first.size + *found;
	return first;
}

static enum err refuse_number(struct ctx *c, const struct field_range *r, struct piece p)
{
	if (p.size == 0)
		return fail(c, ERR_INVALID, "schedule",
		    "failed to parse int from nothing: a number is missing in the %s", r->name);
	return fail(c, ERR_INVALID, "schedule",
	    "failed to parse int from %s: the %s takes numbers from %d to %d%s", quote(c, p),
	    r->name, r->min, r->max, r->names ? " and names of three letters" : "");
}

/* A sign is a digit more to Go's Atoi, so "+5" is 5 and "-0" is 0. */
static enum err parse_number(
    struct ctx *c, const struct field_range *r, struct piece p, int64_t *out)
{
	bool sign = p.size > 1 && (p.at[0] == '+' || p.at[0] == '-');
	int64_t n = 0;

	for (size_t i = sign; i < p.size; i++) {
		if (p.at[i] < '0' || p.at[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, p.at[i] - '0', &n))
			return refuse_number(c, r, p);
	}
	if (p.size == 0)
		return refuse_number(c, r, p);
	if (p.at[0] == '-' && n > 0)
		return fail(c, ERR_INVALID, "schedule", "negative number (-%lld) not allowed: %s",
		    (long long)n, quote(c, p));
	*out = n;
	return OK;
}

static enum err parse_value(
    struct ctx *c, const struct field_range *r, struct piece p, int64_t *out)
{
	for (int i = 0; r->names != NULL && p.size == 3 && i <= r->max - r->min; i++)
		if (strncasecmp(r->names[i], p.at, 3) == 0) {
			*out = r->min + i;
			return OK;
		}
	return parse_number(c, r, p, out);
}

/* One item of a list, taken apart. */
struct item {
	int64_t low, high, step;
	bool star;
};

/* "*" and "?" take whatever follows a hyphen, "*-5" and "*-x" alike, as the original does. */
static enum err parse_range(struct ctx *c, const struct field_range *r, struct piece whole,
    struct piece range, bool has_step, struct item *item)
{
	bool hyphen, more;
	struct piece low = before(&range, '-', &hyphen);

	item->star = low.size == 1 && (low.at[0] == '*' || low.at[0] == '?');
	if (item->star) {
		item->low = r->min;
		item->high = r->max;
		return OK;
	}
	TRY(parse_value(c, r, low, &item->low));
	item->high = has_step ? r->max : item->low;
	if (!hyphen)
		return OK;
	struct piece high = before(&range, '-', &more);
	if (more)
		return fail(c, ERR_INVALID, "schedule", "too many hyphens: %s", quote(c, whole));
	return parse_value(c, r, high, &item->high);
}

static enum err check_item(
    struct ctx *c, const struct field_range *r, struct piece whole, const struct item *i)
{
	const char *advice = r->max == 6 && i->high == 7 ? "; Sunday is 0" : "";

	if (i->low < r->min)
		return fail(c, ERR_INVALID, "schedule",
		    "beginning of range (%lld) below minimum (%d): %s", (long long)i->low, r->min,
		    quote(c, whole));
	if (i->high > r->max)
		return fail(c, ERR_INVALID, "schedule",
		    "end of range (%lld) above maximum (%d): %s%s", (long long)i->high, r->max,
		    quote(c, whole), advice);
	if (i->low > i->high)
		return fail(c, ERR_INVALID, "schedule",
		    "beginning of range (%lld) beyond end of range (%lld): %s", (long long)i->low,
		    (long long)i->high, quote(c, whole));
	if (i->step == 0)
		return fail(c, ERR_INVALID, "schedule",
		    "step of range should be a positive number: %s", quote(c, whole));
	return OK;
}

/* The n of a field that is a star and "/n", for those who explain it; or 0. */
static int star_step(struct piece field)
{
	int n = 0;

	if (field.size < 3 || (field.at[0] != '*' && field.at[0] != '?') || field.at[1] != '/')
		return 0;
	for (size_t i = 2; i < field.size; i++) {
		if (field.at[i] < '0' || field.at[i] > '9' || n > STEP_MAX)
			return 0;
		n = n * 10 + (field.at[i] - '0');
	}
	return n;
}

static enum err parse_item(
    struct ctx *c, const struct field_range *r, struct piece whole, uint64_t *set)
{
	bool has_step, more = false;
	struct piece step = whole, range = before(&step, '/', &has_step);
	struct item item = { .step = 1 };

	TRY(parse_range(c, r, whole, range, has_step, &item));
	if (has_step) {
		struct piece number = before(&step, '/', &more);
		if (more)
			return fail(
			    c, ERR_INVALID, "schedule", "too many slashes: %s", quote(c, whole));
		TRY(parse_number(c, r, number, &item.step));
	}
	TRY(check_item(c, r, whole, &item));
	*set |= set_of(item.low, item.high, item.step);
	if (item.star && item.step == 1)
		*set |= STAR;
	return OK;
}

/* Empty items count for nothing, so "," is a field without any value, and is let through. */
static enum err parse_field(
    struct ctx *c, const struct field_range *r, struct piece field, uint64_t *set)
{
	bool more;

	*set = 0;
	do {
		struct piece item = before(&field, ',', &more);
		if (item.size > 0)
			TRY(parse_item(c, r, item, set));
	} while (more);
	return OK;
}

/* How many bytes a space past ASCII takes at `text`, or 0. (Go knows three more, which
 * text_is_line() has refused.) */
static size_t wide_space(const char *text)
{
	static const char *const spaces[] = { "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002",
		"\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
		"\u202f", "\u205f", "\u3000" };

	if ((unsigned char)*text < 0x80)
		return 0;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (strncmp(text, spaces[i], strlen(spaces[i])) == 0)
			return strlen(spaces[i]);
	return 0;
}

size_t fields_space(const char *text)
{
	size_t size = 0, wide;

	for (;;) {
		if (text[size] == ' ' || (text[size] >= '\t' && text[size] <= '\r'))
			size++;
		else if ((wide = wide_space(text + size)) > 0)
			size += wide;
		else
			return size;
	}
}

static size_t word_size(const char *text)
{
	size_t size = 0;

	while (text[size] != '\0' && fields_space(text + size) == 0)
		size++;
	return size;
}

static int split(const char *text, struct piece pieces[FIELDS])
{
	int count = 0;

	for (text += fields_space(text); *text != '\0'; text += fields_space(text)) {
		size_t size = word_size(text);
		if (count < FIELDS)
			pieces[count] = (struct piece){ text, size };
		count++;
		text += size;
	}
	return count;
}

enum err fields_parse(struct ctx *c, const char *text, struct schedule *s)
{
	struct piece pieces[FIELDS];
	uint64_t sets[FIELDS];
	int count = split(text, pieces);

	if (count != FIELDS)
		return fail(c, ERR_INVALID, "schedule", "expected exactly %d fields, found %d",
		    FIELDS, count);
	for (int i = 0; i < FIELDS; i++) {
		TRY(parse_field(c, &field_ranges[i], pieces[i], &sets[i]));
		s->steps[i] = star_step(pieces[i]);
	}
	s->days_either = !((sets[DAY_FIELD] | sets[WEEKDAY_FIELD]) & STAR);
	s->seconds = sets[SECOND_FIELD] & ~STAR;
	s->minutes = sets[MINUTE_FIELD] & ~STAR;
	s->hours = sets[HOUR_FIELD] & ~STAR;
	s->month_days = sets[DAY_FIELD] & ~STAR;
	s->months = sets[MONTH_FIELD] & ~STAR;
	s->weekdays = sets[WEEKDAY_FIELD] & ~STAR;
	return OK;
}
