#include "engine/given.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "core/time.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, LINE_BYTES = 16 * 1024 };

struct body {
	void (*run)(struct ctx *c);
};

/* An error that nothing else gives here, so that the transaction is rolled back. */
static enum err run_and_undo(struct ctx *c, void *arg)
{
	((struct body *)arg)->run(c);
	return ERR_STALE;
}

void engine_run_test(void (*run)(struct ctx *c))
{
	static struct db *db;
	const char *address = getenv("TEST_DATABASE");
	struct ctx c = { .arena = arena_create(ARENA_BYTES),
		.config = &site_config,
		.now_us = time_now_us(),
		.req_id = "test",
		.actor = { .account = "", .address = "" } };

	log_setup(getenv("TEST_LOG") ? LOG_DEBUG : LOG_ERROR, LOG_LOGFMT, "check");
	if (db == NULL && address != NULL)
		db = db_open(address, "signalbox_engine", DB_ENGINE);
	c.db = db;
	if (db == NULL)
		FAIL("TEST_DATABASE does not say where the database is");
	else if (db_atomically(&c, run_and_undo, &(struct body){ run }) != ERR_STALE)
		FAIL("the database: %s", c.fault.detail);
	arena_destroy(c.arena);
}

struct resp call(struct ctx *c, enum method m, const char *path, const char *body)
{
	const char *target = arena_printf(c->arena, "/engine%s", path);

	ask_site = &engine_site;
	return ask_raw(c, AS_NOBODY, m, target,
	    &(struct pair){ "application/json", body != NULL ? body : "" });
}

struct json *called(struct ctx *c, int status, enum method m, const char *path, const char *body)
{
	struct resp w = call(c, m, path, body);
	struct json *v = NULL;

	if (w.status != status)
		FAIL("%s: status %d, not %d: %s", path, w.status, status, w.body ? w.body : "");
	if (w.len > 0 && text_starts(w.type, "application/json") &&
	    json_parse_loose(c, w.body, w.len, &v) != OK)
		FAIL("%s: %s: %s", path, c->fault.detail, w.body);
	return v;
}

void given_job(struct ctx *c, const char *name, const char *command, const char *more)
{
	const char *body = arena_printf(c->arena,
	    "{\"name\":\"%s\",\"schedule\":\"@manually\",\"executor\":\"shell\",\"executor_"
	    "config\":"
	    "{\"shell\":\"true\",\"command\":%s}%s}",
	    name, json_write(c->arena, json_string(c->arena, command)), more);

	(void)called(c, 201, POST, "/v1/jobs", body);
}

const char *member(struct ctx *c, const struct json *v, const char *name)
{
	const struct json *m = json_get(v, name);

	if (m == NULL)
		return "";
	return json_type(m) == JSON_STRING ? json_text(m) : json_write(c->arena, m);
}

void each_line(
    struct ctx *c, const char *file, void (*check)(struct ctx *c, const struct json *line))
{
	FILE *f = fopen(arena_printf(c->arena, "tests/engine/%s", file), "r");
	char *text = arena_alloc(c->arena, LINE_BYTES, 1);
	struct json *line;

	if (f == NULL) {
		FAIL("%s: cannot be read", file);
		return;
	}
	while (fgets(text, LINE_BYTES, f) != NULL)
		if (json_parse(c, text, strlen(text), &line) == OK)
			check(c, line);
		else
			FAIL("%s: %s", file, c->fault.detail);
	fclose(f);
}
