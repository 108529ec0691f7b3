/* Beginning firings: those whose time has come, and those that the API asks for. */

#include <stdlib.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/gotext.h"

enum {
	FIRE_BATCH = 32, /* of forks, between two looks at everything else */
	TAKE_BATCH = 64, /* as in SQL_ENGINE_TAKE */
	TRY_AGAIN_US = 300 * 1000,
};

/* A firing that could not be claimed for so long, because the database was away, is missed. */
#define MISSED_US (60 * US_PER_S)

/* clang-format off */
const struct db_field begun_fields[] = {
#define FIELD(member) DB_FIELD(struct begun, member)
	FIELD(run), FIELD(grp), FIELD(started_at), FIELD(attempt), FIELD(carried), FIELD(parent_run), FIELD(job),
	FIELD(timezone), FIELD(executor), FIELD(executor_config), DB_END
#undef FIELD
};
/* clang-format on */

/* ---- the timetable ---- */

struct scheduled {
	const char *name;
	struct db_maybe schedule, timezone; /* none: nothing to schedule */
	int64_t added_at;
};

static const struct db_field scheduled_fields[] = { DB_FIELD(struct scheduled, name),
	DB_FIELD(struct scheduled, schedule), DB_FIELD(struct scheduled, timezone),
	DB_FIELD(struct scheduled, added_at), DB_END };

static void schedule(struct engine *e, const struct scheduled *row)
{
	int64_t added = row->added_at > e->led_us ? row->added_at : e->led_us;

	if (row->schedule.text == NULL)
		timetable_remove(e->timetable, row->name);
	else
		timetable_set(&e->c, e->timetable, row->name, row->schedule.text,
		    row->timezone.text != NULL ? row->timezone.text : "", added);
}

void engine_read_changes(struct engine *e)
{
	struct scheduled *rows;
	size_t n;

	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_CHANGES, DB_NO_ARGS, scheduled_fields,
			       sizeof(*rows), &rows, &n)))
		return;
	for (size_t i = 0; i < n; i++)
		schedule(e, &rows[i]);
}

/* What changes from now on is told; what was told so far is in what we read. */
void engine_read_schedules(struct engine *e)
{
	struct scheduled *rows;
	size_t n;

	if (!engine_did(e, db_exec(&e->c, SQL_ENGINE_CHANGES_FORGET, DB_NO_ARGS, NULL)) ||
	    !engine_did(e, db_many(&e->c, SQL_ENGINE_SCHEDULES, DB_NO_ARGS, scheduled_fields,
			       sizeof(*rows), &rows, &n)))
		return;
	timetable_mark(e->timetable);
	for (size_t i = 0; i < n; i++)
		schedule(e, &rows[i]);
	timetable_sweep(e->timetable);
}

/* ---- claims ---- */

static void start_all(struct engine *e, const struct begun *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		attempt_start(e, NULL, &rows[i]);
}

static const char *claims(struct arena *a, struct timetable_entry *const *due, size_t n)
{
	struct json *all = json_array(a);

	for (size_t i = 0; i < n; i++) {
		struct json *v = json_object(a);
		json_set(v, "job", json_string(a, due[i]->name));
		json_set(v, "fire_at", json_number(a, due[i]->next_us));
		json_set(v, "grp", json_number(a, gotext_now_ns()));
		json_push(all, v);
	}
	return json_write(a, all);
}

/* The database is away: a firing waits for it, but not for ever. */
static void keep(struct engine *e, struct timetable_entry *entry)
{
	int64_t now = time_monotonic_us();

	if (entry->tried_us == 0)
		entry->tried_us = now;
	if (now - entry->tried_us < MISSED_US)
		return;
	log_event(&e->c, LOG_ERROR, "firing_missed", LOG_TEXT("job", entry->name));
	timetable_advance(&e->c, e->timetable, entry);
}

static enum err claim(struct engine *e, struct timetable_entry *const *due, size_t n)
{
	struct begun *rows;
	size_t count;

	enum err err = db_many(&e->c, SQL_ENGINE_FIRE,
	    DB_ARGS(db_text(claims(e->c.arena, due, n)), db_int(e->instance),
		db_int(gotext_now_ns()), db_int(e->c.now_us)),
	    begun_fields, sizeof(*rows), &rows, &count);
	if (err == OK)
		start_all(e, rows, count);
	else if (err == ERR_UNAVAILABLE)
		e->fire_us = time_monotonic_us() + TRY_AGAIN_US;
	if (err != ERR_CONFLICT) /* a job went while we claimed it */
		(void)engine_did(e, err);
	for (size_t i = 0; i < n && (err == OK || err == ERR_UNAVAILABLE); i++) {
		if (err == OK)
			timetable_advance(&e->c, e->timetable, due[i]);
		else
			keep(e, due[i]);
	}
	return err;
}

/* One statement for all; when that fails because of one of them, such as a job that is being
 * deleted at this moment, each is claimed alone. */
void engine_fire(struct engine *e)
{
	struct timetable_entry *due[FIRE_BATCH];

	if (time_monotonic_us() < e->fire_us)
		return;
	size_t n = timetable_due(e->timetable, e->c.now_us, due, FIRE_BATCH);
	if (n == 0)
		return;
	enum err err = claim(e, due, n);
	for (size_t i = 0; i < n && err != OK && err != ERR_UNAVAILABLE; i++) {
		enum err alone = claim(e, &due[i], 1);
		if (alone == ERR_UNAVAILABLE)
			break;
		if (alone != OK)
			timetable_advance(&e->c, e->timetable, due[i]);
	}
}

void engine_take(struct engine *e)
{
	struct begun *rows;
	size_t n = TAKE_BATCH;

	while (n == TAKE_BATCH &&
	       engine_did(e, db_many(&e->c, SQL_ENGINE_TAKE,
				 DB_ARGS(db_int(e->instance), db_int(gotext_now_ns())),
				 begun_fields, sizeof(*rows), &rows, &n)))
		start_all(e, rows, n);
}

void engine_note_pids(struct engine *e)
{
	struct arena *a = e->c.arena;
	struct json *all = json_array(a);

	for (struct work *w = e->works; w != NULL; w = w->next) {
		if (w->noted || w->child == NULL)
			continue;
		struct json *v = json_object(a);
		json_set(v, "job", json_string(a, w->job));
		json_set(v, "started_at", json_number(a, w->started_at));
		json_set(v, "pid", json_number(a, w->child->pid));
		json_set(v, "pid_start", json_number(a, w->child->started));
		json_push(all, v);
		w->noted = true;
	}
	if (json_length(all) > 0)
		(void)engine_did(
		    e, db_exec(&e->c, SQL_ENGINE_PIDS, DB_ARGS(db_text(json_write(a, all))), NULL));
}
