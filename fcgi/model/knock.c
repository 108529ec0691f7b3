#include "model/knock.h"

#include <string.h>

#include "core/crypt.h"
#include "core/time.h"
#include "db/db.h"

#define WINDOW_US (KNOCK_WINDOW_S * US_PER_S)

enum { NAME_BYTES = 80 };

struct count {
	const char *key;
	int64_t count;
};

static const struct db_field count_fields[] = {
	DB_FIELD(struct count, key),
	DB_FIELD(struct count, count),
	DB_END,
};

/* Of what somebody typed, which may be a password in the wrong field, only a hash is kept. What is
 * cut off shares the count. */
static const char *key_of(struct ctx *c, const char *door, const char *name)
{
	const char *cut = arena_printf(c->arena, "%.*s", NAME_BYTES, name);

	return arena_printf(c->arena, "%s %s", door, crypt_hash(c->arena, cut));
}

static enum err too_many(struct ctx *c, int64_t window)
{
	fault_set(c, NULL, "Too many attempts. Wait a few minutes, then try again.");
	c->fault.retry_s = (int)((window + WINDOW_US - c->now_us) / US_PER_S) + 1;
	return ERR_TOO_MANY;
}

enum err knock(struct ctx *c, const char *door, const char *name)
{
	int64_t window = c->now_us - c->now_us % WINDOW_US;
	const char *address = c->actor.address != NULL ? c->actor.address : "";
	const char *of_name = key_of(c, door, name), *of_address = key_of(c, "address", address);
	struct count *counts = NULL;
	size_t n = 0;

	TRY(db_many(c, SQL_KNOCK, DB_ARGS(db_text(of_name), db_text(of_address), db_int(window)),
	    count_fields, sizeof(*counts), &counts, &n));
	for (size_t i = 0; i < n; i++) {
		bool named = strcmp(counts[i].key, of_name) == 0;
		if (counts[i].count <= (named ? KNOCKS_PER_NAME : KNOCKS_PER_ADDRESS))
			continue;
		return too_many(c, window);
	}
	return OK;
}

enum err knock_here(struct ctx *c, const char *door, int64_t max)
{
	int64_t window = c->now_us - c->now_us % WINDOW_US;
	const char *address = c->actor.address != NULL ? c->actor.address : "";
	const char *key = arena_printf(c->arena, "%s %s", door, key_of(c, "address", address));
	struct count count;

	TRY(db_one(c, SQL_KNOCK_HERE, DB_ARGS(db_text(key), db_int(window)), count_fields, &count));
	return count.count <= max ? OK : too_many(c, window);
}

enum err knock_forget(struct ctx *c, const char *door, const char *name)
{
	return db_exec(c, SQL_KNOCK_FORGET, DB_ARGS(db_text(key_of(c, door, name))), NULL);
}
