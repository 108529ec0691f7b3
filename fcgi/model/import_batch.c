/* New jobs of an import, some hundreds in one statement: one by one, ten thousand would take longer
 * than anybody waits for an answer. */

#include <string.h>

#include "core/buf.h"
#include "model/import_inside.h"
#include "model/job_inside.h"
#include "model/outbox.h"

enum { BATCH_BYTES = 64 * 1024 * 1024 };

struct added {
	const char *name;
};

static const struct db_field added_fields[] = { DB_FIELD(struct added, name), DB_END };

void batch_add(struct import_batch *b, struct ctx *c, const struct import_new *new_job)
{
	struct json *o = json_object(c->arena);
	struct arena *whole = b->c->arena;
	struct fires fires;
	int64_t next_us = 0;

	fires_init(
	    c, new_job->name, new_job->spec, (struct db_maybe_int64){ .set = false }, &fires);
	if (!fires_next(&fires, c->now_us, &next_us))
		next_us = 0;
	json_set(o, "n", json_string(c->arena, new_job->name));
	json_set(o, "t", json_number(c->arena, new_job->team_id));
	json_set(o, "m", json_string(c->arena, new_job->team));
	json_set(o, "r", json_string(c->arena, new_job->reason));
	json_set(o, "x", next_us > 0 ? json_number(c->arena, next_us) : NULL);
	json_set(o, "s", (struct json *)new_job->spec);
	b->rows[b->n] = arena_strdup(whole, json_write(c->arena, o));
	b->items[b->n++] = new_job->item;
}

static enum err insert(struct ctx *c, const char *list, struct json **names)
{
	const char *who = c->actor.account != NULL ? c->actor.account : "nobody";
	struct added *added;
	size_t n;

	TRY(db_many(c, SQL_IMPORT_ADD, DB_ARGS(db_text(list), db_int(c->now_us), db_text(who)),
	    added_fields, sizeof(*added), &added, &n));
	*names = json_object(c->arena);
	for (size_t i = 0; i < n; i++)
		json_set(*names, added[i].name, json_boolean(c->arena, true));
	TRY(db_exec(c, SQL_IMPORT_NEXT, DB_ARGS(db_text(list)), NULL));
	TRY(db_exec(c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL));
	return db_exec(c, SQL_IMPORT_AUDIT,
	    DB_ARGS(db_text(list), db_maybe_int(c->actor.account_id), db_text(who),
		db_text(c->req_id), db_text(c->actor.address != NULL ? c->actor.address : "")),
	    NULL);
}

enum err batch_flush(struct import_batch *b, void (*taken)(void *arg, struct import_item *item))
{
	struct ctx c = *b->c;
	struct json *names = NULL;
	struct buf list;

	if (b->n == 0)
		return OK;
	c.arena = arena_create(2 * (size_t)BATCH_BYTES);
	buf_init(&list, c.arena, BATCH_BYTES);
	buf_text(&list, "[");
	for (size_t i = 0; i < b->n; i++)
		buf_printf(&list, "%s%s", i > 0 ? "," : "", b->rows[i]);
	buf_text(&list, "]");
	enum err e = insert(&c, list.data, &names);
	for (size_t i = 0; e == OK && i < b->n; i++)
		if (json_get(names, b->items[i]->name) == NULL)
			taken(b->arg, b->items[i]);
	if (e != OK)
		fault_set(b->c, NULL, "%s", c.fault.detail);
	b->n = 0;
	arena_destroy(c.arena);
	return e;
}
