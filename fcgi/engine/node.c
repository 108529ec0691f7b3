#include "engine/node.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/version.h"

const char node_version[] = "embedded-" SIGNALBOX_VERSION;

struct json *node_tags(struct arena *a)
{
	static const char *const tags[][2] = { { "dc", "dc1" }, { "expect", "1" },
		{ "region", "global" }, { "role", "dkron" }, { "server", "true" },
		{ "version", node_version } };
	struct json *all = json_object(a);

	for (size_t i = 0; i < LENGTH(tags); i++)
		json_set(all, tags[i][0], json_string(a, tags[i][1]));
	return all;
}

/* Dkron splits at every colon and heeds a count only when there is exactly one; no number counts as
 * 0. */
static int64_t count_of(const char *value, size_t *bare)
{
	const char *colon = strchr(value, ':');
	int64_t count = INT64_MAX;

	*bare = strcspn(value, ":");
	if (colon == NULL || strchr(colon + 1, ':') != NULL)
		return count;
	return text_int64(colon + 1, INT_MIN, INT_MAX, &count) ? count : 0;
}

bool node_fits(struct arena *a, const struct json *tags)
{
	const struct json *mine = node_tags(a);
	const char *key;
	struct json *value;
	size_t bare;

	for (size_t i = 0; json_member(tags, i, &key, &value); i++) {
		const char *wanted = json_text(value), *have = json_text(json_get(mine, key));
		if (count_of(wanted, &bare) < 1 || json_get(mine, key) == NULL ||
		    strlen(have) != bare || strncmp(wanted, have, bare) != 0)
			return false;
	}
	return true;
}
