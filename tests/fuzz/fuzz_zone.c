/* Files of time zones, which the system brings: what is taken has an offset at every moment, and
 * moments there and back are the same. And names of zones, which come from cookies and jobs. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "schedule/tzfile.h"

static const int64_t moments[] = { -62135596800, -2208988800, -1, 0, 1774746000, 1795255200,
	4102444800, 253402300799 };

static void walk(const struct zone *z)
{
	for (size_t i = 0; i < LENGTH(moments); i++) {
		struct zone_span span = zone_span_at(z, moments[i]);
		MUST(span.start <= moments[i] && moments[i] < span.end);
		MUST(zone_local(z, moments[i]) == moments[i] + span.offset);
		(void)zone_moment(z, moments[i]);
	}
}

static void try_name(struct ctx *c, const char *name)
{
	const struct zone *z;

	if (zone_find(c, name, &z) != OK)
		MUST(*zone_refusal(c, name) != '\0');
	else
		walk(z);
}

FUZZ_ENTRY(zone)
{
	if (size > FUZZ_INPUT_MAX)
		return 0;
	struct ctx c = fuzz_ctx();
	struct zone *z = tzfile_parse(data, size);

	if (z != NULL)
		walk(z);
	free(z);
	try_name(&c, arena_strndup(c.arena, (const char *)data, size));
	arena_destroy(c.arena);
	return 0;
}
