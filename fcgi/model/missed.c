#include "model/missed.h"

#include <string.h>

#include "core/buf.h"
#include "core/config.h"
#include "core/time.h"
#include "model/spec_inside.h"

enum {
	SETTLED_MS = 15000,  /* a server that has just begun replays its log first */
	MARGIN_US = 3000000, /* around a change, and for clocks that differ by less than we can tell
			      */
	ARRAY_BYTES = 64 * 1024,
};

enum err watch_due(struct ctx *c, size_t max, bool settled, struct watch **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct watch, id),
		DB_FIELD(struct watch, job_id),
		DB_FIELD(struct watch, job_name),
		DB_FIELD(struct watch, version),
		DB_FIELD(struct watch, spec_text),
		DB_FIELD(struct watch, from_us),
		DB_FIELD(struct watch, until_us),
		DB_FIELD(struct watch, judged_us),
		DB_FIELD(struct watch, gap),
		DB_FIELD(struct watch, untold),
		DB_FIELD(struct watch, told_us),
		DB_FIELD(struct watch, held_us),
		DB_FIELD(struct watch, had),
		DB_FIELD(struct watch, copy_text),
		DB_FIELD(struct watch, wiped_us),
		DB_END,
	};

	return db_many(c, SQL_WATCH_DUE, DB_ARGS(db_int((int64_t)max), db_bool(settled)), fields,
	    sizeof(struct watch), out, n);
}

bool watch_is_held(const struct watch *w)
{
	return w->held_us.set && !w->until_us.set;
}

/* From when on a version is expected to fire. A change may take as long to reach the engine as a
 * run to begin; one that took longer should have been there. */
static int64_t begins_us(const struct watch *w, int64_t grace_us)
{
	int64_t most_us = grace_us > MARGIN_US ? grace_us : MARGIN_US;

	if (w->held_us.set && w->held_us.value + MARGIN_US < w->from_us + most_us)
		return w->held_us.value + MARGIN_US;
	return w->from_us + most_us;
}

static enum err read_one(struct ctx *c, struct watch *w, int64_t ahead_us, struct watched *out)
{
	int64_t grace_us = config_int(c->config->missed_grace_s) * US_PER_S;
	int64_t from_us = begins_us(w, grace_us) + ahead_us;
	struct db_maybe_int64 added = { .value = from_us, .set = true };

	*out = (struct watched){ .watch = w };
	TRY(json_parse(c, w->spec_text, strlen(w->spec_text), &out->spec));
	fires_init(c, w->job_name, out->spec, added, &out->fires);
	out->expect = (struct expect){
		.fires = &out->fires,
		.judged_us = w->judged_us > from_us ? w->judged_us : from_us,
		.until_us = w->until_us.set ? w->until_us.value + ahead_us - MARGIN_US : INT64_MAX,
		.now_us = c->now_us + ahead_us,
		.grace_us = grace_us,
	};
	expect_once(&out->expect, &out->fires);
	return OK;
}

/* The two arrays that name jobs and moments in one statement. Names hold nothing that would end a
 * quoted element. */
static enum err arrays(
    struct ctx *c, const struct watched *all, size_t n, const char **names, const char **since)
{
	struct buf b[2];

	for (size_t k = 0; k < LENGTH(b); k++) {
		buf_init(&b[k], c->arena, ARRAY_BYTES);
		buf_text(&b[k], "{");
	}
	for (size_t i = 0; i < n; i++) {
		const char *comma = i > 0 ? "," : "";
		buf_printf(&b[0], "%s\"%s\"", comma, all[i].watch->job_name);
		buf_printf(
		    &b[1], "%s%lld", comma, (long long)(all[i].expect.judged_us - EXPECT_EARLY_US));
	}
	for (size_t k = 0; k < LENGTH(b); k++)
		buf_text(&b[k], "}");
	*names = b[0].data;
	*since = b[1].data;
	return b[0].full || b[1].full ? fail(c, ERR_TOO_LARGE, NULL, "too many jobs at once") : OK;
}

