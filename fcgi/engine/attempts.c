/* The process of an attempt, from its first byte to its last. */

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "core/log.h"
#include "core/time.h"
#include "engine/clock.h"
#include "engine/execution.h"
#include "engine/gotext.h"
#include "engine/proc.h"

enum {
	CHUNK_BYTES = 32 * 1024,
	SCRATCH_MAX = 1024 * 1024,
	COMMAND_ARENA = 96 * 1024 * 1024, /* a definition is at most 4 MB, its payload and words as
					     much again */
	SAVE_EACH_US = 1000 * 1000,
	LOOK_EACH_US = 1000 * 1000,
	PIPE_GRACE_US = 5 * 1000 * 1000, /* for the end of the pipe, once we killed the group */
};

/* ---- telling ---- */

static void tell(struct engine *e, struct work *w, const struct payload *p, bool chunk)
{
	if (w->line == NULL)
		w->line = hook_line_open(e->hooks);
	hook_send(e->hooks, w->line, p, chunk);
}

static struct payload running(const struct work *w)
{
	return (struct payload){ .job = w->job,
		.grp = w->grp,
		.started_at = w->started_at,
		.finished_at = w->carried,
		.output = "",
		.group = "" };
}

void attempt_tell(struct engine *e, struct work *w, bool post, const char *group)
{
	struct arena *scratch = arena_create(SCRATCH_MAX);
	struct payload p = running(w);

	p.post = post;
	p.finished_at = w->finished_at;
	p.success = w->success;
	p.group = group;
	p.output = output_text(&w->output, scratch, &p.output_len);
	tell(e, w, &p, false);
	arena_destroy(scratch);
}

static void tell_chunk(struct engine *e, struct work *w, const char *bytes, size_t len)
{
	struct payload p = running(w);

	p.output = bytes;
	p.output_len = len;
	tell(e, w, &p, true);
}

/* ---- its end ---- */

static void watch_pipe(struct engine *e, struct work *w, int operation, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = w };

	(void)epoll_ctl(e->epoll_fd, operation, w->child->out_fd, &ev); /* of a pipe of ours */
}

/* Taken out by hand first: as long as a child that is just being started has a copy of it, a closed
 * pipe would still wake us, for work that may be gone. */
static void close_pipe(struct engine *e, struct work *w)
{
	if (w->child->out_fd < 0)
		return;
	if (!w->held)
		watch_pipe(e, w, EPOLL_CTL_DEL, 0);
	child_close(w->child);
}

static void end(struct engine *e, struct work *w, bool success)
{
	w->finished_at = gotext_now_ns();
	if (w->finished_at <=
	    w->started_at) /* the clock was set back: an end is never before its start */
		w->finished_at = w->started_at + 1;
	w->success = success;
	w->state = WORK_ENDED;
	log_event(&e->c, LOG_INFO, "attempt_ended", LOG_TEXT("job", w->job),
	    LOG_TEXT("execution", engine_execution_id(e->c.arena, w->started_at)),
	    LOG_INT("attempt", w->attempt), LOG_INT("success", success),
	    LOG_INT("took_ms", (w->finished_at - w->started_at) / 1000000));
}

static void finish(struct engine *e, struct work *w)
{
	const char *verdict = child_verdict(&e->c, w->child, w->command);
	bool by_signal = WIFSIGNALED(w->child->status);

	if (w->killed != NULL)
		output_add(&w->output, w->killed, strlen(w->killed));
	if (verdict != NULL && (!w->fetches || by_signal))
		output_lead(&w->output, verdict);
	child_forget(w->child);
	arena_destroy(w->arena);
	w->arena = NULL;
	w->child = NULL;
	w->command = NULL;
	w->killed = NULL;
	end(e, w, verdict == NULL);
}

static void finish_if_over(struct engine *e, struct work *w)
{
	if (w->state == WORK_RUNS && w->child != NULL && child_is_over(w->child))
		finish(e, w);
}

void attempts_reap(struct engine *e)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (struct work *w = e->works; w != NULL; w = w->next) {
			if (w->child == NULL || w->child->pid != pid)
				continue;
			w->child->reaped = true;
			w->child->status = status;
			finish_if_over(e, w);
			break;
		}
}

/* ---- its output ---- */

static void hold(struct engine *e, struct work *w, bool held)
{
	if (w->held == held)
		return;
	w->held = held;
	watch_pipe(e, w, held ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, EPOLLIN);
}

static void keep_chunk(struct work *w, const char *bytes, size_t len)
{
	char *chunk = realloc(w->chunk, len);

	if (chunk == NULL)
		return; /* only /v1/busy shows it */
	memcpy(chunk, bytes, len);
	w->chunk = chunk;
	w->chunk_len = len;
}

void attempts_read(struct engine *e, struct work *w)
{
	static char bytes[CHUNK_BYTES];

	if (w->child == NULL || w->child->out_fd < 0)
		return;
	size_t len = child_read(w->child, bytes, sizeof(bytes));
	if (len > 0) {
		output_add(&w->output, bytes, len);
		w->unsaved = true;
	}
	if (w->child->ended)
		close_pipe(e, w);
	if (len > 0 && !w->fetches) { /* Dkron's other executors speak only at their end */
		keep_chunk(w, bytes, len);
		tell_chunk(e, w, bytes, len);
		hold(e, w, hook_line_is_full(w->line) && hooks_get_through(e->hooks));
	}
	finish_if_over(e, w);
}

/* ---- its beginning ---- */

