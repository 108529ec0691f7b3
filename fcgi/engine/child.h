#ifndef ENGINE_CHILD_H
#define ENGINE_CHILD_H

/*
 * child: one process of a job, in a process group of its own, with standard output and error in one
 * pipe.
 *
 * It dies with us: the kernel kills it when this process ends, however that happens; what it has
 * started itself is found again by proc_kill_left(). Over when it was reaped and the pipe has
 * ended, so that output of what it left behind in the background counts, as with Dkron.
 */

#include "engine/command.h"

struct child {
	pid_t pid;       /* and the process group */
	int64_t started; /* proc_started() */
	int out_fd;      /* readable without waiting; -1: closed */
	bool ended;      /* the pipe is at its end; whoever polls it stops, then closes */
	bool reaped;
	int status;            /* of waitpid() */
	struct report *report; /* why it could not become the program; shared with it */
};

/* ERR_UNAVAILABLE with Go's words: the system has no process or descriptor left. */
MUST_USE enum err child_start(struct ctx *c, const struct command *m, struct child *out);

/* Reads what is there, at most `room` bytes; 0: nothing now, or the end, after which out_fd is -1.
 */
size_t child_read(struct child *ch, char *to, size_t room);

void child_signal(const struct child *ch, int number); /* to the whole group */

bool child_is_over(const struct child *ch);

void child_close(struct child *ch);

/* How it ended in Go's words, such as "exit status 3" or "fork/exec /x: no such file or directory";
 * NULL: successfully. */
const char *child_verdict(struct ctx *c, const struct child *ch, const struct command *m);

void child_forget(struct child *ch); /* gives back what it held */

#endif
