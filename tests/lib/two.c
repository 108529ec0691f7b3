#include "lib/two.h"

#include <stdlib.h>

#include "core/log.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

void two_run(void (*body)(struct two *t))
{
	const char *address = getenv("TEST_DATABASE");
	struct arena *a = arena_create(ARENA_BYTES);
	struct two t = { .mine = { .arena = a, .config = &site_config, .req_id = "test" } };

	if (address == NULL) {
		FAIL("TEST_DATABASE does not say where the database is");
		arena_destroy(a);
		return;
	}
	log_setup(LOG_ERROR, LOG_LOGFMT, "check");
	t.other = t.mine;
	t.mine.db = db_open(address, NULL, DB_PANEL);
	t.other.db = db_open(address, NULL, DB_NOTHING);
	if (db_connect(&t.mine) == OK && db_script(&t.mine, "SET application_name = 'mine'") == OK)
		body(&t);
	else
		FAIL("the database: %s", t.mine.fault.detail);
	db_close(t.mine.db);
	db_close(t.other.db);
	arena_destroy(a);
}

void two_break(struct two *t)
{
	IS(db_script(&t->other,
	       "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
	       " WHERE application_name = 'mine' AND datname = current_database()"),
	    OK);
}
