#include "schedule/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "schedule/tzfile.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { FILE_BYTES_MAX = 64 * 1024, SLOTS = 1024 };

/* What this process has read so far: a hash table that only grows, to ZONES_MAX. */
struct known {
	char name[ZONE_NAME_MAX + 1];
	const struct zone *zone;
};
static struct known *slots[SLOTS];
static int known_count;

static bool is_utc(const char *name)
{
	return name[0] == '\0' || strcmp(name, "UTC") == 0 || strcmp(name, "Local") == 0;
}

/* Go's rule, and ours on length and control characters. */
static bool is_safe(const char *name)
{
	return name[0] != '/' && name[0] != '\\' && strstr(name, "..") == NULL &&
	       strlen(name) <= ZONE_NAME_MAX && text_is_line(name, 1, ZONE_NAME_MAX);
}

/* "Europe//Madrid" and "./UTC" are files as well; spellings without end must not fill the table. */
static bool is_plain(const char *name)
{
	return strchr(name, '.') == NULL && strstr(name, "//") == NULL;
}

static struct known **slot_of(const char *name)
{
	uint32_t hash = 2166136261U;

	for (const char *p = name; *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619U;
	for (;; hash++) {
		struct known **slot = &slots[hash % SLOTS];
		if (*slot == NULL || strcmp((*slot)->name, name) == 0)
			return slot;
	}
}

/* O_NONBLOCK: a name may lead to a fifo, which must not stop us before fstat sees what it is. */
static int open_file(const char *name, int *why)
{
	char path[sizeof(ZONE_FOLDER) + ZONE_NAME_MAX];
	struct stat st;

	snprintf(path, sizeof(path), ZONE_FOLDER "%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	*why = errno;
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_BYTES_MAX)
		return fd;
	*why = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	close(fd);
	return -1;
}

static size_t read_all(int fd, unsigned char *data, size_t room)
{
	size_t size = 0;
	ssize_t n;

	while (size < room && (n = read(fd, data + size, room - size)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return 0;
		size += (size_t)n;
	}
	return size;
}

static struct zone *load(const char *name, int *why)
{
	unsigned char data[FILE_BYTES_MAX];
	int fd = open_file(name, why);

	if (fd < 0)
		return NULL;
	size_t size = read_all(fd, data, sizeof(data));
	close(fd);
	*why = EINVAL;
	return tzfile_parse(data, size);
}

/* False when the table is full or there is no memory: then the arena owns the zone. */
static bool remember(struct known **slot, const char *name, const struct zone *z)
{
	struct known *k = known_count < ZONES_MAX ? calloc(1, sizeof(*k)) : NULL;

	if (k == NULL)
		return false;
	snprintf(k->name, sizeof(k->name), "%s", name);
	k->zone = z;
	*slot = k;
	known_count++;
	return true;
}

enum err zone_find(struct ctx *c, const char *name, const struct zone **out)
{
	int why;

	*out = NULL;
	if (is_utc(name))
		return OK;
	if (!is_safe(name))
		return ERR_INVALID;
	struct known **slot = slot_of(name);
	if (*slot != NULL) {
		*out = (*slot)->zone;
		return OK;
	}
	struct zone *z = load(name, &why);
	if (z == NULL)
		return ERR_INVALID;
	if (!is_plain(name) || !remember(slot, name, z))
		arena_defer(c->arena, free, z);
	*out = z;
	return OK;
}

const char *zone_refusal(struct ctx *c, const char *name)
{
	int why;

	if (!text_is_line(name, 0, INT32_MAX))
		return "unknown time zone: control characters and broken UTF-8 are in no name";
	if (strlen(name) > ZONE_NAME_MAX)
		return "unknown time zone: no name is that long";
	if (!is_safe(name))
		return arena_printf(c->arena, "time: invalid location name: %s", name);
	free(load(name, &why));
	if (why == EISDIR)
		return arena_printf(
		    c->arena, "is a directory: %s is only the first half of a time zone", name);
	if (why == ENOTDIR)
		return arena_printf(
		    c->arena, "not a directory: %s goes on behind a time zone", name);
	return arena_printf(c->arena, "unknown time zone %s", name);
}

/* The last change at or before `seconds`; the caller knows that there is one. */
static size_t change_before(const struct zone *z, int64_t seconds)
{
	size_t low = 0, high = z->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (z->times[middle] <= seconds)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct zone_span zone_span_at(const struct zone *z, int64_t seconds)
{
	struct zone_span all = { INT64_MIN, INT64_MAX, 0 };

	if (z == NULL)
		return all;
	if (z->count == 0)
		return z->has_rule ? tzrule_span(&z->rule, INT64_MIN, seconds)
				   : (struct zone_span){ all.start, all.end, z->before };
	if (seconds < z->times[0])
		return (struct zone_span){ all.start, z->times[0], z->before };
	size_t i = change_before(z, seconds);
	if (i + 1 < z->count)
		return (struct zone_span){ z->times[i], z->times[i + 1], z->offsets[i] };
	if (z->has_rule)
		return tzrule_span(&z->rule, z->times[i], seconds);
	return (struct zone_span){ z->times[i], all.end, z->offsets[i] };
}

int64_t zone_local(const struct zone *z, int64_t seconds)
{
	return seconds + zone_span_at(z, seconds).offset;
}

int64_t zone_moment(const struct zone *z, int64_t local)
{
	struct zone_span guess = zone_span_at(z, local);
	int64_t moment = local - guess.offset;

	if (guess.offset == 0 || (moment >= guess.start && moment < guess.end))
		return moment;
	return local - zone_span_at(z, moment).offset;
}
