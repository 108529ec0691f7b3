#include "schedule/tzfile.h"

#include <stdlib.h>
#include <string.h>

/* The counts of a TZif header, in the order of the file. */
enum { UT_FLAGS, STANDARD_FLAGS, LEAPS, TIMES, TYPES, CHARS, COUNTS };

enum { HEADER_BYTES = 20, TYPE_BYTES = 6, COUNT_MAX = 1 << 20 };

struct bytes {
	const unsigned char *at;
	size_t left;
};

/* The next `size` bytes, or NULL when there are fewer. */
static const unsigned char *take(struct bytes *b, size_t size)
{
	const unsigned char *p = b->at;

	if (size > b->left)
		return NULL;
	b->at += size;
	b->left -= size;
	return p;
}

static uint32_t big32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big64(const unsigned char *p)
{
	return (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
}

static bool take_header(struct bytes *b, size_t counts[COUNTS])
{
	const unsigned char *head = take(b, HEADER_BYTES);
	const unsigned char *numbers = take(b, (size_t)4 * COUNTS);

	if (head == NULL || numbers == NULL || memcmp(head, "TZif", 4) != 0)
		return false;
	for (int i = 0; i < COUNTS; i++) {
		counts[i] = big32(numbers + (size_t)4 * (size_t)i);
		if (counts[i] > COUNT_MAX)
			return false;
	}
	return head[4] == '2' || head[4] == '3'; /* the versions Go knows; 1 has no far years */
}

static bool skip_body(struct bytes *b, const size_t counts[COUNTS], size_t time_bytes)
{
	size_t size = counts[TIMES] * (time_bytes + 1) + counts[TYPES] * TYPE_BYTES +
		      counts[CHARS] + counts[LEAPS] * (time_bytes + 4) + counts[STANDARD_FLAGS] +
		      counts[UT_FLAGS];

	return take(b, size) != NULL;
}

static struct zone *zone_new(size_t count)
{
	struct zone *z = calloc(1, sizeof(*z) + count * (sizeof(z->times[0]) + sizeof(int32_t)));

	if (z == NULL)
		return NULL;
	z->count = count;
	z->offsets = (int32_t *)(void *)(z->times + count);
	return z;
}

/* `body` holds all of the table: skip_body() went over it. */
static bool fill(struct zone *z, struct bytes body, const size_t counts[COUNTS])
{
	const unsigned char *times = take(&body, counts[TIMES] * 8);
	const unsigned char *kinds = take(&body, counts[TIMES]);
	const unsigned char *types = take(&body, counts[TYPES] * TYPE_BYTES);

	z->before = (int32_t)big32(types);
	for (size_t i = 0; i < z->count; i++) {
		if (kinds[i] >= counts[TYPES])
			return false;
		z->times[i] = big64(times + i * 8);
		z->offsets[i] = (int32_t)big32(types + (size_t)kinds[i] * TYPE_BYTES);
		if (i > 0 && z->times[i] <= z->times[i - 1])
			return false;
	}
	return true;
}

/* The rule stands between two line feeds. A zone without one keeps its last offset for ever. */
static void take_rule(struct zone *z, const struct bytes *rest)
{
	const char *text = (const char *)rest->at;

	if (rest->left > 2 && text[0] == '\n' && text[rest->left - 1] == '\n')
		z->has_rule = tzrule_parse(text + 1, rest->left - 2, &z->rule);
}

struct zone *tzfile_parse(const void *data, size_t size)
{
	struct bytes b = { data, size };
	size_t counts[COUNTS];

	if (!take_header(&b, counts) || !skip_body(&b, counts, 4) || !take_header(&b, counts))
		return NULL;
	struct bytes body = b;
	if (counts[TYPES] == 0 || !skip_body(&b, counts, 8))
		return NULL;
	struct zone *z = zone_new(counts[TIMES]);
	if (z == NULL || !fill(z, body, counts)) {
		free(z);
		return NULL;
	}
	take_rule(z, &b);
	return z;
}
