#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "schedule/given.h"
#include "schedule/tzfile.h"

enum { FILE_BYTES = 8192 };

static size_t read_madrid(unsigned char *data)
{
	int fd = open("/usr/share/zoneinfo/Europe/Madrid", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, data, FILE_BYTES);

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* A copy of its exact size, so that a sanitizer sees one byte too many. */
static struct zone *parse_copy(const unsigned char *data, size_t size)
{
	unsigned char *copy = malloc(size + 1);

	memcpy(copy, data, size);
	copy = realloc(copy, size > 0 ? size : 1);
	struct zone *z = tzfile_parse(copy, size);
	free(copy);
	return z;
}

TEST(a_cut_zone_file_is_refused_or_only_lacks_its_rule)
{
	unsigned char data[FILE_BYTES];
	size_t size = read_madrid(data);

	IS(size > 100, true);
	for (size_t n = 0; n < size; n++) {
		struct zone *z = parse_copy(data, n);
		if (z != NULL)
			IS(z->has_rule, false);
		free(z);
	}
}

TEST(a_zone_file_with_any_byte_wrong_does_no_harm)
{
	unsigned char data[FILE_BYTES];
	size_t size = read_madrid(data);

	for (size_t n = 0; n < size * 2; n++) {
		unsigned char kept = data[n / 2];
		data[n / 2] = n % 2 ? 0xff : (unsigned char)(kept ^ 0x01);
		struct zone *z = parse_copy(data, size);
		for (int64_t t = -4000000000; z != NULL && t < 9000000000; t += 999999999)
			(void)zone_moment(z, t);
		free(z);
		data[n / 2] = kept;
	}
}

static bool is_rule(const char *text)
{
	struct tzrule r;

	return tzrule_parse(text, strlen(text), &r);
}

TEST(rules_are_read_to_the_last_byte)
{
	IS(is_rule("CET-1CEST,M3.5.0,M10.5.0/3"), true);
	IS(is_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"), true);
	IS(is_rule("EET-2EEST,M3.4.4/50,M10.4.4/50"), true);
	IS(is_rule("XXX3:30:15YYY,J60/1:2:3,365"), true);
	IS(is_rule("UTC0"), true);
	IS(is_rule(""), false);
	IS(is_rule("CET"), false);
	IS(is_rule("CE-1"), false);
	IS(is_rule("CET-1x"), false);
	IS(is_rule("CET-1CEST"), false);
	IS(is_rule("CET-1CEST,M3.5.0"), false);
	IS(is_rule("CET-1CEST,M13.5.0,M10.5.0"), false);
	IS(is_rule("CET-1CEST,M3.5.0,M10.5.0/3x"), false);
	IS(is_rule("CET-999"), false);
	IS(is_rule("<CET-1"), false);
}
