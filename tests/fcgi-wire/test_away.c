/* The database goes away and comes back: the socket it listens on is reached through a link that we
 * cut. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"
#include "fcgi-wire/wire.h"
#include "lib/check.h"

static const char guarded[] = "/auth/dkron/v1/jobs";

struct detour {
	struct arena *arena;
	const char *folder, *link, *real, *address;
};

static struct detour detour(void)
{
	struct arena *a = arena_create(65536);
	const char *address = getenv("TEST_DATABASE"), *host = strstr(address, "host=");
	size_t len = strcspn(host + 5, "&");
	struct detour d = { .arena = a,
		.folder = mkdtemp(arena_strdup(a, "/tmp/signalbox-away.XXXXXX")) };

	d.link = arena_printf(a, "%s/.s.PGSQL.5432", d.folder);
	d.real = arena_printf(a, "%.*s/.s.PGSQL.5432", (int)len, host + 5);
	d.address = arena_printf(a, "postgresql:///test?host=%s&user=signalbox", d.folder);
	IS(symlink(d.real, d.link), 0);
	return d;
}

/* Nobody gets in any more, and who is in is thrown out. */
static void cut(const struct detour *d)
{
	struct ctx c = { .arena = d->arena, .req_id = "" };

	unlink(d->link);
	c.db = db_open(getenv("TEST_DATABASE"), NULL, DB_NOTHING);
	IS(db_script(&c, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
			 "'signalbox_auth'"),
	    OK);
	db_close(c.db);
}

static struct wire_answer ask_with_cookie(struct wire *w)
{
	int fd = wire_connect(w);

	wire_begin(fd, "GET", guarded);
	wire_param(
	    fd, "HTTP_COOKIE", "__Host-signalbox=0123456789012345678901234567890123456789012");
	wire_body(fd, "", 0);
	return wire_read(w, fd);
}

TEST(wire_says_503_while_the_database_is_away_and_recovers_by_itself)
{
	struct detour d = detour();
	pid_t before[4], after[4];

	setenv("SIGNALBOX_DATABASE_URL", d.address, 1);
	struct wire *w = wire_start("auth", NULL);
	YES(wire_until_workers(w, 2));
	IS(ask_with_cookie(w).status, 401);
	wire_workers(w, before, 4);
	cut(&d);
	for (int i = 0; i < 5; i++) {
		struct wire_answer a = ask_with_cookie(w);
		IS(a.status, 503);
		HAS(a.head, "Retry-After:");
	}
	IS(symlink(d.real, d.link), 0);
	int status = 0;
	for (int i = 0; i < 600 && (status = ask_with_cookie(w).status) != 401; i++)
		wire_pause_ms(100);
	IS(status, 401);
	IS(wire_workers(w, after, 4), 2);
	YES(before[0] == after[0] && before[1] == after[1]);
	IS(wire_stop(w), 0);
	unsetenv("SIGNALBOX_DATABASE_URL");
	unlink(d.link);
	rmdir(d.folder);
	arena_destroy(d.arena);
}

TEST(wire_starts_before_the_database_does)
{
	struct detour d = detour();

	unlink(d.link);
	setenv("SIGNALBOX_DATABASE_URL", d.address, 1);
	struct wire *w = wire_start("auth", NULL);
	IS(ask_with_cookie(w).status, 503);
	IS(symlink(d.real, d.link), 0);
	int status = 0;
	for (int i = 0; i < 600 && (status = ask_with_cookie(w).status) != 401; i++)
		wire_pause_ms(100);
	IS(status, 401);
	IS(wire_stop(w), 0);
	unsetenv("SIGNALBOX_DATABASE_URL");
	unlink(d.link);
	rmdir(d.folder);
	arena_destroy(d.arena);
}
