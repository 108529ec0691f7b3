#include "cli/migrate.h"

#include "lib/check.h"

static const struct migration ours[] = { { "0001_a", "aa", "" }, { "0002_b", "bb", "" } };

static enum err next_of(const struct migration *recorded, size_t n, size_t *next, const char **why)
{
	static char field[64], detail[256];
	struct arena *a = arena_create(65536);
	struct ctx c = { .arena = a, .req_id = "" };
	enum err e = migrate_next(&c, ours, LENGTH(ours), recorded, n, next);

	snprintf(field, sizeof(field), "%s", c.fault.field ? c.fault.field : "");
	snprintf(detail, sizeof(detail), "%s %s", field, c.fault.detail ? c.fault.detail : "");
	*why = detail;
	arena_destroy(a);
	return e;
}

TEST(migrate_goes_on_where_the_database_stands)
{
	const char *why;
	size_t next = 99;

	IS(next_of(NULL, 0, &next, &why), OK);
	IS(next, 0);
	IS(next_of(ours, 1, &next, &why), OK);
	IS(next, 1);
	IS(next_of(ours, 2, &next, &why), OK);
	IS(next, 2);
}

TEST(migrate_refuses_a_file_that_was_changed_after_it_had_been_applied)
{
	const struct migration recorded[] = { { "0001_a", "xx", NULL } };
	const char *why;
	size_t next = 99;

	IS(next_of(recorded, 1, &next, &why), ERR_CONFLICT);
	HAS(why, "0001_a was changed");
}

TEST(migrate_refuses_a_database_that_is_newer)
{
	const struct migration recorded[] = { ours[0], ours[1], { "0003_c", "cc", NULL } };
	const char *why;
	size_t next = 99;

	IS(next_of(recorded, 3, &next, &why), ERR_CONFLICT);
	HAS(why, "newer than this program: it has 0003_c");
}

TEST(migrate_refuses_another_history)
{
	const struct migration recorded[] = { { "0001_z", "aa", NULL } };
	const char *why;
	size_t next = 99;

	IS(next_of(recorded, 1, &next, &why), ERR_CONFLICT);
	HAS(why, "has 0001_z where this program has 0001_a");
}
