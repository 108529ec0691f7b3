/* What a dead engine, or an answer of the database that got lost, left behind. */

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/execution.h"
#include "engine/gotext.h"
#include "engine/proc.h"

static const char epitaph[] = "signalbox: the engine went away while this ran, and took it along\n";

struct instance {
	int64_t id, pid, pid_start;
	const char *boot;
	bool silent;
};

struct orphan {
	int64_t run, grp, parent_run, attempt, started_at, carried, pid, pid_start;
	const char *job, *timezone;
	struct db_blob output;
};

struct waiting {
	int64_t run, grp, parent_run, attempt, started_at, finished_at;
	const char *job, *timezone;
	bool dependents, expendable;
};

static char *copy(const char *s)
{
	char *own = strdup(s);

	if (own == NULL)
		exit(EXIT_FAILURE);
	return own;
}

/* Of this boot of this machine /proc knows; of another machine, or another boot, only silence does.
 */
static bool is_dead(struct engine *e, const struct instance *i)
{
	if (strcmp(i->boot, proc_boot(e->c.arena)) != 0)
		return i->silent;
	return proc_started((pid_t)i->pid) != i->pid_start;
}

/* What was running counts as killed, and goes the way of every result: stored, told, tried again.
 */
static void bury(struct engine *e, const struct orphan *o)
{
	const char *id = engine_execution_id(e->c.arena, o->started_at);

	if (work_of_run(e, o->run) != NULL)
		return;
	int hits = proc_kill_left((pid_t)o->pid, o->pid_start, id);
	struct work *w = work_new(e, o->job, o->run);
	w->state = WORK_ENDED;
	w->timezone = copy(o->timezone);
	w->parent_run = o->parent_run;
	w->grp = o->grp;
	w->attempt = o->attempt;
	w->started_at = o->started_at;
	w->carried = o->carried;
	w->finished_at = gotext_now_ns();
	output_add(&w->output, o->output.bytes, o->output.len);
	output_lead(&w->output, "signal: killed");
	if (o->output.len > 0 && o->output.bytes[o->output.len - 1] != '\n')
		output_add(&w->output, "\n", 1);
	output_add(&w->output, epitaph, strlen(epitaph));
	log_event(&e->c, LOG_WARN, "orphan_buried", LOG_TEXT("job", o->job),
	    LOG_TEXT("execution", id), LOG_INT("killed", hits));
}

static bool bury_orphans(struct engine *e, int64_t dead)
{
	/* clang-format off */
	static const struct db_field fields[] = {
#define FIELD(member) DB_FIELD(struct orphan, member)
		FIELD(run), FIELD(grp), FIELD(parent_run), FIELD(attempt), FIELD(started_at), FIELD(carried),
		FIELD(pid), FIELD(pid_start), FIELD(job), FIELD(timezone), FIELD(output), DB_END
#undef FIELD
	};
	/* clang-format on */
	struct orphan *all;
	size_t n;

	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_ORPHANS, DB_ARGS(db_int(dead)), fields,
			       sizeof(*all), &all, &n)))
		return false;
	for (size_t i = 0; i < n; i++)
		bury(e, &all[i]);
	return true;
}

static void resume(struct engine *e, const struct waiting *row)
{
	if (work_of_run(e, row->run) != NULL)
		return;
	struct work *w = work_new(e, row->job, row->run);
	w->state = row->dependents ? WORK_DEPENDENTS : WORK_WAITS;
	w->timezone = copy(row->timezone);
	w->parent_run = row->parent_run;
	w->grp = row->grp;
	w->attempt = row->attempt;
	w->started_at = row->started_at;
	w->finished_at = row->finished_at;
	w->expendable = row->expendable;
	log_event(&e->c, LOG_INFO, "run_resumed", LOG_TEXT("job", row->job),
	    LOG_INT("attempt", row->attempt));
}

/* Mine in the database, and not in memory. */
static bool resume_waiting(struct engine *e)
{
	/* clang-format off */
	static const struct db_field fields[] = {
#define FIELD(member) DB_FIELD(struct waiting, member)
		FIELD(run), FIELD(grp), FIELD(parent_run), FIELD(attempt), FIELD(started_at), FIELD(finished_at),
		FIELD(job), FIELD(timezone), FIELD(dependents), FIELD(expendable), DB_END
#undef FIELD
	};
	/* clang-format on */
	struct waiting *all;
	size_t n;

	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_WAITING, DB_ARGS(db_int(e->instance)), fields,
			       sizeof(*all), &all, &n)))
		return false;
	for (size_t i = 0; i < n; i++)
		resume(e, &all[i]);
	return true;
}

void engine_recover(struct engine *e)
{
	static const struct db_field fields[] = { DB_FIELD(struct instance, id),
		DB_FIELD(struct instance, boot), DB_FIELD(struct instance, pid),
		DB_FIELD(struct instance, pid_start), DB_FIELD(struct instance, silent), DB_END };
	struct instance *all;
	size_t n;

	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_INSTANCES, DB_ARGS(db_int(e->instance)),
			       fields, sizeof(*all), &all, &n)))
		return;
	for (size_t i = 0; i < n; i++) {
		if (!is_dead(e, &all[i]) || !bury_orphans(e, all[i].id) ||
		    !engine_did(e, db_exec(&e->c, SQL_ENGINE_INHERIT,
				       DB_ARGS(db_int(all[i].id), db_int(e->instance)), NULL)) ||
		    !resume_waiting(e))
			continue;
		/* Goes only when nothing is left that bears its name: the results above are not
		 * stored yet. */
		(void)engine_did(
		    e, db_exec(&e->c, SQL_ENGINE_INSTANCE_GONE, DB_ARGS(db_int(all[i].id)), NULL));
	}
}

/* Begun in our name by a statement whose answer never came. No process was started for it: that
 * happens only after the answer. */
static bool start_strays(struct engine *e)
{
	struct begun *all;
	size_t n;

	if (!engine_did(e, db_many(&e->c, SQL_ENGINE_STRAYS, DB_ARGS(db_int(e->instance)),
			       begun_fields, sizeof(*all), &all, &n)))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct work *w = work_of_run(e, all[i].run);
		if (w == NULL || w->started_at != all[i].started_at)
			attempt_start(e, w, &all[i]);
	}
	return true;
}

void engine_find_lost(struct engine *e)
{
	if (!e->lost_answer || e->instance == 0 || !db_ready(e->c.db))
		return;
	e->lost_answer = false;
	if (start_strays(e) && resume_waiting(e) && e->leads)
		engine_read_schedules(e); /* names of changes may have been in that answer, too */
}