struct began_row {
	int64_t job, at_us;
	bool asked;
};

static enum err read_began(struct ctx *c, struct watched *all, size_t n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct began_row, job),
		DB_FIELD(struct began_row, at_us),
		DB_FIELD(struct began_row, asked),
		DB_END,
	};
	const char *names, *since;
	struct began_row *rows;
	size_t nrows;

	TRY(arrays(c, all, n, &names, &since));
	TRY(db_many(c, SQL_WATCH_BEGAN, DB_ARGS(db_text(names), db_text(since)), fields,
	    sizeof(*rows), &rows, &nrows));
	struct began *began = arena_alloc(c->arena, nrows, sizeof(*began));
	for (size_t i = 0; i < nrows; i++) {
		struct expect *e = &all[rows[i].job].expect;
		began[i] = (struct began){ rows[i].at_us, rows[i].asked };
		if (e->nbegan++ == 0)
			e->began = &began[i];
	}
	return OK;
}

struct quiet_row {
	int64_t from_us, to_us;
	const char *what;
	struct db_maybe reason;
};

static enum quiet_kind kind_of(const char *what)
{
	return strcmp(what, "away") == 0     ? QUIET_AWAY
	       : strcmp(what, "leader") == 0 ? QUIET_LEADER
					     : QUIET_UNWATCHED;
}

/* An interval begins anew when the engine takes the change. */
static void wait_for_write(struct watched *w)
{
	const struct watch *watch = w->watch;
	int64_t to_us = watch->held_us.set ? watch->held_us.value : w->expect.now_us;

	if (to_us > watch->from_us + MARGIN_US)
		w->expect.pending = (struct quiet){ watch->from_us, to_us, QUIET_PENDING, NULL };
}

static enum err read_quiet(struct ctx *c, struct watched *all, size_t n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct quiet_row, from_us),
		DB_FIELD(struct quiet_row, to_us),
		DB_FIELD(struct quiet_row, what),
		DB_FIELD(struct quiet_row, reason),
		DB_END,
	};
	int64_t since_us = INT64_MAX;
	struct quiet_row *rows;
	size_t nrows;

	for (size_t i = 0; i < n; i++)
		if (all[i].expect.judged_us < since_us)
			since_us = all[i].expect.judged_us;
	TRY(db_many(
	    c, SQL_ENGINE_QUIET, DB_ARGS(db_int(since_us)), fields, sizeof(*rows), &rows, &nrows));
	struct quiet *quiet = arena_alloc(c->arena, nrows, sizeof(*quiet));
	for (size_t i = 0; i < nrows; i++)
		quiet[i] = (struct quiet){ rows[i].from_us, rows[i].to_us, kind_of(rows[i].what),
			rows[i].reason.text };
	for (size_t i = 0; i < n; i++) {
		all[i].expect.quiet = quiet;
		all[i].expect.nquiet = nrows;
		wait_for_write(&all[i]);
	}
	return OK;
}

enum err watch_read(
    struct ctx *c, struct watch *watches, size_t n, int64_t ahead_us, struct watched **out)
{
	struct watched *all = arena_alloc(c->arena, n, sizeof(*all));

	for (size_t i = 0; i < n; i++)
		TRY(read_one(c, &watches[i], ahead_us, &all[i]));
	for (size_t i = 0; i < n; i++)
		all[i].expect.fires = &all[i].fires;
	TRY(read_began(c, all, n));
	*out = all;
	return read_quiet(c, all, n);
}

enum err watch_judged(struct ctx *c, const struct watch_end *ends, size_t n)
{
	struct json *list = json_array(c->arena);

	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object(c->arena);
		json_set(o, "id", json_number(c->arena, ends[i].id));
		json_set(o, "judged", json_number(c->arena, ends[i].judged_us));
		json_set(o, "next", json_number(c->arena, ends[i].next_us));
		json_set(o, "due", json_number(c->arena, ends[i].due_us));
		json_set(o, "gap", json_number(c->arena, ends[i].gap));
		json_set(o, "untold", json_number(c->arena, ends[i].untold));
		json_set(o, "told", json_number(c->arena, ends[i].told_us));
		json_push(list, o);
	}
	return db_exec(c, SQL_WATCH_JUDGED, DB_ARGS(db_text(json_write(c->arena, list))), NULL);
}

