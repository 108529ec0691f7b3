/* Who owns the clock. */

#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/proc.h"

enum { ASK_EACH_US = 1000 * 1000, KEEP_EACH_US = 5 * 1000 * 1000 };

struct row {
	int64_t id;
	bool found;
};

bool engine_did(struct engine *e, enum err result)
{
	if (result == ERR_UNAVAILABLE)
		e->lost_answer = true;
	else if (result != OK)
		log_event(&e->c, LOG_ERROR, "engine_statement_failed",
		    LOG_TEXT("detail", e->c.fault.detail));
	return result == OK;
}

void engine_register(struct engine *e)
{
	static const struct db_field fields[] = { DB_FIELD(struct row, id), DB_END };
	struct row row;

	if (e->instance != 0 ||
	    !engine_did(e, db_one(&e->c, SQL_ENGINE_INSTANCE_ADD,
			       DB_ARGS(db_text(proc_boot(e->c.arena)), db_int(getpid()),
				   db_int(proc_started(getpid()))),
			       fields, &row)))
		return;
	e->instance = row.id;
}

/* Where "@every" counts from, and what the timetable holds, begins anew with each owner. */
static void take_over(struct engine *e)
{
	e->led_us = time_now_us();
	if (!engine_did(e, db_exec(&e->c, SQL_ENGINE_LED,
			       DB_ARGS(db_int(e->instance), db_int(e->led_us)), NULL)))
		return;
	e->leads = true;
	e->changed = true;
	engine_read_schedules(e);
	log_event(&e->c, LOG_INFO, "clock_taken", LOG_INT("instance", e->instance),
	    LOG_INT("jobs", (int64_t)timetable_size(e->timetable)));
}

static void give_up(struct engine *e)
{
	log_event(&e->c, LOG_WARN, "clock_lost", LOG_INT("instance", e->instance));
	e->leads = false;
	timetable_mark(e->timetable);
	timetable_sweep(e->timetable);
}

void engine_lead(struct engine *e)
{
	static const struct db_field fields[] = { DB_FIELD(struct row, found), DB_END };
	int64_t now = time_monotonic_us();
	struct row row;

	if (e->instance == 0 || now < e->lead_us)
		return;
	e->lead_us = now + ASK_EACH_US;
	if (!engine_did(e, db_one(&e->c, SQL_ENGINE_LEAD, DB_NO_ARGS, fields, &row)) ||
	    !engine_did(
		e, db_exec(&e->c, SQL_ENGINE_INSTANCE_SEEN, DB_ARGS(db_int(e->instance)), NULL)))
		return;
	if (row.found && !e->leads)
		take_over(e);
	else if (!row.found && e->leads)
		give_up(e);
	if (!e->leads)
		return;
	e->lead_us = now + KEEP_EACH_US;
	engine_recover(e);
}

void engine_release(struct engine *e)
{
	if (e->leads && db_ready(e->c.db))
		(void)engine_did(e, db_exec(&e->c, SQL_ENGINE_RELEASE, DB_NO_ARGS, NULL));
	e->leads = false;
}
