#include <string.h>

#include "model/given.h"

static char *repeated(struct ctx *c, char ch, size_t n)
{
	char *s = arena_alloc(c->arena, n + 1, 1);

	memset(s, ch, n);
	return s;
}

CTX_TEST(names_are_those_that_dkron_takes)
{
	static const struct {
		const char *name;
		enum err err;
	} names[] = {
		{ "a", OK },
		{ "backup-db_2", OK },
		{ "0", OK },
		{ "-", OK },
		{ "größe", OK },
		{ "ярд", OK },
		{ "𝓪", OK },
		{ "", ERR_INVALID },
		{ "Backup", ERR_INVALID },
		{ "a b", ERR_INVALID },
		{ "a/b", ERR_INVALID },
		{ "a.b", ERR_INVALID },
		{ "Ä", ERR_INVALID },
		{ "ª", ERR_INVALID },
		{ "日", ERR_INVALID },
		{ "a\n", ERR_INVALID },
		{ "\xff", ERR_INVALID },
		{ "a\xc3", ERR_INVALID },
		{ "٣", ERR_INVALID },
		{ "ǅ", ERR_INVALID },
	};
	struct config config = site_config;

	for (size_t i = 0; i < LENGTH(names); i++) {
		if (job_name_check(c, names[i].name) != names[i].err)
			FAIL("name \"%s\": %s", names[i].name, ctx_fault(c));
		if (names[i].err != OK)
			SAME(c->fault.field, "name");
	}
	IS(job_name_check(c, repeated(c, 'a', 120)), OK);
	IS(job_name_check(c, repeated(c, 'a', 121)), ERR_INVALID);
	config.namespace = "größe-";
	c->config = &config;
	IS(job_name_check(c, repeated(c, 'a', 114)), OK);
	IS(job_name_check(c, repeated(c, 'a', 115)), ERR_INVALID);
}
