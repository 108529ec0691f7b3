#ifndef ENGINE_CLOCK_H
#define ENGINE_CLOCK_H

/*
 * clock: what the files of the verb `engine` share; for them alone.
 *
 * One process, one thread, one loop. What it knows in memory it could read again from the database;
 * what it has begun there it carries through here.
 */

#include "db/db.h"
#include "engine/child.h"
#include "engine/hooks.h"
#include "engine/output.h"
#include "engine/timetable.h"

/* Where a firing stands. Each state has one step, in runs.c, which leads to another. */
enum work_state {
	WORK_RUNS = 0,   /* a process is at work */
	WORK_ENDED,      /* the result has still to be stored */
	WORK_STORED,     /* it is stored, and still to be told */
	WORK_WAITS,      /* the next attempt begins at due_us */
	WORK_DEPENDENTS, /* dependent jobs run, one after another */
	WORK_CLOSING,    /* nothing is left but to say so in the database */
	WORK_OVER,
};

/* One firing: Dkron's group. */
struct work {
	struct work *next;
	enum work_state state;
	int64_t run, parent_run; /* engine.run */
	char *job, *timezone;
	int64_t grp;

	/* The attempt that runs, or the last one. */
	int64_t attempt, started_at, carried; /* ns */
	int64_t finished_at;                  /* ns; 0: not yet */
	bool success, fetches, silent, again, expendable, has_dependents;
	struct child *child; /* NULL: no process */
	struct arena *arena; /* owns the command, while there is a process */
	struct command *command;
	struct output output;
	char *chunk; /* what it said last */
	size_t chunk_len;
	bool unsaved;                /* output that the database has not seen */
	bool noted;                  /* the database knows the process */
	bool held;                   /* its output is not read: the webhooks have to catch up */
	int64_t saved_us, looked_us; /* monotonic: progress stored, memory looked at */
	int64_t kill_us,
	    abandon_us;     /* monotonic: the time-out; when not to wait for the pipe any more */
	const char *killed; /* why we killed it, in Dkron's words; in `arena` */

	int64_t due_us; /* WAITS: when, monotonic */
	int64_t cursor; /* DEPENDENTS: engine.job.linked of the last one that was tried */
	int64_t try_us; /* a step that failed is tried again then, monotonic */
	struct hook_line *line;
};

struct engine {
	struct ctx c;     /* its arena lasts for one turn of the loop */
	int64_t instance; /* our row in engine.instance; 0: none yet */
	bool leads;       /* we own the clock */
	int64_t led_us;   /* since when */
	bool lost_answer; /* the database may have begun something that we do not know of */
	bool changed;     /* definitions, or runs to take: look now */
	bool stopping;
	int64_t stop_us, kill_us;                   /* monotonic */
	int64_t lead_us, look_us, tidy_us, fire_us; /* monotonic: none of these before */
	int epoll_fd, signal_fd;
	struct timetable *timetable;
	struct work *works;
	struct hooks *hooks;
};

/* A row of the statements that begin an attempt. */
struct begun {
	int64_t run, grp, started_at, attempt, carried, parent_run;
	const char *job, *timezone, *executor;
	struct db_maybe executor_config;
};
extern const struct db_field begun_fields[];

/* ---- attempts.c: the process of an attempt ---- */

/* Starts what the row says, as `w` or as new work. */
void attempt_start(struct engine *e, struct work *w, const struct begun *row);
void attempts_read(struct engine *e, struct work *w);  /* its pipe may have something */
void attempts_reap(struct engine *e);                  /* after SIGCHLD */
void attempts_watch(struct engine *e, struct work *w); /* time-out, memory, held output, progress */
void attempt_tell(struct engine *e, struct work *w, bool post, const char *group);
void attempts_stop(struct engine *e, int number); /* signals all processes */

/* ---- runs.c: from the end of an attempt to the end of the firing ---- */

struct work *work_new(struct engine *e, const char *job, int64_t run);
struct work *work_of_run(const struct engine *e, int64_t run); /* NULL: none */
/* Dkron's pause before an attempt: grows with how long the one before took, and with its number. */
int64_t work_pause_ns(int64_t took_ns, int64_t attempt);
void works_step(struct engine *e);  /* moves each as far as it goes */
void works_sweep(struct engine *e); /* frees those that are over */

/* ---- lead.c: who owns the clock ---- */

void engine_register(struct engine *e); /* once there is a database */
void engine_lead(struct engine *e);     /* tries to get or to keep the clock */
void engine_release(
    struct engine *e); /* lets another have it now, while our jobs come to their end */

/* ---- recover.c: what a dead engine, or a lost answer, left behind ---- */

void engine_recover(struct engine *e);
void engine_find_lost(struct engine *e);

/* ---- fire.c: beginning firings ---- */

void engine_read_changes(struct engine *e);
void engine_read_schedules(struct engine *e);
void engine_fire(struct engine *e);
void engine_take(struct engine *e);
/* The pids of what was started since the last call. */
void engine_note_pids(struct engine *e);

/* True for OK. What went wrong is logged where it happened; an answer of the database that got lost
 * is remembered. */
bool engine_did(struct engine *e, enum err result);

#endif