static void adopt_row(struct work *w, const struct begun *row)
{
	w->parent_run = row->parent_run;
	w->grp = row->grp;
	w->attempt = row->attempt;
	w->started_at = row->started_at;
	w->carried = row->carried;
	w->finished_at = w->try_us = 0;
	w->success = w->again = w->silent = w->unsaved = w->held = w->noted = false;
	w->saved_us = w->looked_us = w->kill_us = w->abandon_us = 0;
	w->chunk_len = 0;
	output_clear(&w->output);
}

static void fail_at_once(struct engine *e, struct work *w, const char *words)
{
	output_add(&w->output, words, strlen(words));
	arena_destroy(w->arena);
	w->arena = NULL;
	w->command = NULL;
	end(e, w, false);
}

static void start_process(struct engine *e, struct work *w)
{
	struct command *m = w->command;
	struct ctx c = e->c;

	c.arena = w->arena;
	w->child = arena_new(w->arena, struct child);
	if (child_start(&c, m, w->child) != OK) {
		const char *words = arena_printf(e->c.arena, "%s\n", c.fault.detail);
		w->child = NULL;
		fail_at_once(e, w, words);
		return;
	}
	w->state = WORK_RUNS;
	watch_pipe(e, w, EPOLL_CTL_ADD, EPOLLIN);
	if (m->timeout_ns != 0)
		w->kill_us = time_monotonic_us() +
			     (m->timeout_ns > 0 ? m->timeout_ns / NS_PER_US : 0);
}

void attempt_start(struct engine *e, struct work *w, const struct begun *row)
{
	struct json *config = NULL;

	if (w == NULL)
		w = work_new(e, row->job, row->run);
	free(w->timezone);
	w->timezone = strdup(row->timezone);
	adopt_row(w, row);
	struct payload p = running(w);
	tell(e, w, &p, false);

	/* The command outlives this turn of the loop: messages about it are made at its end. */
	w->arena = arena_create(COMMAND_ARENA);
	struct ctx c = e->c;
	c.arena = w->arena;
	const char *text = row->executor_config.text;
	if (text != NULL &&
	    json_parse(&c, arena_strdup(w->arena, text), strlen(text), &config) != OK)
		config =
		    NULL; /* it is JSON in the database's own eyes; nothing is as good as broken */
	w->command = arena_new(w->arena, struct command);
	command_make(&c, w->job, engine_execution_id(w->arena, w->started_at),
	    arena_strdup(w->arena, row->executor), config, w->command);
	w->fetches = w->command->kind == COMMAND_FETCH;
	w->silent = w->command->silent;
	if (w->command->kind == COMMAND_NOTHING)
		fail_at_once(e, w, w->command->words);
	else
		start_process(e, w);
}

/* ---- while it runs ---- */

static void kill_for(struct work *w, const char *words)
{
	w->killed = words;
	w->kill_us = 0;
	w->abandon_us = time_monotonic_us() + PIPE_GRACE_US;
	child_signal(w->child, SIGKILL);
}

static void check_time(struct work *w, int64_t now)
{
	const struct command *m = w->command;

	if (w->kill_us == 0 || now < w->kill_us || w->killed != NULL)
		return;
	kill_for(
	    w, arena_printf(w->arena,
		   "shell: Job '%s' execution time exceeding defined timeout %s. Job was killed",
		   m->text, gotext_duration(w->arena, m->timeout_ns)));
}

static void check_memory(struct work *w, int64_t now)
{
	const struct command *m = w->command;

	if (m->memory == 0 || w->killed != NULL || now < w->looked_us + LOOK_EACH_US)
		return;
	w->looked_us = now;
	int64_t used = proc_group_memory(w->child->pid);
	if (used > m->memory)
		kill_for(
		    w, arena_printf(w->arena,
			   "shell: Job '%s' memory usage (%" PRId64
			   " bytes) exceeding defined limit (%" PRId64 " bytes). Job was killed",
			   m->text, used, m->memory));
}

/* At most once a second, so that a talkative job does not write its output to disk over and over.
 */
static void save_progress(struct engine *e, struct work *w, int64_t now)
{
	struct arena *scratch;
	size_t len;

	if (!w->unsaved || now < w->saved_us + SAVE_EACH_US || !db_ready(e->c.db))
		return;
	scratch = arena_create(SCRATCH_MAX);
	const char *text = output_text(&w->output, scratch, &len);
	w->saved_us = now;
	w->unsaved = !engine_did(
	    e, db_exec(&e->c, SQL_ENGINE_PROGRESS,
		   DB_ARGS(db_text(w->job), db_int(w->started_at),
		       db_bytes(w->chunk ? w->chunk : "", w->chunk_len), db_bytes(text, len)),
		   NULL));
	arena_destroy(scratch);
}

void attempts_watch(struct engine *e, struct work *w)
{
	int64_t now = time_monotonic_us();

	if (w->state != WORK_RUNS || w->child == NULL)
		return;
	if (w->held && (!hook_line_is_full(w->line) || !hooks_get_through(e->hooks)))
		hold(e, w, false);
	check_time(w, now);
	if (w->command->kind == COMMAND_SHELL)
		check_memory(w, now);
	save_progress(e, w, now);
	if (w->abandon_us != 0 && w->child->reaped && now >= w->abandon_us)
		close_pipe(e, w);
	finish_if_over(e, w);
}

void attempts_stop(struct engine *e, int number)
{
	int64_t now = time_monotonic_us();

	for (struct work *w = e->works; w != NULL; w = w->next) {
		if (w->child == NULL)
			continue;
		child_signal(w->child, number);
		if (number != SIGKILL || w->abandon_us != 0)
			continue;
		/* Nothing of ours is to go on without us, in whatever group or session it is. */
		(void)proc_kill_left(
		    w->child->pid, 0, engine_execution_id(e->c.arena, w->started_at));
		w->abandon_us = now;
	}
}
