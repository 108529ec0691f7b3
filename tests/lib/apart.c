#include "lib/apart.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/config.h"
#include "core/crypt.h"
#include "core/log.h"
#include "core/time.h"

enum { ARENA_BYTES = 64 * 1024 * 1024 };

static bool open_apart(struct ctx *c, struct arena *a)
{
	const char *address = getenv("TEST_SCRATCH");
	struct config *config = arena_new(a, struct config);

	*config = site_config;
	config->secret_key = "a key that is long enough for tests";
	*c = (struct ctx){ .arena = a,
		.config = config,
		.now_us = time_now_us(),
		.req_id = "apart",
		.actor = {
		    .account = "signalbox", .admin = true, .scope = SCOPE_ADMIN, .address = "" } };
	if (address == NULL || !crypt_init())
		return false;
	c->db = db_open_briefly(address, NULL);
	return db_connect(c) == OK;
}

void apart_run(void (*body)(struct ctx *c))
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct ctx c;

	log_setup(LOG_ERROR, LOG_LOGFMT, "check");
	if (open_apart(&c, a))
		body(&c);
	else
		FAIL("TEST_SCRATCH does not say where the database is");
	db_close(c.db);
	arena_destroy(a);
}

static _Noreturn void live(apart_op op, const char *id, int ready, int go)
{
	struct arena *a = arena_create(ARENA_BYTES);
	struct ctx c;
	char byte = 0;

	if (!open_apart(&c, a))
		_exit(ERR_UNAVAILABLE);
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		_exit(ERR_INTERNAL);
	_exit(op(&c, id));
}

struct apart apart_start(apart_op op, const char *id)
{
	int ready[2], go[2];
	char byte;

	if (pipe(ready) != 0 || pipe(go) != 0)
		abort();
	int pid = fork();
	if (pid == 0) {
		close(go[1]);
		live(op, id, ready[1], go[0]);
	}
	close(ready[1]);
	close(go[0]);
	if (read(ready[0], &byte, 1) != 1)
		FAIL("another process did not get as far as its database");
	close(ready[0]);
	return (struct apart){ pid, go[1] };
}

void apart_go(struct apart *a)
{
	char byte = 0;

	if (write(a->go, &byte, 1) != 1)
		FAIL("another process is gone before it began");
	close(a->go);
	a->go = -1;
}

int apart_end(struct apart *a)
{
	int status;

	if (a->go >= 0)
		apart_go(a);
	waitpid(a->pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : APART_DIED;
}