enum err watch_end(struct ctx *c, int64_t id)
{
	return db_exec(c, SQL_WATCH_END, DB_ARGS(db_int(id)), NULL);
}

enum err watch_wiped(struct ctx *c, int64_t id, int64_t at_us)
{
	return db_exec(c, SQL_WATCH_WIPED, DB_ARGS(db_int(id), db_int(at_us)), NULL);
}

bool missed_fires_otherwise(const char *fields)
{
	static const char *const timing[] = { "schedule", "timezone", "parent_job" };

	for (size_t i = 0; i < LENGTH(timing); i++)
		if (strstr(fields, timing[i]) != NULL)
			return true;
	return false;
}

enum err watch_overwritten(
    struct ctx *c, int64_t job_id, const struct json *copy, const char *fields)
{
	return db_exec(c, SQL_WATCH_OVERWRITTEN,
	    DB_ARGS(db_int(job_id), db_text(json_write(c->arena, copy)),
		db_bool(missed_fires_otherwise(fields))),
	    NULL);
}

enum err engine_settled(struct ctx *c, bool *settled)
{
	struct {
		bool settled;
	} row;
	static const struct db_field fields[] = { { "settled", DB_BOOL_, 0 }, DB_END };

	TRY(db_one(c, SQL_ENGINE_SETTLED, DB_ARGS(db_int(SETTLED_MS)), fields, &row));
	*settled = row.settled;
	return OK;
}

struct known_row {
	const char *engine_id;
};

static bool is_among(const char *id, const char *const *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

enum err missed_wiped(
    struct ctx *c, const struct watch *w, const char *const *ids, size_t n, bool *wiped)
{
	static const struct db_field fields[] = { DB_FIELD(struct known_row, engine_id), DB_END };
	int64_t since_us = w->from_us + MARGIN_US;
	struct known_row *known;
	size_t nknown;

	*wiped = false;
	if (w->wiped_us.set && w->wiped_us.value > since_us)
		since_us = w->wiped_us.value;
	TRY(db_many(c, SQL_MISSED_KNOWN, DB_ARGS(db_text(w->job_name), db_int(since_us)), fields,
	    sizeof(*known), &known, &nknown));
	for (size_t i = 0; i < nknown; i++)
		*wiped = *wiped || !is_among(known[i].engine_id, ids, n);
	return OK;
}

enum err missed_add(
    struct ctx *c, const struct watch *w, const struct unanswered *u, const char *why, int64_t *id)
{
	struct {
		struct db_maybe_int64 id;
	} row;
	static const struct db_field fields[] = { { "id", DB_MAYBE_INT_, 0 }, DB_END };

	TRY(db_one(c, SQL_MISSED_ADD,
	    DB_ARGS(db_int(w->job_id), db_int(w->version), db_int(u->at_us), db_int(u->until_us),
		db_text(why)),
	    fields, &row));
	*id = row.id.set ? row.id.value : 0;
	return OK;
}

enum err missed_prune(struct ctx *c)
{
	return db_exec(c, SQL_ENGINE_PAST_PRUNE, DB_NO_ARGS, NULL);
}

enum err late_list(struct ctx *c, const char *job, size_t max, struct late **out, size_t *n)
{
	static const struct db_field fields[] = {
		DB_FIELD(struct late, id),
		DB_FIELD(struct late, name),
		DB_FIELD(struct late, team),
		DB_FIELD(struct late, since_us),
		DB_END,
	};

	return db_many(c, SQL_LATE_LIST,
	    DB_ARGS(db_int(c->actor.account_id), db_bool(c->actor.admin), db_int(LATE_AFTER_MS),
		db_text(job), db_int((int64_t)max)),
	    fields, sizeof(struct late), out, n);
}
