#include "model/job_batch.h"

#include <string.h>

#include "core/buf.h"
#include "model/job_inside.h"

enum { CHUNK_MAX = 250, CHUNK_BYTES = 16 * 1024 * 1024, FIRST_ROOM = 64 };

/* One row more than fits: a definition, and what the audit has of it before and after. */
enum { LIST_BYTES = CHUNK_BYTES + 4 * 1024 * 1024 };

struct job_batched {
	const char *name, *row;
	int64_t version;
	void *mark;
};

static struct json *next_fire(struct ctx *c, const struct batch_change *change)
{
	struct fires fires;
	int64_t next_us = 0;

	fires_init(
	    c, change->job->name, change->spec, (struct db_maybe_int64){ .set = false }, &fires);
	return fires_next(&fires, c->now_us, &next_us) && next_us > 0
		   ? json_number(c->arena, next_us)
		   : NULL;
}

static const char *row_of(struct ctx *c, const struct batch_change *change)
{
	const struct job *job = change->job;
	bool moved = change->team->id != job->team_id;
	struct json *o = json_object(c->arena);

	json_set(o, "i", json_number(c->arena, job->id));
	json_set(o, "v", json_number(c->arena, job->version));
	json_set(o, "t", json_number(c->arena, change->team->id));
	json_set(o, "r", json_string(c->arena, change->reason != NULL ? change->reason : ""));
	json_set(o, "x", next_fire(c, change));
	json_set(o, "s", (struct json *)change->spec);
	json_set(o, "b",
	    job_differing(c, job->spec, change->spec, moved ? job->team : NULL, job->version));
	json_set(o, "a",
	    job_differing(
		c, change->spec, job->spec, moved ? change->team->name : NULL, job->version + 1));
	return json_write(c->arena, o);
}

void job_batch_add(
    struct job_batch *b, struct ctx *c, const struct batch_change *change, void *mark)
{
	struct arena *whole = b->c->arena;

	if (b->n == b->room) {
		b->room = b->room == 0 ? FIRST_ROOM : 2 * b->room;
		struct job_batched *grown = arena_alloc(whole, b->room, sizeof(*grown));
		if (b->n > 0)
			memcpy(grown, b->list, b->n * sizeof(*grown));
		b->list = grown;
	}
	b->list[b->n++] = (struct job_batched){ arena_strdup(whole, change->job->name),
		arena_strdup(whole, row_of(c, change)), change->job->version, mark };
}

/* ---- written */

enum err job_batch_lock(struct ctx *c, const struct json *names)
{
	const char *list = json_write(c->arena, names);

	TRY(db_exec(c, SQL_JOB_BATCH_LOCK, DB_ARGS(db_text(list)), NULL));
	return db_exec(c, SQL_JOB_BATCH_LOCK_OUTBOX, DB_ARGS(db_text(list)), NULL);
}

enum err job_batch_seen(struct ctx *c, const char *names, struct job **out, size_t *n)
{
	return db_many(c, SQL_JOB_BATCH_SEEN,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_text(names)),
	    job_columns, sizeof(**out), out, n);
}

struct changed {
	const char *name;
};

static const struct db_field changed_fields[] = { DB_FIELD(struct changed, name), DB_END };

static enum err change(struct ctx *c, const char *verb, const char *list, struct json **names)
{
	const struct actor *who = &c->actor;
	struct changed *changed;
	size_t n;

	TRY(db_many(c, SQL_JOB_BATCH_CHANGE,
	    DB_ARGS(db_text(list), db_int(c->now_us),
		db_text(who->account != NULL ? who->account : "nobody"), db_text(verb),
		db_maybe_int(who->account_id), db_text(c->req_id),
		db_text(who->address != NULL ? who->address : "")),
	    changed_fields, sizeof(*changed), &changed, &n));
	*names = json_object(c->arena);
	for (size_t i = 0; i < n; i++)
		json_set(*names, changed[i].name, json_boolean(c->arena, true));
	return OK;
}

/* In an arena of its own, for a statement can be large. */
static enum err write_chunk(struct job_batch *b, const struct job_batched *some, size_t n)
{
	struct ctx c = *b->c;
	struct json *names = NULL;
	struct buf list;

	c.arena = arena_create(4 * (size_t)LIST_BYTES);
	buf_init(&list, c.arena, LIST_BYTES);
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%c%s", i == 0 ? '[' : ',', some[i].row);
	buf_text(&list, "]");
	enum err e = change(&c, b->verb, list.data, &names);
	if (e != OK)
		fault_set(b->c, NULL, "%s", c.fault.detail);
	for (size_t i = 0; e == OK && i < n; i++)
		if (json_get(names, some[i].name) == NULL)
			e = b->stale(b->arg, some[i].name, some[i].version, some[i].mark);
	arena_destroy(c.arena);
	return e;
}

static struct json *names_of(struct ctx *c, const struct job_batch *b)
{
	struct json *names = json_array(c->arena);

	for (size_t i = 0; i < b->n; i++)
		json_push(names, json_string(c->arena, b->list[i].name));
	return names;
}

/* How many of those behind `at` make the next statement. */
static size_t chunk_length(const struct job_batch *b, size_t at)
{
	size_t bytes = 0, n = 0;

	while (at + n < b->n && n < CHUNK_MAX && bytes < CHUNK_BYTES)
		bytes += strlen(b->list[at + n++].row);
	return n;
}

enum err job_batch_write(struct job_batch *b)
{
	size_t n;

	if (b->n == 0)
		return OK;
	if (chunk_length(b, 0) < b->n)
		TRY(job_batch_lock(b->c, names_of(b->c, b)));
	for (size_t at = 0; at < b->n; at += n) {
		n = chunk_length(b, at);
		TRY(write_chunk(b, &b->list[at], n));
	}
	b->n = 0;
	return db_exec(b->c, SQL_OUTBOX_WAKE, DB_NO_ARGS, NULL);
}
