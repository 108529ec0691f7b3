/* The verb `engine`: one loop around one database connection, the children's pipes and the
 * webhooks. */

#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/engine.h"

enum { ARENA_MAX = 256 * 1024 * 1024, EVENTS = 64, SHORT_MS = 50 };

#define TURN_MAX_US   US_PER_S

#define LOOK_EACH_US  (5 * US_PER_S) /* for what no notification told us of */
#define TIDY_EACH_US  (300 * US_PER_S)
#define TERM_GRACE_US (2 * US_PER_S) /* from TERM to KILL for the jobs */
#define HOOK_GRACE_US (3 * US_PER_S) /* then for their last webhooks */

static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* As many jobs at once as the system allows. */
static void raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files); /* fewer at once is all that can happen */
	}
}

/* Descriptors that are not a job's pipe carry a pointer to what they are. */
static bool listen_to(struct engine *e, int fd, void *what)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = what };

	return fd >= 0 && epoll_ctl(e->epoll_fd, EPOLL_CTL_ADD, fd, &ev) == 0;
}

static bool open_all(struct engine *e, const struct config *config)
{
	e->c.arena = arena_create(ARENA_MAX);
	e->c.config = config;
	e->c.req_id = "engine";
	e->signal_fd = signals();
	e->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	e->timetable = timetable_create();
	e->hooks = hooks_create(config->hook_url, config->hook_token);
	e->c.db = db_open(config->database_url, "signalbox_engine", DB_ENGINE);
	return listen_to(e, e->signal_fd, e) && listen_to(e, hooks_fd(e->hooks), e->hooks);
}

static void close_all(struct engine *e)
{
	hooks_destroy(e->hooks);
	timetable_destroy(e->timetable);
	db_close(e->c.db);
	arena_destroy(e->c.arena);
	close(e->epoll_fd);
	close(e->signal_fd);
}

/* ---- events ---- */

static void stop(struct engine *e)
{
	if (e->stopping)
		return;
	log_event(&e->c, LOG_INFO, "stopping", LOG_INT("jobs", e->works != NULL));
	e->stopping = true;
	e->kill_us = time_monotonic_us() + TERM_GRACE_US;
	e->stop_us = e->kill_us + HOOK_GRACE_US;
	attempts_stop(e, SIGTERM);
	engine_release(e);
}

static void read_signals(struct engine *e)
{
	struct signalfd_siginfo info;

	while (read(e->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			stop(e);
	attempts_reap(e);
}

static void read_events(struct engine *e)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(e->epoll_fd, events, EVENTS, 0);
	bool signalled = false;

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr == e)
			signalled = true;
		else if (events[i].data.ptr != e->hooks)
			attempts_read(e, events[i].data.ptr);
	}
	if (signalled)
		read_signals(e);
}

/* ---- time ---- */

static int64_t sooner(int64_t x, int64_t y)
{
	return y != 0 && y < x ? y : x;
}

/* The next moment at which one of these needs us though nothing happens; monotonic. */
static int64_t next_of(const struct work *w, int64_t now)
{
	int64_t at = now + TURN_MAX_US;

	if (w->state == WORK_RUNS && w->child != NULL) {
		at = sooner(at, w->kill_us);
		at = sooner(at, w->abandon_us);
		if (w->unsaved)
			at = sooner(at, w->saved_us + US_PER_S);
	}
	if (w->state == WORK_WAITS)
		at = sooner(at, w->due_us > w->try_us ? w->due_us : w->try_us);
	if (w->state == WORK_ENDED || w->state == WORK_STORED)
		at = sooner(at, w->try_us > now ? w->try_us : now + SHORT_MS * INT64_C(1000));
	return at;
}

static int wait_ms(const struct engine *e)
{
	int64_t now = time_monotonic_us(), at = now + TURN_MAX_US;
	const struct timetable_entry *first = timetable_first(e->timetable);

	/* What is due cannot be done now: looking often is all there is. */
	if (e->stopping || !db_ready(e->c.db))
		return SHORT_MS;
	for (const struct work *w = e->works; w != NULL; w = w->next)
		at = sooner(at, next_of(w, now));
	if (e->leads && first != NULL) {
		int64_t due = now + first->next_us - time_now_us();
		at = sooner(at, due > e->fire_us ? due : e->fire_us);
	}
	return at <= now ? 0 : (int)((at - now + 999) / 1000);
}

/* ---- the loop ---- */

static void tidy(struct engine *e)
{
	int64_t now = time_monotonic_us();

	if (now < e->tidy_us)
		return;
	e->tidy_us = now + TIDY_EACH_US;
	(void)engine_did(e, db_exec(&e->c, SQL_ENGINE_TIDY, DB_NO_ARGS, NULL));
}

static void look_for_work(struct engine *e)
{
	int64_t now = time_monotonic_us();

	if (e->changed || now >= e->look_us) {
		e->changed = false;
		e->look_us = now + LOOK_EACH_US;
		engine_read_changes(e);
		engine_take(e);
	}
	engine_fire(e);
	tidy(e);
}

static void turn(struct engine *e)
{
	e->c.now_us = time_now_us();
	if (db_connect(&e->c) == OK) {
		engine_register(e);
		engine_find_lost(e);
		if (!e->stopping)
			engine_lead(e);
		if (e->leads && !e->stopping)
			look_for_work(e);
	}
	works_step(e);
	if (db_ready(e->c.db))
		engine_note_pids(e);
	hooks_turn(e->hooks);
	works_sweep(e);
	arena_reset(e->c.arena);
}

/* What waits for a retry or for dependents is left to the next engine. */
static bool has_unfinished(const struct engine *e)
{
	for (const struct work *w = e->works; w != NULL; w = w->next)
		if (w->state == WORK_RUNS || w->state == WORK_ENDED || w->state == WORK_STORED)
			return true;
	return false;
}

static bool may_leave(struct engine *e)
{
	int64_t now = time_monotonic_us();

	if (!e->stopping)
		return false;
	if (now >= e->kill_us)
		attempts_stop(e, SIGKILL);
	return now >= e->stop_us || (!has_unfinished(e) && hooks_are_idle(e->hooks));
}

/* Our row goes when nothing is left that bears its name; else the next engine sees to that. */
static void sign_off(struct engine *e)
{
	if (e->instance != 0)
		(void)engine_did(e,
		    db_exec(&e->c, SQL_ENGINE_INSTANCE_GONE, DB_ARGS(db_int(e->instance)), NULL));
	for (struct work *w = e->works; w != NULL; w = w->next) {
		if (w->child != NULL)
			child_forget(w->child);
		arena_destroy(w->arena);
		w->state = WORK_OVER;
	}
	works_sweep(e);
	log_event(&e->c, LOG_INFO, "stopped", LOG_INT("instance", e->instance));
}

int engine_main(const struct config *config)
{
	struct engine e = { .instance = 0 };

	raise_limits();
	if (!open_all(&e, config)) {
		log_event(
		    NULL, LOG_ERROR, "engine_failed", LOG_TEXT("reason", "no descriptor left"));
		return EXIT_FAILURE;
	}
	log_event(&e.c, LOG_INFO, "engine_started", LOG_TEXT("hook", config->hook_url));
	while (!may_leave(&e)) {
		turn(&e);
		(void)db_wait(e.c.db, "engine_wake", e.epoll_fd, wait_ms(&e));
		e.changed |= db_told(e.c.db);
		read_events(&e);
	}
	sign_off(&e);
	close_all(&e);
	return EXIT_SUCCESS;
}
