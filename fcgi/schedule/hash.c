#include "schedule/hash.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

enum { REPLACEMENT_CHARACTER = 0xfffd };

/* At most 59. Dkron counts the pieces between single spaces, empty ones included: two spaces in a
 * row shift all that follows. */
static int number_for(int64_t hash, int place)
{
	switch (place) {
	case 2:
		return (int)(hash % 24);
	case 3:
		return (int)(hash % 28) + 1;
	case 4:
		return (int)(hash % 12) + 1;
	case 5:
		return (int)(hash % 7);
	default:
		return (int)(hash % 60);
	}
}

/* One code point of valid UTF-8; *p goes behind it. */
static int64_t code_point(const unsigned char **p)
{
	int64_t point = *(*p)++;

	if (point < 0x80)
		return point;
	point &= point >= 0xf0 ? 0x07 : point >= 0xe0 ? 0x0f : 0x1f;
	while ((**p & 0xc0) == 0x80)
		point = point << 6 | (*(*p)++ & 0x3f);
	return point;
}

/* A name that is no UTF-8 reaches Dkron with U+FFFD in it, whatever it was; no job has one. */
static int64_t sum_of(const char *name)
{
	const unsigned char *p = (const unsigned char *)name;
	int64_t sum = 0;

	if (!text_is_line(name, 0, INT32_MAX))
		return REPLACEMENT_CHARACTER;
	while (*p != '\0')
		sum += code_point(&p);
	return sum;
}

static bool has_piece_at(const char *s)
{
	return *s == '@' || strstr(s, " @") != NULL;
}

static size_t append_piece(char *to, const char *piece, size_t size, int number)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		if (piece[i] != '~') {
			to[used++] = piece[i];
			continue;
		}
		if (number >= 10)
			to[used++] = (char)('0' + number / 10);
		to[used++] = (char)('0' + number % 10);
	}
	return used;
}

const char *hash_resolve(struct ctx *c, const char *expression, const char *job_name)
{
	if (strchr(expression, '~') == NULL || has_piece_at(expression))
		return expression;
	char *out = arena_alloc(c->arena, strlen(expression) * 2 + 1, 1), *to = out;
	int64_t hash = sum_of(job_name);
	int place = 0;

	for (const char *piece = expression;;) {
		size_t size = strcspn(piece, " ");
		if (text_starts(piece, "TZ=") || text_starts(piece, "CRON_TZ=")) {
			memcpy(to, piece, size);
			to += size;
		} else {
			to += append_piece(to, piece, size, number_for(hash, place++));
		}
		if (piece[size] == '\0')
			return out;
		*to++ = ' ';
		piece += size + 1;
	}
}
